//! Changes of size of one group by time: replies to one decision joined, sizes that no row tells
//! filled in.

use std::sync::Arc;

use nepho_core::Timestamp;
use nepho_core::findings::ScalingEvent;
use nepho_core::time::NANOS;

use crate::groups::{Group, Quote};
use crate::told::Ending;

/// Replies to the same decision come within this time.
const SAME_DECISION: i64 = 600 * NANOS;
/// A second replica set of a deployment that changes within this time shows a rollout.
const ROLLOUT: i64 = 600 * NANOS;

/// One change of size, wished or done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) time: Timestamp,
    /// When the last row on it was written.
    pub(crate) last: Timestamp,
    pub(crate) from: Option<u64>,
    pub(crate) to: Option<u64>,
    /// Instances more or less, where no sizes are told.
    pub(crate) change: i64,
    pub(crate) ending: Ending,
    pub(crate) action: Arc<str>,
    pub(crate) reason: Option<Arc<str>>,
    /// How often it was told.
    pub(crate) count: u64,
    pub(crate) evidence: Vec<Quote>,
    /// Whether the sizes are only counted from launches and terminations.
    pub(crate) is_counted: bool,
}

impl Change {
    /// 1 for growth, -1 for shrinking, 0 if it does neither or did not come about.
    pub(crate) fn direction(&self) -> i64 {
        match (self.ending, self.from, self.to) {
            (Ending::Failed | Ending::AtMaximum | Ending::Blind, _, _) => 0,
            (Ending::Done, Some(from), Some(to)) => (to > from) as i64 - (to < from) as i64,
            (Ending::Done, _, _) => self.change.signum(),
        }
    }

    /// Whether it asked for the size that there was, or for none.
    pub(crate) fn is_none(&self) -> bool {
        let is_same = self.from.is_some() && self.from == self.to;
        self.ending == Ending::Blind || self.ending == Ending::Done && is_same
    }

    pub(crate) fn event(&self) -> ScalingEvent {
        ScalingEvent {
            time: self.time,
            from: self.from,
            to: self.to,
            action: self.action.to_string(),
            reason: self.reason.as_deref().map(str::to_owned),
            succeeded: self.ending == Ending::Done,
        }
    }

    /// Whether the sizes of this one and another do not contradict each other.
    fn agrees_with(&self, other: &Self) -> bool {
        let sizes_agree = match (self.to, other.to) {
            (Some(one), Some(two)) => {
                one == two
                    && (self.from.is_none() || other.from.is_none() || self.from == other.from)
            }
            (None, None) => {
                self.change.signum() == other.change.signum() && self.reason == other.reason
            }
            _ => false,
        };
        sizes_agree && self.action_kind() == other.action_kind()
    }

    /// What two of one decision have in common: launches are not terminations.
    fn action_kind(&self) -> i64 {
        if self.to.is_some() {
            0
        } else {
            self.change.signum()
        }
    }
}

/// The changes of a group by time.
pub(crate) fn changes(group: &Group) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::new();
    for change in told(group) {
        if !join(&mut joined, &change) {
            joined.push(change);
        }
    }
    if joined
        .iter()
        .all(|change| change.from.is_none() && change.to.is_none())
    {
        count(&mut joined);
    } else {
        fill(&mut joined);
    }
    joined
}

/// What was told, by time, without the steps of rollouts.
fn told(group: &Group) -> Vec<Change> {
    let members: Vec<(Timestamp, &str)> = group
        .moments
        .keys()
        .filter_map(|moment| Some((moment.time, moment.member.as_deref()?)))
        .collect();
    let is_rollout = |time: Timestamp, member: Option<&str>| {
        member.is_some_and(|member| {
            let from = members.partition_point(|(at, _)| *at < time.plus(-ROLLOUT));
            let near = members.get(from..).unwrap_or_default().iter();
            near.take_while(|(at, _)| *at <= time.plus(ROLLOUT))
                .any(|(_, other)| *other != member)
        })
    };
    group
        .moments
        .iter()
        .filter(|(moment, _)| !is_rollout(moment.time, moment.member.as_deref()))
        .map(|(moment, rows)| Change {
            time: moment.time,
            last: rows.last.max(moment.time),
            from: moment.from,
            to: moment.to,
            change: moment
                .change
                .saturating_mul(i64::try_from(rows.count).unwrap_or(i64::MAX)),
            ending: moment.ending,
            action: moment.action.clone(),
            reason: rows.reason.clone(),
            count: rows.count,
            evidence: rows.evidence.clone(),
            is_counted: false,
        })
        .collect()
}

/// Joins a change with an earlier one that tells of the same decision, if there is one.
fn join(joined: &mut [Change], change: &Change) -> bool {
    for held in joined.iter_mut().rev() {
        if change.time.since(held.time) > SAME_DECISION {
            return false;
        }
        if !held.agrees_with(change) {
            // A size in between: what follows is another decision.
            if held.ending == change.ending {
                return false;
            }
            continue;
        }
        if held.ending != change.ending {
            continue;
        }
        held.last = held.last.max(change.last);
        held.from = held.from.or(change.from);
        held.change = held.change.saturating_add(change.change);
        held.count += change.count;
        held.reason = held.reason.take().or_else(|| change.reason.clone());
        held.evidence.extend(change.evidence.iter().cloned());
        held.evidence.truncate(3);
        return true;
    }
    false
}

/// Fills in sizes from the sizes that were told before, and adds up launches and terminations in
/// between.
fn fill(changes: &mut [Change]) {
    let mut size: Option<u64> = None;
    for change in changes {
        let is_step = change.change != 0 && change.to.is_none() && change.ending == Ending::Done;
        match size {
            Some(size) if is_step => {
                change.from = Some(size);
                change.to = Some(size.saturating_add_signed(change.change));
                change.is_counted = true;
            }
            Some(size) if change.from.is_none() && change.to.is_some() => change.from = Some(size),
            _ => {}
        }
        if change.ending == Ending::Done {
            size = change.to.or(size);
        }
    }
}

/// Counts instances where no size is told at all, from the fewest that there can have been.
fn count(changes: &mut [Change]) {
    let done = |change: &Change| {
        if change.ending == Ending::Done {
            change.change
        } else {
            0
        }
    };
    let mut net = 0_i64;
    let mut lowest = 0_i64;
    for change in changes.iter() {
        net = net.saturating_add(done(change));
        lowest = lowest.min(net);
    }
    let mut size = lowest.saturating_neg();
    for change in changes {
        if done(change) != 0 {
            size = size.saturating_add(done(change));
            change.to = u64::try_from(size).ok();
            change.is_counted = true;
        }
    }
}
