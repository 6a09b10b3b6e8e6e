//! What an application's message tells: JSON, logfmt or plain text, alone or within another log.

mod bars;
mod builds;
mod clock;
mod dated;
mod finish;
mod framed;
mod frames;
mod jobs;
pub mod json;
mod layouts;
mod letters;
mod level;
pub mod logfmt;
mod loggers;
pub(crate) mod marks;
pub mod named;
mod opening;
pub(crate) mod parts;
mod rare;
mod requests;
pub mod sql_server;
mod stamps;
pub mod stream;
pub mod syslog;
mod systems;
mod template;
mod text;

use std::fmt;

use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};
use nepho_core::time::Reference;

use crate::table::TableDecoder;
use crate::time::trimmed;
use clock::Clock;
use named::Named;

/// Reads messages of applications into rows that already know where they come from.
pub struct Describer {
    json: TableDecoder,
    named: Named,
    text: text::Held,
}

impl fmt::Debug for Describer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Describer").finish_non_exhaustive()
    }
}

impl Default for Describer {
    fn default() -> Self {
        Self {
            json: TableDecoder::new(&json::TABLE).shaped(),
            named: Named::default(),
            text: text::Held::default(),
        }
    }
}

impl Describer {
    /// Sets what `message` tells of severity, service, trace, status, latency and so on, and the
    /// body.
    ///
    /// A time in the message is used; set the outer one afterwards if it is better.
    pub fn describe(&mut self, message: &str, row: &mut Row<'_>) {
        let trimmed = message.trim();
        if trimmed.starts_with('{') && self.json(trimmed, row) {
        } else if logfmt_like(trimmed) {
            self.logfmt(trimmed, row);
        } else {
            self.text(trimmed, row);
        }
        if !row.has(Column::Body) {
            row.text(Column::Body, message.trim_end());
        }
    }

    /// Sets what a line tells that a shipper put into a record of its own, of which the row tells
    /// already: its time is kept, and of text the body is all of the line.
    pub fn describe_shipped(&mut self, line: &str, row: &mut Row<'_>) {
        let time = row.time_so_far();
        self.describe(line, row);
        if let Some(time) = time {
            row.time(time);
        }
        let trimmed = line.trim();
        if !trimmed.starts_with('{') && !logfmt_like(trimmed) {
            row.text(Column::Body, line.trim_end());
        }
    }

    /// As [`Describer::describe`] for the JSON object that was scanned last, which was `message`
    /// without the blanks around it.
    pub fn describe_scanned(&self, message: &str, row: &mut Row<'_>) {
        self.json.fill(trimmed(message), row);
        if !row.has(Column::Body) {
            row.text(Column::Body, message.trim_end());
        }
    }

    /// Sets what a JSON object tells; gives whether `message` is one.
    pub fn json(&mut self, message: &str, row: &mut Row<'_>) -> bool {
        self.json.apply(message, row)
    }

    /// Finds the values of a JSON object; gives its shape ([`crate::json::Scanner::shape`]), or
    /// `None` if `message` is none.
    pub fn scan_json(&mut self, message: &str) -> Option<u64> {
        self.json.scan(message).then(|| self.json.shape())
    }

    /// Sets what the JSON object tells that was scanned last, which was `message`.
    pub fn fill_json(&self, message: &str, row: &mut Row<'_>) {
        self.json.fill(message, row);
    }

    /// Shape of the JSON object that was scanned last: a hash of its keys and their order, see
    /// [`crate::json::Scanner::shape`].
    pub fn last_shape(&self) -> u64 {
        self.json.shape()
    }

    /// Sets what the pairs of a logfmt line tell.
    pub fn logfmt(&mut self, message: &str, row: &mut Row<'_>) {
        let named = &mut self.named;
        let mut end = 0;
        logfmt::pairs(message, |pair| {
            let key = &message[pair.key.0..pair.key.1];
            if !(matches!(key, "text" | "msg" | "message") && goes_on(message, pair.value)) {
                named.note(key, pair.value.0, pair.value.1);
            }
            end = pair.value.1;
        });
        let has_escapes = memchr::memchr(b'\\', message.as_bytes()).is_some();
        named.fill(message, has_escapes, row, false);
        // `pid=7 tid=abc class=HardJob INFO: start`, as Sidekiq writes it.
        let behind = message.get(end..).unwrap_or_default();
        if let Some((word, rest)) = behind.strip_prefix(' ').and_then(level::word)
            && rest.starts_with(": ")
            && !row.has_severity()
            && let Some(severity) = level::of_word(word)
        {
            row.severity(severity);
        }
    }

    /// Sets what plain text tells.
    pub fn text(&mut self, message: &str, row: &mut Row<'_>) {
        let Self { json, named, text } = self;
        text::describe(message, text, named, json, row);
    }
}

/// Whether a text goes on behind the value of a pair, which has no quotes: `text=TLS already
/// started` of slapd.
fn goes_on(message: &str, (start, end): (usize, usize)) -> bool {
    let is_quoted = message
        .as_bytes()
        .get(end)
        .is_some_and(|end| matches!(end, b'"' | b'\''));
    let next = message.get(end..).and_then(|rest| rest.strip_prefix(' '));
    let next = next
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or_default();
    start < end && !is_quoted && !next.is_empty() && !next.contains(['=', ':'])
}

/// Whether a word is a level where one stands.
pub(crate) fn is_level_word(word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|word| level::of_word(word).is_some())
}

/// Severity that a line tells: by the level before its message, or by its `level` if it is logfmt.
pub fn severity_of(line: &str) -> Option<Severity> {
    let line = line.trim();
    if !logfmt_like(line) {
        let clock = &mut Clock::default();
        return opening::split(line, clock, Reference::default()).severity;
    }
    let mut found = None;
    logfmt::pairs(line, |pair| {
        if matches!(&line[pair.key.0..pair.key.1], "level" | "lvl" | "severity") {
            found = found.or(level::of_word(&line[pair.value.0..pair.value.1]));
        }
    });
    found
}

/// Whether a line is logfmt: it begins with a pair and is mostly pairs.
pub fn logfmt_like(line: &str) -> bool {
    let is_key =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'@');
    let key = line.bytes().take_while(|byte| is_key(byte)).count();
    if key == 0 || line.as_bytes().get(key) != Some(&b'=') {
        return false;
    }
    let (count, covered) = logfmt::density(line, 3);
    count >= 2 && covered > 0.6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_without_quotes_goes_on() {
        let check = |message: &str, expected: bool| {
            let mut found = false;
            logfmt::pairs(message, |pair| found |= goes_on(message, pair.value));
            assert_eq!(found, expected, "{message}");
        };
        check("err=1 text=TLS already started", true);
        check("text=TLS err=1", false);
        check("msg=\"a b\" err=1", false);
        check("err=1 text=", false);
        check("class=HardJob INFO: start", false);
    }

    #[test]
    fn a_line_tells_its_severity() {
        let check = |line: &str, expected: Option<Severity>| {
            assert_eq!(severity_of(line), expected, "{line}");
        };
        let error = Some(Severity::ERROR);
        check("E0512 14:00:07.000000       5 kubelet.go:1] boom", error);
        check(
            "time=\"2026-05-12T14:00:08Z\" level=error msg=\"boom\"",
            error,
        );
        check("2026-05-12 14:00:08 ERROR boom", error);
        check("time=now msg=\"boom\"", None);
        check("Started kubelet.", None);
    }
}
