//! Suricata's EVE log: alerts, flows, and what it saw of protocols.
//!
//! Source: docs.suricata.io/en/latest/output/eve/eve-json-format.html, as of 2026-11-28.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, peer_address, peer_port, severity_of,
    source_address, source_port, status, text, time, url,
};
use nepho_codec::time as times;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "suricata.eve",
    summary: "Suricata's EVE log: alerts, flows and protocols",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

/// What was done with a packet.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("allowed", Outcome::Success),
    ("blocked", Outcome::Failure),
    ("drop", Outcome::Failure),
];

/// What all rules together came to, of which an alert is only one.
///
/// Source: docs.suricata.io/en/latest/output/eve/eve-json-format.html, "Verdict", as of
/// 2026-11-30.
const VERDICTS: &[(&str, Outcome)] = &[
    ("pass", Outcome::Success),
    ("alert", Outcome::Success),
    ("drop", Outcome::Failure),
];

/// Priorities of rules.
const PRIORITIES: &[(&str, Severity)] = &[
    ("1", Severity::FATAL),
    ("2", Severity::ERROR),
    ("3", Severity::WARN),
    ("4", Severity::INFO),
];

const START: usize = 0;
const END: usize = 1;

static TABLE: Table = Table {
    name: "suricata.eve",
    needs: &[
        Need::Has("timestamp"),
        Need::Has("event_type"),
        Need::HasAny(&["src_ip", "stats", "engine"]),
        Need::HasAny(&[
            "flow_id", "proto", "stats", "engine", "alert", "flow", "dns", "http", "tls", "anomaly",
        ]),
    ],
    constants: &[(Column::Process, "suricata")],
    fields: &[
        time(&["timestamp"]),
        text(&["host"], Column::Host),
        text(&["alert.action", "event_type"], Column::Action),
        outcome_of(&["alert.action", "event_type"], OUTCOMES),
        outcome_of(&["verdict.action"], VERDICTS),
        severity_of(&["alert.severity"], PRIORITIES),
        source_address(&["src_ip"]),
        source_port(&["src_port"]),
        peer_address(&["dest_ip"]),
        peer_port(&["dest_port"]),
        text(&["proto"], Column::Method),
        url(&["http.url"]),
        status(&["http.status"]),
        text(&["http.http_user_agent"], Column::UserAgent),
        text(
            &["alert.signature", "anomaly.event", "drop.reason"],
            Column::Body,
        ),
        keep(&["flow.start"], START),
        keep(&["flow.end"], END),
    ],
    extras: &[
        ("flow_id", "flow"),
        ("in_iface", "interface"),
        ("app_proto", "app_protocol"),
        ("alert.signature_id", "rule"),
        ("alert.category", "category"),
        ("flow.bytes_toserver", "bytes"),
        ("flow.bytes_toclient", "bytes_received"),
        ("flow.pkts_toserver", "packets"),
        ("flow.state", "state"),
        ("dns.rrname", "dns_question"),
        ("dns.query[0].rrname", "dns_question"),
        ("dns.queries[0].rrname", "dns_question"),
        ("dns.rcode", "dns_answer_code"),
        ("tls.sni", "domain"),
        ("http.hostname", "domain"),
        ("http.http_method", "http_method"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let times = [START, END].map(|number| event.kept(number).and_then(|text| times::parse(&text)));
    if let [Some(start), Some(end)] = times
        && end >= start
    {
        row.duration(end.since(start));
    }
}
