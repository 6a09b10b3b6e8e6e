//! DNS queries that Cloudflare Gateway resolved or blocked (Logpush `gateway_dns`).

use nepho_codec::dns::ANSWERS;
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, keep, outcome_of, peer_address, peer_port, resource,
    source_address, source_port, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.gateway_dns",
    summary: "Cloudflare Gateway: DNS queries of users and devices",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const DECISION: usize = 0;

static TABLE: Table = Table {
    name: "cloudflare.gateway_dns",
    needs: &[
        Need::Has("QueryName"),
        Need::Has("Datetime"),
        Need::HasAny(&["ResolverDecision", "RCode", "QueryNameReversed"]),
        Need::HasAny(&["SrcIP", "DstIP", "ColoCode", "DeviceID", "Email"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["Datetime"]),
        text(&["AccountID"], Column::Account),
        text(&["ResolverDecision"], Column::Action),
        text(&["Email", "UserID"], Column::Actor),
        source_address(&["SrcIP"]),
        source_port(&["SrcPort"]),
        peer_address(&["DstIP"]),
        peer_port(&["DstPort"]),
        text(&["Protocol"], Column::Method),
        text(&["DeviceName"], Column::Host),
        text(&["QueryID"], Column::RequestId),
        text(&["ColoCode"], Column::Region),
        resource(&["PolicyID"]),
        duration(&["DurationMs"], 1e6),
        outcome_of(&["RCode"], ANSWERS),
        keep(&["ResolverDecision"], DECISION),
    ],
    extras: &[
        ("QueryName", "dns_question"),
        ("QueryTypeName", "dns_type"),
        ("RCode", "dns_response_code"),
        ("PolicyName", "rule"),
        ("Location", "location"),
        ("SrcIPCountry", "country"),
    ],
    finish: Some(finish),
};

/// A blocked query is answered, so that the decision counts more than the code.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let decision = event.kept(DECISION).unwrap_or_default();
    let decision = decision.to_ascii_lowercase();
    if decision.starts_with("blocked") {
        row.outcome(Outcome::Failure);
    }
}
