//! Policies of Google Cloud that deny, bindings that are taken away, accounts that are disabled.
//!
//! cloud.google.com/iam/docs/deny-overview, cloud.google.com/iam/docs/reference/rest/v2/policies,
//! cloud.google.com/iam/docs/roles-overview and
//! cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditData (read
//! 2026-11-29). Groups are not looked into.

use nepho_core::key;
use serde_json::Value;

use super::document::{Statement, texts};
use super::{Deed, Denies, Whom};

/// Whoever there is.
const ALL: &str = "principalset://goog/public:all";

/// What a call of these is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// A policy that denies.
    Deny,
    /// The bindings of a resource, project, folder or organization.
    Bindings,
    /// A service account.
    Account,
}

impl Call {
    /// What a method of an API is on.
    pub(super) fn of(api: &str, operation: &str) -> Option<Self> {
        if api == "iam.googleapis.com" {
            if operation.starts_with("google.iam.v2") && operation.contains(".Policies.") {
                return Some(Self::Deny);
            }
            if operation.ends_with("ServiceAccount") {
                return Some(Self::Account);
            }
        }
        let method = operation.rsplit('.').next().unwrap_or(operation);
        let is_meant = ["setIamPolicy", "setIamPermissions"];
        let is_meant = is_meant.iter().any(|one| method.eq_ignore_ascii_case(one));
        (is_meant && api.ends_with(".googleapis.com")).then_some(Self::Bindings)
    }
}

/// What a call does to rights, and the ids of what it is on.
pub(super) fn read(
    call: Call,
    api: &str,
    operation: &str,
    event: &Value,
    time: i64,
) -> (Option<Deed>, Vec<String>) {
    match call {
        Call::Deny => (denial(event, time), Vec::new()),
        Call::Account => (account(operation, event, time), Vec::new()),
        Call::Bindings => {
            let name = event["protoPayload"]["resourceName"].as_str();
            let on = name.map(|name| key::canonical(&format!("//{api}/{name}")));
            let is_whole = api == "cloudresourcemanager.googleapis.com";
            (bindings(event, is_whole, time), on.into_iter().collect())
        }
    }
}

/// What the difference of a policy says that is taken away; `None` where the row tells none.
fn bindings(event: &Value, is_whole: bool, time: i64) -> Option<Deed> {
    let payload = &event["protoPayload"];
    let lists = [&payload["serviceData"], &payload["metadata"]];
    let mut lists = lists.map(|data| data["policyDelta"]["bindingDeltas"].as_array());
    let deltas = lists.iter_mut().find_map(Option::take)?;
    let mut from = Vec::new();
    for delta in deltas.iter().filter(|delta| delta["action"] == "REMOVE") {
        let (role, whole) = (delta["role"].as_str()?, delta["member"].as_str()?);
        let (kind, name) = whole.split_once(':').unwrap_or(("", whole));
        match kind {
            "user" | "serviceAccount" => from.push((name.to_lowercase(), permits(role))),
            // Whom it was for nobody tells.
            _ => return None,
        }
    }
    Some(taking(from, is_whole, time))
}

/// An account that is disabled or deleted can do nothing any more.
fn account(operation: &str, event: &Value, time: i64) -> Option<Deed> {
    let method = operation.rsplit('.').next().unwrap_or(operation);
    let ends = match method {
        "DisableServiceAccount" | "DeleteServiceAccount" => true,
        "EnableServiceAccount" | "UndeleteServiceAccount" => false,
        _ => return None,
    };
    let label = event["resource"]["labels"]["email_id"].as_str();
    let name = event["protoPayload"]["resourceName"].as_str();
    let mail = label.or_else(|| name.map(key::short_name))?;
    let own = (mail.to_lowercase(), Statement::all());
    let from = if ends { vec![own] } else { Vec::new() };
    Some(taking(from, true, time))
}

fn taking(from: Vec<(String, Statement)>, is_whole: bool, time: i64) -> Deed {
    Deed {
        takes: !from.is_empty(),
        ..Deed::new(time, Whom::Taken { from, is_whole })
    }
}

/// Ends of names of roles that hold rights of many services.
const OF_MANY: [&str; 3] = ["serviceagent", "worker", "serviceaccount"];

/// What a role permits, as far as its name tells: a basic role everything, one of a service what
/// is of that service. What a role of one's own holds no name tells.
fn permits(role: &str) -> Statement {
    let role = role.to_lowercase();
    let name = role
        .strip_prefix("roles/")
        .and_then(|name| name.split_once('.'));
    match name {
        Some((service, rest)) if !OF_MANY.iter().any(|end| rest.ends_with(end)) => Statement {
            actions: vec![format!("{service}.*")],
            is_but: false,
        },
        _ => Statement::all(),
    }
}

/// What a call on a policy that denies does; its end gives rights back.
fn denial(event: &Value, time: i64) -> Option<Deed> {
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
