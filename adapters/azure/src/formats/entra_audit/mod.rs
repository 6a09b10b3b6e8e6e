//! Changes to users, groups, applications, roles and policies of a tenant.

use nepho_codec::table::{Event, Table, keep, part, resource, text};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::record::extras::Values;
use crate::record::{Family, FamilyFormat, details, granted, pairs, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Microsoft Entra audit: changes to users, groups, applications, roles, policies",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.entra_audit";

/// The family.
pub(super) static FAMILY: Family = Family {
    namespaces: &["Microsoft.aadiam", "Microsoft.Authorization"],
    extras: &[
        ("loggedByService", "logged_by"),
        ("operationType", "operation_type"),
        ("activityDisplayName", "activity"),
        ("id", "audit_id"),
        ("targetResources[0].displayName", "target"),
        ("targetResources[0].type", "target_type"),
        ("targetResources[0].userPrincipalName", "target"),
    ],
    more: Some(roles),
    api: "Microsoft.aadiam",
    shape: &["initiatedBy", "targetResources"],
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 23] = [
    "AuditLogs",
    "DirectoryManagement",
    "ApplicationManagement",
    "UserManagement",
    "GroupManagement",
    "RoleManagement",
    "Device",
    "Authorization",
    "Authentication",
    "EntitlementManagement",
    "ResourceManagement",
    "IdentityProtection",
    "AdministrativeUnit",
    "AccessReviews",
    "Agreement",
    "Contact",
    "KerberosDomain",
    "Label",
    "PermissionManagement",
    "ProvisioningManagement",
    "UserCredentials",
    "CrossTenantAccessSettings",
    "Other",
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
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
        keep(&["initiatedBy.user.ipAddress"], details::ADDRESS),
        keep(&["additionalDetails"], pairs::DETAILS),
        text(&["userAgent"], Column::UserAgent),
        resource(&["targetResources[].id"]),
        keep(&["correlationId", "id"], details::REQUEST),
        keep(&["result"], details::RESULT),
        keep(&["resultReason", "resultDescription"], details::DESCRIPTION),
    ],
    extras: &[],
    finish: Some(finish),
};

/// What was granted or taken.
fn roles(values: &Values<'_>, found: &mut dyn FnMut(&str, &str)) {
    if let Some(properties) = values.raw("targetResources[0].modifiedProperties") {
        granted::found(properties, found);
    }
}

/// Address and program of the client, where only the additional details tell them.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    details::address(event, row);
    details::request(event, row);
    pairs::client(event, row);
}
