//! Client VPN: who connected to an endpoint, tried to, or was cut off.

use nepho_codec::json::JsonFields;
use nepho_codec::table::{
    Event, Field, JsonFormatWith, Need, Table, To, duration, keep, outcome_of, part, resource, text,
};
use nepho_codec::time as times;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.client_vpn",
    summary: "Client VPN connection logs",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormatWith(&TABLE, extras))),
});

const UPDATED: usize = 0;
const STARTED: usize = 1;
const PORT: usize = 2;
const REASON: usize = 3;
const VERDICT: usize = 4;
const STATUS: usize = 5;

/// Names of values that have no column.
const EXTRAS: [(&str, &str); 5] = [
    ("client-ip", "client_ip"),
    ("device-type", "device"),
    ("ingress-bytes", "bytes_received"),
    ("egress-bytes", "bytes"),
    ("authorization-policy-evaluation.result", "policy_result"),
];

static TABLE: Table = Table {
    name: "aws.client_vpn",
    needs: &[
        Need::Has("connection-log-type"),
        Need::Has("client-vpn-endpoint-id"),
        Need::Has("connection-id"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        text(&["connection-log-type"], Column::Action),
        part(&["username", "common-name"], Column::Actor, told),
        Field {
            from: &["device-ip"],
            to: To::SourceAddress,
        },
        part(&["transport-protocol"], Column::Method, told),
        text(&["connection-id"], Column::RequestId),
        resource(&["client-vpn-endpoint-id"]),
        outcome_of(
            &["connection-attempt-status"],
            &[
                ("successful", Outcome::Success),
                ("failed", Outcome::Failure),
            ],
        ),
        duration(&["connection-duration-seconds"], 1e9),
        keep(&["connection-last-update-time"], UPDATED),
        keep(&["connection-start-time"], STARTED),
        keep(&["port"], PORT),
        keep(&["connection-attempt-failure-reason"], REASON),
        keep(&["authorization-policy-evaluation.reason"], VERDICT),
        keep(&["connection-attempt-status"], STATUS),
    ],
    extras: &[],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).filter(|text| !told(text).is_empty());
    let time = [UPDATED, STARTED]
        .into_iter()
        .find_map(|number| times::parse(&kept(number)?));
    if let Some(time) = time {
        row.time(time);
    }
    if kept(STATUS).as_deref() == Some("failed") {
        row.severity(Severity::WARN);
    }
    if let Some(port) = kept(PORT).and_then(|port| port.parse().ok()) {
        row.source_port(port);
    }
    if let Some(reason) = kept(REASON).or_else(|| kept(VERDICT)) {
        row.text(Column::Body, &reason);
    }
}

fn extras(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    for (path, name) in EXTRAS {
        if let Some(value) = fields
            .text(path)
            .map(told)
            .filter(|value| !value.is_empty())
        {
            found(name, value);
        }
    }
}

/// A value, unless it is `NA`, which stands for none.
fn told(value: &str) -> &str {
    match value {
        "NA" => "",
        value => value,
    }
}
