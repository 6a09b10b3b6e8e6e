//! Sums per interval of time, in bounded memory: intervals begin at a minute and double when there
//! are too many.

use std::collections::BTreeMap;

use nepho_core::time::NANOS;

/// Width of an interval before any were joined.
pub(crate) const MINUTE: i64 = 60 * NANOS;

/// A value that intervals hold.
pub(crate) trait Sum: Copy {
    /// Adds the value of another interval.
    fn add(&mut self, other: Self);
}

impl Sum for u64 {
    fn add(&mut self, other: Self) {
        *self = self.saturating_add(other);
    }
}

/// Bytes of an interval by kind of severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bytes {
    /// In all.
    pub(crate) all: u64,
    /// Of rows for who looks for a fault in a program: `DEBUG` and below.
    pub(crate) debug: u64,
    /// Of rows on failures: `ERROR` and above.
    pub(crate) error: u64,
}

impl Sum for Bytes {
    fn add(&mut self, other: Self) {
        self.all = self.all.saturating_add(other.all);
        self.debug = self.debug.saturating_add(other.debug);
        self.error = self.error.saturating_add(other.error);
    }
}

/// First and last time of an interval.
impl Sum for (i64, i64) {
    fn add(&mut self, other: Self) {
        *self = (self.0.min(other.0), self.1.max(other.1));
    }
}

/// Intervals by their number since 1970.
#[derive(Debug)]
pub(crate) struct Intervals<T> {
    held: BTreeMap<i64, T>,
    // Rows mostly come in order: the interval of the last row is kept out of the tree.
    open: Option<(i64, T)>,
}

impl<T> Default for Intervals<T> {
    fn default() -> Self {
        Self {
            held: BTreeMap::new(),
            open: None,
        }
    }
}

impl<T: Sum> Intervals<T> {
    /// Adds to the interval in which a time lies and says whether there is now one more.
    #[inline]
    pub(crate) fn add(&mut self, time: i64, width: i64, value: T) -> bool {
        let index = time.div_euclid(width);
        if let Some((open, sum)) = &mut self.open
            && *open == index
        {
            sum.add(value);
            return false;
        }
        self.close();
        let held = self.held.remove(&index);
        let sum = held.map_or(value, |mut sum| {
            sum.add(value);
            sum
        });
        self.open = Some((index, sum));
        held.is_none()
    }

    fn close(&mut self) {
        if let Some((index, value)) = self.open.take() {
            self.held.insert(index, value);
        }
    }

    /// Joins the intervals two by two and gives how many are left.
    pub(crate) fn halve(&mut self) -> usize {
        self.close();
        let mut joined: BTreeMap<i64, T> = BTreeMap::new();
        for (index, value) in std::mem::take(&mut self.held) {
            joined
                .entry(index.div_euclid(2))
                .and_modify(|sum| sum.add(value))
                .or_insert(value);
        }
        self.held = joined;
        self.held.len()
    }

    /// All intervals by time.
    pub(crate) fn all(&mut self) -> Vec<(i64, T)> {
        self.close();
        self.held
            .iter()
            .map(|(index, value)| (*index, *value))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let sums = |times: &[i64]| {
            let mut intervals = Intervals::default();
            for time in times {
                intervals.add(*time, 10, 1_u64);
            }
            let before = intervals.all();
            (before, intervals.halve(), intervals.all())
        };
        assert_eq!(sums(&[5, 17, 35, 6]), sums(&[35, 6, 17, 5]));
        assert_eq!(sums(&[5, 17, 35, 6]).2, [(0, 3), (1, 1)]);
        assert_eq!(sums(&[i64::MIN, i64::MAX]).1, 2);
    }
}
