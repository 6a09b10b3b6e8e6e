//! Alerts of the older Microsoft Graph security API (`/security/alerts`), which gathers those of
//! all providers.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, peer_address, peer_port, resource, severity_of,
    source_address, source_port, text, time,
};
use nepho_core::tables::{Column, Row};

use crate::evidence::SEVERITIES;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "microsoft365.graph_alert",
    summary: "Alerts of the older Microsoft Graph security API",
    permissions: &["SecurityEvents.Read.All"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TITLE: usize = 0;
const DESCRIPTION: usize = 1;

static TABLE: Table = Table {
    name: "microsoft365.graph_alert",
    needs: &[
        Need::Has("id"),
        Need::Has("title"),
        Need::Has("severity"),
        Need::HasAny(&["vendorInformation.provider", "vendorInformation.vendor"]),
        Need::HasAny(&["azureTenantId", "eventDateTime", "createdDateTime"]),
    ],
    constants: &[
        (Column::Provider, "microsoft365"),
        (Column::Service, "microsoft.graph"),
    ],
    fields: &[
        time(&["eventDateTime", "createdDateTime", "lastModifiedDateTime"]),
        text(&["category"], Column::Action),
        text(&["azureTenantId", "azureSubscriptionId"], Column::Account),
        text(
            &[
                "userStates[0].userPrincipalName",
                "userStates[0].accountName",
                "processes[0].accountName",
            ],
            Column::Actor,
        ),
        text(&["id"], Column::RequestId),
        source_address(&[
            "userStates[0].logonIp",
            "networkConnections[0].sourceAddress",
            "hostStates[0].publicIpAddress",
            "hostStates[0].privateIpAddress",
        ]),
        source_port(&["networkConnections[0].sourcePort"]),
        peer_address(&["networkConnections[0].destinationAddress"]),
        peer_port(&["networkConnections[0].destinationPort"]),
        text(
            &["hostStates[0].fqdn", "hostStates[0].netBiosName"],
            Column::Host,
        ),
        text(&["processes[0].name"], Column::Process),
        resource(&["securityResources[].resource"]),
        resource(&["hostStates[0].fqdn"]),
        severity_of(&["severity"], SEVERITIES),
        keep(&["title"], TITLE),
        keep(&["description"], DESCRIPTION),
    ],
    extras: &[
        ("vendorInformation.provider", "product"),
        ("vendorInformation.vendor", "vendor"),
        ("status", "status"),
        ("networkConnections[0].destinationDomain", "domain"),
        ("fileStates[0].name", "file"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match (event.kept(TITLE), event.kept(DESCRIPTION)) {
        (Some(title), Some(description)) if !description.is_empty() => {
            row.text(Column::Body, &format!("{title}: {description}"));
        }
        (Some(title), _) => {
            row.text(Column::Body, &title);
        }
        _ => {}
    }
}
