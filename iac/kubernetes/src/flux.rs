//! Objects of Flux: what a Kustomization or HelmRelease applied, from which source.
//!
//! fluxcd.io/flux/components (kustomize/api v1, helm/api v2, source/api v1), read 2026-11-28.

use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::{RelationKind, Run, RunOperation, RunStatus, Via};
use serde_json::Value;

use crate::argo::without_user;
use crate::object::Object;
use crate::reason::redact;
use crate::value::{condition, list, text, time};

/// End of the API groups of Flux.
const GROUP: &str = ".toolkit.fluxcd.io";

/// Whether the object is one of Flux.
pub(crate) fn is_flux(group: &str) -> bool {
    group.ends_with(GROUP)
}

/// Branch and commit of a revision: `main@sha1:731f...`, `main/731f...`, or a version alone.
pub(crate) fn revision(revision: &str) -> (Option<&str>, &str) {
    let (branch, commit) = revision
        .rsplit_once('@')
        .or_else(|| revision.rsplit_once('/'))
        .map_or((None, revision), |(branch, commit)| (Some(branch), commit));
    let commit = commit.rsplit_once(':').map_or(commit, |(_, digest)| digest);
    (branch.filter(|branch| !branch.is_empty()), commit)
}

/// Scope of the runs of an object of Flux.
pub(crate) fn scope(kind: &str, namespace: &str, name: &str) -> String {
    format!("{kind}/{namespace}/{name}")
}

/// Adds what an object of Flux tells.
pub(crate) fn object(object: &Object<'_>, objects: &[Object<'_>], out: &mut FeedOutput) {
    source(object, out);
    inventory(object, out);
    match object.kind {
        "Kustomization" => {
            if let Some(run) = reconciled(object, objects) {
                out.runs.push(run);
            }
        }
        "HelmRelease" => {
            let history = list(object.value, &["status", "history"]);
            for entry in history {
                out.runs.extend(release(object, entry));
            }
            if history.is_empty()
                && let Some(run) = reconciled(object, objects)
            {
                out.runs.push(run);
            }
        }
        _ => {}
    }
}

/// Where what it applies comes from.
fn source(object: &Object<'_>, out: &mut FeedOutput) {
    let paths: [&[&str]; 3] = [
        &["spec", "sourceRef"],
        &["spec", "chart", "spec", "sourceRef"],
        &["spec", "chartRef"],
    ];
    for reference in paths.into_iter().filter_map(|path| object.at(path)) {
        if let Some((kind, to)) = source_key(object, reference) {
            object.edge(
                RelationKind::DependsOn,
                &to,
                format!("source `{kind}`"),
                out,
            );
        }
    }
    for needed in list(object.value, &["spec", "dependsOn"]) {
        if let Some(name) = text(needed, &["name"]) {
            let namespace = text(needed, &["namespace"]).unwrap_or(object.namespace);
            let to = key::kubernetes("", object.group, object.kind, namespace, name);
            object.edge(RelationKind::DependsOn, &to, "dependsOn", out);
        }
    }
}

fn source_key<'a>(object: &Object<'_>, reference: &'a Value) -> Option<(&'a str, String)> {
    let (kind, name) = (text(reference, &["kind"])?, text(reference, &["name"])?);
    let namespace = text(reference, &["namespace"]).unwrap_or(object.namespace);
    let group = "source.toolkit.fluxcd.io";
    Some((kind, key::kubernetes("", group, kind, namespace, name)))
}

/// Objects that it applied: `namespace_name_group_Kind`.
fn inventory(object: &Object<'_>, out: &mut FeedOutput) {
    for entry in list(object.value, &["status", "inventory", "entries"]) {
        let Some(id) = text(entry, &["id"]) else {
            continue;
        };
        // Names can hold `_` for `:` of roles, so the ends are taken first.
        let mut from_end = id.rsplitn(3, '_');
        let (Some(kind), Some(group), Some(rest)) =
            (from_end.next(), from_end.next(), from_end.next())
        else {
            continue;
        };
        let (namespace, name) = rest.split_once('_').unwrap_or(("", rest));
        let name = name.replace("__", ":");
        let from = key::kubernetes("", group, kind, namespace, &name);
        let evidence = "inventory of the object";
        object.edge_of(&from, RelationKind::ManagedBy, &object.key(), evidence, out);
    }
}

/// How it last was applied, by the condition `Ready`.
fn reconciled(object: &Object<'_>, objects: &[Object<'_>]) -> Option<Run> {
    let ready = condition(object.value, "Ready")?;
    let status = match text(ready, &["status"])? {
        "True" => RunStatus::Succeeded,
        "False" => RunStatus::Failed,
        _ => RunStatus::Running,
    };
    let applied = text(object.value, &["status", "lastAppliedRevision"]);
    let attempted = text(object.value, &["status", "lastAttemptedRevision"]);
    let told = match status {
        RunStatus::Succeeded => applied.or(attempted),
        _ => attempted.or(applied),
    };
    let reference = object.at(&["spec", "sourceRef"]);
    let source = reference.and_then(|reference| source_key(object, reference));
    let repository = source.and_then(|(_, key)| {
        let source = objects.iter().find(|one| one.key() == key)?;
        text(source.value, &["spec", "url"])
    });
    let ended = time(ready, &["lastTransitionTime"]);
    let message = text(ready, &["message"]).filter(|_| status != RunStatus::Succeeded);
    Some(Run {
        status,
        ended: ended.filter(|_| status != RunStatus::Running),
        started: ended.filter(|_| status == RunStatus::Running),
        repository: repository.map(without_user),
        message: message.map(|message| redact(message, &[])),
        ..run(
            object.kind,
            object.namespace,
            object.name,
            told,
            object.place.uri,
            object.place.line,
        )
    })
}

/// A run of a revision.
pub(crate) fn run(
    kind: &str,
    namespace: &str,
    name: &str,
    told: Option<&str>,
    uri: &str,
    line: u64,
) -> Run {
    let scope = scope(kind, namespace, name);
    let commit = told.map(|told| revision(told).1);
    Run {
        id: format!("flux:{scope}@{}", commit.unwrap_or_default()),
        tool: "flux".to_owned(),
        scope,
        operation: RunOperation::Sync,
        via: Some(Via::Service),
        revision: commit.map(str::to_owned),
        uri: uri.to_owned(),
        line,
        ..Run::default()
    }
}

/// A release that a HelmRelease made: the run of Helm itself, so that its record tells the rest.
fn release(object: &Object<'_>, entry: &Value) -> Option<Run> {
    let number = entry.get("version").and_then(Value::as_u64)?;
    let name = text(entry, &["name"])?;
    let namespace = text(entry, &["namespace"]).unwrap_or(object.namespace);
    let status = text(entry, &["status"]).unwrap_or_default();
    let chart = text(entry, &["chartName"]).unwrap_or_default();
    let version = text(entry, &["chartVersion"]).unwrap_or_default();
    let mut run = crate::helm::run(&format!("{namespace}/{name}"), number, status);
    run.ended = time(entry, &["lastDeployed"]);
    run.revision = Some(format!("{chart}-{version}")).filter(|chart| chart.len() > 1);
    run.actor = Some(format!("HelmRelease {}", object.path()));
    run.uri = object.place.uri.to_owned();
    run.line = object.place.line;
    Some(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_have_a_branch_and_a_commit() {
        for (told, branch, commit) in [
            ("main@sha1:731f7eaddfb6", Some("main"), "731f7eaddfb6"),
            ("main/731f7eaddfb6", Some("main"), "731f7eaddfb6"),
            ("feature/x@sha1:73", Some("feature/x"), "73"),
            ("sha256:731f", None, "731f"),
            ("6.3.5", None, "6.3.5"),
            ("v1.2@sha256:ab", Some("v1.2"), "ab"),
        ] {
            assert_eq!(revision(told), (branch, commit), "{told}");
        }
    }
}
