//! Failures that come and go.

use nepho_core::time::NANOS;

use crate::bursts::Burst;
use crate::bursts::timeline::Timeline;

/// Time without a failure that is a pause: 30 seconds.
const PAUSE: i64 = 30 * NANOS;
/// Pauses of failures that come and go.
const PAUSES: usize = 2;
/// Share of the time in which such a service fails, at most.
const MOST: f64 = 0.75;

/// Share of the time in which the service of a burst failed, where its failures come and go: most
/// of its rows fail for a while, and none for a while, again and again.
pub(super) fn failing(timeline: &Timeline, burst: &Burst) -> Option<f64> {
    let start = burst
        .onset
        .saturating_sub(burst.onset.rem_euclid(timeline.width));
    let first = timeline.points.partition_point(|(point, _)| *point < start);
    let inside = timeline.points.iter().skip(first);
    let inside = inside.take_while(|(point, _)| *point <= burst.last);
    let (mut rows, mut failures, mut pauses) = (0_u64, 0_u64, 0_usize);
    let (mut failing, mut well) = (0_u32, 0_u32);
    let mut last = start;
    let mut is_well = false;
    for (point, cell) in inside {
        if cell.failures == 0 {
            well += 1;
            is_well = true;
            continue;
        }
        if is_well && point.saturating_sub(last) >= PAUSE {
            pauses += 1;
        }
        failing += 1;
        failures += u64::from(cell.failures);
        rows += u64::from(cell.rows);
        last = point.saturating_add(timeline.width);
        is_well = false;
    }
    let share = f64::from(failing) / f64::from((failing + well).max(1));
    (pauses >= PAUSES && failures * 2 >= rows && share <= MOST).then_some(share)
}
