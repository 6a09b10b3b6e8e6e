//! Threats that Cloud NGFW saw in the traffic of a network.
//!
//! Source: cloud.google.com/firewall/docs/threat_logs, read 2026-11-28.

use nepho_codec::json::JsonFields;
use nepho_codec::table::{
    JsonFormatWith, Need, Table, outcome_of, part, peer_address, peer_port, resource, severity_of,
    source_address, source_port, text, time,
};
use nepho_core::register;
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Outcome};

use crate::entry;
use crate::threat::put_uri;

register!(Component {
    kind: Kind::Format,
    name: "gcp.firewall_finding",
    summary: "Threats that Google Cloud NGFW saw or stopped",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(JsonFormatWith(&TABLE, extras))),
});

/// What stopped the traffic; of what went through, nothing is said.
const ACTIONS: &[(&str, Outcome)] = &[
    ("DENY", Outcome::Failure),
    ("DROP", Outcome::Failure),
    ("RESET_CLIENT", Outcome::Failure),
    ("RESET_SERVER", Outcome::Failure),
    ("RESET_BOTH", Outcome::Failure),
];

static TABLE: Table = Table {
    name: "gcp.firewall_finding",
    needs: &[
        entry::NO_ROW,
        Need::Has("jsonPayload.threatDetails"),
        Need::Has("jsonPayload.connection.clientIp"),
        Need::HasAny(&["logName", "logname", "insertId"]),
    ],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "networksecurity.googleapis.com"),
    ],
    fields: &[
        entry::TIME,
        time(&["jsonPayload.alertTime"]),
        entry::OBSERVED,
        severity_of(&["jsonPayload.threatDetails.severity"], RANKS),
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        text(&["jsonPayload.action"], Column::Action),
        outcome_of(&["jsonPayload.action"], ACTIONS),
        source_address(&["jsonPayload.connection.clientIp"]),
        source_port(&["jsonPayload.connection.clientPort"]),
        peer_address(&["jsonPayload.connection.serverIp"]),
        peer_port(&["jsonPayload.connection.serverPort"]),
        part(
            &["jsonPayload.connection.protocol"],
            Column::Method,
            entry::protocol,
        ),
        text(&["jsonPayload.threatDetails.threat"], Column::Body),
        resource(&["resource.labels.id"]),
    ],
    extras: &[
        ("jsonPayload.threatDetails.id", "rule"),
        ("jsonPayload.threatDetails.type", "finding_type"),
        ("jsonPayload.threatDetails.category", "category"),
        ("jsonPayload.threatDetails.application", "application"),
        ("jsonPayload.threatDetails.direction", "direction"),
        ("jsonPayload.threatDetails.cves[0]", "vulnerability"),
        ("jsonPayload.threatDetails.description", "detail"),
        ("jsonPayload.interceptVpc.vpc", "network"),
    ],
    finish: None,
};

fn extras(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    put_uri("jsonPayload.threatDetails.uriOrFilename", fields, found);
}
