//! Versions of workloads: the sets of replicas that a deployment made, and how rollouts went.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};

use crate::kinds;
use crate::object::{Object, address};
use crate::reason::redact;
use crate::value::{at, condition, list, text, time};

/// Annotations that number the versions of a workload.
const REVISIONS: [&str; 2] = [
    "deployment.kubernetes.io/revision",
    "rollout.argoproj.io/revision",
];

/// Reason of a rollout that took too long.
const PAST_DEADLINE: &str = "ProgressDeadlineExceeded";

/// Adds the version that the object tells of, if it is a set of replicas or a workload whose
/// rollout ended.
pub(crate) fn versions(object: &Object<'_>, out: &mut FeedOutput) {
    match (object.group, object.kind) {
        ("apps" | "extensions", "ReplicaSet") => out.changes.extend(of_replicas(object)),
        ("argoproj.io", "Rollout") => out.changes.extend(of_rollout(object, "argo-rollouts")),
        ("apps", "Deployment") => {
            // A version that went well is told by its set of replicas.
            let failed = of_rollout(object, "kubernetes");
            out.changes
                .extend(failed.filter(|change| change.outcome == ChangeOutcome::Failed));
        }
        _ => {}
    }
}

/// Of a version that its set of replicas and its workload both tell, keeps the word of the
/// workload, with the beginning that the set tells.
pub(crate) fn merge(out: &mut FeedOutput) {
    let is_version = |change: &Change| change.run.starts_with("revision ");
    let mut failed: BTreeMap<String, Option<Timestamp>> = out
        .changes
        .iter()
        .filter(|change| is_version(change) && change.outcome != ChangeOutcome::Applied)
        .map(|change| (change.id.clone(), None))
        .collect();
    out.changes.retain(|change| {
        let is_set = is_version(change) && change.outcome == ChangeOutcome::Applied;
        match failed.get_mut(&change.id).filter(|_| is_set) {
            Some(started) => {
                *started = change.time;
                false
            }
            None => true,
        }
    });
    for change in &mut out.changes {
        if let Some(started) = failed.get(&change.id) {
            change.started = change.started.or(*started);
        }
    }
}

fn revision<'a>(object: &Object<'a>) -> Option<&'a str> {
    REVISIONS.iter().find_map(|name| object.annotation(name))
}

/// Number behind the word `revision`.
pub(crate) fn revision_in(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("revision ")?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    (end > 0).then(|| rest.get(..end).unwrap_or_default().to_owned())
}

/// A new set of replicas is a new version of what owns it.
fn of_replicas(object: &Object<'_>) -> Option<Change> {
    let revision = revision(object)?;
    let owners = list(object.value, &["metadata", "ownerReferences"]);
    let owner = owners
        .iter()
        .find(|owner| matches!(text(owner, &["kind"]), Some("Deployment" | "Rollout")))?;
    let (kind, name) = (text(owner, &["kind"])?, text(owner, &["name"])?);
    let group = kinds::group_of(text(owner, &["apiVersion"])?);
    let tool = match group {
        "argoproj.io" => "argo-rollouts",
        _ => "kubernetes",
    };
    let mut change = version(object, tool, revision, ChangeOutcome::Applied);
    change.time = Some(object.created()?);
    change.address = address(group, kind, object.namespace, name);
    change.resource = Some(key::kubernetes("", group, kind, object.namespace, name));
    change.resource_type = kind.to_owned();
    change.id = format!("{tool}:revision {revision}:{}", change.address);
    Some(change)
}

/// How the last rollout of a workload went.
fn of_rollout(object: &Object<'_>, tool: &str) -> Option<Change> {
    let progress = condition(object.value, "Progressing");
    let of_progress = |name: &str| progress.and_then(|progress| text(progress, &[name]));
    // `RolloutAborted: Rollout aborted update to revision 3: Metric "errors" assessed Failed`
    let status = text(object.value, &["status", "message"]);
    let is_failure =
        |(reason, _): &(&str, &str)| ["RolloutAborted", PAST_DEADLINE].contains(reason);
    let status = status.and_then(|status| status.split_once(": "));
    let (named, told) = status.filter(is_failure).unzip();
    let words = [told, of_progress("message")];
    let in_text = words.into_iter().flatten().find_map(revision_in);
    let revision = revision(object).or(in_text.as_deref())?;
    let aborted = at(object.value, &["status", "abort"]).and_then(serde_json::Value::as_bool);
    let is_aborted = aborted == Some(true) || named == Some("RolloutAborted");
    if progress.is_none() && named.is_none() && !is_aborted {
        return None;
    }
    let outcome = match of_progress("reason").or(named).unwrap_or_default() {
        "RolloutAborted" => ChangeOutcome::RolledBack,
        _ if is_aborted => ChangeOutcome::RolledBack,
        PAST_DEADLINE | "ReplicaSetCreateError" | "FailedCreate" => ChangeOutcome::Failed,
        "NewReplicaSetAvailable" | "RolloutCompleted" | "Completed" => ChangeOutcome::Applied,
        _ => ChangeOutcome::Unknown,
    };
    let mut change = version(object, tool, revision, outcome);
    let ended = ["lastUpdateTime", "lastTransitionTime"];
    let mut ended = ended
        .into_iter()
        .filter_map(|name| time(progress?, &[name]));
    let aborted_at = time(object.value, &["status", "abortedAt"]);
    change.time = aborted_at.filter(|_| is_aborted).or_else(|| ended.next());
    if outcome != ChangeOutcome::Applied {
        let message = told.or_else(|| of_progress("message"));
        let message = message.map(|message| redact(message, &[]));
        change.reason = message.or(change.reason);
    }
    Some(change)
}

fn version(object: &Object<'_>, tool: &str, revision: &str, outcome: ChangeOutcome) -> Change {
    let action = match revision {
        "1" => ChangeAction::Create,
        _ => ChangeAction::Update,
    };
    let run = format!("revision {revision}");
    let mut change = object.change(tool, &run, action, outcome, None);
    change.revision = Some(revision.to_owned());
    change.attributes = vec!["spec.template".to_owned()];
    change.reason = object
        .annotation("kubernetes.io/change-cause")
        .map(|cause| redact(cause, &[]));
    change
}
