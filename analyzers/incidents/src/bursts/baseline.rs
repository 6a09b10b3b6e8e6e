//! How often a service fails when nothing is wrong, and the runs in which it fails far more often.

use super::blocks::{Piece, concentration, stretches};

/// Failures that a run needs to stand by itself.
pub(super) const FEWEST: u64 = 3;
/// How much faster than the baseline a run is.
const FACTOR: f64 = 3.0;
/// Surprise of a run at one given place and time: one in 150. Each service, and each length of the run that the input is
/// long, is one place more to look at and raises it (Bonferroni).
const SURPRISE: f64 = 5.0;
/// The same among the rows of a service that hardly fails otherwise: one in 55.
const SURPRISE_OF_ROWS: f64 = 4.0;
/// Surprise of the quiet time beside a run that fills nearly all of the input: one in 160,000.
const QUIET_SURPRISE: f64 = 12.0;
/// Share of the input that is quiet as a rule.
const QUIET: f64 = 0.25;
/// Share of the input, and seconds, that are quiet at least.
const LEAST_QUIET: (f64, f64) = (0.05, 60.0);
/// Quiet time that ends a run, in seconds: 5 minutes.
const RECOVERY: f64 = 300.0;
/// Quiet time in multiples of the usual distance of failures in the run that ends it.
const RECOVERY_DISTANCES: f64 = 4.0;

/// A time in which a service fails far more often than usual.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// First piece.
    pub first: usize,
    /// Last piece.
    pub last: usize,
    /// Failures.
    pub count: f64,
    /// Length in seconds.
    pub seconds: f64,
    /// Rows, failures among them.
    pub rows: f64,
}

/// Runs by time, and failures per second outside of them. `services` is how many services are looked at.
///
/// A short time may be the quiet one if that cannot be chance; else a quarter of the input is taken as quiet.
pub(super) fn runs(pieces: &[Piece], services: usize) -> (Vec<Run>, f64) {
    let starts = stretches(pieces);
    let total: f64 = pieces.iter().map(|piece| piece.seconds).sum();
    let least = (LEAST_QUIET.0 * total).max(LEAST_QUIET.1);
    let mut outside = rest(pieces, &[]);
    for quiet in [least.min(QUIET * total), QUIET * total] {
        let mut runs = high(pieces, &starts, quiet);
        // What does not stand out counts as usual, which raises what the others have to stand out from.
        loop {
            outside = rest(pieces, &runs);
            let held = runs.len();
            runs.retain(|run| stands_out(run, outside, services));
            if runs.len() == held {
                break;
            }
        }
        let is_usual_share = quiet >= QUIET * total;
        if !runs.is_empty() && (is_usual_share || is_no_chance(&runs, outside, services)) {
            return (runs, usual(outside));
        }
    }
    (Vec::new(), usual(outside))
}

fn usual((count, seconds, _): (f64, f64, f64)) -> f64 {
    (count + 0.5) / f64::max(seconds, 1.0)
}

fn rate((count, seconds, _): (f64, f64, f64)) -> f64 {
    count / f64::max(seconds, 1e-6)
}

/// Failures, seconds and rows.
fn sum(pieces: &[Piece]) -> (f64, f64, f64) {
    pieces
        .iter()
        .fold((0.0, 0.0, 0.0), |(count, seconds, rows), piece| {
            (
                count + piece.count,
                seconds + piece.seconds,
                rows + piece.rows,
            )
        })
}

/// Runs of stretches above the quietest ones that cover `quiet` seconds, with short quiet times in between taken in.
fn high(pieces: &[Piece], starts: &[usize], quiet: f64) -> Vec<Run> {
    let ends = starts.iter().skip(1).copied().chain([pieces.len()]);
    let stretches: Vec<(usize, usize)> = starts.iter().copied().zip(ends).collect();
    let mut sums: Vec<(f64, f64, f64)> = stretches
        .iter()
        .map(|(start, end)| sum(&pieces[*start..*end]))
        .collect();
    let own = sums.clone();
    sums.sort_by(|first, second| rate(*first).total_cmp(&rate(*second)));
    let (mut low, mut ceiling) = ((0.0, 0.0, 0.0), 0.0);
    for stretch in sums {
        if low.1 >= quiet {
            break;
        }
        low = (low.0 + stretch.0, low.1 + stretch.1, low.2 + stretch.2);
        ceiling = rate(stretch);
    }
    let mut runs: Vec<Run> = Vec::new();
    for ((start, end), own) in stretches.into_iter().zip(own) {
        let stretch = &pieces[start..end];
        let first = stretch.iter().position(|piece| piece.count > 0.0);
        let last = stretch.iter().rposition(|piece| piece.count > 0.0);
        let is_high = rate(own) >= FACTOR * usual(low) && rate(own) > ceiling;
        let (true, Some(first), Some(last)) = (is_high, first, last) else {
            continue;
        };
        let (first, last) = (start + first, start + last);
        let begin = match runs.last() {
            Some(run) if !has_recovered(pieces, run, first) => {
                runs.pop().map_or(first, |run| run.first)
            }
            _ => first,
        };
        let (count, seconds, rows) = sum(&pieces[begin..=last]);
        runs.push(Run {
            first: begin,
            last,
            count,
            seconds,
            rows,
        });
    }
    runs
}

fn has_recovered(pieces: &[Piece], run: &Run, next: usize) -> bool {
    let distance = run.seconds / run.count.max(1.0);
    let quiet = sum(&pieces[run.last + 1..next]).1;
    quiet >= RECOVERY.max(RECOVERY_DISTANCES * distance)
}

/// Failures, seconds and rows outside of the runs.
fn rest(pieces: &[Piece], runs: &[Run]) -> (f64, f64, f64) {
    runs.iter()
        .fold(sum(pieces), |(count, seconds, rows), run| {
            (count - run.count, seconds - run.seconds, rows - run.rows)
        })
}

/// Whether a run holds too many of the failures for its time, or for its rows when most of them fail.
fn stands_out(run: &Run, outside: (f64, f64, f64), services: usize) -> bool {
    let (count, seconds, rows) = outside;
    if run.count < FEWEST as f64 || run.count < FACTOR * usual(outside) * run.seconds {
        return false;
    }
    let services = services.max(1) as f64;
    let share = run.seconds / (run.seconds + seconds).max(1e-6);
    let in_time = concentration(run.count, count, share) - (1.0 / share).ln().max(0.0);
    let among_rows = concentration(run.count, count, run.rows / (run.rows + rows).max(1.0));
    let is_mostly_failure = run.count * 2.0 >= run.rows && count * 10.0 <= rows;
    let places = services.ln();
    in_time >= SURPRISE + places || is_mostly_failure && among_rows >= SURPRISE_OF_ROWS + places
}

/// Whether the time outside of the runs is too quiet to be a chance gap in a steady rate.
fn is_no_chance(runs: &[Run], (count, seconds, _): (f64, f64, f64), services: usize) -> bool {
    let inside = runs
        .iter()
        .fold((0.0, 0.0, 0.0), |(count, seconds, rows), run| {
            (count + run.count, seconds + run.seconds, rows + run.rows)
        });
    let expected = rate(inside) * seconds;
    // Chernoff's bound of the lower tail: Mitzenmacher, Upfal, theorem 5.4.
    let tail = if count > 0.0 {
        count * (count / expected).ln()
    } else {
        0.0
    };
    count < expected && expected - count + tail >= QUIET_SURPRISE + (services.max(1) as f64).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(series: &[(f64, f64)], expected: &[(usize, usize)]) {
        let pieces: Vec<Piece> = series
            .iter()
            .map(|(seconds, count)| Piece {
                seconds: *seconds,
                count: *count,
                rows: *count + *seconds,
            })
            .collect();
        let found: Vec<(usize, usize)> = runs(&pieces, 1)
            .0
            .iter()
            .map(|run| (run.first, run.last))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_run_is_found_against_a_short_and_a_long_quiet_time() {
        check(&[(3600.0, 0.0), (10.0, 3.0), (600.0, 0.0)], &[(1, 1)]);
        check(
            &[(120.0, 0.0), (10.0, 9.0), (10.0, 9.0), (1800.0, 300.0)],
            &[(1, 3)],
        );
        check(
            &[
                (3600.0, 0.0),
                (10.0, 5.0),
                (900.0, 0.0),
                (10.0, 5.0),
                (900.0, 0.0),
            ],
            &[(1, 1), (3, 3)],
        );
    }

    #[test]
    fn one_rate_has_no_run() {
        check(
            &[
                (60.0, 0.0),
                (10.0, 1.0),
                (60.0, 0.0),
                (10.0, 1.0),
                (60.0, 0.0),
                (10.0, 1.0),
            ],
            &[],
        );
        check(&[(600.0, 50.0)], &[]);
        check(&[], &[]);
    }
}
