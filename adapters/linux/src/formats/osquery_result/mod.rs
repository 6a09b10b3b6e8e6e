//! Results of scheduled queries of osquery.
//!
//! Source: osquery.readthedocs.io/en/stable/deployment/logging, as of 2026-12-01.

use nepho_codec::table::{JsonFormat, Need, Table, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "osquery.result",
    summary: "Results of scheduled queries of osquery",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "osquery.result",
    needs: &[
        Need::Has("name"),
        Need::Has("hostIdentifier"),
        Need::HasAny(&["unixTime", "calendarTime"]),
        Need::HasAny(&["columns", "snapshot", "diffResults"]),
    ],
    constants: &[(Column::Process, "osqueryd"), (Column::Service, "osquery")],
    fields: &[
        time(&["unixTime"]),
        text(&["hostIdentifier"], Column::Host),
        text(&["action"], Column::Action),
        text(&["name"], Column::Body),
    ],
    extras: &[
        ("name", "query"),
        ("decorations.host_uuid", "host_uuid"),
        ("decorations.username", "user"),
        ("columns.username", "target_user"),
        ("columns.path", "path"),
        ("columns.cmdline", "command"),
    ],
    finish: None,
};
