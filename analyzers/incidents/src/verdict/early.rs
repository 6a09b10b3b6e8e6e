//! Which service of an incident had failed before a change began: what comes after a failure did
//! not lead to it.

use super::candidates::Candidate;
use crate::blame::roots::Case;
use crate::blame::scene::Scene;
use crate::bursts::blocks::surprise;
use crate::bursts::{Burst, Strength};

/// Failures before a change, those of a moment counted once, from which they are no chance.
const FEWEST: f64 = 3.0;
/// Surprise from which they are none, as for a significant burst.
const SURPRISE: f64 = 7.0;

/// A service of an incident that had failed before a change began.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Early {
    /// The service.
    pub service: String,
    /// Its first failure.
    pub onset: i64,
    /// Whether its clock can be compared with that of the service that broke first.
    pub is_sure: bool,
}

/// The first of the services of a case that had failed before a change began.
///
/// The service that broke first is not asked: it may be seen to fail later than whoever calls it
/// where the caller waits for a shorter time. Single failures before a change may be of something
/// else and do not count, nor do failures of services that are no part of the case.
pub(super) fn failed(scene: &Scene<'_>, case: &Case, candidate: &Candidate<'_>) -> Option<Early> {
    let primary = scene.bursts.get(case.primary)?;
    if scene.is_of_callers() {
        return None;
    }
    let own = domain(scene, primary);
    let bursts = case.followers.iter();
    let bursts = bursts.filter_map(|follower| scene.bursts.get(follower.burst));
    let early = bursts.filter(|burst| {
        let before = candidate
            .started
            .saturating_sub(scene.clocks.tolerance(domain(scene, burst)));
        burst.strength == Strength::Significant && burst.onset < before && {
            let (count, expected) = failures(scene, burst, before);
            count >= FEWEST && surprise(count, expected) >= SURPRISE
        }
    });
    let early = early.map(|burst| Early {
        service: scene.service(burst).to_owned(),
        onset: burst.onset,
        is_sure: scene.clocks.are_comparable(own, domain(scene, burst)),
    });
    early.min_by_key(|early| (!early.is_sure, early.onset, early.service.clone()))
}

fn domain(scene: &Scene<'_>, burst: &Burst) -> u32 {
    let timeline = scene.timelines.get(burst.timeline);
    timeline.map_or(0, |timeline| timeline.domain)
}

/// Failures of a burst in the intervals that ended before a time, and how many were to be expected
/// until then.
fn failures(scene: &Scene<'_>, burst: &Burst, before: i64) -> (f64, f64) {
    let Some(timeline) = scene.timelines.get(burst.timeline) else {
        return (0.0, 0.0);
    };
    let cells = timeline.points.iter().map(|(_, cell)| cell);
    let cells = cells.filter(|cell| {
        cell.failures > 0 && cell.first_failure >= burst.onset && cell.last_failure < before
    });
    let count = cells.map(|cell| timeline.moments.count(cell)).sum();
    let length = burst.last.saturating_sub(burst.onset).max(1) as f64;
    let part = before.saturating_sub(burst.onset) as f64 / length;
    (count, burst.expected * part.min(1.0))
}
