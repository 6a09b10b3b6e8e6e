//! Events of Azure Event Grid, in its own schema, that carry an event of another kind as text in
//! `data`.
//!
//! Others are events in their own right, which the format `generic.cloudevent` reads.
//!
//! Source: learn.microsoft.com/azure/event-grid/event-schema, as of 2026-11-27.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(kind), Some(_), Some(data)) = (
        fields.text("eventType"),
        fields.text("eventTime"),
        fields.raw("data"),
    ) else {
        return Opened::No;
    };
    let is_event_grid = ["dataVersion", "metadataVersion", "topic"]
        .iter()
        .any(|key| fields.text(key).is_some());
    let Some(text) = super::json_text(data).filter(|_| is_event_grid) else {
        return Opened::No;
    };
    let mut envelope = envelope(record).with(Column::Action, unescape(kind));
    envelope = with(envelope, Column::RequestId, fields.text("id"));
    envelope.time = time(fields, "eventTime").or(envelope.time);
    let topic = fields
        .text("topic")
        .map(|topic| unescape(topic).into_owned());
    envelope.resources.extend(topic);
    Opened::Inside(vec![Inner { text, envelope }])
}
