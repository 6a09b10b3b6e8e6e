//! Changes to users, groups, applications, roles and policies of a tenant.

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{Event, Table, keep, part, resource, text};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::record::extras::Values;
use crate::record::{Family, FamilyFormat, details, pairs, parts};

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
        keep(&["result"], details::RESULT),
        keep(&["resultReason", "resultDescription"], details::DESCRIPTION),
    ],
    extras: &[],
    finish: Some(finish),
};

/// What was granted or taken. Of the properties that were modified, these hold no secrets.
fn roles(values: &Values<'_>, found: &mut dyn FnMut(&str, &str)) {
    let Some(properties) = values.raw("targetResources[0].modifiedProperties") else {
        return;
    };
    for property in elements(properties) {
        let Ok(property) = JsonFields::parse(property) else {
            continue;
        };
        let name = property.text("displayName").unwrap_or_default();
        let word = ROLES
            .iter()
            .find(|(held, _)| held.eq_ignore_ascii_case(name));
        let Some((_, word)) = word else {
            continue;
        };
        // What was taken has only an old value. Both are JSON in text.
        let value = ["newValue", "oldValue"]
            .iter()
            .filter_map(|key| property.text(key))
            .map(unescape)
            .find(|value| !matches!(value.as_ref(), "" | "null" | "[]" | "\"\""));
        if let Some(value) = value {
            found(word, value.trim_matches('"'));
        }
    }
}

/// Names of modified properties that say what an event is, with those of the extras.
const ROLES: [(&str, &str); 4] = [
    ("Role.DisplayName", "role"),
    ("Role.TemplateId", "role_template"),
    ("Group.DisplayName", "group"),
    ("AppRole.Value", "app_role"),
];

/// Address and program of the client, where only the additional details tell them.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    details::address(event, row);
    pairs::client(event, row);
}
