//! Connections through ztunnel, the proxy of the nodes of Istio in ambient mode, as text or JSON.
//!
//! Source: istio.io/latest/docs/ambient/usage/verify-mtls-enabled ("Validate mTLS from logs"), and
//! `src/proxy/metrics.rs` of github.com/istio/ztunnel, as of 2026-11-30.

use nepho_codec::pod;
use nepho_codec::table::{
    Either, Event, Lines, Need, Table, duration, keep, part, severity, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

use crate::ends::{put_peer, service_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "ztunnel.access",
    summary: "Connections through ztunnel, the node proxy of Istio",
    permissions: &[],
    make: Make::Format(|| Box::new(Either::new(&TABLE, &LINES))),
});

const PEER: usize = 0;
const WORKLOAD: usize = 1;
const ERROR: usize = 2;
const MESSAGE: usize = 3;

static LINES: Lines = Lines {
    name: "ztunnel.access",
    patterns: &[concat!(
        "{time:time}{ }{level:name}{ }access{ }connection {message:complete|failed|opened}{ }",
        r#"src.addr={source:word}{? src.workload={?"}{from:name}{?"}}"#,
        r#"{? src.namespace={?"}{from_namespace:name}{?"}}{? src.identity={_:word}} "#,
        "dst.addr={tunnel:word}{? dst.hbone_addr={peer:word}}",
        r#"{? dst.service={?"}{service:name}{?"}}{? dst.workload={?"}{workload:name}{?"}}"#,
        r#"{? dst.namespace={?"}{namespace:name}{?"}}{? dst.identity={_:word}}"#,
        r#"{? direction={?"}{direction:name}{?"}}{? bytes_sent={sent:int}}"#,
        r#"{? bytes_recv={received:int}}{? duration={?"}{took:name}{?"}}"#,
        r#"{? error="{error:quoted}"}{_:rest}"#,
    )],
    confidence: 94,
    constants: &[],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        source_address(&["source"]),
        part(&["service"], Column::Service, service_of),
        duration(&["took"], 1e6),
        text(&["error"], Column::Body),
        keep(&["peer", "tunnel"], PEER),
        keep(&["workload"], WORKLOAD),
        keep(&["error"], ERROR),
        keep(&["message"], MESSAGE),
    ],
    extras: &[
        ("from", "source_workload"),
        ("from_namespace", "source_namespace"),
        ("workload", "destination_workload"),
        ("namespace", "namespace"),
        ("direction", "direction"),
        ("sent", "bytes"),
        ("received", "bytes_received"),
        ("level", "severity_text"),
    ],
    finish: Some(finish),
};

static TABLE: Table = Table {
    name: "ztunnel.access",
    needs: &[
        Need::Is("scope", "access"),
        Need::Has("src.addr"),
        Need::Has("dst.addr"),
    ],
    constants: &[],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        source_address(&["src.addr"]),
        part(&["dst.service"], Column::Service, service_of),
        duration(&["duration"], 1e6),
        text(&["error"], Column::Body),
        keep(&["dst.hbone_addr", "dst.addr"], PEER),
        keep(&["dst.workload"], WORKLOAD),
        keep(&["error"], ERROR),
        keep(&["message"], MESSAGE),
    ],
    extras: &[
        ("src.workload", "source_workload"),
        ("src.namespace", "source_namespace"),
        ("dst.workload", "destination_workload"),
        ("dst.namespace", "namespace"),
        ("direction", "direction"),
        ("bytes_sent", "bytes"),
        ("bytes_recv", "bytes_received"),
        ("level", "severity_text"),
    ],
    finish: Some(finish),
};

/// How the connection ended, and the service, which only its workload may tell.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(peer) = event.kept(PEER) {
        // Within the tunnel, the address behind it is the other end.
        put_peer(&peer, row);
    }
    if !row.has(Column::Service)
        && let Some(workload) = event.kept(WORKLOAD)
    {
        row.text(Column::Service, pod::workload(&workload));
    }
    let message = event.kept(MESSAGE).unwrap_or_default();
    if event.kept(ERROR).is_some() || message.ends_with("failed") {
        row.outcome(Outcome::Failure);
    } else if message.ends_with("complete") {
        row.outcome(Outcome::Success);
    }
}
