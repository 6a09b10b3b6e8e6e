//! Authentication logs of Duo.
//!
//! Source: duo.com/docs/adminapi, "Authentication Logs", as of 2026-11-28.

use nepho_codec::table::{
    JsonFormat, Need, Table, outcome_of, resource, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "duo.audit_auth",
    summary: "Duo authentication logs",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const RESULTS: &[(&str, Outcome)] = &[
    ("success", Outcome::Success),
    ("denied", Outcome::Failure),
    ("failure", Outcome::Failure),
    ("error", Outcome::Failure),
    ("fraud", Outcome::Failure),
];

static TABLE: Table = Table {
    name: "duo.audit_auth",
    needs: &[
        Need::Has("result"),
        Need::Has("factor"),
        Need::HasAny(&["access_device", "auth_device"]),
        Need::HasAny(&["isotimestamp", "timestamp"]),
        Need::HasAny(&["txid", "user.name", "event_type"]),
    ],
    constants: &[(Column::Provider, "duo"), (Column::Service, "duo")],
    fields: &[
        time(&["isotimestamp", "timestamp"]),
        text(&["event_type"], Column::Action),
        text(&["user.name", "email"], Column::Actor),
        source_address(&["access_device.ip", "auth_device.ip"]),
        outcome_of(&["result"], RESULTS),
        text(&["reason"], Column::Body),
        text(&["txid"], Column::RequestId),
        resource(&["application.name"]),
    ],
    extras: &[
        ("factor", "auth_method"),
        ("result", "result"),
        ("reason", "reason"),
        ("application.key", "application_key"),
        ("auth_device.ip", "auth_device"),
        ("email", "email"),
    ],
    finish: None,
};
