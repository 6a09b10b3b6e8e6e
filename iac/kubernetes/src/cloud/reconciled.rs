//! How a controller last brought a resource in line.

use nepho_core::feed::FeedOutput;
use nepho_core::tables::{ChangeAction, ChangeOutcome, Run, RunOperation, RunStatus};

use super::Managed;
use crate::object::Object;
use crate::reason::redact;
use crate::value::{at, condition, text, time};

/// How the controller last brought the resource in line, as the condition `Ready` (`Synced` and
/// `ACK.ResourceSynced` for others) tells it.
pub(super) fn reconciled(
    object: &Object<'_>,
    tool: &str,
    managed: Option<&Managed>,
    out: &mut FeedOutput,
) {
    let names = ["Synced", "ACK.ResourceSynced", "Ready"];
    let found = names.iter().find_map(|name| condition(object.value, name));
    let Some(found) = found else { return };
    let Some(when) = time(found, &["lastTransitionTime"]) else {
        return;
    };
    let is_ready = text(found, &["status"]) == Some("True");
    let reason = text(found, &["reason"]).unwrap_or_default();
    let is_new = at(object.value, &["metadata", "generation"])
        .and_then(serde_json::Value::as_u64)
        .is_some_and(|generation| generation <= 1);
    let (action, outcome, status) = meaning(reason, is_ready);
    let action = match action {
        ChangeAction::Update if is_new => ChangeAction::Create,
        action => action,
    };
    let generation = at(object.value, &["status", "observedGeneration"])
        .or_else(|| at(object.value, &["metadata", "generation"]))
        .and_then(serde_json::Value::as_u64);
    let run = match generation {
        Some(generation) => format!("{} generation {generation}", object.path()),
        None => format!("{} {when}", object.path()),
    };
    let mut change = object.change(tool, &run, action, outcome, Some(when));
    if let Some(managed) = managed {
        change.resource = Some(managed.key.clone());
    }
    let message = text(found, &["message"]).map(|message| redact(message, &[]));
    change.reason = match (outcome, message) {
        (ChangeOutcome::Applied, _) | (_, None) => Some(reason.to_owned()),
        (_, Some(message)) => Some(format!("{reason}: {message}")),
    };
    out.runs.push(Run {
        id: run,
        tool: tool.to_owned(),
        scope: object.namespace.to_owned(),
        operation: RunOperation::Sync,
        status,
        ended: Some(when).filter(|_| status != RunStatus::Running),
        serial_to: generation,
        uri: object.place.uri.to_owned(),
        line: object.place.line,
        ..Run::default()
    });
    out.changes.push(change);
}

/// What a controller did, by the reason of the condition.
fn meaning(reason: &str, is_ready: bool) -> (ChangeAction, ChangeOutcome, RunStatus) {
    match reason {
        "DeletionFailed" | "DeleteFailed" => (
            ChangeAction::Delete,
            ChangeOutcome::Failed,
            RunStatus::Failed,
        ),
        "Deleting" => (
            ChangeAction::Delete,
            ChangeOutcome::Unknown,
            RunStatus::Running,
        ),
        "Deleted" => (
            ChangeAction::Delete,
            ChangeOutcome::Applied,
            RunStatus::Succeeded,
        ),
        // Nothing is begun before what it needs is there.
        "DependencyNotReady" | "DependencyNotFound" | "DependencyInvalid" => (
            ChangeAction::Update,
            ChangeOutcome::Cancelled,
            RunStatus::Running,
        ),
        "Updating" | "Creating" | "ReconcileInProgress" => (
            ChangeAction::Update,
            ChangeOutcome::Unknown,
            RunStatus::Running,
        ),
        _ if is_ready => (
            ChangeAction::Update,
            ChangeOutcome::Applied,
            RunStatus::Succeeded,
        ),
        _ => (
            ChangeAction::Update,
            ChangeOutcome::Failed,
            RunStatus::Failed,
        ),
    }
}
