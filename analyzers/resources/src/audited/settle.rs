//! What calls tell of edges that they do not name: those that a key stands for, and those that a
//! list leaves out which they set.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::{Timestamp, key};

use super::declared::Declared;
use super::table::Effect;
use super::{Audited, Broken, Happened, Set, Told, is_grant};
use crate::describe;
use crate::identity::is_short_id;

/// A call that sets what is at one end, and where it is told.
type Call<'a> = (&'a Set, &'a Told);

impl Audited {
    /// Breaks what calls up to this time broke by key, and what they left out of a list that they
    /// set. The calls are done with then.
    pub(super) fn settle(&mut self, until: Timestamp, declared: Option<&Declared<'_>>) {
        self.tell_paths();
        let has_failed = |told: &Told, at: Timestamp| {
            let failed = self.failed.get(&told.id);
            failed.is_some_and(|failed| at <= *failed)
        };
        for happened in self.edges.values_mut() {
            happened.retain(|(at, _, _), told| !has_failed(told, *at));
        }
        self.broken.retain(|call, told| !has_failed(told, call.at));
        self.sets.retain(|call, told| !has_failed(told, call.at));
        let broken = std::mem::take(&mut self.broken);
        let (broken, later) = broken.into_iter().partition(|(call, _)| call.at <= until);
        self.broken = later;
        self.settle_broken(broken, declared);
        let sets = std::mem::take(&mut self.sets);
        let (sets, later) = sets.into_iter().partition(|(call, _)| call.at <= until);
        self.sets = later;
        self.settle_sets(sets, declared);
    }

    /// Breaks what keys stand for, in the order of time: what one call replaced may be what the
    /// next one replaces.
    fn settle_broken(&mut self, calls: BTreeMap<Broken, Told>, declared: Option<&Declared<'_>>) {
        for (call, told) in calls {
            let edges = self.keys.get(&call.key).cloned();
            for (edge, by) in edges.iter().flat_map(BTreeMap::keys) {
                let happened = self.edges.entry(edge.clone()).or_default();
                if is_made(happened, by, call.at) {
                    let place = (call.at, Effect::Breaks, by.clone());
                    happened.insert(place, told.clone());
                    self.make_next(&call, &told, &edge.0, by);
                }
            }
            if edges.is_some() {
                continue;
            }
            if let Some((edge, by)) = self.of_device(&call, declared) {
                let happened = self.edges.entry(edge).or_default();
                happened.insert((call.at, Effect::Breaks, by), told);
                continue;
            }
            // An assignment that somebody declares.
            let Some(declared) = declared else {
                self.departed.add_broken(&call, &told);
                continue;
            };
            for to in &call.to {
                for from in declared.permitted(to, &call.key) {
                    let edge = (from, call.kind, to.clone());
                    let place = (call.at, Effect::Breaks, call.key.clone());
                    let happened = self.edges.entry(edge).or_default();
                    happened.insert(place, told.clone());
                }
            }
        }
    }

    /// Makes the edges from a dependent that take the place of one that a call broke.
    fn make_next(&mut self, call: &Broken, told: &Told, from: &str, by: &str) {
        let Some(next) = &call.next else {
            return;
        };
        for to in &call.to {
            let edge = (from.to_owned(), call.kind, to.clone());
            let known = self.keys.entry(next.clone()).or_default();
            known.insert((edge.clone(), by.to_owned()), call.at);
            let place = (call.at, Effect::Makes, by.to_owned());
            let happened = self.edges.entry(edge).or_default();
            happened.insert(place, told.clone());
        }
    }

    /// Breaks what calls left out that set what is at one end, each edge with all such calls at
    /// its ends in the order of time.
    fn settle_sets(&mut self, sets: BTreeMap<Set, Told>, declared: Option<&Declared<'_>>) {
        if sets.is_empty() {
            return;
        }
        let mut ends: HashMap<(bool, &str, &str), Vec<Call<'_>>> = HashMap::new();
        for (set, told) in &sets {
            let place = (is_grant(set.effect), set.kind, set.end.as_str());
            ends.entry(place).or_default().push((set, told));
        }
        for ((from, kind, to), happened) in &mut self.edges {
            for (is_to, end, other) in [(false, from, to), (true, to, from)] {
                if let Some(sets) = ends.get(&(is_to, *kind, end.as_str())) {
                    let broken = left_out(happened, sets, other);
                    happened.extend(broken);
                }
            }
        }
        let Some(declared) = declared else {
            for (set, told) in &sets {
                self.departed.add_set(set, told);
            }
            return;
        };
        // What somebody declares, under the same ids.
        for (set, told) in &sets {
            let left: Vec<&str> = set.left.iter().map(|(other, _)| &**other).collect();
            let edges = match set.effect {
                Effect::Grants | Effect::Clears => Vec::new(),
                Effect::Moves => declared.holders(&set.end, set.kind, &left, set.at),
                _ => declared.besides(&set.end, set.kind, &left, set.at),
            };
            for (from, to) in edges.into_iter().filter(|(_, to)| set.is_about(to)) {
                let happened = self.edges.entry((from, set.kind, to)).or_default();
                let place = (set.at, Effect::Breaks, String::new());
                happened.insert(place, told.clone());
            }
        }
    }
}

/// Breaks of an edge to this other end by calls that set what is at one of its ends and leave it
/// out. The calls are in the order of time.
fn left_out(happened: &Happened, sets: &[Call<'_>], other: &str) -> Happened {
    let mut broken = Happened::new();
    let mut held: BTreeSet<&str> = BTreeSet::new();
    let mut entries = happened.keys().peekable();
    let first = entries.peek().map(|(at, _, _)| *at);
    let start = sets.partition_point(|(set, _)| first.is_none_or(|first| set.at <= first));
    for &(set, told) in sets.iter().skip(start) {
        while let Some((_, effect, by)) = entries.next_if(|(at, _, _)| *at < set.at) {
            match effect {
                Effect::Breaks => held.remove(by.as_str()),
                _ => held.insert(by),
            };
        }
        if held.is_empty() && entries.peek().is_none() {
            break;
        }
        if held.is_empty() || !set.is_about(other) {
            continue;
        }
        let is_left = |by: &str| set.left.contains(&(other.to_owned(), by.to_owned()));
        let gone = held.iter().filter(|by| set.is_by(by) && !is_left(by));
        let gone: Vec<&str> = gone.copied().collect();
        for by in gone {
            held.remove(by);
            broken.insert((set.at, Effect::Breaks, by.to_owned()), told.clone());
        }
    }
    broken
}

impl Set {
    /// Whether the call decides of the edge to this other end.
    fn is_about(&self, other: &str) -> bool {
        let mut left = self.left.iter();
        self.effect != Effect::Sets
            || left.any(|(named, _)| type_of(named) == type_of(other))
            || !self.about.is_empty() && self.about.split('|').any(|kind| kind == type_of(other))
    }

    /// Whether the call decides of edges that are told apart like this.
    fn is_by(&self, by: &str) -> bool {
        by.is_empty() || self.effect == Effect::Moves || self.tells_apart
    }
}

/// What an id is of: the prefix of a short id, service and type of others.
fn type_of(id: &str) -> String {
    let short = key::short_name(id);
    if is_short_id(short) {
        return short.split('-').next().unwrap_or_default().to_owned();
    }
    describe::describe(id).resource_type
}

/// Whether something made an edge before this time.
fn is_made(happened: &Happened, by: &str, before: Timestamp) -> bool {
    let mut earlier = happened.range(..(before, Effect::Breaks, String::new()));
    earlier.any(|((_, effect, other), _)| *effect == Effect::Makes && other == by)
}
