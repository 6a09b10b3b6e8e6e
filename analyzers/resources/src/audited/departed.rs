//! What was let go of and may matter still: breaks of edges that documents declare.
//!
//! Which edges those are is known only once the input has ended. Until then the last break of each
//! edge is kept, besides calls that break what a key stands for of which no call was seen, and the
//! first and the last call that sets what is at an end.

use std::collections::BTreeMap;

use nepho_core::Timestamp;

use super::table::Effect;
use super::{Audited, Broken, Edge, Set, Told, is_grant};
use crate::audited::declared::Declared;

/// Breaks and calls that are kept (about 15 MB).
const MOST: usize = 50_000;

/// The end and the kind of edges that a call sets.
type Place = (bool, &'static str, String);

/// Breaks that outlast the history of their edges.
#[derive(Default)]
pub(super) struct Departed {
    /// The last break of each of the things that made an edge.
    edges: BTreeMap<Edge, BTreeMap<String, (Timestamp, Told)>>,
    broken: BTreeMap<Broken, Told>,
    sets: BTreeMap<Place, [(Set, Told); 2]>,
    count: usize,
    /// Those that there was no room for.
    pub overlooked: u64,
}

impl Departed {
    /// Whether nothing was let go of.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Takes the breaks of an edge that is let go of.
    pub(super) fn add_edge(&mut self, edge: &Edge, breaks: Vec<(String, Timestamp, Told)>) {
        for (by, at, told) in breaks {
            let known = self.edges.get_mut(edge).and_then(|held| held.get_mut(&by));
            if let Some(held) = known {
                if held.0 < at {
                    *held = (at, told);
                }
            } else if self.has_room() {
                let held = self.edges.entry(edge.clone()).or_default();
                held.insert(by, (at, told));
            }
        }
    }

    /// Takes a call that broke what a key stands for of which nothing is known.
    pub(super) fn add_broken(&mut self, call: &Broken, told: &Told) {
        let is_new = !self.broken.contains_key(call);
        let may_matter = !call.to.is_empty() || call.device.is_some();
        if may_matter && is_new && self.has_room() {
            self.broken.insert(call.clone(), told.clone());
        }
    }

    /// Takes a call that set what is at an end.
    pub(super) fn add_set(&mut self, set: &Set, told: &Told) {
        if matches!(set.effect, Effect::Grants | Effect::Clears) {
            return;
        }
        let place = (is_grant(set.effect), set.kind, set.end.clone());
        if let Some([first, last]) = self.sets.get_mut(&place) {
            let one = (set.clone(), told.clone());
            if set.at < first.0.at {
                *first = one;
            } else if set.at > last.0.at {
                *last = one;
            }
        } else if self.has_room() {
            let one = (set.clone(), told.clone());
            self.sets.insert(place, [one.clone(), one]);
        }
    }

    fn has_room(&mut self) -> bool {
        let has_room = self.count < MOST;
        self.count += usize::from(has_room);
        self.overlooked += u64::from(!has_room);
        has_room
    }
}

impl Audited {
    /// Takes back the calls that set and broke what documents may declare.
    pub(super) fn recall_calls(&mut self) {
        self.broken
            .extend(std::mem::take(&mut self.departed.broken));
        let sets = std::mem::take(&mut self.departed.sets);
        self.sets.extend(sets.into_values().flatten());
    }

    /// Dependents of the edges whose breaks were let go of.
    pub(super) fn departed_ends(&self) -> impl Iterator<Item = &String> {
        self.departed.edges.keys().map(|(from, _, _)| from)
    }

    /// Takes back the breaks of edges that documents declare.
    pub(super) fn recall_breaks(&mut self, declared: &Declared<'_>) {
        for (edge, breaks) in std::mem::take(&mut self.departed.edges) {
            if declared.has(&edge) {
                let happened = self.edges.entry(edge).or_default();
                let breaks = breaks.into_iter();
                happened.extend(breaks.map(|(by, (at, told))| ((at, Effect::Breaks, by), told)));
            }
        }
    }
}
