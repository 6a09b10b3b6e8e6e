//! What the text, CSV and JSON logs of PostgreSQL have in common: severities, and what messages
//! tell.
//!
//! Source: PostgreSQL documentation, "Error Reporting and Logging"
//! (postgresql.org/docs/current/runtime-config-logging.html, as of 2026-11-27).

use nepho_codec::table::address;
use nepho_codec::time;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::service;

/// Words before the message. Those from `DETAIL` on go on with the message before them.
pub(crate) const SEVERITIES: [(&str, Severity); 20] = [
    ("LOG", Severity::INFO),
    ("ERROR", Severity::ERROR),
    ("FATAL", Severity::FATAL),
    ("PANIC", Severity::FATAL),
    ("WARNING", Severity::WARN),
    ("NOTICE", Severity::NOTICE),
    ("INFO", Severity::INFO),
    ("DEBUG", Severity::DEBUG),
    ("DEBUG1", Severity::DEBUG),
    ("DEBUG2", Severity::DEBUG),
    ("DEBUG3", Severity::DEBUG),
    ("DEBUG4", Severity::DEBUG),
    ("DEBUG5", Severity::DEBUG),
    ("DETAIL", Severity::INFO),
    ("HINT", Severity::INFO),
    ("CONTEXT", Severity::INFO),
    ("STATEMENT", Severity::INFO),
    ("QUERY", Severity::INFO),
    ("LOCATION", Severity::INFO),
    ("BACKTRACE", Severity::INFO),
];

/// Words that servers write whose language (`lc_messages`) is German, French, Spanish, Portuguese,
/// Italian, Russian or Chinese, and what they are in English (`src/backend/po` of
/// github.com/postgres/postgres).
const TRANSLATED: [(&str, &str); 32] = [
    ("FEHLER", "ERROR"),
    ("ERREUR", "ERROR"),
    ("ERRO", "ERROR"),
    ("ERRORE", "ERROR"),
    ("PANIK", "PANIC"),
    ("WARNUNG", "WARNING"),
    ("ATTENTION", "WARNING"),
    ("HINWEIS", "NOTICE"),
    ("TIPP", "HINT"),
    ("ASTUCE", "HINT"),
    ("DETALLE", "DETAIL"),
    ("ANWEISUNG", "STATEMENT"),
    ("INSTRUCTION", "STATEMENT"),
    ("SENTENCIA", "STATEMENT"),
    (
        "\u{421}\u{41e}\u{41e}\u{411}\u{429}\u{415}\u{41d}\u{418}\u{415}",
        "LOG",
    ),
    ("\u{41e}\u{428}\u{418}\u{411}\u{41a}\u{410}", "ERROR"),
    ("\u{412}\u{410}\u{416}\u{41d}\u{41e}", "FATAL"),
    ("\u{41f}\u{410}\u{41d}\u{418}\u{41a}\u{410}", "PANIC"),
    (
        "\u{41f}\u{420}\u{415}\u{414}\u{423}\u{41f}\u{420}\u{415}\u{416}\u{414}\u{415}\u{41d}\u{418}\u{415}",
        "WARNING",
    ),
    (
        "\u{417}\u{410}\u{41c}\u{415}\u{427}\u{410}\u{41d}\u{418}\u{415}",
        "NOTICE",
    ),
    (
        "\u{41f}\u{41e}\u{414}\u{420}\u{41e}\u{411}\u{41d}\u{41e}\u{421}\u{422}\u{418}",
        "DETAIL",
    ),
    (
        "\u{41f}\u{41e}\u{414}\u{421}\u{41a}\u{410}\u{417}\u{41a}\u{410}",
        "HINT",
    ),
    (
        "\u{41a}\u{41e}\u{41d}\u{422}\u{415}\u{41a}\u{421}\u{422}",
        "CONTEXT",
    ),
    (
        "\u{41e}\u{41f}\u{415}\u{420}\u{410}\u{422}\u{41e}\u{420}",
        "STATEMENT",
    ),
    ("\u{65e5}\u{5fd7}", "LOG"),
    ("\u{9519}\u{8bef}", "ERROR"),
    ("\u{81f4}\u{547d}\u{9519}\u{8bef}", "FATAL"),
    ("\u{8b66}\u{544a}", "WARNING"),
    ("\u{6ce8}\u{610f}", "NOTICE"),
    ("\u{8be6}\u{7ec6}\u{4fe1}\u{606f}", "DETAIL"),
    ("\u{63d0}\u{793a}", "HINT"),
    ("\u{8bed}\u{53e5}", "STATEMENT"),
];

/// The English word for a severity; another word as it is.
pub(crate) fn in_english(word: &str) -> &str {
    let found = TRANSLATED.iter().find(|(held, _)| *held == word);
    found.map_or(word, |(_, english)| english)
}

/// Severity by its word.
pub(crate) fn severity(word: &str) -> Option<Severity> {
    let word = in_english(word);
    let found = SEVERITIES.iter().find(|(held, _)| *held == word);
    found.map(|(_, severity)| *severity)
}

/// Sets severity, body, and what else the message tells.
pub(crate) fn describe(word: &str, message: &str, row: &mut Row<'_>) {
    if let Some(severity) = severity(word) {
        row.severity(severity);
    }
    // A statement that was timed is the message; otherwise its logging is.
    let rest = timed(message, row);
    let sql = statement(rest).filter(|_| rest.len() < message.len());
    row.text(Column::Body, sql.unwrap_or(rest));
    match in_english(word) {
        "LOG" => {
            connection(message, row);
            audited(message, row);
        }
        "ERROR" | "FATAL" | "PANIC" => {
            row.outcome(Outcome::Failure);
            refused(message, row);
        }
        _ => {}
    }
    row.constant(Column::Process, "postgres");
    service::fill(row, "postgresql");
}

/// Takes `duration: 12.3 ms` from the head of a message that goes on; gives the rest.
fn timed<'a>(message: &'a str, row: &mut Row<'_>) -> &'a str {
    let Some((number, rest)) = message
        .strip_prefix("duration: ")
        .and_then(|rest| rest.split_once(" ms"))
    else {
        return message;
    };
    let Some(nanos) = time::duration(number, 1e6) else {
        return message;
    };
    row.duration(nanos);
    match rest.trim_start() {
        "" => message,
        rest => rest,
    }
}

/// SQL of `statement: ...`, or of a step of the extended protocol: `execute S_1: ...`,
/// `bind <unnamed>/C_2: ...`, `execute fetch from cursor: ...`.
fn statement(message: &str) -> Option<&str> {
    if let Some(sql) = message.strip_prefix("statement: ") {
        return Some(sql);
    }
    let mut steps = ["execute fetch from ", "execute ", "parse ", "bind "].iter();
    let rest = steps.find_map(|step| message.strip_prefix(step))?;
    let (name, sql) = rest.split_once(": ")?;
    (!name.contains([' ', '\n'])).then_some(sql)
}

/// Client and user of messages on connections.
fn connection(message: &str, row: &mut Row<'_>) {
    let Some((kind, rest)) = message.split_once(": ") else {
        return;
    };
    match kind {
        "connection authorized" | "replication connection authorized" => {
            row.outcome(Outcome::Success);
        }
        "connection received" | "disconnection" => {}
        "connection authenticated" => {
            row.outcome(Outcome::Success);
            if let Some(identity) = quoted(rest, "identity=") {
                row.text(Column::Actor, identity);
            }
            return;
        }
        _ => return,
    }
    if let Some(user) = word(rest, "user=") {
        row.text(Column::Actor, user);
    }
    if let Some((host, _)) = word(rest, "host=").and_then(address) {
        row.text(Column::SourceIp, host);
    }
    if let Some(port) = word(rest, "port=").and_then(|port| port.parse().ok()) {
        row.source_port(port);
    }
}

/// Command of a line of the audit extension:
/// `AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.account,select ...`
/// (github.com/pgaudit/pgaudit, "Format", as of 2026-11-27).
fn audited(message: &str, row: &mut Row<'_>) {
    let Some(rest) = message.strip_prefix("AUDIT: ") else {
        return;
    };
    // Behind kind, two numbers and class: command, and type and name of the object.
    let mut parts = rest.split(',').skip(4);
    if let Some(command) = parts.next() {
        row.text(Column::Action, command);
    }
    if let Some(name) = parts.nth(1).filter(|name| !name.starts_with('"')) {
        row.resource(name);
    }
}

/// Who was refused: `password authentication failed for user "app"`,
/// `no pg_hba.conf entry for host "10.0.0.1", user "app", database "shop"`.
fn refused(message: &str, row: &mut Row<'_>) {
    let is_refusal = message.contains("authentication failed for user ")
        || message.starts_with("no pg_hba.conf entry for ")
        || message.starts_with("pg_hba.conf rejects ");
    if !is_refusal {
        return;
    }
    if let Some(user) = quoted(message, "user ") {
        row.text(Column::Actor, user);
    }
    if let Some((host, _)) = quoted(message, "host ").and_then(address) {
        row.text(Column::SourceIp, host);
    }
}

/// The word behind `key`, which stands at the start or behind a blank.
fn word<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut words = text.split(' ');
    words.find_map(|word| word.strip_prefix(key))
}

/// The text in quotation marks behind `key`.
fn quoted<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let at = text.find(&format!("{key}\""))? + key.len() + 1;
    text.get(at..)?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_from_messages() {
        assert_eq!(statement("statement: SELECT 1: 2"), Some("SELECT 1: 2"));
        assert_eq!(statement("execute <unnamed>: SELECT 1"), Some("SELECT 1"));
        assert_eq!(
            statement("execute fetch from S_1/C_2: SELECT 1"),
            Some("SELECT 1")
        );
        assert_eq!(statement("bind S_1/C_2: SELECT 1"), Some("SELECT 1"));
        assert_eq!(statement("parse error at this place: x"), None);
        assert_eq!(statement("checkpoint starting: time"), None);
    }

    #[test]
    fn values_of_messages_are_found() {
        let message = "session time: 0:00:45.407 user=app database=shop host=10.0.0.7 port=42304";
        assert_eq!(word(message, "user="), Some("app"));
        assert_eq!(word(message, "port="), Some("42304"));
        let message = "no pg_hba.conf entry for host \"10.0.0.7\", user \"app\", database \"shop\"";
        assert_eq!(quoted(message, "user "), Some("app"));
        assert_eq!(quoted(message, "host "), Some("10.0.0.7"));
        assert_eq!(quoted(message, "role "), None);
    }
}
