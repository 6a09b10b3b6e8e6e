//! What deployments, their operations and what-if results tell together.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::feed::{FeedOutput, Member, Snapshot};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};

use super::operation::{ACTION, ENDED, STARTED, TOOL, in_run};
use super::{complete, existence, operation};

/// Deployments by name.
type Deployments<'a> = BTreeMap<&'a str, Vec<&'a Snapshot>>;

/// Tells of changes again that are known better now, under the id that they had.
pub(super) fn compare(snapshots: &[Snapshot], known: &[Change], out: &mut FeedOutput) {
    let mut deployments = Deployments::new();
    for snapshot in snapshots.iter().filter(|one| one.tool == "arm") {
        deployments
            .entry(&snapshot.scope)
            .or_default()
            .push(snapshot);
    }
    let operations: Vec<(&Snapshot, String)> = snapshots
        .iter()
        .filter(|one| one.tool == TOOL)
        .map(|one| (one, run_of(one, &deployments)))
        .collect();
    let mut better = done(&operations, known, out);
    rename(&operations, known, &mut better);
    complete::end(snapshots, known, &mut better, out);
    if known.iter().any(is_ours) || !better.is_empty() {
        settle(known, &mut better);
    }
    out.changes.extend(better.into_values());
}

/// What operations, each with its run, tell that they did; and their run, where no deployment
/// tells of it.
fn done(
    operations: &[(&Snapshot, String)],
    known: &[Change],
    out: &mut FeedOutput,
) -> BTreeMap<String, Change> {
    let mut changes: BTreeMap<&str, &Change> = BTreeMap::new();
    let mut failed: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    for change in known.iter().filter(|change| is_ours(change)) {
        changes.insert(&change.id, change);
        if change.outcome != ChangeOutcome::Applied {
            failed.entry(&change.run).or_default().push(change);
        }
    }
    let mut held: BTreeSet<String> = out.runs.iter().map(|run| run.id.clone()).collect();
    let mut done: BTreeMap<String, Change> = BTreeMap::new();
    for (snapshot, run) in operations {
        let mut told: Vec<Change> = Vec::new();
        for (address, member) in &snapshot.members {
            let id = format!("arm:{run}:{address}");
            let change = match changes.get(id.as_str()) {
                Some(change) => (*change).clone(),
                None => plain(snapshot, address, run),
            };
            let change = timed(change, member);
            told.push(change.clone());
            done.insert(id, change);
        }
        // No deployment tells of the run: its operations do.
        if *run == snapshot.scope {
            let failed = failed.get(run.as_str()).into_iter().flatten();
            told.extend(failed.copied().cloned());
            if held.insert(run.clone()) {
                out.runs.push(operation::run_of(run, &told));
            }
        }
    }
    done
}

/// The change with the time and the action that its operation tells.
fn timed(change: Change, operation: &Member) -> Change {
    let time = |name: &str| {
        let nanos = operation.attributes.get(name)?;
        i64::try_from(*nanos).ok().map(Timestamp)
    };
    Change {
        time: time(ENDED).or(change.time),
        started: time(STARTED).or(change.started),
        not_before: None,
        reason: None,
        action: match operation.attributes.get(ACTION) {
            Some(1) => ChangeAction::Create,
            Some(2) => ChangeAction::Delete,
            _ => ChangeAction::Update,
        },
        ..change
    }
}

/// Puts failures that an operation told into the run of their deployment, which is known by now.
fn rename(
    operations: &[(&Snapshot, String)],
    known: &[Change],
    better: &mut BTreeMap<String, Change>,
) {
    let mut runs: BTreeMap<&str, &str> = BTreeMap::new();
    for (snapshot, run) in operations {
        runs.entry(&snapshot.scope).or_insert(run);
    }
    let told = known.iter().filter(|change| is_ours(change));
    for change in told.filter(|change| change.run == change.scope) {
        let run = runs.get(change.scope.as_str());
        if let Some(run) = run.filter(|run| **run != change.run) {
            let id = change.id.clone();
            let known = Change {
                id: id.clone(),
                ..in_run(change.clone(), run)
            };
            better.insert(id, known);
        }
    }
}

/// Tells of puts by what is known of their resources besides.
fn settle(known: &[Change], better: &mut BTreeMap<String, Change>) {
    let mut all: BTreeMap<&str, &Change> = BTreeMap::new();
    for change in known.iter().chain(better.values()) {
        all.insert(&change.id, change);
    }
    for change in existence::settled(&all) {
        better.insert(change.id.clone(), change);
    }
}

pub(super) fn is_ours(change: &Change) -> bool {
    matches!(change.tool.as_str(), "arm" | "bicep")
}

/// Run that the operations are of: the last deployment of this name that began before the first of
/// them ended; without one, the name stands for it.
fn run_of(operations: &Snapshot, deployments: &Deployments<'_>) -> String {
    let named = deployments.get(operations.scope.as_str());
    named
        .into_iter()
        .flatten()
        .filter(|one| operations.time.is_none() || one.time <= operations.time)
        .max_by_key(|one| one.time)
        .map_or_else(|| operations.scope.clone(), |one| one.lineage.clone())
}

/// A change that only an operation tells.
fn plain(snapshot: &Snapshot, address: &str, run: &str) -> Change {
    let member = snapshot.members.get(address);
    let change = Change {
        tool: "arm".to_owned(),
        scope: snapshot.scope.clone(),
        outcome: ChangeOutcome::Applied,
        address: address.to_owned(),
        resource: Some(address.to_owned()),
        resource_type: member
            .map(|member| member.resource_type.clone())
            .unwrap_or_default(),
        parent: member.and_then(|member| member.parent.clone()),
        uri: snapshot.uri.clone(),
        ..Change::default()
    };
    in_run(change, run)
}
