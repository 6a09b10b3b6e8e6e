//! What Microsoft Defender for Cloud found out about resources: recommendations, vulnerabilities,
//! secure scores, compliance; and its alerts in the shape of resources.

use nepho_codec::table::{
    Event, Need, Table, keep, outcome_of, part, resource, severity_of, text, time,
};
use nepho_core::register;
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{AnyCase, parts};

register!(Component {
    kind: Kind::Format,
    name: "azure.defender_assessment",
    summary: "Microsoft Defender for Cloud: recommendations, vulnerabilities, secure scores, compliance",
    permissions: &["Microsoft.Security/assessments/read"],
    make: Make::Format(|| Box::new(AnyCase(&TABLE))),
});

const TITLE: usize = 0;
const DETAIL: usize = 1;

static TABLE: Table = Table {
    name: "azure.defender_assessment",
    needs: &[
        Need::Starts("type", "Microsoft.Security/"),
        Need::Has("properties"),
        Need::Has("id"),
        // Alerts are of a format of their own, also where assessments stand before them.
        Need::Lacks("properties.systemAlertId"),
    ],
    constants: &[
        (Column::Provider, "azure"),
        (Column::Service, "Microsoft.Security"),
    ],
    fields: &[
        time(&[
            "properties.timeGenerated",
            "properties.timeGeneratedUtc",
            "properties.status.statusChangeDate",
        ]),
        text(&["type"], Column::Action),
        resource(&[
            "properties.resourceDetails.id",
            "properties.resourceDetails.resourceId",
        ]),
        resource(&["id"]),
        part(&["id"], Column::Account, parts::subscription),
        outcome_of(&["properties.status.code", "properties.state"], OUTCOMES),
        severity_of(
            &[
                "properties.severity",
                "properties.status.severity",
                "properties.metadata.severity",
            ],
            RANKS,
        ),
        text(&["name"], Column::RequestId),
        keep(
            &[
                "properties.displayName",
                "properties.metadata.displayName",
                "properties.description",
            ],
            TITLE,
        ),
        keep(
            &[
                "properties.status.description",
                "properties.status.cause",
                "properties.description",
                "properties.metadata.description",
            ],
            DETAIL,
        ),
    ],
    extras: &[
        ("type", "resource_kind"),
        ("properties.status.code", "state"),
        ("properties.state", "state"),
        ("properties.status.cause", "cause"),
        ("properties.score.current", "score"),
        ("properties.score.max", "maximum_score"),
        ("properties.unhealthyResourceCount", "unhealthy"),
        ("properties.healthyResourceCount", "healthy"),
        ("properties.failedResources", "failed"),
        ("properties.passedResources", "passed"),
        ("properties.additionalData.assessedResourceType", "assessed"),
        ("securityEventDataEnrichment.action", "event"),
        ("securityEventDataEnrichment.isSnapshot", "snapshot"),
        ("properties.links.azurePortal", "link"),
    ],
    finish: Some(finish),
};

/// What an assessment says; what was skipped or does not apply says nothing.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("Healthy", Outcome::Success),
    ("Passed", Outcome::Success),
    ("Unhealthy", Outcome::Failure),
    ("Failed", Outcome::Failure),
];

/// The title, with what was seen behind it.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let title = event.kept(TITLE).unwrap_or_default();
    match event.kept(DETAIL).filter(|detail| *detail != title) {
        Some(detail) if !title.is_empty() => {
            row.text_of(Column::Body, &[&title, ": ", &detail]);
        }
        _ => {
            row.text(Column::Body, &title);
        }
    }
}
