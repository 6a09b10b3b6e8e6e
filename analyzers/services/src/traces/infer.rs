//! From the spans of traces to callers and callees.
//!
//! A service calls another when its span is the tightest that contains the other's. Logs do not all
//! write the beginning of what they time: whether a format's `time` is the beginning or the end of
//! `duration` is decided by which makes more spans nest. Where nothing contains a span (no
//! durations, or clocks that differ), the order in which services appear is counted over all
//! traces, and only an order that hardly ever varies becomes an edge, at low confidence.

use std::collections::{BTreeMap, HashMap};

use super::{Span, Trace};

/// Clocks of log lines are rounded to milliseconds.
const SLACK: i64 = 1_000_000;
/// Spans of one trace that are compared with each other.
const MAX_COMPARED: usize = 32;
/// Part of the traces with both services in which one must be found to call the other.
const NESTED_SHARE: f64 = 0.5;
/// Part of the traces in which the order must be the same.
const ORDER_SHARE: f64 = 0.9;
/// Services further apart than this do not tell an order: their clocks do not agree.
const MAX_GAP: i64 = 30_000_000_000;

/// A call that traces tell of.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) caller: u32,
    pub(crate) callee: u32,
    pub(crate) count: u64,
    pub(crate) confidence: f64,
    /// Whether spans nest; otherwise it is guessed from the order of rows.
    pub(crate) is_nested: bool,
    pub(crate) trace: &'a Trace,
}

#[derive(Clone, Copy)]
struct Interval {
    start: i64,
    end: i64,
}

impl Interval {
    fn contains(self, other: Self) -> bool {
        self.start.saturating_sub(SLACK) <= other.start
            && other.end <= self.end.saturating_add(SLACK)
            && self.length() > other.length()
    }

    fn length(self) -> i64 {
        self.end.saturating_sub(self.start)
    }
}

/// Votes for one pair of caller and callee.
#[derive(Default)]
struct Votes<'a> {
    nested: u64,
    earlier: u64,
    example: Option<&'a Trace>,
}

/// Calls by caller and callee. `cloud` tells the number of the cloud that a service runs on.
pub(crate) fn calls<'a>(traces: &[&'a Trace], cloud: &dyn Fn(u32) -> Option<u32>) -> Vec<Call<'a>> {
    let ends = formats_that_time_the_end(traces);
    let mut votes: BTreeMap<(u32, u32), Votes<'a>> = BTreeMap::new();
    let mut together: HashMap<(u32, u32), u64> = HashMap::new();
    for trace in traces {
        let spans = trace
            .spans
            .get(..trace.spans.len().min(MAX_COMPARED))
            .unwrap_or_default();
        let intervals: Vec<Interval> = spans.iter().map(|span| interval(span, &ends)).collect();
        for (position, one) in spans.iter().enumerate() {
            for other in spans.iter().skip(position + 1) {
                *together
                    .entry(unordered(one.service, other.service))
                    .or_default() += 1;
            }
        }
        vote(trace, spans, &intervals, cloud, &mut votes);
    }
    let mut calls = nested_calls(&votes, &together);
    calls.extend(ordered_calls(&votes, &calls, cloud));
    calls.sort_by_key(|call| (call.caller, call.callee));
    calls
}

fn unordered(one: u32, other: u32) -> (u32, u32) {
    (one.min(other), one.max(other))
}

/// Formats whose `time` is the end of `duration`, because more spans nest that way.
fn formats_that_time_the_end(traces: &[&Trace]) -> Vec<u32> {
    let mut votes: BTreeMap<u32, [u64; 2]> = BTreeMap::new();
    for trace in traces {
        let timed: Vec<(i64, i64, u32)> = trace
            .spans
            .iter()
            .filter_map(|span| span.longest)
            .take(MAX_COMPARED)
            .collect();
        for (position, one) in timed.iter().enumerate() {
            for other in timed.iter().skip(position + 1) {
                let (long, short) = if one.1 >= other.1 {
                    (one, other)
                } else {
                    (other, one)
                };
                for (long_end, short_end) in [(0, 0), (1, 1), (0, 1), (1, 0)] {
                    if long.2 == short.2 && long_end != short_end {
                        continue;
                    }
                    if timed_interval(*long, long_end == 1)
                        .contains(timed_interval(*short, short_end == 1))
                    {
                        for (format, end) in [(long.2, long_end), (short.2, short_end)] {
                            if let Some(count) = votes.entry(format).or_default().get_mut(end) {
                                *count += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    votes
        .into_iter()
        .filter(|(_, [start, end])| end > start)
        .map(|(format, _)| format)
        .collect()
}

fn timed_interval((time, duration, _): (i64, i64, u32), is_end: bool) -> Interval {
    if is_end {
        Interval {
            start: time.saturating_sub(duration),
            end: time,
        }
    } else {
        Interval {
            start: time,
            end: time.saturating_add(duration),
        }
    }
}

fn interval(span: &Span, ends: &[u32]) -> Interval {
    let rows = Interval {
        start: span.first,
        end: span.last,
    };
    match span.longest {
        Some(timed) => {
            let timed = timed_interval(timed, ends.contains(&timed.2));
            Interval {
                start: rows.start.min(timed.start),
                end: rows.end.max(timed.end),
            }
        }
        None => rows,
    }
}

fn vote<'a>(
    trace: &'a Trace,
    spans: &[Span],
    intervals: &[Interval],
    cloud: &dyn Fn(u32) -> Option<u32>,
    votes: &mut BTreeMap<(u32, u32), Votes<'a>>,
) {
    let all_failed = spans.iter().all(|span| span.first_success.is_none());
    for (child, inner) in spans.iter().zip(intervals) {
        if let Some(parent) = tightest(spans, intervals, *inner) {
            let held = votes.entry((parent.service, child.service)).or_default();
            held.nested += 1;
            held.example.get_or_insert(trace);
            continue;
        }
        // What contains others is called by none of those that it contains.
        for (other, outer) in spans.iter().zip(intervals) {
            // Two that were timed by the clocks of one cloud would nest if one had called the
            // other.
            let both_timed = other.longest.is_some() && child.longest.is_some();
            let same_clock = cloud(other.service) == cloud(child.service);
            if other.service == child.service || inner.contains(*outer) || both_timed && same_clock
            {
                continue;
            }
            if is_earlier(other, child, all_failed) {
                let held = votes.entry((other.service, child.service)).or_default();
                held.earlier += 1;
                held.example.get_or_insert(trace);
            }
        }
    }
}

/// The span that contains `inner` most tightly; none when two are as tight.
fn tightest<'s>(spans: &'s [Span], intervals: &[Interval], inner: Interval) -> Option<&'s Span> {
    let containing = spans
        .iter()
        .zip(intervals)
        .filter(|(_, outer)| outer.contains(inner));
    let mut best: Option<(i64, &Span)> = None;
    let mut is_tie = false;
    for (span, outer) in containing {
        match best {
            Some((length, _)) if length < outer.length() => {}
            Some((length, _)) if length == outer.length() => is_tie = true,
            _ => {
                best = Some((outer.length(), span));
                is_tie = false;
            }
        }
    }
    best.filter(|_| !is_tie).map(|(_, span)| span)
}

/// Whether `one` seems to have been asked before `other`.
///
/// A request is told on its way in, a failure on its way back: when all rows are failures, the
/// service that tells of it last stands first. Of two durations the longer one is of the caller,
/// whatever the clocks say.
fn is_earlier(one: &Span, other: &Span, all_failed: bool) -> bool {
    if let (Some(one), Some(other)) = (one.longest, other.longest) {
        return one.1 > other.1;
    }
    let (one, other) = match (one.first_success, other.first_success) {
        (Some(one), Some(other)) => (one, other),
        (None, None) if all_failed => (other.first, one.first),
        _ => return false,
    };
    one < other && other.saturating_sub(one) <= MAX_GAP
}

#[expect(clippy::cast_precision_loss, reason = "counts of sampled traces")]
fn nested_calls<'a>(
    votes: &BTreeMap<(u32, u32), Votes<'a>>,
    together: &HashMap<(u32, u32), u64>,
) -> Vec<Call<'a>> {
    let mut calls = Vec::new();
    for (&(caller, callee), held) in votes.iter().filter(|(_, held)| held.nested > 0) {
        let both = together
            .get(&unordered(caller, callee))
            .copied()
            .unwrap_or(held.nested)
            .max(1);
        let share = held.nested as f64 / both as f64;
        let backward = votes.get(&(callee, caller)).map_or(0, |held| held.nested);
        // Siblings overlap now and then; a caller contains its callee nearly always.
        let (Some(trace), true) = (
            held.example,
            share >= NESTED_SHARE && held.nested > backward,
        ) else {
            continue;
        };
        let confidence = (0.55 + 0.35 * share) * if held.nested == 1 { 0.85 } else { 1.0 };
        calls.push(Call {
            caller,
            callee,
            count: held.nested,
            confidence,
            is_nested: true,
            trace,
        });
    }
    calls
}

/// For each callee without a containing caller, the nearest of the services that always come before
/// it.
fn ordered_calls<'a>(
    votes: &BTreeMap<(u32, u32), Votes<'a>>,
    nested: &[Call<'a>],
    cloud: &dyn Fn(u32) -> Option<u32>,
) -> Vec<Call<'a>> {
    let mut candidates: BTreeMap<u32, Vec<(u32, u64, &'a Trace)>> = BTreeMap::new();
    let always = |one: u32, other: u32| -> bool {
        let count = |pair| votes.get(&pair).map_or(0, |held| held.earlier);
        let (forward, backward) = (count((one, other)), count((other, one)));
        #[expect(clippy::cast_precision_loss, reason = "counts of sampled traces")]
        let share = forward as f64 / (forward + backward).max(1) as f64;
        forward > 0 && share >= ORDER_SHARE
    };
    for (&(caller, callee), held) in votes.iter().filter(|(_, held)| held.earlier > 0) {
        if let (Some(trace), true) = (held.example, always(caller, callee)) {
            candidates
                .entry(callee)
                .or_default()
                .push((caller, held.earlier, trace));
        }
    }
    let is_nested: std::collections::HashSet<u32> = nested.iter().map(|call| call.callee).collect();
    let mut calls = Vec::new();
    for (callee, mut callers) in candidates {
        // The order of its siblings' rows is no reason to doubt a caller that contains it.
        if is_nested.contains(&callee) {
            continue;
        }
        let most = callers
            .iter()
            .map(|(_, count, _)| *count)
            .max()
            .unwrap_or(0);
        callers.retain(|(_, count, _)| count.saturating_mul(10) >= most.saturating_mul(9));
        let before = |caller: u32| {
            callers
                .iter()
                .filter(|(other, ..)| *other != caller && always(*other, caller))
                .count()
        };
        let nearest = callers
            .iter()
            .max_by_key(|(caller, ..)| (before(*caller), std::cmp::Reverse(*caller)));
        if let Some(&(caller, count, trace)) = nearest {
            let same_cloud = cloud(caller) == cloud(callee);
            let confidence = if same_cloud { 0.4 } else { 0.3 };
            calls.push(Call {
                caller,
                callee,
                count,
                confidence,
                is_nested: false,
                trace,
            });
        }
    }
    calls
}
