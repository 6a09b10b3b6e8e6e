//! Alerts of Microsoft Defender: Microsoft Graph security API (`alerts_v2`), and the alert API of
//! Defender for Endpoint.

use nepho_codec::json::unescape;
use nepho_codec::table::{
    Event, JsonFormats, Need, Table, To, keep, put_text, resource, severity_of, text, time,
};
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Row};

use crate::evidence::{Users, address};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "microsoft365.defender_alert",
    summary: "Alerts of Microsoft Defender: Graph alerts_v2 and the API of Defender for Endpoint",
    permissions: &["SecurityAlert.Read.All"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&GRAPH, &ENDPOINT];

const CONSTANTS: &[(Column, &str)] = &[
    (Column::Provider, "microsoft365"),
    (Column::Service, "microsoft.defender"),
];

const EVIDENCE: usize = 0;
const CATEGORY: usize = 1;
const TITLE: usize = 2;
const DESCRIPTION: usize = 3;
const ASSIGNEE: usize = 4;
const ENTITIES: usize = 5;

/// `alert` of the namespace `microsoft.graph.security`.
static GRAPH: Table = Table {
    name: "microsoft365.defender_alert",
    needs: &[
        // What loggers of applications write has these.
        Need::Lacks("level"),
        Need::Lacks("msg"),
        Need::Has("id"),
        Need::Has("title"),
        Need::HasAny(&["severity", "alertWebUrl", "providerAlertId"]),
        Need::HasAny(&["serviceSource", "alertWebUrl", "providerAlertId"]),
        Need::HasAny(&["createdDateTime", "lastUpdateDateTime"]),
        Need::Lacks("alerts"),
    ],
    constants: CONSTANTS,
    fields: &[
        // An alert is delivered as it stands after its last change.
        time(&[
            "lastUpdateDateTime",
            "createdDateTime",
            "firstActivityDateTime",
        ]),
        text(&["tenantId"], Column::Account),
        text(&["id"], Column::RequestId),
        text(&["actorDisplayName"], Column::Actor),
        severity_of(&["severity"], RANKS),
        keep(&["evidence"], EVIDENCE),
        keep(&["category"], CATEGORY),
        keep(&["title"], TITLE),
        keep(&["description"], DESCRIPTION),
        keep(&["assignedTo"], ASSIGNEE),
    ],
    extras: &[
        ("productName", "product"),
        ("serviceSource", "source"),
        ("category", "category"),
        ("status", "status"),
        ("incidentId", "incident_id"),
        ("detectorId", "rule"),
        ("threatFamilyName", "threat"),
    ],
    finish: Some(finish),
};

/// `alert` of the API of Defender for Endpoint.
static ENDPOINT: Table = Table {
    name: "microsoft365.defender_alert",
    needs: &[
        Need::Has("id"),
        Need::Has("title"),
        Need::Has("severity"),
        Need::Has("alertCreationTime"),
        Need::HasAny(&["machineId", "detectionSource", "incidentId"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&[
            "lastUpdateTime",
            "alertCreationTime",
            "lastEventTime",
            "firstEventTime",
        ]),
        text(&["aadTenantId"], Column::Account),
        text(&["id"], Column::RequestId),
        text(&["relatedUser.userName"], Column::Actor),
        text(&["computerDnsName"], Column::Host),
        resource(&["machineId"]),
        severity_of(&["severity"], RANKS),
        keep(&["evidence"], ENTITIES),
        keep(&["category"], CATEGORY),
        keep(&["title"], TITLE),
        keep(&["description"], DESCRIPTION),
        keep(&["assignedTo"], ASSIGNEE),
    ],
    extras: &[
        ("detectionSource", "source"),
        ("category", "category"),
        ("status", "status"),
        ("incidentId", "incident_id"),
        ("detectorId", "rule"),
        ("threatFamilyName", "threat"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let mut users = Users::default();
    if let Some(evidence) = event.kept_container(EVIDENCE) {
        users.describe(evidence, row);
    }
    if let Some(entities) = event.kept_container(ENTITIES) {
        users.take_entities(entities);
        if let Some(address) = address(entities) {
            put_text(&unescape(address), To::SourceAddress, row);
        }
    }
    if let Some(category) = event.kept(CATEGORY)
        && !row.has(Column::Action)
    {
        row.text(Column::Action, &category);
    }
    users.put(event.kept(ASSIGNEE).as_deref(), row);
    match (event.kept(TITLE), event.kept(DESCRIPTION)) {
        (Some(title), Some(description)) if !description.is_empty() => {
            row.text_of(Column::Body, &[&title, ": ", &description]);
        }
        (Some(title), _) => {
            row.text(Column::Body, &title);
        }
        _ => {}
    }
}
