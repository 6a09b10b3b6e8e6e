//! What an operation says of what it changes, as one name: `ingress` of
//! `AuthorizeSecurityGroupIngress`, `assumeRolePolicy` of `UpdateAssumeRolePolicy`.

use super::words;

/// Words between what is set and what it is set of.
const BETWEEN: [&str; 6] = ["By", "For", "From", "On", "To", "With"];
/// Words of operations that stand for whatever a resource has.
pub(crate) const ANYTHING: [&str; 10] = [
    "attribute",
    "attributes",
    "config",
    "configuration",
    "info",
    "options",
    "properties",
    "resource",
    "settings",
    "state",
];

/// What the operation names besides its verb and `noun`, the thing that it is on.
pub(super) fn phrase(operation: &str, noun: &str) -> Option<String> {
    let verb = words(operation).first().copied()?;
    let rest = operation.strip_prefix(verb)?;
    // `CreateFunction20150331v2`
    let dated = rest.find("20").filter(|at| {
        let rest = rest.as_bytes().get(*at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count() >= 8
    });
    let rest = &rest[..dated.unwrap_or(rest.len())];
    let rest = match (rest.strip_prefix(noun), rest.strip_suffix(noun)) {
        (Some(behind), _) => behind.strip_prefix("s").unwrap_or(behind),
        (None, Some(before)) => before,
        (None, None) => rest,
    };
    let mut parts: Vec<Vec<&str>> = vec![Vec::new()];
    for word in words(rest) {
        match parts.last_mut() {
            Some(part) if !BETWEEN.contains(&word) => part.push(word),
            _ => parts.push(Vec::new()),
        }
    }
    let part = parts.iter().rev().find(|part| !part.concat().is_empty())?;
    let mut name = String::new();
    for word in part {
        match name.is_empty() {
            true => name.push_str(&word.to_lowercase()),
            false => name.push_str(word),
        }
    }
    Some(name)
}

/// Adds the names of parameters behind what the operation says, each once, without those that only
/// name the same. What stands for whatever there is is left out where something is.
pub(super) fn with_parameters<'a>(
    phrase: Option<String>,
    parameters: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let said = phrase.as_deref().unwrap_or_default().to_lowercase();
    let mut names: Vec<String> = Vec::new();
    for parameter in parameters {
        let lower = parameter.to_lowercase();
        let mut ends = ["", "arn", "id", "ids", "name", "s"].into_iter();
        let is_said =
            !said.is_empty() && ends.any(|end| lower.strip_suffix(end) == Some(said.as_str()));
        if !is_said
            && !names
                .iter()
                .any(|name| name.eq_ignore_ascii_case(parameter))
        {
            names.push(parameter.to_owned());
        }
    }
    let is_generic = ANYTHING.contains(&&*said) && !names.is_empty();
    if let Some(phrase) = phrase.filter(|_| !is_generic) {
        names.insert(0, phrase);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_says_one_name() {
        let check = |operation: &str, noun: &str, expected: Option<&str>| {
            assert_eq!(phrase(operation, noun).as_deref(), expected, "{operation}");
        };
        check(
            "AuthorizeSecurityGroupIngress",
            "SecurityGroup",
            Some("ingress"),
        );
        check("UpdateAssumeRolePolicy", "Role", Some("assumeRolePolicy"));
        check("PutEventSelectors", "Trail", Some("eventSelectors"));
        check("AddRoleToInstanceProfile", "InstanceProfile", Some("role"));
        check(
            "ApplySecurityGroupsToLoadBalancer",
            "LoadBalancer",
            Some("securityGroups"),
        );
        check(
            "UpdateFunctionConfiguration20150331v2",
            "Function",
            Some("configuration"),
        );
        check("AssignResourceToBillingAccount", "", Some("billingAccount"));
        check("ModifyDBInstance", "DBInstance", None);
        check("StopInstances", "Instance", None);
    }

    #[test]
    fn parameters_are_told_once() {
        let told = |said: &str, parameters: &[&str]| {
            with_parameters(Some(said.to_owned()), parameters.iter().copied())
        };
        assert_eq!(told("policy", &["policyArn"]), ["policy"]);
        assert_eq!(
            told("policy", &["policyName", "policyDocument"]),
            ["policy", "policyDocument"]
        );
        assert_eq!(told("configuration", &["role"]), ["role"]);
        assert_eq!(told("properties", &["role"]), ["role"]);
        assert_eq!(told("attribute", &[]), ["attribute"]);
    }
}
