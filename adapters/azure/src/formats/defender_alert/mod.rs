//! Alerts of Microsoft Defender for Cloud, as continuous export and Log Analytics write them.

mod entities;

use nepho_codec::table::{Event, Need, Table, keep, part, resource, severity_of, text, time};
use nepho_core::register;
use nepho_core::severity::RANKS;
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
const KIND: usize = 3;
const INTENT: usize = 4;

static TABLE: Table = Table {
    name: "azure.defender_alert",
    needs: &[
        Need::HasAny(&["systemAlertId", "properties.systemAlertId"]),
        Need::HasAny(&[
            "alertDisplayName",
            "displayName",
            "alertName",
            "properties.alertDisplayName",
        ]),
        Need::HasAny(&["severity", "alertSeverity", "properties.severity"]),
        Need::HasAny(&[
            "vendorName",
            "productName",
            "providerName",
            "properties.vendorName",
            "properties.productName",
        ]),
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
            "properties.timeGeneratedUtc",
            "properties.processingEndTimeUtc",
            "properties.startTimeUtc",
        ]),
        text(
            &["alertType", "alertName", "properties.alertType"],
            Column::Action,
        ),
        resource(&[
            "resourceIdentifiers[].azureResourceId",
            "properties.resourceIdentifiers[].azureResourceId",
        ]),
        resource(&["azureResourceId", "_ResourceId", "resourceId"]),
        part(
            &[
                "resourceIdentifiers[].azureResourceId",
                "azureResourceId",
                "resourceId",
                "properties.resourceIdentifiers[].azureResourceId",
                "id",
            ],
            Column::Account,
            parts::subscription,
        ),
        text(
            &["workspaceSubscriptionId", "azureResourceSubscriptionId"],
            Column::Account,
        ),
        severity_of(&["severity", "alertSeverity", "properties.severity"], RANKS),
        text(
            &["systemAlertId", "properties.systemAlertId"],
            Column::RequestId,
        ),
        text(
            &["compromisedEntity", "properties.compromisedEntity"],
            Column::Host,
        ),
        text(
            &[
                "alertDisplayName",
                "displayName",
                "properties.alertDisplayName",
                "description",
            ],
            Column::Body,
        ),
        keep(
            &[
                "alertDisplayName",
                "displayName",
                "properties.alertDisplayName",
            ],
            TITLE,
        ),
        keep(&["description", "properties.description"], DESCRIPTION),
        keep(&["entities", "properties.entities"], ENTITIES),
        keep(&["alertType", "alertName", "properties.alertType"], KIND),
        keep(&["intent", "tactics", "properties.intent"], INTENT),
    ],
    extras: &[
        ("alertType", "alert_type"),
        ("properties.alertType", "alert_type"),
        ("status", "state"),
        ("properties.status", "state"),
        ("intent", "tactics"),
        ("properties.intent", "tactics"),
        ("tactics", "tactics"),
        ("techniques", "techniques"),
        ("properties.techniques", "techniques"),
        ("productName", "product"),
        ("properties.productName", "product"),
        ("productComponentName", "product_component"),
        ("properties.productComponentName", "product_component"),
        ("alertUri", "link"),
        ("properties.alertUri", "link"),
        ("confidenceLevel", "confidence"),
        ("compromisedEntity", "compromised_entity"),
        ("properties.compromisedEntity", "compromised_entity"),
        ("isIncident", "incident"),
        ("properties.isIncident", "incident"),
    ],
    finish: Some(finish),
};

/// The title, with what was seen behind it, and who and what the entities name.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(entities) = event.kept(ENTITIES) {
        let kind = event.kept(KIND).unwrap_or_default();
        let intent = event.kept(INTENT).unwrap_or_default();
        entities::put(&entities, goes_out(&kind, &intent), row);
    }
    if let (Some(title), Some(description)) = (event.kept(TITLE), event.kept(DESCRIPTION))
        && title != description
    {
        row.text_of(Column::Body, &[&title, ": ", &description]);
    }
}

/// Whether what an alert of this type and intent is about went out, so that an address from outside
/// is where it went to.
///
/// Source: learn.microsoft.com/azure/defender-for-cloud/alerts-azure-network-layer and
/// alerts-dns, as of 2026-11-29: `SSH_Outgoing_BF_OneToOne`, `Network_CommunicationWithC2`,
/// `PortScanning`, `DDOS` and `RDP_Outgoing_BF_OneToMany` are of traffic that the resource sent.
fn goes_out(kind: &str, intent: &str) -> bool {
    intent.contains("CommandAndControl")
        || kind.contains("Outgoing")
        || kind.contains("CommunicationWith")
        || matches!(kind, "PortScanning" | "DDOS")
}
