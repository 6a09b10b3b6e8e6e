//! Audit log of MariaDB's plugin, as MariaDB, RDS and Aurora write it.

use nepho_codec::table::{Event, LineFormat, Lines, keep, source_address, text, time};
use nepho_core::tables::{Column, Outcome, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "mysql.audit",
    summary: "MariaDB, RDS and Aurora MySQL audit log",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const OBJECT: usize = 0;
const OPERATION: usize = 1;
const DATABASE: usize = 2;
const MICROS: usize = 3;

static LINES: Lines = Lines {
    name: "mysql.audit",
    patterns: &[
        "{time:time},{server},{user},{host},{connection:int},{query:int},\
         {operation:CONNECT|DISCONNECT|FAILED_CONNECT|CHANGEUSER|QUERY|QUERY_DDL|QUERY_DML|\
         QUERY_DML_NO_SELECT|QUERY_DCL|READ|WRITE|CREATE|ALTER|RENAME|DROP|TRUNCATE},{database},\
         {object:rest}",
        // Aurora: microseconds since 1970.
        "{micros:int},{server},{user},{host},{connection:int},{query:int},\
         {operation:CONNECT|DISCONNECT|FAILED_CONNECT|CHANGEUSER|QUERY|QUERY_DDL|QUERY_DML|\
         QUERY_DML_NO_SELECT|QUERY_DCL|READ|WRITE|CREATE|ALTER|RENAME|DROP|TRUNCATE},{database},\
         {object:rest}",
    ],
    confidence: 93,
    constants: &[(Column::Process, "mysqld")],
    fields: &[
        time(&["time", "micros"]),
        text(&["server"], Column::Host),
        text(&["user"], Column::Actor),
        source_address(&["host"]),
        text(&["operation"], Column::Action),
        keep(&["object"], OBJECT),
        keep(&["operation"], OPERATION),
        keep(&["database"], DATABASE),
        keep(&["micros"], MICROS),
    ],
    extras: &[
        ("connection", "connection_id"),
        ("query", "query_id"),
        ("database", "database"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let object = event.kept(OBJECT).unwrap_or_default();
    let (object, code) = object.rsplit_once(',').unwrap_or(("", &object));
    match code.trim().parse::<i64>() {
        Ok(0) => {
            row.outcome(Outcome::Success);
        }
        Ok(_) => {
            row.outcome(Outcome::Failure);
        }
        Err(_) if event.kept(OPERATION).as_deref() == Some("FAILED_CONNECT") => {
            row.outcome(Outcome::Failure);
        }
        Err(_) => {}
    }
    let operation = event.kept(OPERATION).unwrap_or_default();
    let quoted = object
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    match quoted.unwrap_or(object) {
        "" => {
            row.text(Column::Body, &operation);
        }
        statement if operation.starts_with("QUERY") => {
            row.text(Column::Body, statement);
        }
        table => {
            let database = event.kept(DATABASE).unwrap_or_default();
            let name = format!("{database}.{table}");
            row.text(Column::Body, &format!("{operation} {name}"))
                .resource(name.trim_start_matches('.'));
        }
    }
    // Only Aurora counts microseconds.
    if event.kept(MICROS).is_some() {
        row.constant(Column::Provider, "aws");
    }
    service::fill(row, "mysql");
}
