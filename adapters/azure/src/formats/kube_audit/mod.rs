//! Audit events of the API server of a managed cluster: JSON text in `properties.log`, or columns.
//!
//! Source: learn.microsoft.com/azure/aks/monitor-aks-reference, as of 2026-11-27.

use nepho_codec::table::{Table, http_status, keep, part, resource, source_address, text, url};
use nepho_core::register;
use nepho_core::tables::Column;

use crate::record::{Family, FamilyFormat, details, kube_event, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Audit events of the API server of an Azure Kubernetes Service cluster",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.kube_audit";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("ObjectRef.namespace", "namespace"),
        ("ObjectRef.resource", "resource_kind"),
        ("ObjectRef.subresource", "subresource"),
        ("stage", "stage"),
    ],
    more: Some(kube_event::found),
    nested: Some(&kube_event::TABLE),
    api: "Microsoft.ContainerService",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 6] = [
    "kube-audit",
    "kube-audit-admin",
    "AKSAudit",
    "AKSAuditAdmin",
    "ArcK8sAudit",
    "ArcK8sAuditAdmin",
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["pod", "PodName"], Column::Host),
        text(&["Verb"], Column::Action),
        part(&["User.username"], Column::Actor, parts::plain),
        source_address(&["SourceIps[0]"]),
        text(&["UserAgent"], Column::UserAgent),
        text(&["AuditId"], Column::RequestId),
        url(&["RequestUri"]),
        resource(&["ObjectRef.name"]),
        http_status(&["ResponseStatus.code"]),
        text(&["ResponseStatus.message"], Column::Body),
        keep(&["log"], details::MESSAGE),
    ],
    extras: &[],
    finish: None,
};
