//! Sign-ins of users, service principals and managed identities to Microsoft Entra.

use nepho_codec::table::{Event, Table, keep, part, text};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{Family, FamilyFormat, details, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Microsoft Entra sign-ins: of users, interactive or not, service principals, managed identities, AD FS",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.entra_signin";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("appDisplayName", "application"),
        ("appId", "application_id"),
        ("userId", "user_id"),
        ("id", "sign_in_id"),
        ("resourceDisplayName", "resource_name"),
        ("clientAppUsed", "client"),
        ("status.errorCode", "error_code"),
        ("conditionalAccessStatus", "conditional_access"),
        ("authenticationRequirement", "authentication_requirement"),
        ("riskLevelDuringSignIn", "risk_level"),
        ("riskState", "risk_state"),
        ("isInteractive", "interactive"),
        ("userType", "user_type"),
        ("deviceDetail.operatingSystem", "operating_system"),
        ("deviceDetail.browser", "browser"),
        ("location.countryOrRegion", "country"),
        ("location.city", "city"),
        ("locationDetails.countryOrRegion", "country"),
        ("locationDetails.city", "city"),
        ("autonomousSystemNumber", "autonomous_system"),
        ("crossTenantAccessType", "cross_tenant"),
    ],
    api: "Microsoft.aadiam",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 9] = [
    "SignInLogs",
    "NonInteractiveUserSignInLogs",
    "ServicePrincipalSignInLogs",
    "ManagedIdentitySignInLogs",
    "ADFSSignInLogs",
    "MicrosoftServicePrincipalSignInLogs",
    "AADNonInteractiveUserSignInLogs",
    "AADServicePrincipalSignInLogs",
    "AADManagedIdentitySignInLogs",
];

const REASON: usize = 20;

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        part(
            &[
                "userPrincipalName",
                "servicePrincipalName",
                "userDisplayName",
                "userId",
                "servicePrincipalId",
                "appDisplayName",
                "appId",
            ],
            Column::Actor,
            parts::plain,
        ),
        keep(&["ipAddress"], details::ADDRESS),
        text(&["userAgent"], Column::UserAgent),
        keep(&["status.errorCode", "resultType"], details::RESULT),
        keep(&["status.failureReason"], REASON),
        keep(
            &["correlationId", "originalRequestId", "id"],
            details::REQUEST,
        ),
    ],
    extras: &[],
    finish: Some(finish),
};

/// Why it failed; `Other.` says nothing. Any number but 0 is an error: those of AD FS begin at 100
/// and are no status of HTTP.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let code = event.kept(details::RESULT);
    if code.is_some_and(|code| code.parse::<u32>().is_ok_and(|code| code != 0)) {
        row.outcome(Outcome::Failure);
    }
    details::address(event, row);
    details::request(event, row);
    if let Some(reason) = event.kept(REASON).filter(|reason| reason != "Other.") {
        row.text(Column::Body, &reason);
    }
}
