//! Spans of OpenTelemetry traces as JSON.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, text, time};
use nepho_codec::time;
use nepho_core::tables::{Column, Outcome, Row};

use crate::attributes::{self, End};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "otlp.span",
    summary: "OpenTelemetry spans as JSON (OTLP)",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const ATTRIBUTES: usize = 0;
const START: usize = 1;
const END: usize = 2;
const STATUS: usize = 3;
const MESSAGE: usize = 4;
const KIND: usize = 5;

static TABLE: Table = Table {
    name: "otlp.span",
    needs: &[
        Need::HasAny(&["traceId", "trace_id"]),
        Need::HasAny(&["spanId", "span_id"]),
        Need::HasAny(&["startTimeUnixNano", "start_time_unix_nano"]),
        Need::Has("name"),
    ],
    constants: &[],
    fields: &[
        time(&["startTimeUnixNano", "start_time_unix_nano"]),
        text(&["name"], Column::Action),
        text(&["traceId", "trace_id"], Column::TraceId),
        text(&["spanId", "span_id"], Column::SpanId),
        keep(&["attributes"], ATTRIBUTES),
        keep(&["startTimeUnixNano", "start_time_unix_nano"], START),
        keep(&["endTimeUnixNano", "end_time_unix_nano"], END),
        keep(&["status.code"], STATUS),
        keep(&["status.message"], MESSAGE),
        keep(&["kind"], KIND),
    ],
    extras: &[
        ("parentSpanId", "parent_span_id"),
        ("parent_span_id", "parent_span_id"),
        ("kind", "span_kind"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let nanos = |number| event.kept(number).and_then(|text| time::parse(&text));
    if let (Some(start), Some(end)) = (nanos(START), nanos(END)) {
        let duration = end.since(start);
        if duration >= 0 {
            row.duration(duration);
        }
    }
    row.text(Column::Body, &event.kept(MESSAGE).unwrap_or_default());
    let end = match event.kept(KIND).as_deref() {
        Some("2" | "SPAN_KIND_SERVER" | "5" | "SPAN_KIND_CONSUMER") => End::Callee,
        Some("3" | "SPAN_KIND_CLIENT" | "4" | "SPAN_KIND_PRODUCER") => End::Caller,
        _ => End::Unknown,
    };
    if let Some(raw) = event.kept_container(ATTRIBUTES) {
        attributes::put(raw, end, row);
    }
    // A span that ended without an error leaves its status unset, whatever its attributes tell.
    match event.kept(STATUS).as_deref() {
        Some("2" | "STATUS_CODE_ERROR") => row.outcome(Outcome::Failure),
        Some("1" | "STATUS_CODE_OK") => row.outcome(Outcome::Success),
        _ if row.has_outcome() || row.status_so_far().is_some() => row,
        _ if event.kept(END).is_some() => row.outcome(Outcome::Success),
        _ => row,
    };
}
