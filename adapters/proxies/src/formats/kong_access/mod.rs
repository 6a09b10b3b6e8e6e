//! Requests through the gateway Kong, as its logging plugins write them (`file-log`, `http-log`,
//! `tcp-log`, `kafka-log`).
//!
//! Source: developer.konghq.com/plugins/file-log and /gateway/logs ("Log format"), as of
//! 2026-11-30.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, source_address, text, time, url,
};
use nepho_core::tables::{Column, Row};

use crate::ends::{put_peer, service_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "kong.access",
    summary: "Kong gateway requests as its logging plugins write them",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const HOST: usize = 0;
const ADDRESS: usize = 1;
const PORT: usize = 2;
const PATH: usize = 3;
const METHOD: usize = 4;

static TABLE: Table = Table {
    name: "kong.access",
    needs: &[
        Need::Has("latencies.request"),
        Need::Has("started_at"),
        Need::Has("request.method"),
        Need::Has("response.status"),
    ],
    constants: &[],
    fields: &[
        time(&["started_at"]),
        source_address(&["client_ip"]),
        text(&["request.method"], Column::Method),
        url(&["request.uri", "request.url"]),
        http_status(&["response.status"]),
        duration(&["latencies.request"], 1e6),
        text(
            &["request.headers.user-agent", "request.headers.User-Agent"],
            Column::UserAgent,
        ),
        text(&["service.name"], Column::Service),
        text(
            &[
                "consumer.username",
                "consumer.custom_id",
                "authenticated_entity.consumer_id",
                "authenticated_entity.id",
            ],
            Column::Actor,
        ),
        text(
            &["request.id", "request.headers.x-request-id"],
            Column::RequestId,
        ),
        keep(&["service.host", "request.headers.host"], HOST),
        keep(&["tries[0].ip"], ADDRESS),
        keep(&["tries[0].port"], PORT),
        keep(&["request.uri"], PATH),
        keep(&["request.method"], METHOD),
    ],
    extras: &[
        ("route.name", "route"),
        ("route.id", "route_id"),
        ("latencies.proxy", "upstream_milliseconds"),
        ("latencies.kong", "gateway_milliseconds"),
        ("upstream_status", "upstream_status"),
        ("request.size", "request_bytes"),
        ("response.size", "bytes"),
        ("workspace_name", "workspace"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    let host = kept(HOST);
    if !row.has(Column::Service) {
        row.text(Column::Service, service_of(&host));
    }
    if let (Some(address), Some(port)) = (event.kept(ADDRESS), event.kept(PORT)) {
        put_peer(&format!("{address}:{port}"), row);
    }
    let path = kept(PATH);
    let path = path.split('?').next().unwrap_or_default();
    row.text_of(Column::Body, &[&kept(METHOD), " ", path]);
}
