//! Applications of Argo CD: what was synced when by whom, and what is out of sync.
//!
//! argo-cd.readthedocs.io/en/stable (operator manual, application specification; types in
//! pkg/apis/application/v1alpha1), read 2026-11-28.

use nepho_core::Timestamp;
use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, NodeKind, Relation, RelationKind, Run, RunOperation,
    RunStatus,
};
use serde_json::Value;

use crate::object::{Object, address};
use crate::reason::redact;
use crate::value::{at, is_true, list, text, time};

/// Whether the object is an application.
pub(crate) fn is_application(object: &Object<'_>) -> bool {
    object.group == "argoproj.io" && object.kind == "Application"
}

/// Adds the runs, changes and edges of an application.
pub(crate) fn application(object: &Object<'_>, out: &mut FeedOutput) {
    let mut runs: Vec<Run> = list(object.value, &["status", "history"])
        .iter()
        .filter_map(|entry| synced(object, entry))
        .collect();
    for at in 1..runs.len() {
        let (before, after) = runs.split_at_mut(at);
        if let (Some(last), Some(next)) = (before.last(), after.first_mut()) {
            next.serial_from = last.serial_to;
        }
    }
    if let Some(state) = object.at(&["status", "operationState"]) {
        let run = operation(object, state, &mut runs);
        for result in list(state, &["syncResult", "resources"]) {
            out.changes.extend(result_of(object, &run, result));
        }
    }
    drift(object, out);
    for resource in list(object.value, &["status", "resources"]) {
        if let Some(of) = Named::of(object, resource) {
            out.relations.push(managed(object, &of));
        }
    }
    out.runs.append(&mut runs);
}

fn scope(object: &Object<'_>) -> String {
    object.path()
}

/// Revision of a sync; of several sources the first.
fn revision(value: &Value) -> Option<String> {
    let single = text(value, &["revision"]);
    let several = list(value, &["revisions"]).iter().find_map(Value::as_str);
    single.or(several).map(str::to_owned)
}

fn repository(object: &Object<'_>, value: &Value) -> Option<String> {
    let of = |value: &Value| {
        let several = list(value, &["sources"]).first();
        let url = text(value, &["source", "repoURL"]);
        url.or_else(|| several.and_then(|source| text(source, &["repoURL"])))
            .map(without_user)
    };
    of(value).or_else(|| object.at(&["spec"]).and_then(of))
}

/// An address without user and password.
pub(crate) fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let host = rest.get(..end).unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{}", rest.get(end..).unwrap_or_default())
}

fn run_of(object: &Object<'_>, id: String) -> Run {
    Run {
        id,
        tool: "argocd".to_owned(),
        scope: scope(object),
        operation: RunOperation::Sync,
        uri: object.place.uri.to_owned(),
        line: object.place.line,
        ..Run::default()
    }
}

/// A run of the history: only syncs that succeeded get into it.
fn synced(object: &Object<'_>, entry: &Value) -> Option<Run> {
    let ended = time(entry, &["deployedAt"])?;
    let number = at(entry, &["id"]).and_then(Value::as_u64);
    let id = number.map_or_else(|| ended.to_string(), |number| number.to_string());
    Some(Run {
        status: RunStatus::Succeeded,
        started: time(entry, &["deployStartedAt"]),
        ended: Some(ended),
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

/// Run of the last operation: one of the history, if it got into it, else one of its own.
fn operation(object: &Object<'_>, state: &Value, runs: &mut Vec<Run>) -> Run {
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
    let message = text(state, &["message"]).map(|message| redact(message, &[]));
    let actor = initiator(at(state, &["operation", "initiatedBy"]));
    let in_history = runs.iter_mut().rev().find(|run| {
        status == RunStatus::Succeeded
            && run.revision == revision
            && (run.ended == ended || run.started == started)
    });
    if let Some(run) = in_history {
        run.message = message;
        run.started = run.started.or(started);
        run.actor = run.actor.take().or(actor);
        return run.clone();
    }
    let when = started.or(ended).map(|time| time.to_string());
    let id = format!("argocd:{}@{}", scope(object), when.unwrap_or_default());
    let mut run = Run {
        status,
        started,
        ended,
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

/// Whether the revision is an older one of the history, and not the newest.
fn is_rollback(object: &Object<'_>, run: &Run) -> bool {
    let history = list(object.value, &["status", "history"]);
    let Some((last, older)) = history.split_last() else {
        return false;
    };
    revision(last) != run.revision && older.iter().any(|entry| revision(entry) == run.revision)
}

/// An object that an application names.
struct Named<'a> {
    group: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    cluster: &'a str,
}

impl<'a> Named<'a> {
    fn of(object: &Object<'a>, value: &'a Value) -> Option<Self> {
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
        .map(|host| host.split(['/', ':']).next().unwrap_or_default());
    let is_own = |cluster: &str| {
        cluster == "in-cluster" || cluster.starts_with("kubernetes.default") || cluster.is_empty()
    };
    name.or(server)
        .filter(|cluster| !is_own(cluster))
        .unwrap_or_default()
}

/// What a sync did to one object; nothing, if it was as declared.
fn result_of(object: &Object<'_>, run: &Run, result: &Value) -> Option<Change> {
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
    let is_told = outcome != ChangeOutcome::Applied && !message.is_empty();
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
fn drift(object: &Object<'_>, out: &mut FeedOutput) {
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

fn managed(object: &Object<'_>, of: &Named<'_>) -> Relation {
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
