//! DocumentDB: who signed in, changed users and collections, or read and wrote documents.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, resource, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.docdb_audit",
    summary: "DocumentDB audit log",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const SUCCESS: usize = 0;
const ERROR: usize = 1;

static TABLE: Table = Table {
    name: "aws.docdb_audit",
    needs: &[
        Need::Has("atype"),
        Need::Number("ts"),
        Need::Has("remote_ip"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["ts"]),
        text(&["atype"], Column::Action),
        text(&["user", "param.user", "param.userName"], Column::Actor),
        source_address(&["remote_ip"]),
        text(&["param.message"], Column::Body),
        resource(&["param.ns"]),
        keep(&["param.success"], SUCCESS),
        keep(&["param.error"], ERROR),
    ],
    extras: &[
        ("param.mechanism", "auth_method"),
        ("param.error", "error_code"),
        ("param.db", "database"),
        ("param.command", "command"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match (event.kept(SUCCESS).as_deref(), event.kept(ERROR).as_deref()) {
        (Some("true"), _) | (None, Some("0")) => row.outcome(Outcome::Success),
        (Some("false"), _) | (None, Some(_)) => row.outcome(Outcome::Failure),
        _ => row,
    };
}
