//! Changes that ended an earlier failure because they took back what had caused it: they lead to
//! what had worked before, and are not the cause of what fails afterwards.

use std::collections::BTreeMap;

use super::candidates::{Candidate, Candidates};
use super::ending;
use super::weigh::{Weighed, second};
use crate::blame::roots::Case;
use crate::blame::scene::Scene;
use crate::words;

/// What was repaired, by the id of the change that did it.
#[derive(Debug, Default)]
pub(crate) struct Repairs(BTreeMap<String, String>);

impl Repairs {
    /// Notes what ended a case: the change that did, and others of its run, as far as they are of
    /// something that the cause, or another change of its run, was of.
    pub(crate) fn note(
        &mut self,
        scene: &Scene<'_>,
        case: &Case,
        weighed: &Weighed,
        candidates: &Candidates<'_>,
    ) {
        let (Some(cause), Some(ending)) = (&weighed.cause, &weighed.ending) else {
            return;
        };
        let Some(burst) = scene.bursts.get(case.primary) else {
            return;
        };
        let find = |id: &str| {
            let mut all = candidates.list.iter();
            all.find(|candidate| candidate.change.id == id)
        };
        let (Some(cause), Some(last)) = (find(cause), find(&ending.change)) else {
            return;
        };
        let what = format!(
            "it ended the failure of {} from {} by taking back what had caused it",
            scene.service(burst),
            words::clock(second(burst.onset))
        );
        let broke = |one: &&Candidate<'_>| one.time <= last.time && is_of(one, cause);
        for (_, repair) in ending::before_end(scene, case, candidates) {
            let mut broken = candidates.list.iter().filter(broke);
            let took_back = broken.any(|first| {
                first.change.id != repair.change.id
                    && first.time < repair.started
                    && is_on_same(first, repair)
            });
            if took_back && is_of(repair, last) {
                self.0.insert(repair.change.id.clone(), what.clone());
            }
        }
    }

    /// What a change repaired, in words.
    pub(crate) fn of(&self, change: &str) -> Option<&str> {
        self.0.get(change).map(String::as_str)
    }
}

/// Whether it is this change, or one of its run.
fn is_of(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    let (one, other) = (one.change, other.change);
    one.id == other.id || !one.run.is_empty() && one.run == other.run
}

/// Whether both are of one thing: what is replaced keeps its address.
pub(super) fn is_on_same(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    let (one, other) = (one.change, other.change);
    let is_same_id = one.resource.is_some() && one.resource == other.resource;
    is_same_id
        || !one.id.starts_with("audit:")
            && (&one.tool, &one.scope, &one.address) == (&other.tool, &other.scope, &other.address)
}
