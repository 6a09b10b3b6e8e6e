//! Requests to buckets, as the usage logs of Cloud Storage have them: tables with commas, of which
//! the rows are handed here as objects.
//!
//! Source: cloud.google.com/storage/docs/access-logs, "Usage log fields", read 2026-11-28.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, source_address, text, time, url,
};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

register!(Component {
    kind: Kind::Format,
    name: "gcp.storage_access",
    summary: "Google Cloud Storage usage logs (CSV)",
    permissions: &["storage.objects.get"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const BUCKET: usize = 0;
const OBJECT: usize = 1;

static TABLE: Table = Table {
    name: "gcp.storage_access",
    needs: &[
        Need::Has("time_micros"),
        Need::HasAny(&["cs_operation", "cs_bucket", "cs_method"]),
        Need::HasAny(&["s_request_id", "time_taken_micros", "sc_status"]),
    ],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "storage.googleapis.com"),
    ],
    fields: &[
        time(&["time_micros"]),
        source_address(&["c_ip"]),
        text(&["cs_operation"], Column::Action),
        text(&["cs_method"], Column::Method),
        url(&["cs_uri"]),
        http_status(&["sc_status"]),
        duration(&["time_taken_micros"], 1e3),
        text(&["cs_host"], Column::Peer),
        text(&["cs_user_agent"], Column::UserAgent),
        text(&["s_request_id"], Column::RequestId),
        keep(&["cs_bucket"], BUCKET),
        keep(&["cs_object"], OBJECT),
    ],
    extras: &[
        ("sc_bytes", "bytes"),
        ("cs_bytes", "received_bytes"),
        ("cs_referer", "referer"),
        ("cs_object", "object"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let Some(bucket) = event.kept(BUCKET).filter(|bucket| !bucket.is_empty()) else {
        return;
    };
    row.resource(&format!("//storage.googleapis.com/{bucket}"));
    if let Some(name) = event.kept(OBJECT).filter(|name| !name.is_empty()) {
        row.resource(&format!("//storage.googleapis.com/{bucket}/{name}"));
    }
}
