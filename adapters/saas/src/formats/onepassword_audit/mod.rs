//! Sign-in attempts and uses of items of 1Password.
//!
//! Source: developer.1password.com/docs/events-api/reference, as of 2026-11-28.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, resource, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "onepassword.audit",
    summary: "1Password sign-in attempts and item usages",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const CATEGORY: usize = 0;

static TABLES: [&Table; 2] = [&SIGN_INS, &CHANGES];

/// Audit events: what was done in an account.
///
/// developer.1password.com/docs/events-api/reference ("auditevents"), as of 2026-11-29.
static CHANGES: Table = Table {
    name: "onepassword.audit",
    needs: &[
        Need::Has("uuid"),
        Need::Has("timestamp"),
        Need::Has("action"),
        Need::Has("actor_uuid"),
        Need::Has("object_type"),
        Need::HasAny(&["object_uuid", "session.uuid", "aux_uuid"]),
    ],
    constants: &[
        (Column::Provider, "1password"),
        (Column::Service, "1password"),
    ],
    fields: &[
        time(&["timestamp"]),
        text(&["account_uuid"], Column::Account),
        text(&["action"], Column::Action),
        text(
            &["actor_details.email", "actor_details.name", "actor_uuid"],
            Column::Actor,
        ),
        source_address(&["session.ip"]),
        text(&["uuid"], Column::RequestId),
        resource(&["object_uuid"]),
    ],
    extras: &[
        ("object_type", "object_type"),
        ("object_details.email", "target"),
        ("aux_info", "info"),
        ("session.uuid", "session"),
        ("location.country", "country"),
    ],
    finish: None,
};

/// Sign-in attempts and uses of items.
static SIGN_INS: Table = Table {
    name: "onepassword.audit",
    needs: &[
        Need::Has("uuid"),
        Need::Has("timestamp"),
        Need::HasAny(&["client.app_name", "client.ip_address"]),
        Need::HasAny(&["target_user.uuid", "user.uuid"]),
        Need::HasAny(&["session_uuid", "item_uuid", "vault_uuid", "category"]),
    ],
    constants: &[
        (Column::Provider, "1password"),
        (Column::Service, "1password"),
    ],
    fields: &[
        time(&["timestamp"]),
        text(&["action", "type"], Column::Action),
        text(
            &[
                "target_user.email",
                "user.email",
                "target_user.name",
                "user.name",
            ],
            Column::Actor,
        ),
        source_address(&["client.ip_address"]),
        text(&["uuid"], Column::RequestId),
        resource(&["item_uuid", "vault_uuid"]),
        keep(&["category"], CATEGORY),
    ],
    extras: &[
        ("category", "category"),
        ("type", "type"),
        ("client.app_name", "client"),
        ("vault_uuid", "vault"),
        ("session_uuid", "session"),
        ("country", "country"),
    ],
    finish: Some(finish),
};

/// `success`, and `credentials_failed`, `mfa_failed`, `sso_failed`, `modern_version_failed`,
/// `firewall_failed`; what the firewall reported has `firewall_reported_success`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let category = event.kept(CATEGORY).unwrap_or_default();
    if category.ends_with("success") {
        row.outcome(Outcome::Success);
    } else if category.ends_with("failed") {
        row.outcome(Outcome::Failure);
    }
}
