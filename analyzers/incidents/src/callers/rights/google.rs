//! Policies of Google Cloud that deny.
//!
//! cloud.google.com/iam/docs/deny-overview and cloud.google.com/iam/docs/reference/rest/v2/policies
//! (read 2026-11-29). Groups are not looked into.

use nepho_core::key;
use serde_json::Value;

use super::document::{Statement, texts};
use super::{Deed, Denies, Whom};

/// Whoever there is.
const ALL: &str = "principalset://goog/public:all";

/// Whether a method is one of these policies.
pub(super) fn is_meant(operation: &str) -> bool {
    operation.starts_with("google.iam.v2") && operation.contains(".Policies.")
}

/// What a call on such a policy does; its end gives rights back.
pub(super) fn read(event: &Value, time: i64) -> Option<Deed> {
    let rules = event["protoPayload"]["request"]["policy"]["rules"].as_array()?;
    let rules: Vec<&Value> = rules.iter().map(|rule| &rule["denyRule"]).collect();
    let list =
        |name: &str| -> Vec<String> { rules.iter().flat_map(|rule| texts(&rule[name])).collect() };
    let denied = list("deniedPrincipals");
    let actions = list("deniedPermissions")
        .iter()
        .map(|one| permission(one))
        .collect();
    let members = |list: &[String]| list.iter().filter_map(|one| member(one)).collect();
    let whom = match denied.iter().any(|one| one == ALL) {
        true => Whom::All,
        false => Whom::These(members(&denied)),
    };
    Some(Deed {
        denies: Denies::Told(vec![Statement {
            actions,
            is_but: false,
        }]),
        but: members(&list("exceptionPrincipals")),
        ..Deed::new(time, whom)
    })
}

/// `storage.objects.get` of `storage.googleapis.com/objects.get`; `*` stands for all of a kind.
fn permission(name: &str) -> String {
    let (service, rest) = name.split_once('/').unwrap_or(("", name));
    match service.strip_suffix(".googleapis.com") {
        Some(service) => format!("{service}.{rest}"),
        None => rest.to_owned(),
    }
}

/// Address of a user or service account.
fn member(id: &str) -> Option<String> {
    let (_, rest) = id.split_once("principal://")?;
    let name = key::short_name(rest);
    name.contains('@').then(|| name.to_owned())
}
