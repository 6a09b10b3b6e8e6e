//! What logs and plans told already, so that a difference between two states is not told again.

use std::collections::HashMap;

use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};
use nepho_core::{Timestamp, key};

use crate::members::Difference;
use crate::rules::Rules;

/// Clocks of the machine that runs the tool and of the store of its states differ by less.
const SLACK_NANOS: i64 = 120_000_000_000;

/// Changes by address, each of which stands for one difference.
#[derive(Debug)]
pub struct Told<'a> {
    changes: Vec<(&'a Change, bool)>,
    by_address: HashMap<&'a str, Vec<usize>>,
}

/// What was told of a difference.
#[derive(Clone, Copy, Debug)]
pub enum Telling<'a> {
    /// Nothing.
    Nothing,
    /// That it was planned.
    Planned(&'a Change),
    /// That it happened.
    Done,
}

/// How well a change fits a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The same was done.
    Exact,
    /// What was done may look like the difference between two states.
    Partial,
}

/// Between which times a difference came about, and where.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Workspace or stack.
    pub scope: &'a str,
    /// Time of the older version.
    pub from: Option<Timestamp>,
    /// Time of the newer version.
    pub to: Option<Timestamp>,
}

impl<'a> Told<'a> {
    /// Takes in what is known, in the order of time as far as that is told.
    pub fn new(rules: &dyn Rules, known: &'a [Change]) -> Self {
        let mut changes: Vec<(&Change, bool)> = known
            .iter()
            .filter(|change| rules.tools().contains(&change.tool.as_str()))
            .map(|change| (change, false))
            .collect();
        changes.sort_by_key(|(change, _)| change.time.or(change.started));
        let mut by_address: HashMap<&str, Vec<usize>> = HashMap::new();
        for (position, (change, _)) in changes.iter().enumerate() {
            let addresses = [Some(&change.address), change.previous_address.as_ref()];
            for address in addresses.into_iter().flatten() {
                by_address.entry(address).or_default().push(position);
            }
        }
        Self {
            changes,
            by_address,
        }
    }

    /// Whether all that is told to have happened, or to have been planned, like `difference` was
    /// before the older version was written; `None` if nothing is. A plan that is older than the
    /// state cannot be applied.
    pub fn is_earlier(&self, difference: &Difference<'_>, frame: Frame<'_>) -> Option<bool> {
        let anytime = Frame {
            from: None,
            to: None,
            ..frame
        };
        let from = frame.from?.plus(-SLACK_NANOS);
        let positions = self.by_address.get(difference.address)?.iter();
        let changes = positions.filter_map(|position| self.changes.get(*position));
        let exact = changes.filter(|(change, _)| {
            fit(change, difference, anytime).is_some_and(|fit| fit.0 == Fit::Exact)
        });
        let times = exact.filter_map(|(change, _)| change.time.or(change.started));
        times.max().map(|latest| latest < from)
    }

    /// What was told of `difference`, by changes that fit at least so well; the change that told it
    /// is used up, the best fitting one first.
    pub fn take(
        &mut self,
        difference: &Difference<'_>,
        frame: Frame<'_>,
        least: Fit,
    ) -> Telling<'a> {
        let addresses = [Some(difference.address), difference.previous_address];
        let positions = addresses
            .into_iter()
            .flatten()
            .filter_map(|address| self.by_address.get(address))
            .flatten();
        let fitting = positions.filter_map(|position| {
            let (change, is_used) = self.changes.get(*position)?;
            let fit = fit(change, difference, frame).filter(|_| !is_used)?;
            (fit.0 <= least).then_some(())?;
            Some((fit, *position))
        });
        let Some((_, position)) = fitting.min() else {
            return Telling::Nothing;
        };
        match self.changes.get_mut(position) {
            Some((change, is_used)) => {
                *is_used = true;
                match change.outcome {
                    ChangeOutcome::Planned => Telling::Planned(change),
                    _ => Telling::Done,
                }
            }
            None => Telling::Nothing,
        }
    }
}

/// How well a change fits a difference, the least best; `None` if it does not.
fn fit(
    change: &Change,
    difference: &Difference<'_>,
    frame: Frame<'_>,
) -> Option<(Fit, bool, bool)> {
    if change.outcome == ChangeOutcome::Cancelled {
        return None;
    }
    let members = [difference.before, difference.after];
    let resources = members
        .into_iter()
        .flatten()
        .filter_map(|member| member.resource.as_ref());
    let is_resource = change
        .resource
        .as_ref()
        .is_some_and(|resource| resources.clone().any(|other| is_same(other, resource)));
    (is_resource || change.scope == frame.scope).then_some(())?;
    if let (Some(time), Some(from), Some(to)) = (change.time, frame.from, frame.to)
        && from < to
        && (time < from.plus(-SLACK_NANOS) || time > to.plus(SLACK_NANOS))
    {
        return None;
    }
    let action = actions(difference.action, change)?;
    let is_planned = change.outcome == ChangeOutcome::Planned;
    let is_broken = difference.after.is_some_and(|member| member.is_tainted);
    let is_other = is_broken != (change.outcome == ChangeOutcome::Failed);
    Some((action, is_planned, is_other))
}

/// Whether two canonical ids are of one resource: logs often tell only the short id.
fn is_same(one: &str, other: &str) -> bool {
    one == other || (one.ends_with(other) && key::short_name(one) == other)
}

/// Whether a change that was told may look like this between two states.
fn actions(found: ChangeAction, change: &Change) -> Option<Fit> {
    use ChangeAction::{
        Create, Delete, Drift, DriftRepaired, Forget, Import, Move, Replace, Taint, Update,
    };
    if found == change.action {
        return Some(Fit::Exact);
    }
    let is_part = match found {
        Create => matches!(change.action, Import | Replace),
        // Some objects keep their id when they are replaced.
        Update => matches!(
            change.action,
            Replace | Import | Drift | DriftRepaired | Move
        ),
        Delete => matches!(change.action, Forget | Replace | Drift),
        Move => change.action == Update && change.previous_address.is_some(),
        Taint => change.outcome == ChangeOutcome::Failed,
        _ => false,
    };
    is_part.then_some(Fit::Partial)
}
