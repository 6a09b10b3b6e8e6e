//! Network security groups of Azure.
//!
//! registry.terraform.io/providers/hashicorp/azurerm, `network_security_group`, and
//! learn.microsoft.com/azure/virtual-network/network-security-groups-overview, read 2026-11-29: the
//! rule with the lowest number that fits decides. What the default rules allow is not drawn.

use std::collections::BTreeMap;

use nepho_iac_common::permits::azure::{Rule, allow, ports};
use nepho_iac_common::permits::{End, Permits, Range};

use super::named;
use crate::graph::Graph;
use crate::graph::node::Node;
use crate::identity::attributes;

const GROUP: &str = "azurerm_network_security_group";
const RULE: &str = "azurerm_network_security_rule";

/// Types that put an interface or end point into an application security group, and the attribute
/// that names it.
const ASSOCIATIONS: [(&str, &str); 2] = [
    (
        "azurerm_network_interface_application_security_group_association",
        "network_interface_id",
    ),
    (
        "azurerm_private_endpoint_application_security_group_association",
        "private_endpoint_id",
    ),
];
const APPLICATION_GROUP: &str = "application_security_group_id";
/// Application security groups of the machines of a scale set.
const OF_SCALE_SET: &str = "network_interface.ip_configuration.application_security_group_ids";

/// An attribute of a block in a group, and the same of a rule that stands for itself.
macro_rules! of_rule {
    ($name:literal) => {
        (concat!("security_rule.", $name), $name)
    };
}

const PRIORITY: (&str, &str) = of_rule!("priority");
/// Attributes of a rule: first those that stand once in each.
const OF_RULE: [(&str, &str); 14] = [
    of_rule!("access"),
    of_rule!("direction"),
    PRIORITY,
    of_rule!("protocol"),
    of_rule!("source_application_security_group_ids"),
    of_rule!("source_address_prefix"),
    of_rule!("source_address_prefixes"),
    of_rule!("source_port_range"),
    of_rule!("source_port_ranges"),
    of_rule!("destination_application_security_group_ids"),
    of_rule!("destination_address_prefix"),
    of_rule!("destination_address_prefixes"),
    of_rule!("destination_port_range"),
    of_rule!("destination_port_ranges"),
];
/// How many stand once in each.
const SINGLE: usize = 4;

/// Attributes that are read for this.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    let both = OF_RULE.into_iter().flat_map(|(inline, own)| [inline, own]);
    let associations = ASSOCIATIONS.into_iter().map(|(_, path)| path);
    both.chain(associations)
        .chain([APPLICATION_GROUP, OF_SCALE_SET])
}

/// Whether the attribute is a number that is read.
pub(super) fn is_number(path: &str) -> bool {
    path == PRIORITY.0 || path == PRIORITY.1
}

impl Graph {
    /// Lets in and out what the rules of network security groups allow.
    pub(super) fn security_groups<'a>(&'a self, permits: &mut Permits<'a>) {
        let mut rules: BTreeMap<String, Vec<Rule<'a>>> = BTreeMap::new();
        for node in self.nodes().filter(|node| !node.is_data()) {
            match node.kind() {
                GROUP => {
                    let own = rules.entry(node.key().to_owned()).or_default();
                    own.extend(self.rules_of(node));
                }
                RULE => {
                    if let Some(parent) = node.parent() {
                        let own = rules.entry(self.parent_key(parent)).or_default();
                        own.extend(self.rules_of(node));
                    }
                }
                _ => {}
            }
        }
        if rules.values().all(Vec::is_empty) {
            return;
        }
        self.application_groups(permits);
        allow(rules, permits, &|key| {
            let mut nodes = self.nodes_of(self.by_id.get(key));
            let node = nodes.find(|node| node.key() == key);
            node.into_iter()
                .flat_map(own_ranges)
                .filter_map(Range::parse)
                .collect()
        });
    }

    /// Rules that a resource holds, in the order of the document.
    fn rules_of<'a>(&'a self, node: Node<'a>) -> Vec<Rule<'a>> {
        let is_inline = node.kind() == GROUP;
        let paths = OF_RULE.map(|(inline, own)| {
            attributes::number(match is_inline {
                true => inline,
                false => own,
            })
        });
        let mut rules: Vec<Rule<'a>> = Vec::new();
        let mut told: u32 = 0;
        for (path, value) in node.values() {
            let Some(place) = paths.iter().position(|known| *known == path) else {
                continue;
            };
            // A block begins where what stands once in each is told again.
            let is_single = place < SINGLE;
            let bit = 1_u32 << place;
            if rules.is_empty() || (is_single && told & bit != 0) {
                told = 0;
                rules.push(Rule {
                    by: node.address(),
                    ..Rule::default()
                });
            }
            told |= bit;
            if let Some(rule) = rules.last_mut() {
                self.take(rule, place, value);
            }
        }
        rules
    }

    /// Takes the attribute at a place of [`OF_RULE`].
    fn take(&self, rule: &mut Rule<'_>, place: usize, value: &str) {
        let is = |word: &str| value.eq_ignore_ascii_case(word);
        match place {
            0 => rule.is_allow = Some(is("Allow")),
            1 => rule.is_egress = is("Outbound"),
            2 => rule.priority = value.parse().unwrap_or(u32::MAX),
            3 => rule.protocol = value.to_ascii_lowercase(),
            _ => {
                let peers = match place {
                    4..9 => &mut rule.from,
                    _ => &mut rule.to,
                };
                match (place + 1) % 5 {
                    0 => {
                        let found = self.find(value, "").into_iter();
                        peers.groups.extend(found.map(|target| target.key));
                    }
                    1 | 2 => peers.prefix(value),
                    _ => peers.ports.extend(ports(value)),
                }
            }
        }
    }

    /// Who is in which application security group.
    fn application_groups<'a>(&'a self, permits: &mut Permits<'a>) {
        for node in self.nodes().filter(|node| !node.is_data()) {
            let path = ASSOCIATIONS.iter().find(|(kind, _)| *kind == node.kind());
            let members: Vec<End<'a>> = match path {
                Some((_, path)) => {
                    let found = node.first(path).map(|id| self.find(id, ""));
                    let keys = found.iter().flatten().map(|target| target.key.as_str());
                    let nodes = keys.flat_map(|key| {
                        let mut nodes = self.nodes_of(self.by_id.get(key));
                        nodes.find(|node| node.key() == key)
                    });
                    nodes.map(named).collect()
                }
                None if node.kind().contains("virtual_machine_scale_set") => vec![named(node)],
                None => continue,
            };
            let path = match path {
                Some(_) => APPLICATION_GROUP,
                None => OF_SCALE_SET,
            };
            for group in node.all(path).flat_map(|id| self.find(id, "")) {
                let group = permits.members.entry(group.key).or_default();
                for member in &members {
                    match permits.owners.get(member.0) {
                        Some(owners) => group.extend(owners.iter().copied()),
                        None => {
                            group.insert(*member);
                        }
                    }
                }
            }
        }
    }
}

/// Ranges and addresses of a member.
fn own_ranges<'a>(node: Node<'a>) -> impl Iterator<Item = &'a str> {
    let paths = match node.kind() {
        "azurerm_subnet" => ["address_prefixes", "address_prefix"],
        _ => ["private_ip_address", "private_ip_addresses"],
    };
    paths.into_iter().flat_map(move |path| node.all(path))
}
