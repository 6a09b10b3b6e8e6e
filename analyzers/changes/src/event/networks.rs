//! Rules and routes of networks of Google Cloud: which network they are for, and for what in it.
//!
//! cloud.google.com/compute/docs/reference/rest/v1/firewalls and .../routes (read 2026-11-29). In
//! audit logs lists have another name: `denieds` for `denied`.

use nepho_core::key;
use nepho_core::tables::Change;

use super::json::Json;

/// Shortest prefixes of ranges that are for whole networks: `10.0.0.0/8`.
const WIDE: u8 = 12;

/// What a call tells of a rule that it sets.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    /// Id of the network, where the rule is for everything in it.
    pub network: Option<String>,
    /// Words on what it is for.
    pub words: Vec<String>,
}

/// The rule that a call sets; nothing for other calls.
pub(super) fn rule(api: &str, method: &str, request: &Json<'_>) -> Rule {
    if api != "compute.googleapis.com" {
        return Rule::default();
    }
    let is_firewall = ["insert", "patch", "update"]
        .iter()
        .any(|verb| method.ends_with(&format!("compute.firewalls.{verb}")));
    let is_route = method.ends_with("compute.routes.insert");
    if !is_firewall && !is_route {
        return Rule::default();
    }
    let is_incoming = is_firewall && request["direction"] != "EGRESS";
    let ranges = match (is_route, is_incoming) {
        (true, _) => "destRange",
        (false, true) => "sourceRanges",
        (false, false) => "destinationRanges",
    };
    let narrowing = [
        "targetTags",
        "targetServiceAccounts",
        "sourceTags",
        "sourceServiceAccounts",
        "tags",
    ];
    let is_narrow = narrowing.iter().any(|name| has_some(&request[*name]))
        || !is_wide(&request[ranges])
        || request["disabled"] == true;
    let network = request["network"].as_str().filter(|_| !is_narrow);
    let mut words = ports(request);
    if is_incoming && network.is_some() {
        words.push(Change::INGRESS_RULE.to_owned());
    }
    Rule {
        network: network.map(key::canonical),
        words,
    }
}

fn has_some(value: &Json<'_>) -> bool {
    match value {
        Json::List(list) => !list.is_empty(),
        _ => false,
    }
}

/// Whether some of these ranges is that of a whole network; so is none at all.
fn is_wide(ranges: &Json<'_>) -> bool {
    let is_wide = |range: &str| {
        let length = range
            .split_once('/')
            .and_then(|(_, length)| length.parse().ok());
        length.is_some_and(|length: u8| length <= WIDE)
    };
    match ranges {
        Json::List(list) => list.is_empty() || list.iter().filter_map(Json::as_str).any(is_wide),
        one => one.as_str().is_none_or(is_wide),
    }
}

/// Ports that alone are denied; none where a protocol is denied as a whole.
fn ports(request: &Json<'_>) -> Vec<String> {
    let denied = [&request["denieds"], &request["denied"]];
    let mut found = Vec::new();
    for list in denied {
        let Json::List(list) = list else {
            continue;
        };
        for one in list {
            match &one["ports"] {
                Json::List(ports) if !ports.is_empty() => {
                    let ports = ports.iter().filter_map(Json::as_str);
                    found.extend(ports.map(|port| format!("{}{port}", Change::RULE_PORT)));
                }
                _ => return Vec::new(),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    const NETWORK: &str =
        "https://www.googleapis.com/compute/v1/projects/shop/global/networks/main";

    fn told(method: &str, request: &Json<'_>) -> (bool, Vec<String>) {
        let rule = rule("compute.googleapis.com", method, request);
        (rule.network.is_some(), rule.words)
    }

    #[test]
    fn a_rule_is_for_its_network() {
        let insert = "v1.compute.firewalls.insert";
        let request = json!({"network": NETWORK, "direction": "EGRESS",
            "denieds": [{"IPProtocol": "all"}]});
        assert_eq!(told(insert, &request), (true, Vec::new()));
        let request = json!({"network": NETWORK, "denieds": [{"IPProtocol": "tcp",
            "ports": ["25", "5432"]}]});
        let words = ["port 25", "port 5432", "ingress rule"].map(str::to_owned);
        assert_eq!(told(insert, &request), (true, words.to_vec()));
        assert!(!told("v1.compute.instances.insert", &request).0);
        let route = json!({"network": NETWORK, "destRange": "0.0.0.0/0"});
        assert!(told("v1.compute.routes.insert", &route).0);
    }

    #[test]
    fn what_is_for_a_part_of_a_network_is_not_for_all() {
        let insert = "v1.compute.firewalls.insert";
        let check = |request: &Json<'_>| assert!(!told(insert, request).0, "{request:?}");
        check(&json!({"network": NETWORK, "direction": "EGRESS", "targetTags": ["batch"]}));
        check(&json!({"network": NETWORK, "direction": "EGRESS",
            "destinationRanges": ["203.0.113.0/24"]}));
        check(&json!({"network": NETWORK, "sourceRanges": ["198.51.100.7/32"]}));
        check(&json!({"network": NETWORK, "disabled": true}));
        let route = json!({"network": NETWORK, "destRange": "192.168.50.0/24"});
        assert!(!told("v1.compute.routes.insert", &route).0);
    }
}
