//! The file that sudo writes its log to as JSON: one object, of which each event is a member.
//!
//! `{"accept":{...},"reject":{...},"accept":{...}}`; an object with one member is an event itself.
//!
//! Source: sudo.ws/docs/man/sudoers.man ("JSON log format"), `lib/eventlog/eventlog.c` of
//! github.com/sudo-project/sudo, as of 2026-11-30.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::JsonFields;

/// Kinds of events.
const EVENTS: [&str; 4] = ["accept", "reject", "alert", "exit"];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let members = fields.members();
    let is_event = |(key, value): &(&str, &str)| EVENTS.contains(key) && value.starts_with('{');
    if members.len() < 2 || !members.iter().all(is_event) {
        return Opened::No;
    }
    let inside = members.iter().map(|(key, value)| Inner {
        text: format!("{{\"{key}\":{value}}}").into(),
        envelope: envelope(record),
    });
    Opened::Inside(inside.collect())
}
