//! The timeline of changes: what `nepho changes --json` writes and what its text shows.

mod attached;
mod build;
mod drift;
mod groups;
mod lives;
mod names;
mod select;
mod summary;

use nepho_core::Timestamp;
use nepho_core::findings::{Drift, StateRewritten, WriteClass};
use nepho_core::rejects::Rejects;
use nepho_core::tables::{
    ChangeAction, ChangeOutcome, RunOperation, RunStatus, TimePrecision, Via,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use build::TimelineSource;
pub use select::ChangeSelection;

use crate::inputs::Inputs;

/// Name and version of the JSON form. Fields may be added within a version; a reader ignores what
/// it does not know.
pub const TIMELINE_SCHEMA: &str = "nepho.changes/1";

/// What changed, when, by whom, by what means. The same input gives the same timeline, byte for
/// byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timeline {
    /// Always `nepho.changes/1`.
    pub schema: String,
    /// Program and version that wrote it: `nepho 0.1.0`.
    pub generated_by: String,
    /// The timeline in a few sentences.
    pub summary: Vec<String>,
    /// What the reader asked for.
    pub selection: ChangeSelection,
    /// Changes by class; those that were only planned are not counted.
    pub classes: Vec<ClassCount>,
    /// Runs, and what was changed between them, by time; those without a time last.
    pub entries: Vec<Entry>,
    /// Managed resources that were changed by hand or that a tool found to differ, by time.
    pub drift: Vec<Drift>,
    /// States whose history does not fit together, by the id of the finding.
    #[serde(default)]
    pub rewritten_states: Vec<RewrittenState>,
    /// Changes that were only planned; they are in no entry.
    pub planned: u64,
    /// What was there to be asked for, where nothing of what was asked for is.
    #[serde(default)]
    pub choices: Choices,
    /// What was read.
    pub inputs: Inputs,
    /// Input that could not be read.
    pub rejects: Rejects,
}

/// Tools and actors of all changes, 20 of each at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choices {
    /// Tools; empty where one was asked for that is among them, or none.
    pub tools: Vec<String>,
    /// Actors; empty where one was asked for that is among them, or none.
    pub actors: Vec<String>,
}

/// A state whose history does not fit together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RewrittenState {
    /// One line.
    pub title: String,
    /// What was seen, in sentences.
    pub explanation: String,
    /// The state and its files.
    pub details: StateRewritten,
}

/// How many changes are of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClassCount {
    /// Class; `null` where nothing tells it.
    pub class: Option<WriteClass>,
    /// Changes.
    pub changes: u64,
    /// Those of them that failed, were taken back, or were not begun.
    pub failed: u64,
}

/// What an entry of the timeline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A run of an infrastructure tool.
    Run,
    /// What was changed outside of any run.
    Outside,
}

/// A run with its changes, or the changes made between two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// When it began, as far as that is known.
    pub start: Option<Timestamp>,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// The run; `null` for changes outside of runs.
    pub run: Option<RunHead>,
    /// Its changes by time; those without one last, in the order of their document.
    pub changes: Vec<TimelineChange>,
}

/// What is known of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunHead {
    /// Id of the run.
    pub id: String,
    /// Id that people gave it, where its calls or the name of its log tell one.
    #[serde(default)]
    pub told_id: Option<String>,
    /// `terraform`, `cloudformation`, `helm`, ...
    pub tool: String,
    /// Workspace, stack, release or state file; an account where only an audit log tells of it.
    pub scope: String,
    /// What it was started to do; `null` when nothing tells.
    pub operation: Option<RunOperation>,
    /// How it ended; of a run without a document, what its calls tell.
    pub status: RunStatus,
    /// Whether a document of the tool tells of it. Of others only the audit log does: somebody
    /// applied from elsewhere.
    pub is_known: bool,
    /// How exactly its times are known.
    pub time_precision: TimePrecision,
    /// Who started it.
    pub actor: Option<String>,
    /// What kind of principal that is; `null` when nothing tells.
    pub via: Option<Via>,
    /// Address that it was started from, when a log tells it.
    pub source_ip: Option<String>,
    /// Program that called the cloud for it, when a log tells it.
    pub user_agent: Option<String>,
    /// Commit or version that was applied.
    pub revision: Option<String>,
    /// Repository that it was started from.
    pub repository: Option<String>,
    /// Number of the pull request that it was started for.
    pub pull_request: Option<String>,
    /// What the person who started it said of it, with secrets masked.
    pub message: Option<String>,
    /// Page of the run.
    pub url: Option<String>,
    /// How many resources it changed, as a document counts or else by its changes.
    pub counts: RunCounts,
    /// Documents and logs that tell of it, 16 at most.
    pub evidence: Vec<String>,
    /// Resources that it made and lost sight of: they exist, and no state or stack has them.
    pub orphans: Vec<String>,
}

/// How many resources a run changed; `null` where nothing tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunCounts {
    /// Those that it created.
    pub created: Option<u64>,
    /// Those that it updated.
    pub updated: Option<u64>,
    /// Those that it deleted and created again.
    pub replaced: Option<u64>,
    /// Those that it deleted.
    pub deleted: Option<u64>,
    /// Changes that failed, were taken back, or were not begun.
    pub failed: Option<u64>,
}

/// A change in the timeline. Attribute values are never held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimelineChange {
    /// Identifies the change: tool, scope, run, address and action; `audit:...` for one seen only
    /// in an audit log.
    pub id: String,
    /// When it was complete in the cloud; `null` when only the order in its run is known.
    pub time: Option<Timestamp>,
    /// Earliest time at which it can have happened, where only an interval is known.
    pub not_before: Option<Timestamp>,
    /// `terraform`, `cloudformation`, `console`, `aws-cli`, ...
    pub tool: String,
    /// What was done.
    pub action: ChangeAction,
    /// How it ended.
    pub outcome: ChangeOutcome,
    /// Who makes such a change, by tool and principal; `null` where nothing tells.
    pub class: Option<WriteClass>,
    /// Address in the tool; operation and resource for one seen only in an audit log.
    pub address: String,
    /// Address that the resource had before, of a move.
    pub previous_address: Option<String>,
    /// Canonical resource id, when known.
    pub resource: Option<String>,
    /// How surely that names one resource of all, from 0 (there is none) to 1 (a canonical id).
    pub key_confidence: f64,
    /// `aws`, `azure`, `gcp`, `kubernetes`, or the provider of a tool.
    pub provider: Option<String>,
    /// Cluster of Kubernetes that the resource is an object of, where that is known.
    pub cluster: Option<String>,
    /// Canonical id of the resource that this one is a facet of.
    pub parent: Option<String>,
    /// Type in the words of the tool or the cloud.
    pub resource_type: String,
    /// Services that the resource belongs to or that run on it.
    pub services: Vec<String>,
    /// Who did it, when known.
    pub actor: Option<String>,
    /// Names of the attributes that changed, never their values, and remarks on how far a call
    /// goes: `closed port 5432`, `leads to shop.example`.
    pub attributes: Vec<String>,
    /// Names of the attributes for which the resource had to be replaced.
    pub replace_paths: Vec<String>,
    /// Why the tool did it or why it failed, in its own words, with secrets masked.
    pub reason: Option<String>,
    /// Code of the error in the cloud's words, of a change that failed.
    pub error_code: Option<String>,
    /// Id that the cloud gave the request, which audit logs have as well.
    pub request_id: Option<String>,
    /// Whether it is the failure that the others of its run followed from.
    pub is_root_failure: bool,
    /// Address at which infrastructure code manages the resource that was changed by hand.
    pub drift_of: Option<String>,
    /// Ids of the changes by hand, or of the findings of tools, that this one took back.
    pub repairs: Vec<String>,
    /// Of what a tool found to differ: the writes that made the difference, by time.
    pub made_by: Vec<Maker>,
    /// Incidents that it is held responsible for, by time.
    #[serde(default)]
    pub followed_by: Vec<Consequence>,
    /// File that told of it.
    pub uri: String,
    /// Line in the file, from one; 0 when unknown.
    pub line: u64,
}

/// An incident that a change is held responsible for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Consequence {
    /// What failed, in a line: `checkout broke first`, `12 calls of role/orders failed`.
    pub title: String,
    /// First failure.
    pub start: Option<Timestamp>,
    /// Services that failed, or whoever called in vain, the first one first.
    pub services: Vec<String>,
    /// Steps from the change to whatever failed first, with the kind of each edge.
    pub path: Vec<String>,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
}

/// A write that made a difference which a tool found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Maker {
    /// Id of the change.
    pub change: String,
    /// When it was made.
    pub time: Option<Timestamp>,
    /// Who made it, when known.
    pub actor: Option<String>,
    /// Who makes such a change, by tool and principal.
    pub class: Option<WriteClass>,
    /// `console`, `aws-cli`, ...
    pub tool: String,
    /// Operation in the cloud's words.
    pub operation: String,
}

/// A change as `nepho changes --follow --json` writes it, one in a line: the change, and the run
/// that made it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FollowedChange<'a> {
    /// Always `nepho.changes/1`.
    pub schema: &'a str,
    /// The change, in the fields of the timeline.
    #[serde(flatten)]
    pub change: &'a TimelineChange,
    /// The run; `null` for one outside of runs.
    pub run: Option<&'a RunHead>,
}

impl<'a> FollowedChange<'a> {
    /// A change of an entry of a timeline.
    pub fn new(entry: &'a Entry, change: &'a TimelineChange) -> Self {
        Self {
            schema: TIMELINE_SCHEMA,
            change,
            run: entry.run.as_ref(),
        }
    }

    /// The change as one line of JSON with a line break at the end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// A state that was rewritten, as `nepho changes --follow --json` writes it, one in a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FollowedState<'a> {
    /// Always `nepho.changes/1`.
    pub schema: &'a str,
    /// What was seen.
    pub rewritten_state: &'a RewrittenState,
}

impl<'a> FollowedState<'a> {
    /// A state of a timeline.
    pub fn new(state: &'a RewrittenState) -> Self {
        Self {
            schema: TIMELINE_SCHEMA,
            rewritten_state: state,
        }
    }

    /// The state as one line of JSON with a line break at the end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Timeline {
    /// The timeline as indented JSON with a line break at the end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// Whether a change did not come about as it should have.
pub(crate) fn is_failed(outcome: ChangeOutcome) -> bool {
    matches!(
        outcome,
        ChangeOutcome::Failed | ChangeOutcome::RolledBack | ChangeOutcome::Cancelled
    )
}
