//! Runs: revisions of deployments, and previews.

use nepho_core::tables::{Run, RunOperation, RunStatus};
use nepho_iac_common::reason::redact;
use serde_json::Value;

use super::{TOOL, short};
use crate::objects::Place;
use crate::value::{at, list, name, text, time};

/// The run that made a revision.
pub(super) fn of_revision(value: &Value, own: &str, deployment: &str, place: Place<'_>) -> Run {
    let status = match text(value, &["state"]) {
        Some("APPLYING") => RunStatus::Running,
        Some("APPLIED") => RunStatus::Succeeded,
        // Terraform leaves what it made before the error.
        Some("FAILED") if !list(value, &["tfErrors"]).is_empty() => RunStatus::Partial,
        Some("FAILED") => RunStatus::Failed,
        _ => RunStatus::Unknown,
    };
    let is_over = !matches!(status, RunStatus::Running | RunStatus::Unknown);
    let git = |field: &str| name(value, &["terraformBlueprint", "gitSource", field]);
    Run {
        id: own.to_owned(),
        operation: match text(value, &["action"]) {
            Some("DELETE") => RunOperation::Destroy,
            _ => RunOperation::Apply,
        },
        status,
        started: time(value, &["createTime"]),
        ended: time(value, &["updateTime"]).filter(|_| is_over),
        revision: git("ref").map(str::to_owned),
        repository: git("repo").map(str::to_owned),
        actor: account(value),
        message: message(value),
        ..run(deployment, place)
    }
}

/// What a deployment tells of its latest revision, or of its end.
pub(super) fn of_deployment(value: &Value, own: &str, place: Place<'_>) -> Option<Run> {
    let updated = time(value, &["updateTime"]);
    let is_deletion = at(value, &["deleteBuild"]).is_some()
        || matches!(text(value, &["state"]), Some("DELETING" | "DELETED"));
    let status = match text(value, &["state"]) {
        Some("CREATING" | "UPDATING" | "DELETING") => RunStatus::Running,
        Some("ACTIVE" | "DELETED") => RunStatus::Succeeded,
        Some("FAILED") => RunStatus::Failed,
        _ => RunStatus::Unknown,
    };
    let is_over = matches!(status, RunStatus::Succeeded | RunStatus::Failed);
    let id = match is_deletion {
        true => format!("{own}#delete"),
        false => name(value, &["latestRevision"])?.to_owned(),
    };
    Some(Run {
        id,
        operation: match is_deletion {
            true => RunOperation::Destroy,
            false => RunOperation::Apply,
        },
        status,
        ended: updated.filter(|_| is_over),
        actor: account(value),
        message: message(value),
        ..run(own, place)
    })
}

/// The account that the run acts with; who had it started stands in audit logs.
fn account(value: &Value) -> Option<String> {
    let account = name(value, &["serviceAccount"])?;
    Some(short(account).to_owned())
}

/// A preview: it changes nothing.
pub(super) fn of_preview(value: &Value, own: &str, place: Place<'_>) -> Run {
    Run {
        id: own.to_owned(),
        operation: RunOperation::Plan,
        status: match text(value, &["state"]) {
            Some("CREATING" | "APPLYING") => RunStatus::Running,
            Some("SUCCEEDED") => RunStatus::Succeeded,
            Some("FAILED") => RunStatus::Failed,
            _ => RunStatus::Unknown,
        },
        started: time(value, &["createTime"]),
        message: message(value),
        ..run(name(value, &["deployment"]).unwrap_or(own), place)
    }
}

fn run(scope: &str, place: Place<'_>) -> Run {
    Run {
        tool: TOOL.to_owned(),
        scope: short(scope).to_owned(),
        uri: place.uri.to_owned(),
        line: place.line,
        ..Run::default()
    }
}

fn message(value: &Value) -> Option<String> {
    text(value, &["stateDetail"]).map(|detail| redact(detail, &[]))
}
