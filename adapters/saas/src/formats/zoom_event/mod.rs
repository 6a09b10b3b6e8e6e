//! Webhooks of Zoom.
//!
//! Source: developers.zoom.us/docs/api/webhooks, as of 2026-12-01.

use nepho_codec::table::{JsonFormat, Need, Table, resource, source_address, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "zoom.event",
    summary: "Zoom webhooks",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "zoom.event",
    needs: &[
        Need::Contains("event", "."),
        Need::Number("event_ts"),
        Need::Has("payload.account_id"),
        Need::Has("payload.object"),
    ],
    constants: &[(Column::Provider, "zoom"), (Column::Service, "zoom")],
    fields: &[
        time(&["event_ts"]),
        text(&["payload.account_id"], Column::Account),
        text(&["event"], Column::Action),
        text(
            &[
                "payload.operator",
                "payload.object.participant.email",
                "payload.object.participant.user_name",
                "payload.object.email",
                "payload.object.host_email",
                "payload.operator_id",
                "payload.object.host_id",
            ],
            Column::Actor,
        ),
        source_address(&[
            "payload.object.ip_address",
            "payload.object.participant.public_ip",
            "payload.object.participant.ip_address",
        ]),
        text(&["payload.object.topic"], Column::Body),
        resource(&["payload.object.id"]),
    ],
    extras: &[
        ("payload.operation", "operation"),
        ("payload.object.uuid", "session"),
        ("payload.object.client_type", "client"),
        ("payload.object.version", "client_version"),
        ("payload.object.participant.leave_reason", "reason"),
    ],
    finish: None,
};
