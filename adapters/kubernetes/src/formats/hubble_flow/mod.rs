//! Flows that Cilium's Hubble observed: `hubble observe`, with `-o json` or without, and its
//! exporter.
//!
//! Source: docs.cilium.io/en/stable/observability/hubble/configuration/export and
//! `api/v1/flow/flow.proto` of github.com/cilium/cilium, as of 2026-11-28.

mod printed;

use nepho_codec::table::{
    Either, Event, Need, Table, duration, http_status, keep, outcome_of, peer_address, peer_port,
    source_address, source_port, text, time, url,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "hubble.flow",
    summary: "Flows that Cilium's Hubble observed",
    permissions: &[],
    make: Make::Format(|| Box::new(Either::new(&TABLE, &printed::TABLE))),
});

const OUTCOMES: &[(&str, Outcome)] = &[
    ("FORWARDED", Outcome::Success),
    ("DROPPED", Outcome::Failure),
    ("ERROR", Outcome::Failure),
];

const TCP: usize = 0;
const UDP: usize = 1;
const SCTP: usize = 2;
const ICMP: usize = 3;

static TABLE: Table = Table {
    name: "hubble.flow",
    needs: &[
        Need::HasAny(&["flow.verdict", "verdict"]),
        Need::HasAny(&["flow.IP.source", "IP.source"]),
        Need::HasAny(&["flow.l4", "flow.l7", "l4", "l7"]),
        Need::HasAny(&["node_name", "flow.node_name", "flow.source", "source"]),
    ],
    constants: &[],
    fields: &[
        time(&["flow.time", "time"]),
        text(&["node_name", "flow.node_name"], Column::Host),
        text(&["flow.verdict", "verdict"], Column::Action),
        outcome_of(&["flow.verdict", "verdict"], OUTCOMES),
        source_address(&["flow.IP.source", "IP.source"]),
        source_port(&[
            "flow.l4.TCP.source_port",
            "flow.l4.UDP.source_port",
            "flow.l4.SCTP.source_port",
            "l4.TCP.source_port",
            "l4.UDP.source_port",
            "l4.SCTP.source_port",
        ]),
        peer_address(&["flow.IP.destination", "IP.destination"]),
        peer_port(&[
            "flow.l4.TCP.destination_port",
            "flow.l4.UDP.destination_port",
            "flow.l4.SCTP.destination_port",
            "l4.TCP.destination_port",
            "l4.UDP.destination_port",
            "l4.SCTP.destination_port",
        ]),
        keep(&["flow.l4.TCP", "l4.TCP"], TCP),
        keep(&["flow.l4.UDP", "l4.UDP"], UDP),
        keep(&["flow.l4.SCTP", "l4.SCTP"], SCTP),
        keep(
            &["flow.l4.ICMPv4", "flow.l4.ICMPv6", "l4.ICMPv4", "l4.ICMPv6"],
            ICMP,
        ),
        url(&["flow.l7.http.url", "l7.http.url"]),
        http_status(&["flow.l7.http.code", "l7.http.code"]),
        duration(&["flow.l7.latency_ns", "l7.latency_ns"], 1.0),
        text(
            &[
                "flow.drop_reason_desc",
                "drop_reason_desc",
                "flow.Summary",
                "Summary",
            ],
            Column::Body,
        ),
        text(&["flow.uuid", "uuid"], Column::RequestId),
        text(
            &[
                "flow.trace_context.parent.trace_id",
                "trace_context.parent.trace_id",
            ],
            Column::TraceId,
        ),
    ],
    extras: &[
        ("flow.source.namespace", "source_namespace"),
        ("flow.source.pod_name", "source_pod"),
        ("flow.destination.namespace", "destination_namespace"),
        ("flow.destination.pod_name", "destination_pod"),
        ("source.namespace", "source_namespace"),
        ("source.pod_name", "source_pod"),
        ("destination.namespace", "destination_namespace"),
        ("destination.pod_name", "destination_pod"),
        ("flow.drop_reason_desc", "drop_reason"),
        ("flow.traffic_direction", "direction"),
        ("flow.l7.http.method", "http_method"),
        ("flow.l7.dns.query", "dns_question"),
        ("flow.destination_names[0]", "domain"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let protocols = [(TCP, "tcp"), (UDP, "udp"), (SCTP, "sctp"), (ICMP, "icmp")];
    let mut protocols = protocols.into_iter();
    let found = protocols.find(|(number, _)| event.kept_value(*number).is_some());
    if let Some((_, protocol)) = found {
        row.constant(Column::Method, protocol);
    }
}
