//! Lines of klog and glog, which Kubernetes' own components write:
//! `I0102 15:04:05.678901       1 file.go:10] message`.
//!
//! Source: github.com/kubernetes/klog (`klog.go`, "Log line format"), kubernetes.io/docs/concepts/
//! cluster-administration/system-logs, github.com/google/glog (`Log Line Prefix`), as of
//! 2026-11-27.

mod autoscaler;

use nepho_codec::message::stream::service;
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, TableDecoder, keep, resource, text, time,
};
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Row};
use nepho_core::time::{Civil, NANOS, Reference, digits, fraction};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Lines of klog and glog",
    permissions: &[],
    make: Make::Format(|| Box::new(Klog)),
});

const NAME: &str = "kubernetes.klog";
const ERROR: usize = 0;
const VERBOSITY: usize = 1;
const POD: usize = 2;
const NAMESPACE: usize = 3;

/// With `--logging-format=json`.
static TABLE: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("ts"),
        Need::Has("msg"),
        Need::HasAny(&["v", "caller"]),
        Need::Lacks("level"),
        Need::Lacks("severity"),
        Need::Lacks("logger"),
    ],
    constants: &[],
    fields: &[
        time(&["ts"]),
        text(&["msg"], Column::Body),
        keep(&["err"], ERROR),
        keep(&["v"], VERBOSITY),
        keep(&["pod.name"], POD),
        keep(&["pod.namespace"], NAMESPACE),
        resource(&["node", "node.name"]),
    ],
    extras: &[("caller", "source"), ("err", "error"), ("v", "verbosity")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // Errors have no verbosity.
    row.severity(match event.kept(VERBOSITY) {
        None => Severity::ERROR,
        Some(_) => Severity::INFO,
    });
    match (event.kept(POD), event.kept(NAMESPACE)) {
        (Some(pod), Some(namespace)) => row.resource(&format!("{namespace}/{pod}")),
        (Some(pod), None) => row.resource(&pod),
        _ => row,
    };
}

/// Reads lines of klog and glog.
#[derive(Debug)]
pub struct Klog;

impl Format for Klog {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match sample.json {
            Some(_) => JsonFormat(&TABLE).sniff(sample),
            None if parse(sample.text, Reference::ANY).is_some() => Confidence(92),
            None => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(&TABLE).may_fit(has_key)
    }

    fn first_bytes(&self) -> Option<[bool; 256]> {
        let mut bytes = [false; 256];
        for byte in b"IWEF{" {
            bytes[usize::from(*byte)] = true;
        }
        Some(bytes)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(KlogDecoder {
            table: TableDecoder::new(&TABLE),
            service: service(stream).map(str::to_owned),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if raw.trim_start().starts_with('{') {
            return JsonFormat(&TABLE).extras(raw, stream, found);
        }
        if let Some(line) = parse(raw, Reference::ANY) {
            found("source", line.source);
            found("thread", line.thread);
        }
    }
}

struct Line<'a> {
    severity: Severity,
    time: Option<Timestamp>,
    thread: &'a str,
    source: &'a str,
    message: &'a str,
}

fn parse(text: &str, reference: Reference) -> Option<Line<'_>> {
    let severity = match text.as_bytes().first()? {
        b'I' => Severity::INFO,
        b'W' => Severity::WARN,
        b'E' => Severity::ERROR,
        b'F' => Severity::FATAL,
        _ => return None,
    };
    let (date, rest) = text.get(1..)?.split_once(' ')?;
    let (clock, rest) = rest.split_once(' ')?;
    let (thread, rest) = rest.trim_start_matches(' ').split_once(' ')?;
    let (source, message) = rest.split_once(']')?;
    let is_header = thread.bytes().all(|byte| byte.is_ascii_digit())
        && source.contains(':')
        && !source.contains([' ', '\n']);
    if !is_header {
        return None;
    }
    Some(Line {
        severity,
        time: time_of(date, clock, reference)?,
        thread,
        source,
        message: message.strip_prefix(' ').unwrap_or(message),
    })
}

/// Time of `0102` or `20260102` and `15:04:05.678901`; `Some(None)` if the year is not known,
/// `None` if it is no time.
fn time_of(date: &str, clock: &str, reference: Reference) -> Option<Option<Timestamp>> {
    let (date, clock) = (date.as_bytes(), clock.as_bytes());
    let (year, day_start) = match date.len() {
        4 => (None, 0),
        8 => (Some(i64::from(digits(date, 0, 4)?)), 4),
        _ => return None,
    };
    if clock.get(2) != Some(&b':') || clock.get(5) != Some(&b':') {
        return None;
    }
    let (nanos, end) = fraction(clock, 8);
    (end == clock.len() && end > 8).then_some(())?;
    let mut civil = Civil {
        year: 0,
        month: digits(date, day_start, 2)?,
        day: digits(date, day_start + 2, 2)?,
        hour: digits(clock, 0, 2)?,
        minute: digits(clock, 3, 2)?,
        second: digits(clock, 6, 2)?,
        nanos,
    };
    let read = |civil: Civil| {
        let time = Timestamp::from_civil(civil)?;
        Some(time.plus(-i64::from(reference.zone_seconds) * NANOS))
    };
    if let Some(year) = year {
        civil.year = year;
        return read(civil).map(Some);
    }
    // A leap year, so that every day is one.
    civil.year = 2024;
    read(civil)?;
    Some(time::nearest(civil, reference))
}

struct KlogDecoder {
    table: TableDecoder,
    service: Option<String>,
}

impl Decoder for KlogDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if record.text.trim_start().starts_with('{') {
            if !self.table.scan(record.text) {
                return Verdict::NotMine;
            }
            let mut row = out.row(record);
            row.constant(Column::Format, NAME);
            self.table.fill(record.text, &mut row);
            self.commit(row);
            return Verdict::Rows;
        }
        // The runtime's time, where there is one, tells the year better than the file.
        let reference = record.stream.reference();
        let reference = Reference {
            near: record.envelope.time.or(reference.near),
            ..reference
        };
        let Some(line) = parse(record.text, reference) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        fill(&line, &mut row);
        self.commit(row);
        Verdict::Rows
    }
}

impl KlogDecoder {
    /// Adds a row, with the service by the name of the file where nothing around it tells one.
    fn commit(&self, mut row: Row<'_>) {
        let is_told = row.record().envelope.get(Column::Service).is_some();
        if let Some(service) = self.service.as_deref().filter(|_| !is_told) {
            row.text(Column::Service, service);
        }
        row.commit();
    }
}

fn fill(line: &Line<'_>, row: &mut Row<'_>) {
    row.severity(line.severity)
        .text(Column::Body, line.message.trim_end());
    if let Some(time) = line.time {
        row.time(time);
    }
    autoscaler::fill(line.message, row);
    // Structured lines name the objects that they are about: `"Pod updated" pod="shop/cart-0"`.
    for name in [" pod=\"", " node=\"", " deployment=\""] {
        let value = line.message.split_once(name).map(|(_, rest)| rest);
        if let Some((value, _)) = value.and_then(|rest| rest.split_once('"')) {
            row.resource(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, near: Option<&str>, expected: Option<(Option<&str>, &str, &str)>) {
        let reference = Reference {
            near: near.and_then(Timestamp::parse_rfc3339),
            ..Reference::default()
        };
        let found = parse(text, reference);
        let time = found.as_ref().and_then(|line| line.time);
        let time = time.map(|time| time.to_string());
        let found = found.map(|line| (time.as_deref(), line.source, line.message));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn headers_are_taken_apart() {
        let line = "E1231 15:04:05.678901       1 file.go:10] a [b] c";
        let parts = |time| Some((time, "file.go:10", "a [b] c"));
        check(line, None, parts(None));
        check(
            line,
            Some("2026-01-02T00:00:00Z"),
            parts(Some("2025-12-31T15:04:05.678901Z")),
        );
        check(
            "I20261231 15:04:05.678901 1 file.go:10] a [b] c",
            None,
            parts(Some("2026-12-31T15:04:05.678901Z")),
        );
        check("I1331 15:04:05.678901 1 file.go:10] x", None, None);
        check("Info: 15:04:05 1 file] x", None, None);
        check("E1231 15:04:05 1 file.go:10] x", None, None);
    }
}
