//! Flow log records as JSON, as queries over them and other tools write them.

use nepho_codec::table::{
    Event, Field, JsonFormat, Need, Table, To, keep, resource, source_address as source_ip, text,
    time,
};
use nepho_core::tables::{Column, Outcome, Row};

use super::vpcflow;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.vpcflow_json",
    summary: "VPC flow log records as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const PROTOCOL: usize = 0;

static TABLE: Table = Table {
    name: "aws.vpcflow_json",
    needs: &[
        // The names with which the first tables of Athena were made.
        Need::HasAny(&["srcaddr", "sourceaddress"]),
        Need::HasAny(&["dstaddr", "destinationaddress"]),
        Need::HasAny(&[
            "interface_id",
            "interface-id",
            "interfaceId",
            "log_status",
            "log-status",
            "logStatus",
        ]),
        // Flows of a transit gateway, which are `aws.tgw_flow_json`.
        Need::Lacks("tgw_id"),
        Need::Lacks("tgw-id"),
        Need::Lacks("tgwId"),
    ],
    constants: &[],
    fields: &[
        time(&["end", "endtime", "start", "starttime"]),
        text(
            &["account_id", "account-id", "accountId", "account"],
            Column::Account,
        ),
        text(&["region"], Column::Region),
        text(&["action"], Column::Action),
        source_ip(&["srcaddr", "sourceaddress"]),
        text(&["dstaddr", "destinationaddress"], Column::Peer),
        Field {
            from: &["srcport", "sourceport"],
            to: To::SourcePort,
        },
        Field {
            from: &["dstport", "destinationport"],
            to: To::PeerPort,
        },
        keep(&["protocol"], PROTOCOL),
        resource(&["interface_id", "interface-id", "interfaceId"]),
        resource(&["instance_id", "instance-id", "instanceId"]),
        resource(&["subnet_id", "subnet-id", "subnetId"]),
        resource(&["vpc_id", "vpc-id", "vpcId"]),
        Field {
            from: &["action"],
            to: To::OutcomeOf(&[("ACCEPT", Outcome::Success), ("REJECT", Outcome::Failure)]),
        },
    ],
    extras: &[
        ("protocol", "protocol"),
        ("packets", "packets"),
        ("numpackets", "packets"),
        ("bytes", "bytes"),
        ("numbytes", "bytes"),
        ("tcp_flags", "tcp_flags"),
        ("tcp-flags", "tcp_flags"),
        ("traffic_path", "traffic_path"),
        ("pkt_src_aws_service", "pkt_src_aws_service"),
        ("pkt_dst_aws_service", "pkt_dst_aws_service"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    put_protocol(event.kept(PROTOCOL).as_deref(), row);
    row.constant(Column::Provider, "aws");
}

/// Name of a protocol. Tools that keep tables of numbers write it as `6.0`.
pub(super) fn put_protocol(number: Option<&str>, row: &mut Row<'_>) {
    if let Some(number) = number {
        vpcflow::put_protocol(number.strip_suffix(".0").unwrap_or(number), row);
    }
}
