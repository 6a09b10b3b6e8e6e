//! Events of OneLogin.
//!
//! Source: developers.onelogin.com/api-docs/1/events/event-resource, as of 2026-12-01.

use nepho_codec::table::{JsonFormat, Need, Table, resource, source_address, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "onelogin.audit",
    summary: "OneLogin events",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "onelogin.audit",
    needs: &[
        Need::Number("event_type_id"),
        Need::HasAny(&["created_at", "event_timestamp"]),
        Need::Has("account_id"),
        Need::HasAny(&["ipaddr", "actor_user_id", "actor_user_name", "user_id"]),
    ],
    constants: &[
        (Column::Provider, "onelogin"),
        (Column::Service, "onelogin"),
    ],
    fields: &[
        time(&["event_timestamp", "created_at"]),
        text(&["account_id"], Column::Account),
        text(&["event_type_id"], Column::Action),
        text(
            &["actor_user_name", "user_name", "actor_user_id", "user_id"],
            Column::Actor,
        ),
        source_address(&["ipaddr"]),
        text(
            &["error_description", "custom_message", "notes"],
            Column::Body,
        ),
        text(&["uuid", "id"], Column::RequestId),
        resource(&["app_name", "app_id"]),
    ],
    extras: &[
        ("user_name", "target_user"),
        ("role_name", "role"),
        ("policy_name", "policy"),
        ("risk_score", "risk_score"),
        ("otp_device_name", "auth_method"),
    ],
    finish: None,
};
