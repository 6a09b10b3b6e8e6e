//! Lists that Google's APIs answer with, as a file or a poller keeps them.
//!
//! | list | elements |
//! |---|---|
//! | `{"receivedMessages":[{"ackId","message"}]}` (Pub/Sub, pull) | wrappings of their own |
//! | `{"listFindingsResults":[{"finding","resource"}]}` (Security Command Center) | findings |
//! | `{"assets":[...],"readTime"}`, `{"sources":[...]}` | assets, sources |
//! | `{"entries":[...]}` (Cloud Logging) | log entries |
//! | `{"kind":"admin#reports#activities","items":[...]}` (Workspace) | activities |
//! | `{"alerts":[...]}` (Alert Center) | alerts |
//!
//! Sources (as of 2026-11-27): the `list` and `pull` methods of
//! cloud.google.com/pubsub/docs/reference/rest,
//! cloud.google.com/security-command-center/docs/reference/rest,
//! cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list,
//! developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list,
//! developers.google.com/workspace/admin/alertcenter/reference/rest/v1beta1/alerts/list.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::JsonFields;
use crate::json::fields::elements;

/// Keys of lists, and keys that an element must have one of.
const LISTS: [(&str, &[&str]); 7] = [
    ("receivedMessages", &["message"]),
    ("listFindingsResults", &["finding"]),
    ("assets", &["assetType"]),
    ("sources", &["canonicalName"]),
    ("entries", &["logName", "insertId"]),
    ("items", &["events"]),
    ("alerts", &["alertId"]),
];

/// Keys that may stand beside a list.
const BESIDE: [&str; 7] = [
    "nextPageToken",
    "readTime",
    "totalSize",
    "kind",
    "etag",
    "unreachable",
    "executionTime",
];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let mut list = None;
    for (key, value) in fields.members() {
        match LISTS.iter().find(|(name, _)| name == key) {
            Some((_, needs)) if list.is_none() && value.starts_with('[') => {
                list = Some((*value, *needs));
            }
            _ if BESIDE.contains(key) => {}
            _ => return Opened::No,
        }
    }
    let Some((array, needs)) = list else {
        return Opened::No;
    };
    let elements = elements(array);
    let first = elements.first().map(|first| JsonFields::parse(first));
    let is_one = match first {
        Some(Ok(first)) => needs.iter().any(|key| first.raw(key).is_some()),
        Some(Err(_)) => false,
        None => true,
    };
    if !is_one {
        return Opened::No;
    }
    let common = envelope(record);
    let inside = elements.into_iter().map(|text| Inner {
        text: text.into(),
        envelope: common.clone(),
    });
    Opened::Inside(inside.collect())
}
