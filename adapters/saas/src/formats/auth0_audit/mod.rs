//! Tenant logs of Auth0: sign-ins, tokens and changes, flat or as log streams deliver them.
//!
//! Source: auth0.com/docs/deploy-monitor/logs/log-event-type-codes and .../logs/log-data-source, as
//! of 2026-11-28; codes of Guardian (`gd_`), "Log Type Codes", as of 2026-12-01.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, source_address, text, time};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "auth0.audit",
    summary: "Auth0 tenant logs",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TYPE: usize = 0;

/// What codes begin with that tell of their outcome in their last word, if at all.
const OTHER: [&str; 3] = ["sys_", "flows_", "forms_"];

/// What codes of failures begin with that have no `f` in front: passwords that were leaked, limits
/// that were exceeded.
const BLOCKED: [&str; 4] = ["limit_", "api_limit", "pwd_leak", "signup_pwd_leak"];

static TABLE: Table = Table {
    name: "auth0.audit",
    needs: &[
        Need::HasAny(&["log_id", "_id", "data.log_id"]),
        Need::HasAny(&["date", "data.date"]),
        Need::HasAny(&["type", "data.type"]),
        Need::HasAny(&[
            "client_id",
            "data.client_id",
            "tenant_name",
            "data.tenant_name",
            "strategy",
            "data.strategy",
        ]),
    ],
    constants: &[(Column::Provider, "auth0"), (Column::Service, "auth0")],
    fields: &[
        time(&["date", "data.date"]),
        text(&["type", "data.type"], Column::Action),
        text(
            &["user_name", "data.user_name", "user_id", "data.user_id"],
            Column::Actor,
        ),
        source_address(&["ip", "data.ip"]),
        text(&["user_agent", "data.user_agent"], Column::UserAgent),
        text(&["hostname", "data.hostname"], Column::Host),
        text(
            &[
                "description",
                "data.description",
                "details.error.message",
                "data.details.error.message",
            ],
            Column::Body,
        ),
        text(&["log_id", "data.log_id", "_id"], Column::RequestId),
        keep(&["type", "data.type"], TYPE),
    ],
    extras: &[
        ("client_name", "client"),
        ("data.client_name", "client"),
        ("client_id", "client_id"),
        ("data.client_id", "client_id"),
        ("connection", "connection"),
        ("data.connection", "connection"),
        ("tenant_name", "tenant"),
        ("data.tenant_name", "tenant"),
        ("user_id", "principal_id"),
        ("data.user_id", "principal_id"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let code = event.kept(TYPE).unwrap_or_default();
    let begins = |starts: &[&str]| starts.iter().any(|start| code.starts_with(start));
    let ends = |ends: &[&str]| ends.iter().any(|end| code.ends_with(end));
    let is_failure = begins(&BLOCKED) || ends(&["_failed", "_failure"]);
    let is_refused = || code.starts_with("gd_") && ends(&["_rejected", "_exceed"]);
    match code.bytes().next() {
        _ if is_failure || is_refused() => row.outcome(Outcome::Failure),
        _ if code.starts_with("gd_") && ends(&["_succeed"]) => row.outcome(Outcome::Success),
        _ if begins(&OTHER) => row,
        Some(b'f') => row.outcome(Outcome::Failure),
        Some(b's') => row.outcome(Outcome::Success),
        _ => row,
    };
}
