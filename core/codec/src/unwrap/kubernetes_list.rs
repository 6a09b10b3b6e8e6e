//! Events of the Kubernetes API in lists and watches: those of `kubectl get events -o json`, with
//! `-w --output-watch-events` or without, and the batches that the API server sends to a webhook
//! for audit events.
//!
//! Source: kubernetes.io/docs/reference/using-api/api-concepts (collections, watches) and
//! kubernetes.io/docs/reference/config-api/apiserver-audit.v1 (`EventList`), as of 2026-11-27.

use std::borrow::Cow;

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::JsonFields;
use crate::json::fields::elements;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    if let Some(event) = watched(fields) {
        return Opened::Inside(vec![Inner {
            text: Cow::Borrowed(event),
            envelope: envelope(record),
        }]);
    }
    let (Some(kind), Some(_), Some(items)) = (
        fields.text("kind"),
        fields.text("apiVersion"),
        fields.raw("items"),
    ) else {
        return Opened::No;
    };
    // Lists of pods and other objects are no log.
    let is_of_events = kind == "EventList"
        || kind == "List"
            && (items.contains("\"involvedObject\"") || items.contains("\"regarding\""));
    if !is_of_events || !items.starts_with('[') {
        return Opened::No;
    }
    let inside = elements(items).into_iter().map(|text| Inner {
        text: Cow::Borrowed(text),
        envelope: envelope(record),
    });
    Opened::Inside(inside.collect())
}

/// The event that a watch tells of: `{"type":"ADDED","object":{"kind":"Event"}}`.
fn watched<'a>(fields: &JsonFields<'a>) -> Option<&'a str> {
    let [_, _] = fields.members() else {
        return None;
    };
    let kind = fields.text("type")?;
    let object = fields.raw("object")?;
    let is_change = matches!(kind, "ADDED" | "MODIFIED" | "DELETED");
    let is_event = fields.text("object.kind") == Some("Event");
    (is_change && is_event && object.starts_with('{')).then_some(object)
}
