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

static LINES: Lines = Lines {
    name: "mysql.audit",
    patterns: &[
        "{time:time},{server},{user},{host},{connection:int},{query:int},\
         {operation:CONNECT|DISCONNECT|FAILED_CONNECT|CHANGEUSER|QUERY|READ|WRITE|CREATE|ALTER|\
         RENAME|DROP|TRUNCATE},{database},{object:rest}",
        // Aurora: microseconds since 1970.
        "{time:int},{server},{user},{host},{connection:int},{query:int},\
         {operation:CONNECT|DISCONNECT|FAILED_CONNECT|CHANGEUSER|QUERY|READ|WRITE|CREATE|ALTER|\
         RENAME|DROP|TRUNCATE},{database},{object:rest}",
    ],
    confidence: 90,
    constants: &[(Column::Process, "mysqld")],
    fields: &[
        time(&["time"]),
        text(&["server"], Column::Host),
        text(&["user"], Column::Actor),
        source_address(&["host"]),
        text(&["operation"], Column::Action),
        keep(&["object"], OBJECT),
        keep(&["operation"], OPERATION),
    ],
    extras: &[
        ("connection", "thread"),
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
        Err(_) => {}
    }
    let quoted = object
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    match quoted {
        Some("") | None if object.is_empty() => {
            let operation = event.kept(OPERATION).unwrap_or_default();
            row.text(Column::Body, &operation);
        }
        quoted => {
            row.text(Column::Body, quoted.unwrap_or(object));
        }
    }
    service::fill(row, "mysql");
}
