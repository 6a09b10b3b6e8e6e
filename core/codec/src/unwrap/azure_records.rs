//! Arrays of events within one line, as Azure's Event Hub export and others write them:
//! `{"records":[...]}`.
//!
//! An array that is the first member of a whole document is taken apart earlier, by
//! [`crate::frame`].
//! Source: learn.microsoft.com/azure/azure-monitor/essentials/resource-logs-schema, read
//! 2026-11-21.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let raw = ["records", "Records"]
        .iter()
        .find_map(|key| fields.raw(key));
    let Some(raw) = raw.filter(|raw| raw.starts_with('[')) else {
        return Opened::No;
    };
    // What tells something itself tells of records: `{"error":"3 of 3 failed","records":[...]}`.
    let mut own = ["message", "msg", "error", "level"].iter();
    if own.any(|key| fields.raw(key).is_some()) {
        return Opened::No;
    }
    let elements = elements(raw);
    let is_event = |text: &&str| text.starts_with('{') || text.starts_with("\"{");
    if !elements.iter().all(|text| is_event(&text.trim_start())) {
        return Opened::No;
    }
    let common = envelope(record);
    let inside = elements.into_iter().map(|text| Inner {
        text: text.into(),
        envelope: common.clone(),
    });
    Opened::Inside(inside.collect())
}
