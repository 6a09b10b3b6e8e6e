//! Access log of Traefik: JSON of all versions, and its extension of the common log format.

use nepho_codec::table::{
    Either, Event, Lines, Need, Table, duration, http_status, keep, part, severity, source_address,
    source_port, text, time, url,
};
use nepho_core::tables::{Column, Row};

use crate::ends::{put_client, put_peer};
use crate::request::put_request;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "traefik.access",
    summary: "Traefik access logs",
    permissions: &[],
    make: Make::Format(|| Box::new(Either::new(&TABLE, &LINES))),
});

const CLIENT: usize = 0;
const REQUEST: usize = 1;
const SERVER: usize = 2;

static LINES: Lines = Lines {
    name: "traefik.access",
    patterns: &[concat!(
        r#"{client:word} - {user} [{time:time}] "{request}" {status:word} {bytes:word} "#,
        r#"{?"{referer:quoted}"}{?-} {?"{agent:quoted}"}{?-} {count:int} "#,
        r#""{router:quoted}" "{server:quoted}" "#,
        "{millis:int}ms"
    )],
    confidence: 93,
    constants: &[],
    fields: &[
        keep(&["client"], CLIENT),
        text(&["user"], Column::Actor),
        time(&["time"]),
        keep(&["request"], REQUEST),
        http_status(&["status"]),
        text(&["agent"], Column::UserAgent),
        duration(&["millis"], 1e6),
        part(&["router"], Column::Service, without_provider),
        keep(&["server"], SERVER),
    ],
    extras: &[
        ("bytes", "bytes"),
        ("referer", "referer"),
        ("router", "router"),
    ],
    finish: Some(finish),
};

static TABLE: Table = Table {
    name: "traefik.access",
    needs: &[
        Need::HasAny(&["DownstreamStatus", "OriginStatus"]),
        Need::HasAny(&["RequestMethod", "RequestPath", "RequestHost", "RequestAddr"]),
        Need::HasAny(&[
            "BackendName",
            "ClientAddr",
            "ClientHost",
            "FrontendName",
            "RouterName",
            "ServiceName",
            "StartLocal",
            "StartUTC",
            "entryPointName",
        ]),
    ],
    constants: &[],
    fields: &[
        time(&["StartUTC", "time", "StartLocal"]),
        severity(&["level"]),
        // The address of the connection, and over it what a header says of the client.
        source_address(&["ClientAddr"]),
        keep(&["ClientHost"], CLIENT),
        source_port(&["ClientPort"]),
        text(&["ClientUsername"], Column::Actor),
        text(&["RequestLine"], Column::Body),
        text(&["RequestMethod"], Column::Method),
        url(&["RequestPath"]),
        http_status(&["DownstreamStatus", "OriginStatus"]),
        text(
            &["request_User-Agent", "request_user-agent"],
            Column::UserAgent,
        ),
        text(
            &["request_X-Request-Id", "downstream_X-Request-Id"],
            Column::RequestId,
        ),
        text(&["TraceId"], Column::TraceId),
        text(&["SpanId"], Column::SpanId),
        duration(&["Duration"], 1.0),
        part(
            &["ServiceName", "BackendName"],
            Column::Service,
            without_provider,
        ),
        keep(
            &[
                "ServiceAddr",
                "BackendAddr",
                "ServiceURL.Host",
                "ServiceURL",
            ],
            SERVER,
        ),
    ],
    extras: &[
        ("DownstreamContentSize", "bytes"),
        ("RequestContentSize", "bytes_received"),
        ("RequestHost", "domain"),
        ("RouterName", "router"),
        ("entryPointName", "entry_point"),
        ("OriginStatus", "upstream_status"),
        ("RetryAttempts", "retries"),
        ("request_Referer", "referer"),
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
    if let Some(server) = event.kept(SERVER)
        && !server.starts_with('{')
    {
        put_peer(&server, row);
    }
}

/// Name of a router or service without the provider that it comes from: `shop@docker`. Version 1
/// writes `Traefik` where it answered itself.
fn without_provider(name: &str) -> &str {
    match name {
        "Traefik" => "",
        name => name.split('@').next().unwrap_or(name),
    }
}
