//! JSON log of PostgreSQL (`log_destination = jsonlog`), alone or as an operator wraps it.

use nepho_codec::table::{Event, JsonFormat, Need, Table};
use nepho_codec::table::{keep, source_address, source_port, text, time};
use nepho_core::tables::{Column, Row};

use crate::postgresql::describe;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "postgresql.json",
    summary: "PostgreSQL server log as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const SEVERITY: usize = 0;
const MESSAGE: usize = 1;
const COMMAND: usize = 2;
const AUDITED: usize = 3;

static TABLE: Table = Table {
    name: "postgresql.json",
    needs: &[
        Need::HasAny(&["error_severity", "record.error_severity"]),
        Need::HasAny(&["session_id", "record.session_id"]),
        Need::HasAny(&["pid", "record.process_id"]),
        Need::HasAny(&["session_start", "record.session_start_time"]),
    ],
    constants: &[],
    fields: &[
        time(&["timestamp", "record.log_time", "ts"]),
        keep(&["error_severity", "record.error_severity"], SEVERITY),
        keep(&["message", "record.message"], MESSAGE),
        keep(&["ps", "record.command_tag"], COMMAND),
        text(&["user", "record.user_name"], Column::Actor),
        source_address(&["remote_host", "record.connection_from"]),
        source_port(&["remote_port"]),
        text(&["logging_pod", "logging_podName"], Column::Host),
        text(&["record.audit.command"], Column::Action),
        keep(&["record.audit.statement"], AUDITED),
    ],
    extras: &[
        ("dbname", "database"),
        ("pid", "pid"),
        ("error_severity", "severity_text"),
        ("state_code", "sql_state"),
        ("detail", "detail"),
        ("hint", "hint"),
        ("context", "context"),
        ("statement", "statement"),
        ("application_name", "application"),
        ("backend_type", "backend_type"),
        ("query_id", "query_id"),
        ("record.database_name", "database"),
        ("record.process_id", "pid"),
        ("record.error_severity", "severity_text"),
        ("record.sql_state_code", "sql_state"),
        ("record.detail", "detail"),
        ("record.hint", "hint"),
        ("record.context", "context"),
        ("record.query", "statement"),
        ("record.application_name", "application"),
        ("record.backend_type", "backend_type"),
        ("record.query_id", "query_id"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let severity = event.kept(SEVERITY).unwrap_or_default();
    let message = event.kept(MESSAGE).filter(|message| !message.is_empty());
    let message = message.or_else(|| event.kept(AUDITED)).unwrap_or_default();
    describe(&severity, &message, row);
    // Before there is a command, the state of the session stands in its place: `idle`.
    if let Some(command) = event.kept(COMMAND)
        && !row.has(Column::Action)
        && command.starts_with(|c: char| c.is_ascii_uppercase())
    {
        row.text(Column::Action, &command);
    }
}
