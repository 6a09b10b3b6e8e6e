//! EventBridge events that carry an event of another format in `detail`.
//!
//! Only those are opened; others (auto scaling, alarms) are events in their own right.
//! Source: docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html, read
//! 2026-11-21.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::json::JsonFields;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(kind), Some(detail)) = (fields.text("detail-type"), fields.raw("detail")) else {
        return Opened::No;
    };
    if !kind.ends_with("via CloudTrail") || !detail.starts_with('{') {
        return Opened::No;
    }
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    envelope.time = time(fields, "time");
    let envelope = with(envelope, Column::Account, fields.text("account"));
    let envelope = with(envelope, Column::Region, fields.text("region"));
    Opened::Inside(vec![Inner {
        text: detail.into(),
        envelope,
    }])
}
