//! Snapshots to changes, runs and findings.

use nepho_core::Timestamp;
use nepho_core::feed::{FeedOutput, Member, Snapshot};
use nepho_core::findings::WriteClass;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, Run, RunOperation, RunStatus, TimePrecision,
};

use crate::elsewhere::Elsewhere;
use crate::history::{Versions, histories, rewritten};
use crate::members::{Difference, differences};
use crate::rules::Rules;
use crate::told::{Fit, Frame, Telling, Told};

/// All files of a history are copied within this time: 10 minutes.
const COPYING_NANOS: i64 = 600_000_000_000;

/// Adds to `out` what the snapshots of the tools of `rules` tell together: changes between versions
/// of one history with the interval in which they came about, one run for each two versions of
/// which something is told, and a finding for each history that was rewritten.
///
/// What `known` tells already is not told again; what it tells as planned is told as applied, under
/// the id of the plan.
pub fn compare(rules: &dyn Rules, snapshots: &[Snapshot], known: &[Change], out: &mut FeedOutput) {
    out.findings.extend(rewritten(rules, snapshots));
    let histories = histories(rules, snapshots);
    let elsewhere = Elsewhere::new(rules, histories.iter());
    let mut told = Told::new(rules, known);
    let mut steps = Vec::new();
    for versions in histories.values() {
        let mut of_history = Vec::new();
        for (before, after) in versions.iter().zip(versions.iter().skip(1)) {
            let step = Step {
                rules,
                before,
                after,
                elsewhere: &elsewhere,
                has_times: true,
            };
            let found = differences(rules, before, after);
            let found = found.into_iter().map(|found| (found, Telling::Nothing));
            of_history.push((step, found.collect::<Vec<_>>()));
        }
        if is_copied(versions, &of_history, &told) {
            for (step, _) in &mut of_history {
                step.has_times = false;
            }
        }
        steps.extend(of_history);
    }
    // What fits exactly anywhere is not given away to what only may be meant.
    for least in [Fit::Exact, Fit::Partial] {
        for (step, found) in &mut steps {
            for (difference, telling) in found {
                if let Telling::Nothing = telling {
                    *telling = told.take(difference, step.frame(), least);
                }
            }
        }
    }
    for (step, found) in steps {
        step.tell(&found, out);
    }
}

/// Whether the times of a history are those of copies of its files: all were written at once, and
/// either not in the order of the serial numbers, or logs tell most of the changes of each step at
/// earlier times and none in between.
fn is_copied(
    versions: &Versions<'_>,
    steps: &[(Step<'_>, Vec<(Difference<'_>, Telling<'_>)>)],
    told: &Told<'_>,
) -> bool {
    let times: Vec<Timestamp> = versions.iter().filter_map(|version| version.time).collect();
    let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else {
        return false;
    };
    if last.since(*first) > COPYING_NANOS {
        return false;
    }
    if times
        .iter()
        .zip(times.iter().skip(1))
        .any(|(one, next)| one >= next)
    {
        return true;
    }
    let (mut all, mut earlier) = (0, 0);
    for (step, found) in steps.iter().filter(|(_, found)| !found.is_empty()) {
        let of_step = earlier;
        for (difference, _) in found {
            match told.is_earlier(difference, step.frame()) {
                Some(false) => return false,
                Some(true) => earlier += 1,
                None => {}
            }
        }
        if of_step == earlier {
            return false;
        }
        all += found.len();
    }
    2 * earlier > all
}

/// Two versions that follow each other.
struct Step<'a> {
    rules: &'a dyn Rules,
    before: &'a Snapshot,
    after: &'a Snapshot,
    elsewhere: &'a Elsewhere<'a>,
    /// Whether the times of the versions are those at which the tool wrote them.
    has_times: bool,
}

impl Step<'_> {
    fn frame(&self) -> Frame<'_> {
        let (from, to) = self.interval();
        Frame {
            scope: &self.after.scope,
            from,
            to,
        }
    }

    fn tell(&self, found: &[(Difference<'_>, Telling<'_>)], out: &mut FeedOutput) {
        let mut changes = Vec::new();
        for (difference, telling) in found {
            if let Telling::Done = telling {
                continue;
            }
            let Some(mut change) = self.change(difference) else {
                continue;
            };
            if let Telling::Planned(planned) = telling {
                confirm(&mut change, planned);
            }
            changes.push(change);
        }
        let is_told = self.rules.run(&self.after.uri).is_some();
        if !is_told && changes.iter().any(|change| change.run == self.run()) {
            out.runs.push(self.run_row(&changes));
        }
        out.changes.extend(changes);
    }

    /// When the older and the newer version were written. Files that were copied tell the time of
    /// the copy: times that do not fit the order of the serial numbers tell nothing.
    fn interval(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        match (self.before.time, self.after.time) {
            _ if !self.has_times => (None, None),
            (Some(from), Some(to)) if from >= to => (None, None),
            times => times,
        }
    }

    fn run(&self) -> String {
        let run = self.rules.run(&self.after.uri);
        run.map_or_else(|| self.key(), str::to_owned)
    }

    /// The two versions.
    fn key(&self) -> String {
        format!(
            "{}:{}-{}",
            self.after.lineage, self.before.serial, self.after.serial
        )
    }

    /// The change that a difference stands for; `None` if it is told as one of another history.
    fn change(&self, difference: &Difference<'_>) -> Option<Change> {
        let member = difference.member()?;
        let (not_before, time) = self.interval();
        let mut change = Change {
            time,
            not_before,
            tool: self.after.tool.clone(),
            scope: self.after.scope.clone(),
            run: self.run(),
            action: difference.action,
            outcome: ChangeOutcome::Applied,
            address: difference.address.to_owned(),
            previous_address: difference.previous_address.map(str::to_owned),
            resource: member.resource.clone(),
            resource_type: member.resource_type.clone(),
            parent: member.parent.clone(),
            class: Some(WriteClass::Iac),
            attributes: difference
                .attributes
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            uri: self.after.uri.clone(),
            ..Change::default()
        };
        let is_made = matches!(
            difference.action,
            ChangeAction::Create | ChangeAction::Replace
        );
        if is_made && member.is_tainted {
            // A tool marks what it made as broken when the making was not finished.
            change.outcome = ChangeOutcome::Failed;
            change.reason = Some("tainted".to_owned());
        } else if difference.leaves_remainder {
            change.reason = Some("the old object is still there".to_owned());
        }
        self.look_elsewhere(difference, member, &mut change);
        change.id = format!(
            "{}:{}:{}:{}:{}",
            change.tool,
            change.scope,
            self.key(),
            change.address,
            change.action.as_str()
        );
        Some(change)
    }

    /// What is gone and stands in another state was let go of and taken in there, what is new and
    /// stood or stands in another state was not made. Each of the two is told of its own history.
    /// Where a version tells that for some time neither had it, it was deleted and made again.
    fn look_elsewhere(&self, difference: &Difference<'_>, member: &Member, change: &mut Change) {
        let lineage = &self.after.lineage;
        let place = self.elsewhere.find(self.rules, member, lineage);
        let is_later = |later: Option<Timestamp>, earlier: Option<Timestamp>| {
            self.has_times && earlier.is_some_and(|earlier| later.is_some_and(|at| at > earlier))
        };
        let place = place.filter(|place| match difference.action {
            ChangeAction::Delete => !is_later(place.absent, self.after.time),
            _ => !is_later(self.before.time, place.left),
        });
        match (difference.action, place) {
            (ChangeAction::Delete, Some(place)) if place.is_current => {
                change.action = ChangeAction::Forget;
                change.reason = Some(match place.address == change.address {
                    true => format!("moved to the state of `{}`", place.scope),
                    false => format!(
                        "moved to `{}` in the state of `{}`",
                        place.address, place.scope
                    ),
                });
            }
            (ChangeAction::Create, Some(place)) if place.is_current => {
                change.action = ChangeAction::Import;
                change.outcome = ChangeOutcome::Applied;
                change.reason = Some(format!("also in the state of `{}`", place.scope));
            }
            (ChangeAction::Create, Some(place)) => {
                change.action = ChangeAction::Move;
                change.outcome = ChangeOutcome::Applied;
                change.previous_address = Some(place.address.to_owned());
                change.reason = Some(format!("moved from the state of `{}`", place.scope));
            }
            _ => {}
        }
    }

    fn run_row(&self, changes: &[Change]) -> Run {
        let is_failed = |change: &Change| change.outcome == ChangeOutcome::Failed;
        let status = match changes.iter().filter(|change| is_failed(change)).count() {
            0 => RunStatus::Succeeded,
            failed if failed == changes.len() => RunStatus::Failed,
            _ => RunStatus::Partial,
        };
        let is_gone = self.after.is_complete && self.after.members.is_empty();
        Run {
            id: self.run(),
            tool: self.after.tool.clone(),
            scope: self.after.scope.clone(),
            operation: match is_gone {
                true => RunOperation::Destroy,
                false => RunOperation::Apply,
            },
            status,
            ended: self.interval().1,
            time_precision: match self.interval().1 {
                Some(_) => TimePrecision::StateVersion,
                None => TimePrecision::None,
            },
            serial_from: Some(self.before.serial),
            serial_to: Some(self.after.serial),
            uri: self.after.uri.clone(),
            ..Run::default()
        }
    }
}

/// A change that was planned and shows in the state: the same row, now applied.
fn confirm(change: &mut Change, planned: &Change) {
    change.id.clone_from(&planned.id);
    change.run.clone_from(&planned.run);
    change.action = planned.action;
    change.started = planned.started;
    if change.attributes.is_empty() {
        change.attributes.clone_from(&planned.attributes);
    }
    change.replace_paths.clone_from(&planned.replace_paths);
    if planned.reason.is_some() && change.outcome != ChangeOutcome::Failed {
        change.reason.clone_from(&planned.reason);
    }
}
