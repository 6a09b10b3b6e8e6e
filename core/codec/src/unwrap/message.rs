//! An object whose only member is `message`, as VPC flow logs reach Firehose and as agents ship
//! lines of text.
//!
//! Source: docs.aws.amazon.com/vpc/latest/userguide/flow-logs-firehose.html, read 2026-11-21.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    match fields.members() {
        [("message", value)] if value.starts_with('"') => {
            let text = unescape(fields.text("message").unwrap_or_default());
            Opened::Inside(vec![Inner {
                text,
                envelope: envelope(record),
            }])
        }
        _ => Opened::No,
    }
}
