//! Audit log of MongoDB Enterprise and Atlas, as JSON.

use nepho_codec::table::{Event, keep, text, time};
use nepho_codec::table::{JsonFormat, Need, Table};
use nepho_codec::table::{peer_address, peer_port, source_address, source_port};
use nepho_core::tables::{Column, Outcome, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "mongodb.audit",
    summary: "MongoDB audit log",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const RESULT: usize = 0;

static TABLE: Table = Table {
    name: "mongodb.audit",
    needs: &[
        Need::Has("atype"),
        Need::Has("ts.$date"),
        Need::Has("local"),
        Need::Has("result"),
    ],
    constants: &[(Column::Process, "mongod")],
    fields: &[
        time(&["ts.$date"]),
        text(&["atype"], Column::Action),
        text(&["users[0].user", "param.user"], Column::Actor),
        source_address(&["remote.ip"]),
        source_port(&["remote.port"]),
        peer_address(&["local.ip"]),
        peer_port(&["local.port"]),
        keep(&["result"], RESULT),
    ],
    extras: &[
        ("result", "error_code"),
        ("param.db", "database"),
        ("param.ns", "namespace"),
        ("param.command", "command"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // Anything but zero is the code of an error.
    row.outcome(match event.kept(RESULT).as_deref() {
        Some("0") => Outcome::Success,
        _ => Outcome::Failure,
    });
    service::fill(row, "mongodb");
}
