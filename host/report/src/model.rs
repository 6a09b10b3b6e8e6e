//! The report: what `nepho explain --json` writes and what text and HTML show.

use nepho_core::Timestamp;
use nepho_core::findings::{
    ChangeVerdict, ClockOffset, CostDetails, Evidence, IncidentDetails, OutsideChange,
    ScalingDetails, ServiceMap, StateRewritten, Urgency, WriteClass,
};
use nepho_core::rejects::Rejects;
use nepho_core::tables::ChangeOutcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inputs::Inputs;

/// Name and version of the JSON form. Fields may be added within a version; a reader ignores what
/// it does not know.
pub const SCHEMA: &str = "nepho.report/1";

/// Everything that was read and concluded. The same input gives the same report, byte for byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always `nepho.report/1`.
    pub schema: String,
    /// Program and version that wrote it: `nepho 0.1.0`.
    pub generated_by: String,
    /// The verdict: one sentence or two per incident, or one that says that there is none.
    pub verdict: Vec<String>,
    /// What was read.
    pub inputs: Inputs,
    /// Incidents, the gravest first: by urgency, then by failures, then by time.
    pub incidents: Vec<Conclusion<IncidentDetails>>,
    /// Every change that was seen, by time; those without a time last. Those of agents and of the
    /// cloud itself are left out: `nepho changes` has them.
    pub changes: Vec<ReportedChange>,
    /// Groups that changed their size or should have, the most urgent first.
    pub scaling: Vec<Conclusion<ScalingDetails>>,
    /// Log volume and list price.
    pub cost: Vec<Conclusion<CostDetails>>,
    /// Changes made outside infrastructure code; those of managed resources first.
    pub outside_changes: Vec<Conclusion<OutsideChange>>,
    /// States of infrastructure tools whose history does not fit together.
    pub rewritten_states: Vec<Conclusion<StateRewritten>>,
    /// Clocks that are off.
    pub clocks: Vec<Conclusion<ClockOffset>>,
    /// Who calls whom, with the status that each service has from the incidents.
    pub service_map: ServiceMap,
    /// Input that could not be read.
    pub rejects: Rejects,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

/// One conclusion: the head that all kinds share, and the details of its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{T}Conclusion")]
pub struct Conclusion<T> {
    /// Unique within the report, and the same for the same input: `incident-1`, `scaling-web-asg`.
    pub id: String,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Beginning of what it is about.
    pub start: Option<Timestamp>,
    /// End of what it is about; `null` if it lasts.
    pub end: Option<Timestamp>,
    /// Services it is about, the most important first.
    pub services: Vec<String>,
    /// Canonical ids of resources it is about.
    pub resources: Vec<String>,
    /// One line for a list.
    pub title: String,
    /// Why, in sentences.
    pub explanation: String,
    /// From 0 to 1.
    pub confidence: f64,
    /// Id of the change held responsible.
    pub change: Option<String>,
    /// Rows behind it.
    pub evidence: Vec<Evidence>,
    /// What this kind tells besides.
    pub details: T,
}

/// A change of infrastructure, with what the incidents say about it. Attribute values are never
/// held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedChange {
    /// Identifies the change: tool, scope, run, address and action; `audit:...` for one seen only
    /// in an audit log.
    pub id: String,
    /// When it was complete in the cloud; `null` when only the order in its run is known.
    pub time: Option<Timestamp>,
    /// `terraform`, `opentofu`, `cloudformation`, `cdk`, `pulumi`, `console`, ...
    pub tool: String,
    /// Workspace, stack or state file.
    pub scope: String,
    /// Run, operation or update that it is part of.
    pub run: String,
    /// `create`, `update`, `replace`, `delete`, `import`, `move`, `forget`.
    pub action: String,
    /// How it ended; `null` when nothing tells.
    pub outcome: Option<ChangeOutcome>,
    /// Address in the tool.
    pub address: String,
    /// Canonical resource id, when known.
    pub resource: Option<String>,
    /// Type in the tool's own words.
    pub resource_type: String,
    /// Who did it, when known.
    pub actor: Option<String>,
    /// Who makes such a change, by tool and principal; `null` where nothing tells.
    #[serde(default)]
    pub class: Option<WriteClass>,
    /// Commit or version that was applied.
    pub revision: Option<String>,
    /// Names of the attributes that changed, never their values, and remarks on how far a call
    /// goes: `closed port 5432`, `leads to shop.example`.
    pub attributes: Vec<String>,
    /// Why the tool did it, in its own words.
    pub reason: Option<String>,
    /// File that told of it.
    pub uri: String,
    /// Line in the file, from one; 0 when unknown.
    pub line: u64,
    /// The gravest verdict of any incident; `null` when it was near none.
    pub verdict: Option<ChangeVerdict>,
    /// Incident that this verdict is from.
    pub incident: Option<String>,
    /// Why, in a sentence.
    pub why: Option<String>,
}

impl Report {
    /// The report as indented JSON with a line break at the end; its form is
    /// [`crate::json_schema`].
    pub fn to_json(&self) -> String {
        // A struct of strings, numbers and lists always serializes.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads a report that [`Report::to_json`] wrote.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`](nepho_core::ErrorKind::InvalidData) if `text` is no report,
    /// [`ErrorKind::Unsupported`](nepho_core::ErrorKind::Unsupported) if it is one of another
    /// version.
    pub fn from_json(text: &str) -> nepho_core::Result<Self> {
        use nepho_core::{Error, ErrorKind};
        let operation = "report: read JSON";
        let report: Self = serde_json::from_str(text)
            .map_err(|error| Error::new(ErrorKind::InvalidData, operation, error.to_string()))?;
        if report.schema != SCHEMA {
            let message = format!(
                "schema `{}` is not `{SCHEMA}`",
                nepho_core::error::excerpt(&report.schema)
            );
            return Err(Error::new(ErrorKind::Unsupported, operation, message));
        }
        Ok(report)
    }
}
