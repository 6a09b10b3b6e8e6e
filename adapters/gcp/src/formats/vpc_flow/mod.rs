//! VPC flow logs of Google Cloud.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, part, peer_port, source_port, text,
};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.vpc_flow",
    summary: "Google Cloud VPC flow logs",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const REPORTER: usize = 0;
const SOURCE_VM: usize = 1;
const DESTINATION_VM: usize = 2;
const SOURCE_REGION: usize = 3;
const DESTINATION_REGION: usize = 4;
const START: usize = 5;
const END: usize = 6;
const SOURCE_PROJECT: usize = 7;
const DESTINATION_PROJECT: usize = 8;
const SOURCE_ZONE: usize = 9;
const DESTINATION_ZONE: usize = 10;

static TABLE: Table = Table {
    name: "gcp.vpc_flow",
    needs: &[
        entry::NO_ROW,
        Need::HasAny(&[
            "jsonPayload.connection.src_ip",
            "jsonpayload.connection.src_ip",
        ]),
        Need::HasAny(&[
            "jsonPayload.reporter",
            "jsonPayload.bytes_sent",
            "jsonPayload.packets_sent",
            "jsonpayload.reporter",
            "jsonpayload.bytes_sent",
        ]),
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
        text(&["jsonPayload.connection.src_ip"], Column::SourceIp),
        text(&["jsonPayload.connection.dest_ip"], Column::Peer),
        source_port(&["jsonPayload.connection.src_port"]),
        peer_port(&["jsonPayload.connection.dest_port"]),
        part(
            &["jsonPayload.connection.protocol"],
            Column::Method,
            entry::protocol,
        ),
        text(
            &[
                "jsonPayload.src_gke_details.service.service_name",
                "jsonPayload.src_gke_details.pod.pod_workload.workload_name",
            ],
            Column::Service,
        ),
        keep(&["jsonPayload.reporter"], REPORTER),
        keep(&["jsonPayload.src_instance.vm_name"], SOURCE_VM),
        keep(&["jsonPayload.dest_instance.vm_name"], DESTINATION_VM),
        keep(&["jsonPayload.src_instance.region"], SOURCE_REGION),
        keep(&["jsonPayload.dest_instance.region"], DESTINATION_REGION),
        keep(&["jsonPayload.src_instance.project_id"], SOURCE_PROJECT),
        keep(
            &["jsonPayload.dest_instance.project_id"],
            DESTINATION_PROJECT,
        ),
        keep(&["jsonPayload.src_instance.zone"], SOURCE_ZONE),
        keep(&["jsonPayload.dest_instance.zone"], DESTINATION_ZONE),
        keep(&["jsonPayload.start_time"], START),
        keep(&["jsonPayload.end_time"], END),
    ],
    extras: &[
        ("jsonPayload.bytes_sent", "bytes"),
        ("jsonPayload.packets_sent", "packets"),
        ("jsonPayload.connection.protocol", "protocol"),
        ("jsonPayload.connection.dest_ip", "dst_ip"),
        ("jsonPayload.rtt_msec", "rtt_ms"),
        ("jsonPayload.reporter", "reporter"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // The side that reports is the one whose machine and region are told.
    let is_destination = event
        .kept(REPORTER)
        .is_some_and(|reporter| reporter.starts_with("DEST"));
    let (machine, region) = if is_destination {
        (DESTINATION_VM, DESTINATION_REGION)
    } else {
        (SOURCE_VM, SOURCE_REGION)
    };
    if let Some(machine) = event.kept(machine) {
        row.text(Column::Host, &machine);
    }
    if let Some(region) = event.kept(region) {
        row.text(Column::Region, &region);
    }
    for parts in [
        [SOURCE_PROJECT, SOURCE_ZONE, SOURCE_VM],
        [DESTINATION_PROJECT, DESTINATION_ZONE, DESTINATION_VM],
    ] {
        if let Some(machine) = entry::machine(event, parts) {
            row.resource(&machine);
        }
    }
    entry::span(event, START, END, row);
}
