//! AWS Network Firewall: alerts, flows, and connections whose TLS it looked into.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, part, peer_address, peer_port, resource,
    severity_of, source_address, source_port, status, text, time, url,
};
use nepho_codec::time as times;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::region_of_zone;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.network_firewall",
    summary: "Network Firewall alert, flow and TLS logs",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

/// What the firewall did with a packet or a certificate.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("allowed", Outcome::Success),
    ("pass", Outcome::Success),
    ("alert", Outcome::Success),
    ("blocked", Outcome::Failure),
    ("drop", Outcome::Failure),
    ("reject", Outcome::Failure),
];

/// Priorities of Suricata's rules.
const PRIORITIES: &[(&str, Severity)] = &[
    ("1", Severity::FATAL),
    ("2", Severity::ERROR),
    ("3", Severity::WARN),
    ("4", Severity::INFO),
];

const TLS_ERROR: usize = 0;
const START: usize = 1;
const END: usize = 2;

static TABLE: Table = Table {
    name: "aws.network_firewall",
    needs: &[
        // The tables of Sentinel join the words.
        Need::HasAny(&["firewall_name", "availability_zone", "FirewallName"]),
        Need::HasAny(&["event_timestamp", "availability_zone", "EventTimestamp"]),
        Need::HasAny(&["event.event_type", "event.src_ip", "event.tls_error"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["event.timestamp", "event_timestamp", "EventTimestamp"]),
        part(
            &["availability_zone", "AvailabilityZone"],
            Column::Region,
            region_of_zone,
        ),
        text(
            &[
                "event.alert.action",
                "event.verdict.action",
                // What was done with a connection whose certificate is revoked.
                "event.revocation_check.action",
                "event.event_type",
            ],
            Column::Action,
        ),
        // The action of an alert is that of its rule, the verdict what all rules together came to.
        outcome_of(
            &[
                "event.verdict.action",
                "event.alert.action",
                "event.revocation_check.action",
            ],
            OUTCOMES,
        ),
        severity_of(&["event.alert.severity"], PRIORITIES),
        source_address(&["event.src_ip"]),
        source_port(&["event.src_port"]),
        peer_address(&["event.dest_ip"]),
        peer_port(&["event.dest_port"]),
        text(&["event.proto"], Column::Method),
        text(&["event.http.http_user_agent"], Column::UserAgent),
        url(&["event.http.url"]),
        status(&["event.http.status"]),
        text(
            &["event.tls_error.error_message", "event.alert.signature"],
            Column::Body,
        ),
        resource(&["firewall_name", "FirewallName"]),
        keep(&["event.tls_error.error_message"], TLS_ERROR),
        keep(&["event.netflow.start"], START),
        keep(&["event.netflow.end"], END),
    ],
    extras: &[
        ("event.netflow.bytes", "bytes"),
        ("event.netflow.pkts", "packets"),
        ("event.flow_id", "flow"),
        ("event.app_proto", "app_protocol"),
        ("event.alert.signature", "rule"),
        ("event.alert.signature_id", "signature_id"),
        ("event.alert.category", "category"),
        ("event.sni", "domain"),
        ("event.tls.sni", "domain"),
        ("event.http.hostname", "domain"),
        ("event.http.http_method", "http_method"),
        ("event.dns.query[0].rrname", "dns_question"),
        // As Suricata 8 writes it.
        ("event.dns.queries[0].rrname", "dns_question"),
        ("availability_zone", "zone"),
        ("AvailabilityZone", "zone"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(TLS_ERROR).is_some() {
        row.outcome(Outcome::Failure);
    }
    let times = [START, END].map(|number| event.kept(number).and_then(|text| times::parse(&text)));
    if let [Some(start), Some(end)] = times
        && end >= start
    {
        row.duration(end.since(start));
    }
}
