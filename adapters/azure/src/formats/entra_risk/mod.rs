//! Risks that Entra ID Protection saw in users, sign-ins and service principals.

use nepho_codec::table::{Event, Table, keep, part, severity_of};
use nepho_core::register;
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Row};

use crate::record::{Family, FamilyFormat, details, pairs, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Microsoft Entra ID Protection: risk detections, users and service principals at risk",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.entra_risk";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("riskEventType", "risk_type"),
        ("riskLevel", "risk_level"),
        ("riskState", "risk_state"),
        ("riskDetail", "risk_detail"),
        ("detectionTimingType", "detection_timing"),
        ("source", "detected_by"),
        ("activity", "activity"),
        ("location.countryOrRegion", "country"),
        ("location.city", "city"),
        ("id", "risk_id"),
        ("userId", "user_id"),
    ],
    api: "Microsoft.aadiam",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 9] = [
    "UserRiskEvents",
    "RiskyUsers",
    "ServicePrincipalRiskEvents",
    "RiskyServicePrincipals",
    "RiskyAgents",
    "AADUserRiskEvents",
    "AADRiskyUsers",
    "AADServicePrincipalRiskEvents",
    "AADRiskyServicePrincipals",
];

const MORE: usize = 20;

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        part(
            &[
                "userPrincipalName",
                "servicePrincipalDisplayName",
                "userDisplayName",
                "displayName",
                "userId",
                "servicePrincipalId",
                "appId",
            ],
            Column::Actor,
            parts::plain,
        ),
        keep(&["ipAddress"], details::ADDRESS),
        keep(&["additionalInfo"], MORE),
        severity_of(&["riskLevel", "riskLevelAggregated"], RANKS),
        keep(
            // What was done about a risk is most often `none`.
            &["riskEventType", "riskType", "riskState", "riskDetail"],
            details::MESSAGE,
        ),
    ],
    extras: &[],
    finish: Some(finish),
};

/// Address of the client, and its program, which only the additional information tells.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    details::address(event, row);
    if let Some(agent) = pairs::named(event, MORE, "userAgent") {
        row.text(Column::UserAgent, &agent);
    }
}
