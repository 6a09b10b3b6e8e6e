//! Policies that Azure assigns to a scope, of which whoever is refused is told the id, access
//! policies of key vaults, and roles that are taken from somebody.
//!
//! learn.microsoft.com/azure/governance/policy/troubleshoot/general and
//! learn.microsoft.com/rest/api/keyvault/keyvault/vaults/update-access-policy (read 2026-11-29).

use serde_json::Value;

use super::document::Statement;
use super::{Deed, Denies, Whom};
use crate::callers::refusal::Layer;

/// Ends of operations, in lower case, that are about rights.
const OPERATIONS: [&str; 3] = [
    "policyassignments/write",
    "roleassignments/delete",
    "vaults/accesspolicies/write",
];

/// Roles that are for one service, with that service; of others the id does not tell what they
/// permit.
///
/// learn.microsoft.com/azure/role-based-access-control/built-in-roles (read 2026-11-29).
const ROLES: [(&str, &str); 17] = [
    (
        "090c5cfd-751d-490a-894a-3ce6f1109419",
        "microsoft.servicebus",
    ),
    ("0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "microsoft.storage"),
    ("12338af0-0e69-4776-bea7-57ae8d297424", "microsoft.keyvault"),
    ("19e7f393-937e-4f77-808e-94535e297925", "microsoft.storage"),
    ("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "microsoft.storage"),
    ("2b629674-e913-4c01-ae53-ef4638d8f975", "microsoft.eventhub"),
    ("4633458b-17de-408a-b874-0445c86b69e6", "microsoft.keyvault"),
    (
        "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
        "microsoft.servicebus",
    ),
    (
        "516239f1-63e1-4d78-a4de-a74fb236a071",
        "microsoft.appconfiguration",
    ),
    (
        "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
        "microsoft.servicebus",
    ),
    (
        "7f951dda-4ed3-4680-a7ca-43fe172d538d",
        "microsoft.containerregistry",
    ),
    (
        "8311e382-0749-4cb8-b61a-304f252e45ec",
        "microsoft.containerregistry",
    ),
    ("974c5e8b-45b9-4653-ba55-5f855dd0fb88", "microsoft.storage"),
    ("a638d3c7-ab3a-418d-83e6-5f17a39d4fde", "microsoft.eventhub"),
    ("b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "microsoft.storage"),
    ("ba92f5b4-2d11-453d-a403-e96b0029c9fe", "microsoft.storage"),
    ("f526a384-b230-433a-b45c-95f59c4a2dec", "microsoft.eventhub"),
];

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
        "microsoft.authorization/roleassignments/delete" => {
            let role = text(event, ["responseBody", "responsebody"])?;
            let role = role["properties"]["roleDefinitionId"].as_str()?;
            Some(Deed {
                takes: true,
                took: Some(vec![permits(role)?]),
                ..Deed::new(time, Whom::Led)
            })
        }
        "microsoft.keyvault/vaults/accesspolicies/write" => {
            let (_, verb) = id.rsplit_once('/')?;
            Some(policies(&verb.to_lowercase(), event, time))
        }
        _ => None,
    }
}

/// What a role of Azure permits, by its id, where it is of one service.
fn permits(role: &str) -> Option<Statement> {
    let id = role.rsplit('/').next()?.to_lowercase();
    let (_, service) = ROLES.iter().find(|(one, _)| *one == id)?;
    Some(Statement {
        actions: vec![format!("{service}/*")],
        is_but: false,
    })
}

/// A body that an event holds as text, by its names in the formats of the log.
fn text(event: &Value, names: [&str; 2]) -> Option<Value> {
    let mut names = names.iter();
    let body = names.find_map(|name| event["properties"][name].as_str())?;
    serde_json::from_str(body).ok()
}

/// What is done to the access policies of a vault. What is added takes nothing, of what is removed
/// or replaced the body tells whose it was.
fn policies(verb: &str, event: &Value, time: i64) -> Deed {
    if verb == "add" {
        return Deed::new(time, Whom::Led);
    }
    let body = text(event, ["requestbody", "requestBody"]).unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callers::refusal::Refusal;

    #[test]
    fn a_role_that_is_taken_takes_what_is_of_its_service() {
        let fits = |role: &str, message: &str| {
            let body = format!(r#"{{"properties": {{"roleDefinitionId": "/x/{role}"}}}}"#);
            let event = serde_json::json!({"properties": {"responseBody": body}});
            let operation = "Microsoft.Authorization/roleAssignments/delete";
            let deed = read(operation, "/subscriptions/s", &event, 1);
            deed.map(|deed| deed.fits(&Refusal::of(message)))
        };
        let blobs = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
        let keys = "perform action 'microsoft.storage/storageaccounts/listkeys/action'";
        let secret = "action: 'microsoft.keyvault/vaults/secrets/getsecret/action'";
        assert_eq!(fits(blobs, keys), Some(true));
        assert_eq!(fits(blobs, secret), Some(false));
        assert_eq!(
            fits("4633458b-17de-408a-b874-0445c86b69e6", secret),
            Some(true)
        );
        // Contributor is of all services.
        assert_eq!(fits("b24988ac-6180-42a0-ab88-20f7382dd24c", secret), None);
    }
}
