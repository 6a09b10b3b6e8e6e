//! Sessions of nginx's module for streams, in the formats of its documentation and of ingress-nginx
//! (`log-format-stream`: kubernetes.github.io/ingress-nginx, ConfigMaps, as of 2026-12-01).

use nepho_codec::table::{
    Event, LineFormat, Lines, duration, http_status, keep, part, source_address, time,
};
use nepho_core::tables::{Column, Row};

use crate::ends::put_peer;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "nginx.stream_access",
    summary: "TCP and UDP sessions that nginx passed on",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const UPSTREAM: usize = 0;

static LINES: Lines = Lines {
    name: "nginx.stream_access",
    patterns: &[
        concat!(
            "{client:ip} [{time:time}] {protocol:TCP|UDP} {status:int} {sent:int} {received:int} ",
            r#"{seconds:number}{? "{upstream:quoted}"{_:rest}}"#
        ),
        concat!(
            "[{client:ip}] [{time:time}] {protocol:TCP|UDP} {status:int} {sent:int} ",
            "{received:int} {seconds:number}"
        ),
        // Before version 0.49 there was no address.
        concat!(
            "[{time:time}] {protocol:TCP|UDP} {status:int} {sent:int} {received:int} ",
            "{seconds:number}"
        ),
    ],
    confidence: 92,
    constants: &[],
    fields: &[
        time(&["time"]),
        source_address(&["client"]),
        part(&["protocol"], Column::Method, transport),
        http_status(&["status"]),
        duration(&["seconds"], 1e9),
        keep(&["upstream"], UPSTREAM),
    ],
    extras: &[("sent", "bytes"), ("received", "received_bytes")],
    finish: Some(finish),
};

fn transport(protocol: &str) -> &str {
    match protocol {
        "TCP" => "tcp",
        "UDP" => "udp",
        other => other,
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // After a server that could not be reached the next one is named: `10.0.0.1:53, 10.0.0.2:53`.
    if let Some(upstream) = event.kept(UPSTREAM)
        && let Some(last) = upstream.rsplit(", ").next()
    {
        put_peer(last, row);
    }
}
