//! One message of the machine-readable UI.
//!
//! developer.hashicorp.com/terraform/internals/machine-readable-ui and
//! opentofu.org/docs/internals/machine-readable-ui, read 2026-11-21.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Types of messages, to tell this log from others with the same outer fields.
const TYPES: [&str; 47] = [
    "version",
    "log",
    "diagnostic",
    "resource_drift",
    "planned_change",
    "change_summary",
    "outputs",
    "apply_start",
    "apply_progress",
    "apply_complete",
    "apply_errored",
    "provision_start",
    "provision_progress",
    "provision_complete",
    "provision_errored",
    "refresh_start",
    "refresh_complete",
    "ephemeral_op_start",
    "ephemeral_op_progress",
    "ephemeral_op_complete",
    "ephemeral_op_errored",
    "initializing_provider_plugin_message",
    "init_output",
    "state_lock_acquire",
    "deferred_change",
    "planned_action_invocation",
    "action_start",
    "action_progress",
    "action_complete",
    "action_errored",
    "list_start",
    "list_resource_found",
    "list_complete",
    "policy_info",
    "policy_diagnostic",
    "policy_result",
    "policy_query_summary",
    "test_abstract",
    "test_file",
    "test_run",
    "test_plan",
    "test_state",
    "test_summary",
    "test_cleanup",
    "test_interrupt",
    "test_status",
    "test_retry",
];

/// The outer fields of a message. Outputs, and the text that provisioners print, are skipped.
#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "@message")]
    pub text: Option<&'a RawValue>,
    #[serde(borrow, rename = "@module")]
    pub module: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "@timestamp")]
    pub timestamp: Option<Cow<'a, str>>,
    /// Version of OpenTofu, in messages `version`.
    #[serde(borrow)]
    pub tofu: Option<&'a RawValue>,
    #[serde(borrow)]
    pub hook: Option<&'a RawValue>,
    #[serde(borrow)]
    pub change: Option<&'a RawValue>,
    #[serde(borrow)]
    pub changes: Option<&'a RawValue>,
    #[serde(borrow)]
    pub diagnostic: Option<&'a RawValue>,
    #[serde(borrow)]
    pub invocation: Option<&'a RawValue>,
}

/// A resource as messages name it.
#[derive(Deserialize)]
pub(super) struct Address<'a> {
    #[serde(borrow)]
    pub addr: Cow<'a, str>,
    #[serde(borrow)]
    pub resource_type: Option<Cow<'a, str>>,
}

/// What happens to a resource: messages `apply_*`, `refresh_*`.
#[derive(Deserialize)]
pub(super) struct Hook<'a> {
    #[serde(borrow)]
    pub resource: Address<'a>,
    #[serde(borrow)]
    pub action: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub id_value: Option<Cow<'a, str>>,
    pub elapsed_seconds: Option<f64>,
}

/// What an action does: messages `action_*` and `planned_action_invocation`.
#[derive(Deserialize)]
pub(super) struct ActionHook<'a> {
    #[serde(borrow)]
    pub action: ActionAddress<'a>,
    /// Of an action that a change of a resource triggers.
    #[serde(borrow)]
    pub lifecycle: Option<Trigger<'a>>,
    #[serde(borrow)]
    pub error: Option<Cow<'a, str>>,
}

/// An action as messages name it.
#[derive(Deserialize)]
pub(super) struct ActionAddress<'a> {
    #[serde(borrow)]
    pub addr: Cow<'a, str>,
    #[serde(borrow, default)]
    pub action_type: Cow<'a, str>,
}

/// What triggers an action.
#[derive(Deserialize)]
pub(super) struct Trigger<'a> {
    #[serde(borrow)]
    pub resource: Address<'a>,
    #[serde(borrow)]
    pub trigger_event: Option<Cow<'a, str>>,
}

/// What is going to happen to a resource: messages `planned_change`.
#[derive(Deserialize)]
pub(super) struct Planned<'a> {
    #[serde(borrow)]
    pub resource: Address<'a>,
    #[serde(borrow)]
    pub previous_resource: Option<Address<'a>>,
    #[serde(borrow)]
    pub action: Cow<'a, str>,
    #[serde(borrow)]
    pub reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub importing: Option<&'a RawValue>,
}

/// Message `change_summary`.
#[derive(Deserialize)]
pub(super) struct Summary<'a> {
    #[serde(borrow)]
    pub operation: Option<Cow<'a, str>>,
}

/// Message `diagnostic`. The detail may quote values: only the id of a request is taken from it.
/// Snippets are skipped.
#[derive(Deserialize)]
pub(super) struct Diagnostic<'a> {
    #[serde(borrow)]
    pub severity: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub summary: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub detail: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub address: Option<Cow<'a, str>>,
}

impl<'a> Message<'a> {
    /// # Errors
    /// When the text is no such message.
    pub(super) fn read(text: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// Whether it says of itself that it is of this log.
    fn is_of_this_log(&self) -> bool {
        let is_module = matches!(self.module.as_deref(), Some("terraform.ui" | "tofu.ui"));
        let is_type = self
            .kind
            .as_deref()
            .is_some_and(|kind| TYPES.contains(&kind));
        is_module || (is_type && self.text.is_some())
    }
}

/// Whether the text is a message of this log.
pub(super) fn is_message(text: &str) -> bool {
    // `@module` or `@message`; the lines of all logs are asked about.
    text.contains("\"@m") && Message::read(text).is_ok_and(|message| message.is_of_this_log())
}
