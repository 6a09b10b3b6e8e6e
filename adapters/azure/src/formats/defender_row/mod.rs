//! What Microsoft Defender for Cloud found out about resources, as rows of Log Analytics.

use nepho_codec::table::{
    JsonFormat, Need, Table, outcome_of, part, resource, severity_of, text, time,
};
use nepho_core::register;
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Outcome};

use crate::record::parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.defender_row",
    summary: "Microsoft Defender for Cloud in Log Analytics: recommendations, compliance, secure scores",
    permissions: &["Microsoft.OperationalInsights/workspaces/query/read"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "azure.defender_row",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::IsAny(
            "Type",
            &[
                "SecurityRecommendation",
                "SecurityRegulatoryCompliance",
                "SecureScores",
                "SecureScoreControls",
                "SecurityNestedRecommendation",
            ],
        ),
    ],
    constants: &[
        (Column::Provider, "azure"),
        (Column::Service, "Microsoft.Security"),
    ],
    fields: &[
        time(&["TimeGenerated"]),
        text(&["Type"], Column::Action),
        part(
            &["AssessedResourceId"],
            Column::Account,
            parts::subscription,
        ),
        resource(&["AssessedResourceId"]),
        outcome_of(&["RecommendationState", "State"], OUTCOMES),
        severity_of(&["RecommendationSeverity", "Severity"], RANKS),
        text(&["ResourceRegion"], Column::Region),
        text(&["RecommendationId", "AssessmentKey"], Column::RequestId),
        text(
            &[
                "RecommendationDisplayName",
                "RecommendationName",
                "ControlName",
                "Description",
                "ComplianceControl",
            ],
            Column::Body,
        ),
    ],
    extras: &[
        ("RecommendationState", "state"),
        ("State", "state"),
        ("ComplianceStandard", "standard"),
        ("ComplianceControl", "control"),
        ("CurrentScore", "score"),
        ("MaxScore", "maximum_score"),
        ("FailedResources", "failed"),
        ("PassedResources", "passed"),
        ("IsSnapshot", "snapshot"),
    ],
    finish: None,
};

/// What an assessment says; what was skipped or does not apply says nothing.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("Healthy", Outcome::Success),
    ("Passed", Outcome::Success),
    ("Unhealthy", Outcome::Failure),
    ("Failed", Outcome::Failure),
];
