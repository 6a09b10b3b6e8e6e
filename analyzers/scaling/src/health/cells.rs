//! Counts of one service per interval of time.

use std::collections::BTreeMap;

/// What happened in one interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Rows, failures among them.
    pub(crate) rows: u32,
    /// Failures.
    pub(crate) failures: u32,
    /// Rows with a status or an outcome.
    pub(crate) requests: u32,
    /// Failures among those.
    pub(crate) failed_requests: u32,
    /// Rows with a duration.
    pub(crate) timed: u32,
    /// Those that took longer than 1000 ms.
    pub(crate) slow: u32,
}

impl Cell {
    /// Adds another interval.
    #[inline]
    pub(crate) fn join(&mut self, other: &Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.failures = self.failures.saturating_add(other.failures);
        self.requests = self.requests.saturating_add(other.requests);
        self.failed_requests = self.failed_requests.saturating_add(other.failed_requests);
        self.timed = self.timed.saturating_add(other.timed);
        self.slow = self.slow.saturating_add(other.slow);
    }

    /// Share of rows that failed, from 0 to 1.
    pub(crate) fn failing(&self) -> f64 {
        share(self.failures, self.rows)
    }

    /// Share of timed requests that were slow, from 0 to 1.
    pub(crate) fn slowness(&self) -> f64 {
        share(self.slow, self.timed)
    }
}

/// Part of a whole, from 0 to 1; 0 of nothing.
fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 {
        0.0
    } else {
        f64::from(part) / f64::from(whole)
    }
}

/// Intervals by their number since 1970.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    held: BTreeMap<i64, Cell>,
    // Rows mostly come in order: the interval of the last row is kept out of the tree.
    open: Option<(i64, Cell)>,
}

impl Cells {
    /// Adds to an interval and says whether there is now one more.
    #[inline]
    pub(crate) fn add(&mut self, index: i64, cell: &Cell) -> bool {
        if let Some((open, sum)) = &mut self.open
            && *open == index
        {
            sum.join(cell);
            return false;
        }
        self.close();
        let held = self.held.remove(&index);
        let mut sum = held.unwrap_or_default();
        sum.join(cell);
        self.open = Some((index, sum));
        held.is_none()
    }

    /// Puts the open interval to the others.
    pub(crate) fn close(&mut self) {
        if let Some((index, cell)) = self.open.take() {
            self.held.entry(index).or_default().join(&cell);
        }
    }

    /// Joins the intervals two by two and gives how many are left.
    pub(crate) fn halve(&mut self) -> usize {
        self.close();
        let mut joined: BTreeMap<i64, Cell> = BTreeMap::new();
        for (index, cell) in std::mem::take(&mut self.held) {
            joined.entry(index.div_euclid(2)).or_default().join(&cell);
        }
        self.held = joined;
        self.held.len()
    }

    /// Closed intervals from `first` on and before `end`, by time.
    pub(crate) fn range(&self, first: i64, end: i64) -> impl Iterator<Item = (i64, &Cell)> {
        let bounds = first..end.max(first);
        self.held.range(bounds).map(|(index, cell)| (*index, cell))
    }
}
