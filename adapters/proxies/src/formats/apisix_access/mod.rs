//! Requests through the gateway Apache APISIX, as its logging plugins write them (`http-logger`,
//! `file-logger`, `kafka-logger`, `tcp-logger` and others).
//!
//! Source: apisix.apache.org/docs/apisix/plugins/http-logger, and `apisix/utils/log-util.lua` of
//! github.com/apache/apisix, as of 2026-11-30.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, part, source_address, text, time,
    url,
};
use nepho_core::tables::{Column, Row};

use crate::ends::{put_peer, service_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "apisix.access",
    summary: "APISIX gateway requests as its logging plugins write them",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const UPSTREAM: usize = 0;

static TABLE: Table = Table {
    name: "apisix.access",
    needs: &[
        Need::Has("start_time"),
        Need::HasAny(&["apisix_latency", "upstream_latency", "server.hostname"]),
        Need::Has("request.method"),
        Need::Has("response.status"),
    ],
    constants: &[],
    fields: &[
        time(&["start_time"]),
        source_address(&["client_ip"]),
        text(&["request.method"], Column::Method),
        url(&["request.uri", "request.url"]),
        http_status(&["response.status"]),
        duration(&["latency"], 1e6),
        text(&["request.headers.user-agent"], Column::UserAgent),
        text(&["consumer.username"], Column::Actor),
        text(&["request.headers.x-request-id"], Column::RequestId),
        text(&["server.hostname"], Column::Host),
        part(&["request.headers.host"], Column::Service, service_of),
        keep(&["upstream"], UPSTREAM),
    ],
    extras: &[
        ("route_id", "route_id"),
        ("service_id", "service_id"),
        ("upstream_latency", "upstream_milliseconds"),
        ("apisix_latency", "gateway_milliseconds"),
        ("request.size", "request_bytes"),
        ("response.size", "bytes"),
        ("request.headers.host", "domain"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(upstream) = event.kept(UPSTREAM) {
        put_peer(&upstream, row);
    }
}
