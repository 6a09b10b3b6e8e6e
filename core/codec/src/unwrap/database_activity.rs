//! Records of a database activity stream of Aurora and RDS, once somebody has decrypted them: each
//! holds events of one database.
//!
//! `{"type":"DatabaseActivityMonitoringRecords","version":"1.1","databaseActivityEvents":{...}}`
//! around `{"type":"DatabaseActivityMonitoringRecord","clusterId","instanceId",
//! "databaseActivityEventList":[...]}`
//!
//! Source: docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/DBActivityStreams.AuditLog.html,
//! read 2026-11-30.

use std::borrow::Cow;

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::{Inner, Opened, envelope, json_text};
use crate::json::JsonFields;
use crate::json::fields::elements;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let envelope = || envelope(record).with(Column::Provider, "aws");
    match fields.text("type") {
        Some("DatabaseActivityMonitoringRecords") => {
            let Some(raw) = fields.raw("databaseActivityEvents") else {
                return Opened::No;
            };
            let text = match raw.as_bytes() {
                [b'{', ..] => Some(Cow::Borrowed(raw)),
                _ => json_text(raw),
            };
            let Some(text) = text else {
                return Opened::Broken("the events are encrypted".to_owned());
            };
            let envelope = envelope();
            Opened::Inside(vec![Inner { text, envelope }])
        }
        Some("DatabaseActivityMonitoringRecord") => match fields.raw("databaseActivityEventList") {
            Some(list) if list.starts_with('[') => {
                Opened::Inside(events(list, fields, &envelope()))
            }
            _ => Opened::No,
        },
        _ => Opened::No,
    }
}

/// The events but heartbeats, by which the stream shows that it is there.
fn events<'a>(list: &'a str, fields: &JsonFields<'a>, common: &Envelope) -> Vec<Inner<'a>> {
    let mut common = common.clone();
    for key in ["clusterId", "instanceId"] {
        let id = fields.text(key).filter(|id| !id.is_empty());
        common.resources.extend(id.map(str::to_owned));
    }
    let is_event = |text: &&str| match JsonFields::parse(text) {
        Ok(fields) => fields.text("type") != Some("heartbeat"),
        Err(_) => true,
    };
    let events = elements(list).into_iter().filter(is_event);
    let events = events.map(|text| Inner {
        text: Cow::Borrowed(text),
        envelope: common.clone(),
    });
    events.collect()
}
