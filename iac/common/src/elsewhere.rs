//! Where else a resource is or was declared: what one history lost and another has was moved.

use std::collections::HashMap;

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
            for (age, version) in versions.iter().rev().enumerate() {
                elsewhere.take(rules, lineage, version, age == 0);
            }
        }
        elsewhere
    }

    fn take(
        &mut self,
        rules: &dyn Rules,
        lineage: &'a str,
        version: &'a Snapshot,
        is_newest: bool,
    ) {
        for (address, member) in &version.members {
            let Some(identity) = rules.global_identity(member) else {
                continue;
            };
            let places = self.places.entry(identity).or_default();
            if !places.iter().any(|place| place.lineage == lineage) {
                places.push(Place {
                    lineage,
                    scope: &version.scope,
                    address,
                    is_current: is_newest,
                });
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
