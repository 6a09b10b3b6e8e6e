//! Rules of network security groups before which another decides, as earlier calls put them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use nepho_core::tables::{ChangeAction, Outcome};

use crate::event::Priority;
use crate::store::Write;

/// Rules of one group by their ids.
type Group<'a> = BTreeMap<Arc<str>, &'a Priority>;

/// What the rules before it leave of a rule that is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overruled {
    /// It denies what another allows before it.
    Wholly,
    /// It allows what another may deny before it.
    Perhaps,
}

/// Tells writes that put a rule, all in order of time, what other rules leave of it.
pub(crate) fn tell(writes: &mut [Write]) {
    let mut groups: HashMap<String, Group<'_>> = HashMap::new();
    let mut found: Vec<(usize, Overruled)> = Vec::new();
    for (place, write) in writes.iter().enumerate() {
        let ([id], true) = (
            &*write.identities,
            write.event.outcome != Some(Outcome::Failure),
        ) else {
            continue;
        };
        let Some((group, _)) = id.split_once("/securityrules/") else {
            // A write of the whole group says anew which rules it has.
            groups.remove(&**id);
            continue;
        };
        let rules = groups.entry(group.to_owned()).or_default();
        rules.remove(id);
        let Some(rule) = write.priority.as_deref() else {
            continue;
        };
        let mut others = rules.values().filter(|other| other.denies != rule.denies);
        let is_overruled = others.any(|other| match rule.denies {
            true => other.decides_all(rule),
            false => other.may_decide(rule),
        });
        if is_overruled {
            found.push((
                place,
                match rule.denies {
                    true => Overruled::Wholly,
                    false => Overruled::Perhaps,
                },
            ));
        }
        if write.event.subject.action != Some(ChangeAction::Delete) {
            rules.insert(Arc::clone(id), rule);
        }
    }
    for (place, overruled) in found {
        if let Some(write) = writes.get_mut(place) {
            write.overruled = Some(overruled);
        }
    }
}
