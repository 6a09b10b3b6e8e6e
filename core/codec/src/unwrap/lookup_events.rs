//! One event of `aws cloudtrail lookup-events`: the record stands as a string in `CloudTrailEvent`.
//!
//! Source: docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html, read
//! 2026-11-21.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements};
use crate::json::unescape;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let Some(event) = fields.text("CloudTrailEvent") else {
        return Opened::No;
    };
    let mut envelope = envelope(record);
    for resource in elements(fields.raw("Resources").unwrap_or_default()) {
        let name = JsonFields::parse(resource)
            .ok()
            .and_then(|fields| fields.text("ResourceName"));
        envelope
            .resources
            .extend(name.map(|name| unescape(name).into_owned()));
    }
    Opened::Inside(vec![Inner {
        text: unescape(event),
        envelope,
    }])
}
