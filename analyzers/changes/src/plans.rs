//! Gives changes the attributes that their plan told: the log of a run names resources, not what of
//! them changed.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::tables::{Change, ChangeOutcome};
use nepho_core::time::NANOS;

use crate::runs::family;

/// Longest time from a plan to its run: 1 day.
const LONGEST: i64 = 24 * 3600 * NANOS;

/// What a plan and the run that carries it out have in common.
type Place<'a> = (&'a str, &'a str, &'static str);

/// Sets the attributes of changes that lack them to those of the last plan before, for the same
/// resource and action; gives the ids of these changes.
pub(crate) fn tell(changes: &mut BTreeMap<String, Change>) -> Vec<String> {
    let mut plans: BTreeMap<Place<'_>, Vec<(Timestamp, &Change)>> = BTreeMap::new();
    for change in changes.values() {
        let is_told = change.outcome == ChangeOutcome::Planned && !change.attributes.is_empty();
        if let Some(time) = change.started.filter(|_| is_told) {
            plans.entry(place(change)).or_default().push((time, change));
        }
    }
    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    for change in changes.values() {
        if change.outcome == ChangeOutcome::Planned || !change.attributes.is_empty() {
            continue;
        }
        let Some(started) = change.started.or(change.time) else {
            continue;
        };
        let before = plans.get(&place(change)).into_iter().flatten();
        let last = before
            .filter(|(time, _)| *time <= started && started.since(*time) <= LONGEST)
            .max_by_key(|(time, plan)| (*time, &plan.id));
        if let Some((_, plan)) = last {
            told.push((change.id.clone(), plan.attributes.clone()));
        }
    }
    let mut ids = Vec::with_capacity(told.len());
    for (id, attributes) in told {
        if let Some(change) = changes.get_mut(&id) {
            change.attributes = attributes;
            ids.push(id);
        }
    }
    ids
}

fn place(change: &Change) -> Place<'_> {
    (
        family(&change.tool),
        &change.address,
        change.action.as_str(),
    )
}
