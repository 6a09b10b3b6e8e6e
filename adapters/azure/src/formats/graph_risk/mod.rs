//! Risks that Entra ID Protection saw, as the Graph API lists them
//! (`identityProtection/riskDetections`, `riskyUsers`).

use nepho_codec::table::{JsonFormats, Need, Table, part, severity_of, source_address, text, time};
use nepho_core::register;
use nepho_core::severity::RANKS;
use nepho_core::tables::Column;

use crate::record::parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.graph_risk",
    summary: "Microsoft Entra ID Protection as the Graph API lists it: risk detections, risky users",
    permissions: &[
        "IdentityRiskEvent.Read.All",
        "IdentityRiskyServicePrincipal.Read.All",
        "IdentityRiskyUser.Read.All",
    ],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&DETECTION, &USER];

/// `riskDetection` and `servicePrincipalRiskDetection`.
static DETECTION: Table = Table {
    name: "azure.graph_risk",
    needs: &[
        Need::Has("riskEventType"),
        Need::Has("riskState"),
        Need::HasAny(&["detectedDateTime", "activityDateTime"]),
        Need::Lacks("operationName"),
        Need::Lacks("properties"),
    ],
    constants: &[
        (Column::Provider, "azure"),
        (Column::Service, "Microsoft.aadiam"),
        (Column::Action, "Risk detection"),
    ],
    fields: &[
        time(&[
            "activityDateTime",
            "detectedDateTime",
            "lastUpdatedDateTime",
        ]),
        severity_of(&["riskLevel"], RANKS),
        part(
            &[
                "userPrincipalName",
                "servicePrincipalDisplayName",
                "userDisplayName",
                "userId",
                "servicePrincipalId",
                "appId",
            ],
            Column::Actor,
            parts::plain,
        ),
        source_address(&["ipAddress"]),
        text(&["correlationId", "requestId", "id"], Column::RequestId),
        text(&["riskEventType"], Column::Body),
    ],
    extras: &[
        ("id", "risk_id"),
        ("riskEventType", "risk_type"),
        ("riskLevel", "risk_level"),
        ("riskState", "risk_state"),
        ("riskDetail", "risk_detail"),
        ("detectionTimingType", "detection_timing"),
        ("source", "detected_by"),
        ("activity", "activity"),
        ("location.countryOrRegion", "country"),
        ("location.city", "city"),
    ],
    finish: None,
};

/// `riskyUser` and `riskyServicePrincipal`.
static USER: Table = Table {
    name: "azure.graph_risk",
    needs: &[
        Need::Has("riskLastUpdatedDateTime"),
        Need::Has("riskState"),
        Need::Has("riskLevel"),
        Need::Lacks("operationName"),
        Need::Lacks("properties"),
    ],
    constants: &[
        (Column::Provider, "azure"),
        (Column::Service, "Microsoft.aadiam"),
        (Column::Action, "Risky user"),
    ],
    fields: &[
        time(&["riskLastUpdatedDateTime"]),
        severity_of(&["riskLevel"], RANKS),
        part(
            &["userPrincipalName", "displayName", "userDisplayName", "id"],
            Column::Actor,
            parts::plain,
        ),
        text(&["id"], Column::RequestId),
        text(&["riskState"], Column::Body),
    ],
    extras: &[
        ("id", "risk_id"),
        ("riskLevel", "risk_level"),
        ("riskState", "risk_state"),
        ("riskDetail", "risk_detail"),
    ],
    finish: None,
};
