//! Counts of rows and failures per interval of time, in bounded memory.

use std::collections::BTreeMap;

/// Width of an interval before any were joined: 10 seconds, in nanoseconds.
pub(crate) const FIRST_WIDTH: i64 = 10_000_000_000;

/// Parts of an interval of which it is known whether there was a failure in them: the seconds of
/// ten.
pub(crate) const PARTS: i64 = 10;

/// What happened in one interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Rows, failures and warnings among them.
    pub rows: u32,
    /// Failures.
    pub failures: u32,
    /// Warnings that are no failures.
    pub warnings: u32,
    /// Tenths of the interval in which there was a failure, a bit for each.
    pub failing: u16,
    /// Time of the first failure; `i64::MAX` without one.
    pub first_failure: i64,
    /// Time of the last failure; `i64::MIN` without one.
    pub last_failure: i64,
    /// Time of the first warning; `i64::MAX` without one.
    pub first_warning: i64,
}

impl Default for Cell {
    fn default() -> Self {
        Self {
            rows: 0,
            failures: 0,
            warnings: 0,
            failing: 0,
            first_failure: i64::MAX,
            last_failure: i64::MIN,
            first_warning: i64::MAX,
        }
    }
}

impl Cell {
    /// Moves the times back by `ahead` nanoseconds.
    pub(crate) fn shift(&mut self, ahead: i64) {
        for time in [
            &mut self.first_failure,
            &mut self.last_failure,
            &mut self.first_warning,
        ] {
            if *time != i64::MAX && *time != i64::MIN {
                *time = time.saturating_sub(ahead);
            }
        }
    }

    /// Adds the counts of another interval.
    pub(crate) fn join(&mut self, other: &Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.failures = self.failures.saturating_add(other.failures);
        self.warnings = self.warnings.saturating_add(other.warnings);
        self.failing |= other.failing;
        self.first_failure = self.first_failure.min(other.first_failure);
        self.last_failure = self.last_failure.max(other.last_failure);
        self.first_warning = self.first_warning.min(other.first_warning);
    }
}

/// What a row says of the health of its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// Nothing is wrong.
    Well,
    /// A warning, such as a slow response.
    Warning,
    /// A failure.
    Failure,
}

/// Intervals of one series, by their number since 1970.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    cells: BTreeMap<i64, Cell>,
    // Rows mostly come in order: the interval of the last row is kept out of the tree.
    open: Option<(i64, Cell)>,
}

impl Buckets {
    /// Counts a row and says whether the series now holds one interval more.
    pub(crate) fn add(&mut self, time: i64, width: i64, health: Health) -> bool {
        let index = time.div_euclid(width);
        let grown = match &self.open {
            Some((open, _)) if *open == index => false,
            _ => self.reopen(index),
        };
        if let Some((_, cell)) = &mut self.open {
            cell.rows = cell.rows.saturating_add(1);
            match health {
                Health::Well => {}
                Health::Warning => {
                    cell.warnings = cell.warnings.saturating_add(1);
                    cell.first_warning = cell.first_warning.min(time);
                }
                Health::Failure => {
                    cell.failures = cell.failures.saturating_add(1);
                    let part = time.rem_euclid(width) / (width / PARTS).max(1);
                    cell.failing |= 1 << part.min(PARTS - 1);
                    cell.first_failure = cell.first_failure.min(time);
                    cell.last_failure = cell.last_failure.max(time);
                }
            }
        }
        grown
    }

    fn reopen(&mut self, index: i64) -> bool {
        self.close();
        let held = self.cells.remove(&index);
        self.open = Some((index, held.unwrap_or_default()));
        held.is_none()
    }

    fn close(&mut self) {
        if let Some((index, cell)) = self.open.take() {
            self.cells.entry(index).or_default().join(&cell);
        }
    }

    /// Joins the intervals two by two and gives how many are left.
    pub(crate) fn halve(&mut self) -> usize {
        self.close();
        let mut joined: BTreeMap<i64, Cell> = BTreeMap::new();
        for (index, mut cell) in std::mem::take(&mut self.cells) {
            let half = PARTS / 2 * index.rem_euclid(2);
            let pairs = (0..PARTS / 2).filter(|pair| cell.failing >> (2 * pair) & 3 != 0);
            cell.failing = pairs.fold(0, |bits, pair| bits | 1 << (pair + half));
            joined.entry(index.div_euclid(2)).or_default().join(&cell);
        }
        self.cells = joined;
        self.cells.len()
    }

    /// All intervals by time: their number and what happened.
    pub(crate) fn cells(&mut self) -> impl Iterator<Item = (i64, Cell)> + '_ {
        self.close();
        self.cells.iter().map(|(index, cell)| (*index, *cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(times: &[i64]) -> Vec<(i64, Cell)> {
        let mut buckets = Buckets::default();
        for time in times {
            buckets.add(*time, 10, Health::Failure);
        }
        buckets.halve();
        buckets.cells().collect()
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let cells = filled(&[5, 17, 35, 6]);
        assert_eq!(cells, filled(&[35, 17, 6, 5]));
        let counts: Vec<_> = cells
            .iter()
            .map(|(index, cell)| (*index, cell.failures))
            .collect();
        assert_eq!(counts, [(0, 3), (1, 1)]);
        assert_eq!(
            cells
                .first()
                .map(|(_, cell)| (cell.first_failure, cell.last_failure)),
            Some((5, 17))
        );
    }

    #[test]
    fn times_at_the_ends_of_the_range_are_counted() {
        assert_eq!(filled(&[i64::MIN, i64::MAX]).len(), 2);
    }
}
