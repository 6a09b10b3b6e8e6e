//! Why a call was refused, in the words of the cloud.
//!
//! docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html,
//! learn.microsoft.com/azure/role-based-access-control/troubleshooting,
//! cloud.google.com/iam/docs/permission-error-messages and
//! kubernetes.io/docs/reference/access-authn-authz/authorization (read 2026-11-29).

/// Kind of rule that refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    /// Policies of a user, role or group.
    Identity,
    /// The boundary of a user or role.
    Boundary,
    /// Policies of an organization, or assigned to a scope.
    Organization,
    /// The policy of the endpoint of a VPC that was called through.
    Endpoint,
    /// The policy of what was called, or of a session.
    Other,
}

/// What AWS calls kinds of policies, in lower case.
const LAYERS: [(&str, Layer); 7] = [
    ("identity-based policy", Layer::Identity),
    ("permissions boundary", Layer::Boundary),
    ("service control policy", Layer::Organization),
    ("resource control policy", Layer::Organization),
    ("resource-based policy", Layer::Other),
    ("session policy", Layer::Other),
    ("endpoint policy", Layer::Endpoint),
];
/// Words in lower case behind which messages name what was not permitted, up to one of the signs.
const ACTIONS: [(&str, &[char]); 5] = [
    ("authorized to perform: ", &[' ', ',']),
    ("perform action '", &['\'']),
    // learn.microsoft.com/azure/key-vault/general/rest-error-codes
    ("action: '", &['\'']),
    ("permission '", &['\'']),
    ("does not have ", &[' ']),
];
/// Part of the ids of policies that Azure assigns.
const ASSIGNMENT: &str = "/providers/microsoft.authorization/policyassignments/";

/// What a message tells of why a call was refused, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Refusal {
    /// What was not permitted: `s3:getobject`, `list:pods`.
    pub action: Option<String>,
    /// Kind of rule that refused it.
    pub layer: Option<Layer>,
    /// Whether a rule denies it, or none permits it.
    pub is_explicit: Option<bool>,
    /// Id of the policy, where it is told.
    pub policy: Option<String>,
    /// Id of the endpoint of a VPC that was called through, where a record tells it.
    pub endpoint: Option<String>,
}

impl Refusal {
    /// What a message tells, which is given in lower case.
    pub(crate) fn of(message: &str) -> Self {
        let denies = message.split_once("explicit deny in ");
        let lacks = message.split_once("because no ");
        let reason = denies.or(lacks).map(|(_, reason)| reason);
        let layer = reason.and_then(|reason| {
            let found = LAYERS.iter().filter_map(|(words, layer)| {
                let at = reason.find(words)?;
                Some((at, *layer))
            });
            found.min().map(|(_, layer)| layer)
        });
        let policy = assignment(message);
        Self {
            action: action(message),
            layer: layer.or(policy.as_ref().map(|_| Layer::Organization)),
            is_explicit: match (denies, lacks) {
                (Some(_), _) => Some(true),
                (None, Some(_)) => Some(false),
                (None, None) => policy.as_ref().map(|_| true),
            },
            policy,
            endpoint: None,
        }
    }

    /// Whether an endpoint of a VPC may have refused it.
    pub(crate) fn is_through(&self, endpoint: &str) -> bool {
        match &self.endpoint {
            Some(own) => own == endpoint,
            None => self.layer == Some(Layer::Endpoint),
        }
    }

    /// The same, as a message tells it that gives no reason.
    pub(crate) fn without_reason(&self) -> Self {
        Self {
            action: self.action.clone(),
            policy: self.policy.clone(),
            endpoint: self.endpoint.clone(),
            ..Self::default()
        }
    }
}

/// What a message says was not permitted.
fn action(message: &str) -> Option<String> {
    // `pods is forbidden: User "x" cannot list resource "pods" in API group "" ...`
    if let Some((_, rest)) = message.split_once("\" cannot ")
        && let Some((verb, rest)) = rest.split_once(" resource \"")
    {
        let (resource, _) = rest.split_once('"')?;
        return Some(format!("{verb}:{resource}"));
    }
    ACTIONS.iter().find_map(|(words, ends)| {
        let (_, rest) = message.split_once(words)?;
        let end = rest.find(*ends).unwrap_or(rest.len());
        let action = rest.get(..end)?.trim_end_matches('.');
        let is_action = action.contains([':', '/', '.']) && !action.contains(' ');
        is_action.then(|| action.to_owned())
    })
}

/// Id of the policy of Azure by which something was disallowed.
fn assignment(message: &str) -> Option<String> {
    let is_disallowed = message.contains("disallowed by policy");
    let at = message.find(ASSIGNMENT).filter(|_| is_disallowed)?;
    let start = message.get(..at)?.rfind(['"', '\''])? + 1;
    let rest = message.get(start..)?;
    let end = rest.find(['"', '\'', '\\']).unwrap_or(rest.len());
    rest.get(..end).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_tell_what_refused_and_why() {
        let check = |message: &str, action: &str, layer: Option<Layer>, is_explicit| {
            let found = Refusal::of(&message.to_lowercase());
            assert_eq!(found.action.as_deref().unwrap_or_default(), action);
            assert_eq!((found.layer, found.is_explicit), (layer, is_explicit));
        };
        let user = "User: arn:aws:iam::111122223333:user/a is not authorized to perform: sqs:SendMessage on resource: q";
        let identity = Some(Layer::Identity);
        check(user, "sqs:sendmessage", None, None);
        check(
            &format!("{user} because no identity-based policy allows the sqs:SendMessage action"),
            "sqs:sendmessage",
            identity,
            Some(false),
        );
        check(
            &format!("{user} with an explicit deny in a service control policy"),
            "sqs:sendmessage",
            Some(Layer::Organization),
            Some(true),
        );
        check(
            &format!("{user} because no VPC endpoint policy allows the sqs:SendMessage action"),
            "sqs:sendmessage",
            Some(Layer::Endpoint),
            Some(false),
        );
        check(
            "The client 'a' with object id 'b' does not have authorization to perform action 'Microsoft.Sql/servers/read' over scope 's'",
            "microsoft.sql/servers/read",
            None,
            None,
        );
        check(
            "a@b.example does not have storage.objects.get access to the object.",
            "storage.objects.get",
            None,
            None,
        );
        check(
            "pods is forbidden: User \"system:serviceaccount:shop:web\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\"",
            "list:pods",
            None,
            None,
        );
        check("Access Denied", "", None, None);
    }

    #[test]
    fn a_policy_of_azure_is_named_by_what_it_disallows() {
        let id = "/subscriptions/5d1c9f0e/providers/Microsoft.Authorization/policyAssignments/no-public-ip";
        let message = format!(
            "RequestDisallowedByPolicy: Resource 'ip-1' was disallowed by policy. Policy identifiers: \
             '[{{\"policyAssignment\":{{\"name\":\"No public addresses\",\"id\":\"{id}\"}}}}]'."
        );
        let found = Refusal::of(&message.to_lowercase());
        assert_eq!(found.policy, Some(id.to_lowercase()));
        assert_eq!(found.is_explicit, Some(true));
    }
}
