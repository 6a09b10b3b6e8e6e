//! Webhooks of Atlantis: an apply, and a look for drift.

use nepho_core::tables::{Run, RunOperation, RunStatus, Via};
use serde_json::Value;

use super::{at, number, text};

/// The apply of one project of a pull request. It tells neither a time nor what was changed.
pub(super) fn applied(value: &Value) -> Option<Run> {
    let repository = text(value, &["Repo", "FullName"])?;
    let host = text(value, &["Repo", "VCSHost", "Hostname"]);
    let pull = number(value, &["Pull", "Num"]).filter(|number| *number > 0);
    let commit = text(value, &["Pull", "HeadCommit"]);
    let folder = text(value, &["Directory"]);
    let workspace = text(value, &["Workspace"]);
    let is_success = at(value, &["Success"])?.as_bool()?;
    let parts = [
        Some(repository.clone()),
        pull.map(|number| format!("#{number}")),
        folder.clone(),
        workspace.clone(),
        commit.clone(),
    ];
    let id: Vec<String> = parts.into_iter().flatten().collect();
    let project = text(value, &["ProjectName"]);
    Some(Run {
        id: format!("atlantis:{}", id.join(":")),
        scope: scope(project, workspace, folder),
        operation: RunOperation::Apply,
        status: match is_success {
            true => RunStatus::Succeeded,
            // What was done before the error stays done, and may be nothing.
            false => RunStatus::Failed,
        },
        actor: text(value, &["User", "Username"]),
        via: Some(Via::Ci),
        revision: commit,
        repository: Some(match host {
            Some(host) => format!("{host}/{repository}"),
            None => repository,
        }),
        pull_request: pull.map(|number| number.to_string()),
        url: text(value, &["Pull", "URL"]),
        ..Run::default()
    })
}

/// Looks that found drift, one for each project that has some.
pub(super) fn drifted(value: &Value) -> Option<Vec<Run>> {
    let detection = text(value, &["detection_id"])?;
    let projects = at(value, &["projects"])?.as_array()?;
    let has_drift = |project: &&Value| at(project, &["has_drift"]) == Some(&Value::Bool(true));
    let runs = projects.iter().filter(has_drift).map(|project| {
        let scope = scope(
            text(project, &["project_name"]),
            text(project, &["workspace"]),
            text(project, &["path"]),
        );
        Run {
            id: format!("atlantis:{detection}:{scope}"),
            scope,
            operation: RunOperation::Refresh,
            status: RunStatus::Succeeded,
            via: Some(Via::Ci),
            revision: text(value, &["ref"]),
            repository: text(value, &["repository"]),
            message: text(project, &["summary"]),
            ..Run::default()
        }
    });
    Some(runs.collect())
}

/// The project by its name, by its workspace if that is one of several, or by its folder.
fn scope(project: Option<String>, workspace: Option<String>, folder: Option<String>) -> String {
    let workspace = workspace.filter(|name| name != "default");
    let folder = folder.map(|path| {
        let last = path.trim_end_matches('/').rsplit('/').next();
        last.unwrap_or_default().to_owned()
    });
    let folder = folder.filter(|name| !name.is_empty() && name != ".");
    let named = project.or(workspace).or(folder);
    named.unwrap_or_else(|| "default".to_owned())
}
