//! Rules of networks: new ones that allow, by which what was allowed before still is, and the ports
//! that a call closes.

use super::json::Json;
use super::{Cloud, azure};
use nepho_core::tables::{Change, ChangeAction};

/// Most ports or ranges of ports that are told of one call.
const PORTS: usize = 8;

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
            is_security_rule(&operation)
                && action == Some(ChangeAction::Create)
                && puts(json, "allow")
                || lets_in(&operation)
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

/// Whether a call writes a rule of a database server: all of them let addresses in, and deny none.
///
/// learn.microsoft.com/azure/postgresql/security/security-firewall-rules,
/// learn.microsoft.com/azure/azure-sql/database/firewall-configure, read 2026-11-29.
pub(crate) fn lets_in(operation: &str) -> bool {
    let operation = operation.to_ascii_lowercase();
    operation.ends_with("/firewallrules/write")
        && ["microsoft.dbfor", "microsoft.sql/"]
            .iter()
            .any(|name| operation.starts_with(name))
}

/// What a call on a rule tells of how far it goes, as attributes.
pub(super) fn told(cloud: Cloud, operation: &str, json: &Json<'_>) -> Vec<String> {
    let mut told = closed_ports(cloud, operation, json);
    told.extend(further(cloud, operation, json));
    told
}

/// The ports that a call closes, as attributes; none where it closes all or does not tell.
///
/// docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html and the pages
/// of [`allows`], read 2026-11-29.
fn closed_ports(cloud: Cloud, operation: &str, json: &Json<'_>) -> Vec<String> {
    let found = match cloud {
        Cloud::Aws => closed_by_aws(operation, &json["requestParameters"]),
        Cloud::Azure => closed_by_azure(operation, json),
        Cloud::Google => closed_by_google(operation, &json["protoPayload"]["request"]),
        Cloud::Kubernetes => None,
    };
    let ports = found.unwrap_or_default();
    let is_told = |range: &String| {
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        range.split('-').all(digits)
    };
    if ports.len() > PORTS || !ports.iter().all(is_told) {
        return Vec::new();
    }
    let told = ports.into_iter();
    told.map(|ports| format!("{}{ports}", Change::CLOSED_PORT))
        .collect()
}

/// What else a call on a rule tells, as attributes: the ranges of addresses that it closes, where
/// it tells them all, and of Azure the ports that are open after it, and that it is for what comes
/// in.
///
/// The pages of [`closed_ports`], and docs.aws.amazon.com/AWSEC2/latest/APIReference/
/// API_DeleteRoute.html (read 2026-11-29).
fn further(cloud: Cloud, operation: &str, json: &Json<'_>) -> Vec<String> {
    match cloud {
        Cloud::Aws => {
            let ranges = ranges_of_aws(operation, &json["requestParameters"]);
            let ranges = ranges.unwrap_or_default();
            closed_ranges(&ranges)
        }
        Cloud::Azure if is_security_rule(operation) => {
            let found = azure::with_body(json, |body| of_security_rule(&body["properties"]));
            found.unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn closed_ranges(ranges: &[&str]) -> Vec<String> {
    let is_told = !ranges.is_empty() && ranges.len() <= PORTS;
    let told = ranges.iter().filter(|_| is_told);
    told.map(|range| format!("{}{range}", Change::CLOSED_RANGE))
        .collect()
}

/// The ranges that a call of AWS closes; `None` where it closes more than ranges.
fn ranges_of_aws<'a>(operation: &str, request: &'a Json<'_>) -> Option<Vec<&'a str>> {
    let one = |names: [&str; 2]| -> Option<Vec<&'a str>> {
        names
            .iter()
            .find_map(|name| request[*name].as_str())
            .map(|range| vec![range])
    };
    match operation {
        "RevokeSecurityGroupIngress" | "RevokeSecurityGroupEgress" => {
            let mut ranges = Vec::new();
            for rule in list(&request["ipPermissions"]["items"])? {
                let has =
                    |name: &str| list(&rule[name]["items"]).is_some_and(|own| !own.is_empty());
                if has("groups") || has("prefixListIds") {
                    return None;
                }
                for (name, field) in [("ipRanges", "cidrIp"), ("ipv6Ranges", "cidrIpv6")] {
                    let own = list(&rule[name]["items"]).into_iter().flatten();
                    ranges.extend(own.filter_map(|range| range[field].as_str()));
                }
            }
            Some(ranges)
        }
        "CreateNetworkAclEntry" if is(&request["ruleAction"], "deny") => {
            one(["cidrBlock", "ipv6CidrBlock"])
        }
        "DeleteRoute" => one(["destinationCidrBlock", "destinationIpv6CidrBlock"]),
        _ => None,
    }
}

/// What a rule of Azure that was put tells.
fn of_security_rule(rule: &Json<'_>) -> Vec<String> {
    let mut told = Vec::new();
    let is_incoming = is(&rule["direction"], "inbound");
    if is_incoming {
        told.push(Change::INGRESS_RULE.to_owned());
    }
    let (source, target) = ("sourceAddressPrefix", "destinationAddressPrefix");
    if is(&rule["access"], "deny") {
        let other = if is_incoming { source } else { target };
        let range = rule[other].as_str().filter(|range| range.contains('/'));
        told.extend(closed_ranges(range.as_slice()));
    } else if [source, target, "sourcePortRange"]
        .iter()
        .all(|end| is(&rule[*end], "*"))
        && ["*", "tcp"]
            .iter()
            .any(|protocol| is(&rule["protocol"], protocol))
    {
        let range = rule["destinationPortRange"].as_str();
        told.extend(range.map(|range| match range {
            "*" => format!("{}0-65535", Change::OPEN_PORT),
            range => format!("{}{range}", Change::OPEN_PORT),
        }));
    }
    told
}

fn is_security_rule(operation: &str) -> bool {
    let operation = operation.to_ascii_lowercase();
    operation.ends_with("/networksecuritygroups/securityrules/write")
}

fn closed_by_aws(operation: &str, request: &Json<'_>) -> Option<Vec<String>> {
    let range = |from: &Json<'_>, to: &Json<'_>| match (from.as_u64()?, to.as_u64()?) {
        (from, to) if from == to => Some(from.to_string()),
        (from, to) => Some(format!("{from}-{to}")),
    };
    match operation {
        "RevokeSecurityGroupIngress" | "RevokeSecurityGroupEgress" => {
            let rules = list(&request["ipPermissions"]["items"])?;
            let rules = rules.iter();
            rules
                .map(|rule| range(&rule["fromPort"], &rule["toPort"]))
                .collect()
        }
        "CreateNetworkAclEntry" if is(&request["ruleAction"], "deny") => {
            let ports = &request["portRange"];
            range(&ports["from"], &ports["to"]).map(|range| vec![range])
        }
        _ => None,
    }
}

fn closed_by_azure(operation: &str, json: &Json<'_>) -> Option<Vec<String>> {
    if !is_security_rule(operation) || !puts(json, "deny") {
        return None;
    }
    azure::with_body(json, |body| {
        let rule = &body["properties"];
        let one = rule["destinationPortRange"].as_str();
        let more = list(&rule["destinationPortRanges"]).into_iter().flatten();
        let all = one.into_iter().chain(more.filter_map(Json::as_str));
        let told = all.filter(|range| !range.is_empty());
        told.map(str::to_owned).collect()
    })
}

fn closed_by_google(operation: &str, rule: &Json<'_>) -> Option<Vec<String>> {
    if !operation.ends_with("compute.firewalls.insert") {
        return None;
    }
    let denied = ["denieds", "denied"]
        .iter()
        .find_map(|name| list(&rule[*name]))?;
    let mut told = Vec::new();
    for one in denied {
        // Without ports all are meant.
        let ports = list(&one["ports"]).filter(|ports| !ports.is_empty())?;
        told.extend(ports.iter().filter_map(Json::as_str).map(str::to_owned));
    }
    Some(told)
}

fn list<'a, 'b>(value: &'a Json<'b>) -> Option<&'a [Json<'b>]> {
    match value {
        Json::List(list) => Some(list),
        _ => None,
    }
}

fn is(value: &Json<'_>, word: &str) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.eq_ignore_ascii_case(word))
}

/// Whether the rule that was put allows or denies, as `access` says.
fn puts(json: &Json<'_>, access: &str) -> bool {
    let found = azure::with_body(json, |rule| is(&rule["properties"]["access"], access));
    found.unwrap_or_default()
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

    #[test]
    fn ranges_are_told_where_nothing_else_is_closed() {
        let check = |operation: &str, request: serde_json::Value, expected: &[&str]| {
            let json = json!({"requestParameters": request});
            let found = further(Cloud::Aws, operation, &json);
            assert_eq!(found, expected, "{operation}");
        };
        let range = |cidr: &str| {
            serde_json::json!({"ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432,
                "ipRanges": {"items": [{"cidrIp": cidr}]}})
        };
        let revoke = "RevokeSecurityGroupIngress";
        let group = |rules: &[serde_json::Value]| serde_json::json!({"groupId": "sg-1", "ipPermissions": {"items": rules}});
        let one = group(&[range("10.0.7.0/24")]);
        check(revoke, one.clone(), &["closed range 10.0.7.0/24"]);
        check("AuthorizeSecurityGroupIngress", one, &[]);
        let other = serde_json::json!({"groups": {"items": [{"groupId": "sg-2"}]}});
        check(revoke, group(&[range("10.0.7.0/24"), other]), &[]);
        let route = serde_json::json!({"destinationCidrBlock": "10.0.2.0/24"});
        check("DeleteRoute", route, &["closed range 10.0.2.0/24"]);
        let entry =
            |action: &str| serde_json::json!({"ruleAction": action, "cidrBlock": "10.0.2.0/24"});
        let deny = "CreateNetworkAclEntry";
        check(deny, entry("deny"), &["closed range 10.0.2.0/24"]);
        check(deny, entry("allow"), &[]);
    }

    #[test]
    fn rules_of_azure_tell_direction_and_what_is_open() {
        let check = |rule: &str, expected: &[&str]| {
            let body = format!(r#"{{"properties": {{{rule}}}}}"#);
            let json = json!({"properties": {"requestbody": body}});
            let write = "MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/SECURITYRULES/WRITE";
            assert_eq!(further(Cloud::Azure, write, &json), expected, "{rule}");
        };
        let all = r#""sourceAddressPrefix": "*", "destinationAddressPrefix": "*",
            "sourcePortRange": "*", "protocol": "Tcp""#;
        let allow = format!(r#""access": "Allow", "direction": "Outbound", {all}"#);
        let port = r#""destinationPortRange": "5432""#;
        check(&format!("{allow}, {port}"), &["open port 5432"]);
        let any = r#""destinationPortRange": "*""#;
        check(&format!("{allow}, {any}"), &["open port 0-65535"]);
        check(&format!("{allow}, {port}").replace("Tcp", "Udp"), &[]);
        let some =
            r#""access": "Allow", "direction": "Outbound", "sourceAddressPrefix": "10.1.0.0/16""#;
        check(&format!("{some}, {port}"), &[]);
        let deny =
            r#""access": "Deny", "direction": "Inbound", "sourceAddressPrefix": "10.1.0.0/16""#;
        check(deny, &["ingress rule", "closed range 10.1.0.0/16"]);
    }

    #[test]
    fn rules_of_databases_let_in() {
        let check = |operation: &str, expected: bool| {
            assert_eq!(lets_in(operation), expected, "{operation}");
        };
        let server = "Microsoft.DBforPostgreSQL/flexibleServers";
        check(&format!("{server}/firewallRules/write"), true);
        check(&format!("{server}/firewallRules/delete"), false);
        check("MICROSOFT.SQL/SERVERS/FIREWALLRULES/WRITE", true);
        check("Microsoft.Network/azureFirewalls/write", false);
    }

    #[test]
    fn the_ports_that_are_closed_are_told_where_not_all_are() {
        let check = |cloud: Cloud, operation: &str, json: &Json<'_>, expected: &[&str]| {
            let expected: Vec<String> = expected
                .iter()
                .map(|ports| format!("closed port {ports}"))
                .collect();
            assert_eq!(
                closed_ports(cloud, operation, json),
                expected,
                "{operation}"
            );
        };
        let revoke = "RevokeSecurityGroupIngress";
        let group = |rules: &str| {
            let rules = serde_json::from_str::<serde_json::Value>(rules).unwrap();
            json!({"requestParameters": {"ipPermissions": {"items": rules}}})
        };
        let ssh = group(r#"[{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22}]"#);
        check(Cloud::Aws, revoke, &ssh, &["22"]);
        check(Cloud::Aws, "AuthorizeSecurityGroupIngress", &ssh, &[]);
        let two = group(r#"[{"fromPort": 22, "toPort": 22}, {"fromPort": 80, "toPort": 90}]"#);
        check(Cloud::Aws, revoke, &two, &["22", "80-90"]);
        let all = group(r#"[{"fromPort": 22, "toPort": 22}, {"ipProtocol": "-1"}]"#);
        check(Cloud::Aws, revoke, &all, &[]);
        let entry = |action: &str| {
            let ports = serde_json::json!({"from": 22, "to": 22});
            json!({"requestParameters": {"ruleAction": action, "portRange": ports}})
        };
        check(Cloud::Aws, "CreateNetworkAclEntry", &entry("deny"), &["22"]);
        check(Cloud::Aws, "CreateNetworkAclEntry", &entry("allow"), &[]);
        let write = "MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/SECURITYRULES/WRITE";
        let of_azure = |ports: &str| {
            let body = format!(r#"{{"properties": {{"access": "Deny", {ports}}}}}"#);
            json!({"properties": {"requestbody": body}})
        };
        let some = of_azure(r#""destinationPortRanges": ["22", "3389-3390"]"#);
        check(Cloud::Azure, write, &some, &["22", "3389-3390"]);
        let any = of_azure(r#""destinationPortRange": "*""#);
        check(Cloud::Azure, write, &any, &[]);
        let insert = "v1.compute.firewalls.insert";
        let of_google = |ports: &str| {
            let ports = serde_json::from_str::<serde_json::Value>(ports).unwrap();
            let rule = serde_json::json!({"IPProtocol": "tcp", "ports": ports});
            json!({"protoPayload": {"request": {"denieds": [rule]}}})
        };
        let ssh = of_google(r#"["22"]"#);
        check(Cloud::Google, insert, &ssh, &["22"]);
        let all = of_google("[]");
        check(Cloud::Google, insert, &all, &[]);
    }
}
