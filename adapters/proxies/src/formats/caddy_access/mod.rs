//! Access log of Caddy 2.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, To, keep, part, put_text, severity, text, time, url,
};
use nepho_core::tables::{Column, Row};

use crate::ends::{put_client, service_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "caddy.access",
    summary: "Caddy access logs",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const CLIENT: usize = 0;
const LOGGER: usize = 1;
const MESSAGE: usize = 2;
const STATUS: usize = 3;
const DURATION: usize = 4;
const PORT: usize = 5;
const NEAREST: usize = 6;

static TABLE: Table = Table {
    name: "caddy.access",
    needs: &[
        Need::Starts("logger", "http.log."),
        Need::Has("request.method"),
        Need::Has("status"),
    ],
    constants: &[],
    fields: &[
        time(&["ts", "time", "timestamp", "@timestamp"]),
        severity(&["level", "severity"]),
        keep(&["request.remote_port"], PORT),
        keep(&["request.remote_ip"], NEAREST),
        keep(
            &[
                "request.client_ip",
                "request.remote_ip",
                "request.remote_addr",
            ],
            CLIENT,
        ),
        keep(&["logger"], LOGGER),
        keep(&["msg"], MESSAGE),
        text(&["user_id"], Column::Actor),
        text(&["request.method"], Column::Method),
        url(&["request.uri"]),
        keep(&["status"], STATUS),
        keep(&["duration"], DURATION),
        text(
            &[
                "request.headers.User-Agent[0]",
                "request.headers.User-Agent",
            ],
            Column::UserAgent,
        ),
        text(
            &[
                "request.headers.X-Request-Id[0]",
                "resp_headers.X-Request-Id[0]",
                "uuid",
            ],
            Column::RequestId,
        ),
        text(&["traceID", "trace_id"], Column::TraceId),
        text(&["spanID"], Column::SpanId),
        part(&["request.host"], Column::Service, service_of),
    ],
    extras: &[
        ("status", "status"),
        ("size", "bytes"),
        ("bytes_read", "bytes_received"),
        ("request.host", "domain"),
        ("request.proto", "protocol"),
        ("request.headers.Referer[0]", "referer"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(client) = event.kept(CLIENT) {
        put_client(&client, row);
        // The port is that of the nearest machine, which may be a proxy.
        let is_nearest = event.kept(NEAREST).is_none_or(|nearest| nearest == client);
        if let Some(port) = event.kept(PORT).filter(|_| is_nearest) {
            put_text(&port, To::SourcePort, row);
        }
    }
    // What went wrong; of requests that went well it says that they were handled.
    let is_error = event
        .kept(LOGGER)
        .is_some_and(|logger| logger.starts_with("http.log.error"));
    if is_error {
        if let Some(message) = event.kept(MESSAGE) {
            row.text(Column::Body, &message);
        }
        // The request is told by a line of its own as well, and counts once.
        return;
    }
    if let Some(status) = event.kept(STATUS) {
        put_text(&status, To::HttpStatus, row);
    }
    if let Some(duration) = event.kept(DURATION) {
        put_text(&duration, To::Duration(1e9), row);
    }
}
