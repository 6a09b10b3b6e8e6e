//! Audit logs of Slack.
//!
//! Source: docs.slack.dev/admins/audit-logs-api and api.slack.com/admins/audit-logs-call, as of
//! 2026-11-28.

use nepho_codec::table::{JsonFormat, Need, Table, resource, source_address, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "slack.audit",
    summary: "Slack audit logs",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "slack.audit",
    needs: &[
        Need::Has("date_create"),
        Need::Has("action"),
        Need::Has("actor.type"),
        Need::HasAny(&["entity.type", "context"]),
    ],
    constants: &[(Column::Provider, "slack"), (Column::Service, "slack")],
    fields: &[
        time(&["date_create"]),
        text(&["action"], Column::Action),
        text(
            &["actor.user.email", "actor.user.name", "actor.user.id"],
            Column::Actor,
        ),
        source_address(&["context.ip_address"]),
        text(&["context.ua"], Column::UserAgent),
        text(&["context.location.domain"], Column::Account),
        resource(&[
            "entity.user.email",
            "entity.channel.id",
            "entity.file.id",
            "entity.app.id",
            "entity.workspace.id",
            "entity.enterprise.id",
            "entity.usergroup.id",
        ]),
        text(&["id"], Column::RequestId),
    ],
    extras: &[
        ("entity.type", "target_type"),
        ("entity.channel.name", "target"),
        ("entity.file.name", "target"),
        ("entity.app.name", "target"),
        ("context.location.name", "workspace"),
        ("context.session_id", "session"),
    ],
    finish: None,
};
