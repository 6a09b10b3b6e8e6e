//! How many requests failed, where one may write many failing rows.
//!
//! What a request that fails writes (an error, what led to it, the line of access) stands within a
//! second. Three such rows are no three failures, and however many each request writes, the usual
//! rate and what rises above it must be the same. Rows of one second therefore count once, as far
//! as failures are rare enough to tell them apart.

use crate::observe::buckets::{Cell, PARTS};

/// Parts with failures from which an interval is too full to tell moments apart.
const FULL: u32 = 8;
/// Rows that a request which fails writes at most, in multiples of what is usual.
const MOST: f64 = 20.0;

/// How the failing rows of a service are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    /// Failing rows of a moment, as a rule.
    rows: f64,
}

impl Moments {
    /// Of the intervals of a service.
    pub(crate) fn of<'a>(cells: impl Iterator<Item = &'a Cell>) -> Self {
        // One row each is what is usual as long as little is known.
        let mut ratios = vec![1.0];
        for cell in cells {
            let parts = cell.failing.count_ones();
            if (1..FULL).contains(&parts) {
                ratios.push(f64::max(f64::from(cell.failures) / spread(parts), 1.0));
            }
        }
        ratios.sort_by(f64::total_cmp);
        let middle = ratios.get((ratios.len() - 1) / 2);
        Self {
            rows: middle.copied().unwrap_or(1.0),
        }
    }

    /// Failures of an interval by moments, never more than the failing rows.
    pub(crate) fn count(self, cell: &Cell) -> f64 {
        let failures = f64::from(cell.failures);
        let parts = cell.failing.count_ones();
        if parts >= FULL {
            return failures / self.rows;
        }
        // Where each request writes as many, there is no need to guess how many share a part. Rows
        // of one may stand in two parts that meet.
        let apart = (cell.failing & !(cell.failing << 1)).count_ones();
        let usual = f64::max(failures / self.rows, f64::from(apart));
        let least = failures / (MOST * self.rows);
        spread(parts).min(usual).max(least)
    }
}

/// Moments that fall into as many parts of an interval as these, where each part is as likely.
///
/// Whang, Vander-Zanden, Taylor: "A Linear-Time Probabilistic Counting Algorithm for Database
/// Applications", ACM Transactions on Database Systems 15 (1990), equation 1.
fn spread(parts: u32) -> f64 {
    let all = PARTS as f64;
    let empty = (all - f64::from(parts)).max(0.5);
    -all * (empty / all).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(failures: u32, failing: u16) -> Cell {
        Cell {
            failures,
            failing,
            ..Cell::default()
        }
    }

    #[test]
    fn rows_of_one_second_count_once() {
        let check = |cells: &[Cell], at: usize, expected: f64| {
            let count = Moments::of(cells.iter()).count(&cells[at]);
            assert!((count - expected).abs() < 0.06, "{count}, {expected}");
        };
        check(&[cell(1, 1)], 0, 1.0);
        check(&[cell(9, 1), cell(3, 1), cell(1, 1)], 0, 1.05);
        check(&[cell(3, 0b111)], 0, 3.0);
        check(&[cell(0, 0)], 0, 0.0);
        // So many are no single request, unless each writes as many.
        check(&[cell(200, 1), cell(1, 1), cell(1, 1)], 0, 10.0);
        check(&[cell(200, 1)], 0, 10.0);
        check(&[cell(200, 1), cell(200, 1)], 0, 1.05);
    }

    #[test]
    fn where_failures_are_many_rows_count_by_what_is_usual() {
        let full = cell(90, 0x3ff);
        assert!((Moments::of([full].iter()).count(&full) - 90.0).abs() < 1e-9);
        let cells = [cell(3, 1), cell(3, 1 << 4), full];
        let count = Moments::of(cells.iter()).count(&full);
        assert!((25.0..40.0).contains(&count), "{count}");
    }
}
