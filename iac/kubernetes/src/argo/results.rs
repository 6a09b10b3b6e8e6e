//! What a sync did to each object, and what is not as declared.

use nepho_core::Timestamp;
use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, NodeKind, Relation, RelationKind, Run,
};
use serde_json::Value;

use super::runs::is_of_secret;
use super::{revision, run_of, scope};
use crate::object::{Object, address};
use crate::reason::redact;
use crate::value::{is_true, list, text, time};

/// An object that an application names.
pub(super) struct Named<'a> {
    group: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    cluster: &'a str,
}

impl<'a> Named<'a> {
    pub(super) fn of(object: &Object<'a>, value: &'a Value) -> Option<Self> {
        Some(Self {
            group: text(value, &["group"]).unwrap_or_default(),
            kind: text(value, &["kind"])?,
            namespace: text(value, &["namespace"]).unwrap_or_default(),
            name: text(value, &["name"])?,
            cluster: cluster(object),
        })
    }

    fn key(&self) -> String {
        key::kubernetes(
            self.cluster,
            self.group,
            self.kind,
            self.namespace,
            self.name,
        )
    }

    fn address(&self) -> String {
        address(self.group, self.kind, self.namespace, self.name)
    }
}

/// Cluster that the application deploys to: empty for its own.
fn cluster<'a>(object: &Object<'a>) -> &'a str {
    let name = text(object.value, &["spec", "destination", "name"]);
    let server = text(object.value, &["spec", "destination", "server"])
        .and_then(|server| server.split("://").nth(1))
        // What stands before `@` is a user, a password or a token.
        .map(|rest| rest.rsplit('@').next().unwrap_or_default())
        .map(|host| host.split(['/', ':']).next().unwrap_or_default());
    let is_own = |cluster: &str| {
        cluster == "in-cluster" || cluster.starts_with("kubernetes.default") || cluster.is_empty()
    };
    name.or(server)
        .filter(|cluster| !is_own(cluster))
        .unwrap_or_default()
}

/// What a sync did to one object; nothing, if it was as declared.
pub(super) fn result_of(object: &Object<'_>, run: &Run, result: &Value) -> Option<Change> {
    let of = Named::of(object, result)?;
    let status = text(result, &["status"]).unwrap_or_default();
    let message = text(result, &["message"]).unwrap_or_default();
    let (action, outcome) = match (status, text(result, &["hookPhase"])) {
        ("Pruned", _) => (ChangeAction::Delete, ChangeOutcome::Applied),
        ("PruneSkipped", _) => return None,
        ("SyncFailed", _) | (_, Some("Failed" | "Error")) => (
            word(message).unwrap_or(ChangeAction::Update),
            ChangeOutcome::Failed,
        ),
        ("Synced", _) | (_, Some("Succeeded")) => {
            if message.contains("unchanged") {
                return None;
            }
            (
                word(message).unwrap_or(ChangeAction::Update),
                ChangeOutcome::Applied,
            )
        }
        _ => (
            word(message).unwrap_or(ChangeAction::Update),
            ChangeOutcome::Unknown,
        ),
    };
    let mut change = change(object, run, &of, action, outcome);
    let is_told = outcome != ChangeOutcome::Applied && !message.is_empty() && !is_of_secret(result);
    change.reason = is_told.then(|| redact(message, &[]));
    Some(change)
}

/// Action by the words of `kubectl apply`: `deployment.apps/web configured`.
pub(crate) fn word(message: &str) -> Option<ChangeAction> {
    let last = message.trim_end().rsplit(' ').next()?;
    match last.trim_end_matches('.') {
        "created" => Some(ChangeAction::Create),
        "configured" | "serverside-applied" | "replaced" | "patched" => Some(ChangeAction::Update),
        "pruned" | "deleted" => Some(ChangeAction::Delete),
        _ => None,
    }
}

fn change(
    object: &Object<'_>,
    run: &Run,
    of: &Named<'_>,
    action: ChangeAction,
    outcome: ChangeOutcome,
) -> Change {
    let address = of.address();
    Change {
        id: format!("{}:{address}:{action}", run.id),
        time: run.ended,
        started: run.started,
        not_before: run.started,
        tool: "argocd".to_owned(),
        scope: scope(object),
        run: run.id.clone(),
        action,
        outcome,
        address,
        resource: Some(of.key()),
        resource_type: of.kind.to_owned(),
        actor: run.actor.clone(),
        revision: run.revision.clone(),
        uri: object.place.uri.to_owned(),
        line: object.place.line,
        ..Change::default()
    }
}

/// What is out of sync while nothing is being synced.
pub(super) fn drift(object: &Object<'_>, out: &mut FeedOutput) {
    let is_running = object.at(&["operation"]).is_some()
        || text(object.value, &["status", "operationState", "phase"]) == Some("Running");
    let declared = text(object.value, &["status", "sync", "revision"]);
    let synced = object
        .at(&["status", "operationState", "syncResult"])
        .and_then(revision)
        .or_else(|| {
            list(object.value, &["status", "history"])
                .last()
                .and_then(revision)
        });
    // Another revision than the one that was synced is a change that nobody applied yet.
    let is_newer = declared.is_some() && synced.is_some() && declared != synced.as_deref();
    if is_running || is_newer {
        return;
    }
    let time: Option<Timestamp> = time(object.value, &["status", "reconciledAt"]);
    let last = time_of_last_sync(object);
    let run = Run {
        ended: time,
        ..run_of(object, format!("argocd:{}:drift", scope(object)))
    };
    for resource in list(object.value, &["status", "resources"]) {
        if text(resource, &["status"]) != Some("OutOfSync") {
            continue;
        }
        let Some(of) = Named::of(object, resource) else {
            continue;
        };
        let mut drift = change(
            object,
            &run,
            &of,
            ChangeAction::Drift,
            ChangeOutcome::Applied,
        );
        drift.started = None;
        drift.not_before = last;
        drift.revision = declared.map(str::to_owned);
        drift.reason = Some(match is_true(resource, &["requiresPruning"]) {
            true => "it is no longer declared".to_owned(),
            false => "it is not as declared".to_owned(),
        });
        out.changes.push(drift);
    }
}

fn time_of_last_sync(object: &Object<'_>) -> Option<Timestamp> {
    let last = list(object.value, &["status", "history"]).last();
    time(object.value, &["status", "operationState", "finishedAt"])
        .or_else(|| last.and_then(|entry| time(entry, &["deployedAt"])))
}

pub(super) fn managed(object: &Object<'_>, of: &Named<'_>) -> Relation {
    Relation {
        from_kind: NodeKind::Resource,
        from: of.key(),
        to_kind: NodeKind::Resource,
        to: object.key(),
        kind: RelationKind::ManagedBy,
        source: "argocd".to_owned(),
        confidence: 1.0,
        observations: 1,
        uri: object.place.uri.to_owned(),
        line: object.place.line,
        evidence: "resources of the application".to_owned(),
        ..Relation::default()
    }
}
