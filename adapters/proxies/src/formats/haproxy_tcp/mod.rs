//! HAProxy's log of TCP connections: `option tcplog`.

use nepho_codec::table::{
    Event, GuardedLines, Lines, duration, keep, part, source_address, source_port, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

use crate::haproxy::{
    may_be_session, put_priority, put_state, session, session_extras, session_fields,
};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "haproxy.tcp_access",
    summary: "HAProxy logs of TCP connections",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, may_be_session))),
});

const STATE: usize = 0;
const PRIORITY: usize = 1;

static LINES: Lines = Lines {
    name: "haproxy.tcp_access",
    patterns: &[session!(
        "{queue_time:int}/{connect_time:int}/{?+}{total:int} {?+}{bytes:int} {state:word} "
        "{_:int}/{_:int}/{_:int}/{_:int}/{?+}{retries:int} {_:int}/{_:int}{? {rest:rest}}"
    )],
    confidence: 92,
    constants: &[(Column::Method, "tcp"), (Column::Process, "haproxy")],
    fields: session_fields![keep(&["state"], STATE), keep(&["priority"], PRIORITY),],
    extras: session_extras![],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    put_priority(event, PRIORITY, row);
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
