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
    let common = envelope(record);
    let inside = elements(raw).into_iter().map(|text| Inner {
        text: text.into(),
        envelope: common.clone(),
    });
    Opened::Inside(inside.collect())
}
