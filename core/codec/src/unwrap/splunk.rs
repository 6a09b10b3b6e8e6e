//! Events that Splunk exports, as rows of a table or as JSON: the event as it came stands in
//! `_raw`, and beside it whatever was found in it.
//!
//! Source: docs.splunk.com/Documentation/Splunk/latest/Search/Exportdatausingsplunkweb, read
//! 2026-11-30.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let mut raw = None;
    let mut is_splunk = false;
    for (key, value) in fields.members() {
        match *key {
            "_raw" => {
                raw = value
                    .strip_prefix('"')
                    .and_then(|text| text.strip_suffix('"'))
            }
            "_time" | "_indextime" | "sourcetype" => is_splunk = true,
            _ => {}
        }
    }
    let Some(raw) = raw.filter(|raw| is_splunk && !raw.trim().is_empty()) else {
        return Opened::No;
    };
    let mut envelope = envelope(record);
    envelope.time = time(fields, "_time").or(envelope.time);
    Opened::Inside(vec![Inner {
        text: unescape(raw),
        envelope: with(envelope, Column::Host, fields.text("host")),
    }])
}
