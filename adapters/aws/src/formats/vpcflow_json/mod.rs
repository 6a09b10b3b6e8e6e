//! Flow log records as JSON, as queries over them and other tools write them.

use nepho_codec::table::{
    Event, Field, JsonFormat, Need, Table, To, resource, source_address as source_ip, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.vpcflow_json",
    summary: "VPC flow log records as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "aws.vpcflow_json",
    needs: &[
        Need::Has("srcaddr"),
        Need::Has("dstaddr"),
        Need::HasAny(&[
            "interface_id",
            "interface-id",
            "interfaceId",
            "log_status",
            "log-status",
            "logStatus",
        ]),
    ],
    constants: &[],
    fields: &[
        time(&["end", "start"]),
        text(&["account_id", "account-id", "accountId"], Column::Account),
        text(&["region"], Column::Region),
        text(&["action"], Column::Action),
        source_ip(&["srcaddr"]),
        text(&["dstaddr"], Column::Peer),
        Field {
            from: &["srcport"],
            to: To::SourcePort,
        },
        Field {
            from: &["dstport"],
            to: To::PeerPort,
        },
        text(&["protocol"], Column::Method),
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
        ("bytes", "bytes"),
    ],
    finish: Some(finish),
};

fn finish(_event: &Event<'_>, row: &mut Row<'_>) {
    row.constant(Column::Provider, "aws");
}
