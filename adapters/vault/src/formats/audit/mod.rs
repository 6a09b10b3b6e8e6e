//! HashiCorp Vault audit log: each request, and the response to it.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, http_status, keep, part, source_address, source_port, text,
    time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "vault.audit",
    summary: "HashiCorp Vault and OpenBao audit log: requests and responses",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const KIND: usize = 0;
const ERROR: usize = 1;
const INNER_ERROR: usize = 2;
const PATH: usize = 3;
const ALLOWED: usize = 4;

static TABLE: Table = Table {
    name: "vault.audit",
    needs: &[
        Need::IsAny("type", &["request", "response"]),
        Need::HasAny(&["request.operation", "request.path"]),
        Need::HasAny(&[
            "auth",
            "request.id",
            "request.client_token",
            "request.remote_address",
            "request.mount_type",
            "request.namespace",
        ]),
        Need::HasAny(&["time", "request.mount_type", "request.client_token"]),
    ],
    constants: &[(Column::Provider, "vault"), (Column::Service, "vault")],
    fields: &[
        time(&["time"]),
        text(&["request.operation"], Column::Action),
        text(
            &[
                "auth.display_name",
                "response.auth.display_name",
                "auth.entity_id",
            ],
            Column::Actor,
        ),
        text(&["request.namespace.path"], Column::Account),
        source_address(&["request.remote_address"]),
        source_port(&["request.remote_port"]),
        text(&["request.headers.user-agent[0]"], Column::UserAgent),
        text(&["request.id"], Column::RequestId),
        part(&["request.path"], Column::Path, without_token),
        http_status(&["response.data.http_status_code"]),
        text(&["error"], Column::Body),
        keep(&["type"], KIND),
        keep(&["error"], ERROR),
        keep(&["response.data.error"], INNER_ERROR),
        keep(&["request.path"], PATH),
        keep(&["auth.policy_results.allowed"], ALLOWED),
    ],
    extras: &[
        ("type", "entry_type"),
        ("request.mount_type", "mount_type"),
        ("request.mount_point", "mount_point"),
        ("auth.token_type", "token_type"),
        ("auth.policy_results.allowed", "allowed"),
    ],
    finish: Some(finish),
};

/// Path of a request without the token that old clients put at its end
/// (`auth/token/lookup/hvs.CAES...`).
fn without_token(path: &str) -> &str {
    let Some((head, last)) = path.rsplit_once('/') else {
        return path;
    };
    let is_token = ["hvs.", "hvb.", "hvr.", "s.", "b.", "r."]
        .iter()
        .any(|prefix| last.starts_with(prefix) && last.len() >= prefix.len() + 20);
    if is_token { head } else { path }
}

/// A request is written before it is carried out, so that only its error, or that no policy allows
/// it, tells how it ended.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(path) = event.kept(PATH) {
        row.resource(without_token(&path));
    }
    let has = |number| event.kept(number).is_some_and(|text| !text.is_empty());
    let is_response = event
        .kept(KIND)
        .is_some_and(|kind| kind.eq_ignore_ascii_case("response"));
    let is_denied = event.kept(ALLOWED).as_deref() == Some("false");
    if has(ERROR) || has(INNER_ERROR) || is_denied {
        row.outcome(Outcome::Failure);
    } else if is_response && !row.has_outcome() {
        row.outcome(Outcome::Success);
    }
}

#[cfg(test)]
mod tests {
    use super::without_token;

    #[test]
    fn tokens_are_cut_from_paths() {
        let check = |path: &str, expected: &str| assert_eq!(without_token(path), expected);
        check("secret/data/web", "secret/data/web");
        check("secret/data/s.short", "secret/data/s.short");
        check(
            "auth/token/lookup/hvs.CAESIJexampleexampleexample",
            "auth/token/lookup",
        );
        check("sys", "sys");
    }
}
