//! Runs of an application: its history, and the operation that goes on or was the last.

use nepho_core::tables::{Run, RunOperation, RunStatus, Via};
use nepho_iac_common::reason::in_order;
use serde_json::Value;

use super::{repository, revision, run_of, scope};
use crate::object::Object;
use crate::reason::redact;
use crate::value::{at, is_true, list, text, time};

/// A run of the history: only syncs that succeeded get into it.
pub(super) fn synced(object: &Object<'_>, entry: &Value) -> Option<Run> {
    let ended = time(entry, &["deployedAt"])?;
    let number = at(entry, &["id"]).and_then(Value::as_u64);
    let id = number.map_or_else(|| ended.to_string(), |number| number.to_string());
    Some(Run {
        status: RunStatus::Succeeded,
        started: time(entry, &["deployStartedAt"]),
        ended: Some(ended),
        via: via(at(entry, &["initiatedBy"])),
        actor: initiator(at(entry, &["initiatedBy"])),
        revision: revision(entry),
        repository: repository(object, entry),
        serial_to: number,
        ..run_of(object, format!("argocd:{}#{id}", scope(object)))
    })
}

fn initiator(by: Option<&Value>) -> Option<String> {
    let by = by?;
    let user = text(by, &["username"]).map(str::to_owned);
    user.or_else(|| is_true(by, &["automated"]).then(|| "argocd (automated)".to_owned()))
}

/// Whether the controller began it by itself.
fn via(by: Option<&Value>) -> Option<Via> {
    let is_automated = is_true(by?, &["automated"]);
    is_automated.then_some(Via::Service)
}

/// Run of the last operation: one of the history, if it got into it, else one of its own.
pub(super) fn operation(object: &Object<'_>, state: &Value, runs: &mut Vec<Run>) -> Run {
    let started = time(state, &["startedAt"]);
    let ended = time(state, &["finishedAt"]);
    let phase = text(state, &["phase"]).unwrap_or_default();
    let result = at(state, &["syncResult"]);
    let revision = result
        .and_then(revision)
        .or_else(|| at(state, &["operation", "sync"]).and_then(revision));
    let has_failed = |result: &Value| text(result, &["status"]) == Some("SyncFailed");
    let results = list(state, &["syncResult", "resources"]);
    let failed = results.iter().filter(|result| has_failed(result)).count();
    let status = match phase {
        "Succeeded" => RunStatus::Succeeded,
        "Running" => RunStatus::Running,
        "Failed" | "Error" if failed > 0 && failed < results.len() => RunStatus::Partial,
        "Failed" | "Error" => RunStatus::Failed,
        "Terminating" => RunStatus::Canceled,
        _ => RunStatus::Unknown,
    };
    // The message of a sync quotes those of its objects.
    let of_secrets = results.iter().filter(|result| is_of_secret(result));
    let of_secrets = of_secrets.filter_map(|result| text(result, &["message"]));
    let hidden = in_order(of_secrets.map(str::to_owned).collect());
    let message = text(state, &["message"]).map(|message| redact(message, &hidden));
    let by = at(state, &["operation", "initiatedBy"]);
    let actor = initiator(by);
    let in_history = runs.iter_mut().rev().find(|run| {
        status == RunStatus::Succeeded
            && run.revision == revision
            && (run.ended == ended || run.started == started)
    });
    if let Some(run) = in_history {
        run.message = message;
        run.started = run.started.or(started);
        run.actor = run.actor.take().or(actor);
        run.via = run.via.or(via(by));
        return run.clone();
    }
    let when = started.or(ended).map(|time| time.to_string());
    let id = format!("argocd:{}@{}", scope(object), when.unwrap_or_default());
    let mut run = Run {
        status,
        started,
        ended,
        via: via(by),
        actor,
        revision,
        message,
        repository: result
            .and_then(|result| repository(object, result))
            .or_else(|| repository(object, &Value::Null)),
        ..run_of(object, id)
    };
    if is_rollback(object, &run) {
        run.operation = RunOperation::Rollback;
    }
    runs.push(run.clone());
    run
}

/// Whether a result is that of a secret: what the server says of one may quote it.
pub(super) fn is_of_secret(result: &Value) -> bool {
    text(result, &["kind"]) == Some("Secret")
}

/// Whether the revision is an older one of the history, and not the newest.
fn is_rollback(object: &Object<'_>, run: &Run) -> bool {
    let history = list(object.value, &["status", "history"]);
    let Some((last, older)) = history.split_last() else {
        return false;
    };
    revision(last) != run.revision && older.iter().any(|entry| revision(entry) == run.revision)
}
