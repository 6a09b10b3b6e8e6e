//! How sure a verdict is.
//!
//! The numbers are judgment, not measured frequencies: each part of the evidence that is there
//! raises a middle value, each doubt lowers it, and nothing is certain.

use super::weigh::Weighed;
use crate::blame::links::{Link, Reason};
use crate::blame::roots::Case;
use crate::blame::scene::Scene;
use crate::bursts::{Burst, Strength};

/// Most that is said of a service which was failing already when its rows begin.
const UNSEEN: f64 = 0.4;

/// That the primary service of a case broke first.
pub(crate) fn primary(scene: &Scene<'_>, case: &Case) -> f64 {
    let burst = &scene.bursts[case.primary];
    let mut confidence: f64 = 0.55;
    if burst.strength == Strength::Significant {
        confidence += 0.1;
    }
    match scene.lost.get(case.primary).copied().flatten() {
        Some(lost) if lost.is_named => confidence += 0.15,
        Some(_) => confidence += 0.05,
        None => {}
    }
    let depend =
        |follower: &&crate::blame::roots::Follower| follower.link.reason == Reason::Dependency;
    if case
        .followers
        .iter()
        .filter(depend)
        .any(|follower| follower.link.is_named)
    {
        confidence += 0.15;
    } else if case.followers.iter().any(|follower| depend(&follower)) {
        confidence += 0.1;
    }
    if !case.rivals.is_empty() {
        confidence -= 0.2;
    }
    let failed_before = case
        .followers
        .iter()
        .filter(|follower| scene.bursts[follower.burst].strength != Strength::Warnings)
        .any(|follower| scene.bursts[follower.burst].onset < burst.onset);
    if failed_before {
        confidence -= 0.1;
    }
    // What is not seen to begin may have begun anywhere.
    let most = if burst.has_quiet_time { 0.95 } else { UNSEEN };
    confidence.clamp(0.2, most)
}

/// That a service followed another one.
pub(crate) fn follower(burst: &Burst, link: &Link) -> f64 {
    let base: f64 = match (link.reason, link.is_named) {
        (Reason::Dependency, true) => 0.9,
        (Reason::SharedLoss, true) => 0.8,
        (Reason::Dependency, false) => 0.7,
        (Reason::SharedLoss, false) => 0.5,
        (Reason::Caller, _) => 0.45,
    };
    let weak = if burst.strength == Strength::Significant {
        0.0
    } else {
        0.1
    };
    (base - weak - 0.1 * f64::from(link.hops.min(2))).clamp(0.2, 0.95)
}

/// Share of the verdict on a change of which nothing tells what it changed, at most: it may be a
/// tag.
const UNTOLD: f64 = 0.55;

/// That the whole verdict holds: the primary service, and the change or its absence.
pub(crate) fn verdict(primary: f64, cause: Option<f64>, weighed: &Weighed) -> f64 {
    let change = match cause {
        Some(score) => {
            let doubt = if weighed.is_close { 0.15 } else { 0.0 };
            let most = if weighed.is_untold { UNTOLD } else { 0.95 };
            (0.5 + 0.5 * score - doubt).min(most - doubt)
        }
        // That nothing known explains it holds as long as the input is complete, which cannot be
        // seen.
        None => 0.75,
    };
    (primary * change).sqrt().clamp(0.1, 0.95)
}
