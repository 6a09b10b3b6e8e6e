//! Notifications of Error Reporting: an error that is new or has come back.
//!
//! Source: cloud.google.com/error-reporting/docs/notifications (schema of webhooks), read
//! 2026-11-27.

use nepho_codec::table::{Event, JsonFormat, Need, Table, http_status, keep, text, url};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

register!(Component {
    kind: Kind::Format,
    name: "gcp.error_report",
    summary: "Google Cloud Error Reporting notifications",
    permissions: &["errorreporting.groups.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TYPE: usize = 0;
const MESSAGE: usize = 1;

static TABLE: Table = Table {
    name: "gcp.error_report",
    needs: &[
        Need::HasAny(&["group_info.project_id", "group_info.detail_link"]),
        Need::HasAny(&["exception_info", "event_info"]),
    ],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        text(&["group_info.project_id"], Column::Account),
        text(&["event_info.service"], Column::Service),
        text(&["exception_info.type"], Column::Action),
        text(&["event_info.request_method"], Column::Method),
        url(&["event_info.request_url"]),
        http_status(&["event_info.response_status"]),
        text(&["event_info.user_agent"], Column::UserAgent),
        text(&["event_info.log_message", "subject"], Column::Body),
        keep(&["exception_info.type"], TYPE),
        keep(&["exception_info.message"], MESSAGE),
    ],
    extras: &[
        ("subject", "subject"),
        ("event_info.version", "revision"),
        ("exception_info.type", "error_type"),
        ("group_info.detail_link", "link"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.severity(Severity::ERROR);
    match (event.kept(TYPE), event.kept(MESSAGE)) {
        (Some(kind), Some(message)) => row.text_of(Column::Body, &[&kind, ": ", &message]),
        (None, Some(message)) => row.text(Column::Body, &message),
        _ => row,
    };
}
