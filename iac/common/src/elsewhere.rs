//! Where else a resource is or was declared: what one history lost and another has was moved.

use std::collections::{HashMap, HashSet};

use nepho_core::Timestamp;
use nepho_core::feed::{Member, Snapshot};

use crate::history::Versions;
use crate::rules::Rules;

/// A resource in a history.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Lineage of the history.
    pub lineage: &'a str,
    /// Workspace or stack of the newest version that has it.
    pub scope: &'a str,
    /// Its address there.
    pub address: &'a str,
    /// Whether the newest version of the history has it.
    pub is_current: bool,
    /// When the last version was written that did not have it yet, where one is known.
    pub absent: Option<Timestamp>,
    /// When the first version was written that does not have it any more, where one is known.
    pub left: Option<Timestamp>,
}

/// Places of all resources that can be told from all others.
#[derive(Debug, Default)]
pub struct Elsewhere<'a> {
    places: HashMap<String, Vec<Place<'a>>>,
}

impl<'a> Elsewhere<'a> {
    /// Takes in the versions of all histories.
    pub fn new<'h>(
        rules: &dyn Rules,
        histories: impl Iterator<Item = (&'h &'a str, &'h Versions<'a>)>,
    ) -> Self
    where
        'a: 'h,
    {
        let mut elsewhere = Self::default();
        for (lineage, versions) in histories {
            let (mut newer, mut own) = (None, Vec::new());
            for version in versions.iter().rev() {
                elsewhere.take(rules, lineage, version, newer, &mut own);
                newer = Some(*version);
            }
        }
        elsewhere
    }

    /// Takes in a version of a history, the newest ones first; `own` is what these hold.
    fn take(
        &mut self,
        rules: &dyn Rules,
        lineage: &'a str,
        version: &'a Snapshot,
        newer: Option<&'a Snapshot>,
        own: &mut Vec<String>,
    ) {
        let mut held = HashSet::new();
        for (address, member) in &version.members {
            let Some(identity) = rules.global_identity(member) else {
                continue;
            };
            if !held.insert(identity.clone()) {
                continue;
            }
            let places = self.places.entry(identity.clone()).or_default();
            if !places.iter().any(|place| place.lineage == lineage) {
                places.push(Place {
                    lineage,
                    scope: &version.scope,
                    address,
                    is_current: newer.is_none(),
                    absent: None,
                    left: newer.and_then(|newer| newer.time),
                });
                own.push(identity);
            }
        }
        for identity in own.iter().filter(|identity| !held.contains(*identity)) {
            let places = self.places.get_mut(identity).into_iter().flatten();
            for place in places.filter(|place| place.lineage == lineage) {
                place.absent = place.absent.or(version.time);
            }
        }
    }

    /// The place of `member` in another history than that of `lineage`, one that has it now before
    /// one that had it.
    pub fn find(&self, rules: &dyn Rules, member: &Member, lineage: &str) -> Option<Place<'a>> {
        let places = self.places.get(&rules.global_identity(member)?)?;
        let others = places.iter().filter(|place| place.lineage != lineage);
        let mut others: Vec<&Place<'a>> = others.collect();
        others.sort_by_key(|place| !place.is_current);
        others.first().copied().copied()
    }
}
