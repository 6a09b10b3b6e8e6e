//! Evidence from traces: rows of several services that carry one trace id.
//!
//! Traces are sampled by a hash of their id, so that the rows of one trace meet though they stand
//! in different files. When memory is full, every second trace that is kept is given up, and only
//! such are kept from then on.

pub(crate) mod infer;

use std::collections::HashMap;

use nepho_core::Timestamp;
use nepho_core::tables::{Column, LogsView};

use crate::sighting::{Files, RowPlace};

/// Spans that are kept, over all traces.
pub(crate) const MAX_SPANS: usize = 32_768;
/// Services of one trace that are kept.
const MAX_SERVICES_PER_TRACE: usize = 64;

/// What the rows of one service in one trace tell of time.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) service: u32,
    /// First and last time that a row carries.
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// First time of a row that is no failure.
    pub(crate) first_success: Option<i64>,
    /// The row with the longest duration: its time, its duration, and the number of its format.
    pub(crate) longest: Option<(i64, i64, u32)>,
    /// The row that told of it first.
    pub(crate) place: RowPlace,
}

/// The rows of one trace.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) id: Box<str>,
    pub(crate) spans: Vec<Span>,
}

/// All sampled traces.
#[derive(Default)]
pub(crate) struct Traces {
    traces: HashMap<u64, Trace>,
    spans: usize,
    /// A trace is kept when this many leading bits of its hash are zero.
    zeros: u32,
}

impl Traces {
    /// Takes note of a row that carries trace id `id`.
    pub(crate) fn note(
        &mut self,
        rows: &LogsView<'_>,
        row: usize,
        (service, format): (u32, u32),
        is_failure: bool,
        files: &mut Files,
    ) {
        let id = rows.text(Column::TraceId, row).and_then(core_of);
        let Some((id, Timestamp(time))) = id.zip(rows.time(row)) else {
            return;
        };
        let hash = hash(id);
        if hash.leading_zeros() < self.zeros {
            return;
        }
        let trace = self.traces.entry(hash).or_insert_with(|| Trace {
            id: shortened(id),
            // Most are of one service.
            spans: Vec::with_capacity(1),
        });
        let held = trace.spans.iter().position(|span| span.service == service);
        let is_new = held.is_none();
        if is_new && trace.spans.len() >= MAX_SERVICES_PER_TRACE {
            return;
        }
        if is_new {
            trace.spans.push(Span {
                service,
                first: time,
                last: time,
                first_success: None,
                longest: None,
                place: files.place(rows, row),
            });
        }
        let position = held.unwrap_or(trace.spans.len() - 1);
        if let Some(span) = trace.spans.get_mut(position) {
            span.widen(
                time,
                rows.duration(row).filter(|duration| *duration > 0),
                format,
                is_failure,
            );
        }
        if is_new {
            self.spans += 1;
            while self.spans > MAX_SPANS {
                self.halve();
            }
        }
    }

    fn halve(&mut self) {
        self.zeros += 1;
        let zeros = self.zeros;
        self.traces.retain(|hash, _| hash.leading_zeros() >= zeros);
        self.spans = self.traces.values().map(|trace| trace.spans.len()).sum();
    }

    /// One in this many traces is kept.
    pub(crate) fn one_in(&self) -> u64 {
        1_u64.checked_shl(self.zeros).unwrap_or(u64::MAX)
    }

    /// Spans that are kept.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.spans
    }

    /// Traces in which several services take part, in an order that depends on their ids alone.
    pub(crate) fn shared(&self) -> Vec<&Trace> {
        let mut traces: Vec<(&u64, &Trace)> = self
            .traces
            .iter()
            .filter(|(_, trace)| trace.spans.len() > 1)
            .collect();
        traces.sort_unstable_by_key(|(hash, _)| **hash);
        traces.into_iter().map(|(_, trace)| trace).collect()
    }
}

impl Span {
    fn widen(&mut self, time: i64, duration: Option<i64>, format: u32, is_failure: bool) {
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        if !is_failure && self.first_success.is_none_or(|first| time < first) {
            self.first_success = Some(time);
        }
        if let Some(duration) = duration {
            // Of two as long the earlier, whatever the order in which they are read.
            let rank = |time: i64, duration: i64| (duration, std::cmp::Reverse(time));
            if self
                .longest
                .is_none_or(|(held_time, held, _)| rank(held_time, held) < rank(time, duration))
            {
                self.longest = Some((time, duration, format));
            }
        }
    }

    pub(crate) fn time(&self) -> Timestamp {
        Timestamp(self.first)
    }
}

/// The part of a trace id that all its writers share: without the `Root=` of load balancers, the
/// path before it in Google Cloud, and the version and span of a `traceparent`.
///
/// docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html,
/// www.w3.org/TR/trace-context, read 2026-11-21.
fn core_of(id: &str) -> Option<&str> {
    let mut id = id.trim();
    if let Some(start) = id.find("Root=") {
        id = id.get(start + 5..)?.split(';').next()?;
    }
    id = id.rsplit('/').next()?;
    if id.len() == 55 && id.as_bytes().get(2) == Some(&b'-') {
        id = id.get(3..35)?;
    }
    // The version of an X-Ray id; the rest is the same id as in OpenTelemetry.
    id = id
        .strip_prefix("1-")
        .filter(|rest| rest.len() == 33)
        .unwrap_or(id);
    let says_something = id.len() >= 8 && id.bytes().any(|byte| !matches!(byte, b'0' | b'-'));
    says_something.then_some(id)
}

/// Hash of the letters and digits in lower case.
fn hash(id: &str) -> u64 {
    let signs = id.bytes().filter(|byte| *byte != b'-');
    nepho_core::hash::of(signs.map(|byte| byte.to_ascii_lowercase()))
}

fn shortened(id: &str) -> Box<str> {
    id.get(..id.len().min(64)).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_to_write_a_trace_id_meet() {
        let plain = hash("5833726236d228ad5d99923122bbe354");
        for other in [
            "Root=1-58337262-36d228ad5d99923122bbe354",
            "Self=1-1-1;Root=1-58337262-36D228AD5D99923122BBE354;Sampled=1",
            "projects/shop/traces/5833726236d228ad5d99923122bbe354",
            "00-5833726236d228ad5d99923122bbe354-00f067aa0ba902b7-01",
            "58337262-36d2-28ad-5d99-923122bbe354",
        ] {
            assert_eq!(core_of(other).map(hash), Some(plain), "{other}");
        }
        assert_eq!(core_of("00000000-0000-0000-0000-000000000000"), None);
        assert_eq!(core_of("42"), None);
    }
}
