//! What events that this program wrote itself tell besides.
//!
//! What the schema has no place for stands in `unmapped` there, under the names of our columns; the
//! action as the source calls it in `metadata.event_code`, the trace in `metadata.correlation_uid`,
//! the program of a row without the number of a process in `actor.app_name`.

use nepho_codec::json::{JsonFields, elements, unescape};
use nepho_codec::table::{Event, To, put_text};
use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use super::{
    ACTIVITY, APPLICATION, CODE, CORRELATION, OPERATION, ORIGINAL_TIME, STATUS, UNMAPPED,
    is_finding,
};

/// `metadata.log_provider` of such events.
const WRITER: &str = "Nephoscope";

/// Columns that stand in `unmapped`, by their names there.
const COLUMNS: [(&str, To); 21] = [
    ("action", To::Text(Column::Action)),
    ("account", To::Text(Column::Account)),
    ("region", To::Text(Column::Region)),
    ("provider", To::Text(Column::Provider)),
    ("service", To::Text(Column::Service)),
    ("host", To::Text(Column::Host)),
    ("process", To::Text(Column::Process)),
    ("environment", To::Text(Column::Environment)),
    ("team", To::Text(Column::Team)),
    ("source_ip", To::Text(Column::SourceIp)),
    ("source_port", To::SourcePort),
    ("peer", To::Text(Column::Peer)),
    ("peer_port", To::PeerPort),
    ("method", To::Text(Column::Method)),
    ("path", To::Text(Column::Path)),
    ("user_agent", To::Text(Column::UserAgent)),
    ("request_id", To::Text(Column::RequestId)),
    ("span_id", To::Text(Column::SpanId)),
    ("metric", To::Text(Column::Metric)),
    ("status", To::Status),
    ("outcome", To::OutcomeOf(&OUTCOMES)),
];

const OUTCOMES: [(&str, Outcome); 2] =
    [("success", Outcome::Success), ("failure", Outcome::Failure)];

/// Base events, whose activity is the action in the words of the source.
const BASE: &str = "0";

/// Whether this program wrote an event.
pub(super) fn is_own(event: &Event<'_>) -> bool {
    event.kept(super::WRITER).as_deref() == Some(WRITER)
}

/// Time of such an event with all its digits, which the schema's own type has no room for.
pub(super) fn time(event: &Event<'_>) -> Option<Timestamp> {
    let text = event.kept(ORIGINAL_TIME).filter(|_| is_own(event))?;
    nepho_codec::time::parse(&text)
}

/// Whether such an event has the time of its observation, for want of its own.
pub(super) fn is_untimed(event: &Event<'_>) -> bool {
    let unmapped = event.kept_container(UNMAPPED).filter(|_| is_own(event));
    let unmapped = unmapped.and_then(|unmapped| JsonFields::parse(unmapped).ok());
    unmapped.is_some_and(|unmapped| unmapped.raw("untimed") == Some("true"))
}

/// Puts what such an event tells into its row.
pub(super) fn put(event: &Event<'_>, class: &str, row: &mut Row<'_>) {
    let activity = event
        .kept(ACTIVITY)
        .filter(|name| class == BASE && name != "Unknown");
    let action = event
        .kept(CODE)
        .or_else(|| event.kept(OPERATION))
        .or(activity);
    row.text(Column::Action, &action.unwrap_or_default());
    row.text(
        Column::TraceId,
        &event.kept(CORRELATION).unwrap_or_default(),
    );
    if !row.has(Column::Process) {
        let program = event.kept(APPLICATION).unwrap_or_default();
        row.text(Column::Process, &program);
    }
    // The status of a finding tells how far its handling is.
    let status = event.kept(STATUS).filter(|_| !is_finding(class));
    match status.as_deref() {
        Some("1") => {
            row.outcome(Outcome::Success);
        }
        Some("2") => {
            row.outcome(Outcome::Failure);
        }
        _ => {}
    }
    let Some(Ok(unmapped)) = event.kept_container(UNMAPPED).map(JsonFields::parse) else {
        return;
    };
    // Finer than the schema has them.
    let severity = unmapped.text("severity").and_then(|text| text.parse().ok());
    if let Some(severity) = severity.filter(|number| (1..=24).contains(number)) {
        row.severity(Severity(severity));
    }
    if let Some(nanos) = unmapped.text("duration").and_then(|text| text.parse().ok()) {
        row.duration(nanos);
    }
    for (name, to) in COLUMNS {
        if let Some(value) = unmapped.text(name) {
            put_text(&unescape(value), to, row);
        }
    }
    let resources = unmapped.raw("resources").map(elements);
    for resource in resources.into_iter().flatten() {
        row.resource(&unescape(resource.trim_matches('"')));
    }
}
