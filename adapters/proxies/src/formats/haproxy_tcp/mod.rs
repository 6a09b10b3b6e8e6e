//! HAProxy's log of TCP connections: `option tcplog`.

use nepho_codec::table::{
    Event, Lines, duration, keep, part, source_address, source_port, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

use crate::guarded::Guarded;
use crate::haproxy::{frontend, has_session_time, header, put_state, server};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "haproxy.tcp_access",
    summary: "HAProxy logs of TCP connections",
    permissions: &[],
    make: Make::Format(|| Box::new(Guarded::new(&LINES, has_session_time))),
});

const STATE: usize = 0;

static LINES: Lines = Lines {
    name: "haproxy.tcp_access",
    patterns: &[header!(
        "{client}:{port:int} [{time:time}] {frontend:word} {backend}/{server:word} "
        "{queue_time:int}/{connect_time:int}/{?+}{total:int} {?+}{bytes:int} {state:word} "
        "{_:int}/{_:int}/{_:int}/{_:int}/{?+}{retries:int} {_:int}/{_:int}{? {rest:rest}}"
    )],
    confidence: 92,
    constants: &[(Column::Method, "tcp")],
    fields: &[
        source_address(&["client"]),
        source_port(&["port"]),
        time(&["time"]),
        part(&["backend"], Column::Service, frontend),
        part(&["server"], Column::Peer, server),
        duration(&["total"], 1e6),
        text(&["host"], Column::Host),
        text(&["process"], Column::Process),
        keep(&["state"], STATE),
    ],
    extras: &[
        ("bytes", "bytes"),
        ("frontend", "frontend"),
        ("state", "termination_state"),
        ("retries", "retries"),
        ("queue_time", "queue_ms"),
        ("connect_time", "connect_ms"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let Some(state) = event.kept(STATE) else {
        // `--`: both ends closed in order.
        row.outcome(Outcome::Success);
        return;
    };
    match state.bytes().next() {
        Some(b'-') => {
            row.outcome(Outcome::Success);
        }
        // Without an answer of its own, a proxy that ends a connection has refused it.
        Some(b'P') => {
            row.outcome(Outcome::Failure);
        }
        // Silence in both directions is how idle connections end.
        Some(b's') if state.ends_with('D') => {}
        _ => put_state(&state, row),
    }
}
