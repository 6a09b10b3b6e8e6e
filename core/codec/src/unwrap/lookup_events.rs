//! Events of `aws cloudtrail lookup-events`, alone or all of an answer, `{"Events":[...]}`: the
//! record stands as a string in `CloudTrailEvent`.
//!
//! Source: docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html, read
//! 2026-11-21.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements, pick, text_of};
use crate::json::unescape;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    if let Some(event) = fields.text("CloudTrailEvent") {
        return Opened::Inside(vec![inner(record, event, fields.raw("Resources"))]);
    }
    // A whole document is taken apart earlier; this one stands in a record, or in a line.
    let events = fields.raw("Events").map(elements).unwrap_or_default();
    let inside = events.into_iter().map(|event| {
        let [event, resources] = pick(event, ["CloudTrailEvent", "Resources"])?;
        Some(inner(record, text_of(event?)?, resources))
    });
    match inside.collect::<Option<Vec<_>>>() {
        Some(inside) if !inside.is_empty() => Opened::Inside(inside),
        _ => Opened::No,
    }
}

fn inner<'a>(record: &Record<'_>, event: &'a str, resources: Option<&str>) -> Inner<'a> {
    let mut envelope = envelope(record);
    for resource in elements(resources.unwrap_or_default()) {
        let name = pick(resource, ["ResourceName"]).and_then(|[name]| text_of(name?));
        envelope
            .resources
            .extend(name.map(|name| unescape(name).into_owned()));
    }
    Inner {
        text: unescape(event),
        envelope,
    }
}
