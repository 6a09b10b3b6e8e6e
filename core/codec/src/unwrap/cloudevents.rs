//! `CloudEvents` that carry an event of another kind in `data` or `data_base64`.
//!
//! Only those are opened whose type says that they carry one (audit logs of Eventarc, messages of
//! Pub/Sub), and those whose data is JSON as text or base64. Others are events in their own right,
//! which the format `generic.cloudevent` reads, with the line that is their data. Batches are
//! arrays and are taken apart before.
//!
//! Sources (as of 2026-11-27):
//! github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md,
//! cloud.google.com/eventarc/docs/cloudevents.

use std::borrow::Cow;

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::base64_data::decode;
use super::{Inner, Opened, envelope, time, with};
use crate::json::{JsonFields, unescape};

/// Types of which the data is an event, or a wrapping, of its own.
const CARRIERS: [&str; 2] = [
    "google.cloud.audit.log.v1.written",
    "google.cloud.pubsub.topic.v1.messagePublished",
];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(_), Some(kind), Some(source)) = (
        fields.text("specversion"),
        fields.text("type"),
        fields.text("source"),
    ) else {
        return Opened::No;
    };
    if let Some(data) = fields.text("data_base64") {
        return match decode(&unescape(data)) {
            Ok(text) => inside(text.into(), record, fields, source),
            // What is binary stays in the event, which tells the rest.
            Err(_) => Opened::No,
        };
    }
    let Some(data) = fields.raw("data") else {
        return Opened::No;
    };
    if let Some(text) = super::json_text(data) {
        return inside(text, record, fields, source);
    }
    match data.starts_with('{') && CARRIERS.contains(&kind) {
        true => inside(data.into(), record, fields, source),
        false => Opened::No,
    }
}

/// The text, if it is JSON, and so a record of its own.
fn inside<'a>(
    text: Cow<'a, str>,
    record: &Record<'a>,
    fields: &JsonFields<'a>,
    source: &str,
) -> Opened<'a> {
    if !text.trim_start().starts_with(['{', '[']) {
        return Opened::No;
    }
    let envelope = told(envelope(record), fields, source);
    Opened::Inside(vec![Inner { text, envelope }])
}

/// What the envelope tells of the event. Of one that only carries another, no more than the time.
fn told(envelope: Envelope, fields: &JsonFields<'_>, source: &str) -> Envelope {
    let source = unescape(source);
    let mut envelope = envelope;
    envelope.time = time(fields, "time").or(envelope.time);
    if source.starts_with("//") && source.contains(".googleapis.com/") {
        envelope = envelope.with(Column::Provider, "gcp");
    }
    let kind = fields.text("type");
    if kind.is_some_and(|kind| CARRIERS.contains(&kind)) {
        return envelope;
    }
    envelope = with(envelope, Column::Action, kind);
    envelope = with(envelope, Column::RequestId, fields.text("id"));
    envelope.resources.push(source.into_owned());
    envelope
}
