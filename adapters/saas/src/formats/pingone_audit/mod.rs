//! Audit activities of PingOne.
//!
//! Source: developer.pingidentity.com/pingone-api/platform/audit-activities.html, as of 2026-12-01.

use nepho_codec::table::{
    JsonFormat, Need, Table, outcome_of, resource, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "pingone.audit",
    summary: "PingOne audit activities",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const RESULTS: &[(&str, Outcome)] = &[
    ("success", Outcome::Success),
    ("failed", Outcome::Failure),
    ("failure", Outcome::Failure),
];

static TABLE: Table = Table {
    name: "pingone.audit",
    needs: &[
        Need::Has("action.type"),
        Need::Has("result.status"),
        Need::Has("recordedAt"),
        Need::HasAny(&["actors.user.id", "actors.client.id", "correlationId"]),
    ],
    constants: &[(Column::Provider, "pingone"), (Column::Service, "pingone")],
    fields: &[
        time(&["recordedAt", "createdAt"]),
        text(
            &["actors.user.environment.id", "actors.client.environment.id"],
            Column::Account,
        ),
        text(&["action.type"], Column::Action),
        text(
            &[
                "actors.user.name",
                "actors.user.id",
                "actors.client.name",
                "actors.client.id",
            ],
            Column::Actor,
        ),
        source_address(&["source.ipAddress"]),
        text(&["source.userAgent"], Column::UserAgent),
        outcome_of(&["result.status"], RESULTS),
        text(&["result.description", "action.description"], Column::Body),
        text(&["id"], Column::RequestId),
        resource(&["resources[0].id"]),
    ],
    extras: &[
        ("correlationId", "correlation_id"),
        ("actors.client.name", "client"),
        ("resources[0].type", "target_kind"),
        ("resources[0].name", "target"),
        ("action.description", "description"),
    ],
    finish: None,
};
