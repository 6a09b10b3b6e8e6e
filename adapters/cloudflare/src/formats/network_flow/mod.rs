//! Network sessions of users and devices through Cloudflare Zero Trust (Logpush
//! `gateway_network`, `zero_trust_network_sessions`), and packets that its networks let through or
//! dropped (`network_analytics_logs`).

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, outcome_of, peer_address, peer_port, resource,
    source_address, source_port, text, time,
};
use nepho_codec::time;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.network_flow",
    summary: "Cloudflare: network sessions of users and devices, and packets",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 3] = [&GATEWAY, &SESSION, &PACKET];

const START: usize = 0;
const END: usize = 1;
const REASON: usize = 2;
const ACTION: usize = 3;

/// Logpush `gateway_network`: what the firewall of Gateway decided.
static GATEWAY: Table = Table {
    name: "cloudflare.network_flow",
    needs: &[
        Need::Has("Datetime"),
        Need::HasAny(&["SourceIP", "DestinationIP"]),
        Need::HasAny(&["Transport", "TransportProtocol", "SNI", "DetectedProtocol"]),
        Need::HasAny(&["Action", "SessionID", "PolicyID", "DeviceID"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["Datetime"]),
        text(&["AccountID"], Column::Account),
        text(&["Action"], Column::Action),
        text(&["Email", "UserID"], Column::Actor),
        source_address(&["SourceIP"]),
        source_port(&["SourcePort"]),
        peer_address(&["DestinationIP"]),
        peer_port(&["DestinationPort"]),
        text(&["Transport", "TransportProtocol"], Column::Method),
        text(&["DeviceName"], Column::Host),
        text(&["SessionID"], Column::RequestId),
        resource(&["PolicyID"]),
        keep(&["Action"], ACTION),
    ],
    extras: &[
        ("PolicyName", "rule"),
        ("SNI", "server_name"),
        ("OverrideIP", "override_ip"),
        ("OverridePort", "override_port"),
        ("DetectedProtocol", "protocol"),
        ("VirtualNetworkName", "network"),
    ],
    finish: Some(finish_decision),
};

/// Actions say what was done and by which rule: `allowedOnNoRuleMatch`, `blockedByRule`.
fn finish_decision(event: &Event<'_>, row: &mut Row<'_>) {
    let action = event.kept(ACTION).unwrap_or_default();
    if action.starts_with("allow") || action.starts_with("override") {
        row.outcome(Outcome::Success);
    } else if action.starts_with("block") {
        row.outcome(Outcome::Failure);
    }
}

/// Logpush `network_analytics_logs`: samples of the packets that came to a network.
static PACKET: Table = Table {
    name: "cloudflare.network_flow",
    needs: &[
        Need::Has("IPSourceAddress"),
        Need::Has("IPDestinationAddress"),
        Need::HasAny(&["Datetime", "Timestamp"]),
        Need::HasAny(&["Outcome", "Verdict"]),
        Need::HasAny(&["ColoCode", "MitigationSystem", "SampleInterval"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["Datetime", "Timestamp"]),
        text(&["AccountID"], Column::Account),
        text(&["ColoCode"], Column::Region),
        text(&["Outcome", "Verdict"], Column::Action),
        outcome_of(
            &["Outcome", "Verdict"],
            &[("pass", Outcome::Success), ("drop", Outcome::Failure)],
        ),
        source_address(&["IPSourceAddress"]),
        source_port(&["SourcePort", "TCPSourcePort", "UDPSourcePort"]),
        peer_address(&["IPDestinationAddress"]),
        peer_port(&[
            "DestinationPort",
            "TCPDestinationPort",
            "UDPDestinationPort",
        ]),
        text(&["IPProtocolName"], Column::Method),
        resource(&["RuleID"]),
    ],
    extras: &[
        ("IPTotalLength", "bytes"),
        ("Direction", "flow_direction"),
        ("MitigationSystem", "mitigation_system"),
        ("MitigationReason", "reason"),
        ("AttackID", "attack"),
        ("SampleInterval", "sample_interval"),
    ],
    finish: None,
};

/// Logpush `zero_trust_network_sessions`: how much went through a session, and why it ended.
static SESSION: Table = Table {
    name: "cloudflare.network_flow",
    needs: &[
        Need::HasAny(&["SessionStartTime", "SessionEndTime"]),
        Need::Has("SessionID"),
        Need::HasAny(&["SourceIP", "OriginIP", "DestinationIP"]),
        Need::HasAny(&["BytesSent", "BytesReceived", "Protocol", "AccountID"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["SessionStartTime", "SessionEndTime"]),
        text(&["AccountID"], Column::Account),
        text(&["ConnectionCloseReason"], Column::Action),
        text(&["Email", "UserID"], Column::Actor),
        source_address(&["SourceIP"]),
        source_port(&["SourcePort"]),
        peer_address(&["OriginIP", "DestinationIP"]),
        peer_port(&["OriginPort", "DestinationPort"]),
        text(&["Protocol"], Column::Method),
        text(&["DeviceName"], Column::Host),
        text(&["SessionID"], Column::RequestId),
        text(&["IngressColoName"], Column::Region),
        resource(&["DestinationTunnelID"]),
        keep(&["SessionStartTime"], START),
        keep(&["SessionEndTime"], END),
        keep(&["ConnectionCloseReason"], REASON),
    ],
    extras: &[
        ("BytesSent", "bytes"),
        ("BytesReceived", "response_bytes"),
        ("DetectedProtocol", "protocol"),
        ("RuleEvaluationDurationMs", "rule_milliseconds"),
        ("VirtualNetworkID", "network"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let at = |number| event.kept(number).and_then(|text| time::parse(&text));
    if let (Some(start), Some(end)) = (at(START), at(END))
        && let Some(nanos) = end.0.checked_sub(start.0).filter(|nanos| *nanos >= 0)
    {
        row.duration(nanos);
    }
    match event.kept(REASON).as_deref() {
        Some("CLIENT_CLOSED" | "ORIGIN_CLOSED") => {
            row.outcome(Outcome::Success);
        }
        Some(reason)
            if reason.ends_with("_ERROR")
                || matches!(reason, "ORIGIN_UNREACHABLE" | "PROXY_CONN_REFUSED") =>
        {
            row.outcome(Outcome::Failure);
        }
        _ => {}
    }
}
