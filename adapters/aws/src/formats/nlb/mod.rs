//! TLS access log of a Network Load Balancer.

use nepho_codec::time;
use nepho_core::format::{Marks, bytes_of};
use nepho_core::key::Arn;
use nepho_core::tables::{Column, Outcome, Row};

use crate::access::{self, Fields};
use crate::balancer::{BalancerFormat, Kind as LogKind, put_ends, put_time};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.nlb",
    summary: "Network Load Balancer TLS access log",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(BalancerFormat(&KIND))),
});

/// Positions of the fields (page as in the README of this folder).
mod field {
    pub(super) const TIME: usize = 2;
    pub(super) const BALANCER: usize = 3;
    pub(super) const CLIENT: usize = 5;
    pub(super) const DESTINATION: usize = 6;
    pub(super) const CONNECTION_MILLIS: usize = 7;
    pub(super) const RECEIVED_BYTES: usize = 9;
    pub(super) const SENT_BYTES: usize = 10;
    pub(super) const TLS_ALERT: usize = 11;
    pub(super) const CERTIFICATE: usize = 12;
    pub(super) const CIPHER: usize = 14;
    pub(super) const DOMAIN: usize = 17;
}

static KIND: LogKind = LogKind {
    begins: is_mine,
    split: |line| Fields::split(line),
    fits: |_| true,
    // Up to the name of the server.
    fewest_fields: 18,
    marks: || Marks::beginning(bytes_of(b"t")),
    extras: &[
        (field::RECEIVED_BYTES, "bytes_received"),
        (field::SENT_BYTES, "bytes"),
        (field::DOMAIN, "domain"),
        (field::TLS_ALERT, "tls_alert"),
    ],
    put,
};

fn is_mine(line: &str) -> bool {
    let mut fields = line.splitn(5, ' ');
    fields.next() == Some("tls")
        && fields
            .nth(2)
            .is_some_and(|balancer| balancer.starts_with("net/"))
}

fn put(fields: &Fields<'_>, row: &mut Row<'_>) -> Result<(), String> {
    put_time("time", fields.get(field::TIME), row)?;
    row.constant(Column::Format, "aws.nlb")
        .constant(Column::Provider, "aws")
        .constant(Column::Method, "tls");
    let balancer = fields.get(field::BALANCER);
    row.text(Column::Service, access::balancer_name(balancer))
        .resource(balancer);
    let certificate = fields.get(field::CERTIFICATE);
    if let Some(arn) = Arn::parse(certificate) {
        row.resource(certificate)
            .text(Column::Account, arn.account)
            .text(Column::Region, arn.region);
    }
    let (client, destination) = (fields.get(field::CLIENT), fields.get(field::DESTINATION));
    put_ends(client, destination, row);
    // A negotiation that was not completed leaves no cipher. Alert 0 closes a connection in order
    // (RFC 8446, section 6.1), so an alert alone is no failure.
    let has_failed = fields.get(field::CIPHER) == "-";
    row.outcome(if has_failed {
        Outcome::Failure
    } else {
        Outcome::Success
    });
    if let Some(nanos) = time::duration(fields.get(field::CONNECTION_MILLIS), 1e6) {
        row.duration(nanos);
    }
    Ok(())
}
