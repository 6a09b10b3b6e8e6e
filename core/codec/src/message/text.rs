//! Plain text messages: a time, a level, and values that are named in the text.

use nepho_core::Timestamp;
use nepho_core::tables::{Column, Row};

use super::clock::Clock;
use super::frames::Frames;
use super::marks::{BACKSLASH, BRACKET, COLON, EQUALS, Marks, SLASH, Within};
use super::named::Named;
use super::opening::{self, Opening};
use super::{layouts, logfmt, loggers, requests};
use crate::bytes::{ByteSet, find_near};
use crate::table::TableDecoder;
use crate::time::zones_apart;

/// HTTP methods, as they stand in messages.
pub(super) const METHODS: [&str; 9] = [
    "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE",
];

/// What is kept from one text message to the next.
#[derive(Default)]
pub(super) struct Held {
    clock: Clock,
    marks: Marks,
    frames: Frames,
}

/// Sets what a text message tells, and the body: the message without time and level. `json` reads
/// an object that stands behind them.
pub(super) fn describe(
    message: &str,
    held: &mut Held,
    named: &mut Named,
    json: &mut TableDecoder,
    row: &mut Row<'_>,
) {
    if requests::gin(message, row) {
        return;
    }
    let reference = row.record().stream.reference();
    let (opening, fields) = match layouts::zap(message, reference) {
        Some(found) => found,
        None => (opening::split(message, &mut held.clock, reference), ""),
    };
    // What stands behind the message tells less of it.
    if !fields.is_empty() {
        json.apply(fields, row);
    }
    let Opening {
        time,
        severity,
        process,
        mut body,
        is_named,
    } = opening;
    if let Some(time) = time {
        row.time(time);
    }
    if let Some(severity) = severity {
        row.severity(severity);
    }
    if !process.is_empty() {
        row.text(Column::Process, process);
    }
    if let Some((request, message)) = loggers::of_request(body) {
        row.text(Column::RequestId, request);
        body = message;
    }
    row.text(Column::Body, body);
    let is_record = body.starts_with('{') && body.ends_with('}') && !is_named;
    if is_record && json.apply(body, row) {
        if let Some(time) = time.filter(|time| !is_finer(row, *time, message)) {
            row.time(time);
        }
        return;
    }
    if let Some(time) = time
        && severity.is_none()
        && let Some(object) = tagged(body)
        && json.apply(object, row)
    {
        row.time(time);
        return;
    }
    let marks = &mut held.marks;
    marks.find(message);
    let places = marks.within(start_of(body, message), body.len());
    request_line(body, places, row);
    requests::describe(body, row);
    trace(
        message,
        marks.within(0, message.len().min(TRACE_BYTES)),
        row,
    );
    let frames = &mut held.frames;
    frames.find(body, places);
    equals_pairs(body, places, frames, named, row);
    colon_pairs(body, places, frames, named, row);
    named.fill(body, marks.has(BACKSLASH), row, true);
}

/// Whether an object that a logger wrote tells the time before it more finely: `2026-05-12 14:00:00
/// {...}` has neither fraction nor zone.
fn is_finer(row: &Row<'_>, time: Timestamp, message: &str) -> bool {
    let bytes = message.as_bytes();
    let is_coarse = bytes.get(10) == Some(&b' ') && bytes.get(19) == Some(&b' ');
    let own = row.time_so_far().filter(|_| is_coarse);
    row.has_severity() && own.is_some_and(|own| zones_apart(own, time))
}

/// The object of `app.web: {"level":"error"}` and `app.web\t{"level":"error"}`, as Fluentd prints
/// and files events behind their time (docs.fluentd.org/output/stdout and output/file, as of
/// 2026-11-30).
fn tagged(body: &str) -> Option<&str> {
    let open = body
        .ends_with('}')
        .then(|| find_near(body.as_bytes(), b'{'))
        .flatten()?;
    let (tag, object) = body.split_at(open);
    let tag = tag.strip_suffix(": ").or_else(|| tag.strip_suffix('\t'))?;
    let is_tag = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (!tag.is_empty() && tag.bytes().all(is_tag)).then_some(object)
}

/// Where a part of a message begins in it; its end if it is none.
fn start_of(part: &str, message: &str) -> usize {
    let start = part.as_ptr().addr().checked_sub(message.as_ptr().addr());
    let start = start.filter(|start| start + part.len() <= message.len());
    start.unwrap_or(message.len())
}

/// Brackets with a trace are looked for in so many bytes.
const TRACE_BYTES: usize = 240;

/// Trace and span of `[0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331]` (Spring Boot 3) and of
/// `[shop,0af7651916cd43dd8448eb211c80319c,b7ad6b7169203331]` (Spring Cloud Sleuth, Micrometer).
fn trace(body: &str, head: Within<'_>, row: &mut Row<'_>) {
    let bytes = body.as_bytes();
    for open in head.places(BRACKET) {
        let inner = &bytes[open + 1..];
        let start = match inner.get(32) {
            Some(b'-') => 0,
            _ => {
                let comma = find_near(inner.get(..50).unwrap_or(inner), b',');
                comma.map_or(0, |comma| comma + 1)
            }
        };
        let Some(end) = [32, 16]
            .into_iter()
            .map(|length| start + length)
            .find(|end| matches!(inner.get(*end), Some(b'-' | b',')))
        else {
            continue;
        };
        let is_end = matches!(inner.get(end + 17), Some(b']' | b','));
        let is_hex = |range: std::ops::Range<usize>| {
            let part = inner.get(range);
            part.is_some_and(|part| part.iter().all(u8::is_ascii_hexdigit))
        };
        if is_end && is_hex(start..end) && is_hex(end + 1..end + 17) {
            let text = |range: std::ops::Range<usize>| {
                let (from, to) = (open + 1 + range.start, open + 1 + range.end);
                body.get(from..to).unwrap_or_default()
            };
            row.text(Column::TraceId, text(start..end))
                .text(Column::SpanId, text(end + 1..end + 17));
            return;
        }
    }
}

/// Bytes that end the target of a request.
static TARGET_ENDS: ByteSet<6> = ByteSet::new(*b" \"',])");

/// Method and path of `POST /api/orders` or `GET http://host/path` anywhere in the text.
fn request_line(body: &str, places: Within<'_>, row: &mut Row<'_>) {
    let bytes = body.as_bytes();
    for slash in places.places(SLASH) {
        let before = bytes.get(..slash).unwrap_or_default();
        let target = match before {
            [.., b' '] => slash,
            [head @ .., b'h', b't', b't', b'p', b':'] => head.len(),
            [head @ .., b'h', b't', b't', b'p', b's', b':'] => head.len(),
            _ => continue,
        };
        let Some(method) = method_before(bytes, target) else {
            continue;
        };
        let end = TARGET_ENDS
            .find(&bytes[target..])
            .map_or(bytes.len(), |length| target + length);
        let path = super::json::url_path(body.get(target..end).unwrap_or_default());
        row.constant(Column::Method, method)
            .text(Column::Path, path);
        return;
    }
}

/// The HTTP method that stands, as a word of its own, before the blank before `at`.
fn method_before(bytes: &[u8], at: usize) -> Option<&'static str> {
    let head = bytes.get(..at)?.strip_suffix(b" ")?;
    let last = head.last().filter(|byte| byte.is_ascii_uppercase())?;
    let method = METHODS
        .iter()
        .find(|method| method.ends_with(*last as char) && head.ends_with(method.as_bytes()))?;
    let is_word = head.len() == method.len()
        || matches!(
            head.get(head.len() - method.len() - 1),
            Some(b' ' | b'"' | b'[' | b'\'' | b'(')
        );
    is_word.then_some(*method)
}

/// Whether a name counts in `name: value`; any other word before a colon is prose.
pub(super) fn is_colon_name(key: &str) -> bool {
    matches!(
        key.as_bytes(),
        b"status"
            | b"status_code"
            | b"http_status"
            | b"response_time"
            | b"response_time_ms"
            | b"duration"
            | b"duration_ms"
            | b"latency"
            | b"latency_ms"
            | b"elapsed"
            | b"trace_id"
            | b"traceid"
            | b"traceId"
            | b"span_id"
            | b"request_id"
            | b"requestid"
            | b"requestId"
            | b"correlation_id"
            | b"service"
            | b"method"
            | b"path"
            | b"user"
            | b"client_ip"
            | b"peer"
            | b"upstream"
            | b"env"
            | b"team"
            | b"region"
            | b"Status"
            | b"Duration"
            | b"Latency"
            | b"RequestId"
    )
}

/// Values named as `status=500`.
fn equals_pairs(
    body: &str,
    places: Within<'_>,
    frames: &Frames,
    named: &mut Named,
    row: &mut Row<'_>,
) {
    let bytes = body.as_bytes();
    let mut at = 0;
    for equals in places.places(EQUALS).filter(|place| !frames.hold(*place)) {
        // One within the value before it is none of a pair.
        let Some(head) = bytes.get(at..equals) else {
            continue;
        };
        let is_whole = |length: usize| {
            let before = head.iter().rev().nth(length);
            !before.is_some_and(|byte| logfmt::is_in_key(*byte))
        };
        let expected = named.expected(head);
        let expected = expected.filter(|(_, length, _)| is_whole(*length));
        let (value, next) = logfmt::value(bytes, equals + 1, |from| places.end(from));
        if let Some((slot, ..)) = expected {
            named.put(slot, value.0, value.1);
        } else {
            let start = logfmt::key_start(bytes, at, equals);
            let key = body.get(start..equals).unwrap_or_default();
            if logfmt::is_key(key.as_bytes()) && !named.note(key, value.0, value.1) {
                reading(key, body.get(value.0..value.1).unwrap_or_default(), row);
            }
        }
        at = next.max(equals + 1);
    }
}

/// Values named as `status: 500`, between separators.
fn colon_pairs(
    body: &str,
    places: Within<'_>,
    frames: &Frames,
    named: &mut Named,
    row: &mut Row<'_>,
) {
    let bytes = body.as_bytes();
    for colon in places.places(COLON) {
        if bytes.get(colon + 1) == Some(&b' ') && !frames.hold(colon) {
            colon_pair(body, colon, places, named, row);
        }
    }
}

/// The value behind a colon and a blank.
fn colon_pair(body: &str, colon: usize, places: Within<'_>, named: &mut Named, row: &mut Row<'_>) {
    let bytes = body.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    // The end of a longer name is no name: `nginx.service: Main process exited`.
    let goes_on = |byte: u8| matches!(byte, b'.' | b'-' | b'/' | b'@');
    let head = bytes.get(..colon).unwrap_or_default();
    let value = |start: usize| (start, colon_value_end(bytes, start, places));
    if let Some((slot, length, true)) = named.expected(head)
        && let before = head.iter().rev().nth(length)
        && before.is_none_or(|byte| !is_word(*byte) && !goes_on(*byte))
    {
        let (start, end) = value(colon + 2);
        named.put(slot, start, with_unit(body, start, end));
        return;
    }
    let mut start = colon;
    while start > 0 && bytes.get(start - 1).is_some_and(|byte| is_word(*byte)) {
        start -= 1;
    }
    if start > 0 && bytes.get(start - 1).is_some_and(|byte| goes_on(*byte)) {
        return;
    }
    let key = body.get(start..colon).unwrap_or_default();
    let is_named = is_colon_name(key);
    if !is_named && !may_be_reading(key) {
        return;
    }
    let (start, end) = value(colon + 2);
    if is_named {
        named.note(key, start, with_unit(body, start, end));
    } else {
        reading(key, body.get(start..end).unwrap_or_default(), row);
    }
}

/// Where the value behind a colon ends.
fn colon_value_end(bytes: &[u8], start: usize, places: Within<'_>) -> usize {
    let mut from = start;
    while let Some(end) = places.end(from) {
        if bytes.get(end) != Some(&b'{') {
            return end;
        }
        from = end + 1;
    }
    bytes.len()
}

/// Where a number ends whose unit of time stands behind a blank: `6.53 ms`.
fn with_unit(body: &str, start: usize, end: usize) -> usize {
    let bytes = body.as_bytes();
    let Some([b' ', b'a'..=b'z', ..]) = bytes.get(end..) else {
        return end;
    };
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let units = ["ms", "us", "ns", "s", "sec", "seconds", "milliseconds"];
    match body.get(start..end) {
        Some(number) if number.as_bytes().iter().all(is_number) => {
            let rest = &body[end + 1..];
            let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
            let length = rest.bytes().take_while(|byte| is_part(byte)).count();
            match units.contains(&&rest[..length]) {
                true => end + 1 + length,
                false => end,
            }
        }
        _ => end,
    }
}

/// Names of readings that messages tell: utilisation in percent.
const READINGS: [&str; 8] = [
    "cpu",
    "cpu_percent",
    "cpu_usage",
    "cpu_utilization",
    "cpuutilization",
    "memory_percent",
    "mem_percent",
    "memory_usage",
];

/// Whether a name may be one of [`READINGS`].
fn may_be_reading(key: &str) -> bool {
    matches!(key.as_bytes().first(), Some(b'c' | b'C' | b'm' | b'M'))
}

fn reading(key: &str, value: &str, row: &mut Row<'_>) {
    if row.has(Column::Metric) || !may_be_reading(key) {
        return;
    }
    let Some(name) = READINGS.iter().find(|name| name.eq_ignore_ascii_case(key)) else {
        return;
    };
    if let Ok(value) = value.trim_end_matches('%').parse::<f64>() {
        row.constant(Column::Metric, name).value(value);
    }
}
