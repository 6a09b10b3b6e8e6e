//! Changes in Microsoft Entra as the Graph API lists them (`auditLogs/directoryAudits`).

use nepho_codec::json::JsonFields;
use nepho_codec::table::{
    JsonFormatWith, Need, Table, keep, outcome_of, part, resource, source_address, text, time,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome};

use crate::record::{granted, pairs, parts};

register!(Component {
    kind: Kind::Format,
    name: "azure.graph_directory_audit",
    summary: "Microsoft Entra audit as the Graph API lists it",
    permissions: &["AuditLog.Read.All"],
    make: Make::Format(|| Box::new(JsonFormatWith(&TABLE, roles))),
});

static TABLE: Table = Table {
    name: "azure.graph_directory_audit",
    needs: &[
        Need::Has("activityDateTime"),
        Need::Has("activityDisplayName"),
        Need::HasAny(&["initiatedBy", "targetResources"]),
        Need::HasAny(&["loggedByService", "operationType", "result"]),
        Need::Lacks("operationName"),
        Need::Lacks("properties"),
    ],
    constants: &[
        (Column::Provider, "azure"),
        (Column::Service, "Microsoft.aadiam"),
    ],
    fields: &[
        time(&["activityDateTime"]),
        text(&["activityDisplayName"], Column::Action),
        part(
            &[
                "initiatedBy.user.userPrincipalName",
                "initiatedBy.app.displayName",
                "initiatedBy.user.displayName",
                "initiatedBy.user.id",
                "initiatedBy.app.servicePrincipalId",
                "initiatedBy.app.appId",
            ],
            Column::Actor,
            parts::plain,
        ),
        source_address(&["initiatedBy.user.ipAddress"]),
        text(&["userAgent"], Column::UserAgent),
        resource(&["targetResources[].id"]),
        text(&["correlationId", "id"], Column::RequestId),
        text(&["resultReason"], Column::Body),
        outcome_of(&["result"], OUTCOMES),
        keep(&["additionalDetails"], pairs::DETAILS),
    ],
    extras: &[
        ("id", "audit_id"),
        ("category", "category"),
        ("loggedByService", "logged_by"),
        ("operationType", "operation_type"),
        ("targetResources[0].displayName", "target"),
        ("targetResources[0].type", "target_type"),
    ],
    finish: Some(pairs::client),
};

/// What was granted or taken.
fn roles(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    if let Some(properties) = fields.raw("targetResources[0].modifiedProperties") {
        granted::found(properties, found);
    }
}

const OUTCOMES: &[(&str, Outcome)] = &[
    ("success", Outcome::Success),
    ("failure", Outcome::Failure),
    ("timeout", Outcome::Failure),
];
