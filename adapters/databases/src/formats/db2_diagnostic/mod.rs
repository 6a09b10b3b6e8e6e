//! The diagnostic log of Db2 (`db2diag.log`).
//!
//! Source: ibm.com/docs/en/db2/11.5 ("db2diag log files", "Interpreting diagnostic log file
//! entries"), as of 2026-11-30.

use nepho_codec::table::{To, put_text};
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Db2 diagnostic log (db2diag.log)",
    permissions: &[],
    make: Make::Format(|| Box::new(Diagnostic)),
});

const NAME: &str = "db2.diagnostic";

/// Bytes of `2026-05-12-14.00.00.250000`.
const TIME_BYTES: usize = 26;

/// Values that have no column.
const EXTRAS: [(&str, &str); 7] = [
    ("INSTANCE", "instance"),
    ("DB", "database"),
    ("PID", "pid"),
    ("EDUNAME", "thread"),
    ("FUNCTION", "function"),
    ("RETCODE", "error_code"),
    ("LEVEL", "severity_text"),
];

struct Diagnostic;

impl Format for Diagnostic {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let is_entry = time(sample.text).is_some() && sample.text.contains("\nPID ");
        match is_entry {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning(bytes_of(b"0123456789")).with(&["\nPID ", "."])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(DiagnosticDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        for (key, name) in EXTRAS {
            if let Some(value) = value(raw, key) {
                found(name, value);
            }
        }
    }
}

struct DiagnosticDecoder;

impl Decoder for DiagnosticDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(time) = time(record.text).filter(|_| record.text.contains("\nPID ")) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME).time(time);
        put(record.text, &mut row);
        service::fill(&mut row, "db2");
        row.commit();
        Verdict::Rows
    }
}

/// Severity by the level of an entry. An event is what somebody did.
fn severity(level: &str) -> Option<Severity> {
    Some(match level {
        "Critical" => Severity::FATAL,
        "Severe" | "Error" => Severity::ERROR,
        "Warning" => Severity::WARN,
        "Event" | "Info" => Severity::INFO,
        _ => return None,
    })
}

fn put(text: &str, row: &mut Row<'_>) {
    let value = |key: &str| value(text, key).unwrap_or_default();
    if let Some(severity) = severity(value("LEVEL")) {
        row.severity(severity);
    }
    row.text(Column::Host, value("HOSTNAME"))
        .text(Column::Actor, value("AUTHID"));
    let process = value("PROC").split(' ').next().unwrap_or_default();
    row.text(Column::Process, process);
    if let Some((address, port)) = client(value("APPID")) {
        put_text(address, To::SourceAddress, row);
        put_text(port, To::SourcePort, row);
    }
    row.text(Column::Body, message(text));
}

/// What an entry says: its message, or what stands below the function.
fn message(text: &str) -> &str {
    let start = ["\nMESSAGE : ", "\nMESSAGE:", "\nCHANGE  : ", "\nRETCODE : "]
        .into_iter()
        .find_map(|key| Some(text.find(key)? + key.len()));
    let below = || {
        let function = text.find("\nFUNCTION:")? + 1;
        let end = text.get(function..)?.find('\n')?;
        Some(function + end + 1)
    };
    let Some(start) = start.or_else(below) else {
        return text;
    };
    let rest = text.get(start..).unwrap_or_default().trim();
    // The next part begins a line; what goes on is indented.
    let end = rest.match_indices('\n').find(|(at, _)| {
        let next = rest.as_bytes().get(at + 1);
        next.is_some_and(u8::is_ascii_uppercase)
    });
    let end = end.map_or(rest.len(), |(at, _)| at);
    rest.get(..end).unwrap_or(rest).trim_end()
}

/// Value of a part of an entry: `db2sysc 0` of `PROC : db2sysc 0`. The parts of a line stand in
/// columns.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    for (at, _) in text.match_indices(key) {
        let is_start = text.get(..at)?.ends_with(['\n', ' ']);
        let behind = text.get(at + key.len()..)?.trim_start_matches(' ');
        let Some(behind) = behind.strip_prefix(':').filter(|_| is_start) else {
            continue;
        };
        let line = behind.lines().next().unwrap_or_default().trim();
        let column = line.split("  ").next().unwrap_or(line);
        // A column may be as wide as its value.
        let value = match key {
            "FUNCTION" | "PROC" | "EDUNAME" | "RETCODE" => column,
            _ => column.split(' ').next().unwrap_or(column),
        };
        return Some(value).filter(|value| !value.is_empty());
    }
    None
}

/// Address and port of `203.0.113.7.50123.260512140000`.
fn client(id: &str) -> Option<(&str, &str)> {
    let (rest, _) = id.rsplit_once('.')?;
    rest.rsplit_once('.')
}

/// Time of `2026-05-12-14.00.00.250000+120`, whose offset is in minutes.
fn time(text: &str) -> Option<Timestamp> {
    let head = text.get(..TIME_BYTES)?;
    let (date, clock) = (head.get(..10)?, head.get(11..)?);
    let rest = text.get(TIME_BYTES..)?;
    let offset = rest
        .get(..4)
        .filter(|offset| offset.starts_with(['+', '-']))?;
    let minutes: i64 = offset.parse().ok()?;
    let (hours, part) = (clock.get(..8)?.replace('.', ":"), clock.get(9..)?);
    let is_time = head.as_bytes().get(10) == Some(&b'-') && clock.as_bytes().get(8) == Some(&b'.');
    let local = Timestamp::parse_rfc3339(&format!("{date}T{hours}.{part}Z")).filter(|_| is_time)?;
    let nanos = local.0.checked_sub(minutes * 60 * 1_000_000_000)?;
    Some(Timestamp(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_minutes() {
        let check = |text: &str, expected: Option<&str>| {
            let found = time(text).map(|time| time.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check(
            "2026-05-12-14.00.00.250000+120 I1E2",
            Some("2026-05-12T12:00:00.250Z"),
        );
        check(
            "2026-05-12-14.00.00.250000-300 I1E2",
            Some("2026-05-12T19:00:00.250Z"),
        );
        check("2026-05-12 14:00:00.250000+000 I1E2", None);
        check("2026-05-12-14.00.00", None);
    }

    #[test]
    fn parts_stand_in_columns() {
        let text =
            "2\nPID     : 42             TID : 7  PROC : db2sysc 0\nDB   : SHOP\nFUNCTION: a, b";
        assert_eq!(value(text, "PID"), Some("42"));
        assert_eq!(value(text, "PROC"), Some("db2sysc 0"));
        assert_eq!(value(text, "DB"), Some("SHOP"));
        assert_eq!(value(text, "FUNCTION"), Some("a, b"));
        assert_eq!(value(text, "EDUID"), None);
    }
}
