//! Table `findings`: conclusions with their evidence, and the details that each kind carries.
//!
//! The details are also the versioned JSON report (`nepho explain --json`).

pub mod clock;
pub mod cost;
pub mod incident;
pub mod map;
pub mod provenance;
pub mod scaling;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use clock::ClockOffset;
pub use cost::{CostDetails, CostLine, CostSpike};
pub use incident::{
    ChangeVerdict, ConsideredChange, Ending, IncidentDetails, Recurrence, SeriesPoint,
    ServiceFailure, Trouble, TroubleKind,
};
pub use map::{MapEdge, MapNode, MapStatus, ServiceMap};
pub use provenance::{Drift, OutsideChange, StateRewritten, WriteClass};
pub use scaling::{ScalingDetails, ScalingEvent, ScalingSymptom};

use crate::tables::rows::Cell;
use crate::{Timestamp, row_struct, word_enum};

word_enum! {
    /// What a finding is about.
    pub enum FindingKind {
        /// Services failed: [`IncidentDetails`].
        Incident = "incident",
        /// A group of instances changed its size, or should have: [`ScalingDetails`].
        Scaling = "scaling",
        /// What the logs cost: [`CostDetails`].
        Cost = "cost",
        /// Somebody changed a resource outside infrastructure code: [`OutsideChange`].
        OutsideChange = "outside_change",
        /// The history of a state does not fit together: [`StateRewritten`].
        StateRewritten = "state_rewritten",
        /// The clock of a source is off: [`ClockOffset`].
        Clock = "clock",
        /// Who calls whom: [`ServiceMap`].
        ServiceMap = "service_map",
    }
}

word_enum! {
    /// How urgent a finding is.
    pub enum Urgency {
        /// Good to know.
        Info = "info",
        /// Needs a look.
        Warning = "warning",
        /// Needs action now.
        Critical = "critical",
    }
}

/// A row of input that supports a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Time of the row, as its source's clock says; `null` if it tells none. First, so that
    /// evidence sorts by time.
    pub time: Option<Timestamp>,
    /// File path or object address.
    pub uri: String,
    /// Line in the decompressed file, from one; 0 when unknown.
    pub line: u64,
    /// The message, at most 300 characters, with secrets masked.
    pub text: String,
    /// Protocol status, where the row tells one: 503 of HTTP.
    #[serde(default)]
    pub status: Option<i32>,
    /// How long it took, in nanoseconds, where the row tells it.
    #[serde(default)]
    pub duration_nanos: Option<i64>,
}

impl Evidence {
    /// Evidence that quotes `text`, cut to 300 characters and with secrets masked.
    pub fn new(uri: &str, line: u64, time: impl Into<Option<Timestamp>>, text: &str) -> Self {
        Self {
            time: time.into(),
            uri: uri.to_owned(),
            line,
            text: crate::secret::quoted(text, 300),
            status: None,
            duration_nanos: None,
        }
    }
}

/// What a finding of each kind tells beyond its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Details {
    /// See [`IncidentDetails`].
    Incident(IncidentDetails),
    /// See [`ScalingDetails`].
    Scaling(ScalingDetails),
    /// See [`CostDetails`].
    Cost(CostDetails),
    /// See [`OutsideChange`].
    OutsideChange(OutsideChange),
    /// See [`StateRewritten`].
    StateRewritten(StateRewritten),
    /// See [`ClockOffset`].
    Clock(ClockOffset),
    /// See [`ServiceMap`].
    ServiceMap(ServiceMap),
}

row_struct! {
    table "findings";
    /// One conclusion.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
    pub struct Finding {
        /// `incident-1`, `scaling-web-asg`: unique within a report and the same for the same input.
        pub id: String,
        /// What it is about.
        pub kind: FindingKind,
        /// How urgent it is.
        pub urgency: Urgency,
        /// Beginning of what it is about.
        pub start: Option<Timestamp>,
        /// End of what it is about; `None` if it lasts.
        pub end: Option<Timestamp>,
        /// Services it is about, the most important first.
        pub services: Vec<String>,
        /// Canonical ids of resources it is about.
        pub resources: Vec<String>,
        /// One line for a list.
        pub title: String,
        /// Why, in sentences a tired person understands.
        pub explanation: String,
        /// How surely the finding is right, from 0 (not at all) to 1.
        pub confidence: f64,
        /// Id of the change held responsible.
        pub change: Option<String>,
        /// Rows behind it.
        pub evidence: Vec<Evidence>,
        /// What this kind tells besides.
        pub details: Details,
    }
}

/// Stored as JSON text.
impl Cell for Vec<Evidence> {
    const NULLABLE: bool = false;
    fn data_type() -> arrow_schema::DataType {
        String::data_type()
    }
    fn to_array(values: impl Iterator<Item = Self>) -> arrow_array::ArrayRef {
        String::to_array(values.map(|value| serde_json::to_string(&value).unwrap_or_default()))
    }
    fn read(array: &dyn arrow_array::Array, row: usize) -> Option<Self> {
        serde_json::from_str(&String::read(array, row)?).ok()
    }
}

/// Stored as JSON text.
impl Cell for Details {
    const NULLABLE: bool = false;
    fn data_type() -> arrow_schema::DataType {
        String::data_type()
    }
    fn to_array(values: impl Iterator<Item = Self>) -> arrow_array::ArrayRef {
        String::to_array(values.map(|value| serde_json::to_string(&value).unwrap_or_default()))
    }
    fn read(array: &dyn arrow_array::Array, row: usize) -> Option<Self> {
        serde_json::from_str(&String::read(array, row)?).ok()
    }
}
