//! Services that log much more than they did before, for minutes.

use std::collections::VecDeque;

use crate::minutes::MINUTE;

/// Times what it was before.
const RATIO: f64 = 2.0;
/// A spike lasts at least this long.
const SHORTEST: i64 = 3 * MINUTE;
/// Intervals before that the median is taken of, at most and at least.
pub(crate) const BEFORE: usize = 60;
const FEWEST_BEFORE: usize = 5;
/// What a spike adds counts from this many bytes on, or from this part of all volume.
const BYTES: f64 = 10_000_000.0;
const SHARE: f64 = 0.05;

/// A rise of volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spike {
    /// First and last interval.
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// Bytes per interval before, as a median.
    pub(crate) before: f64,
    /// Bytes in it.
    pub(crate) bytes: f64,
}

impl Spike {
    /// Bytes beyond what was usual before.
    pub(crate) fn added(&self) -> f64 {
        self.bytes - self.before * self.intervals()
    }

    pub(crate) fn intervals(&self) -> f64 {
        self.last.saturating_sub(self.first).saturating_add(1) as f64
    }
}

/// Spikes of one service that matter among `total` bytes of all services. Intervals without a row
/// do not count as quiet ones: a job that logs once an hour does not rise each time.
pub(crate) fn spikes(intervals: &[(i64, u64)], width: i64, total: u64) -> Vec<Spike> {
    let mut found = Vec::new();
    let mut quiet: VecDeque<u64> = VecDeque::with_capacity(BEFORE);
    let mut at = 0;
    while let Some((_, bytes)) = intervals.get(at) {
        let before = median(&quiet).filter(|before| *before > 0.0);
        let run = before.and_then(|before| run(intervals.get(at..)?, before, width));
        match (before, run) {
            (Some(before), Some(length)) => {
                let within = intervals.get(at..at + length).unwrap_or_default();
                if let (Some(first), Some(last)) = (within.first(), within.last()) {
                    let bytes = within.iter().map(|(_, bytes)| *bytes as f64).sum();
                    found.push(Spike {
                        first: first.0,
                        last: last.0,
                        before,
                        bytes,
                    });
                }
                at += length;
            }
            _ => {
                if quiet.len() == BEFORE {
                    quiet.pop_front();
                }
                quiet.push_back(*bytes);
                at += 1;
            }
        }
    }
    found.retain(|spike| spike.added() >= BYTES || spike.added() >= SHARE * total as f64);
    found
}

/// Number of intervals from the first on that are high, if they last long enough. One lower or
/// empty interval between two high ones does not end them.
fn run(intervals: &[(i64, u64)], before: f64, width: i64) -> Option<usize> {
    let is_high = |bytes: u64| bytes as f64 >= RATIO * before;
    let mut length = 0;
    let mut high = 0_i64;
    let mut last = None;
    for (at, (index, bytes)) in intervals.iter().enumerate() {
        let is_far = last.is_some_and(|last: i64| index.saturating_sub(last) > 2);
        if is_far || (at == 0 && !is_high(*bytes)) {
            break;
        }
        if is_high(*bytes) {
            length = at + 1;
            high += 1;
            last = Some(*index);
        }
    }
    (high.saturating_mul(width) >= SHORTEST).then_some(length)
}

fn median(values: &VecDeque<u64>) -> Option<f64> {
    if values.len() < FEWEST_BEFORE {
        return None;
    }
    let mut sorted: Vec<u64> = values.iter().copied().collect();
    sorted.sort_unstable();
    let upper = *sorted.get(sorted.len() / 2)? as f64;
    let lower = *sorted.get((sorted.len() - 1) / 2)? as f64;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u64], expected: &[(i64, i64)]) {
        let intervals: Vec<(i64, u64)> = (0..)
            .zip(bytes.iter().copied())
            .filter(|(_, bytes)| *bytes > 0)
            .collect();
        let total = bytes.iter().sum();
        let found: Vec<_> = spikes(&intervals, MINUTE, total)
            .iter()
            .map(|spike| (spike.first, spike.last))
            .collect();
        assert_eq!(found, expected, "{bytes:?}");
    }

    #[test]
    fn a_spike_is_twice_the_median_for_three_minutes() {
        check(&[10, 10, 10, 10, 10, 20, 25, 30, 10, 10], &[(5, 7)]);
        check(&[10, 10, 10, 10, 10, 20, 25, 10, 10, 10], &[]);
        check(&[10, 10, 10, 10, 10, 19, 19, 19, 19, 10], &[]);
        check(&[10, 10, 30, 30, 30, 30, 30, 30], &[]);
        // One lower or empty minute within does not end it.
        check(&[10, 10, 10, 10, 10, 30, 5, 30, 0, 30, 10], &[(5, 9)]);
        check(&[10, 10, 10, 10, 10, 30, 5, 5, 30, 5, 5, 30], &[]);
        // To the end of the logs, and twice.
        check(&[10, 10, 10, 10, 10, 30, 30, 30], &[(5, 7)]);
        check(
            &[10, 10, 10, 10, 10, 30, 30, 30, 10, 10, 10, 40, 40, 40, 10],
            &[(5, 7), (11, 13)],
        );
    }

    #[test]
    fn a_spike_that_adds_little_does_not_count() {
        let mut intervals: Vec<(i64, u64)> = (0..1000).map(|at| (at, 1000)).collect();
        for (_, bytes) in intervals.iter_mut().skip(500).take(4) {
            *bytes = 3000;
        }
        assert_eq!(spikes(&intervals, MINUTE, 1_008_000), []);
        for (_, bytes) in &mut intervals {
            *bytes *= 10_000;
        }
        let found = spikes(&intervals, MINUTE, 10_080_000_000);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].added(), 80_000_000.0);
    }

    #[test]
    fn wide_intervals_and_their_numbers_at_the_ends_do_no_harm() {
        let intervals = [
            (i64::MIN, 1),
            (-2, 1),
            (-1, 1),
            (0, 1),
            (1, 1),
            (i64::MAX, u64::MAX),
        ];
        assert_eq!(spikes(&intervals, i64::MAX, u64::MAX).len(), 1);
        assert_eq!(spikes(&[], MINUTE, 0), []);
    }
}
