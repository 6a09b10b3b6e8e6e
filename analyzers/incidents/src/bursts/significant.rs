//! Bursts that stand out by themselves: a robust baseline against stretches of higher rate.

use nepho_core::time::NANOS;

use super::baseline::{FEWEST, runs};
use super::blocks::{Piece, concentration};
use super::shapes::Shapes;
use super::timeline::Timeline;
use super::{Burst, Strength};
use crate::observe::buckets::Cell;

/// Failures that were to be expected before the first one, had the service failed from the
/// beginning of the input on: with fewer, that there are none may be chance (one in 20).
const UNSEEN: f64 = 3.0;
/// Intervals with failures that are cut into stretches; with more they are joined two by two first.
const INTERVALS: usize = 200;
/// Failures up to this far from a burst belong to it when failures are rare otherwise: 2 minutes.
const NEAR: i64 = 120 * NANOS;
/// Failures that may be expected between one and the burst at most, for it to belong to the burst.
/// One that is taken in by mistake lets it begin before the change that led to it.
const BY_CHANCE: f64 = 0.02;
/// Failures of an interval in which most rows fail, from which that is no chance.
const MOSTLY: u32 = 5;
/// Small bursts as large as one that make it usual for its service.
const USUAL: usize = 4;
/// Failures from which a burst is not small, and no repetition makes it usual.
const LARGE: u64 = 20;
/// Longest input that may be failure from beginning to end and still be a burst, in seconds: 15
/// minutes.
const SHORT: f64 = 900.0;

/// Surprise of a burst whose messages come outside of it as well: one in 160,000. Where a service
/// fails so now and then, many times are looked at in which that may come together by chance.
const SURPRISE_OF_KNOWN: f64 = 12.0;

/// A piece of time with its place.
struct Span {
    start: i64,
    end: i64,
    piece: Piece,
}

/// Failures of an interval: rows, and how many those are of which one moment counts once.
#[derive(Clone, Copy, Debug)]
struct Failures {
    rows: f64,
    count: f64,
}

/// Significant bursts of a service, by time. `services` is how many services have failures at all.
pub(super) fn bursts(index: usize, timeline: &Timeline, services: usize) -> Vec<Burst> {
    let (spans, width) = spans(timeline);
    if spans.is_empty() {
        return Vec::new();
    }
    let pieces: Vec<Piece> = spans.iter().map(|span| span.piece).collect();
    let (runs, usual) = runs(&pieces, services);
    let mut found = Vec::new();
    for run in runs {
        let (Some(from), Some(to)) = (spans.get(run.first), spans.get(run.last)) else {
            continue;
        };
        let start = refined_start(timeline, from, width, run.count / run.seconds, usual);
        if let Some(mut burst) = measured(index, timeline, start, to.end) {
            burst.expected = usual * run.seconds;
            found.push(burst);
        }
    }
    keep_raised_ratios(timeline, &mut found);
    drop_the_usual(&mut found);
    doubt_the_known(timeline, &mut found, services);
    for position in 0..found.len() {
        widen(timeline, &mut found, position, usual);
    }
    for burst in &mut found {
        burst.has_quiet_time = !is_begun(timeline, burst);
    }
    if found.is_empty() {
        found.extend(broken_throughout(index, timeline, &pieces));
    }
    found
}

/// Intervals with failures, and the quiet times between them.
fn spans(timeline: &Timeline) -> (Vec<Span>, i64) {
    let moments = timeline.moments;
    let failing = timeline.points.iter().filter(|(_, cell)| cell.failures > 0);
    let failing: Vec<(i64, Failures)> = failing
        .map(|(start, cell)| {
            let (rows, count) = (f64::from(cell.failures), moments.count(cell));
            (*start, Failures { rows, count })
        })
        .collect();
    let (joined, width) = joined(failing, timeline.width);
    let mut spans = Vec::with_capacity(joined.len() * 2 + 1);
    if joined.is_empty() {
        return (spans, width);
    }
    let rows = |start: i64, end: i64| timeline.totals(start, end).0 as f64;
    // An interval begins before the first row in it.
    let begin = timeline.activity.start();
    let mut end = begin.saturating_sub(begin.rem_euclid(timeline.width));
    let quiet = |start: i64, end: i64, spans: &mut Vec<Span>| {
        let nanos = timeline.activity.between(start, end);
        if nanos > 0 {
            spans.push(Span {
                start,
                end,
                piece: Piece {
                    seconds: seconds(nanos),
                    count: 0.0,
                    rows: rows(start, end),
                },
            });
        }
    };
    for (start, failures) in joined {
        quiet(end, start, &mut spans);
        end = start.saturating_add(width);
        spans.push(Span {
            start,
            end,
            piece: Piece {
                seconds: seconds(width),
                count: failures.count,
                rows: rows(start, end) - failures.rows + failures.count,
            },
        });
    }
    quiet(end, timeline.activity.end(), &mut spans);
    (spans, width)
}

fn joined(mut failing: Vec<(i64, Failures)>, mut width: i64) -> (Vec<(i64, Failures)>, i64) {
    while failing.len() > INTERVALS {
        width = width.saturating_mul(2);
        let mut wider: Vec<(i64, Failures)> = Vec::new();
        for (start, failures) in failing {
            let start = start.saturating_sub(start.rem_euclid(width));
            match wider.last_mut() {
                Some((last, total)) if *last == start => {
                    total.rows += failures.rows;
                    total.count += failures.count;
                }
                _ => wider.push((start, failures)),
            }
        }
        failing = wider;
    }
    (failing, width)
}

fn seconds(nanos: i64) -> f64 {
    nanos as f64 / NANOS as f64
}

/// Start of the burst within joined intervals: where the counts of single intervals are most likely
/// to have risen.
fn refined_start(timeline: &Timeline, span: &Span, width: i64, high: f64, low: f64) -> i64 {
    if width == timeline.width {
        return span.start;
    }
    let from = span.start.saturating_sub(width);
    let end = span.end.saturating_add(width);
    let gain = (high.max(low * 2.0) / low).ln();
    let cost = high - low;
    let moments = timeline.moments;
    let mut best = (f64::NEG_INFINITY, span.start);
    let mut score = 0.0;
    let mut later = end;
    let first = timeline.points.partition_point(|(start, _)| *start < from);
    let past = timeline.points.partition_point(|(start, _)| *start < end);
    for (start, cell) in timeline.points[first..past.max(first)].iter().rev() {
        if cell.failures == 0 {
            continue;
        }
        score += moments.count(cell) * gain - cost * seconds(later.saturating_sub(*start));
        later = *start;
        if score > best.0 {
            best = (score, *start);
        }
    }
    best.1
}

/// Burst of the failures between two times; `None` without any.
fn measured(index: usize, timeline: &Timeline, start: i64, end: i64) -> Option<Burst> {
    let from = timeline.points.partition_point(|(point, _)| *point < start);
    let inside = timeline
        .points
        .iter()
        .skip(from)
        .take_while(|(point, _)| *point < end);
    let (mut onset, mut last, mut moments) = (i64::MAX, i64::MIN, 0.0);
    for (_, cell) in inside {
        moments += timeline.moments.count(cell);
        onset = onset.min(cell.first_failure);
        last = last.max(cell.last_failure);
    }
    let (rows, failures, warnings) = timeline.totals(start, end);
    (onset <= last).then_some(Burst {
        timeline: index,
        onset,
        last,
        failures,
        moments,
        warnings,
        rows,
        expected: 0.0,
        strength: Strength::Significant,
        has_quiet_time: true,
    })
}

/// Drops the bursts in which the share of failing rows did not rise: more failures among more rows
/// are traffic.
fn keep_raised_ratios(timeline: &Timeline, bursts: &mut Vec<Burst>) {
    let all = timeline.totals(i64::MIN, i64::MAX);
    let inside = |of: fn(&Burst) -> u64| bursts.iter().map(of).sum::<u64>();
    let rows = all.0.saturating_sub(inside(|burst| burst.rows));
    let failures = all
        .1
        .saturating_sub(inside(|burst| burst.failures))
        .min(rows);
    bursts.retain(|burst| {
        let ratio = burst.failures as f64 / burst.rows.max(1) as f64;
        if rows - failures >= 20 && failures * 2 < rows {
            return ratio >= 2.0 * (failures as f64 + 0.5) / (rows as f64 + 1.0);
        }
        // Without rows of a better time, a share of failures that most services live with is no
        // burst.
        burst.rows < 20 || ratio >= 0.05
    });
}

/// A service that trips a little again and again, as by the retries of one request, does what it
/// always does.
fn drop_the_usual(bursts: &mut Vec<Burst>) {
    let counts: Vec<u64> = bursts.iter().map(|burst| burst.failures).collect();
    bursts.retain(|burst| {
        let alike = counts
            .iter()
            .filter(|count| **count * 2 >= burst.failures)
            .count();
        burst.failures >= LARGE || alike <= USUAL
    });
}

/// Bursts that say nothing new and may be chance count only beside those of connected services.
fn doubt_the_known(timeline: &Timeline, bursts: &mut [Burst], services: usize) {
    let all = seconds(timeline.activity.between(i64::MIN, i64::MAX)).max(1.0);
    let counts = timeline.points.iter();
    let counts = counts.map(|(_, cell)| timeline.moments.count(cell));
    let total: f64 = counts.sum();
    for burst in bursts {
        let end = burst.last.saturating_add(1);
        let length = seconds(timeline.activity.between(burst.onset, end)).max(1.0);
        let (others, share) = (f64::max(total - burst.moments, 0.0), length / all);
        let surprise = concentration(burst.moments, others, share) - (1.0 / share).ln();
        let least = SURPRISE_OF_KNOWN + (services.max(1) as f64).ln();
        if surprise < least && Shapes(timeline).is_known(burst) {
            burst.strength = Strength::Weak;
            burst.expected = total * share;
        }
    }
}

/// Takes in failures right before and after the burst: single ones where failures are rare
/// otherwise, and times before it in which most rows failed as in the burst itself.
fn widen(timeline: &Timeline, bursts: &mut [Burst], position: usize, rate: f64) {
    let before = position
        .checked_sub(1)
        .and_then(|index| bursts.get(index))
        .map_or(i64::MIN, |burst| burst.last);
    let after = bursts
        .get(position + 1)
        .map_or(i64::MAX, |burst| burst.onset);
    let Some(burst) = bursts.get_mut(position) else {
        return;
    };
    let is_near = |nanos: i64| nanos <= NEAR && seconds(nanos) * rate < BY_CHANCE;
    let core = burst.clone();
    let shapes = Shapes(timeline);
    let first = timeline
        .points
        .partition_point(|(start, _)| *start <= burst.onset);
    for (_, cell) in timeline.points[..first].iter().rev() {
        if cell.failures == 0 || cell.last_failure >= burst.onset {
            continue;
        }
        let gap = burst.onset.saturating_sub(cell.last_failure);
        let fails_alike = core.failures * 2 >= core.rows && is_mostly_failing(cell) && gap <= NEAR;
        let is_part = cell.last_failure > before
            && (is_near(gap) || fails_alike)
            && !shapes.is_of_others(&core, cell.first_failure, NEAR);
        if !is_part {
            break;
        }
        burst.onset = cell.first_failure.max(before.saturating_add(1));
        burst.failures += u64::from(cell.failures);
        burst.moments += timeline.moments.count(cell);
        burst.rows += u64::from(cell.rows);
    }
    let next = timeline
        .points
        .partition_point(|(start, _)| *start <= burst.last);
    for (_, cell) in timeline.points.iter().skip(next) {
        if cell.failures == 0 {
            continue;
        }
        if cell.first_failure >= after || !is_near(cell.first_failure.saturating_sub(burst.last)) {
            break;
        }
        burst.last = cell.last_failure;
        burst.failures += u64::from(cell.failures);
        burst.moments += timeline.moments.count(cell);
        burst.rows += u64::from(cell.rows);
    }
}

/// Whether most rows of an interval fail, and more than a few.
fn is_mostly_failing(cell: &Cell) -> bool {
    cell.failures >= MOSTLY && cell.failures * 2 >= cell.rows
}

/// Whether a service may have failed before its first row: no more time, and no more rows, lie
/// before the burst than lie between its failures.
fn is_begun(timeline: &Timeline, burst: &Burst) -> bool {
    let begin = timeline.activity.start();
    let before = seconds(timeline.activity.between(begin, burst.onset));
    let within = seconds(timeline.activity.between(burst.onset, burst.last)).max(1.0);
    let interval = burst
        .onset
        .saturating_sub(burst.onset.rem_euclid(timeline.width));
    let rows = timeline.totals(i64::MIN, interval).0 as f64;
    let ratio = burst.failures as f64 / burst.rows.max(1) as f64;
    before * burst.moments / within < UNSEEN && rows * ratio < UNSEEN
}

/// The whole input as one burst, if it is short and failure from beginning to end.
fn broken_throughout(index: usize, timeline: &Timeline, pieces: &[Piece]) -> Option<Burst> {
    let seconds: f64 = pieces.iter().map(|piece| piece.seconds).sum();
    let mut burst = measured(index, timeline, i64::MIN, i64::MAX)?;
    burst.has_quiet_time = false;
    (seconds <= SHORT && burst.failures >= FEWEST && burst.failures * 2 >= burst.rows)
        .then_some(burst)
}
