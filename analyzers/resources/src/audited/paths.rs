//! Roles, users and groups of AWS that calls name without the path that is part of their ids.

use std::collections::{BTreeMap, HashMap};

use nepho_core::key;

use super::{Audited, Broken, Edge, Set};

/// Full ids by those without a path.
struct Paths(HashMap<String, String>);

impl Audited {
    /// Gives ends without a path the id of the only other end that is called so, so that calls on
    /// one edge are on one: within an account, names are unique whatever the path.
    pub(super) fn tell_paths(&mut self) {
        let paths = Paths::new(self.edges.keys().flat_map(|(from, _, to)| [from, to]));
        if paths.0.is_empty() {
            return;
        }
        for (edge, happened) in std::mem::take(&mut self.edges) {
            let held = self.edges.entry(paths.of_edge(edge)).or_default();
            held.extend(happened);
        }
        for known in self.keys.values_mut() {
            let edges = std::mem::take(known).into_iter();
            known.extend(edges.map(|((edge, by), at)| ((paths.of_edge(edge), by), at)));
        }
        let sets = std::mem::take(&mut self.sets).into_iter();
        let sets = sets.map(|(set, told)| (paths.of_set(set), told));
        self.sets = sets.collect();
        let broken = std::mem::take(&mut self.broken).into_iter();
        let broken = broken.map(|(call, told)| {
            let to = call.to.into_iter().map(|to| paths.full(to)).collect();
            (Broken { to, ..call }, told)
        });
        self.broken = broken.collect();
    }
}

impl Paths {
    fn new<'a>(ids: impl Iterator<Item = &'a String>) -> Self {
        let mut found: BTreeMap<String, Option<&str>> = BTreeMap::new();
        for id in ids {
            if let Some(bare) = key::without_path(id) {
                let full = found.entry(bare).or_insert(Some(id));
                *full = full.filter(|full| *full == id);
            }
        }
        let found = found.into_iter();
        let found = found.filter_map(|(bare, full)| Some((bare, full?.to_owned())));
        Self(found.collect())
    }

    fn full(&self, id: String) -> String {
        self.0.get(&id).cloned().unwrap_or(id)
    }

    fn of_edge(&self, (from, kind, to): Edge) -> Edge {
        (self.full(from), kind, self.full(to))
    }

    fn of_set(&self, set: Set) -> Set {
        let left = set.left.into_iter();
        Set {
            end: self.full(set.end),
            left: left.map(|(other, by)| (self.full(other), by)).collect(),
            ..set
        }
    }
}
