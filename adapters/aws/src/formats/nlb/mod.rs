//! TLS access log of a Network Load Balancer.

use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::key::Arn;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::access::{self, Fields};
use crate::delivered::Place;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.nlb",
    summary: "Network Load Balancer TLS access log",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(Nlb)),
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

/// Fields up to the name of the server, which all versions have.
const FEWEST_FIELDS: usize = 18;

struct Nlb;

impl Format for Nlb {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        if is_mine(sample.text) {
            Confidence::CERTAIN
        } else {
            Confidence::NO
        }
    }

    fn first_bytes(&self) -> Option<[bool; 256]> {
        Some(nepho_core::format::bytes_of(b"t"))
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(NlbDecoder {
            place: Place::of(stream),
        })
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let fields = Fields::split(raw);
        let named = [
            (field::RECEIVED_BYTES, "bytes_received"),
            (field::SENT_BYTES, "bytes"),
            (field::DOMAIN, "domain"),
            (field::TLS_ALERT, "tls_alert"),
        ];
        for (position, name) in named {
            if !matches!(fields.get(position), "" | "-") {
                found(name, fields.get(position));
            }
        }
    }
}

struct NlbDecoder {
    place: Place,
}

impl Decoder for NlbDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !is_mine(record.text) {
            return Verdict::NotMine;
        }
        let fields = Fields::split(record.text);
        if fields.len() < FEWEST_FIELDS {
            return Verdict::Reject(format!("cut off after {} fields", fields.len()));
        }
        let mut row = out.row(record);
        if let Err(reason) = put(&fields, &mut row) {
            return Verdict::Reject(reason);
        }
        self.place.fill(&mut row);
        row.commit();
        Verdict::Rows
    }
}

fn is_mine(line: &str) -> bool {
    let mut fields = line.splitn(5, ' ');
    fields.next() == Some("tls")
        && fields
            .nth(2)
            .is_some_and(|balancer| balancer.starts_with("net/"))
}

fn put(fields: &Fields<'_>, row: &mut Row<'_>) -> Result<(), String> {
    let time = fields.get(field::TIME);
    row.time(Timestamp::parse_rfc3339(time).ok_or_else(|| access::broken("time", time, "a time"))?);
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
    if let Some((address, port)) = access::address_and_port(fields.get(field::CLIENT)) {
        row.text(Column::SourceIp, address).source_port(port);
    }
    if let Some((address, port)) = access::address_and_port(fields.get(field::DESTINATION)) {
        row.text(Column::Peer, address).peer_port(port);
    }
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
