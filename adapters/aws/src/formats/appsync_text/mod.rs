//! Lines of `AppSync` about a request: when it began, what was asked, when it ended.
//!
//! Sources, as of 2026-12-01: "Using `CloudWatch` to monitor and log GraphQL API data"
//! (docs.aws.amazon.com/appsync/latest/devguide/monitoring.html; read in part: the kinds of lines,
//! not the lines), "Configuring `CloudWatch` Logs on Event APIs"
//! (docs.aws.amazon.com/appsync/latest/eventapi/event-api-monitoring-cw-logs.html).

use nepho_codec::table::{Event, GuardedLines, Lines, duration, text};
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.appsync_text",
    summary: "AppSync logs of requests as text",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, begins_with_request))),
});

/// Characters of an id.
const ID: usize = 36;

static LINES: Lines = Lines {
    name: "aws.appsync_text",
    patterns: &[
        "{request:name} {action:Token Validation Latency|Token Validation}: {took:number} ns",
        "{request:name} {action:Begin Request|End Request|Begin Execution|End Field Execution|\
         Begin Tracing|End Tracing|GraphQL Query|Request Headers|Response Headers|Resolver Count|\
         Unauthorized field|Tokens Consumed}{rest:rest}",
    ],
    confidence: 92,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        text(&["request"], Column::RequestId),
        text(&["action"], Column::Action),
        duration(&["took"], 1.0),
    ],
    extras: &[],
    finish: Some(finish),
};

/// Whether a line begins with the id of a request.
fn begins_with_request(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_mark = |at: &usize| bytes.get(*at) == Some(&b'-');
    bytes.get(ID) == Some(&b' ') && [8, 13, 18, 23].iter().all(is_mark)
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.text(Column::Body, event.text.get(ID + 1..).unwrap_or_default());
}
