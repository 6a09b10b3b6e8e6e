//! What the components of the control plane of a managed cluster write.

use nepho_codec::table::{Table, keep, text};
use nepho_core::register;
use nepho_core::tables::Column;

use crate::record::{Family, FamilyFormat, details};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Components of an Azure Kubernetes Service control plane: API server, scheduler, controllers, autoscaler, guard",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.kube_component";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("stream", "stream"),
        ("containerID", "container_id"),
        ("ccpNamespace", "namespace"),
    ],
    api: "Microsoft.ContainerService",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

/// Categories of these logs, each named after its component.
pub(crate) const CATEGORIES: [&str; 12] = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "cluster-autoscaler",
    "cloud-controller-manager",
    "guard",
    "csi-azuredisk-controller",
    "csi-azurefile-controller",
    "csi-snapshot-controller",
    "karpenter-events",
    "fleet-member-agent",
    "AKSControlPlane",
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["pod", "PodName"], Column::Host),
        text(&["containerID"], Column::Process),
        keep(&["log", "Message"], details::MESSAGE),
    ],
    extras: &[],
    finish: None,
};
