//! The access log of Liberty as JSON.
//!
//! Source: openliberty.io/docs/latest/json-log-events-list.html ("Access log events"), as of
//! 2026-11-30.

use nepho_codec::table::{
    JsonFormat, Need, Table, duration, http_status, source_address, source_port, text, time, url,
};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "liberty.access",
    summary: "Open Liberty and WebSphere Liberty access logs as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "liberty.access",
    needs: &[
        Need::Is("type", "liberty_accesslog"),
        Need::Has("ibm_datetime"),
    ],
    constants: &[],
    fields: &[
        time(&["ibm_datetime"]),
        text(&["ibm_serverName"], Column::Service),
        text(&["host"], Column::Host),
        source_address(&["ibm_remoteIP", "ibm_remoteHost"]),
        source_port(&["ibm_remotePort"]),
        text(&["ibm_remoteUserID"], Column::Actor),
        text(&["ibm_requestMethod"], Column::Method),
        url(&["ibm_uriPath"]),
        http_status(&["ibm_responseCode"]),
        duration(&["ibm_elapsedTime"], 1e3),
        text(&["ibm_userAgent"], Column::UserAgent),
        text(&["ibm_requestFirstLine"], Column::Body),
    ],
    extras: &[
        ("ibm_bytesReceived", "bytes"),
        ("ibm_requestHost", "request_host"),
        ("ibm_requestProtocol", "protocol"),
    ],
    finish: None,
};
