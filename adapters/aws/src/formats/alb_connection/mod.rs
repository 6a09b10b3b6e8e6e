//! Connection log of an Application Load Balancer: one line for each TLS or TCP connection.

use nepho_codec::table::{
    Event, LineFormat, Lines, duration, keep, outcome_of, part, source_address, source_port, text,
    time,
};
use nepho_core::tables::{Column, Outcome, Row};

use crate::delivered::Place;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.alb_connection",
    summary: "Application Load Balancer connection log",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

const STATUS: usize = 0;
const LISTENER_PORT: usize = 1;

static TABLE: Lines = Lines {
    name: "aws.alb_connection",
    patterns: &[
        concat!(
            "{time:time} {client:ip} {client_port:int} {listener_port:int} {protocol:word} ",
            "{cipher:word} {latency:word} {?\"{subject:quoted}\"}{?-} {validity:word} {serial:word} ",
            "{verify:word} TID_{trace:word}{? {_:rest}}",
        ),
        // The first version had no trace.
        concat!(
            "{time:time} {client:ip} {client_port:int} {listener_port:int} ",
            "{protocol:TLSv1|TLSv1.1|TLSv1.2|TLSv1.3|-} {cipher:word} {latency:word} ",
            "{?\"{subject:quoted}\"}{?-} {validity:word} {serial:word} {verify:word}{? }",
        ),
    ],
    confidence: 95,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        source_address(&["client"]),
        source_port(&["client_port"]),
        text(&["subject"], Column::Actor),
        duration(&["latency"], 1e9),
        text(&["trace"], Column::RequestId),
        outcome_of(&["verify"], &[("Success", Outcome::Success)]),
        keep(&["verify"], STATUS),
        keep(&["listener_port"], LISTENER_PORT),
        part(&["protocol", "verify"], Column::Method, method),
    ],
    extras: &[
        ("listener_port", "listener_port"),
        ("protocol", "tls_version"),
        ("cipher", "tls_cipher"),
        ("verify", "tls_verify_status"),
        ("serial", "certificate_serial"),
    ],
    finish: Some(finish),
};

/// `tls` where a version was agreed on or a certificate looked at; nothing for listeners without.
fn method(protocol: &str) -> &'static str {
    match protocol {
        "-" => "",
        _ => "tls",
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(status) = event
        .kept(STATUS)
        .filter(|status| status.starts_with("Failed"))
    {
        row.outcome(Outcome::Failure).text(Column::Body, &status);
    }
    // The balancer stands in the name of the file alone.
    let place = Place::of(row.record().stream);
    place.fill(row);
    row.text(Column::Service, place.balancer());
    if let Some(port) = event.kept(LISTENER_PORT).and_then(|port| port.parse().ok()) {
        row.peer_port(port);
    }
}
