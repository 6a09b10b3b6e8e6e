//! How often a service fails when nothing is wrong, and the runs in which it fails far more often.

use super::blocks::{Piece, concentration, stretches, surprise};

/// Failures that a run needs to stand by itself.
pub(super) const FEWEST: u64 = 3;
/// How much faster than the baseline a run is.
const FACTOR: f64 = 3.0;
/// Surprise of a run at one given place and time: one in 150. Each service, and each length of the
/// run that the input is long, is one place more to look at and raises it (Bonferroni).
const SURPRISE: f64 = 5.0;
/// The same among the rows of a service that hardly fails otherwise: one in 55.
const SURPRISE_OF_ROWS: f64 = 4.0;
/// Surprise of the quiet time beside a run that fills nearly all of the input: one in 160,000.
const QUIET_SURPRISE: f64 = 12.0;
/// Share of the input that is quiet as a rule.
const QUIET: f64 = 0.25;
/// Share of the input, and seconds, that are quiet at least.
const LEAST_QUIET: (f64, f64) = (0.05, 60.0);
/// Seconds and rows without failure that a service which fails in all the rest of the input is
/// seen with at least: half a minute. Rows tell more than time here: that so many come out well is
/// no chance where a quarter of them or more fail.
const BRIEF_QUIET: (f64, f64) = (30.0, 20.0);
/// Quiet time that ends a run, in seconds: 5 minutes.
const RECOVERY: f64 = 300.0;
/// Quiet time in multiples of the usual distance of failures in the run that ends it.
const RECOVERY_DISTANCES: f64 = 4.0;

/// How much lower the rate at an end of a run is than where most of its failures lie, to be looked
/// at by itself.
const JUMP: f64 = 10.0;

/// Failures, and parts between quiet times, of runs in which failures come and go.
const COMING: (f64, usize) = (20.0, 3);

/// Surprise of failures at the edge of a run, beyond a quiet time, to be part of it: one in 20.
const EDGE: f64 = 3.0;

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

/// Runs by time, and failures per second outside of them. `services` is how many services are
/// looked at.
///
/// A short time may be the quiet one; else a quarter of the input is taken as quiet. What is less
/// than half of the input counts as quiet only if that cannot be chance. Of a service that fails in
/// all the rest, half a minute may be.
pub(super) fn runs(pieces: &[Piece], services: usize) -> (Vec<Run>, f64) {
    let starts = stretches(pieces);
    let total: f64 = pieces.iter().map(|piece| piece.seconds).sum();
    let least = (LEAST_QUIET.0 * total).max(LEAST_QUIET.1);
    let mut outside = rest(pieces, &[]);
    for quiet in [least.min(QUIET * total), QUIET * total] {
        let runs = above(pieces, &starts, quiet, services);
        outside = rest(pieces, &runs);
        let is_usual_share = quiet >= QUIET * total;
        // What is so most of the time is usual, unless it cannot be chance that it ended.
        let is_rare = is_usual_share && outside.1 * 2.0 >= total;
        if !runs.is_empty() && (is_rare || is_no_chance(&runs, outside, services)) {
            return (runs, usual(outside));
        }
    }
    let runs = above(pieces, &starts, BRIEF_QUIET.0, services);
    let brief = rest(pieces, &runs);
    match is_turn(pieces, &runs, brief) && is_no_chance(&runs, brief, services) {
        true => (runs, usual(brief)),
        false => (Vec::new(), usual(outside)),
    }
}

/// Runs above the rate of the quietest `quiet` seconds.
fn above(pieces: &[Piece], starts: &[usize], quiet: f64, services: usize) -> Vec<Run> {
    let mut runs = high(pieces, starts, quiet);
    keep_standing_out(pieces, &mut runs, services);
    let whole = runs.clone();
    for index in 0..runs.len() {
        let trimmed = trimmed(pieces, &runs, index);
        runs[index] = trimmed;
    }
    drop_edges(pieces, &mut runs);
    for index in 0..runs.len() {
        runs[index] = without_slow_ends(pieces, &runs, index);
    }
    keep_standing_out(pieces, &mut runs, services);
    if runs.is_empty() && come_and_go(pieces, &whole, services) {
        runs = whole;
        drop_edges(pieces, &mut runs);
    }
    runs
}

/// Whether a service turned from one that works to one that fails, or back: a quarter of its rows
/// or more fail in the runs, hardly any outside of them, and no time within the runs is as quiet
/// as that.
fn is_turn(pieces: &[Piece], runs: &[Run], (count, seconds, rows): (f64, f64, f64)) -> bool {
    let is_failure = |run: &Run| {
        let within = pieces.get(run.first..=run.last).unwrap_or_default();
        let is_short = |piece: &Piece| piece.count > 0.0 || piece.seconds * 2.0 < seconds;
        run.count * 4.0 >= run.rows && within.iter().all(is_short)
    };
    !runs.is_empty()
        && seconds >= BRIEF_QUIET.0
        && rows >= BRIEF_QUIET.1
        && count * 10.0 <= rows
        && runs.iter().all(is_failure)
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

/// Runs of stretches above the quietest ones that cover `quiet` seconds, with short quiet times in
/// between taken in.
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
        runs.push(measured(pieces, (begin, last)));
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

/// How many failures come together when nothing is wrong: two where each failing request is logged
/// twice.
///
/// Failures that come in batches prove only as much as there are batches, so that surprises are
/// divided by this (the dispersion of a compound Poisson process: Wedderburn, "Quasi-likelihood
/// functions", Biometrika 61, 1974).
fn batch(pieces: &[Piece], runs: &[Run]) -> f64 {
    let mut squares = (1.0, 1.0);
    for (index, piece) in pieces.iter().enumerate() {
        if !runs
            .iter()
            .any(|run| (run.first..=run.last).contains(&index))
        {
            squares.0 += piece.count * piece.count;
            squares.1 += piece.count;
        }
    }
    f64::max(squares.0 / squares.1, 1.0)
}

/// Keeps the runs that stand out. What does not counts as usual, which raises what the others have
/// to stand out from.
fn keep_standing_out(pieces: &[Piece], runs: &mut Vec<Run>, services: usize) {
    loop {
        let outside = rest(pieces, runs);
        let batch = batch(pieces, runs);
        let held = runs.len();
        runs.retain(|run| stands_out(run, outside, batch, services));
        if runs.len() == held {
            return;
        }
    }
}

/// A run without what lies at its edges beyond a quiet time, if so much is usual there.
///
/// Single failures that come now and then would otherwise join what stands near them to one long
/// run.
fn trimmed(pieces: &[Piece], runs: &[Run], index: usize) -> Run {
    let run = runs[index];
    let parts = parts(pieces, &run);
    let of = |part: &(usize, usize)| sum(&pieces[part.0..=part.1]);
    let most = |(one, first): &(usize, f64), (other, second): &(usize, f64)| {
        first.total_cmp(second).then(other.cmp(one))
    };
    let counts = parts.iter().map(|part| of(part).0).enumerate();
    let Some((core, _)) = counts.max_by(most) else {
        return run;
    };
    // But for the other runs and the densest part of this one, all is taken as usual.
    let mut dense = runs.to_vec();
    dense[index] = measured(pieces, parts[core]);
    let outside = rest(pieces, &dense);
    let batch = batch(pieces, &dense);
    let is_part = |number: &usize| {
        let (first, last) = parts[*number];
        let with_gap = match number.cmp(&core) {
            std::cmp::Ordering::Less => (first, parts[number + 1].0 - 1),
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Greater => (parts[number - 1].1 + 1, last),
        };
        let (count, seconds, _) = of(&with_gap);
        let others = (outside.0 - count, outside.1 - seconds, outside.2);
        surprise(count, usual(others) * seconds) / batch >= EDGE
    };
    let first = (0..parts.len()).find(is_part).unwrap_or(core);
    let last = (0..parts.len()).rev().find(is_part).unwrap_or(core);
    measured(pieces, (parts[first].0, parts[last].1))
}

/// Takes from each run the failures at its edges of which so many are usual outside of all runs.
///
/// What is a long quiet time for a run that reaches far back is longer than for the outage at its
/// end, so that single failures before that may be left by [`trimmed`].
fn drop_edges(pieces: &[Piece], runs: &mut [Run]) {
    for index in 0..runs.len() {
        // Each time the quiet times that count become shorter.
        loop {
            let shorter = without_edges(pieces, runs, index);
            if shorter.seconds >= runs[index].seconds {
                break;
            }
            runs[index] = shorter;
        }
    }
}

fn without_edges(pieces: &[Piece], runs: &[Run], index: usize) -> Run {
    let run = runs[index];
    let parts = parts(pieces, &run);
    let usual = usual(rest(pieces, runs));
    let batch = batch(pieces, runs);
    let stands_out = |first: usize, last: usize| {
        let (count, seconds, _) = sum(&pieces[first..=last]);
        surprise(count, usual * seconds) / batch >= EDGE
    };
    let until_next = |number: usize| parts.get(number + 1).map_or(run.last, |next| next.0 - 1);
    let first = (0..parts.len()).find(|at| stands_out(parts[*at].0, until_next(*at)));
    let since_last = |number: usize| match number {
        0 => run.first,
        _ => parts[number - 1].1 + 1,
    };
    let mut backwards = (0..parts.len()).rev();
    let last = backwards.find(|at| stands_out(since_last(*at), parts[*at].1));
    match (first, last) {
        (Some(first), Some(last)) if first <= last => {
            measured(pieces, (parts[first].0, parts[last].1))
        }
        _ => run,
    }
}

/// A run without what lies before and after most of its failures at a far lower rate, unless more
/// failures come there than in the rest of the input.
///
/// A run stands out by an outage alone: usual failures before it, a little more of them than
/// elsewhere by chance, would come along and let it begin an hour too early.
fn without_slow_ends(pieces: &[Piece], runs: &[Run], index: usize) -> Run {
    let run = runs[index];
    let within = &pieces[run.first..=run.last];
    let starts = stretches(within);
    let ends = starts.iter().skip(1).copied().chain([within.len()]);
    let parts: Vec<(usize, usize)> = starts.iter().copied().zip(ends).collect();
    let of = |from: usize, to: usize| sum(&within[parts[from].0..parts[to].1]);
    let fullest = |from: usize, to: usize| {
        (from..=to).max_by(|one, other| of(*one, *one).0.total_cmp(&of(*other, *other).0))
    };
    let Some(core) = fullest(0, parts.len().saturating_sub(1)) else {
        return run;
    };
    let outside = rest(pieces, runs);
    let batch = batch(pieces, runs);
    let is_slow = |at: usize| rate(of(at, at)) * JUMP <= rate(of(core, core));
    // Where so many failures are, there are as many places at which it might seem to begin.
    let is_part = |(count, seconds, _): (f64, f64, f64)| {
        let share = seconds / (seconds + outside.1).max(1e-6);
        let places = (1.0 + count + outside.0).ln();
        concentration(count, outside.0, share) / batch >= EDGE + places
    };
    let slow_before = (0..core).rev().find(|at| is_slow(*at));
    let mut first = slow_before.map_or(0, |slow| slow + 1);
    while let Some(at) = first.checked_sub(1).and_then(|last| fullest(0, last)) {
        if !is_part(of(at, first - 1)) {
            break;
        }
        first = at;
    }
    let slow_after = (core..parts.len()).find(|at| is_slow(*at));
    let mut end = slow_after.unwrap_or(parts.len());
    while end < parts.len() {
        let Some(at) = fullest(end, parts.len() - 1).filter(|at| is_part(of(end, *at))) else {
            break;
        };
        end = at + 1;
    }
    let kept = &within[parts[first].0..parts[end - 1].1];
    let skipped = kept.iter().position(|piece| piece.count > 0.0);
    let behind = kept.iter().rposition(|piece| piece.count > 0.0);
    let (Some(skipped), Some(behind)) = (skipped, behind) else {
        return run;
    };
    let begin = run.first + parts[first].0;
    measured(pieces, (begin + skipped, begin + behind))
}

/// Parts of a run between quiet times that are long for it, each as its first and last piece.
fn parts(pieces: &[Piece], run: &Run) -> Vec<(usize, usize)> {
    let long = RECOVERY_DISTANCES * run.seconds / run.count.max(1.0);
    let mut parts = Vec::new();
    let mut first = run.first;
    for (index, piece) in pieces.iter().enumerate().take(run.last).skip(run.first) {
        let is_gap = piece.count <= 0.0 && piece.seconds >= long;
        if is_gap && index > first {
            parts.push((first, index - 1));
        }
        if is_gap {
            first = index + 1;
        }
    }
    parts.push((first, run.last));
    parts
}

/// Whether failures come and go in these runs, each time as nearly all that there is, and are rare
/// outside: none of the parts stands out from the others then, all of them do from the rest.
fn come_and_go(pieces: &[Piece], runs: &[Run], services: usize) -> bool {
    let outside = rest(pieces, runs);
    let is_alternating = |run: &Run| {
        let parts = parts(pieces, run);
        let of = |part: &(usize, usize)| sum(&pieces[part.0..=part.1]);
        let rows: f64 = parts.iter().map(|part| of(part).2).sum();
        run.count >= COMING.0 && parts.len() >= COMING.1 && run.count * 2.0 >= rows
    };
    let count: f64 = runs.iter().map(|run| run.count).sum();
    !runs.is_empty()
        && outside.0 * 10.0 <= count
        && runs.iter().all(is_alternating)
        && is_no_chance(runs, outside, services)
}

fn measured(pieces: &[Piece], (first, last): (usize, usize)) -> Run {
    let (count, seconds, rows) = sum(&pieces[first..=last]);
    Run {
        first,
        last,
        count,
        seconds,
        rows,
    }
}

/// Whether a run holds too many of the failures for its time, or for its rows when most of them
/// fail.
fn stands_out(run: &Run, outside: (f64, f64, f64), batch: f64, services: usize) -> bool {
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
    let (in_time, among_rows) = (in_time / batch, among_rows / batch);
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
    fn half_a_minute_is_enough_where_all_the_rest_is_failure() {
        // Without failures there is one row a second.
        let outage = [(10.0, 10.0); 120];
        let with =
            |quiet: f64| -> Vec<(f64, f64)> { [(quiet, 0.0)].into_iter().chain(outage).collect() };
        check(&with(60.0), &[(1, 120)]);
        check(&with(30.0), &[(1, 120)]);
        check(&with(15.0), &[]);
        // A service that fails most of the time, with such pauses, does what it always does.
        let mut paused = Vec::new();
        for _ in 0..3 {
            paused.push((40.0, 0.0));
            paused.extend([(10.0, 10.0); 96]);
        }
        check(&paused, &[]);
    }

    #[test]
    fn failures_at_the_edge_that_are_usual_are_no_part_of_a_run() {
        let mut series = Vec::new();
        for _ in 0..8 {
            series.extend([(290.0, 0.0), (10.0, 2.0)]);
        }
        series.extend([(115.0, 0.0), (10.0, 2.0), (110.0, 0.0)]);
        let first = series.len();
        series.extend([(10.0, 9.0); 30]);
        series.extend([(200.0, 0.0), (10.0, 2.0), (900.0, 0.0)]);
        check(&series, &[(first, first + 29)]);
    }

    #[test]
    fn an_outage_begins_no_earlier_where_each_failure_is_told_twice() {
        for times in [1.0, 2.0] {
            let mut series = vec![(20_000.0, 0.0)];
            for _ in 0..20 {
                series.extend([(600.0, 0.0), (20.0, times)]);
            }
            series.extend([(100.0, 0.0), (20.0, times), (200.0, 0.0)]);
            let first = series.len();
            for count in 1..20 {
                series.push((20.0, f64::from(count % 3 * 4) * times));
            }
            check(&series, &[(first, first + 18)]);
        }
    }

    #[test]
    fn an_outage_begins_with_no_usual_failure() {
        // Of a day and more, the quietest hours are none of the outage and none of the usual.
        let mut series = vec![(20_000.0, 0.0)];
        for _ in 0..60 {
            series.extend([(1700.0, 0.0), (20.0, 1.0)]);
        }
        series.extend([(380.0, 0.0), (20.0, 1.0), (380.0, 0.0)]);
        let first = series.len();
        for count in 1..76 {
            series.push((20.0, f64::from(count % 3 * 4)));
        }
        check(&series, &[(first, first + 73)]);
    }

    #[test]
    fn usual_failures_before_an_outage_are_no_part_of_it() {
        // Seconds of usual failures, of which two happen to come together, and of an outage.
        let usual = [
            480, 1308, 2816, 3042, 3050, 3170, 3797, 4732, 6720, 6753, 7072, 8120, 8419, 8844,
        ];
        let mut series = Vec::new();
        let mut end = 0.0;
        for second in usual {
            let start = f64::from(second / 10 * 10);
            if start > end {
                series.push((start - end, 0.0));
            }
            series.push((10.0, 1.0));
            end = start.max(end) + 10.0;
        }
        series.push((9000.0 - end, 0.0));
        let first = series.len();
        series.extend([(10.0, 4.0); 240]);
        series.push((3000.0, 0.0));
        check(&series, &[(first, first + 239)]);
        // What comes slowly where nothing else ever fails is the beginning.
        let mut series = vec![(9000.0, 0.0)];
        for _ in 0..6 {
            series.extend([(10.0, 2.0), (20.0, 0.0)]);
        }
        series.extend([(10.0, 20.0); 240]);
        series.push((3000.0, 0.0));
        check(&series, &[(1, 252)]);
    }

    #[test]
    fn requests_that_are_logged_twice_are_no_more_of_a_surprise() {
        let series = |rows: f64| {
            let mut series = Vec::new();
            for _ in 0..10 {
                series.extend([(900.0, 0.0), (10.0, rows)]);
            }
            series.extend([
                (50.0, 0.0),
                (10.0, rows),
                (50.0, 0.0),
                (10.0, rows),
                (600.0, 0.0),
            ]);
            series
        };
        check(&series(1.0), &[]);
        check(&series(2.0), &[]);
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
