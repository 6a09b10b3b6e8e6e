//! Plain text messages: a time, a level, and values that are named in the text.

use nepho_core::tables::{Column, Row};

use super::named::Named;
use super::opening::{self, Opening};
use super::{layouts, logfmt, requests};
use crate::bytes::{ByteSet, each_byte, find_near, which};
use crate::table::TableDecoder;

/// HTTP methods, as they stand in messages.
pub(super) const METHODS: [&str; 9] = [
    "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE",
];

/// Sets what a text message tells, and the body: the message without time and level. `json` reads
/// an object that stands behind them.
pub(super) fn describe(
    message: &str,
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
        None => (opening::split(message, reference), ""),
    };
    // What stands behind the message tells less of it.
    if !fields.is_empty() {
        json.apply(fields, row);
    }
    let Opening {
        time,
        severity,
        process,
        body,
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
    row.text(Column::Body, body);
    if body.starts_with('{') && body.ends_with('}') && json.apply(body, row) {
        if let Some(time) = time {
            row.time(time);
        }
        return;
    }
    let signs = which(message.as_bytes(), SIGNS);
    let has =
        |sign: u8| signs >> SIGNS.iter().position(|held| *held == sign).unwrap_or(31) & 1 == 1;
    if has(b'/') {
        request_line(body, row);
    }
    requests::describe(body, row);
    if has(b'[') {
        trace(message, row);
    }
    if has(b'=') {
        logfmt::pairs(body, |pair| {
            let key = &body[pair.key.0..pair.key.1];
            if !named.note(key, pair.value.0, pair.value.1) {
                reading(key, &body[pair.value.0..pair.value.1], row);
            }
        });
    }
    if has(b':') {
        colon_pairs(body, named, row);
    }
    named.fill(body, has(b'\\'), row, true);
}

/// What is looked for in a message only if it has these.
const SIGNS: [u8; 5] = *b"/[=:\\";

/// Brackets with a trace are looked for in so many bytes.
const TRACE_BYTES: usize = 240;

/// Trace and span of `[0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331]` (Spring Boot 3) and of
/// `[shop,0af7651916cd43dd8448eb211c80319c,b7ad6b7169203331]` (Spring Cloud Sleuth, Micrometer).
fn trace(body: &str, row: &mut Row<'_>) {
    let bytes = body.as_bytes();
    let head = bytes.get(..TRACE_BYTES).unwrap_or(bytes);
    for open in memchr::memchr_iter(b'[', head) {
        let inner = &bytes[open + 1..];
        let start = match inner.get(32) {
            Some(b'-') => 0,
            _ => {
                let comma = memchr::memchr(b',', inner.get(..50).unwrap_or(inner));
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
fn request_line(body: &str, row: &mut Row<'_>) {
    let bytes = body.as_bytes();
    let mut at = 0;
    while let Some(slash) = find_near(bytes.get(at..).unwrap_or_default(), b'/') {
        let slash = at + slash;
        at = slash + 1;
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
fn is_colon_name(key: &str) -> bool {
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

/// Bytes that end a value behind a colon.
static ENDS: ByteSet<10> = ByteSet::new(*b" \t\r\n,;|])}");

/// Values named as `status: 500`, between separators.
fn colon_pairs(body: &str, named: &mut Named, row: &mut Row<'_>) {
    let bytes = body.as_bytes();
    each_byte(bytes, b':', |colon| {
        if bytes.get(colon + 1) == Some(&b' ') {
            colon_pair(body, colon, named, row);
        }
    });
}

/// The value behind a colon and a blank.
fn colon_pair(body: &str, colon: usize, named: &mut Named, row: &mut Row<'_>) {
    let bytes = body.as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut start = colon;
    while start > 0 && bytes.get(start - 1).is_some_and(is_word) {
        start -= 1;
    }
    // The end of a longer name is no name: `nginx.service: Main process exited`.
    if start > 0 && matches!(bytes[start - 1], b'.' | b'-' | b'/' | b'@') {
        return;
    }
    let key = body.get(start..colon).unwrap_or_default();
    let is_named = is_colon_name(key);
    if !is_named && !may_be_reading(key) {
        return;
    }
    let value_start = colon + 2;
    let value_end = ENDS
        .find(&bytes[value_start..])
        .map_or(bytes.len(), |length| value_start + length);
    if is_named {
        named.note(key, value_start, with_unit(body, value_start, value_end));
    } else {
        let value = body.get(value_start..value_end).unwrap_or_default();
        reading(key, value, row);
    }
}

/// Where a number ends whose unit of time stands behind a blank: `6.53 ms`.
fn with_unit(body: &str, start: usize, end: usize) -> usize {
    let bytes = body.as_bytes();
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let units = ["ms", "us", "ns", "s", "sec", "seconds", "milliseconds"];
    match body.get(start..end) {
        Some(number)
            if bytes.get(end) == Some(&b' ') && number.as_bytes().iter().all(is_number) =>
        {
            let rest = &body[end + 1..];
            if !rest.starts_with(|c: char| c.is_ascii_lowercase()) {
                return end;
            }
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
