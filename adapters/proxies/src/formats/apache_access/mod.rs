//! Request log of Apache's `mod_ssl`: `ssl_request_log`.
//!
//! Common and combined logs are `proxies.access_log`.

use nepho_codec::table::{Event, LineFormat, Lines, keep, source_address, time};
use nepho_core::tables::Row;

use crate::request::put_request;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "apache.access",
    summary: "Apache TLS request logs",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const REQUEST: usize = 0;

static LINES: Lines = Lines {
    name: "apache.access",
    patterns: &[
        r#"[{time:time}] {client:word} TLSv{version:word} {cipher:word} "{request}" {bytes:word}"#,
        r#"[{time:time}] {client:word} SSLv{version:word} {cipher:word} "{request}" {bytes:word}"#,
        // A request that was not encrypted has neither.
        r#"[{time:time}] {client:word} - - "{request}" {bytes:word}"#,
    ],
    confidence: 90,
    constants: &[],
    fields: &[
        time(&["time"]),
        source_address(&["client"]),
        keep(&["request"], REQUEST),
    ],
    extras: &[
        ("bytes", "bytes"),
        ("version", "tls_version"),
        ("cipher", "tls_cipher"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(request) = event.kept(REQUEST) {
        put_request(&request, row);
    }
}
