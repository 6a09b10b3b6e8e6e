//! Access log of the Squid cache, in its own format.

use nepho_codec::table::{
    LineFormat, Lines, duration, http_status, source_address, text, time, url,
};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "squid.access",
    summary: "Squid access logs",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

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
        http_status(&["status"]),
        text(&["method"], Column::Method),
        url(&["url"]),
        text(&["user"], Column::Actor),
        text(&["peer"], Column::Peer),
    ],
    extras: &[
        ("bytes", "bytes"),
        ("hierarchy", "hierarchy"),
        ("type", "content_type"),
    ],
    finish: None,
};
