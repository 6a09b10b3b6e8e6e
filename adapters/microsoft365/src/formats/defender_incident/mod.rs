//! Incidents of Microsoft Defender XDR: Microsoft Graph, and the older incidents API.

use nepho_codec::table::{Event, JsonFormats, Need, Table, keep, severity_of, text, time};
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Row};

use crate::evidence::{Users, of_alerts};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "microsoft365.defender_incident",
    summary: "Incidents of Microsoft Defender XDR: Graph and the older incidents API",
    permissions: &["SecurityIncident.Read.All"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&GRAPH, &OLDER];

const CONSTANTS: &[(Column, &str)] = &[
    (Column::Provider, "microsoft365"),
    (Column::Service, "microsoft.defender"),
];

const ALERTS: usize = 0;
const ASSIGNEE: usize = 1;
const DEVICE: usize = 2;

/// `incident` of the namespace `microsoft.graph.security`. Exporters put one alert in the place of
/// the array.
static GRAPH: Table = Table {
    name: "microsoft365.defender_incident",
    needs: &[
        Need::Has("id"),
        Need::Has("displayName"),
        Need::HasAny(&["severity", "determination"]),
        Need::HasAny(&["lastUpdateDateTime", "createdDateTime"]),
        Need::HasAny(&["incidentWebUrl", "redirectIncidentId", "alerts"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["lastUpdateDateTime", "createdDateTime"]),
        text(&["tenantId"], Column::Account),
        text(&["id"], Column::RequestId),
        text(&["displayName"], Column::Body),
        severity_of(&["severity"], RANKS),
        keep(&["alerts"], ALERTS),
        keep(&["assignedTo"], ASSIGNEE),
    ],
    extras: &[
        ("status", "status"),
        ("classification", "classification"),
        ("determination", "determination"),
        ("alerts.category", "category"),
        ("alerts.title", "alert"),
    ],
    finish: Some(finish),
};

/// Incident of `api.security.microsoft.com/api/incidents`.
static OLDER: Table = Table {
    name: "microsoft365.defender_incident",
    needs: &[
        Need::Has("incidentId"),
        // Not every exporter keeps the name.
        Need::HasAny(&["incidentName", "alerts.alertId", "alerts[0].alertId"]),
        Need::HasAny(&["severity", "determination"]),
        Need::HasAny(&["createdTime", "lastUpdateTime"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["lastUpdateTime", "createdTime"]),
        text(&["alerts.alertId", "incidentId"], Column::RequestId),
        text(&["alerts.category", "alerts[0].category"], Column::Action),
        text(
            &[
                "alerts.devices[0].deviceDnsName",
                "alerts[0].devices[0].deviceDnsName",
            ],
            Column::Host,
        ),
        text(
            &["alerts.title", "alerts[0].title", "incidentName"],
            Column::Body,
        ),
        severity_of(&["severity"], RANKS),
        keep(
            &[
                "alerts.devices[0].mdatpDeviceId",
                "alerts[0].devices[0].mdatpDeviceId",
            ],
            DEVICE,
        ),
        keep(&["alerts"], ALERTS),
        keep(&["assignedTo"], ASSIGNEE),
    ],
    extras: &[
        ("incidentId", "incident_id"),
        ("status", "status"),
        ("classification", "classification"),
        ("determination", "determination"),
        ("alerts.serviceSource", "source"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let mut users = Users::default();
    if let Some(alerts) = event.kept_container(ALERTS) {
        for [evidence, entities] in of_alerts(alerts) {
            users.describe(evidence.unwrap_or_default(), row);
            users.take_entities(entities.unwrap_or_default());
        }
    }
    if let Some(device) = event.kept(DEVICE) {
        row.resource(&device);
    }
    users.put(event.kept(ASSIGNEE).as_deref(), row);
}
