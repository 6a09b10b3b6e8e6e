//! What the provisioning service did to accounts in other systems.

use nepho_codec::table::{Table, duration, keep, outcome_of, resource, text};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome};

use crate::record::{Family, FamilyFormat, details};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Microsoft Entra provisioning: accounts that were created, changed or skipped in other systems",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.entra_provisioning";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("provisioningAction", "provisioning_action"),
        ("jobId", "job"),
        ("cycleId", "cycle"),
        ("changeId", "change"),
        ("servicePrincipal.Name", "application"),
        ("sourceSystem.Name", "source_system"),
        ("targetSystem.Name", "target_system"),
        ("sourceIdentity.details.DisplayName", "identity"),
        ("statusInfo.ErrorCode", "error_code"),
    ],
    api: "Microsoft.aadiam",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 2] = ["ProvisioningLogs", "AADProvisioningLogs"];

/// States of a step, by number and name. What was skipped, and what ended with a warning, is
/// neither.
///
/// Source: learn.microsoft.com/graph/api/resources/provisioningstatusinfo, as of 2026-11-30.
const STATUSES: &[(&str, Outcome)] = &[
    ("0", Outcome::Success),
    ("success", Outcome::Success),
    ("1", Outcome::Failure),
    ("failure", Outcome::Failure),
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(
            &["initiatedBy.Name", "initiatedBy.displayName"],
            Column::Actor,
        ),
        resource(&["targetIdentity.id", "sourceIdentity.id"]),
        duration(&["durationInMilliseconds", "durationMs"], 1e6),
        keep(&["provisioningStatusInfo.status"], details::RESULT),
        outcome_of(&["statusInfo.Status"], STATUSES),
        keep(
            &[
                "statusInfo.Reason",
                "statusInfo.ErrorInformation.reason",
                "provisioningStatusInfo.errorInformation.reason",
                "resultDescription",
            ],
            details::DESCRIPTION,
        ),
    ],
    extras: &[],
    finish: None,
};
