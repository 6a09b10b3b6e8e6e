//! Helm, Flux and Argo against what their documents say (`../shared/iac/k8s`).

use nepho_core::Timestamp;
use nepho_core::tables::{ChangeAction, ChangeOutcome, RelationKind, RunOperation, RunStatus};
use serde_json::Value;

use super::feeds::{Read, folder, read_all};
use super::{Figure, named};

/// All figures on Kubernetes; none where the data are absent.
///
/// | figure | right is |
/// |---|---|
/// | documents | read whole, or refused with a reason and its place |
/// | revisions of Helm | number, time, status, chart and kind of each revision of a history |
/// | events of Flux | commit, status and time of the run, and the object that was refused |
/// | objects of Argo | key, version, outcome and time of what is rolled out, and its images |
pub fn figures() -> Vec<Figure> {
    let Some(folder) = folder("k8s") else {
        return Vec::new();
    };
    let all = read_all(&folder, "kubernetes.");
    vec![documents(&all), helm(&all), flux(&all), argo(&all)]
}

fn documents(all: &[Read]) -> Figure {
    let mut figure = named("kubernetes: documents read or refused with a reason");
    for read in all {
        let is_taken = read
            .feed
            .is_some_and(|feed| feed.starts_with("kubernetes."));
        // A history of Helm names no release; its file does.
        let has_name = read.text.contains("name") || read.text.starts_with('[');
        let is_right = match has_name {
            true => is_taken && read.refused.is_none() && read.out.rejects.is_empty(),
            // An object without a name is nobody.
            false => read.refused.is_some(),
        };
        figure.check(is_right, || {
            format!(
                "{}: {:?} {:?}",
                read.path.display(),
                read.feed,
                read.refused
            )
        });
    }
    figure
}

fn helm(all: &[Read]) -> Figure {
    let mut figure = named("kubernetes: revisions of Helm");
    for read in all
        .iter()
        .filter(|read| read.path.to_string_lossy().contains("/helm/"))
    {
        let revisions: Vec<Value> = serde_json::from_str(&read.text).unwrap_or_default();
        for (at, revision) in revisions.iter().enumerate() {
            let told = read.out.runs.get(at);
            let status = match revision["status"].as_str() {
                Some("deployed" | "superseded") => RunStatus::Succeeded,
                Some("failed") => RunStatus::Failed,
                _ => RunStatus::Unknown,
            };
            let operation = match revision["rollback_revision"].is_u64() {
                true => RunOperation::Rollback,
                false => RunOperation::Apply,
            };
            let time = revision["updated"]
                .as_str()
                .and_then(Timestamp::parse_rfc3339);
            let is_right = told.is_some_and(|run| {
                run.serial_to == revision["revision"].as_u64()
                    && run.ended == time
                    && run.status == status
                    && run.operation == operation
                    && run.revision.as_deref() == revision["chart"].as_str()
                    && run.message.as_deref() == revision["description"].as_str()
            });
            figure.check(is_right, || format!("{}: {told:?}", read.path.display()));
        }
    }
    figure
}

fn flux(all: &[Read]) -> Figure {
    let mut figure = named("kubernetes: events of Flux");
    for read in all
        .iter()
        .filter(|read| read.path.to_string_lossy().contains("/flux/"))
    {
        let event: Value = serde_json::from_str(&read.text).unwrap_or_default();
        let metadata = event["metadata"].as_object();
        let revision = metadata
            .into_iter()
            .flatten()
            .find_map(|(_, value)| value.as_str());
        let commit = revision.and_then(|revision| revision.rsplit('/').next());
        let time = event["timestamp"]
            .as_str()
            .and_then(Timestamp::parse_rfc3339);
        let run = read.out.runs.first();
        let status = match event["severity"].as_str() {
            Some("error") => RunStatus::Failed,
            _ => RunStatus::Succeeded,
        };
        figure.check(
            run.is_some_and(|run| {
                run.revision.as_deref() == commit && run.ended == time && run.status == status
            }),
            || format!("{}: {run:?}", read.path.display()),
        );
        // `service/apps/webapp validation error: ...`
        let word = event["message"]
            .as_str()
            .and_then(|text| text.split(' ').next());
        let change = read.out.changes.first();
        figure.check(
            change.is_some_and(|change| {
                Some(change.address.as_str()) == word && change.outcome == ChangeOutcome::Failed
            }),
            || format!("{}: {change:?}", read.path.display()),
        );
    }
    figure
}

fn argo(all: &[Read]) -> Figure {
    let mut figure = named("kubernetes: objects of Argo");
    for read in all.iter().filter(|read| !read.out.resources.is_empty()) {
        let images = read.text.matches("image: ").count();
        let edges = read.out.relations.iter();
        let used = edges.filter(|edge| edge.kind == RelationKind::Uses && edge.evidence == "image");
        let used = used.count();
        figure.check(used == images, || {
            format!("{}: {used} of {images} images", read.path.display())
        });
        let Some(rolled) = read
            .text
            .contains("NewReplicaSetAvailable")
            .then_some(&read.out)
        else {
            continue;
        };
        let key = "k8s:///argoproj.io/rollout/default/guestbook-canary";
        let change = rolled.changes.first();
        let is_right = change.is_some_and(|change| {
            change.resource.as_deref() == Some(key)
                && change.action == ChangeAction::Create
                && change.outcome == ChangeOutcome::Applied
                && change.time == Timestamp::parse_rfc3339("2019-05-01T21:55:58Z")
        });
        figure.check(is_right, || format!("{}: {change:?}", read.path.display()));
        let row = rolled.resources.first();
        let has_uid = row.is_some_and(|row| {
            let uid = "d6105ccd-6c5b-11e9-b8d7-025000000001".to_owned();
            row.key == key && row.aliases.contains(&uid)
        });
        figure.check(has_uid, || format!("{}: {row:?}", read.path.display()));
    }
    figure
}
