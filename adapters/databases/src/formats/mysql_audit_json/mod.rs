//! Audit logs of Percona Server and MySQL Enterprise, as JSON.

use nepho_codec::table::{Event, Field, JsonFormats, Need, Table};
use nepho_codec::table::{keep, part, source_address, text, time};
use nepho_core::tables::{Column, Outcome, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Percona and MySQL Enterprise audit log as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(TABLES))),
});

const NAME: &str = "mysql.audit_json";
static TABLES: &[&Table] = &[&PERCONA, &ENTERPRISE];

const STATUS: usize = 0;
const DATABASE: usize = 1;
const TABLE: usize = 2;

/// `audit_log` of Percona Server.
static PERCONA: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("audit_record.name"),
        Need::Has("audit_record.record"),
        Need::Has("audit_record.timestamp"),
    ],
    constants: &[(Column::Process, "mysqld")],
    fields: &[
        time(&["audit_record.timestamp"]),
        text(&["audit_record.name"], Column::Action),
        part(&["audit_record.user"], Column::Actor, without_host),
        source_address(&["audit_record.ip"]),
        text(&["audit_record.sqltext"], Column::Body),
        keep(&["audit_record.status"], STATUS),
    ],
    extras: &[
        ("audit_record.connection_id", "connection_id"),
        ("audit_record.command_class", "command"),
        ("audit_record.db", "database"),
        ("audit_record.status", "error_code"),
        ("audit_record.record", "record"),
    ],
    finish: Some(finish),
};

/// `audit_log` of MySQL Enterprise, and `audit_log_filter` of Percona Server.
static ENTERPRISE: Table = Table {
    name: NAME,
    needs: &[
        Need::IsAny("class", CLASSES),
        Need::Has("event"),
        Need::Has("connection_id"),
        Need::Has("timestamp"),
        // Applications have events of a class as well.
        Need::Has("id"),
        Need::HasAny(&[
            "account.user",
            "login.user",
            "account",
            "login",
            "connection_data",
            "general_data",
            "table_access_data",
            "startup_data",
            "shutdown_data",
            "message_data",
        ]),
    ],
    constants: &[(Column::Process, "mysqld")],
    fields: ENTERPRISE_FIELDS,
    extras: &[
        ("class", "class"),
        ("connection_id", "connection_id"),
        ("id", "record"),
        ("connection_data.db", "database"),
        ("table_access_data.db", "database"),
        ("connection_data.status", "error_code"),
        ("general_data.status", "error_code"),
    ],
    finish: Some(finish),
};

const CLASSES: &[&str] = &["audit", "connection", "general", "table_access", "message"];

const ENTERPRISE_FIELDS: &[Field] = &[
    time(&["timestamp"]),
    text(
        &[
            "general_data.sql_command",
            "general_data.command",
            "message_data.message",
            "event",
        ],
        Column::Action,
    ),
    text(&["account.user", "login.user"], Column::Actor),
    source_address(&["login.ip"]),
    text(
        &["general_data.query", "table_access_data.query"],
        Column::Body,
    ),
    keep(&["connection_data.status", "general_data.status"], STATUS),
    keep(&["table_access_data.db"], DATABASE),
    keep(&["table_access_data.table"], TABLE),
];

/// `root` of `root[root] @ localhost [127.0.0.1]`, as queries have it.
fn without_host(user: &str) -> &str {
    user.split_once('[').map_or(user, |(name, _)| name)
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match event.kept(STATUS).as_deref() {
        Some("0") => {
            row.outcome(Outcome::Success);
        }
        // Anything else is the code of an error.
        Some(_) => {
            row.outcome(Outcome::Failure);
        }
        None => {}
    }
    if let (Some(database), Some(table)) = (event.kept(DATABASE), event.kept(TABLE)) {
        row.resource(&format!("{database}.{table}"));
    }
    service::fill(row, "mysql");
}
