//! When there was anything to see: times without any row say nothing on failures.

use crate::clock::Clocks;
use crate::observe::domains::Domains;

/// Stretches of time in which rows were seen, sorted and apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Activity {
    // Start, end and the active time before the start.
    stretches: Vec<(i64, i64, i64)>,
}

impl Activity {
    /// Activity of some clock domains, in corrected time.
    pub(crate) fn of(domains: &Domains, chosen: &[u32], clocks: &Clocks) -> Self {
        let mut ranges = Vec::new();
        for id in chosen {
            let Some(domain) = domains.list().get(*id as usize) else {
                continue;
            };
            let ahead = clocks.ahead(*id);
            for index in &domain.active {
                let start = index.saturating_mul(domains.width());
                let end = start
                    .saturating_add(domains.width())
                    .min(domain.last.saturating_add(1));
                let start = start.max(domain.first);
                ranges.push((start.saturating_sub(ahead), end.saturating_sub(ahead)));
            }
        }
        Self::from_ranges(ranges)
    }

    fn from_ranges(mut ranges: Vec<(i64, i64)>) -> Self {
        ranges.sort_unstable();
        let mut stretches: Vec<(i64, i64, i64)> = Vec::new();
        for (start, end) in ranges {
            match stretches.last_mut() {
                Some((_, last, _)) if start <= *last => *last = end.max(*last),
                _ => stretches.push((start, end, 0)),
            }
        }
        let mut before = 0_i64;
        for (start, end, base) in &mut stretches {
            *base = before;
            before = before.saturating_add(end.saturating_sub(*start));
        }
        Self { stretches }
    }

    fn before(&self, time: i64) -> i64 {
        let index = self
            .stretches
            .partition_point(|(start, _, _)| *start <= time);
        let Some((start, end, base)) = index
            .checked_sub(1)
            .and_then(|index| self.stretches.get(index))
        else {
            return 0;
        };
        base.saturating_add(time.min(*end).saturating_sub(*start))
    }

    /// Active nanoseconds between two times.
    pub(crate) fn between(&self, start: i64, end: i64) -> i64 {
        self.before(end).saturating_sub(self.before(start)).max(0)
    }

    /// Start of the first stretch, or the end of time.
    pub(crate) fn start(&self) -> i64 {
        self.stretches
            .first()
            .map_or(i64::MAX, |(start, _, _)| *start)
    }

    /// End of the last stretch, or the beginning of time.
    pub(crate) fn end(&self) -> i64 {
        self.stretches.last().map_or(i64::MIN, |(_, end, _)| *end)
    }

    /// End of the stretch that holds a time.
    pub(crate) fn end_around(&self, time: i64) -> i64 {
        let index = self
            .stretches
            .partition_point(|(start, _, _)| *start <= time);
        let around = index
            .checked_sub(1)
            .and_then(|index| self.stretches.get(index));
        around.map_or_else(|| self.end(), |(_, end, _)| *end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_without_rows_does_not_count() {
        let activity = Activity::from_ranges(vec![(100, 200), (0, 50), (40, 60)]);
        assert_eq!(activity.between(0, 1000), 160);
        assert_eq!(activity.between(50, 110), 20);
        assert_eq!(activity.between(70, 90), 0);
        assert_eq!(activity.between(500, 0), 0);
        assert_eq!(Activity::default().between(i64::MIN, i64::MAX), 0);
    }
}
