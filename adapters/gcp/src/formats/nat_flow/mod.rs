//! Connections and dropped packets of Cloud NAT.
//!
//! Source: cloud.google.com/nat/docs/monitoring, as of 2026-11-27.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, part, peer_address, peer_port,
    source_address, source_port, text,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.nat_flow",
    summary: "Google Cloud NAT: connections that were translated, packets that found no port",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const OUTCOMES: &[(&str, Outcome)] = &[("OK", Outcome::Success), ("DROPPED", Outcome::Failure)];

const PROJECT: usize = 0;
const REGION: usize = 1;
const ROUTER: usize = 2;
const ZONE: usize = 3;
const MACHINE: usize = 4;
const STATUS: usize = 5;
const MACHINE_PROJECT: usize = 6;

static TABLE: Table = Table {
    name: "gcp.nat_flow",
    needs: &[
        entry::NO_ROW,
        Need::HasAny(&[
            "jsonPayload.allocation_status",
            "jsonPayload.gateway_identifiers",
        ]),
        Need::HasAny(&[
            "jsonPayload.connection.src_ip",
            "jsonPayload.connection.nat_ip",
        ]),
    ],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        text(&["jsonPayload.endpoint.project_id"], Column::Account),
        entry::REGION,
        text(&["jsonPayload.gateway_identifiers.region"], Column::Region),
        source_address(&["jsonPayload.connection.src_ip"]),
        source_port(&["jsonPayload.connection.src_port"]),
        peer_address(&["jsonPayload.connection.dest_ip"]),
        peer_port(&["jsonPayload.connection.dest_port"]),
        part(
            &["jsonPayload.connection.protocol"],
            Column::Method,
            entry::protocol,
        ),
        text(&["jsonPayload.endpoint.vm_name"], Column::Host),
        outcome_of(&["jsonPayload.allocation_status"], OUTCOMES),
        keep(&["resource.labels.project_id"], PROJECT),
        keep(
            &[
                "jsonPayload.gateway_identifiers.region",
                "resource.labels.region",
            ],
            REGION,
        ),
        keep(
            &[
                "jsonPayload.gateway_identifiers.router_name",
                "resource.labels.router_id",
            ],
            ROUTER,
        ),
        keep(&["jsonPayload.endpoint.project_id"], MACHINE_PROJECT),
        keep(&["jsonPayload.endpoint.zone"], ZONE),
        keep(&["jsonPayload.endpoint.vm_name"], MACHINE),
        keep(&["jsonPayload.allocation_status"], STATUS),
    ],
    extras: &[
        ("jsonPayload.connection.nat_ip", "nat_ip"),
        ("jsonPayload.connection.nat_port", "nat_port"),
        ("jsonPayload.connection.protocol", "protocol"),
        ("jsonPayload.connection.dest_ip", "dst_ip"),
        ("jsonPayload.gateway_identifiers.gateway_name", "gateway"),
        ("resource.labels.gateway_name", "gateway"),
        ("jsonPayload.allocation_status", "allocation_status"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match event.kept(STATUS).as_deref() {
        Some("OK") => row.constant(Column::Action, "ACCEPT"),
        Some("DROPPED") => row
            .constant(Column::Action, "REJECT")
            .constant(Column::Body, "dropped: no port was free for translation"),
        _ => row,
    };
    if let Some(machine) = entry::machine(event, [MACHINE_PROJECT, ZONE, MACHINE]) {
        row.resource(&machine);
    }
    let Some(project) = event.kept(PROJECT) else {
        return;
    };
    if let (Some(region), Some(router)) = (event.kept(REGION), event.kept(ROUTER)) {
        row.resource(&format!(
            "//compute.googleapis.com/projects/{project}/regions/{region}/routers/{router}"
        ));
    }
}
