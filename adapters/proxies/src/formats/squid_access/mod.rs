//! Access log of the Squid cache, in its own format.

use nepho_codec::message::json::url_path;
use nepho_codec::table::{
    Event, LineFormat, Lines, duration, keep, part, put_status, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "squid.access",
    summary: "Squid access logs",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const STATUS: usize = 0;
const RESULT: usize = 1;

static LINES: Lines = Lines {
    name: "squid.access",
    patterns: &[
        "{time:number}{ }{millis:int} {client:address} {result}/{status:int} {bytes:int} \
         {method:word} {url:word} {user:word} {hierarchy}/{peer:word} {type:rest}",
    ],
    confidence: 92,
    constants: &[],
    fields: &[
        time(&["time"]),
        duration(&["millis"], 1e6),
        source_address(&["client"]),
        text(&["result"], Column::Action),
        keep(&["result"], RESULT),
        keep(&["status"], STATUS),
        text(&["method"], Column::Method),
        part(&["url"], Column::Path, path),
        text(&["user"], Column::Actor),
        text(&["peer"], Column::Peer),
    ],
    extras: &[
        ("bytes", "bytes"),
        ("hierarchy", "hierarchy"),
        ("type", "content_type"),
    ],
    finish: Some(finish),
};

/// Path of a URL. Of what was no request Squid writes why: `error:invalid-request`.
fn path(url: &str) -> &str {
    if url.starts_with("error:") {
        ""
    } else {
        url_path(url)
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // 000: no answer was sent.
    let status = event.kept(STATUS).and_then(|status| status.parse().ok());
    if let Some(status) = status.filter(|status| *status > 0) {
        put_status(status, row);
    }
    // With 407 a client is only asked who it is.
    let is_denied = event
        .kept(RESULT)
        .is_some_and(|result| result.contains("DENIED"));
    if is_denied && status != Some(407) {
        row.outcome(Outcome::Failure);
    }
}
