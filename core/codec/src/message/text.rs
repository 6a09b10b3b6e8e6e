//! Plain text messages: a time, a level, and values that are named in the text.

use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};
use nepho_core::time::Reference;

use super::logfmt;
use super::named::Named;
use crate::time;

/// HTTP methods, as they stand in messages.
const METHODS: [&str; 9] = [
    "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE",
];

/// Sets what a text message tells, and the body: the message without time and level.
pub(super) fn describe(message: &str, named: &mut Named, row: &mut Row<'_>) {
    let (head_time, rest) = split_time(message, row.record().stream.reference());
    if let Some(time) = head_time {
        row.time(time);
    }
    let (severity, body) = split_level(rest);
    if let Some(severity) = severity {
        row.severity(severity);
    }
    row.text(Column::Body, body);
    request_line(body, row);
    let has_equals = memchr::memchr(b'=', body.as_bytes()).is_some();
    if has_equals {
        logfmt::pairs(body, &mut |pair| {
            let key = &body[pair.key.0..pair.key.1];
            if !named.note(key, pair.value.0, pair.value.1) {
                reading(key, &body[pair.value.0..pair.value.1], row);
            }
        });
    }
    colon_pairs(body, named, row);
    named.fill(body, row, true);
}

/// The time at the start of a message, in brackets or not, and what follows it.
fn split_time(message: &str, reference: Reference) -> (Option<nepho_core::Timestamp>, &str) {
    let trimmed = message.trim_start_matches(['[', '(', '<', ' ']);
    match time::prefix(trimmed, reference) {
        Some((time, length)) => {
            let rest =
                trimmed[length..].trim_start_matches([']', ')', '>', ' ', '\t', '|', ':', ',']);
            (Some(time), rest.strip_prefix("- ").unwrap_or(rest))
        }
        None => (None, message),
    }
}

/// The level among the first words, and what follows it. Words before it (thread, process) stay in
/// the body.
fn split_level(text: &str) -> (Option<Severity>, &str) {
    if let Some(klog) = klog_level(text) {
        return (Some(klog), text);
    }
    let bytes = text.as_bytes();
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let mut at = 0;
    for position in 0..5 {
        let start = at + bytes[at..].iter().take_while(|byte| is_blank(byte)).count();
        let end = bytes[start..]
            .iter()
            .position(is_blank)
            .map_or(bytes.len(), |length| start + length);
        let word = text.get(start..end).unwrap_or_default();
        if word.is_empty() {
            break;
        }
        if let Some(severity) = level_word(word, position == 0) {
            if position > 0 {
                return (Some(severity), text);
            }
            let rest = text[end..].trim_start_matches([' ', '\t', ':', '|']);
            return (Some(severity), rest.strip_prefix("- ").unwrap_or(rest));
        }
        at = end;
    }
    (None, text)
}

/// Severity of a word that is written as a level: in capitals, in brackets, or with a colon behind
/// it.
fn level_word(word: &str, is_first: bool) -> Option<Severity> {
    let is_frame = |byte: &u8| b"[]()<>:|,\"".contains(byte);
    let bytes = word.as_bytes();
    let start = bytes.iter().position(|byte| !is_frame(byte))?;
    let end = bytes.iter().rposition(|byte| !is_frame(byte))? + 1;
    // `ERROR:root:message`, as Python's logging writes it.
    let colon = bytes[start..end].iter().position(|byte| *byte == b':');
    let bare = word.get(start..colon.map_or(end, |length| start + length))?;
    if bare.len() < 3 {
        return None;
    }
    let is_marked = bare.len() < word.len() || bare.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_name = bare.starts_with(|c: char| c.is_ascii_uppercase()) && is_first;
    let is_lower = is_first && bare.bytes().all(|byte| byte.is_ascii_lowercase());
    if !(is_marked || is_name || is_lower)
        || bare.eq_ignore_ascii_case("log")
        || bare.eq_ignore_ascii_case("default")
    {
        return None;
    }
    Severity::from_word(bare)
}

/// Severity of `E0102 15:04:05.678901       1 file.go:10] message` (klog).
fn klog_level(text: &str) -> Option<Severity> {
    let bytes = text.as_bytes();
    let is_klog = bytes.get(1..5)?.iter().all(u8::is_ascii_digit)
        && bytes.get(5) == Some(&b' ')
        && bytes.get(8) == Some(&b':');
    match bytes.first()? {
        b'I' if is_klog => Some(Severity::INFO),
        b'W' if is_klog => Some(Severity::WARN),
        b'E' if is_klog => Some(Severity::ERROR),
        b'F' if is_klog => Some(Severity::FATAL),
        _ => None,
    }
}

/// Method and path of `POST /api/orders` or `GET http://host/path` anywhere in the text.
fn request_line(body: &str, row: &mut Row<'_>) {
    let bytes = body.as_bytes();
    for slash in memchr::memchr_iter(b'/', bytes) {
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
        let is_end = |byte: &u8| matches!(byte, b' ' | b'"' | b'\'' | b',' | b']' | b')');
        let end = bytes[target..]
            .iter()
            .position(is_end)
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
        key,
        "status"
            | "status_code"
            | "http_status"
            | "response_time"
            | "response_time_ms"
            | "duration"
            | "duration_ms"
            | "latency"
            | "latency_ms"
            | "elapsed"
            | "trace_id"
            | "traceid"
            | "traceId"
            | "span_id"
            | "request_id"
            | "requestid"
            | "requestId"
            | "correlation_id"
            | "service"
            | "method"
            | "path"
            | "user"
            | "client_ip"
            | "peer"
            | "upstream"
            | "env"
            | "team"
            | "region"
            | "Status"
            | "Duration"
            | "Latency"
            | "RequestId"
    )
}

/// Values named as `status: 500`, between separators.
fn colon_pairs(body: &str, named: &mut Named, row: &mut Row<'_>) {
    let mut at = 0;
    let bytes = body.as_bytes();
    while let Some(found) = memchr::memchr(b':', &bytes[at..]) {
        let colon = at + found;
        at = colon + 1;
        if bytes.get(at) != Some(&b' ') {
            continue;
        }
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let start = bytes[..colon]
            .iter()
            .rposition(|byte| !is_word(byte))
            .map_or(0, |before| before + 1);
        let key = body.get(start..colon).unwrap_or_default();
        let value_start = colon + 2;
        let is_end = |byte: &u8| matches!(byte, b' ' | b',' | b';' | b'|' | b']' | b')' | b'}');
        let value_end = bytes[value_start..]
            .iter()
            .position(is_end)
            .map_or(bytes.len(), |length| value_start + length);
        if is_colon_name(key) {
            named.note(key, value_start, value_end);
        } else {
            reading(
                key,
                body.get(value_start..value_end).unwrap_or_default(),
                row,
            );
        }
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

fn reading(key: &str, value: &str, row: &mut Row<'_>) {
    if row.has(Column::Metric) || !matches!(key.as_bytes().first(), Some(b'c' | b'C' | b'm' | b'M'))
    {
        return;
    }
    let Some(name) = READINGS.iter().find(|name| name.eq_ignore_ascii_case(key)) else {
        return;
    };
    if let Ok(value) = value.trim_end_matches('%').parse::<f64>() {
        row.constant(Column::Metric, name).value(value);
    }
}
