//! Events of `CloudWatch` RUM: what browsers of users saw, in its copy in `CloudWatch` Logs.
//!
//! Source:
//! docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-RUM-datacollected.html,
//! github.com/aws-observability/aws-rum-web, `src/event-schemas`, read 2026-11-30.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, part, resource_of, text, time, url,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.rum_event",
    summary: "CloudWatch RUM events: errors, requests and pages of browsers",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TYPE: usize = 0;
const KIND: usize = 1;
const MESSAGE: usize = 2;

static TABLE: Table = Table {
    name: "aws.rum_event",
    needs: &[
        Need::Starts("event_type", "com.amazon.rum."),
        Need::Has("event_timestamp"),
        Need::Has("event_details"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["event_timestamp"]),
        part(&["event_type"], Column::Action, last),
        text(&["metadata.domain"], Column::Service),
        text(&["event_id"], Column::RequestId),
        text(&["event_details.trace_id"], Column::TraceId),
        text(&["user_details.userId"], Column::Actor),
        text(&["event_details.request.method"], Column::Method),
        url(&["event_details.request.url", "metadata.pageId"]),
        http_status(&["event_details.response.status"]),
        duration(&["event_details.duration"], 1e6),
        resource_of(&["application_id"], "appmonitor/{}"),
        keep(&["event_type"], TYPE),
        keep(&["event_details.type", "event_details.error.type"], KIND),
        keep(
            &["event_details.message", "event_details.error.message"],
            MESSAGE,
        ),
    ],
    extras: &[
        ("user_details.sessionId", "session"),
        ("application_version", "service_version"),
        ("metadata.browserName", "browser"),
        ("metadata.countryCode", "country"),
        ("event_details.filename", "file_path"),
        ("event_details.stack", "stack"),
    ],
    finish: Some(finish),
};

/// The last part of a type: `js_error_event` of `com.amazon.rum.js_error_event`.
fn last(kind: &str) -> &str {
    kind.rsplit('.').next().unwrap_or(kind)
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    let (kind, message) = (kept(KIND), kept(MESSAGE));
    if !message.is_empty() {
        match kind.is_empty() {
            true => row.text(Column::Body, &message),
            false => row.text_of(Column::Body, &[&kind, ": ", &message]),
        };
        row.outcome(Outcome::Failure);
    }
    if kept(TYPE).ends_with("js_error_event") {
        row.severity(Severity::ERROR).outcome(Outcome::Failure);
    }
}
