//! Plain text messages: a time, a level, and values that are named in the text.

use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use super::logfmt;
use super::named::Named;
use crate::time;

/// HTTP methods, as they stand in messages.
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE"];

/// Sets what a text message tells, and the body: the message without time and level.
pub(super) fn describe(message: &str, named: &mut Named, row: &mut Row<'_>) {
    let (head_time, rest) = split_time(message, row.record().stream.modified);
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
    if body.contains(": ") {
        colon_pairs(body, named, row);
    }
    named.fill(body, row, true);
}

/// The time at the start of a message, in brackets or not, and what follows it.
fn split_time(message: &str, reference: Option<nepho_core::Timestamp>) -> (Option<nepho_core::Timestamp>, &str) {
    let trimmed = message.trim_start_matches(['[', '(', '<', ' ']);
    match time::prefix(trimmed, reference) {
        Some((time, length)) => {
            let rest = trimmed[length..].trim_start_matches([']', ')', '>', ' ', '\t', '|', ':', ',']);
            (Some(time), rest.strip_prefix("- ").unwrap_or(rest))
        }
        None => (None, message),
    }
}

/// The level among the first words, and what follows it. Words before it (thread, process) stay in the body.
fn split_level(text: &str) -> (Option<Severity>, &str) {
    if let Some(klog) = klog_level(text) {
        return (Some(klog), text);
    }
    let mut at = 0;
    for position in 0..5 {
        let word_start = at + text[at..].len() - text[at..].trim_start().len();
        let word_end = text[word_start..].find([' ', '\t']).map_or(text.len(), |length| word_start + length);
        let word = &text[word_start..word_end];
        if word.is_empty() {
            break;
        }
        if let Some(severity) = level_word(word, position == 0) {
            if position > 0 {
                return (Some(severity), text);
            }
            let rest = text[word_end..].trim_start_matches([' ', '\t', ':', '|']);
            return (Some(severity), rest.strip_prefix("- ").unwrap_or(rest));
        }
        at = word_end;
    }
    (None, text)
}

/// Severity of a word that is written as a level: in capitals, in brackets, or with a colon behind it.
fn level_word(word: &str, is_first: bool) -> Option<Severity> {
    let bare = word.trim_matches(['[', ']', '(', ')', '<', '>', ':', '|', ',', '"']);
    // `ERROR:root:message`, as Python's logging writes it.
    let bare = bare.split(':').next().unwrap_or(bare);
    if bare.len() < 3 {
        return None;
    }
    let is_marked = bare.len() < word.len() || bare.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_name = bare.starts_with(|c: char| c.is_ascii_uppercase()) && is_first;
    let is_lower = is_first && bare.bytes().all(|byte| byte.is_ascii_lowercase());
    if !(is_marked || is_name || is_lower) || bare.eq_ignore_ascii_case("log") || bare.eq_ignore_ascii_case("default") {
        return None;
    }
    Severity::from_word(bare)
}

/// Severity of `E0102 15:04:05.678901       1 file.go:10] message` (klog).
fn klog_level(text: &str) -> Option<Severity> {
    let bytes = text.as_bytes();
    let is_klog = bytes.get(1..5)?.iter().all(u8::is_ascii_digit) && bytes.get(5) == Some(&b' ') && bytes.get(8) == Some(&b':');
    match bytes.first()? {
        b'I' if is_klog => Some(Severity::INFO),
        b'W' if is_klog => Some(Severity::WARN),
        b'E' if is_klog => Some(Severity::ERROR),
        b'F' if is_klog => Some(Severity::FATAL),
        _ => None,
    }
}

/// Method and path of `POST /api/orders` anywhere in the text.
fn request_line(body: &str, row: &mut Row<'_>) {
    let mut at = 0;
    while let Some(found) = body.get(at..).and_then(|rest| rest.find(" /").or_else(|| rest.find(" http"))) {
        let blank = at + found;
        let word_start = body[..blank].rfind([' ', '"', '[', '\'', '(']).map_or(0, |start| start + 1);
        if let Some(method) = METHODS.iter().find(|method| **method == &body[word_start..blank]) {
            let target = body[blank + 1..].split([' ', '"', '\'', ',', ']', ')']).next().unwrap_or_default();
            row.constant(Column::Method, method).text(Column::Path, super::json::url_path(target));
            return;
        }
        at = blank + 2;
    }
}

/// Names that count in `name: value`; any other word before a colon is prose.
const COLON_NAMES: [&str; 26] = [
    "status", "status_code", "http_status", "response_time", "response_time_ms", "duration", "duration_ms", "latency",
    "latency_ms", "elapsed", "trace_id", "traceid", "span_id", "request_id", "requestid", "correlation_id", "service",
    "method", "path", "user", "client_ip", "peer", "upstream", "env", "team", "region",
];

/// Values named as `status: 500`, between separators.
fn colon_pairs(body: &str, named: &mut Named, row: &mut Row<'_>) {
    let mut at = 0;
    while let Some(found) = body[at..].find(": ") {
        let colon = at + found;
        let start = body[..colon].rfind([' ', ',', '|', '[', '(', ';', '-', '{']).map_or(0, |start| start + 1);
        let key = &body[start..colon];
        let value_start = colon + 2;
        let value_end = body[value_start..]
            .find([' ', ',', ';', '|', ']', ')', '}'])
            .map_or(body.len(), |length| value_start + length);
        if COLON_NAMES.iter().any(|name| name.eq_ignore_ascii_case(key)) {
            named.note(key, value_start, value_end);
        } else {
            reading(key, &body[value_start..value_end], row);
        }
        at = value_start;
    }
}

/// Names of readings that messages tell: utilisation in percent.
const READINGS: [&str; 8] =
    ["cpu", "cpu_percent", "cpu_usage", "cpu_utilization", "cpuutilization", "memory_percent", "mem_percent", "memory_usage"];

fn reading(key: &str, value: &str, row: &mut Row<'_>) {
    if row.has(Column::Metric) {
        return;
    }
    let Some(name) = READINGS.iter().find(|name| name.eq_ignore_ascii_case(key)) else {
        return;
    };
    if let Ok(value) = value.trim_end_matches('%').parse::<f64>() {
        row.constant(Column::Metric, name).value(value);
    }
}
