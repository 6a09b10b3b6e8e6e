//! Requests to App Engine, with what the application wrote while it answered them.
//!
//! Source: docs.cloud.google.com/logging/docs/reference/v2/rpc/google.appengine.logging.v1, read
//! 2026-11-27.

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, part, source_address, text, time,
    url,
};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.app_engine_access",
    summary: "Google App Engine requests, with the lines that the application wrote",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const LINES: usize = 0;
const PROJECT: usize = 1;
const MODULE: usize = 2;

static TABLE: Table = Table {
    name: "gcp.app_engine_access",
    needs: &[
        entry::NO_ROW,
        Need::Has("protoPayload.appId"),
        Need::HasAny(&["protoPayload.requestId", "protoPayload.startTime"]),
        Need::HasAny(&[
            "protoPayload.method",
            "protoPayload.resource",
            "protoPayload.status",
        ]),
    ],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        time(&["protoPayload.startTime", "timestamp", "receiveTimestamp"]),
        entry::OBSERVED,
        entry::SEVERITY,
        text(&["protoPayload.requestId", "insertId"], Column::RequestId),
        part(
            &["protoPayload.traceId", "trace"],
            Column::TraceId,
            entry::last_segment,
        ),
        entry::SPAN,
        part(&["protoPayload.appId"], Column::Account, project),
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        text(
            &["resource.labels.module_id", "protoPayload.moduleId"],
            Column::Service,
        ),
        text(
            &["protoPayload.instanceId", "protoPayload.versionId"],
            Column::Host,
        ),
        source_address(&["protoPayload.ip"]),
        text(&["protoPayload.userAgent"], Column::UserAgent),
        text(&["protoPayload.nickname"], Column::Actor),
        text(&["protoPayload.method"], Column::Method),
        url(&["protoPayload.resource"]),
        http_status(&["protoPayload.status"]),
        duration(&["protoPayload.latency"], 1e9),
        keep(&["protoPayload.line"], LINES),
        keep(&["resource.labels.project_id"], PROJECT),
        keep(
            &["resource.labels.module_id", "protoPayload.moduleId"],
            MODULE,
        ),
    ],
    extras: &[
        ("protoPayload.responseSize", "bytes"),
        ("protoPayload.httpVersion", "protocol"),
        ("protoPayload.host", "authority"),
        ("protoPayload.referrer", "referer"),
        ("protoPayload.versionId", "revision"),
        ("protoPayload.taskQueueName", "queue"),
        ("protoPayload.taskName", "task"),
        ("protoPayload.wasLoadingRequest", "was_loading"),
        ("protoPayload.pendingTime", "pending"),
    ],
    finish: Some(finish),
};

/// Project of an application: `shop` of `s~shop`.
fn project(application: &str) -> &str {
    application.rsplit('~').next().unwrap_or(application)
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let lines = elements(event.kept_container(LINES).unwrap_or_default());
    let lines: Vec<String> = lines.into_iter().filter_map(message).collect();
    row.text(Column::Body, lines.join("\n").trim_end());
    // The service without a name.
    let module = event.kept(MODULE).unwrap_or("default".into());
    row.text(Column::Service, &module);
    if let Some(project) = event.kept(PROJECT) {
        row.resource(&format!(
            "//appengine.googleapis.com/apps/{project}/services/{module}"
        ));
    }
}

/// What the application wrote in one line.
fn message(line: &str) -> Option<String> {
    let fields = JsonFields::parse(line).ok()?;
    Some(unescape(fields.text("logMessage")?).into_owned())
}
