//! Attributes of log records, spans and data points, in the names of the semantic conventions.
//!
//! Source: opentelemetry.io/docs/specs/semconv, and the older names of its migration guides, read
//! 2026-11-27.

use nepho_codec::table::{To, put_text};
use nepho_codec::unwrap::otlp::attributes_of;
use nepho_core::tables::{Column, Outcome, Row};

/// Attributes and where they go; the first of those that share a column and are there counts.
const COMMON: [(&str, To); 49] = [
    ("http.request.method", To::Text(Column::Method)),
    ("http.method", To::Text(Column::Method)),
    ("rpc.method", To::Text(Column::Method)),
    ("network.transport", To::Text(Column::Method)),
    ("url.path", To::Url),
    ("http.target", To::Url),
    ("url.full", To::Url),
    ("http.url", To::Url),
    ("http.route", To::Url),
    ("http.response.status_code", To::HttpStatus),
    ("http.status_code", To::HttpStatus),
    ("rpc.grpc.status_code", To::Status),
    ("rpc.response.status_code", To::Status),
    ("user_agent.original", To::Text(Column::UserAgent)),
    ("http.user_agent", To::Text(Column::UserAgent)),
    ("client.address", To::SourceAddress),
    ("http.client_ip", To::SourceAddress),
    ("source.address", To::SourceAddress),
    ("client.port", To::SourcePort),
    ("source.port", To::SourcePort),
    ("destination.address", To::Text(Column::Peer)),
    ("destination.port", To::PeerPort),
    ("peer.service", To::Text(Column::Peer)),
    ("user.name", To::Text(Column::Actor)),
    ("user.email", To::Text(Column::Actor)),
    ("user.id", To::Text(Column::Actor)),
    ("enduser.id", To::Text(Column::Actor)),
    ("faas.invocation_id", To::Text(Column::RequestId)),
    ("faas.execution", To::Text(Column::RequestId)),
    ("aws.request_id", To::Text(Column::RequestId)),
    ("aws.requestId", To::Text(Column::RequestId)),
    ("azure.service.request.id", To::Text(Column::RequestId)),
    ("log.record.uid", To::Text(Column::RequestId)),
    ("event.name", To::Text(Column::Action)),
    ("rpc.service", To::Text(Column::Action)),
    ("service.name", To::Text(Column::Service)),
    ("k8s.pod.name", To::Text(Column::Host)),
    ("host.name", To::Text(Column::Host)),
    ("faas.instance", To::Text(Column::Host)),
    ("cloud.account.id", To::Text(Column::Account)),
    ("cloud.region", To::Text(Column::Region)),
    ("deployment.environment.name", To::Text(Column::Environment)),
    ("deployment.environment", To::Text(Column::Environment)),
    ("exception.message", To::Text(Column::Body)),
    // What `nepho parse --as otlp` writes where the conventions have no word.
    ("nepho.duration", To::Duration(1.0)),
    ("nepho.status", To::Status),
    ("nepho.action", To::Text(Column::Action)),
    ("nepho.provider", To::Text(Column::Provider)),
    ("nepho.outcome", To::OutcomeOf(&OUTCOMES)),
];

const OUTCOMES: [(&str, Outcome); 2] =
    [("success", Outcome::Success), ("failure", Outcome::Failure)];

/// The other end of a request that was sent.
const CALLEE: [(&str, To); 8] = [
    ("server.address", To::Text(Column::Peer)),
    ("net.peer.name", To::Text(Column::Peer)),
    ("network.peer.address", To::Text(Column::Peer)),
    ("net.peer.ip", To::Text(Column::Peer)),
    ("net.sock.peer.addr", To::Text(Column::Peer)),
    ("server.port", To::PeerPort),
    ("net.peer.port", To::PeerPort),
    ("network.peer.port", To::PeerPort),
];

/// The other end of a request that was received.
const CALLER: [(&str, To); 6] = [
    ("network.peer.address", To::SourceAddress),
    ("net.sock.peer.addr", To::SourceAddress),
    ("net.peer.ip", To::SourceAddress),
    ("network.peer.port", To::SourcePort),
    ("net.sock.peer.port", To::SourcePort),
    ("net.peer.port", To::SourcePort),
];

/// Attributes that are ids of resources.
const IDS: [&str; 6] = [
    "cloud.resource_id",
    "aws.lambda.invoked_arn",
    "aws.sns.topic.arn",
    "aws.sqs.queue.url",
    "aws.secretsmanager.secret.arn",
    "aws.step_functions.state_machine.arn",
];

/// Which end of a request the writer was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It sent the request.
    Caller,
    /// It was asked.
    Callee,
    /// It does not tell.
    Unknown,
}

/// Puts what the attributes tell into the columns that are empty.
pub(crate) fn put(raw: &str, end: End, row: &mut Row<'_>) {
    let attributes = attributes_of(raw);
    let value_of = |name: &str| {
        let found = attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| &**value)
    };
    // What follows from the names that the writer is asked by says who asks.
    let is_asked = end == End::Callee || value_of("client.address").is_some();
    let ends: &[(&str, To)] = match is_asked {
        true => &CALLER,
        false => &CALLEE,
    };
    let mut done = Done::default();
    for (name, to) in COMMON.iter().chain(ends) {
        if let Some(value) = value_of(name)
            && !done.has(*to, row)
            && put_text(value, *to, row)
        {
            done.add(*to);
        }
    }
    for name in IDS {
        row.resource(value_of(name).unwrap_or_default());
    }
    // `nepho parse --as otlp` tells all of them here, and the first there as well if it may.
    if value_of("cloud.resource_id").is_none() {
        row.resource(value_of("nepho.resources").unwrap_or_default());
    }
    // An exception may have been handled; an error is what a request ended with.
    if value_of("error.type").is_some() {
        row.outcome(Outcome::Failure);
    }
}

/// Values that were set and have no text column to look at.
#[derive(Default)]
struct Done {
    status: bool,
    source_port: bool,
    peer_port: bool,
}

impl Done {
    fn has(&self, to: To, row: &Row<'_>) -> bool {
        match to {
            To::Text(column) => row.has(column),
            To::Url => row.has(Column::Path),
            To::SourceAddress => row.has(Column::SourceIp),
            To::HttpStatus | To::Status => self.status,
            To::SourcePort => self.source_port,
            To::PeerPort => self.peer_port,
            _ => false,
        }
    }

    fn add(&mut self, to: To) {
        match to {
            To::HttpStatus | To::Status => self.status = true,
            To::SourcePort => self.source_port = true,
            To::PeerPort => self.peer_port = true,
            _ => {}
        }
    }
}
