//! Gives changes the attributes that their plan told: the log of a run names resources, not what of
//! them changed.

use std::collections::BTreeMap;

use nepho_core::tables::{Change, ChangeOutcome};
use nepho_core::time::NANOS;

use crate::runs::family;

/// Longest time from a plan to its run: 1 day.
const LONGEST: i64 = 24 * 3600 * NANOS;

/// What a plan and the run that carries it out have in common.
type Place<'a> = (&'a str, &'a str, &'static str);

/// Sets the attributes of changes that lack them to those of the plan of the same run, or else of
/// the last plan before, for the same resource and action; gives the ids of these changes.
pub(crate) fn tell(changes: &mut BTreeMap<String, Change>) -> Vec<String> {
    let mut plans: BTreeMap<Place<'_>, Vec<&Change>> = BTreeMap::new();
    for change in changes.values() {
        if change.outcome == ChangeOutcome::Planned && !change.attributes.is_empty() {
            plans.entry(place(change)).or_default().push(change);
        }
    }
    let mut told: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
    for change in changes.values() {
        if change.outcome == ChangeOutcome::Planned || !change.attributes.is_empty() {
            continue;
        }
        if let Some(plan) = plans
            .get(&place(change))
            .and_then(|held| plan_of(change, held))
        {
            let (attributes, paths) = (plan.attributes.clone(), plan.replace_paths.clone());
            told.push((change.id.clone(), attributes, paths));
        }
    }
    let mut ids = Vec::with_capacity(told.len());
    for (id, attributes, replace_paths) in told {
        if let Some(change) = changes.get_mut(&id) {
            change.attributes = attributes;
            change.replace_paths = replace_paths;
            ids.push(id);
        }
    }
    ids
}

/// The plan that a change carries out.
fn plan_of<'a>(change: &Change, plans: &[&'a Change]) -> Option<&'a Change> {
    let of_run = plans.iter().find(|plan| plan.run == change.run);
    if let Some(plan) = of_run.filter(|_| !change.run.is_empty()) {
        return Some(plan);
    }
    let started = change.started.or(change.time)?;
    let timed = plans.iter().filter_map(|plan| Some((plan.started?, plan)));
    let before = timed.filter(|(time, _)| *time <= started && started.since(*time) <= LONGEST);
    let last = before.max_by_key(|(time, plan)| (*time, &plan.id));
    last.map(|(_, plan)| *plan)
}

fn place(change: &Change) -> Place<'_> {
    (
        family(&change.tool),
        &change.address,
        change.action.as_str(),
    )
}
