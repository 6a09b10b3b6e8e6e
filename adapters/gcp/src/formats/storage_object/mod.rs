//! Objects of Cloud Storage, as its notifications carry them in Pub/Sub messages and `CloudEvents`.
//!
//! What happened to the object stands in the wrapping only: in attribute `eventType` of the
//! message, or in the type of the event.
//!
//! Sources (as of 2026-11-27): cloud.google.com/storage/docs/pubsub-notifications,
//! cloud.google.com/storage/docs/json_api/v1/objects.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, text, time};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

register!(Component {
    kind: Kind::Format,
    name: "gcp.storage_object",
    summary: "Google Cloud Storage notifications about objects",
    permissions: &["pubsub.subscriptions.consume"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const BUCKET: usize = 0;
const NAME: usize = 1;
const DELETED: usize = 2;

static TABLE: Table = Table {
    name: "gcp.storage_object",
    needs: &[
        Need::Is("kind", "storage#object"),
        Need::Has("bucket"),
        Need::Has("name"),
    ],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "storage.googleapis.com"),
    ],
    fields: &[
        time(&["timeDeleted", "updated", "timeCreated"]),
        text(&["owner.entity"], Column::Actor),
        keep(&["bucket"], BUCKET),
        keep(&["name"], NAME),
        keep(&["timeDeleted"], DELETED),
    ],
    extras: &[
        ("name", "object"),
        ("size", "bytes"),
        ("contentType", "content_type"),
        ("storageClass", "storage_class"),
        ("generation", "version"),
    ],
    finish: Some(finish),
};

/// Ends of what happened to an object that no longer is there: `OBJECT_DELETE`,
/// `google.cloud.storage.object.v1.archived`, `google.storage.object.delete`.
const GONE: [&str; 4] = ["delete", "deleted", "archive", "archived"];

/// When an object went stands in the wrapping, unless it was kept as an old version: the times of
/// its own are of when it was there.
fn gone(event: &Event<'_>, row: &mut Row<'_>) {
    let envelope = row.record().envelope;
    let action = envelope.get(Column::Action).unwrap_or_default();
    let last = action.rsplit(['.', '_']).next().unwrap_or_default();
    let is_gone = GONE.iter().any(|word| last.eq_ignore_ascii_case(word));
    if let Some(time) = envelope
        .time
        .filter(|_| is_gone && event.kept(DELETED).is_none())
    {
        row.known_time(time);
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    gone(event, row);
    let (Some(bucket), Some(name)) = (event.kept(BUCKET), event.kept(NAME)) else {
        return;
    };
    row.resource(&format!("//storage.googleapis.com/{bucket}"))
        .resource(&format!("//storage.googleapis.com/{bucket}/{name}"));
}
