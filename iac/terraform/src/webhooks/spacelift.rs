//! Webhooks of Spacelift: a change of the state of a run.

use nepho_core::tables::{Run, RunOperation, RunStatus, Via};
use serde_json::Value;

use super::{number, text, time};

/// The run.
pub(super) fn run(value: &Value) -> Option<Run> {
    let id = text(value, &["run", "id"])?;
    let state = text(value, &["state"])?;
    let (status, is_applied) = reached(&state);
    let kind = text(value, &["run", "type"]).unwrap_or_default();
    let operation = match (kind.as_str(), is_applied) {
        ("PROPOSED" | "TESTING", _) | (_, false) => RunOperation::Plan,
        ("DESTROY", true) => RunOperation::Destroy,
        _ => RunOperation::Apply,
    };
    let is_over = status != RunStatus::Running;
    let count = |name: &str| {
        let is_done = operation != RunOperation::Plan && status == RunStatus::Succeeded;
        number(value, &["run", "delta", name]).filter(|_| is_done)
    };
    let triggered = text(value, &["run", "triggeredBy"]);
    let pushed = text(value, &["run", "commit", "authorLogin"]);
    Some(Run {
        id,
        scope: text(value, &["stack", "id"])?,
        operation,
        status,
        started: time(value, &["run", "createdAt"]),
        ended: time(value, &["timestamp"]).filter(|_| is_over),
        // A run that nobody triggered follows a push.
        via: triggered.is_none().then_some(Via::Ci),
        actor: triggered.or(pushed),
        revision: text(value, &["run", "commit", "hash"]),
        repository: text(value, &["run", "commit", "url"])
            .as_deref()
            .and_then(repository),
        message: text(value, &["run", "commit", "message"]),
        created: count("added"),
        updated: count("changed"),
        deleted: count("deleted"),
        ..Run::default()
    })
}

/// What a state says, and whether the cloud was changed, or may have been.
///
/// docs.spacelift.io/concepts/run, "Run state", read 2026-11-29.
fn reached(state: &str) -> (RunStatus, bool) {
    match state {
        "FINISHED" => (RunStatus::Succeeded, true),
        // In which phase is not told.
        "FAILED" => (RunStatus::Failed, true),
        "STOPPED" => (RunStatus::Canceled, true),
        "CANCELED" | "DISCARDED" | "SKIPPED" => (RunStatus::Canceled, false),
        "APPLYING" | "PERFORMING" | "DESTROYING" => (RunStatus::Running, true),
        _ => (RunStatus::Running, false),
    }
}

/// Repository of the address of a commit.
fn repository(commit: &str) -> Option<String> {
    let end = commit
        .find("/-/commit/")
        .or_else(|| commit.find("/commit"))?;
    commit.get(..end).map(str::to_owned)
}
