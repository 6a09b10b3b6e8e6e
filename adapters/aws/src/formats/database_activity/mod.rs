//! Events of a database activity stream of Aurora and RDS, decrypted.
//!
//! Source: docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/DBActivityStreams.AuditLog.html and
//! `DBActivityStreams.AuditLog.databaseActivityEventList.html`, read 2026-11-30.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, resource, source_address, source_port, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.database_activity",
    summary: "Database activity streams of Aurora and RDS, decrypted",
    permissions: &["kinesis:GetRecords", "kms:Decrypt"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const ERROR: usize = 0;
const CODE: usize = 1;
const COMMAND: usize = 2;

static TABLE: Table = Table {
    name: "aws.database_activity",
    needs: &[
        Need::Has("dbUserName"),
        Need::Has("logTime"),
        Need::Has("command"),
        Need::Has("serverType"),
        Need::HasAny(&["statementId", "sessionId", "class"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "rds.amazonaws.com"),
    ],
    fields: &[
        time(&["logTime", "endTime", "startTime"]),
        text(&["command"], Column::Action),
        text(&["dbUserName"], Column::Actor),
        source_address(&["remoteHost"]),
        source_port(&["remotePort"]),
        text(&["serverHost"], Column::Host),
        text(&["errorMessage", "commandText", "command"], Column::Body),
        resource(&["objectName"]),
        keep(&["errorMessage"], ERROR),
        keep(&["exitCode"], CODE),
        keep(&["command"], COMMAND),
    ],
    extras: &[
        ("databaseName", "database"),
        ("class", "class"),
        ("objectType", "object_type"),
        ("commandText", "statement"),
        ("clientApplication", "application"),
        ("sessionId", "session"),
        ("rowCount", "rows"),
        ("dbProtocol", "protocol"),
        ("serverType", "engine"),
        ("exitCode", "error_code"),
    ],
    finish: Some(finish),
};

/// What failed has a message or a code; what has neither of them tells nothing.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let has_error = event.kept(ERROR).is_some_and(|error| !error.is_empty());
    let code = event.kept(CODE);
    let code = code.as_deref().and_then(|code| code.parse::<i64>().ok());
    let is_refused = event
        .kept(COMMAND)
        .is_some_and(|command| command.contains("FAIL"));
    if has_error || is_refused || code.is_some_and(|code| code != 0) {
        row.outcome(Outcome::Failure);
    } else if code == Some(0) {
        row.outcome(Outcome::Success);
    }
}
