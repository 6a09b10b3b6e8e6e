//! Connections through Cloudflare Spectrum, the proxy for TCP and UDP (Logpush
//! `spectrum_events`).

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, peer_address, peer_port, resource,
    source_address, source_port, status, text, time,
};
use nepho_codec::time;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.spectrum_flow",
    summary: "Cloudflare Spectrum: connections through the TCP and UDP proxy",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const START: usize = 0;
const END: usize = 1;
const FIREWALL: usize = 2;

static TABLE: Table = Table {
    name: "cloudflare.spectrum_flow",
    needs: &[
        Need::Has("Application"),
        Need::Has("Event"),
        Need::HasAny(&["ClientIP", "OriginIP"]),
        Need::HasAny(&[
            "ConnectTimestamp",
            "DisconnectTimestamp",
            "ClientProto",
            "IpFirewall",
            "ProxyProtocol",
            "ClientMatchedIpFirewall",
        ]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["Timestamp", "DisconnectTimestamp", "ConnectTimestamp"]),
        text(&["Event"], Column::Action),
        source_address(&["ClientIP"]),
        source_port(&["ClientPort"]),
        peer_address(&["OriginIP"]),
        peer_port(&["OriginPort"]),
        text(&["ClientProto", "OriginProto"], Column::Method),
        text(&["ColoCode"], Column::Region),
        resource(&["Application"]),
        status(&["Status"]),
        outcome_of(&["Event"], EVENTS),
        keep(&["ConnectTimestamp"], START),
        keep(&["DisconnectTimestamp"], END),
        keep(&["ClientMatchedIpFirewall"], FIREWALL),
    ],
    extras: &[
        ("ClientBytes", "bytes"),
        ("OriginBytes", "response_bytes"),
        ("ClientCountry", "country"),
        ("ClientMatchedIpFirewall", "rule"),
        ("ClientTlsProtocol", "tls_version"),
    ],
    finish: Some(finish),
};

const EVENTS: &[(&str, Outcome)] = &[
    ("connect", Outcome::Success),
    ("disconnect", Outcome::Success),
    ("clientFiltered", Outcome::Failure),
    ("tlsError", Outcome::Failure),
    ("originError", Outcome::Failure),
];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let at = |number| event.kept(number).and_then(|text| time::parse(&text));
    if let (Some(start), Some(end)) = (at(START), at(END))
        && let Some(nanos) = end.0.checked_sub(start.0).filter(|nanos| *nanos >= 0)
    {
        row.duration(nanos);
    }
    let firewall = event.kept(FIREWALL).unwrap_or_default();
    if firewall.starts_with("BLOCK_") {
        row.outcome(Outcome::Failure);
    }
}
