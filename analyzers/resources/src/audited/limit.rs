//! What is let go of when calls tell more than is kept: what was over long ago, then the edges that
//! nothing happened to for longest. A break is never refused, as the edge would be there for ever;
//! what may have broken something that documents declare is put aside ([`super::departed`]).

use std::collections::BTreeMap;

use nepho_core::Timestamp;

use super::table::Effect;
use super::{Audited, Edge, Happened, Told};

/// Statements that are kept.
pub(super) const MAX_STATEMENTS: usize = 20_000;
/// Statements that are left when there were too many.
const LEFT: usize = MAX_STATEMENTS / 4 * 3;

impl Audited {
    /// Lets go of something if as much is kept as may be.
    pub(super) fn make_room(&mut self) {
        if self.count < MAX_STATEMENTS {
            return;
        }
        let before = self.count;
        self.forget(self.middle());
        if self.count > LEFT {
            self.forget(Timestamp::MAX);
        }
        if self.count > LEFT {
            self.drop_oldest();
        }
        let gone = before.saturating_sub(self.count);
        self.overlooked += u64::try_from(gone).unwrap_or(u64::MAX);
    }

    /// The time before which half of what is kept happened.
    fn middle(&self) -> Timestamp {
        let edges = self.edges.values().flat_map(BTreeMap::keys);
        let edges = edges.map(|(at, _, _)| *at);
        let calls = self.broken.keys().map(|call| call.at);
        let calls = calls.chain(self.sets.keys().map(|call| call.at));
        let mut times: Vec<Timestamp> = edges
            .chain(calls)
            .chain(self.failed.values().copied())
            .collect();
        times.sort_unstable();
        times
            .get(times.len() / 2)
            .copied()
            .unwrap_or(Timestamp::MAX)
    }

    /// Forgets what was over at this time. Calls up to then are settled.
    fn forget(&mut self, until: Timestamp) {
        self.settle(until, None);
        for (edge, happened) in &mut self.edges {
            let breaks = forget_closed(happened, until);
            self.departed.add_edge(edge, breaks);
        }
        self.failed.retain(|_, at| *at > until);
        self.tidy(until);
    }

    /// Drops the edges to which nothing happened for longest.
    fn drop_oldest(&mut self) {
        let last = |(edge, happened): (&Edge, &Happened)| {
            let ((at, _, _), _) = happened.last_key_value()?;
            Some((*at, edge.clone()))
        };
        let mut edges: Vec<(Timestamp, Edge)> = self.edges.iter().filter_map(last).collect();
        edges.sort_unstable();
        let mut count = self.count;
        for (_, edge) in edges {
            if count <= LEFT {
                break;
            }
            let happened = self.edges.remove(&edge).unwrap_or_default();
            count = count.saturating_sub(happened.len());
            self.departed.add_edge(&edge, breaks(happened));
        }
        self.tidy(Timestamp::MAX);
    }

    /// Drops edges that nothing is left of and keys that stand for nothing which is left, and
    /// counts what is.
    fn tidy(&mut self, until: Timestamp) {
        self.edges.retain(|_, happened| !happened.is_empty());
        let edges = &self.edges;
        for known in self.keys.values_mut() {
            known.retain(|(edge, _), made| {
                let first = edges.get(edge).and_then(BTreeMap::first_key_value);
                first.is_some_and(|((at, _, _), _)| *at <= until || *made > until)
            });
        }
        self.keys.retain(|_, known| !known.is_empty());
        let happened: usize = self.edges.values().map(BTreeMap::len).sum();
        let keys: usize = self.keys.values().map(BTreeMap::len).sum();
        self.count = happened + keys + self.broken.len() + self.sets.len() + self.failed.len();
    }
}

/// Forgets what happened to an edge before it was last made, as seen from this time, and what made
/// it again while it was there. Gives the breaks that are forgotten.
fn forget_closed(happened: &mut Happened, until: Timestamp) -> Vec<(String, Timestamp, Told)> {
    let mut forgotten = Vec::new();
    let mut held: BTreeMap<String, bool> = BTreeMap::new();
    let mut kept = Happened::new();
    let mut entries = std::mem::take(happened).into_iter().peekable();
    while let Some(((at, effect, by), told)) = entries.next() {
        if at > until {
            kept.insert((at, effect, by), told);
            continue;
        }
        let is_held = effect != Effect::Breaks;
        // What is broken first was there before, nobody knows since when.
        if held.insert(by.clone(), is_held) != Some(is_held) {
            kept.insert((at, effect, by), told);
        }
        // A call that replaces something may name the same again.
        let is_last = entries.peek().is_none_or(|((next, _, _), _)| *next != at);
        if is_last && !held.values().any(|is_held| *is_held) {
            forgotten.extend(breaks(std::mem::take(&mut kept)));
        }
    }
    *happened = kept;
    forgotten
}

/// The breaks in what happened.
fn breaks(happened: Happened) -> Vec<(String, Timestamp, Told)> {
    let breaks = happened.into_iter();
    let breaks = breaks.filter(|((_, effect, _), _)| *effect == Effect::Breaks);
    breaks.map(|((at, _, by), told)| (by, at, told)).collect()
}
