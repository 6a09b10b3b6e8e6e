//! EventBridge events that carry an event of another format in `detail`.
//!
//! Only those are opened; others (auto scaling, alarms) are events in their own right.
//! Sources: docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html, read
//! 2026-11-21; docs.aws.amazon.com/eventbridge/latest/userguide/eb-saas.html, as of 2026-11-27.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::json::JsonFields;

/// Sources of the events of partners that carry what the partner's own log does.
const PARTNERS: [&str; 1] = ["aws.partner/okta.com/"];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(kind), Some(detail)) = (fields.text("detail-type"), fields.raw("detail")) else {
        return Opened::No;
    };
    if !detail.starts_with('{') {
        return Opened::No;
    }
    let source = fields.text("source").unwrap_or_default();
    if PARTNERS.iter().any(|partner| source.starts_with(partner)) {
        // The account and region are those of the event bus, not of the partner's service.
        let mut envelope = envelope(record);
        envelope.time = time(fields, "time");
        return Opened::Inside(vec![Inner {
            text: detail.into(),
            envelope,
        }]);
    }
    if !kind.ends_with("via CloudTrail") {
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
