//! When nodes existed.

use std::ops::Range;

use nepho_core::Timestamp;

use super::names::NodeId;
use super::view::Interval;

/// What happened to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Begins,
    /// It was there to be written, or made by that.
    Written,
    Ends,
}

/// Beginnings and ends of nodes, and the intervals between them.
#[derive(Debug, Default)]
pub struct Lifetimes {
    told: Vec<(NodeId, Timestamp, Event, Timestamp)>,
    intervals: Vec<Interval>,
    /// Where the intervals of a node stand; empty if nothing was told of any node.
    places: Vec<Range<u32>>,
}

impl Lifetimes {
    /// Takes note that a node exists since `at`, of which we know since `seen`.
    pub fn begins(&mut self, node: NodeId, at: Timestamp, seen: Timestamp) {
        self.told.push((node, at, Event::Begins, seen));
    }

    /// Takes note that a node was there at `at`: if it had ended before, it exists again.
    pub fn written(&mut self, node: NodeId, at: Timestamp, seen: Timestamp) {
        self.told.push((node, at, Event::Written, seen));
    }

    /// Takes note that a node does not exist since `at`, of which we know since `seen`.
    pub fn ends(&mut self, node: NodeId, at: Timestamp, seen: Timestamp) {
        self.told.push((node, at, Event::Ends, seen));
    }

    /// Intervals in which a node existed, in order; empty if nothing tells.
    pub fn of(&self, node: NodeId) -> &[Interval] {
        let place = self.places.get(node.0 as usize).cloned().unwrap_or(0..0);
        self.intervals
            .get(place.start as usize..place.end as usize)
            .unwrap_or_default()
    }

    /// Makes the intervals of what was told.
    pub(crate) fn settle(&mut self, nodes: usize) {
        if self.told.is_empty() {
            return;
        }
        let mut told = std::mem::take(&mut self.told);
        told.sort_unstable();
        self.places = vec![0..0; nodes];
        for events in told.chunk_by(|one, other| one.0 == other.0) {
            let start = u32::try_from(self.intervals.len()).unwrap_or(u32::MAX);
            between(events, &mut self.intervals);
            let end = u32::try_from(self.intervals.len()).unwrap_or(u32::MAX);
            let node = events.first().map_or(0, |event| event.0.0);
            if let Some(place) = self.places.get_mut(node as usize) {
                *place = start..end;
            }
        }
    }

    /// Adds the parts of an interval in which both nodes existed.
    pub(super) fn cut(
        &self,
        interval: &Interval,
        from: NodeId,
        to: NodeId,
        parts: &mut Vec<Interval>,
    ) {
        let always = [Interval::ALWAYS];
        let lives = |node: NodeId| match self.of(node) {
            [] => None,
            told => Some(told),
        };
        let (one, other) = (lives(from), lives(to));
        if one.is_none() && other.is_none() {
            parts.push(*interval);
            return;
        }
        for life in one.unwrap_or(&always) {
            for other in other.unwrap_or(&always) {
                let both = life.within(other);
                let part = interval.within(&both);
                // What was seen once is a moment, which is in a life or not.
                let at = interval.from;
                let is_moment = interval.to == at && both.from <= at && at < both.to;
                if is_moment || !part.is_empty() {
                    parts.push(part);
                }
            }
        }
    }
}

/// Intervals between the beginnings and ends of one node, in order of time.
///
/// A second beginning or end in a row adds nothing, but that we knew earlier; a node whose first
/// event is an end existed before, and one that was only written always.
fn between(events: &[(NodeId, Timestamp, Event, Timestamp)], out: &mut Vec<Interval>) {
    let mut open: Option<Interval> = None;
    let mut is_first = true;
    for (_, at, event, seen) in events {
        match (event, open.as_mut()) {
            (Event::Written, None) if is_first => continue,
            (Event::Written, Some(_)) => {}
            (Event::Begins | Event::Written, None) => {
                open = Some(Interval {
                    from: *at,
                    seen_from: *seen,
                    ..Interval::ALWAYS
                });
            }
            (Event::Begins, Some(held)) => held.seen_from = held.seen_from.min(*seen),
            (Event::Ends, Some(held)) => {
                held.close(*at, *seen);
                out.extend(open.take());
            }
            (Event::Ends, None) if is_first => {
                let mut before = Interval::ALWAYS;
                before.close(*at, *seen);
                out.push(before);
            }
            (Event::Ends, None) => {}
        }
        is_first = false;
    }
    out.extend(open);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: NodeId = NodeId(0);

    fn lives(events: &[(i64, bool)]) -> Vec<(i64, i64)> {
        let mut lifetimes = Lifetimes::default();
        for (at, begins) in events {
            let at = Timestamp(*at);
            if *begins {
                lifetimes.begins(NODE, at, at);
            } else {
                lifetimes.ends(NODE, at, at);
            }
        }
        lifetimes.settle(1);
        let told = lifetimes.of(NODE).iter();
        told.map(|life| (life.from.0, life.to.0)).collect()
    }

    #[test]
    fn a_life_lies_between_creation_and_deletion() {
        assert_eq!(lives(&[(5, true), (9, false)]), [(5, 9)]);
        assert_eq!(lives(&[(9, false)]), [(i64::MIN, 9)]);
        assert_eq!(lives(&[]), []);
        let again = [(5, true), (9, false), (12, true)];
        assert_eq!(lives(&again), [(5, 9), (12, i64::MAX)]);
    }

    #[test]
    fn a_moment_is_in_a_life_or_not() {
        let mut lifetimes = Lifetimes::default();
        lifetimes.ends(NODE, Timestamp(9), Timestamp(9));
        lifetimes.settle(2);
        let count = |at: i64| {
            let moment = Interval {
                from: Timestamp(at),
                to: Timestamp(at),
                ..Interval::ALWAYS
            };
            let mut parts = Vec::new();
            lifetimes.cut(&moment, NODE, NodeId(1), &mut parts);
            parts.len()
        };
        assert_eq!([5, 8, 9, 10].map(count), [1, 1, 0, 0]);
    }

    #[test]
    fn what_is_written_after_its_end_exists_again() {
        let lives = |events: &[(i64, Event)]| {
            let told = events.iter();
            let told = told.map(|(at, event)| (NODE, Timestamp(*at), *event, Timestamp(*at)));
            let mut found = Vec::new();
            between(&told.collect::<Vec<_>>(), &mut found);
            let found = found.iter().map(|life| (life.from.0, life.to.0));
            found.collect::<Vec<_>>()
        };
        let (written, ends) = (Event::Written, Event::Ends);
        let again = [(9, ends), (12, written)];
        assert_eq!(lives(&again), [(i64::MIN, 9), (12, i64::MAX)]);
        assert_eq!(lives(&[(5, written), (9, ends)]), [(i64::MIN, 9)]);
        assert_eq!(lives(&[(5, written)]), []);
        assert!(Event::Written < Event::Ends);
    }

    #[test]
    fn what_is_told_twice_counts_once() {
        let twice = [(5, true), (6, true), (9, false), (9, false)];
        assert_eq!(lives(&twice), [(5, 9)]);
    }
}
