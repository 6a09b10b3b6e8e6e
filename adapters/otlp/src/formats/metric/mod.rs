//! Data points of OpenTelemetry metrics as JSON.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, time, value};
use nepho_core::tables::Row;

use crate::attributes::{self, End};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "otlp.metric",
    summary: "OpenTelemetry data points of metrics as JSON (OTLP)",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const ATTRIBUTES: usize = 0;

static TABLE: Table = Table {
    name: "otlp.metric",
    needs: &[
        Need::HasAny(&["timeUnixNano", "time_unix_nano"]),
        Need::HasAny(&["asDouble", "asInt", "as_double", "as_int", "count"]),
        Need::Lacks("body"),
        Need::Lacks("spanId"),
    ],
    constants: &[],
    fields: &[
        time(&["timeUnixNano", "time_unix_nano"]),
        value(&["asDouble", "asInt", "as_double", "as_int"]),
        keep(&["attributes"], ATTRIBUTES),
    ],
    extras: &[
        ("count", "count"),
        ("sum", "sum"),
        ("min", "min"),
        ("max", "max"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(raw) = event.kept_container(ATTRIBUTES) {
        attributes::put(raw, End::Unknown, row);
    }
}
