//! Access log of nginx written as JSON, with keys called after nginx's variables.
//!
//! Lines of text are `proxies.access_log`.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, part, source_port, text, time, url,
};
use nepho_core::tables::{Column, Row};

use crate::ends::{put_client, put_peer, service_of};
use crate::lists::{last, upstream_name};
use crate::request::put_request;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "nginx.access",
    summary: "nginx access logs as JSON, of ingress-nginx too",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const CLIENT: usize = 0;
const REQUEST: usize = 1;
const UPSTREAM: usize = 2;

static TABLE: Table = Table {
    name: "nginx.access",
    needs: &[
        Need::Has("status"),
        Need::HasAny(&[
            "remote_addr",
            "http_x_forwarded_for",
            "x_forwarded_for",
            "remote_ip",
            "proxy_protocol_addr",
            "proxy_add_x_forwarded_for",
            "clientip",
        ]),
        Need::HasAny(&[
            "request",
            "request_method",
            "request_uri",
            "uri",
            "method",
            "path",
            "url",
        ]),
        Need::HasAny(&[
            "body_bytes_sent",
            "bytes_sent",
            "http_user_agent",
            "time_iso8601",
            "time_local",
            "upstream_addr",
            "upstream_response_time",
            "upstream_status",
            // As guides to Logstash call them.
            "upstreamhost",
            "upstreamtime",
        ]),
        // Applications that log their requests say something besides.
        Need::Lacks("msg"),
    ],
    constants: &[],
    fields: &[
        time(&[
            "time_iso8601",
            "@timestamp",
            "msec",
            "time_local",
            "time",
            "timestamp",
        ]),
        keep(
            &[
                "remote_addr",
                "remote_ip",
                "clientip",
                "proxy_protocol_addr",
                "http_x_forwarded_for",
                "x_forwarded_for",
                "proxy_add_x_forwarded_for",
            ],
            CLIENT,
        ),
        source_port(&["remote_port", "proxy_protocol_port"]),
        text(&["remote_user"], Column::Actor),
        keep(&["request"], REQUEST),
        text(&["request_method", "method"], Column::Method),
        url(&["request_uri", "uri", "path", "url"]),
        http_status(&["status"]),
        duration(&["request_time", "duration", "responsetime"], 1e9),
        text(
            &["http_user_agent", "user_agent", "agent"],
            Column::UserAgent,
        ),
        text(
            &["request_id", "req_id", "x_request_id", "http_x_request_id"],
            Column::RequestId,
        ),
        text(
            &["trace_id", "traceid", "opentelemetry_trace_id"],
            Column::TraceId,
        ),
        part(
            &["host", "http_host", "vhost", "server_name"],
            Column::Service,
            service_of,
        ),
        part(&["proxy_upstream_name"], Column::Service, upstream_name),
        text(&["service_name"], Column::Service),
        keep(&["upstream_addr", "upstream", "upstreamhost"], UPSTREAM),
    ],
    extras: &[
        ("body_bytes_sent", "bytes"),
        ("bytes_sent", "bytes"),
        ("size", "bytes"),
        ("http_referer", "referer"),
        ("http_referrer", "referer"),
        ("http_x_forwarded_for", "x_forwarded_for"),
        ("x_forwarded_for", "x_forwarded_for"),
        ("upstream_status", "upstream_status"),
        ("upstream_cache_status", "cache_status"),
        ("namespace", "namespace"),
        ("ingress_name", "ingress"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(client) = event.kept(CLIENT) {
        put_client(&client, row);
    }
    if let Some(request) = event.kept(REQUEST) {
        put_request(&request, row);
    }
    if let Some(upstream) = event.kept(UPSTREAM) {
        put_peer(last(&upstream), row);
    }
}
