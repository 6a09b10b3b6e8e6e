//! Pulumi against what its engine counted and showed (`../shared/iac/pulumi`).
//!
//! The logs are those of the tests of Pulumi itself, each with the summary of the engine and with
//! what the command line showed of it.

mod shown;
mod stream;

use std::collections::BTreeMap;

use nepho_core::tables::{ChangeAction, ChangeOutcome, RunOperation, RunStatus};
use serde_json::Value;

use self::stream::Stream;
use super::feeds::{Read, folder, read_all};
use super::{Figure, named};

/// All figures on Pulumi; none where the data are absent.
///
/// | figure | right is |
/// |---|---|
/// | operations by resource | for each resource what the command line shows as done or failed |
/// | operations by summary | the numbers of operations that the engine counts, replacements as one |
/// | previews | a run `plan`, and neither changes nor resources |
/// | runs | ended as the engine says |
/// | root failures | the resource that failed first; none where none failed |
/// | checkpoints | the resources of the clouds, or refused because of an unknown feature |
pub fn figures() -> Vec<Figure> {
    let Some(folder) = folder("pulumi") else {
        return Vec::new();
    };
    let logs = read_all(&folder.join("engine-events"), "pulumi.");
    let logs: Vec<(Read, Stream)> = logs
        .into_iter()
        .filter(|read| read.path.extension().is_some_and(|ending| ending == "json"))
        .map(|read| {
            let stream = Stream::read(&read.text);
            (read, stream)
        })
        .collect();
    vec![
        shown::by_resource(&logs),
        by_summary(&logs),
        previews(&logs),
        runs(&logs),
        roots(&logs),
        checkpoints(&read_all(&folder.join("checkpoint"), "pulumi.")),
    ]
}

/// The end of the path that tells one log from another.
fn name(read: &Read) -> String {
    let path = read.path.display().to_string();
    let name = path.split_once("engine-events/").map(|(_, name)| name);
    name.unwrap_or(&path).to_owned()
}

/// What the engine counts: how many resources it created, updated, deleted, replaced, imported.
fn by_summary(logs: &[(Read, Stream)]) -> Figure {
    let mut figure = named("pulumi: operations by summary");
    for (read, stream) in logs.iter().filter(|(_, stream)| !stream.is_preview) {
        let mut got = stream.of_groups.clone();
        for change in &read.out.changes {
            let is_gone = change.reason.as_deref() == Some("deleted");
            let operation = match change.action {
                _ if change.outcome != ChangeOutcome::Applied => continue,
                ChangeAction::Create => "create",
                // The engine does not count what a refresh finds gone.
                ChangeAction::Drift if is_gone => continue,
                ChangeAction::Update | ChangeAction::Drift => "update",
                ChangeAction::Delete | ChangeAction::Forget => "delete",
                ChangeAction::Replace => "replace",
                ChangeAction::Import => "import",
                _ => continue,
            };
            *got.entry(operation.to_owned()).or_insert(0) += 1;
        }
        figure.check(got == stream.counted, || {
            format!("{}: {got:?} for {:?}", name(read), stream.counted)
        });
    }
    figure
}

fn previews(logs: &[(Read, Stream)]) -> Figure {
    let mut figure = named("pulumi: previews change nothing");
    for (read, _) in logs.iter().filter(|(_, stream)| stream.is_preview) {
        let is_plan = read
            .out
            .runs
            .iter()
            .all(|run| run.operation == RunOperation::Plan);
        let is_right = is_plan && read.out.changes.is_empty() && read.out.resources.is_empty();
        figure.check(is_right, || format!("{}: {:?}", name(read), read.out.runs));
    }
    figure
}

fn runs(logs: &[(Read, Stream)]) -> Figure {
    let mut figure = named("pulumi: ends of runs");
    for (read, stream) in logs {
        let Some(expected) = stream.result.as_deref() else {
            continue;
        };
        // Without a resource there is no stack to tell a run of.
        let Some(run) = read.out.runs.first() else {
            figure.check(!stream.has_resources, || format!("{}: no run", name(read)));
            continue;
        };
        let is_right = match expected {
            "succeeded" => run.status == RunStatus::Succeeded,
            _ => matches!(run.status, RunStatus::Failed | RunStatus::Partial),
        };
        let is_plan = run.operation == RunOperation::Plan;
        figure.check(is_right && is_plan == stream.is_preview, || {
            format!("{}: {:?} {:?}", name(read), run.operation, run.status)
        });
    }
    figure
}

fn roots(logs: &[(Read, Stream)]) -> Figure {
    let mut figure = named("pulumi: root failures");
    for (read, stream) in logs.iter().filter(|(_, stream)| !stream.is_preview) {
        let roots = read.out.changes.iter();
        let roots: Vec<&str> = roots
            .filter(|change| change.is_root_failure)
            .map(|change| change.address.as_str())
            .collect();
        let expected: Vec<&str> = stream.first_failure.as_deref().into_iter().collect();
        figure.check(roots == expected, || {
            format!("{}: {roots:?} for {expected:?}", name(read))
        });
    }
    figure
}

fn checkpoints(all: &[Read]) -> Figure {
    let mut figure = named("pulumi: checkpoints");
    for read in all {
        let document: Value = serde_json::from_str(&read.text).unwrap_or_default();
        if document["features"].as_array().is_some() {
            let refused = read.refused.as_deref().unwrap_or_default();
            let is_right = refused.contains("unsupported-feature") && read.out.resources.is_empty();
            figure.check(is_right, || format!("{}: {refused}", read.path.display()));
            continue;
        }
        let latest = match document["checkpoint"].is_object() {
            true => &document["checkpoint"]["latest"],
            false => &document["latest"],
        };
        let mut expected: BTreeMap<&str, usize> = BTreeMap::new();
        for resource in latest["resources"].as_array().into_iter().flatten() {
            if resource["custom"] == true {
                let urn = resource["urn"].as_str().unwrap_or_default();
                *expected.entry(urn).or_insert(0) += 1;
            }
        }
        let mut got: BTreeMap<&str, usize> = BTreeMap::new();
        for resource in &read.out.resources {
            *got.entry(resource.address.as_deref().unwrap_or_default())
                .or_insert(0) += 1;
        }
        let urns: Vec<&&str> = expected.keys().chain(got.keys()).collect();
        for urn in urns {
            figure.check(expected.get(*urn) == got.get(*urn), || {
                format!("{}: {urn}", read.path.display())
            });
        }
    }
    figure
}
