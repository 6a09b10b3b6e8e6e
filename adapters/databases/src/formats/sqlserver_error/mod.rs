//! Error log of SQL Server.
//!
//! Sources, as of 2026-11-29: learn.microsoft.com/sql/relational-databases/performance, "View the
//! SQL Server error log", learn.microsoft.com/sql/relational-databases/errors-events, "Database
//! Engine error severities" and "MSSQLSERVER_18456".

use nepho_codec::message::sql_server;
use nepho_codec::table::{Event, GuardedLines, Lines, keep, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "sqlserver.error",
    summary: "SQL Server error log",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, is_of_server))),
});

const MESSAGE: usize = 0;

static LINES: Lines = Lines {
    name: "sqlserver.error",
    patterns: &["{time:time} {source:word}{ }{message:rest}"],
    confidence: 90,
    constants: &[],
    fields: &[
        time(&["time"]),
        text(&["source"], Column::Process),
        text(&["message"], Column::Body),
        keep(&["message"], MESSAGE),
    ],
    extras: &[],
    finish: Some(finish),
};

/// Whether a line is `2026-05-12 14:00:00.12 spid52      message`: the source has a column of
/// twelve, and most often the number of a session.
fn is_of_server(text: &str) -> bool {
    const SOURCE: usize = 23;
    const MESSAGE: usize = 35;
    let bytes = text.as_bytes();
    let (Some(b'.'), Some(b' '), Some(column)) =
        (bytes.get(19), bytes.get(22), bytes.get(SOURCE..MESSAGE))
    else {
        return false;
    };
    let source = column.trim_ascii_end();
    let number = source.strip_prefix(b"spid").unwrap_or_default();
    let is_session = number.first().is_some_and(u8::is_ascii_digit);
    let is_other = matches!(source, b"Logon" | b"Server" | b"Backup");
    source.len() < column.len() && (is_session || is_other)
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let message = event.kept(MESSAGE).unwrap_or_default();
    if let Some(level) = level(&message) {
        row.severity(match level {
            ..=10 => Severity::INFO,
            11..=19 => Severity::ERROR,
            20.. => Severity::FATAL,
        });
    }
    sql_server::sign_in(&message, row);
    service::fill(row, "sqlserver");
}

/// Severity of `Error: 18456, Severity: 14, State: 8.`, which stands on a line before the message.
fn level(message: &str) -> Option<u32> {
    let (_, rest) = message
        .strip_prefix("Error: ")?
        .split_once(", Severity: ")?;
    rest.split(',').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_has_a_column_of_its_own() {
        let check = |source: &str, expected: bool| {
            let line = format!("2026-05-12 14:00:00.12 {source}message");
            assert_eq!(is_of_server(&line), expected, "{line}");
        };
        check("Logon       ", true);
        check("spid52      ", true);
        check("spid5s      ", true);
        check("spider      ", false);
        check("Server is up ", false);
        check("Main        ", false);
    }

    #[test]
    fn errors_have_a_severity() {
        assert_eq!(level("Error: 18456, Severity: 14, State: 8."), Some(14));
        assert_eq!(level("Error: none"), None);
    }
}
