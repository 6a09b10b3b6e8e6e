//! Rules of network security groups of Azure, of which the first that fits decides.
//!
//! learn.microsoft.com/azure/virtual-network/network-security-groups-overview: "Rules are processed
//! in priority order, with lower numbers processed before higher numbers [...] Once traffic matches
//! a rule, processing stops." (read 2026-11-29)

use nepho_core::range::Range;

use super::azure;
use super::json::Json;

/// Fields with the addresses that a rule is for, each the field of one and that of several.
const ADDRESSES: [[&str; 2]; 2] = [
    ["sourceAddressPrefix", "sourceAddressPrefixes"],
    ["destinationAddressPrefix", "destinationAddressPrefixes"],
];
/// The same for ports.
const PORTS: [[&str; 2]; 2] = [
    ["sourcePortRange", "sourcePortRanges"],
    ["destinationPortRange", "destinationPortRanges"],
];
/// Fields that narrow a rule to something of which nothing else is known.
const GROUPS: [&str; 2] = [
    "sourceApplicationSecurityGroups",
    "destinationApplicationSecurityGroups",
];

/// What a rule is for, as it was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Priority {
    number: u64,
    /// Whether it denies.
    pub denies: bool,
    direction: String,
    protocol: String,
    /// Addresses of source and destination.
    addresses: [Vec<String>; 2],
    /// Ports of source and destination.
    ports: [Vec<String>; 2],
}

/// The rule that a call puts, if it tells all of it.
pub(super) fn of(operation: &str, json: &Json<'_>) -> Option<Box<Priority>> {
    let operation = operation.to_ascii_lowercase();
    if !operation.ends_with("/networksecuritygroups/securityrules/write") {
        return None;
    }
    azure::with_body(json, |body| read(&body["properties"])).flatten()
}

/// Ranges or ports of a rule that are compared; the service allows some thousands.
const MAX_TOLD: usize = 256;

fn read(rule: &Json<'_>) -> Option<Box<Priority>> {
    let is_narrow = |name: &&str| matches!(&rule[*name], Json::List(list) if !list.is_empty());
    if GROUPS.iter().any(is_narrow) {
        return None;
    }
    let text = |name: &str| rule[name].as_str().map(str::to_ascii_lowercase);
    let told = |[one, several]: &[&str; 2]| {
        let mut told: Vec<String> = text(one).into_iter().collect();
        if let Json::List(list) = &rule[*several] {
            told.extend(list.iter().filter_map(Json::as_str).map(str::to_lowercase));
        }
        told.retain(|text| !text.is_empty());
        (!told.is_empty() && told.len() <= MAX_TOLD).then_some(told)
    };
    let [source, target] = &ADDRESSES;
    let [source_port, port] = &PORTS;
    Some(Box::new(Priority {
        number: rule["priority"].as_u64()?,
        denies: text("access")? == "deny",
        direction: text("direction")?,
        protocol: text("protocol")?,
        addresses: [told(source)?, told(target)?],
        ports: [told(source_port)?, told(port)?],
    }))
}

impl Priority {
    /// Whether it decides before another does, on all that this is for.
    pub(crate) fn decides_all(&self, other: &Self) -> bool {
        let all = |own: &[String], others: &[String], holds: fn(&str, &str) -> bool| {
            let mut others = others.iter();
            others.all(|other| own.iter().any(|own| holds(own, other)))
        };
        let has = |own: &[Vec<String>; 2], others: &[Vec<String>; 2], holds| {
            own.iter()
                .zip(others)
                .all(|(own, other)| all(own, other, holds))
        };
        self.is_before(other)
            && holds_address(&self.protocol, &other.protocol)
            && has(&self.addresses, &other.addresses, holds_address)
            && has(&self.ports, &other.ports, holds_port)
    }

    /// Whether it may decide before another does, on some of what this is for.
    pub(crate) fn may_decide(&self, other: &Self) -> bool {
        let some = |own: &[String], others: &[String], meet: fn(&str, &str) -> bool| {
            let mut own = own.iter();
            own.any(|own| others.iter().any(|other| meet(own, other)))
        };
        let mut addresses = self.addresses.iter().zip(&other.addresses);
        let mut ports = self.ports.iter().zip(&other.ports);
        let protocols = [self.protocol.as_str(), other.protocol.as_str()];
        self.is_before(other)
            && (protocols.contains(&"*") || self.protocol == other.protocol)
            && addresses.all(|(own, other)| some(own, other, may_meet))
            && ports.all(|(own, other)| some(own, other, do_ports_meet))
    }

    fn is_before(&self, other: &Self) -> bool {
        self.number < other.number && self.direction == other.direction
    }
}

/// Whether a prefix, a tag of a service or `*` holds another.
fn holds_address(own: &str, other: &str) -> bool {
    let ranges = Range::parse(own).zip(Range::parse(other));
    own == "*" || own == other || ranges.is_some_and(|(own, other)| own.contains(other))
}

/// Whether two of them can have an address in common. What tags stand for nobody tells.
fn may_meet(one: &str, other: &str) -> bool {
    let ranges = Range::parse(one).zip(Range::parse(other));
    ranges.is_none_or(|(one, other)| one.meets(other))
}

fn ports(text: &str) -> Option<(u16, u16)> {
    let (first, last) = match text {
        "*" => return Some((0, u16::MAX)),
        text => text.split_once('-').unwrap_or((text, text)),
    };
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn holds_port(own: &str, other: &str) -> bool {
    let ranges = ports(own).zip(ports(other));
    ranges.is_some_and(|(own, other)| own.0 <= other.0 && other.1 <= own.1)
}

fn do_ports_meet(one: &str, other: &str) -> bool {
    let ranges = ports(one).zip(ports(other));
    ranges.is_none_or(|(one, other)| one.0 <= other.1 && other.0 <= one.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(priority: u64, access: &str, set: &[(&str, &str)]) -> Priority {
        let mut rule = json!({"priority": priority, "access": access, "direction": "Inbound",
            "protocol": "Tcp", "sourceAddressPrefix": "*", "sourcePortRange": "*",
            "destinationAddressPrefix": "*", "destinationPortRange": "5432"});
        for (name, value) in set {
            rule[*name] = (*value).into();
        }
        let text = rule.to_string();
        *read(&Json::parse(&text)).unwrap()
    }

    #[test]
    fn the_lower_number_decides_on_what_both_are_for() {
        let deny = rule(400, "Deny", &[("sourceAddressPrefix", "10.0.1.0/24")]);
        let check = |allow: &Priority, all: bool, some: bool| {
            assert_eq!(allow.decides_all(&deny), all, "{allow:?}");
            assert_eq!(allow.may_decide(&deny), some, "{allow:?}");
        };
        check(&rule(300, "Allow", &[]), true, true);
        check(&rule(500, "Allow", &[]), false, false);
        check(
            &rule(300, "Allow", &[("direction", "Outbound")]),
            false,
            false,
        );
        check(&rule(300, "Allow", &[("protocol", "Udp")]), false, false);
        check(&rule(300, "Allow", &[("protocol", "*")]), true, true);
        let from = |range| rule(300, "Allow", &[("sourceAddressPrefix", range)]);
        check(&from("10.0.0.0/16"), true, true);
        check(&from("10.0.1.7"), false, true);
        check(&from("10.0.2.0/24"), false, false);
        check(&from("VirtualNetwork"), false, true);
        let port = |ports| rule(300, "Allow", &[("destinationPortRange", ports)]);
        check(&port("5000-6000"), true, true);
        check(&port("443"), false, false);
    }

    #[test]
    fn a_rule_that_is_not_told_wholly_is_none() {
        let whole = json!({"priority": 100, "access": "Allow", "direction": "Inbound",
            "protocol": "*", "sourceAddressPrefixes": ["10.0.0.0/8"], "sourcePortRange": "*",
            "destinationAddressPrefix": "*", "destinationPortRanges": ["443", "5432"]});
        let is_read = |rule: &serde_json::Value| read(&Json::parse(&rule.to_string())).is_some();
        assert!(is_read(&whole));
        for name in ["priority", "access", "destinationPortRanges"] {
            let mut rule = whole.clone();
            rule[name] = serde_json::Value::Null;
            assert!(!is_read(&rule), "{name}");
        }
        let mut narrow = whole;
        narrow["sourceApplicationSecurityGroups"] = json!([{"id": "/subscriptions/s"}]);
        assert!(!is_read(&narrow));
    }
}
