//! Flow logs of transit gateways: text in the order that its header names.
//!
//! They are read as those of VPCs are, with fields of their own.

use super::vpcflow::{FlowFormat, Flows};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.tgw_flow",
    summary: "Transit gateway flow logs, any custom order",
    permissions: &["s3:GetObject", "s3:ListBucket", "logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(FlowFormat(Flows::TransitGateway))),
});
