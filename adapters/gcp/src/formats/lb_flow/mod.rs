//! Connections of network load balancers: passthrough (external and internal) and proxy.
//!
//! Sources (as of 2026-11-27): cloud.google.com/load-balancing/docs/network/networklb-monitoring,
//! cloud.google.com/load-balancing/docs/internal/internal-logging-monitoring,
//! cloud.google.com/load-balancing/docs/tcp/tcp-ssl-proxy-logging-monitoring.

use nepho_codec::table::{
    Event, Need, Table, keep, part, peer_address, peer_port, source_address, source_port, text,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;
use crate::exported::{self, Exported};

register!(Component {
    kind: Kind::Format,
    name: "gcp.lb_flow",
    summary: "Google Cloud network load balancer connections",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(Exported {
        table: &TABLE,
        extras: |_, _| {},
        payload: exported::BALANCER,
    })),
});

const START: usize = 0;
const END: usize = 1;
const PROJECT: usize = 2;
const REGION: usize = 3;
const BACKEND: usize = 4;
const RULE: usize = 5;
const PROXY: usize = 6;

static TABLE: Table = Table {
    name: "gcp.lb_flow",
    needs: &[
        entry::NO_ROW,
        Need::Has("jsonPayload.connection.clientIp"),
        Need::HasAny(&[
            "jsonPayload.connection.serverIp",
            "jsonPayload.bytesSent",
            "jsonPayload.serverBytesSent",
            "jsonPayload.proxyStatus",
            "jsonPayload.startTime",
        ]),
        Need::Lacks("jsonPayload.connection.src_ip"),
        // Threats, which `gcp.firewall_finding` reads.
        Need::Lacks("jsonPayload.threatDetails"),
    ],
    constants: &[(Column::Provider, "gcp"), (Column::Action, "ACCEPT")],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        text(
            &[
                "resource.labels.backend_service_name",
                "resource.labels.backend_target_name",
                "resource.labels.load_balancer_name",
                "resource.labels.forwarding_rule_name",
            ],
            Column::Service,
        ),
        source_address(&["jsonPayload.connection.clientIp"]),
        source_port(&["jsonPayload.connection.clientPort"]),
        peer_address(&["jsonPayload.connection.serverIp"]),
        peer_port(&["jsonPayload.connection.serverPort"]),
        part(
            &["jsonPayload.connection.protocol"],
            Column::Method,
            entry::protocol,
        ),
        text(&["jsonPayload.proxyStatus"], Column::Body),
        keep(&["jsonPayload.proxyStatus"], PROXY),
        keep(&["jsonPayload.startTime"], START),
        keep(&["jsonPayload.endTime"], END),
        keep(&["resource.labels.project_id"], PROJECT),
        keep(&["resource.labels.region"], REGION),
        keep(
            &[
                "resource.labels.backend_service_name",
                "resource.labels.backend_target_name",
            ],
            BACKEND,
        ),
        keep(&["resource.labels.forwarding_rule_name"], RULE),
    ],
    extras: &[
        ("jsonPayload.bytesSent", "bytes"),
        ("jsonPayload.serverBytesReceived", "bytes"),
        ("jsonPayload.bytesReceived", "received_bytes"),
        // A proxy tells of its end towards the server.
        ("jsonPayload.serverBytesSent", "received_bytes"),
        ("jsonPayload.packetsSent", "packets"),
        ("jsonPayload.packetsReceived", "received_packets"),
        ("jsonPayload.connection.protocol", "protocol"),
        ("jsonPayload.rtt", "rtt"),
        ("resource.labels.forwarding_rule_name", "forwarding_rule"),
        ("resource.labels.backend_name", "backend"),
        ("resource.labels.backend_group_name", "backend"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    entry::span(event, START, END, row);
    // RFC 9209: a response that an error prevented has the parameter `error`.
    if event
        .kept(PROXY)
        .is_some_and(|text| text.contains("error="))
    {
        row.outcome(Outcome::Failure);
    }
    let Some(project) = event.kept(PROJECT) else {
        return;
    };
    let place = match event.kept(REGION) {
        Some(region) if region != "global" => format!("regions/{region}"),
        _ => "global".to_owned(),
    };
    for (number, kind) in [(BACKEND, "backendServices"), (RULE, "forwardingRules")] {
        if let Some(name) = event.kept(number).filter(|name| !name.is_empty()) {
            row.resource(&format!(
                "//compute.googleapis.com/projects/{project}/{place}/{kind}/{name}"
            ));
        }
    }
}
