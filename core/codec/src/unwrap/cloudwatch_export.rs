//! One event of `aws logs filter-log-events` or `get-log-events`:
//! `{"logStreamName":...,"timestamp":...,"message":...,"ingestionTime":...,"eventId":...}`.
//!
//! The id of the event is not taken: it is new for each line, and names no request.
//!
//! Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html,
//! read 2026-11-21.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(message), Some(_), Some(_)) = (
        fields.text("message"),
        fields.text("timestamp"),
        fields.text("ingestionTime"),
    ) else {
        return Opened::No;
    };
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    envelope.time = time(fields, "timestamp");
    let envelope = with(envelope, Column::Host, fields.text("logStreamName"));
    Opened::Inside(vec![Inner {
        text: unescape(message),
        envelope,
    }])
}
