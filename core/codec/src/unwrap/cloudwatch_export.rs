//! One event of `aws logs filter-log-events` or `get-log-events`:
//! `{"logStreamName":...,"timestamp":...,"message":...,"ingestionTime":...,"eventId":...}`; and a
//! row of the table that the console saves, `{"timestamp":"1714557600123","message":...}`.
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
    let (Some(message), Some(_)) = (fields.text("message"), fields.text("timestamp")) else {
        return Opened::No;
    };
    if fields.text("ingestionTime").is_none() && !is_row(fields) {
        return Opened::No;
    }
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    envelope.time = time(fields, "timestamp");
    let envelope = with(envelope, Column::Host, fields.text("logStreamName"));
    Opened::Inside(vec![Inner {
        text: unescape(message),
        envelope,
    }])
}

/// Whether an object is a row of a table: it has nothing else, and its time is a text of
/// milliseconds.
fn is_row(fields: &JsonFields<'_>) -> bool {
    let [("timestamp", time), ("message", message)] = fields.members() else {
        return false;
    };
    let millis = time.trim_matches('"');
    let is_text = time.starts_with('"') && message.starts_with('"');
    is_text && millis.len() == MILLIS_DIGITS && millis.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits of milliseconds since 1970, from the year 2001 to 2286.
const MILLIS_DIGITS: usize = 13;
