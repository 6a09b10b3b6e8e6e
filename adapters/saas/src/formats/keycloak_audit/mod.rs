//! Events of users and administrators of Keycloak as JSON, as its webhooks, exporters and its own
//! log write them.
//!
//! Source: `org.keycloak.events.Event` and `EventType` of github.com/keycloak/keycloak, as of
//! 2026-11-28.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, resource, severity, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

use super::keycloak_audit_text::put_event;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "keycloak.audit",
    summary: "Keycloak events of users and administrators as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const TYPE: usize = 0;
const RESOURCE: usize = 1;
const ERROR: usize = 2;
const MESSAGE: usize = 3;

static TABLES: [&Table; 3] = [&TABLE, &OF_ADMINS, &LOGGED];

/// What administrators did.
///
/// keycloak.org/docs-api/latest/javadocs/org/keycloak/events/admin/AdminEvent.html, as of
/// 2026-12-01.
static OF_ADMINS: Table = Table {
    name: "keycloak.audit",
    needs: &[
        Need::Has("operationType"),
        Need::Has("resourceType"),
        Need::Has("realmId"),
        Need::HasAny(&["time", "timestamp"]),
        Need::HasAny(&["authDetails.userId", "authDetails.clientId"]),
    ],
    constants: &[(Column::Service, "keycloak")],
    fields: &[
        time(&["time", "timestamp"]),
        text(
            &["authDetails.username", "authDetails.userId"],
            Column::Actor,
        ),
        source_address(&["authDetails.ipAddress"]),
        resource(&["resourcePath"]),
        text(&["error"], Column::Body),
        text(&["id"], Column::RequestId),
        keep(&["operationType"], TYPE),
        keep(&["resourceType"], RESOURCE),
        keep(&["error"], ERROR),
    ],
    extras: &[
        ("realmId", "realm"),
        ("realmName", "realm"),
        ("authDetails.clientId", "client"),
        ("authDetails.userId", "principal_id"),
        ("error", "error_code"),
    ],
    finish: Some(finish_admin),
};

/// The text of an event in the server log, where that is JSON (`--log-console-output=json`).
static LOGGED: Table = Table {
    name: "keycloak.audit",
    needs: &[
        Need::Is("loggerName", "org.keycloak.events"),
        Need::Has("timestamp"),
        Need::Contains("message", "realmId="),
    ],
    constants: &[(Column::Service, "keycloak")],
    fields: &[
        time(&["timestamp"]),
        severity(&["level"]),
        text(&["hostName"], Column::Host),
        text(&["message"], Column::Body),
        keep(&["message"], MESSAGE),
    ],
    extras: &[],
    finish: Some(finish_logged),
};

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

/// As the server log has it: `DELETE_USER`.
fn finish_admin(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    row.text_of(Column::Action, &[&kept(TYPE), "_", &kept(RESOURCE)]);
    row.outcome(match kept(ERROR).is_empty() {
        true => Outcome::Success,
        false => Outcome::Failure,
    });
}

fn finish_logged(event: &Event<'_>, row: &mut Row<'_>) {
    let message = event.kept(MESSAGE).unwrap_or_default();
    put_event(&message, row);
}

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
