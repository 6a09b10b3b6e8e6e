//! New rules of networks that allow: what was allowed before still is.

use super::Cloud;
use super::json::Json;
use nepho_core::tables::ChangeAction;

/// Whether a call adds a rule that allows and can deny nothing.
///
/// docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html,
/// learn.microsoft.com/azure/virtual-network/network-security-groups-overview,
/// cloud.google.com/compute/docs/reference/rest/v1/firewalls, read 2026-11-29.
pub(super) fn allows(
    cloud: Cloud,
    operation: &str,
    action: Option<ChangeAction>,
    json: &Json<'_>,
) -> bool {
    let operation = operation.to_ascii_lowercase();
    match cloud {
        Cloud::Aws => {
            operation == "createnetworkaclentry"
                && is(&json["requestParameters"]["ruleAction"], "allow")
        }
        Cloud::Azure => {
            // Of a rule that was there before nobody tells what it allowed.
            operation.ends_with("/networksecuritygroups/securityrules/write")
                && action == Some(ChangeAction::Create)
                && puts_allowing(json)
        }
        Cloud::Google => {
            let rule = &json["protoPayload"]["request"];
            let has = |names: [&str; 2]| names.iter().any(|name| rule.get(name).is_some());
            operation.ends_with("compute.firewalls.insert")
                && has(["alloweds", "allowed"])
                && !has(["denieds", "denied"])
        }
        Cloud::Kubernetes => false,
    }
}

fn is(value: &Json<'_>, word: &str) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.eq_ignore_ascii_case(word))
}

/// Whether the rule that was put allows, as what was sent tells it, or else the answer.
fn puts_allowing(json: &Json<'_>) -> bool {
    let properties = &json["properties"];
    let parsed = properties.as_str().map(Json::parse);
    let properties = parsed.as_ref().unwrap_or(properties);
    let names = ["requestbody", "requestBody", "responseBody"];
    let mut bodies = names
        .iter()
        .filter_map(|name| properties.get(name)?.as_str());
    let body = bodies.next().map(Json::parse);
    body.is_some_and(|rule| is(&rule["properties"]["access"], "allow"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    #[test]
    fn new_rules_that_allow_are_told_from_those_that_deny() {
        let check = |(cloud, operation, action), json: &Json<'_>, expected: bool| {
            let found = allows(cloud, operation, Some(action), json);
            assert_eq!(found, expected, "{operation}");
        };
        let operation = "Microsoft.Network/networkSecurityGroups/securityRules/write";
        let of_azure = |access: &str| {
            let body = format!(r#"{{"properties": {{"access": "{access}", "priority": 300}}}}"#);
            json!({"properties": {"requestbody": body}})
        };
        let made = (Cloud::Azure, operation, ChangeAction::Create);
        check(made, &of_azure("Allow"), true);
        check(made, &of_azure("Deny"), false);
        check(made, &json!({"properties": {}}), false);
        let written = (Cloud::Azure, operation, ChangeAction::Update);
        check(written, &of_azure("Allow"), false);
        let entry = (Cloud::Aws, "CreateNetworkAclEntry", ChangeAction::Update);
        let of_aws = |action: &str| json!({"requestParameters": {"ruleAction": action}});
        check(entry, &of_aws("allow"), true);
        check(entry, &of_aws("deny"), false);
        let method = "v1.compute.firewalls.insert";
        let rule = (Cloud::Google, method, ChangeAction::Create);
        let of = |list: &str| json!({"protoPayload": {"request": {list: [{"IPProtocol": "all"}]}}});
        check(rule, &of("alloweds"), true);
        check(rule, &of("denieds"), false);
    }
}
