//! What the provisioning service did to accounts in other systems, as the Graph API lists it
//! (`auditLogs/provisioning`, formerly `auditLogs/directoryProvisioning`).

use nepho_codec::table::{
    JsonFormat, Need, Table, duration, outcome_of, part, resource, text, time,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome};

use crate::record::parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.graph_provisioning",
    summary: "Microsoft Entra provisioning as the Graph API lists it",
    permissions: &["AuditLog.Read.All"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "azure.graph_provisioning",
    needs: &[
        Need::Has("activityDateTime"),
        Need::HasAny(&["cycleId", "changeId"]),
        Need::HasAny(&["jobId", "provisioningSteps"]),
        Need::HasAny(&["sourceSystem", "targetSystem", "servicePrincipal"]),
        Need::Lacks("operationName"),
        Need::Lacks("properties"),
    ],
    constants: &[
        (Column::Provider, "azure"),
        (Column::Service, "Microsoft.aadiam"),
    ],
    fields: &[
        time(&["activityDateTime"]),
        text(&["tenantId"], Column::Account),
        text(&["provisioningAction", "action"], Column::Action),
        part(
            &["initiatedBy.displayName", "initiatedBy.id"],
            Column::Actor,
            parts::plain,
        ),
        resource(&["targetIdentity.id", "sourceIdentity.id"]),
        duration(&["durationInMilliseconds"], 1e6),
        text(&["changeId", "id"], Column::RequestId),
        text(
            &[
                "provisioningStatusInfo.errorInformation.reason",
                "statusInfo.reason",
                "statusInfo.errorInformation.reason",
            ],
            Column::Body,
        ),
        outcome_of(
            &["provisioningStatusInfo.status", "statusInfo.status"],
            OUTCOMES,
        ),
    ],
    extras: &[
        ("id", "audit_id"),
        ("jobId", "job"),
        ("cycleId", "cycle"),
        ("servicePrincipal.displayName", "application"),
        ("servicePrincipal.name", "application"),
        ("sourceSystem.displayName", "source_system"),
        ("targetSystem.displayName", "target_system"),
        ("sourceIdentity.displayName", "identity"),
        (
            "provisioningStatusInfo.errorInformation.errorCode",
            "error_code",
        ),
        ("statusInfo.errorCode", "error_code"),
    ],
    finish: None,
};

/// What was skipped, and what ended with a warning, is neither.
///
/// Source: learn.microsoft.com/graph/api/resources/provisioningstatusinfo, as of 2026-11-30.
const OUTCOMES: &[(&str, Outcome)] =
    &[("success", Outcome::Success), ("failure", Outcome::Failure)];
