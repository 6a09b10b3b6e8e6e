//! Flows as `hubble observe` prints them, in its compact layout:
//! `May 12 14:00:00.123: shop/web-0:50123 (ID:7) -> shop/db-0:5432 (ID:8) to-endpoint FORWARDED
//! (TCP Flags: SYN)`.
//!
//! Whoever opened the connection stands first, for replies (`<-`) as well.
//!
//! Source: `hubble/pkg/printer/printer.go` of github.com/cilium/cilium, as of 2026-11-30.

use nepho_codec::table::{Event, Lines, address, duration, keep, outcome_of, put_status, text};
use nepho_codec::table::{time, url};
use nepho_core::tables::{Column, Outcome, Row};

const SOURCE: usize = 0;
const DESTINATION: usize = 1;
const SUMMARY: usize = 2;
const STATUS: usize = 3;
const METHOD: usize = 4;

const OUTCOMES: &[(&str, Outcome)] = &[
    ("FORWARDED", Outcome::Success),
    ("ALLOWED", Outcome::Success),
    ("DROPPED", Outcome::Failure),
    ("DENIED", Outcome::Failure),
    ("ERROR", Outcome::Failure),
];

const PROTOCOLS: [(&str, &str); 4] = [
    ("TCP", "tcp"),
    ("UDP", "udp"),
    ("SCTP", "sctp"),
    ("ICMP", "icmp"),
];

pub(super) static TABLE: Lines = Lines {
    name: "hubble.flow",
    patterns: &[
        // An answer of HTTP: the status, how long it took, and the request.
        "{time:time}{? [{node:name}]}: {source:word} ({_}) {_:->|<-|<>} {destination:word} ({_}) \
         {kind} {verdict:FORWARDED|DROPPED|ERROR} \
         (HTTP/{_:word} {status:int} {took:word} ({method:name} {url}))",
        // A request of HTTP.
        "{time:time}{? [{node:name}]}: {source:word} ({_}) {_:->|<-|<>} {destination:word} ({_}) \
         {kind} {verdict:FORWARDED|DROPPED|REDIRECTED|ERROR} \
         (HTTP/{_:word} {method:name} {url})",
        "{time:time}{? [{node:name}]}: {source:word} ({_}) {_:->|<-|<>} {destination:word} ({_}) \
         {kind} {verdict:FORWARDED|DROPPED|DENIED|ALLOWED|AUDITED|AUDIT|REDIRECTED|ERROR|TRACED|\
         TRANSLATED} ({summary:rest}",
    ],
    confidence: 94,
    constants: &[],
    fields: &[
        time(&["time"]),
        text(&["node"], Column::Host),
        text(&["verdict"], Column::Action),
        outcome_of(&["verdict"], OUTCOMES),
        url(&["url"]),
        duration(&["took"], 1e6),
        keep(&["source"], SOURCE),
        keep(&["destination"], DESTINATION),
        keep(&["summary"], SUMMARY),
        keep(&["status"], STATUS),
        keep(&["method"], METHOD),
    ],
    extras: &[
        ("source", "source"),
        ("destination", "destination"),
        ("kind", "kind"),
        ("method", "http_method"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    match endpoint(&kept(SOURCE)) {
        End::Address(address, port) => {
            row.text(Column::SourceIp, address);
            port.map(|port| row.source_port(port));
        }
        End::Pod(_, port) => {
            port.map(|port| row.source_port(port));
        }
    }
    let (peer, port) = match endpoint(&kept(DESTINATION)) {
        End::Address(name, port) | End::Pod(name, port) => (name.to_owned(), port),
    };
    row.text(Column::Peer, &peer);
    port.map(|port| row.peer_port(port));
    if let Some(status) = event.kept(STATUS).and_then(|status| status.parse().ok()) {
        put_status(status, row);
    }
    // Of HTTP; where it fails, the answer tells.
    if event.kept(METHOD).is_some() {
        row.constant(Column::Method, "tcp");
        return;
    }
    let summary = kept(SUMMARY);
    let summary = summary.strip_suffix(')').unwrap_or(&summary);
    row.text(Column::Body, summary);
    let mut protocols = PROTOCOLS.iter();
    if let Some((_, protocol)) = protocols.find(|(name, _)| summary.starts_with(name)) {
        row.constant(Column::Method, protocol);
    }
}

/// One end of a flow, and its port.
enum End<'a> {
    Address(&'a str, Option<u16>),
    /// A pod or a service, without its namespace.
    Pod(&'a str, Option<u16>),
}

fn endpoint(text: &str) -> End<'_> {
    if let Some((address, port)) = address(text) {
        return End::Address(address, port);
    }
    let name = text.rsplit('/').next().unwrap_or(text);
    match name.rsplit_once(':') {
        Some((name, port)) => End::Pod(name, port.parse().ok()),
        None => End::Pod(name, None),
    }
}
