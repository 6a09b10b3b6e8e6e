//! Access logs of Amazon VPC Lattice: requests to services, and connections to resources.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, duration, http_status, keep, part, peer_address, resource,
    source_address, time, url,
};
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, last_step, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.lattice_access",
    summary: "VPC Lattice access logs: services and resources",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&SERVICE, &RESOURCE];

const DENIED: usize = 0;
const PRINCIPAL: usize = 1;
const RESOLVED: usize = 2;

static SERVICE: Table = Table {
    name: "aws.lattice_access",
    needs: &[
        Need::Has("startTime"),
        Need::Has("serviceNetworkArn"),
        Need::Has("sourceIpPort"),
        Need::HasAny(&["responseCode", "requestMethod", "serviceArn"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["startTime"]),
        part(
            &["serviceArn", "serviceNetworkArn"],
            Column::Account,
            account_of,
        ),
        part(
            &["serviceArn", "serviceNetworkArn"],
            Column::Region,
            region_of,
        ),
        part(&["serviceArn"], Column::Service, last_step),
        part(
            &["hostHeader", "serverNameIndication"],
            Column::Service,
            known,
        ),
        source_address(&["sourceIpPort"]),
        peer_address(&["targetIpPort"]),
        part(&["requestMethod"], Column::Method, known),
        url(&["requestPath"]),
        http_status(&["responseCode"]),
        duration(&["duration"], 1e6),
        part(&["userAgent"], Column::UserAgent, known),
        part(&["authDeniedReason"], Column::Body, known),
        resource(&["serviceArn"]),
        resource(&["targetGroupArn"]),
        resource(&["serviceNetworkArn"]),
        resource(&["sourceVpcId"]),
        keep(&["authDeniedReason"], DENIED),
        keep(&["callerPrincipal"], PRINCIPAL),
        keep(&["resolvedUser"], RESOLVED),
    ],
    extras: &[
        ("bytesReceived", "bytes_received"),
        ("bytesSent", "bytes"),
        ("protocol", "protocol"),
        ("tlsVersion", "tls_version"),
        ("sslCipher", "tls_cipher"),
        ("grpcResponseCode", "grpc_status"),
        ("failureReason", "reason"),
        ("sourceVpcId", "source_vpc"),
        ("destinationVpcId", "destination_vpc"),
    ],
    finish: Some(finish),
};

static RESOURCE: Table = Table {
    name: "aws.lattice_access",
    needs: &[
        Need::Has("eventTimestamp"),
        Need::Has("resourceConfigurationArn"),
        Need::HasAny(&["sourceIpPort", "destinationIpPort", "resourceIpPort"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["eventTimestamp"]),
        part(&["resourceConfigurationArn"], Column::Account, account_of),
        part(&["resourceConfigurationArn"], Column::Region, region_of),
        part(&["resourceConfigurationArn"], Column::Service, last_step),
        source_address(&["sourceIpPort"]),
        peer_address(&["resourceIpPort", "destinationIpPort"]),
        part(&["protocol"], Column::Method, known),
        resource(&["resourceConfigurationArn"]),
        resource(&["serviceNetworkArn"]),
        resource(&["vpcEndpointId"]),
        resource(&["sourceVpcArn"]),
    ],
    extras: &[
        ("protocol", "protocol"),
        ("destinationIpPort", "destination"),
        ("gatewayIpPort", "gateway"),
    ],
    finish: None,
};

/// Who asked, and whether he was refused.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    row.text(Column::Actor, known(&kept(RESOLVED)))
        .text(Column::Actor, known(&kept(PRINCIPAL)));
    if !known(&kept(DENIED)).is_empty() {
        row.outcome(Outcome::Failure);
    }
}

/// A value that is none of the words for nothing.
fn known(value: &str) -> &str {
    match value {
        "-" | "null" | "Unknown" => "",
        value => value,
    }
}
