//! Audit log of Elasticsearch, as JSON.

use nepho_codec::table::{Event, JsonFormat, Need, Table};
use nepho_codec::table::{outcome_of, resource, source_address, text, time, url};
use nepho_core::tables::{Column, Outcome, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "elasticsearch.audit",
    summary: "Elasticsearch audit log",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "elasticsearch.audit",
    needs: &[
        Need::Has("event.action"),
        Need::IsAny(
            "event.type",
            &["rest", "transport", "ip_filter", "security_config_change"],
        ),
        Need::HasAny(&[
            "node.id",
            "node.name",
            "cluster.uuid",
            "cluster.name",
            "host.name",
        ]),
        Need::HasAny(&[
            "origin.type",
            "origin.address",
            "request.id",
            "put",
            "delete",
            "change",
            "create",
            "invalidate",
        ]),
    ],
    constants: &[(Column::Process, "elasticsearch")],
    fields: &[
        time(&["timestamp", "@timestamp"]),
        text(&["event.action"], Column::Action),
        text(&["user.name"], Column::Actor),
        source_address(&["origin.address"]),
        text(&["request.method"], Column::Method),
        url(&["url.path"]),
        text(&["request.id"], Column::RequestId),
        text(&["trace.id"], Column::TraceId),
        text(&["cluster.name"], Column::Service),
        text(&["node.name", "host.name"], Column::Host),
        resource(&["indices[]"]),
        outcome_of(&["event.action"], OUTCOMES),
    ],
    extras: &[
        ("event.type", "kind"),
        ("realm", "realm"),
        ("action", "permission"),
        ("request.name", "request_name"),
        ("authentication.type", "authentication_type"),
        ("rule", "rule"),
    ],
    finish: Some(finish),
};

/// Actions that tell how it ended; changes of the settings of security are told when they are done.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("access_granted", Outcome::Success),
    ("authentication_success", Outcome::Success),
    ("run_as_granted", Outcome::Success),
    ("connection_granted", Outcome::Success),
    ("access_denied", Outcome::Failure),
    ("anonymous_access_denied", Outcome::Failure),
    ("authentication_failed", Outcome::Failure),
    ("realm_authentication_failed", Outcome::Failure),
    ("run_as_denied", Outcome::Failure),
    ("connection_denied", Outcome::Failure),
    ("tampered_request", Outcome::Failure),
];

fn finish(_event: &Event<'_>, row: &mut Row<'_>) {
    service::fill(row, "elasticsearch");
}
