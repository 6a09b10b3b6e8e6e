//! Events of users of Keycloak as JSON, as its webhooks and exporters write them.
//!
//! Source: `org.keycloak.events.Event` and `EventType` of github.com/keycloak/keycloak, as of
//! 2026-11-28.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, source_address, text, time};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "keycloak.audit",
    summary: "Keycloak user events as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TYPE: usize = 0;

static TABLE: Table = Table {
    name: "keycloak.audit",
    needs: &[
        Need::Has("type"),
        Need::Has("realmId"),
        Need::HasAny(&["time", "timestamp"]),
        Need::HasAny(&["clientId", "ipAddress", "userId"]),
    ],
    constants: &[(Column::Service, "keycloak")],
    fields: &[
        time(&["time", "timestamp"]),
        text(&["type"], Column::Action),
        text(
            &["details.username", "username", "userName", "userId"],
            Column::Actor,
        ),
        source_address(&["ipAddress"]),
        text(&["error"], Column::Body),
        text(&["id"], Column::RequestId),
        keep(&["type"], TYPE),
    ],
    extras: &[
        ("realmId", "realm"),
        ("realmName", "realm"),
        ("clientId", "client"),
        ("userId", "principal_id"),
        ("sessionId", "session"),
        ("error", "error_code"),
    ],
    finish: Some(finish),
};

/// Of every type there is one for the failure.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let is_failure = event
        .kept(TYPE)
        .is_some_and(|kind| kind.ends_with("_ERROR"));
    row.outcome(match is_failure {
        true => Outcome::Failure,
        false => Outcome::Success,
    });
}
