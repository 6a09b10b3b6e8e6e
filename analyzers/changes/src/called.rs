//! Gives changes the attributes that the calls of their run told: the log of a run names resources,
//! the audit log tells what of them was set.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::tables::{Change, ChangeAction, Outcome};

use crate::emit;
use crate::known::Known;
use crate::store::Write;

/// Names of attributes by the ids of the changes whose calls told them; `None` where one of the
/// calls did not tell all that it set.
#[derive(Debug, Default)]
pub(crate) struct Called {
    attributes: BTreeMap<String, Option<BTreeSet<String>>>,
}

impl Called {
    /// Takes note of a call that was joined to a change.
    ///
    /// Only calls on the resource itself count: of those on what it is a part of nobody knows for
    /// which part they were.
    pub(crate) fn add(&mut self, change: &Change, write: &Write, known: &Known) {
        let lacks = change.action == ChangeAction::Update && change.attributes.is_empty();
        let is_done = write.event.outcome != Some(Outcome::Failure);
        if !lacks || !is_done {
            return;
        }
        let own = change.resource.as_deref();
        let own = own.map(|id| known.identity_in(change, id));
        let Some(own) = own.or_else(|| known.at_address(change)) else {
            return;
        };
        if !write.identities.contains(&own) {
            return;
        }
        let sizes = [Change::TO_FEWER, Change::TO_MORE];
        let names = emit::attributes(write, Some(&own), known).into_iter();
        let names = names.filter(|name| Change::is_setting(name) || sizes.contains(&name.as_str()));
        let names: BTreeSet<String> = names.collect();
        let held = self.attributes.entry(change.id.clone());
        let held = held.or_insert_with(|| Some(BTreeSet::new()));
        match held {
            Some(held) if !names.is_empty() => held.extend(names),
            _ => *held = None,
        }
    }

    /// Sets the attributes of a change that has none to what its calls told.
    pub(crate) fn tell(&mut self, change: &mut Change) {
        let told = self.attributes.remove(&change.id).flatten();
        if let Some(told) = told.filter(|_| change.attributes.is_empty()) {
            change.attributes = told.into_iter().collect();
        }
    }
}
