//! Sign-ins to Microsoft Entra as the Graph API lists them (`auditLogs/signIns`).

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, part, source_address, text, time};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.graph_signin",
    summary: "Microsoft Entra sign-ins as the Graph API lists them",
    permissions: &["AuditLog.Read.All"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const CODE: usize = 0;
const REASON: usize = 1;

static TABLE: Table = Table {
    name: "azure.graph_signin",
    needs: &[
        Need::Has("createdDateTime"),
        Need::Has("status.errorCode"),
        Need::HasAny(&["appDisplayName", "appId"]),
        Need::HasAny(&["ipAddress", "clientAppUsed", "conditionalAccessStatus"]),
        Need::Lacks("operationName"),
        Need::Lacks("properties"),
    ],
    constants: &[
        (Column::Provider, "azure"),
        (Column::Service, "Microsoft.aadiam"),
        (Column::Action, "Sign-in activity"),
    ],
    fields: &[
        time(&["createdDateTime"]),
        part(
            &[
                "userPrincipalName",
                "servicePrincipalName",
                "userDisplayName",
                "userId",
                "servicePrincipalId",
                "appDisplayName",
            ],
            Column::Actor,
            parts::plain,
        ),
        source_address(&["ipAddress"]),
        text(&["userAgent"], Column::UserAgent),
        text(&["correlationId", "id"], Column::RequestId),
        text(&["homeTenantId", "resourceTenantId"], Column::Account),
        keep(&["status.errorCode"], CODE),
        keep(&["status.failureReason"], REASON),
    ],
    extras: &[
        ("id", "sign_in_id"),
        ("appDisplayName", "application"),
        ("appId", "application_id"),
        ("userId", "user_id"),
        ("resourceDisplayName", "resource_name"),
        ("clientAppUsed", "client"),
        ("status.errorCode", "error_code"),
        ("conditionalAccessStatus", "conditional_access"),
        ("authenticationRequirement", "authentication_requirement"),
        ("riskLevelDuringSignIn", "risk_level"),
        ("riskState", "risk_state"),
        ("isInteractive", "interactive"),
        ("deviceDetail.operatingSystem", "operating_system"),
        ("deviceDetail.browser", "browser"),
        ("location.countryOrRegion", "country"),
        ("location.city", "city"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(code) = event.kept(CODE) {
        row.outcome(match code.as_ref() {
            "0" => Outcome::Success,
            _ => Outcome::Failure,
        });
    }
    if let Some(reason) = event.kept(REASON).filter(|reason| reason != "Other.") {
        row.text(Column::Body, &reason);
    }
}
