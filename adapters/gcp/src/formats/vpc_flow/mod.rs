//! VPC flow logs of Google Cloud.

use nepho_codec::table::{Event, Field, JsonFormat, Need, Table, To};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::entry::{self, keep, text};

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

static TABLE: Table = Table {
    name: "gcp.vpc_flow",
    needs: &[
        Need::HasAny(&[
            "jsonPayload.connection.src_ip",
            "jsonpayload.connection.src_ip",
        ]),
        Need::HasAny(&[
            "jsonPayload.reporter",
            "jsonPayload.bytes_sent",
            "jsonpayload.reporter",
            "jsonpayload.bytes_sent",
        ]),
    ],
    constants: &[],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        Field {
            from: &["jsonPayload.connection.src_ip"],
            to: To::Text(Column::SourceIp),
        },
        Field {
            from: &["jsonPayload.connection.dest_ip"],
            to: To::Text(Column::Peer),
        },
        Field {
            from: &["jsonPayload.connection.src_port"],
            to: To::SourcePort,
        },
        Field {
            from: &["jsonPayload.connection.dest_port"],
            to: To::PeerPort,
        },
        Field {
            from: &["jsonPayload.connection.protocol"],
            to: To::Part(Column::Method, protocol),
        },
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
    row.constant(Column::Provider, "gcp")
        .constant(Column::Action, "ACCEPT");
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
    for machine in [SOURCE_VM, DESTINATION_VM] {
        if let Some(machine) = event.kept(machine) {
            row.resource(&machine);
        }
    }
    let times = [START, END].map(|number| {
        event
            .kept(number)
            .and_then(|text| nepho_codec::time::parse(&text))
    });
    if let [Some(start), Some(end)] = times
        && end >= start
    {
        row.duration(end.since(start));
    }
}

/// Name of an IP protocol number (IANA, "Protocol Numbers"), or the number itself.
pub(crate) fn protocol(number: &str) -> &str {
    match number {
        "1" => "ICMP",
        "6" => "TCP",
        "17" => "UDP",
        "58" => "ICMPv6",
        other => other,
    }
}
