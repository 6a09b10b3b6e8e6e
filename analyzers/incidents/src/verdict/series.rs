//! The curve of a service around an incident.

use nepho_core::Timestamp;
use nepho_core::findings::incident::SeriesPoint;

use crate::bursts::timeline::Timeline;

/// Points of a curve at most.
const POINTS: i64 = 240;

/// Curve of a service over a stretch of time, in at most [`POINTS`] equal intervals.
pub(crate) fn series(timeline: &Timeline, window: (i64, i64)) -> Vec<SeriesPoint> {
    let length = window.1.saturating_sub(window.0);
    let mut width = timeline.width;
    while length / width + 2 > POINTS {
        width = width.saturating_mul(2);
    }
    let first = window.0.saturating_sub(window.0.rem_euclid(width));
    let mut points: Vec<SeriesPoint> = Vec::new();
    let mut start = first;
    while start < window.1 && points.len() < POINTS as usize {
        points.push(SeriesPoint {
            time: Timestamp(start),
            rows: 0,
            errors: 0,
        });
        start = start.saturating_add(width);
    }
    let from = timeline.points.partition_point(|(point, _)| *point < first);
    for (point, cell) in timeline.points.iter().skip(from) {
        let index = usize::try_from(point.saturating_sub(first) / width).unwrap_or(usize::MAX);
        let Some(held) = points.get_mut(index) else {
            break;
        };
        held.rows += u64::from(cell.rows);
        held.errors += u64::from(cell.failures);
    }
    points
}
