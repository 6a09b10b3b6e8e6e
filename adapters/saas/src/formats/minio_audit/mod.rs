//! Audit log of MinIO: calls of its API.
//!
//! Source: min.io/docs/minio/linux/operations/monitoring/minio-logging.html ("Structure of audit
//! logs"), as of 2026-12-01.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, http_status, keep, resource, source_address, text, time, url,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "minio.audit",
    summary: "Calls of the API of MinIO",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const STATUS: usize = 0;

static TABLE: Table = Table {
    name: "minio.audit",
    needs: &[
        Need::Has("deploymentid"),
        Need::Has("api.name"),
        Need::Has("time"),
        Need::HasAny(&["requestID", "remotehost", "api.statusCode"]),
    ],
    constants: &[(Column::Service, "minio")],
    fields: &[
        time(&["time"]),
        text(&["deploymentid"], Column::Account),
        text(&["api.name"], Column::Action),
        text(
            &["accessKey", "requestClaims.accessKey", "requestClaims.sub"],
            Column::Actor,
        ),
        source_address(&["remotehost"]),
        text(&["userAgent"], Column::UserAgent),
        http_status(&["api.statusCode"]),
        url(&["requestPath"]),
        text(&["requestID"], Column::RequestId),
        resource(&["api.bucket"]),
        text(&["error", "api.status"], Column::Body),
        keep(&["api.statusCode"], STATUS),
    ],
    extras: &[
        ("trigger", "trigger"),
        ("api.object", "object"),
        ("api.status", "status_text"),
        ("requestHost", "domain"),
        ("parentUser", "parent_user"),
    ],
    finish: Some(finish),
};

/// A call that was refused has failed as well.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let status = event
        .kept(STATUS)
        .and_then(|status| status.parse::<u16>().ok());
    if status.is_some_and(|status| status >= 400) {
        row.outcome(Outcome::Failure);
    }
}
