//! Network security groups of Azure.
//!
//! registry.terraform.io/providers/hashicorp/azurerm, `network_security_group`, and
//! learn.microsoft.com/azure/virtual-network/network-security-groups-overview, read 2026-11-29: the
//! rule with the lowest number that fits decides. What the default rules allow is not drawn.

use std::collections::{BTreeMap, BTreeSet};

use super::range::Range;
use super::{End, MOST_MEMBERS, Permits, Side, named};
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

/// Members of one group that are looked at for the range of a rule.
const MOST_LOOKED_AT: usize = 1_000;
/// Rules of one group that deny something and are looked at: Azure lets a group have 1,000 rules.
const MOST_DENYING: usize = 1_000;

/// One side of a rule.
#[derive(Clone, Debug, Default)]
struct Peers {
    /// Keys of application security groups.
    groups: BTreeSet<String>,
    ranges: BTreeSet<Range>,
    /// Names of services and whatever else stands where ranges do.
    services: BTreeSet<String>,
    /// Whether all addresses of the network are named.
    is_all: bool,
    /// First and last ports; none where all are meant.
    ports: Vec<(u16, u16)>,
}

/// A rule of a group.
#[derive(Clone, Debug, Default)]
struct Rule<'a> {
    priority: u32,
    /// Nothing where the document does not tell, as a plan may.
    is_allow: Option<bool>,
    is_egress: bool,
    protocol: String,
    from: Peers,
    to: Peers,
    /// Address of the resource that holds it.
    by: &'a str,
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
        for (group, mut rules) in rules {
            // Of the same number, which Azure does not let happen, the one that denies counts.
            rules.sort_by_key(|rule| (rule.is_egress, rule.priority, rule.is_allow));
            let mut denying: Vec<&Rule<'_>> = Vec::new();
            for (at, rule) in rules.iter().enumerate() {
                match rule.is_allow {
                    Some(true) if !denying.iter().any(|other| other.covers(rule)) => {
                        self.allow(&group, rule, at, permits);
                    }
                    Some(false) if denying.len() < MOST_DENYING => denying.push(rule),
                    _ => {}
                }
            }
        }
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

    /// Lets the sources of a rule reach its destinations: the members of the group are on the one
    /// side, on the other who has the ranges and who is in the application security groups.
    fn allow<'a>(&'a self, group: &str, rule: &Rule<'a>, at: usize, permits: &mut Permits<'a>) {
        let (own, others) = match rule.is_egress {
            true => (&rule.from, &rule.to),
            false => (&rule.to, &rule.from),
        };
        let mut sides: Vec<Side> = Vec::new();
        sides.extend(others.groups.iter().cloned().map(Side::Group));
        let ranges = others.ranges.iter();
        sides.extend(ranges.map(|range| Side::Range((*range, None))));
        if sides.is_empty() {
            return;
        }
        let own: Vec<Side> = match own.are_all() {
            true => vec![Side::Group(group.to_owned())],
            false => {
                let mut sides: Vec<Side> = own.groups.iter().cloned().map(Side::Group).collect();
                let members = self.members_in(group, own, permits);
                if !members.is_empty() {
                    let name = format!("rule:{at}:{group}");
                    permits.members.insert(name.clone(), members);
                    sides.push(Side::Group(name));
                }
                sides
            }
        };
        for other in sides {
            for own in &own {
                match rule.is_egress {
                    true => permits.admit(own.clone(), other.clone(), rule.by),
                    false => permits.admit(other.clone(), own.clone(), rule.by),
                }
            }
        }
    }

    /// Members of a group that have one of the ranges of a rule: what lies in the range, or the
    /// subnet that the range lies in.
    fn members_in<'a>(
        &'a self,
        group: &str,
        peers: &Peers,
        permits: &Permits<'a>,
    ) -> BTreeSet<End<'a>> {
        let members = permits.members.get(group).into_iter().flatten();
        let fits = |(key, _): &&End<'a>| {
            let mut nodes = self.nodes_of(self.by_id.get(key));
            let node = nodes.find(|node| node.key() == *key);
            let own = node.into_iter().flat_map(own_ranges);
            let mut own = own.filter_map(Range::parse);
            own.any(|own| {
                let mut ranges = peers.ranges.iter();
                ranges.any(|range| range.contains(own) || own.contains(*range))
            })
        };
        members
            .take(MOST_LOOKED_AT)
            .filter(fits)
            .take(MOST_MEMBERS)
            .copied()
            .collect()
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

impl Peers {
    /// Takes a range, or the name of a service.
    fn prefix(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        if matches!(lower.as_str(), "*" | "any" | "virtualnetwork" | "0.0.0.0/0") {
            self.is_all = true;
        } else if let Some(range) = Range::parse(text) {
            self.ranges.insert(range);
        } else {
            self.services.insert(lower);
        }
    }

    /// Whether all addresses of the network are meant: where nothing tells otherwise, too.
    fn are_all(&self) -> bool {
        self.is_all
            || (self.groups.is_empty() && self.ranges.is_empty() && self.services.is_empty())
    }

    /// Whether all that another means is meant as well.
    fn covers(&self, other: &Self) -> bool {
        let has = |range: &Range| self.ranges.iter().any(|own| own.contains(*range));
        let is_of_all = || {
            !other.are_all()
                && other.groups.is_subset(&self.groups)
                && other.services.is_subset(&self.services)
                && other.ranges.iter().all(has)
        };
        covers_ports(&self.ports, &other.ports) && (self.are_all() || is_of_all())
    }
}

impl Rule<'_> {
    /// Whether everything that a later rule would decide on is decided by this one.
    fn covers(&self, other: &Self) -> bool {
        let is_protocol = self.protocol == "*" || self.protocol == other.protocol;
        is_protocol
            && self.is_egress == other.is_egress
            && self.from.covers(&other.from)
            && self.to.covers(&other.to)
    }
}

/// First and last of the ports `443` or `8000-8100`; nothing of `*`, which are all. What is none
/// of these is port 0, which nobody uses.
fn ports(text: &str) -> Option<(u16, u16)> {
    if text == "*" {
        return None;
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let port = |text: &str| text.trim().parse().unwrap_or(0);
    Some((port(first), port(last)))
}

/// Whether ports, all if none are told, hold all of others.
fn covers_ports(own: &[(u16, u16)], others: &[(u16, u16)]) -> bool {
    let is_held = |(first, last): &(u16, u16)| {
        let mut own = own.iter();
        own.any(|(start, end)| start <= first && last <= end)
    };
    own.is_empty() || (!others.is_empty() && others.iter().all(is_held))
}
