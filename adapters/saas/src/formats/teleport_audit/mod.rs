//! Audit events of Teleport.
//!
//! Source: goteleport.com/docs/reference/monitoring/audit and `lib/events/codes.go` of
//! github.com/gravitational/teleport, as of 2026-11-28; "Kubernetes Clusters Audit Events" of
//! goteleport.com/docs/ver/19.x/reference/audit-events/kubernetes-access/, as of 2026-12-01.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, To, http_status, keep, outcome_of, peer_address, peer_port,
    put_text, resource, source_address, text, time, url,
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
const METHOD: usize = 1;
const PATH: usize = 2;

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
        text(&["verb"], Column::Method),
        url(&["request_path"]),
        http_status(&["response_code", "status_code"]),
        text(&["error", "message", "command"], Column::Body),
        text(&["uid"], Column::RequestId),
        resource(&["server_id", "db_service", "app_name", "kubernetes_cluster"]),
        keep(&["code"], CODE),
        keep(&["method"], METHOD),
        keep(&["path"], PATH),
    ],
    extras: &[
        ("code", "code"),
        ("cluster_name", "cluster"),
        ("login", "login"),
        ("method", "auth_method"),
        ("sid", "session"),
        ("resource_kind", "object_type"),
        ("resource_name", "object"),
        ("resource_namespace", "namespace"),
    ],
    finish: Some(finish),
};

/// Codes end with `I`, `W` or `E`: those with `E` tell of a failure, those with `W` mostly.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // Of a sign-in it is how, such as `local`, and of a copied file the path is that of the file.
    let method = event.kept(METHOD).unwrap_or_default();
    if !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        row.text(Column::Method, &method);
        put_text(&event.kept(PATH).unwrap_or_default(), To::Url, row);
    }
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
