//! What is wrong with the scaling of a group, and with the requests of a service.

use nepho_core::Timestamp;
use nepho_core::findings::Evidence;
use nepho_core::time::NANOS;

use crate::groups::{Group, Quote};
use crate::health::Service;
use crate::health::cells::Cell;
use crate::timeline::Change;
use crate::told::Ending;

const MINUTE: i64 = 60 * NANOS;

/// Changes that follow each other within this time belong together.
const SOON: i64 = 30 * MINUTE;
/// Turns within [`FLAPPING_WINDOW`] that make a group flap.
const TURNS: usize = 3;
const FLAPPING_WINDOW: i64 = 60 * MINUTE;

/// Steps of growth that follow each other within this time are one growth.
const ONE_GROWTH: i64 = 15 * MINUTE;
/// Time before a growth, and after it, that is compared. Instances need some minutes to take part.
const BEFORE: i64 = 5 * MINUTE;
const WARM_UP: i64 = 3 * MINUTE;
const AFTER: i64 = 10 * MINUTE;
/// Rows that each side of the comparison needs.
const ROWS_TO_COMPARE: u32 = 20;
/// Time without metrics from which a group is not scaled.
const BLIND: i64 = 5 * MINUTE;
/// Share of failures, or of slow requests, from which a service is in trouble: growth without
/// trouble need not help.
const TROUBLE_FAILING: f64 = 0.05;
const TROUBLE_SLOW: f64 = 0.10;
/// A share that fell to less than this part of what it was has improved.
const IMPROVED: f64 = 0.8;

/// Requests that a window of five minutes needs to be judged.
const REQUESTS: u32 = 100;
const REQUEST_WINDOW: i64 = 5 * MINUTE;
const ERROR_RATE: f64 = 0.05;
const SLOW_SHARE: f64 = 0.10;

/// The group was as large as it may be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AtMaximum {
    pub(crate) size: Option<u64>,
    pub(crate) since: Timestamp,
    /// Wishes for more than the maximum.
    pub(crate) wishes: u64,
    pub(crate) evidence: Vec<Evidence>,
}

/// Whether the group reached its maximum, or wanted more in vain.
pub(crate) fn at_maximum(group: &Group, changes: &[Change]) -> Option<AtMaximum> {
    let mut found: Option<AtMaximum> = None;
    let mut add = |change: &Change, size: Option<u64>, wishes: u64| {
        let held = found.get_or_insert_with(|| AtMaximum {
            size,
            since: change.time,
            wishes: 0,
            evidence: Vec::new(),
        });
        held.size = held.size.max(size);
        held.wishes += wishes;
        held.evidence
            .extend(change.evidence.first().map(Quote::evidence));
    };
    let mut in_vain: Vec<&Change> = Vec::new();
    for change in changes {
        let maximum = group.maximum_at(change.time);
        let is_wish = match (change.from, change.to) {
            (Some(from), Some(to)) => from == to,
            _ => false,
        };
        if change.ending == Ending::AtMaximum {
            add(change, change.to.or(maximum), change.count);
        } else if change.ending == Ending::Done && !change.is_counted {
            let reached = change
                .to
                .zip(maximum)
                .is_some_and(|(to, maximum)| to >= maximum);
            if reached && (change.direction() > 0 || is_wish) {
                add(change, change.to, u64::from(is_wish));
            } else if is_wish && change.change > 0 {
                in_vain.push(change);
            }
        }
    }
    // Without a maximum told: the same size wished for again and again.
    let repeated = in_vain.iter().map(|change| change.count).sum::<u64>() >= 2;
    for change in in_vain.into_iter().filter(|_| repeated) {
        add(change, change.to, change.count);
    }
    found.map(|mut found| {
        found.evidence.truncate(3);
        found
    })
}

/// What scales the group got no metrics.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Blind {
    /// First and last time.
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) times: u64,
    pub(crate) evidence: Vec<Evidence>,
}

/// Whether metrics were missing for five minutes or more: where pods start they are for less.
pub(crate) fn blind(changes: &[Change]) -> Option<Blind> {
    let mut told = changes
        .iter()
        .filter(|change| change.ending == Ending::Blind);
    let first = told.next()?;
    let (mut end, mut times) = (first.last, first.count);
    for change in told {
        end = end.max(change.last);
        times += change.count;
    }
    let evidence = first.evidence.first().map(Quote::evidence);
    (end.since(first.time) >= BLIND).then(|| Blind {
        start: first.time,
        end,
        times,
        evidence: evidence.into_iter().collect(),
    })
}

/// The group grew and shrank and grew again.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flapping {
    pub(crate) turns: usize,
    pub(crate) changes: usize,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) largest: Option<u64>,
    pub(crate) smallest: Option<u64>,
    pub(crate) evidence: Vec<Evidence>,
}

/// The longest run of changes in which the group turned at least three times within an hour, each
/// change soon after the one before.
pub(crate) fn flapping(changes: &[Change]) -> Option<Flapping> {
    let moves: Vec<&Change> = changes
        .iter()
        .filter(|change| change.direction() != 0)
        .collect();
    let turns: Vec<usize> = (1..moves.len())
        .filter(|at| {
            let (Some(one), Some(other)) = (moves.get(at - 1), moves.get(*at)) else {
                return false;
            };
            one.direction() != other.direction() && other.time.since(one.time) <= SOON
        })
        .collect();
    let first = turns
        .windows(TURNS)
        .find(|window| is_dense(&moves, window))?;
    let start = first.first()?.saturating_sub(1);
    let mut end = *first.last()?;
    for (at, pair) in (1..moves.len()).zip(moves.windows(2)) {
        let [one, other] = pair else { continue };
        if at > end && at == end + 1 && other.time.since(one.time) <= SOON {
            end = at;
        }
    }
    let run = moves.get(start..=end)?;
    let sizes = || {
        run.iter()
            .flat_map(|change| [change.from, change.to])
            .flatten()
    };
    let evidence = run
        .iter()
        .take(4)
        .filter_map(|change| change.evidence.first().map(Quote::evidence));
    Some(Flapping {
        turns: turns
            .iter()
            .filter(|turn| **turn > start && **turn <= end)
            .count(),
        changes: run.len(),
        start: run.first()?.time,
        end: run.last()?.time,
        largest: sizes().max(),
        smallest: sizes().min(),
        evidence: evidence.collect(),
    })
}

/// Whether the turns lie within an hour and no long pause lies between them.
fn is_dense(moves: &[&Change], turns: &[usize]) -> bool {
    let (Some(first), Some(last)) = (turns.first(), turns.last()) else {
        return false;
    };
    let Some(run) = moves.get(first.saturating_sub(1)..=*last) else {
        return false;
    };
    let (Some(start), Some(end)) = (moves.get(*first), run.last()) else {
        return false;
    };
    end.time.since(start.time) <= FLAPPING_WINDOW
        && run.windows(2).all(|pair| match pair {
            [one, other] => other.time.since(one.time) <= SOON,
            _ => true,
        })
}

/// What did not get better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Rows that are failures.
    Failing,
    /// Requests that take longer than 1000 ms.
    Slow,
}

/// The group grew and its service fared no better.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ineffective {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) trouble: Trouble,
    /// Shares from 0 to 1.
    pub(crate) before: f64,
    pub(crate) after: f64,
    pub(crate) evidence: Vec<Evidence>,
}

/// The largest growth by half or more after which the service of the group failed or was slow as
/// before.
pub(crate) fn ineffective(
    changes: &[Change],
    service: &Service,
    width: i64,
) -> Option<Ineffective> {
    if width > BEFORE {
        return None;
    }
    let found = growths(changes).into_iter().filter_map(|growth| {
        let before = service.within(growth.start.plus(-BEFORE), growth.start.plus(MINUTE), width);
        let settled = growth.end.plus(WARM_UP);
        let after = service.within(settled, settled.plus(AFTER), width);
        let (trouble, before, after) = not_improved(&before, &after)?;
        let samples = service
            .samples(settled, settled.plus(AFTER))
            .take(2)
            .cloned();
        Some(Ineffective {
            from: growth.from,
            to: growth.to,
            start: growth.start,
            end: growth.end,
            trouble,
            before,
            after,
            evidence: growth.evidence.into_iter().take(2).chain(samples).collect(),
        })
    });
    found.max_by_key(|found| {
        (
            found.to - found.from.min(found.to),
            std::cmp::Reverse(found.start),
        )
    })
}

/// Steps of growth that follow each other.
struct Growth {
    from: u64,
    to: u64,
    start: Timestamp,
    end: Timestamp,
    evidence: Vec<Evidence>,
}

fn growths(changes: &[Change]) -> Vec<Growth> {
    let mut growths: Vec<Growth> = Vec::new();
    let mut is_open = false;
    for change in changes {
        let (Some(from), Some(to)) = (change.from, change.to) else {
            continue;
        };
        match change.direction() {
            1 if !change.is_counted || change.from.is_some() => {
                let open = growths
                    .last_mut()
                    .filter(|open| is_open && change.time.since(open.end) <= ONE_GROWTH);
                match open {
                    Some(open) => {
                        open.to = to.max(open.to);
                        open.end = open.end.max(change.last);
                        open.evidence
                            .extend(change.evidence.first().map(Quote::evidence));
                    }
                    None => growths.push(Growth {
                        from,
                        to,
                        start: change.time,
                        end: change.last,
                        evidence: change
                            .evidence
                            .iter()
                            .take(1)
                            .map(Quote::evidence)
                            .collect(),
                    }),
                }
                is_open = true;
            }
            -1 => is_open = false,
            _ => {}
        }
    }
    // Half as many again, or more.
    growths.retain(|growth| {
        growth.from > 0 && growth.to.saturating_sub(growth.from).saturating_mul(2) >= growth.from
    });
    growths
}

/// The trouble that stayed: everything that was wrong before must be as wrong after.
fn not_improved(before: &Cell, after: &Cell) -> Option<(Trouble, f64, f64)> {
    let mut worst = None;
    let failing = (before.failing(), after.failing());
    let slow = (before.slowness(), after.slowness());
    let has_rows = before.rows.min(after.rows) >= ROWS_TO_COMPARE;
    let has_times = before.timed.min(after.timed) >= ROWS_TO_COMPARE;
    let measures = [
        (Trouble::Failing, failing, has_rows, TROUBLE_FAILING),
        (Trouble::Slow, slow, has_times, TROUBLE_SLOW),
    ];
    for (trouble, (before, after), is_told, limit) in measures {
        if !is_told || before < limit {
            continue;
        }
        if after < before * IMPROVED {
            return None;
        }
        worst = worst.or(Some((trouble, before, after)));
    }
    worst
}

/// The worst five minutes of a service.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Requests {
    pub(crate) share: f64,
    pub(crate) requests: u32,
    /// The first interval over the limit begins here, the last one ends there.
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

/// More than 5 % of at least 100 requests failed within five minutes.
pub(crate) fn error_rate(service: &Service, width: i64) -> Option<Requests> {
    let failed = |cell: &Cell| (cell.failed_requests, cell.requests);
    worst_window(service, width, failed, ERROR_RATE)
}

/// More than 10 % of at least 100 timed requests took longer than 1000 ms within five minutes.
pub(crate) fn slow(service: &Service, width: i64) -> Option<Requests> {
    worst_window(service, width, |cell| (cell.slow, cell.timed), SLOW_SHARE)
}

/// The worst of the windows in which a part of the requests is above the limit.
fn worst_window(
    service: &Service,
    width: i64,
    part_of: impl Fn(&Cell) -> (u32, u32),
    limit: f64,
) -> Option<Requests> {
    let cells = service.requests(width);
    let above = |(part, whole): (u32, u32)| f64::from(part) > limit * f64::from(whole);
    let mut worst: Option<Requests> = None;
    for (at, (start, sources)) in cells.iter().enumerate() {
        let rest = cells.get(at..).unwrap_or_default();
        let length =
            rest.partition_point(|(time, _)| time.since(*start) < REQUEST_WINDOW.max(width));
        let window = rest.get(..length).unwrap_or_default();
        let of = |cells: &[Cell], source: usize| cells.get(source).map_or((0, 0), &part_of);
        // Each source tells of the same requests; the one that tells of most knows best.
        let sums = (0..sources.len()).map(|source| {
            let (part, whole) = window.iter().fold((0_u32, 0_u32), |sum, (_, cells)| {
                let (part, whole) = of(cells, source);
                (sum.0.saturating_add(part), sum.1.saturating_add(whole))
            });
            (whole, part, source)
        });
        let (whole, part, source) = sums.max().unwrap_or_default();
        if whole < REQUESTS || !above((part, whole)) {
            continue;
        }
        let mut bad = window
            .iter()
            .filter(|(_, cells)| above(of(cells, source)))
            .map(|(time, _)| *time);
        let first = bad.next().unwrap_or(*start);
        let end = bad.next_back().unwrap_or(first).plus(width);
        let share = f64::from(part) / f64::from(whole);
        let held = worst.get_or_insert(Requests {
            share,
            requests: whole,
            start: first,
            end,
        });
        held.end = held.end.max(end);
        if share > held.share {
            (held.share, held.requests) = (share, whole);
        }
    }
    worst
}
