//! Security events of Akamai, of the SIEM integration.
//!
//! Source: techdocs.akamai.com/siem-integration/reference/get-configid ("security events"), as of
//! 2026-12-01.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, http_status, keep, peer_port, source_address, text, time, url,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "akamai.security",
    summary: "Security events of Akamai",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const DENY: usize = 0;

static TABLE: Table = Table {
    name: "akamai.security",
    needs: &[
        Need::Has("attackData.configId"),
        Need::Has("attackData.clientIP"),
        Need::Has("httpMessage.start"),
        Need::HasAny(&["httpMessage.requestId", "httpMessage.method"]),
    ],
    constants: &[(Column::Provider, "akamai"), (Column::Service, "akamai")],
    fields: &[
        time(&["httpMessage.start"]),
        text(&["attackData.configId"], Column::Account),
        text(&["attackData.appliedAction"], Column::Action),
        source_address(&["attackData.clientIP"]),
        peer_port(&["httpMessage.port"]),
        text(&["httpMessage.method"], Column::Method),
        url(&["httpMessage.path"]),
        http_status(&["httpMessage.status"]),
        text(&["httpMessage.requestId"], Column::RequestId),
        keep(&["attackData.appliedAction"], DENY),
    ],
    extras: &[
        ("attackData.policyId", "policy"),
        ("attackData.rules", "rules"),
        ("httpMessage.host", "domain"),
        ("httpMessage.bytes", "bytes"),
        ("httpMessage.tls", "tls_version"),
        ("geo.country", "country"),
        ("geo.asn", "asn"),
    ],
    finish: Some(finish),
};

/// A request that a rule refused did not succeed, whatever the edge answered.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let action = event.kept(DENY).unwrap_or_default();
    if action == "deny" || action == "abort" || action.starts_with("deny_custom") {
        row.outcome(Outcome::Failure);
    }
}
