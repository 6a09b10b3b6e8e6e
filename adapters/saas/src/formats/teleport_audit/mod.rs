//! Audit events of Teleport.
//!
//! Source: goteleport.com/docs/reference/monitoring/audit and `lib/events/codes.go` of
//! github.com/gravitational/teleport, as of 2026-11-28.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, peer_address, peer_port, resource,
    source_address, text, time,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "teleport.audit",
    summary: "Teleport audit events",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const CODE: usize = 0;

const RESULTS: &[(&str, Outcome)] = &[("true", Outcome::Success), ("false", Outcome::Failure)];

static TABLE: Table = Table {
    name: "teleport.audit",
    needs: &[
        Need::Has("event"),
        Need::Starts("code", "T"),
        Need::Has("time"),
        Need::HasAny(&["ei", "cluster_name", "uid"]),
    ],
    constants: &[(Column::Service, "teleport")],
    fields: &[
        time(&["time"]),
        text(&["event"], Column::Action),
        text(&["user"], Column::Actor),
        outcome_of(&["success"], RESULTS),
        source_address(&["addr.remote"]),
        peer_address(&["addr.local"]),
        peer_port(&["server_port"]),
        text(&["server_hostname"], Column::Host),
        text(&["user_agent"], Column::UserAgent),
        text(&["error", "message", "command"], Column::Body),
        text(&["uid"], Column::RequestId),
        resource(&["server_id", "db_service", "app_name", "kubernetes_cluster"]),
        keep(&["code"], CODE),
    ],
    extras: &[
        ("code", "code"),
        ("cluster_name", "cluster"),
        ("login", "login"),
        ("method", "auth_method"),
        ("sid", "session"),
    ],
    finish: Some(finish),
};

/// Codes end with `I`, `W` or `E`: those with `E` tell of a failure, those with `W` mostly.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let code = event.kept(CODE).unwrap_or_default();
    match code.bytes().last() {
        Some(b'I') => row.severity(Severity::INFO),
        Some(b'W') => row.severity(Severity::WARN),
        Some(b'E') => {
            if !row.has_outcome() {
                row.outcome(Outcome::Failure);
            }
            row.severity(Severity::ERROR)
        }
        _ => row,
    };
}
