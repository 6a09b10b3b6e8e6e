//! Applications of Argo CD: what was synced when by whom, and what is out of sync.
//!
//! argo-cd.readthedocs.io/en/stable (operator manual, application specification; types in
//! pkg/apis/application/v1alpha1), read 2026-11-28.

mod results;
mod runs;

use nepho_core::feed::FeedOutput;
use nepho_core::tables::{Run, RunOperation};
use serde_json::Value;

pub(crate) use self::results::word;
use self::results::{Named, drift, managed, result_of};
use self::runs::{operation, synced};
use crate::object::Object;
use crate::value::{list, text};

/// Whether the object is an application.
pub(crate) fn is_application(object: &Object<'_>) -> bool {
    object.group == "argoproj.io" && object.kind == "Application"
}

/// Adds the runs, changes and edges of an application.
pub(crate) fn application(object: &Object<'_>, out: &mut FeedOutput) {
    let mut runs: Vec<Run> = list(object.value, &["status", "history"])
        .iter()
        .filter_map(|entry| synced(object, entry))
        .collect();
    for at in 1..runs.len() {
        let (before, after) = runs.split_at_mut(at);
        if let (Some(last), Some(next)) = (before.last(), after.first_mut()) {
            next.serial_from = last.serial_to;
        }
    }
    if let Some(state) = object.at(&["status", "operationState"]) {
        let run = operation(object, state, &mut runs);
        for result in list(state, &["syncResult", "resources"]) {
            out.changes.extend(result_of(object, &run, result));
        }
    }
    drift(object, out);
    for resource in list(object.value, &["status", "resources"]) {
        if let Some(of) = Named::of(object, resource) {
            out.relations.push(managed(object, &of));
        }
    }
    out.runs.append(&mut runs);
}

fn scope(object: &Object<'_>) -> String {
    object.path()
}

/// Revision of a sync; of several sources the first.
fn revision(value: &Value) -> Option<String> {
    let single = text(value, &["revision"]);
    let several = list(value, &["revisions"]).iter().find_map(Value::as_str);
    single.or(several).map(str::to_owned)
}

fn repository(object: &Object<'_>, value: &Value) -> Option<String> {
    let of = |value: &Value| {
        let several = list(value, &["sources"]).first();
        let url = text(value, &["source", "repoURL"]);
        url.or_else(|| several.and_then(|source| text(source, &["repoURL"])))
            .map(without_user)
    };
    of(value).or_else(|| object.at(&["spec"]).and_then(of))
}

/// An address without user and password, also where it is no valid one.
pub(crate) fn without_user(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let front = rest.split('/').next().unwrap_or(rest);
    let behind = match front.rsplit_once('@') {
        // A user without a scheme is that of an address for ssh (`git@github.com:shop`).
        Some((user, _)) if !scheme.is_empty() || has_password(user) => {
            rest.get(user.len() + 1..).unwrap_or_default()
        }
        _ => rest,
    };
    let is_cut = behind.len() < rest.len();
    // A password with a slash makes the address an invalid one; one with `@` as well leaves no
    // host.
    let rest = match behind.rsplit_once('@') {
        Some((user, host)) if has_password(user) || is_cut && !begins_with_host(user) => host,
        _ => behind,
    };
    match scheme {
        "" => rest.to_owned(),
        scheme => format!("{scheme}://{rest}"),
    }
}

/// Whether text begins with a host and a path, or is all host.
fn begins_with_host(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or(text);
    host.contains(['.', ':']) || host == "localhost"
}

/// Whether what stands before `@` holds a colon that no port follows.
fn has_password(user: &str) -> bool {
    user.split_once(':').is_some_and(|(_, behind)| {
        let rest = behind.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() == behind.len() || !rest.starts_with('/')
    })
}

fn run_of(object: &Object<'_>, id: String) -> Run {
    Run {
        id,
        tool: "argocd".to_owned(),
        scope: scope(object),
        operation: RunOperation::Sync,
        uri: object.place.uri.to_owned(),
        line: object.place.line,
        ..Run::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_neither_user_nor_password() {
        let check = |url: &str, expected: &str| assert_eq!(without_user(url), expected);
        check(
            "https://u:pa@ss/word@example.com/shop.git",
            "https://example.com/shop.git",
        );
        check(
            "https://u:p@example.com/shop.git",
            "https://example.com/shop.git",
        );
        check(
            "https://token@example.com/shop.git",
            "https://example.com/shop.git",
        );
        check(
            "https://u:p/q@example.com/shop.git",
            "https://example.com/shop.git",
        );
        check("https:/|u:p@example.com/shop.git", "example.com/shop.git");
        check("git@example.com:shop.git", "git@example.com:shop.git");
        check(
            "https://example.com:8443/a@b",
            "https://example.com:8443/a@b",
        );
        check("https://example.com/a@b", "https://example.com/a@b");
        check(
            "https://token@example.com/shop/app@v1",
            "https://example.com/shop/app@v1",
        );
        check(
            "https://u:p@example.com:8443/shop/app@v1",
            "https://example.com:8443/shop/app@v1",
        );
        check("https://u@x:p/q@example.com/a", "https://example.com/a");
    }
}
