//! Engine events as the log writes them.
//!
//! Source: `sdk/go/common/apitype/events.go` of pulumi/pulumi, read 2026-11-21. Types without
//! `Debug`: the values must not be printed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// One line of the log: a time and one of the events.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EngineEvent<'a> {
    /// Seconds since 1970; 0 when unknown.
    #[serde(default)]
    pub(super) timestamp: i64,
    /// The run begins, with this configuration.
    #[serde(borrow)]
    pub(super) prelude_event: Option<&'a RawValue>,
    /// The run is over.
    pub(super) cancel_event: Option<IgnoredAny>,
    /// Work on a resource begins.
    #[serde(borrow)]
    pub(super) resource_pre_event: Option<StepEvent<'a>>,
    /// Work on a resource is done.
    #[serde(borrow)]
    pub(super) res_outputs_event: Option<StepEvent<'a>>,
    /// Work on a resource failed.
    #[serde(borrow)]
    pub(super) res_op_failed_event: Option<StepEvent<'a>>,
    /// A message.
    pub(super) diagnostic_event: Option<Diagnostic>,
    /// What the run did.
    pub(super) summary_event: Option<Summary>,
    /// An error of the run itself.
    pub(super) error_event: Option<IgnoredAny>,
}

/// A step of a run.
#[derive(Deserialize)]
pub(super) struct StepEvent<'a> {
    /// What is done to which resource.
    #[serde(borrow)]
    pub(super) metadata: Metadata<'a>,
    /// Whether it is only planned.
    #[serde(default)]
    pub(super) planning: bool,
    /// Of a step that failed: what is known of the resource.
    #[serde(default)]
    pub(super) status: i64,
}

/// The provider made or changed the resource, and then it did not come up: the resource is there,
/// with the id of the new state (`StatusPartialFailure` in `sdk/go/common/resource/status.go`, read
/// 2026-11-28).
pub(super) const PARTIAL_FAILURE: i64 = 1;

/// What is done to which resource.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata<'a> {
    /// `create`, `update`, `create-replacement`, ...
    pub(super) op: String,
    /// Name of the resource in Pulumi.
    pub(super) urn: String,
    /// Type token.
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    /// State before the step.
    #[serde(borrow)]
    pub(super) old: Option<ResourceState<'a>>,
    /// State after the step.
    #[serde(borrow)]
    pub(super) new: Option<ResourceState<'a>>,
    /// Names of the properties that make a replacement necessary.
    pub(super) keys: Option<Vec<String>>,
    /// Names of the properties that differ.
    pub(super) diffs: Option<Vec<String>>,
    /// Paths that differ, with how.
    pub(super) detailed_diff: Option<BTreeMap<String, IgnoredAny>>,
}

impl Metadata<'_> {
    /// Whether a provider makes the resource, as one of its states tells it.
    pub(super) fn is_custom(&self) -> bool {
        let states = [&self.new, &self.old];
        states.into_iter().flatten().any(|state| state.custom)
    }
}

impl<'a> Metadata<'a> {
    /// Properties of all its states.
    pub(super) fn values(&self) -> Vec<&'a RawValue> {
        let states = [&self.new, &self.old].into_iter().flatten();
        let values = states.flat_map(|state| [state.inputs, state.outputs]);
        values.flatten().collect()
    }
}

/// State of a resource before or after a step.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceState<'a> {
    /// Name in Pulumi; another one than that of the step after a move.
    pub(super) urn: Option<String>,
    /// Whether a provider makes it; the others are groups.
    #[serde(default)]
    pub(super) custom: bool,
    /// Whether the cloud keeps it when Pulumi lets go of it.
    #[serde(default)]
    pub(super) retain_on_delete: bool,
    /// Id that the provider gave.
    pub(super) id: Option<String>,
    /// What the program says.
    #[serde(borrow)]
    pub(super) inputs: Option<&'a RawValue>,
    /// What the provider says.
    #[serde(borrow)]
    pub(super) outputs: Option<&'a RawValue>,
}

/// A message about a resource or the run.
#[derive(Deserialize)]
pub(super) struct Diagnostic {
    /// Resource that it is about; absent for the run.
    pub(super) urn: Option<String>,
    /// The message, with marks for colors.
    #[serde(default)]
    pub(super) message: String,
    /// `info`, `info#err`, `warning`, `error`.
    #[serde(default)]
    pub(super) severity: String,
}

/// What a run did.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// Whether it was a preview.
    #[serde(default)]
    pub(super) is_preview: bool,
    /// `succeeded`, `failed` or `canceled`; absent in logs from before 2025.
    pub(super) result: Option<String>,
    /// Whether an operation failed in a way that may have left the resource half done.
    #[serde(default)]
    pub(super) maybe_corrupt: bool,
}
