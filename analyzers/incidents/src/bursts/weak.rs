//! Single failures and warnings, which count only beside the failures of connected services.

use nepho_core::time::NANOS;

use super::timeline::Timeline;
use super::{Burst, Strength};

/// Failures and warnings closer than this belong together: 5 minutes.
const NEAR: i64 = 300 * NANOS;
/// Time for which it is asked how many were to be expected, in seconds.
const WINDOW: f64 = 300.0;
/// What was to be expected must be less than this, else it is nothing new.
const EXPECTED: f64 = 0.1;
/// Warnings that would have come in the rest of the input, had they come there as often as in a
/// long group: with so many, that there are hardly any is no chance (one in 160,000).
const MISSED: f64 = 12.0;
/// A service with more groups than this complains all the time.
const GROUPS: usize = 32;

/// Groups of single failures or warnings outside the significant bursts of the same service.
pub(super) fn bursts(index: usize, timeline: &Timeline, significant: &[Burst]) -> Vec<Burst> {
    let mut groups: Vec<Burst> = Vec::new();
    let mut ends: Vec<i64> = Vec::new();
    let moments = timeline.moments;
    for (start, cell) in &timeline.points {
        if cell.failures == 0 && cell.warnings == 0 || overlaps(significant, *start, timeline.width)
        {
            continue;
        }
        let first = cell.first_failure.min(cell.first_warning);
        let last = cell.last_failure.max(if cell.warnings > 0 {
            cell.first_warning
        } else {
            i64::MIN
        });
        match (groups.last_mut(), ends.last_mut()) {
            (Some(group), Some(end)) if first.saturating_sub(*end) <= NEAR => {
                *end = last.max(*end);
                group.failures += u64::from(cell.failures);
                group.moments += moments.count(cell);
                group.warnings += u64::from(cell.warnings);
                group.rows += u64::from(cell.rows);
                group.last = last.max(group.last);
                if cell.failures > 0 && group.strength == Strength::Warnings {
                    group.strength = Strength::Weak;
                    group.onset = cell.first_failure;
                }
            }
            _ => {
                groups.push(Burst {
                    moments: moments.count(cell),
                    ..single(index, cell, first, last)
                });
                ends.push(last);
            }
        }
        if groups.len() > GROUPS {
            return Vec::new();
        }
    }
    judge(timeline, groups)
}

fn single(index: usize, cell: &crate::observe::buckets::Cell, first: i64, last: i64) -> Burst {
    let fails = cell.failures > 0;
    Burst {
        timeline: index,
        onset: if fails { cell.first_failure } else { first },
        last,
        failures: u64::from(cell.failures),
        moments: 0.0,
        warnings: u64::from(cell.warnings),
        rows: u64::from(cell.rows),
        expected: 0.0,
        strength: if fails {
            Strength::Weak
        } else {
            Strength::Warnings
        },
        has_quiet_time: true,
    }
}

fn overlaps(bursts: &[Burst], start: i64, width: i64) -> bool {
    let end = start.saturating_add(width);
    bursts
        .iter()
        .any(|burst| start <= burst.last && burst.onset < end)
}

/// Keeps the groups that are rare: the rest of the input must not lead to expect one.
fn judge(timeline: &Timeline, groups: Vec<Burst>) -> Vec<Burst> {
    let failures: f64 = groups.iter().map(|group| group.moments).sum();
    let warnings: u64 = groups.iter().map(|group| group.warnings).sum();
    let active = timeline.activity.between(i64::MIN, i64::MAX);
    let seconds = (active as f64 / NANOS as f64).max(WINDOW);
    groups
        .into_iter()
        .filter_map(|mut group| {
            let others = match group.strength {
                Strength::Warnings => (warnings - group.warnings) as f64,
                _ => failures - group.moments,
            };
            group.expected = others / seconds * WINDOW;
            let is_event = is_short(&group) || is_dense(&group, seconds);
            (group.expected < EXPECTED && is_event).then_some(group)
        })
        .collect()
}

/// Seconds from the first failure or warning to the last.
fn span(group: &Burst) -> f64 {
    group.last.saturating_sub(group.onset) as f64 / NANOS as f64
}

/// A group that spreads over a long time is a low rate, not an event.
fn is_short(group: &Burst) -> bool {
    span(group) <= 2.0 * WINDOW
}

/// Whether warnings last as long as an outage does: many of them, and none in the rest of the
/// input, of which there is enough to tell.
fn is_dense(group: &Burst, seconds: f64) -> bool {
    let rest = seconds - span(group);
    group.strength == Strength::Warnings
        && rest >= WINDOW
        && group.warnings as f64 / span(group).max(1.0) * rest >= MISSED
}
