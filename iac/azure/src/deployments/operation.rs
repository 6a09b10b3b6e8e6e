//! Operations of deployments: when each resource was put, whether it was new, and what failed.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::feed::{FeedOutput, Member, Snapshot};
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Run, RunStatus};
use serde_json::Value;

use super::deployment::UPSERT;
use crate::error::{Failure, Values, failures};
use crate::resource::{Place, is_deployment};
use crate::run::{change, outcome};
use crate::time;
use crate::value::{at, properties, text};

/// Tool of the snapshots that hold operations: they are for [`super::compare`] alone.
pub(super) const TOOL: &str = "arm operations";
/// Attribute: when work on the resource began, in nanoseconds since 1970.
pub(super) const STARTED: &str = "started";
/// Attribute: when it ended.
pub(super) const ENDED: &str = "ended";
/// Attribute: 0 for a resource that was there, 1 for a new one, 2 for one that is deleted.
pub(super) const ACTION: &str = "action";

/// Operations of the deployments of one document.
#[derive(Default)]
pub(super) struct Operations {
    /// Changes by deployment, in the order of the document.
    by_scope: BTreeMap<String, Vec<(Change, Option<Failure>)>>,
}

impl Operations {
    /// Takes one operation.
    ///
    /// # Errors
    /// What is missing, when it cannot be read.
    pub(super) fn add(&mut self, value: &Value, place: Place<'_>) -> Result<(), &'static str> {
        let id = text(value, &["id"]).ok_or("an operation without an id")?;
        let (deployment, _) = split(id).ok_or("the id of an operation names no deployment")?;
        let properties = properties(value);
        let done = text(properties, &["provisioningOperation"]).unwrap_or("Create");
        let state =
            text(properties, &["provisioningState"]).ok_or("an operation without a state")?;
        let Some(target) = text(properties, &["targetResource", "id"]) else {
            // The last step evaluates the outputs; it has no resource.
            return Ok(());
        };
        let code = text(properties, &["statusCode"]).unwrap_or_default();
        let (action, reason) = match (done.to_ascii_lowercase().as_str(), code) {
            ("create", "Created" | "201") => (ChangeAction::Create, None),
            ("create", "OK" | "200") => (ChangeAction::Update, None),
            ("create" | "deploymentcleanup", _) => (ChangeAction::Update, Some(UPSERT)),
            ("delete", _) => (ChangeAction::Delete, None),
            _ => return Ok(()),
        };
        let outcome = outcome(state);
        if is_deployment(target) && outcome != ChangeOutcome::Failed {
            // What a nested deployment does, its own operations tell.
            return Ok(());
        }
        let scope = key::canonical(deployment);
        let told = text(properties, &["timestamp"]).and_then(Timestamp::parse_rfc3339);
        let run = Run {
            id: scope.clone(),
            tool: "arm".to_owned(),
            scope: scope.clone(),
            started: time::start(told, text(properties, &["duration"])),
            ended: told,
            ..Run::default()
        };
        let mut change = change(&run, target, action, outcome, place);
        change.not_before = None;
        change.reason = reason.map(str::to_owned);
        let message =
            at(properties, &["statusMessage"]).filter(|_| outcome == ChangeOutcome::Failed);
        let failure =
            message.and_then(|message| failures(message, &Values::default()).into_iter().next());
        if let Some(failure) = &failure {
            change.reason = Some(failure.reason.clone());
            change.error_code = failure.code();
            if failure.is_consequence() {
                change.outcome = ChangeOutcome::Cancelled;
            }
        }
        self.by_scope
            .entry(scope)
            .or_default()
            .push((change, failure));
        Ok(())
    }

    /// Adds what the operations tell together.
    pub(super) fn finish(self, out: &mut FeedOutput) {
        for (scope, mut changes) in self.by_scope {
            let root = changes
                .iter()
                .enumerate()
                .filter(|(_, (change, _))| {
                    change.outcome == ChangeOutcome::Failed && !is_deployment(&change.address)
                })
                .min_by_key(|(_, (change, _))| change.time)
                .map(|(at, _)| at);
            if let Some((change, _)) = root.and_then(|root| changes.get_mut(root)) {
                change.is_root_failure = true;
            }
            // The deployment itself may be in the same document: its run is the one to tell.
            let held = out.runs.iter().find(|run| run.scope == scope).cloned();
            let changes: Vec<Change> = changes.into_iter().map(|(change, _)| change).collect();
            match held {
                Some(run) => {
                    for change in changes {
                        out.changes.push(in_run(change, &run.id));
                    }
                }
                None => alone(&scope, changes, out),
            }
        }
    }
}

/// Operations without their deployment: what failed is told at once; the rest, and the run, wait
/// for [`super::compare`], which knows whether a deployment tells them too.
fn alone(scope: &str, changes: Vec<Change>, out: &mut FeedOutput) {
    let members = changes.iter().map(|change| {
        let number = |time: Option<Timestamp>| time.and_then(|time| u64::try_from(time.0).ok());
        let action = match change.action {
            ChangeAction::Create => 1,
            ChangeAction::Delete => 2,
            _ => 0,
        };
        let mut attributes = BTreeMap::from([(ACTION.to_owned(), action)]);
        for (name, time) in [(STARTED, change.started), (ENDED, change.time)] {
            attributes.extend(number(time).map(|time| (name.to_owned(), time)));
        }
        let member = Member {
            resource: change.resource.clone(),
            resource_type: change.resource_type.clone(),
            parent: change.parent.clone(),
            attributes,
            ..Member::default()
        };
        (change, member)
    });
    let (applied, others): (Vec<_>, Vec<_>) =
        members.partition(|(change, _)| change.outcome == ChangeOutcome::Applied);
    let first = changes.first();
    out.snapshots.push(Snapshot {
        tool: TOOL.to_owned(),
        scope: scope.to_owned(),
        lineage: scope.to_owned(),
        time: changes.iter().filter_map(|change| change.time).min(),
        members: applied
            .into_iter()
            .map(|(change, member)| (change.address.clone(), member))
            .collect(),
        uri: first.map(|change| change.uri.clone()).unwrap_or_default(),
        ..Snapshot::default()
    });
    let others: Vec<Change> = others
        .into_iter()
        .map(|(change, _)| change.clone())
        .collect();
    out.changes.extend(others);
}

/// The run as far as operations tell it.
pub(super) fn run_of(scope: &str, changes: &[Change]) -> Run {
    let has = |outcome| changes.iter().any(|change| change.outcome == outcome);
    let status = match (
        has(ChangeOutcome::Applied),
        has(ChangeOutcome::Failed),
        has(ChangeOutcome::Unknown),
    ) {
        (_, _, true) => RunStatus::Running,
        (true, true, _) => RunStatus::Partial,
        (false, true, _) => RunStatus::Failed,
        _ => RunStatus::Succeeded,
    };
    let first = changes.first();
    Run {
        id: scope.to_owned(),
        tool: "arm".to_owned(),
        scope: scope.to_owned(),
        status,
        started: changes.iter().filter_map(|change| change.started).min(),
        ended: changes.iter().filter_map(|change| change.time).max(),
        uri: first.map(|change| change.uri.clone()).unwrap_or_default(),
        line: first.map_or(0, |change| change.line),
        ..Run::default()
    }
}

/// The change as one of the run with this correlation id.
pub(super) fn in_run(mut change: Change, run: &str) -> Change {
    change.id = format!("arm:{run}:{}", change.address);
    change.run = run.to_owned();
    change.request_id = Some(run.to_owned()).filter(|id| id.len() == 32);
    change
}

/// Id of the deployment and of the operation.
fn split(id: &str) -> Option<(&str, &str)> {
    let at = id.to_ascii_lowercase().rfind("/operations/")?;
    Some((id.get(..at)?, id.get(at + "/operations/".len()..)?))
}
