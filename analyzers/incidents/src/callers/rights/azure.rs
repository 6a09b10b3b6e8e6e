//! Policies that Azure assigns to a scope, of which whoever is refused is told the id, and access
//! policies of key vaults.
//!
//! learn.microsoft.com/azure/governance/policy/troubleshoot/general and
//! learn.microsoft.com/rest/api/keyvault/keyvault/vaults/update-access-policy (read 2026-11-29).

use serde_json::Value;

use super::document::Statement;
use super::{Deed, Denies, Whom};
use crate::callers::refusal::Layer;

/// Ends of operations, in lower case, that are about rights.
const OPERATIONS: [&str; 2] = ["policyassignments/write", "vaults/accesspolicies/write"];

/// Whether an operation is about rights.
pub(super) fn is_meant(operation: &str) -> bool {
    OPERATIONS.iter().any(|word| {
        let end = operation.len().checked_sub(word.len());
        let end = end.and_then(|at| operation.get(at..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(word))
    })
}

/// What a put of an assignment, which is `id`, or of access policies of a vault does.
pub(super) fn read(operation: &str, id: &str, event: &Value, time: i64) -> Option<Deed> {
    match operation.to_ascii_lowercase().as_str() {
        "microsoft.authorization/policyassignments/write" => Some(Deed {
            layer: Some(Layer::Organization),
            denies: Denies::Told(vec![Statement::all()]),
            policy: Some(id.to_lowercase()),
            ..Deed::new(time, Whom::Refused)
        }),
        "microsoft.keyvault/vaults/accesspolicies/write" => {
            let (_, verb) = id.rsplit_once('/')?;
            Some(policies(&verb.to_lowercase(), event, time))
        }
        _ => None,
    }
}

/// What is done to the access policies of a vault. What is added takes nothing, of what is removed
/// or replaced the body tells whose it was.
fn policies(verb: &str, event: &Value, time: i64) -> Deed {
    if verb == "add" {
        return Deed::new(time, Whom::Led);
    }
    let body = ["requestbody", "requestBody"]
        .iter()
        .find_map(|name| event["properties"][name].as_str());
    let body: Value = serde_json::from_str(body.unwrap_or_default()).unwrap_or_default();
    let listed = body["properties"]["accessPolicies"].as_array();
    let whose = listed.into_iter().flatten().filter_map(|policy| {
        let id = policy["objectId"].as_str()?;
        Some((id.to_lowercase(), Statement::all()))
    });
    let from: Vec<_> = whose.collect();
    let whom = match from.is_empty() {
        true => Whom::Led,
        false => Whom::Taken {
            from,
            is_whole: false,
        },
    };
    Deed {
        takes: true,
        ..Deed::new(time, whom)
    }
}
