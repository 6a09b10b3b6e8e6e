//! Threats that Cloud IDS saw in the traffic of a network.
//!
//! Source: cloud.google.com/intrusion-detection-system/docs/logging, read 2026-11-28.

use nepho_codec::json::JsonFields;
use nepho_codec::table::{
    JsonFormatWith, Need, Table, peer_address, peer_port, resource, severity_of, source_address,
    source_port, text, time,
};
use nepho_core::register;
use nepho_core::severity::RANKS;
use nepho_core::tables::Column;

use crate::entry;
use crate::threat::put_uri;

register!(Component {
    kind: Kind::Format,
    name: "gcp.ids_finding",
    summary: "Google Cloud IDS: threats in the traffic of a network",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(JsonFormatWith(&TABLE, extras))),
});

static TABLE: Table = Table {
    name: "gcp.ids_finding",
    needs: &[
        entry::NO_ROW,
        Need::Contains("logName", "ids.googleapis.com"),
        Need::HasAny(&["jsonPayload.threat_id", "jsonPayload.alert_severity"]),
    ],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "ids.googleapis.com"),
    ],
    fields: &[
        entry::TIME,
        time(&["jsonPayload.alert_time"]),
        entry::OBSERVED,
        severity_of(&["jsonPayload.alert_severity"], RANKS),
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        text(
            &["jsonPayload.category", "jsonPayload.type"],
            Column::Action,
        ),
        source_address(&["jsonPayload.source_ip_address"]),
        source_port(&["jsonPayload.source_port"]),
        peer_address(&["jsonPayload.destination_ip_address"]),
        peer_port(&["jsonPayload.destination_port"]),
        text(&["jsonPayload.ip_protocol"], Column::Method),
        text(&["jsonPayload.name"], Column::Body),
        resource(&["resource.labels.id"]),
        resource(&["jsonPayload.network"]),
    ],
    extras: &[
        ("jsonPayload.threat_id", "rule"),
        ("jsonPayload.type", "finding_type"),
        ("jsonPayload.category", "category"),
        ("jsonPayload.application", "application"),
        ("jsonPayload.direction", "direction"),
        ("jsonPayload.repeat_count", "count"),
        ("jsonPayload.cves[0]", "vulnerability"),
        ("jsonPayload.details", "detail"),
    ],
    finish: None,
};

fn extras(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    put_uri("jsonPayload.uri_or_filename", fields, found);
}
