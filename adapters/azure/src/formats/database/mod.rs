//! Server, slow query and audit logs of Azure Database for PostgreSQL, MySQL and MariaDB.
//!
//! Sources: learn.microsoft.com/azure/postgresql/flexible-server/concepts-logging,
//! learn.microsoft.com/azure/mysql/flexible-server/concepts-slow-query-logs and
//! .../concepts-audit-logs, as of 2026-11-28.

use nepho_codec::table::{
    Event, Table, To, duration, keep, part, put_text, severity_of, source_address, text,
};
use nepho_core::format::{Inside, Record};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{Family, FamilyFormat, extras, last_name, parts, subscription};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Database for PostgreSQL, MySQL and MariaDB: server, slow query and audit logs",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.database";

/// The family.
pub(super) static FAMILY: Family = Family {
    namespaces: &[
        "Microsoft.DBforPostgreSQL",
        "Microsoft.DBforMySQL",
        "Microsoft.DBforMariaDB",
    ],
    extras: &[
        ("errorLevel", "severity_text"),
        ("processId", "pid"),
        ("sqlerrcode", "sql_state"),
        ("detail", "detail"),
        ("backend_type", "backend_type"),
        ("db", "database"),
        ("table", "table"),
        ("connection_id", "connection"),
        ("rows_sent", "rows"),
        ("rows_examined", "rows_examined"),
        ("lock_time", "lock_time"),
        ("event_class", "event_type"),
        ("status", "error_code"),
        ("error_code", "error_code"),
    ],
    line: Some(line),
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 3] = ["PostgreSQLLogs", "MySqlSlowLogs", "MySqlAuditLogs"];

/// Levels of PostgreSQL.
const LEVELS: &[(&str, Severity)] = &[
    ("DEBUG", Severity::DEBUG),
    ("LOG", Severity::INFO),
    ("INFO", Severity::INFO),
    ("NOTICE", Severity::NOTICE),
    ("WARNING", Severity::WARN),
    ("ERROR", Severity::ERROR),
    ("FATAL", Severity::FATAL),
    ("PANIC", Severity::FATAL),
];

const LEVEL: usize = 20;
const MESSAGE: usize = 21;
const PARTIES: usize = 22;
const CODE: usize = 23;
const KIND: usize = 24;

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        severity_of(&["errorLevel"], LEVELS),
        part(&["message"], Column::Body, unprefixed),
        text(&["sql_text"], Column::Body),
        text(&["event_subclass"], Column::Action),
        text(&["user"], Column::Actor),
        source_address(&["ip"]),
        duration(&["query_time"], 1e9),
        keep(&["errorLevel"], LEVEL),
        keep(&["message"], MESSAGE),
        keep(&["user_host"], PARTIES),
        keep(&["error_code", "status"], CODE),
        keep(&["event_subclass"], KIND),
    ],
    extras: &[],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(level) = event.kept(LEVEL)
        && matches!(&*level, "ERROR" | "FATAL" | "PANIC")
    {
        row.outcome(Outcome::Failure);
    }
    if let Some(parties) = event.kept(PARTIES) {
        let (user, address) = of_parties(&parties);
        row.text(Column::Actor, user);
        put_text(address, To::SourceAddress, row);
    }
    // A connection and a statement of the audit log have the code of an error, or 0.
    if event.kept_value(KIND).is_some()
        && let Some(code) = event.kept(CODE).and_then(|code| code.parse::<i64>().ok())
    {
        row.outcome(match code {
            0 => Outcome::Success,
            _ => Outcome::Failure,
        });
    }
}

/// User and address of `bob[bob] @ web [203.0.113.7]`.
fn of_parties(text: &str) -> (&str, &str) {
    let (user, client) = text.split_once(" @ ").unwrap_or((text, ""));
    let user = user.split('[').next().unwrap_or(user).trim();
    let address = client.rsplit_once('[').map_or("", |(_, rest)| rest);
    (user, address.trim_end().trim_end_matches(']'))
}

/// A message of PostgreSQL without the prefix that the server has been told to write:
/// `2026-05-12 14:05:00 UTC-658-42FATAL:  password authentication failed`.
fn unprefixed(message: &str) -> &str {
    if !message.starts_with(|digit: char| digit.is_ascii_digit()) {
        return message;
    }
    let behind_prefix = || {
        let (prefix, rest) = message.split_once(":  ")?;
        let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let level = &prefix[prefix.trim_end_matches(is_part).len()..];
        let level = level.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_level = LEVELS.iter().any(|(held, _)| *held == level);
        (is_level && prefix.contains(" UTC-") && prefix.len() < 120).then_some(rest)
    };
    behind_prefix().unwrap_or(message)
}

/// The line of PostgreSQL in a record, as a server with the default prefix writes it.
fn line<'a>(record: &Record<'a>) -> Option<Inside<'a>> {
    if !record.text.contains("\"PostgreSQLLogs\"") {
        return None;
    }
    extras::with(record.text, |values| {
        let message = values.inside(&["message"]).or(values.text(&["message"]))?;
        let level = values.text(&["errorLevel"])?;
        let at = values.text(&["timestamp", "time", "TimeGenerated"])?;
        let at = nepho_codec::time::parse(&at)?.to_string();
        let (date, clock) = at.trim_end_matches('Z').split_once('T')?;
        let pid = values.text(&["processId"])?;
        let message = unprefixed(message.trim_end());
        let mut envelope = record.envelope.clone().with(Column::Provider, "azure");
        if let Some(id) = values.text(&["resourceId", "_ResourceId"]) {
            envelope = envelope.with(Column::Account, subscription(&id));
            envelope = envelope.with(Column::Service, last_name(&id));
            let resource = parts::resource_id(&id);
            if !resource.is_empty() {
                envelope.resources.push(resource.to_owned());
            }
        }
        let operation = values.text(&["operationName", "OperationName"]);
        if let Some(operation) = operation {
            envelope = envelope.with(Column::Action, &operation);
        }
        if let Some(region) = values.text(&["location"]) {
            envelope = envelope.with(Column::Region, &region);
        }
        let text = format!("{date} {clock} UTC [{pid}] {level}:  {message}").into();
        Some(Inside { text, envelope })
    })?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_lose_their_prefix() {
        let check = |text: &str, expected: &str| assert_eq!(unprefixed(text), expected);
        check(
            "2026-05-12 14:05:00 UTC-658-42FATAL:  password authentication failed",
            "password authentication failed",
        );
        check(
            "connection authorized: user=mona",
            "connection authorized: user=mona",
        );
        check("12 rows: LOG:  x", "12 rows: LOG:  x");
        check(
            "2026-05-12 14:05:00 UTC-658.42-ERROR:  syntax error near \"LOG:  x\" tail",
            "syntax error near \"LOG:  x\" tail",
        );
    }

    #[test]
    fn parties_are_a_user_and_an_address() {
        let check = |text: &str, expected: (&str, &str)| assert_eq!(of_parties(text), expected);
        check("mona[mona] @ [203.0.113.7]", ("mona", "203.0.113.7"));
        check("mona[mona] @ web [10.0.0.7]", ("mona", "10.0.0.7"));
        check("mona", ("mona", ""));
    }
}
