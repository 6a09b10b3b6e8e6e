//! Sign-ins and audit logs of Microsoft Entra as the portal downloads them: tables with a name for
//! each column.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, outcome_of, part, resource, source_address, text, time,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.entra_csv",
    summary: "Microsoft Entra sign-ins and audit logs as the portal downloads them (CSV)",
    permissions: &["Microsoft.Directory/auditLogs/allProperties/read"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&SIGN_INS, &AUDIT];

const CONSTANTS: &[(Column, &str)] = &[
    (Column::Provider, "azure"),
    (Column::Service, "Microsoft.aadiam"),
];

const REASON: usize = 0;

const OUTCOMES: &[(&str, Outcome)] = &[
    ("Success", Outcome::Success),
    ("Failure", Outcome::Failure),
    // A step was asked for, and not taken.
    ("Interrupted", Outcome::Failure),
    ("Timeout", Outcome::Failure),
];

/// Users, interactive or not, service principals and managed identities.
static SIGN_INS: Table = Table {
    name: "azure.entra_csv",
    needs: &[
        Need::Has("Date (UTC)"),
        Need::Has("Request ID"),
        Need::Has("IP address"),
        Need::HasAny(&[
            "Username",
            "Service principal ID",
            "Service principal name",
            "Managed Identity type",
        ]),
        Need::HasAny(&["Sign-in error code", "Status", "Application ID"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["Date (UTC)"]),
        text(&["Correlation ID", "Request ID"], Column::RequestId),
        part(
            &[
                "Username",
                "Service principal name",
                "User",
                "Service principal ID",
                "User ID",
                "Application",
            ],
            Column::Actor,
            parts::plain,
        ),
        text(&["Home tenant ID", "Resource tenant ID"], Column::Account),
        text(&["User agent"], Column::UserAgent),
        source_address(&["IP address"]),
        outcome_of(&["Status"], OUTCOMES),
        resource(&["Resource ID"]),
        keep(&["Failure reason"], REASON),
    ],
    extras: &[
        ("Request ID", "sign_in_id"),
        ("Application", "application"),
        ("Application ID", "application_id"),
        ("Resource", "resource_name"),
        ("User ID", "user_id"),
        ("Sign-in error code", "error_code"),
        ("Client app", "client"),
        ("Conditional Access", "conditional_access"),
        ("Authentication requirement", "authentication_requirement"),
        ("Operating System", "operating_system"),
        ("Browser", "browser"),
        ("Location", "location"),
        ("Autonomous system  number", "autonomous_system"),
    ],
    finish: Some(finish),
};

/// Changes to the directory.
static AUDIT: Table = Table {
    name: "azure.entra_csv",
    needs: &[
        Need::Has("Date (UTC)"),
        Need::HasAny(&["Activity", "ActivityDisplayName"]),
        Need::HasAny(&["ActorDisplayName", "ActorUserPrincipalName", "ActorType"]),
        Need::HasAny(&["CorrelationId", "Target1DisplayName", "Target1ObjectId"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["Date (UTC)"]),
        text(&["CorrelationId"], Column::RequestId),
        text(&["Activity", "ActivityDisplayName"], Column::Action),
        part(
            &[
                "ActorUserPrincipalName",
                "ActorDisplayName",
                "ActorServicePrincipalName",
                "ActorObjectId",
                "ActorServicePrincipalId",
            ],
            Column::Actor,
            parts::plain,
        ),
        text(&["ActorHomeTenantId"], Column::Account),
        source_address(&["IPAddress"]),
        text(&["UserAgent"], Column::UserAgent),
        outcome_of(&["Result"], OUTCOMES),
        resource(&["Target1ObjectId"]),
        resource(&["Target2ObjectId"]),
        resource(&["Target3ObjectId"]),
        text(&["ResultReason"], Column::Body),
    ],
    extras: &[
        ("Service", "logged_by"),
        ("Category", "category"),
        ("Target1DisplayName", "target"),
        ("Target1UserPrincipalName", "target"),
        ("Target1Type", "target_type"),
    ],
    finish: None,
};

/// Why it failed; `Other.` says nothing. All of them have one name.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.text(Column::Action, "Sign-in activity");
    if let Some(reason) = event.kept(REASON).filter(|reason| reason != "Other.") {
        row.text(Column::Body, &reason);
    }
}
