//! Alerts of Microsoft Defender for Cloud, as continuous export and Log Analytics write them.

mod entities;

use nepho_codec::table::{Event, Need, Table, keep, part, resource, severity_of, text, time};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::record::{AnyCase, parts};

register!(Component {
    kind: Kind::Format,
    name: "azure.defender_alert",
    summary: "Alerts of Microsoft Defender for Cloud: continuous export, table SecurityAlert",
    permissions: &["Microsoft.Security/alerts/read"],
    make: Make::Format(|| Box::new(AnyCase(&TABLE))),
});

const TITLE: usize = 0;
const DESCRIPTION: usize = 1;
const ENTITIES: usize = 2;

static TABLE: Table = Table {
    name: "azure.defender_alert",
    needs: &[
        Need::Has("systemAlertId"),
        Need::HasAny(&["alertDisplayName", "displayName", "alertName"]),
        Need::HasAny(&["severity", "alertSeverity"]),
        Need::HasAny(&["vendorName", "productName", "providerName"]),
    ],
    constants: &[
        (Column::Provider, "azure"),
        (Column::Service, "Microsoft.Security"),
    ],
    fields: &[
        time(&[
            "timeGenerated",
            "timeGeneratedUtc",
            "processingEndTime",
            "startTimeUtc",
            "startTime",
        ]),
        text(&["alertType", "alertName"], Column::Action),
        resource(&["resourceIdentifiers[].azureResourceId"]),
        resource(&["azureResourceId", "_ResourceId", "resourceId"]),
        part(
            &[
                "resourceIdentifiers[].azureResourceId",
                "azureResourceId",
                "resourceId",
            ],
            Column::Account,
            parts::subscription,
        ),
        text(
            &["workspaceSubscriptionId", "azureResourceSubscriptionId"],
            Column::Account,
        ),
        severity_of(&["severity", "alertSeverity"], SEVERITIES),
        text(&["systemAlertId"], Column::RequestId),
        text(&["compromisedEntity"], Column::Host),
        text(
            &["alertDisplayName", "displayName", "description"],
            Column::Body,
        ),
        keep(&["alertDisplayName", "displayName"], TITLE),
        keep(&["description"], DESCRIPTION),
        keep(&["entities"], ENTITIES),
    ],
    extras: &[
        ("alertType", "alert_type"),
        ("status", "state"),
        ("intent", "tactics"),
        ("tactics", "tactics"),
        ("techniques", "techniques"),
        ("productName", "product"),
        ("productComponentName", "product_component"),
        ("alertUri", "link"),
        ("confidenceLevel", "confidence"),
        ("compromisedEntity", "compromised_entity"),
        ("isIncident", "incident"),
    ],
    finish: Some(finish),
};

/// Severities of Defender for Cloud.
pub(super) const SEVERITIES: &[(&str, Severity)] = &[
    ("High", Severity::CRITICAL),
    ("Medium", Severity::ERROR),
    ("Low", Severity::WARN),
    ("Informational", Severity::INFO),
];

/// The title, with what was seen behind it, and who and what the entities name.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(entities) = event.kept(ENTITIES) {
        entities::put(&entities, row);
    }
    if let (Some(title), Some(description)) = (event.kept(TITLE), event.kept(DESCRIPTION))
        && title != description
    {
        row.text(Column::Body, &format!("{title}: {description}"));
    }
}
