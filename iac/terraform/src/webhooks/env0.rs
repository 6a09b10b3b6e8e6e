//! Webhooks of env0: a deployment of an environment.

use nepho_core::tables::{Run, RunOperation, RunStatus};
use serde_json::Value;

use super::{at, text, time};

/// The run, if the event tells of one: not one that only tests the address.
pub(super) fn runs(value: &Value) -> Option<Vec<Run>> {
    let kind = text(value, &["type"])?;
    let mut words = kind.rsplit('.');
    let (event, subject) = (words.next()?, words.next()?);
    let operation = match subject {
        "deploy" => RunOperation::Apply,
        "destroy" => RunOperation::Destroy,
        "drift" => RunOperation::Refresh,
        _ => return Some(Vec::new()),
    };
    let log = at(value, &["data", "deploymentLog"])?;
    let own = |name: &str| text(log, &["customEnv0EnvironmentVariables", name]);
    let status = match event {
        "succeeded" | "detected" | "ended" => RunStatus::Succeeded,
        "failed" => RunStatus::Failed,
        "cancelled" | "canceled" | "aborted" | "skipped" => RunStatus::Canceled,
        "started" | "resumed" | "pending" | "waiting" => RunStatus::Running,
        _ => RunStatus::Unknown,
    };
    // What waits for somebody to approve it has only been planned.
    let is_planned = matches!(event, "pending" | "waiting" | "skipped");
    let is_over = !matches!(status, RunStatus::Running | RunStatus::Unknown);
    let environment = text(value, &["data", "environment", "name"]);
    Some(vec![Run {
        id: text(log, &["id"])?,
        scope: environment
            .or_else(|| own("environmentName"))
            .or_else(|| own("workspaceName"))
            .unwrap_or_default(),
        operation: match is_planned {
            true => RunOperation::Plan,
            false => operation,
        },
        status,
        started: time(log, &["startedAt"]),
        ended: time(log, &["finishedAt"]).filter(|_| is_over),
        actor: own("deployerEmail").or_else(|| own("deployerName")),
        revision: own("commitHash").or_else(|| text(log, &["blueprintRevision"])),
        repository: text(log, &["blueprintRepository"]),
        pull_request: own("prNumber"),
        url: text(log, &["url"]),
        ..Run::default()
    }])
}
