//! Since when resources that no document tells of are known: since the first row or call that
//! names them. `nepho map --known` leaves out what was learned later.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use nepho_core::{Timestamp, key};

use crate::merge::Merged;

/// When ids were first named, by their hashes: the ids are held elsewhere.
#[derive(Default)]
pub(crate) struct Seen(HashMap<u64, Timestamp>);

impl Seen {
    /// Takes note that an id was named.
    pub(crate) fn note(&mut self, id: &str, at: Timestamp) {
        let first = self.0.entry(hash(&key::canonical(id))).or_insert(at);
        *first = at.min(*first);
    }

    /// Tells the rows of those that no document tells of.
    pub(crate) fn tell(&self, merged: &mut [Merged]) {
        let rows = merged.iter_mut().map(|one| &mut one.row);
        for row in rows.filter(|row| row.tool.is_none()) {
            let words = row.aliases.iter().chain([&row.key]);
            let first = words.filter_map(|word| self.0.get(&hash(word))).min();
            row.seen_from = row.seen_from.into_iter().chain(first.copied()).min();
        }
    }
}

fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}
