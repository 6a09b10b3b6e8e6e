//! Audit events of GitLab: `audit_json.log` and streamed events.
//!
//! Source: docs.gitlab.com/administration/logs, "audit_json.log", and
//! docs.gitlab.com/user/compliance/audit_event_schema, as of 2026-11-28;
//! docs.gitlab.com/api/audit_events, as of 2026-11-29.

use nepho_codec::table::{JsonFormat, Need, Table, resource, source_address, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "gitlab.audit",
    summary: "GitLab audit events",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "gitlab.audit",
    needs: &[
        Need::HasAny(&["author_id", "author_name"]),
        Need::Has("entity_type"),
        Need::HasAny(&[
            "target_type",
            "target_details",
            "change",
            "event_type",
            "details.target_type",
        ]),
        Need::HasAny(&["time", "created_at"]),
    ],
    constants: &[(Column::Service, "gitlab")],
    fields: &[
        time(&["time", "created_at"]),
        text(
            &[
                "event_type",
                "event_name",
                "custom_message",
                "change",
                "add",
                "remove",
                "with",
                "details.event_name",
                "details.custom_message",
                "details.change",
                "details.add",
                "details.remove",
                "details.with",
            ],
            Column::Action,
        ),
        text(
            &["author_name", "details.author_name", "author_id"],
            Column::Actor,
        ),
        source_address(&["ip_address", "details.ip_address"]),
        text(
            &["details.custom_message", "custom_message", "target_details"],
            Column::Body,
        ),
        text(&["correlation_id", "id"], Column::RequestId),
        resource(&[
            "entity_path",
            "details.entity_path",
            "target_details",
            "details.target_details",
        ]),
    ],
    extras: &[
        ("entity_type", "target_type"),
        ("entity_id", "target_id"),
        ("target_type", "object_type"),
        ("from", "from"),
        ("to", "to"),
    ],
    finish: None,
};
