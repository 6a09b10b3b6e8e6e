//! What runs that failed made and lost sight of: the audit log tells that a resource was made, no
//! state or stack has it, and nobody is told to have deleted it.
//!
//! A state that is older than the run, or another one, has none of what the run made. So the run
//! has to have made something, or its workspace later, that a document does tell of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nepho_core::Timestamp;
use nepho_core::findings::WriteClass;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, Outcome, Run, RunOperation, RunStatus,
};

use crate::emit;
use crate::failures::Failure;
use crate::known::Known;
use crate::runs::{RunId, family, interval, key};
use crate::store::Write;

/// Why a change is told that no document of its run tells of.
pub(crate) const REASON: &str = "made by the run, and in no state or stack";

/// What a run left behind.
pub(crate) struct Left {
    /// The run, with its orphans and what the audit log tells of it.
    pub run: Run,
    /// Their creation, where no change tells of it yet.
    pub changes: Vec<Change>,
}

/// What is known besides the writes.
pub(crate) struct Told<'a> {
    /// Runs that writes were joined to, by their hashes.
    pub joined: &'a BTreeMap<u64, RunId>,
    pub changes: &'a BTreeMap<String, Change>,
    pub runs: &'a [Run],
    pub failures: &'a BTreeMap<u64, Failure>,
    pub known: &'a Known,
}

/// Calls of a run, by time.
#[derive(Default)]
struct Calls<'a> {
    writes: Vec<&'a Write>,
    is_registered: bool,
}

/// Runs that left something behind, by tool, scope and id.
pub(crate) fn left(writes: &[Write], told: &Told<'_>) -> Vec<Left> {
    let mut runs: BTreeMap<RunId, Calls<'_>> = BTreeMap::new();
    let unregistered = emit::runs(writes);
    for write in writes {
        let event = &write.event;
        let joined = told.joined.get(&write.hash).cloned();
        let own = || {
            let run = unregistered.get(&write.hash)?.clone();
            let is_own = write.class == WriteClass::IacUnregistered;
            is_own.then(|| (event.means.tool.clone(), event.account.clone(), run))
        };
        let is_registered = joined.is_some();
        if let Some(run) = joined.or_else(own) {
            let calls = runs.entry(run).or_default();
            calls.writes.push(write);
            calls.is_registered |= is_registered;
        }
    }
    // Most runs lost nothing, and nothing more has to be looked up.
    runs.retain(|_, calls| {
        let mut ids = made(&calls.writes).flat_map(|write| &write.identities);
        ids.any(|id| !told.has(id)) && (calls.is_registered || told.has_real_failure(calls))
    });
    if runs.is_empty() {
        return Vec::new();
    }
    let ends = Ends::of(writes, told);
    let mut by_run: BTreeMap<(&str, &str, &str), Vec<&Change>> = BTreeMap::new();
    for change in told.changes.values() {
        by_run.entry(key(change)).or_default().push(change);
    }
    runs.iter()
        .filter_map(|(run, calls)| {
            let of_feed = by_run.get(&(&*run.0, &*run.1, &*run.2));
            let of_feed = of_feed.filter(|_| calls.is_registered);
            left_by(run, calls, of_feed.map_or(&[], Vec::as_slice), told, &ends)
        })
        .collect()
}

fn left_by(
    id: &RunId,
    calls: &Calls<'_>,
    of_feed: &[&Change],
    told: &Told<'_>,
    ends: &Ends,
) -> Option<Left> {
    let has_failed = !calls.is_registered || told.has_failed(id, of_feed);
    if !has_failed || !told.is_covered(id, calls, of_feed) {
        return None;
    }
    let tool = told.tool(id, of_feed);
    let mut orphans: BTreeSet<String> = BTreeSet::new();
    let mut changes = Vec::new();
    for write in made(&calls.writes) {
        for (place, identity) in write.identities.iter().enumerate() {
            if told.has(identity) || ends.is_gone(identity, write.time) {
                continue;
            }
            let mut feed = of_feed.iter();
            let is_told = feed.any(|change| told.known.touched(change).contains(identity));
            if orphans.insert(identity.to_string()) && calls.is_registered && !is_told {
                let row = emit::change(write, place, Some(identity), Some(&id.2), told.known);
                changes.push(Change {
                    tool: tool.clone(),
                    scope: id.1.clone(),
                    reason: Some(REASON.to_owned()),
                    ..row
                });
            }
        }
    }
    let first = calls.writes.first()?;
    let run = Run {
        id: id.2.clone(),
        told_id: first.marks.run.clone(),
        tool,
        scope: id.1.clone(),
        operation: RunOperation::Apply,
        started: Some(first.time),
        ended: calls.writes.last().map(|last| last.time),
        orphans: orphans.into_iter().collect(),
        uri: first.uri.to_string(),
        line: u64::from(first.line),
        ..Run::default()
    };
    (!run.orphans.is_empty()).then_some(Left { run, changes })
}

/// The calls that made something.
fn made<'a>(writes: &[&'a Write]) -> impl Iterator<Item = &'a Write> {
    writes.iter().copied().filter(|write| {
        write.event.outcome == Some(Outcome::Success)
            && write.event.subject.action == Some(ChangeAction::Create)
    })
}

impl Told<'_> {
    /// Whether a call failed for good, of a run that nothing else tells of.
    fn has_real_failure(&self, calls: &Calls<'_>) -> bool {
        let mut writes = calls.writes.iter();
        writes.any(|write| self.failures.get(&write.hash) == Some(&Failure::Real))
    }

    fn rows<'b>(&'b self, id: &'b RunId) -> impl Iterator<Item = &'b Run> {
        self.runs
            .iter()
            .filter(|run| family(&run.tool) == id.0 && run.scope == id.1 && run.id == id.2)
    }

    /// Name of the tool, as documents of the run tell it.
    fn tool(&self, id: &RunId, of_feed: &[&Change]) -> String {
        let of_runs = self.rows(id).map(|run| &run.tool);
        let of_changes = of_feed.iter().map(|change| &change.tool);
        let told = of_runs.chain(of_changes).next();
        told.unwrap_or(&id.0).clone()
    }

    fn has_failed(&self, id: &RunId, changes: &[&Change]) -> bool {
        use RunStatus::{Canceled, Failed, Partial};
        let is_bad = |run: &Run| matches!(run.status, Failed | Partial | Canceled);
        let mut rows = self.rows(id);
        rows.any(is_bad)
            || changes
                .iter()
                .any(|change| change.outcome == ChangeOutcome::Failed)
    }

    /// Whether documents tell of something that the run made, or its workspace later.
    fn is_covered(&self, id: &RunId, calls: &Calls<'_>, of_run: &[&Change]) -> bool {
        let by_calls = made(&calls.writes).flat_map(|write| &write.identities);
        if by_calls.into_iter().any(|id| self.known.is_declared(id)) {
            return true;
        }
        let start = calls.writes.first().map(|write| write.time);
        let is_later = |change: &&Change| {
            let begin = interval(change).map(|(begin, _)| begin);
            calls.is_registered
                && family(&change.tool) == id.0
                && change.scope == id.1
                && begin.is_some_and(|begin| Some(begin) >= start)
        };
        let later = self.changes.values().filter(is_later);
        let mut made = later.chain(of_run.iter().copied()).filter(|change| {
            let makes = matches!(change.action, ChangeAction::Create | ChangeAction::Replace);
            makes && change.outcome == ChangeOutcome::Applied
        });
        made.any(|change| {
            let touched = change.resource.iter();
            let touched = touched.map(|id| self.known.identity_in(change, id));
            touched.into_iter().any(|id| self.known.is_declared(&id))
        })
    }

    /// Whether a state or a stack has a resource, or what it is a part of.
    fn has(&self, identity: &str) -> bool {
        let whole = self.known.parent(identity);
        self.known.is_declared(identity)
            || whole.is_some_and(|whole| self.known.is_declared(&whole))
    }
}

/// When resources were deleted, and which of them tools are told to hold.
struct Ends {
    deleted: BTreeMap<Arc<str>, Timestamp>,
    held: BTreeSet<Arc<str>>,
}

impl Ends {
    fn of(writes: &[Write], told: &Told<'_>) -> Self {
        let mut ends = Self {
            deleted: BTreeMap::new(),
            held: BTreeSet::new(),
        };
        for write in writes {
            let event = &write.event;
            let is_deletion = event.subject.is_ended();
            if is_deletion && event.outcome == Some(Outcome::Success) {
                // By time: the last counts.
                let gone = write
                    .identities
                    .iter()
                    .map(|id| (Arc::clone(id), write.time));
                ends.deleted.extend(gone);
            }
        }
        for change in told.changes.values() {
            // What was made and recorded is in the state that the tool wrote, and what it took back
            // or deleted is gone.
            if matches!(
                change.outcome,
                ChangeOutcome::Applied | ChangeOutcome::RolledBack
            ) {
                ends.held.extend(told.known.touched(change));
            }
        }
        ends
    }

    fn is_gone(&self, identity: &Arc<str>, made: Timestamp) -> bool {
        let deleted = self.deleted.get(identity);
        self.held.contains(identity) || deleted.is_some_and(|time| *time >= made)
    }
}
