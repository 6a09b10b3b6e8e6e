//! Lists of events of the Kubernetes API: those of `kubectl get events -o json`, and the batches
//! that the API server sends to a webhook for audit events.
//!
//! Source: kubernetes.io/docs/reference/using-api/api-concepts (collections) and
//! kubernetes.io/docs/reference/config-api/apiserver-audit.v1 (`EventList`), as of 2026-11-27.

use std::borrow::Cow;

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::JsonFields;
use crate::json::fields::elements;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
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
