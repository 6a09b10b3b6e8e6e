//! Flow log records of transit gateways as JSON, as queries over them and other tools write them.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, peer_address, peer_port, resource, source_address,
    source_port, text, time,
};
use nepho_core::tables::{Column, Row};

use super::vpcflow_json::put_protocol;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.tgw_flow_json",
    summary: "Transit gateway flow log records as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const PROTOCOL: usize = 0;

static TABLE: Table = Table {
    name: "aws.tgw_flow_json",
    needs: &[
        Need::Has("srcaddr"),
        Need::Has("dstaddr"),
        Need::HasAny(&[
            "tgw_id",
            "tgw-id",
            "tgwId",
            "tgw_attachment_id",
            "tgw-attachment-id",
            "tgwAttachmentId",
        ]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["end", "start"]),
        text(&["account_id", "account-id", "accountId"], Column::Account),
        text(&["region"], Column::Region),
        source_address(&["srcaddr"]),
        peer_address(&["dstaddr"]),
        source_port(&["srcport"]),
        peer_port(&["dstport"]),
        keep(&["protocol"], PROTOCOL),
        resource(&["tgw_attachment_id", "tgw-attachment-id", "tgwAttachmentId"]),
        resource(&["tgw_id", "tgw-id", "tgwId"]),
        resource(&["tgw_src_eni", "tgw-src-eni", "tgwSrcEni"]),
        resource(&["tgw_dst_eni", "tgw-dst-eni", "tgwDstEni"]),
    ],
    extras: &[
        ("protocol", "protocol"),
        ("packets", "packets"),
        ("bytes", "bytes"),
        ("flow_direction", "flow_direction"),
        ("flow-direction", "flow_direction"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    put_protocol(event.kept(PROTOCOL).as_deref(), row);
}
