//! Lines of containers in the extended log format of Graylog (GELF), as the driver of Docker sends
//! them: `{"version":"1.1","host":"web","short_message":"...","_container_name":"shop"}`.
//!
//! Of other programs the members with `_` tell more than the line, so that those are not opened.
//!
//! Sources: go2docs.graylog.org/current/getting_in_log_data/gelf.html,
//! docs.docker.com/engine/logging/drivers/gelf, as of 2026-11-30.

use nepho_core::format::Record;
use nepho_core::severity::Severity;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::json::{JsonFields, unescape};

/// Members that the driver adds.
const OF_DRIVER: [&str; 7] = [
    "_container_id",
    "_container_name",
    "_image_id",
    "_image_name",
    "_command",
    "_created",
    "_tag",
];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let mut members = fields.members().iter();
    if !members.any(|(key, _)| *key == "_container_name") {
        return Opened::No;
    }
    let mut added = fields.members().iter().map(|(key, _)| *key);
    if added.any(|key| key.starts_with('_') && !OF_DRIVER.contains(&key)) {
        return Opened::No;
    }
    let (Some(line), Some(_)) = (fields.text("short_message"), fields.raw("version")) else {
        return Opened::No;
    };
    let line = fields.text("full_message").unwrap_or(line);
    let name = fields.text("_container_name").unwrap_or_default();
    let name = name.trim_start_matches(['\\', '/']);
    let mut envelope = envelope(record);
    envelope.time = time(fields, "timestamp").or(envelope.time);
    // The driver tells the stream by it: 3 is the error output, 6 the other.
    if let Some(&[level @ (b'0'..=b'2' | b'4' | b'5' | b'7')]) =
        fields.text("level").map(str::as_bytes)
    {
        envelope.severity = Severity::from_syslog(level - b'0');
    }
    envelope = with(envelope, Column::Host, fields.text("host"));
    envelope = with(envelope, Column::Service, Some(name));
    Opened::Inside(vec![Inner {
        text: unescape(line),
        envelope: with(envelope, Column::Process, Some(name)),
    }])
}
