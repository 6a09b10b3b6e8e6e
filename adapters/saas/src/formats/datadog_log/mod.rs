//! Logs in archives of Datadog.
//!
//! Sources: docs.datadoghq.com/logs/log_configuration/archives ("Format of the archives"),
//! docs.datadoghq.com/standard-attributes, as of 2026-11-29.

use nepho_codec::json::fields::{elements, text_of};
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, peer_address, severity,
    source_address, text, time, url,
};
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "datadog.log",
    summary: "Logs in archives of Datadog",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TAGS: usize = 0;

static TABLE: Table = Table {
    name: "datadog.log",
    needs: &[
        Need::Has("_id"),
        Need::Has("date"),
        Need::Has("attributes"),
        Need::Has("status"),
        Need::HasAny(&["tags", "source"]),
        Need::HasAny(&["service", "host", "message"]),
    ],
    constants: &[],
    fields: &[
        time(&["date"]),
        severity(&["status"]),
        text(&["service"], Column::Service),
        text(&["host"], Column::Host),
        text(&["message"], Column::Body),
        text(&["attributes.http.method"], Column::Method),
        url(&["attributes.http.url_details.path", "attributes.http.url"]),
        http_status(&["attributes.http.status_code"]),
        text(&["attributes.http.useragent"], Column::UserAgent),
        text(&["attributes.http.request_id"], Column::RequestId),
        source_address(&["attributes.network.client.ip"]),
        peer_address(&["attributes.network.destination.ip"]),
        // Of all kinds of durations, in nanoseconds.
        duration(&["attributes.duration"], 1.0),
        text(
            &[
                "attributes.usr.email",
                "attributes.usr.id",
                "attributes.usr.name",
            ],
            Column::Actor,
        ),
        text(&["attributes.evt.name"], Column::Action),
        text(
            &["attributes.dd.trace_id", "attributes.trace_id"],
            Column::TraceId,
        ),
        text(
            &["attributes.dd.span_id", "attributes.span_id"],
            Column::SpanId,
        ),
        text(&["attributes.logger.thread_name"], Column::Process),
        keep(&["tags"], TAGS),
    ],
    extras: &[
        ("source", "source"),
        ("attributes.logger.name", "logger"),
        ("attributes.error.kind", "error_type"),
        ("attributes.error.message", "error"),
        ("attributes.error.stack", "stack_trace"),
    ],
    finish: Some(finish),
};

/// Tags that are columns: `["env:prod", "team:shop"]`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let tags = event.kept_container(TAGS).unwrap_or_default();
    for tag in elements(tags).into_iter().filter_map(text_of) {
        let Some((name, value)) = tag.split_once(':') else {
            continue;
        };
        let column = match name {
            "env" => Column::Environment,
            "team" => Column::Team,
            "region" => Column::Region,
            "service" if !row.has(Column::Service) => Column::Service,
            _ => continue,
        };
        row.text(column, value);
    }
}
