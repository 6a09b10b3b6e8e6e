//! Audit events of Kubernetes within the `kube-audit` logs of a managed cluster: JSON text in
//! `properties.log`.
//!
//! Sources (read 2026-11-21): learn.microsoft.com/azure/aks/monitor-aks-reference,
//! kubernetes.io/docs/reference/config-api/apiserver-audit.v1.

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::json::url_path;
use nepho_codec::table::{Event, Field, Need, Table, To};
use nepho_core::key;
use nepho_core::tables::{Column, Row};

use super::extras::Values;
use super::{keep, text};

/// One audit event.
pub(crate) static TABLE: Table = Table {
    name: "azure",
    needs: &[
        Need::Has("verb"),
        Need::HasAny(&["auditID", "objectRef", "requestURI", "user"]),
    ],
    constants: &[],
    fields: &[
        text(&["verb"], Column::Action),
        text(&["user.username", "user.uid"], Column::Actor),
        text(&["sourceIPs[0]"], Column::SourceIp),
        text(&["userAgent"], Column::UserAgent),
        text(&["auditID"], Column::RequestId),
        Field {
            from: &["requestURI"],
            to: To::Part(Column::Path, url_path),
        },
        Field {
            from: &["objectRef.name"],
            to: To::Resource,
        },
        Field {
            from: &["responseStatus.code"],
            to: To::Status,
        },
        text(&["responseStatus.message"], Column::Body),
        keep(&["requestReceivedTimestamp", "stageTimestamp"], TIME),
        keep(&["objectRef.resource"], KIND),
        keep(&["objectRef.apiGroup"], GROUP),
        keep(&["objectRef.namespace"], NAMESPACE),
        keep(&["objectRef.name"], NAME),
    ],
    extras: &[],
    finish: None,
};

/// Time of the event.
pub(crate) const TIME: usize = 0;
/// What it is about.
const KIND: usize = 1;
const GROUP: usize = 2;
const NAMESPACE: usize = 3;
const NAME: usize = 4;

/// Adds the canonical id of the object that an event is about, in this cluster.
pub(super) fn put_object(event: &Event<'_>, cluster: &str, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    let (kind, name) = (key::kubernetes_kind(&kept(KIND)), kept(NAME));
    if !kind.is_empty() && !name.is_empty() {
        let told = row.record().stream.cluster.clone();
        let cluster = told.as_deref().unwrap_or(cluster);
        let id = key::kubernetes(cluster, &kept(GROUP), &kind, &kept(NAMESPACE), &name);
        row.resource(&id);
    }
}

/// Hands out the values of an audit event that have no column.
pub(crate) fn found(values: &Values<'_>, found: &mut dyn FnMut(&str, &str)) {
    let text = values.text(&["log", "log_s"]);
    // Shippers that have parsed the text write the object.
    let Some(log) = text.as_deref().or_else(|| values.raw("log")) else {
        return;
    };
    let Ok(event) = JsonFields::parse(log) else {
        return;
    };
    for (path, name) in [
        ("objectRef.namespace", "namespace"),
        ("objectRef.resource", "resource_kind"),
        ("objectRef.subresource", "subresource"),
        ("stage", "stage"),
        ("impersonatedUser.username", "impersonated_user"),
    ] {
        if let Some(value) = event.text(path) {
            found(name, &unescape(value));
        }
    }
}
