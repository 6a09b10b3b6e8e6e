//! Incidents of Microsoft Sentinel: as its API and automation give them, and the table
//! `SecurityIncident` of Log Analytics.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, part, resource, severity_of, text, time,
};
use nepho_core::register;
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Row};

use crate::record::parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.sentinel_incident",
    summary: "Incidents of Microsoft Sentinel: API and table SecurityIncident",
    permissions: &["Microsoft.SecurityInsights/incidents/read"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 3] = [&API, &AUTOMATION, &ROW];

const CONSTANTS: &[(Column, &str)] = &[
    (Column::Provider, "azure"),
    (Column::Service, "Microsoft.SecurityInsights"),
];

const TITLE: usize = 0;
const DESCRIPTION: usize = 1;

/// `Microsoft.SecurityInsights/Incidents` of Azure Resource Manager.
static API: Table = Table {
    name: "azure.sentinel_incident",
    needs: &[
        Need::Is("type", "Microsoft.SecurityInsights/Incidents"),
        Need::Has("properties.title"),
        Need::HasAny(&["properties.severity", "properties.incidentNumber"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&[
            "properties.lastModifiedTimeUtc",
            "properties.createdTimeUtc",
            "properties.firstActivityTimeUtc",
        ]),
        severity_of(&["properties.severity"], RANKS),
        part(&["id"], Column::Account, parts::subscription),
        text(&["name"], Column::RequestId),
        resource(&["id"]),
        keep(&["properties.title"], TITLE),
        keep(&["properties.description"], DESCRIPTION),
    ],
    extras: &[
        ("properties.incidentNumber", "incident_id"),
        ("properties.status", "state"),
        ("properties.classification", "classification"),
        ("properties.owner.userPrincipalName", "owner"),
        ("properties.owner.assignedTo", "owner"),
        ("properties.additionalData.tactics[0]", "tactics"),
        ("properties.additionalData.alertsCount", "alerts"),
        ("properties.incidentUrl", "link"),
        ("properties.providerName", "product"),
    ],
    finish: Some(finish),
};

/// What automation rules give to playbooks: an incident of the API within an event.
///
/// Source: learn.microsoft.com/azure/sentinel/playbook-triggers-actions, as of 2026-11-30.
static AUTOMATION: Table = Table {
    name: "azure.sentinel_incident",
    needs: &[
        Need::Is("objectSchemaType", "Incident"),
        Need::Has("object.properties.title"),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&[
            "object.properties.lastModifiedTimeUtc",
            "object.properties.createdTimeUtc",
            "object.properties.firstActivityTimeUtc",
        ]),
        severity_of(&["object.properties.severity"], RANKS),
        text(&["workspaceInfo.SubscriptionId"], Column::Account),
        part(&["object.id"], Column::Account, parts::subscription),
        text(&["object.name"], Column::RequestId),
        resource(&["object.id"]),
        keep(&["object.properties.title"], TITLE),
        keep(&["object.properties.description"], DESCRIPTION),
    ],
    extras: &[
        ("object.properties.incidentNumber", "incident_id"),
        ("object.properties.status", "state"),
        ("object.properties.classification", "classification"),
        ("object.properties.owner.userPrincipalName", "owner"),
        ("object.properties.owner.assignedTo", "owner"),
        ("object.properties.additionalData.tactics[0]", "tactics"),
        ("object.properties.additionalData.alertsCount", "alerts"),
        ("object.properties.incidentUrl", "link"),
        ("object.properties.providerName", "product"),
    ],
    finish: Some(finish),
};

static ROW: Table = Table {
    name: "azure.sentinel_incident",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("IncidentNumber"),
        Need::Has("Title"),
        Need::HasAny(&["IncidentName", "IncidentUrl"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["LastModifiedTime", "TimeGenerated", "CreatedTime"]),
        severity_of(&["Severity"], RANKS),
        text(&["IncidentName"], Column::RequestId),
        keep(&["Title"], TITLE),
        keep(&["Description"], DESCRIPTION),
    ],
    extras: &[
        ("IncidentNumber", "incident_id"),
        ("Status", "state"),
        ("Classification", "classification"),
        ("Owner.userPrincipalName", "owner"),
        ("Owner.assignedTo", "owner"),
        ("AdditionalData.tactics[0]", "tactics"),
        ("AdditionalData.alertsCount", "alerts"),
        ("IncidentUrl", "link"),
        ("ProviderName", "product"),
    ],
    finish: Some(finish),
};

/// The title, with what was seen behind it.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let title = event.kept(TITLE).unwrap_or_default();
    match event
        .kept(DESCRIPTION)
        .filter(|text| !text.is_empty() && *text != title)
    {
        Some(description) => row.text_of(Column::Body, &[&title, ": ", &description]),
        None => row.text(Column::Body, &title),
    };
}
