//! When resources existed, as changes tell, for those whose documents do not: an address that was
//! used again is that of whoever existed when it was seen.
//!
//! Kept are at most 100,000 creations, deletions and replacements.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::key;
use nepho_core::tables::Change;

use crate::graph::lives::Life;
use crate::graph::within::Ordered;
use crate::graph::{Interval, Lifetimes, NodeId};
use crate::identity::short_id_of;
use crate::merge::Merged;
use crate::resolve::Directory;

/// Changes that are kept.
const MAX_LIVES: usize = 100_000;

/// What changes told of lives.
#[derive(Default)]
pub(crate) struct Lives {
    /// By the id of the change, which a later row of it replaces.
    told: BTreeMap<Box<str>, Vec<(Box<str>, Life)>>,
    overlooked: u64,
}

impl Lives {
    /// Changes that were not kept because there are too many.
    pub(crate) fn overlooked(&self) -> u64 {
        self.overlooked
    }

    /// Takes note of a change.
    pub(crate) fn read(&mut self, change: &Change) {
        let told = Life::told(change);
        if told.is_empty() {
            self.told.remove(change.id.as_str());
            return;
        }
        if self.told.len() >= MAX_LIVES && !self.told.contains_key(change.id.as_str()) {
            self.overlooked += 1;
            return;
        }
        let told = told.into_iter().map(|(id, life)| (id.into(), life));
        self.told.insert(change.id.as_str().into(), told.collect());
    }

    /// When the merged resources existed.
    pub(crate) fn settled(self, merged: &[Merged], directory: &Directory) -> Lived {
        let mut lifetimes = Lifetimes::default();
        let id = |number: u32| {
            let one = merged.get(number as usize);
            one.map_or("", |one| one.row.key.as_str())
        };
        let numbers = (0_u32..).zip(merged).map(|(number, _)| number);
        let ordered = Ordered::new(numbers, id);
        for (resource, life) in self.told.into_values().flatten() {
            let number = directory.only(&resource);
            let number = number.or_else(|| directory.only(short_id_of(&resource)?));
            let own = number.and_then(|number| merged.get(number as usize));
            let inner = match (life.is_end(), own) {
                (true, Some(one)) => ordered.ended_by(&one.row.key, id),
                (true, None) => ordered.ended_by(&key::canonical(&resource), id),
                (false, _) => Vec::new(),
            };
            for number in number.into_iter().chain(inner) {
                let Some(one) = merged.get(number as usize) else {
                    continue;
                };
                let is_managed = one.row.tool.is_some() && one.row.valid_to.is_none();
                life.note(NodeId(number), &one.row.key, is_managed, &mut lifetimes);
            }
        }
        lifetimes.settle(merged.len());
        Lived(lifetimes)
    }
}

/// When resources existed, by their numbers in the directory.
#[derive(Default)]
pub(crate) struct Lived(Lifetimes);

impl Lived {
    /// Intervals in which a resource existed; `None` if no change tells.
    pub(crate) fn of(&self, number: u32) -> Option<&[Interval]> {
        let lives = self.0.of(NodeId(number));
        (!lives.is_empty()).then_some(lives)
    }

    /// Tells the rows of those of which no document tells when they began and ended.
    pub(crate) fn tell(&self, merged: &mut [Merged]) {
        let told = |time: Timestamp| {
            let is_told = time != Timestamp::MIN && time != Timestamp::MAX;
            is_told.then_some(time)
        };
        let rows = (0_u32..).zip(merged.iter_mut().map(|one| &mut *one.row));
        for (number, row) in rows.filter(|(_, row)| row.tool.is_none()) {
            if let Some([first, ..]) = self.of(number) {
                row.valid_from = row.valid_from.or(told(first.from));
                row.seen_from = row.seen_from.or(told(first.seen_from));
            }
            if let Some([.., last]) = self.of(number) {
                row.valid_to = row.valid_to.or(told(last.to));
                row.seen_to = row.seen_to.or(told(last.seen_to));
            }
        }
    }
}
