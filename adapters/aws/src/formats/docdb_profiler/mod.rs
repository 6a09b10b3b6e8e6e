//! DocumentDB: operations that took longer than the profiler was told to watch for.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, keep, resource, source_address, text, time,
};
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.docdb_profiler",
    summary: "DocumentDB profiler log",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const OPERATION: usize = 0;
const NAMESPACE: usize = 1;
const PLAN: usize = 2;

static TABLE: Table = Table {
    name: "aws.docdb_profiler",
    needs: &[
        Need::Has("op"),
        Need::Number("ts"),
        Need::Has("ns"),
        Need::Number("millis"),
        Need::HasAny(&["planSummary", "execStats", "command"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["ts"]),
        text(&["op"], Column::Action),
        text(&["user"], Column::Actor),
        source_address(&["client"]),
        duration(&["millis"], 1e6),
        resource(&["ns"]),
        keep(&["op"], OPERATION),
        keep(&["ns"], NAMESPACE),
        keep(&["planSummary"], PLAN),
    ],
    extras: &[
        ("planSummary", "plan"),
        ("nreturned", "documents"),
        ("responseLength", "bytes"),
        ("appName", "application"),
    ],
    finish: Some(finish),
};

/// The body tells what was done by which plan; the command has values of documents in it.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let words = [OPERATION, NAMESPACE, PLAN].map(|number| event.kept(number).unwrap_or_default());
    row.text(Column::Body, words.join(" ").trim_end());
}
