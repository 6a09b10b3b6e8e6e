//! Events as the modules of Wazuh hand them on: `{"integration":"gcp","gcp":{...}}`, with the event
//! under the name of the module.
//!
//! Source: documentation.wazuh.com/current/cloud-security, examples of events, as of 2026-11-29.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::JsonFields;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let Some(module) = fields.text("integration") else {
        return Opened::No;
    };
    // What else there is tells of the agent, not of the event.
    let mut members = fields.members().iter();
    let is_alone = members.all(|(key, raw)| *key == module || !raw.starts_with(['{', '[']));
    match fields.raw(module).filter(|raw| raw.starts_with('{')) {
        Some(event) if is_alone => Opened::Inside(vec![Inner {
            text: event.into(),
            envelope: envelope(record),
        }]),
        _ => Opened::No,
    }
}
