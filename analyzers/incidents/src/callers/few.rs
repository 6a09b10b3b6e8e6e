//! A refused call or two right after a change: too few to stand out by themselves, and evidence
//! where the change took just that.
//!
//! Most calls that are refused never were allowed. What counts is that the same call succeeded
//! before the change, was never refused before it, is refused within minutes, and that the change
//! is of whoever calls or of what was called, and names or is told to have taken what was refused.

use std::collections::HashMap;

use nepho_core::tables::Change;
use nepho_core::time::NANOS;

use super::ledger::Ledger;
use super::refusal::{Layer, Refusal};
use super::rights::Deed;
use super::{Seen, Told};
use crate::bursts::timeline::Timeline;
use crate::bursts::{Burst, Strength};
use crate::verdict::candidates::Candidate;
use crate::verdict::reach::Reach;

/// How soon after a change calls are refused: 10 minutes.
const SOON: i64 = 600 * NANOS;
/// Bursts of few calls that are weighed.
pub(super) const MOST: usize = 500;

/// Refused calls outside the significant bursts of whoever made them, shortly after some change;
/// and how many more there are than can be weighed.
pub(super) fn bursts(
    ledger: &Ledger,
    timelines: &[Timeline],
    services: &[String],
    significant: &[Burst],
    changes: &[&Change],
) -> (Vec<Burst>, u64) {
    let mut times: Vec<i64> = changes
        .iter()
        .filter_map(|change| change.time.map(|time| time.0))
        .collect();
    times.sort_unstable();
    let places: HashMap<&str, usize> = timelines
        .iter()
        .enumerate()
        .filter_map(|(place, timeline)| {
            Some((services.get(timeline.service as usize)?.as_str(), place))
        })
        .collect();
    let mut significant_at: HashMap<usize, Vec<&Burst>> = HashMap::new();
    for burst in significant {
        significant_at
            .entry(burst.timeline)
            .or_default()
            .push(burst);
    }
    let mut found: HashMap<usize, Vec<Burst>> = HashMap::new();
    for (principal, refused) in ledger.refused() {
        let (first, last) = (
            refused.first,
            refused.last.min(refused.first.saturating_add(SOON)),
        );
        let is_lost = refused.allowed.is_some_and(|allowed| allowed < first);
        let before = times.partition_point(|time| *time <= first);
        let changed = before.checked_sub(1).and_then(|place| times.get(place));
        let is_soon = changed.is_some_and(|time| first.saturating_sub(*time) <= SOON);
        let Some(place) = places
            .get(principal)
            .copied()
            .filter(|_| is_lost && is_soon)
        else {
            continue;
        };
        let is_within = |burst: &&Burst| burst.onset <= last && first <= burst.last;
        let mut own = significant_at.get(&place).into_iter().flatten();
        if own.any(is_within) {
            continue;
        }
        let found = found.entry(place).or_default();
        let held = found
            .iter_mut()
            .find(|burst| (burst.onset.saturating_sub(first)).saturating_abs() <= SOON);
        match held {
            Some(burst) => {
                burst.onset = burst.onset.min(first);
                burst.last = burst.last.max(last);
                burst.failures += refused.count;
                burst.moments += refused.count as f64;
            }
            None => found.push(Burst {
                timeline: place,
                onset: first,
                last,
                failures: refused.count,
                moments: refused.count as f64,
                warnings: 0,
                rows: refused.count,
                expected: 0.0,
                strength: Strength::Weak,
                has_quiet_time: true,
            }),
        }
    }
    let mut found: Vec<Burst> = found.into_values().flatten().collect();
    found.sort_by_key(|burst| (burst.onset, burst.timeline));
    let beyond = found.len().saturating_sub(MOST) as u64;
    found.truncate(MOST);
    (found, beyond)
}

/// Whether a change took just what was refused.
pub(super) fn is_direct(
    seen: &Seen<'_>,
    told: &Told,
    candidate: &Candidate<'_>,
    reach: &Reach,
    is_on_called: bool,
) -> bool {
    let deed = seen.deeds.get(candidate.change.id.as_str()).copied();
    let is_own = candidate.touches(|node| reach.is_own(node) || reach.ended(node).is_some());
    let is_named = deed.is_some_and(|deed| told.is_meant(seen.rights, deed) == Some(true));
    told.refused.iter().any(|refused| {
        let is_after =
            |time: i64| refused.first >= time && refused.first.saturating_sub(time) <= SOON;
        let was_allowed = refused.allowed.is_some_and(|at| at < candidate.started);
        let is_of_called =
            is_on_called && refused.refusal.layer.is_none_or(|own| own == Layer::Other);
        is_after(candidate.time)
            && was_allowed
            && (is_own || is_named || is_of_called)
            && is_told(deed, &refused.refusal)
    })
}

/// Whether the message or the policy names what is refused.
fn is_told(deed: Option<&Deed>, refusal: &Refusal) -> bool {
    let is_fitting = deed.is_none_or(|deed| deed.fits(refusal));
    is_fitting && (refusal.action.is_some() || deed.is_some_and(|deed| deed.names(refusal)))
}

/// What is left of the confidence in a finding on so few calls.
pub(super) fn doubt(calls: u64) -> f64 {
    match calls {
        0 | 1 => 0.7,
        2 => 0.8,
        _ => 0.9,
    }
}
