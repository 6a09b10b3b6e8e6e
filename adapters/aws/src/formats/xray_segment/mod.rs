//! Documents of segments of X-Ray: the part of a service in a trace.
//!
//! Source: docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html, read
//! 2026-11-30.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, resource, source_address, status, text, time, url,
};
use nepho_codec::time;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.xray_segment",
    summary: "X-Ray segment documents",
    permissions: &["xray:BatchGetTraces"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const START: usize = 0;
const END: usize = 1;
const FAULT: usize = 2;
const ERROR: usize = 3;
const MESSAGE: usize = 4;
const KIND: usize = 5;

static TABLE: Table = Table {
    name: "aws.xray_segment",
    needs: &[
        Need::Starts("trace_id", "1-"),
        Need::Has("id"),
        Need::Has("name"),
        Need::Has("start_time"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["start_time"]),
        text(&["name"], Column::Service),
        text(&["trace_id"], Column::TraceId),
        text(&["id"], Column::SpanId),
        text(&["aws.account_id"], Column::Account),
        text(&["aws.region"], Column::Region),
        text(&["user"], Column::Actor),
        text(&["http.request.method"], Column::Method),
        url(&["http.request.url"]),
        text(&["http.request.user_agent"], Column::UserAgent),
        source_address(&["http.request.client_ip"]),
        status(&["http.response.status"]),
        resource(&["resource_arn"]),
        resource(&["aws.ec2.instance_id"]),
        text(&["aws.ecs.container", "aws.ec2.instance_id"], Column::Host),
        keep(&["start_time"], START),
        keep(&["end_time"], END),
        keep(&["fault"], FAULT),
        keep(&["error"], ERROR),
        keep(&["cause.exceptions[0].message", "cause.message"], MESSAGE),
        keep(&["cause.exceptions[0].type"], KIND),
    ],
    extras: &[
        ("parent_id", "parent_span_id"),
        ("origin", "origin"),
        ("throttle", "throttled"),
        ("service.version", "service_version"),
        ("cause.exceptions[0].type", "exception"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let nanos = |number| event.kept(number).and_then(|text| time::parse(&text));
    let end = nanos(END);
    if let (Some(start), Some(end)) = (nanos(START), end)
        && end.since(start) >= 0
    {
        row.duration(end.since(start));
    }
    let is_set = |number| event.kept(number).as_deref() == Some("true");
    // A fault is the server's, an error the client's; either is told to the caller.
    if is_set(FAULT) {
        row.outcome(Outcome::Failure).severity(Severity::ERROR);
    } else if !is_set(ERROR) && end.is_some() {
        row.outcome(Outcome::Success);
    }
    let kept = |number| event.kept(number).unwrap_or_default();
    let (kind, message) = (kept(KIND), kept(MESSAGE));
    match kind.is_empty() {
        true => row.text(Column::Body, &message),
        false => row.text_of(Column::Body, &[&kind, ": ", &message]),
    };
}
