//! HTTP requests of users and devices through Cloudflare Gateway (Logpush `gateway_http`).

use nepho_codec::table::{
    JsonFormat, Need, Table, http_status, outcome_of, peer_address, peer_port, resource,
    source_address, source_port, text, time, url,
};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.gateway_http",
    summary: "Cloudflare Gateway: HTTP requests of users and devices",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "cloudflare.gateway_http",
    needs: &[
        Need::Has("Datetime"),
        Need::HasAny(&["HTTPMethod", "HTTPHost", "HTTPStatusCode"]),
        Need::HasAny(&["Action", "PolicyID", "PolicyName"]),
        Need::HasAny(&["SourceIP", "RequestID", "DeviceID", "UserID", "Email"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["Datetime"]),
        text(&["AccountID"], Column::Account),
        text(&["Action"], Column::Action),
        text(&["HTTPHost"], Column::Service),
        text(&["Email", "UserID"], Column::Actor),
        source_address(&["SourceIP"]),
        source_port(&["SourcePort"]),
        peer_address(&["DestinationIP"]),
        peer_port(&["DestinationPort"]),
        text(&["HTTPMethod"], Column::Method),
        url(&["URL"]),
        text(&["UserAgent"], Column::UserAgent),
        text(&["DeviceName"], Column::Host),
        text(&["RequestID", "SessionID"], Column::RequestId),
        text(&["BlockedFileReason"], Column::Body),
        resource(&["PolicyID"]),
        http_status(&["HTTPStatusCode"]),
        outcome_of(&["Action"], ACTIONS),
    ],
    extras: &[
        ("PolicyName", "rule"),
        ("HTTPVersion", "protocol"),
        ("BlockedFileName", "file"),
        ("SessionID", "session_id"),
    ],
    finish: None,
};

/// What Gateway did; `isolate` and `scan` tell nothing of the request.
const ACTIONS: &[(&str, Outcome)] = &[
    ("block", Outcome::Failure),
    ("blocked", Outcome::Failure),
    ("allow", Outcome::Success),
    ("allowed", Outcome::Success),
];
