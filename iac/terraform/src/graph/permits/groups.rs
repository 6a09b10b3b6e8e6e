//! Groups whose rules admit others: those of AWS and OpenStack.

use std::collections::{BTreeMap, BTreeSet};

use nepho_iac_common::permits::{End, Permits, Side};

use super::{is_group, is_interface, is_rule, named};
use crate::graph::Graph;
use crate::graph::node::Node;
use crate::graph::rows::Seen;
use crate::graph::store::{ByNumber, Name};

/// Groups and ranges that a group lets in itself.
const INGRESS: [&str; 3] = [
    "ingress.security_groups",
    "ingress.cidr_blocks",
    "ingress.ipv6_cidr_blocks",
];
/// Where a group lets its members go itself.
const EGRESS: [&str; 3] = [
    "egress.security_groups",
    "egress.cidr_blocks",
    "egress.ipv6_cidr_blocks",
];
/// Ranges of rules that stand for themselves.
const RANGES: [&str; 4] = ["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"];

/// Attributes that are read for this.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    let inline = INGRESS.into_iter().chain(EGRESS);
    ["type", "direction"]
        .into_iter()
        .chain(inline)
        .chain(RANGES)
}

impl Graph {
    /// Who is attached to which group, also by an interface.
    pub(super) fn members_of_groups<'a>(&'a self, seen: &Seen, permits: &mut Permits<'a>) {
        if seen.edges.is_empty() {
            return;
        }
        let by_number: ByNumber<Name, Node<'_>> = self
            .nodes()
            .filter_map(|node| Some((seen.keys.number(node.key())?, node)))
            .collect();
        let mut direct: BTreeMap<&str, (Node<'_>, BTreeSet<&str>)> = BTreeMap::new();
        for (from, to) in &seen.edges {
            let (Some(one), Some(other)) = (by_number.get(from), by_number.get(to)) else {
                continue;
            };
            // What ties one to the other is neither.
            let ties = ["_association", "_attachment"];
            if ties.iter().any(|end| one.kind().ends_with(end)) {
                continue;
            }
            if is_group(other.kind()) && !is_rule(one.kind()) {
                let groups = direct.entry(one.key()).or_insert((*one, BTreeSet::new()));
                groups.1.insert(other.key());
            }
            if is_interface(other.kind()) && may_own(one.kind(), other.kind()) {
                let owners = permits.owners.entry(other.key()).or_default();
                owners.insert(named(*one));
            }
        }
        for (member, (node, groups)) in direct {
            if is_group(node.kind()) {
                continue;
            }
            // Of an interface the machine that has it is the member.
            let owners = permits.owners.get(member);
            let owners = owners.filter(|_| is_interface(node.kind()));
            let owners: Vec<End<'a>> = match owners {
                Some(owners) => owners.iter().copied().collect(),
                None => vec![named(node)],
            };
            for group in groups {
                let members = permits.members.entry(group.to_owned()).or_default();
                members.extend(&owners);
            }
        }
    }

    /// What a group or a rule admits to a group, and where it lets members of one go.
    pub(super) fn admits<'a>(&'a self, node: Node<'a>, permits: &mut Permits<'a>) {
        let kind = node.kind();
        if is_group(kind) {
            let network = node.first("vpc_id");
            for is_egress in [false, true] {
                let [groups, paths @ ..] = match is_egress {
                    false => INGRESS,
                    true => EGRESS,
                };
                let mut others = self.groups_at(node, groups);
                others.extend(ranges_at(node, &paths, network));
                let own = [node.key().to_owned()];
                admit(permits, &own, others, is_egress, node.address());
            }
        }
        if is_rule(kind) {
            self.rule(node, permits);
        }
    }

    /// What a rule that stands for itself permits.
    fn rule<'a>(&'a self, node: Node<'a>, permits: &mut Permits<'a>) {
        let others = [
            "source_security_group_id",
            "referenced_security_group_id",
            "remote_group_id",
        ];
        let mut others: Vec<Side> = others
            .iter()
            .flat_map(|path| self.groups_at(node, path))
            .collect();
        let own = self.groups_at(node, "security_group_id");
        let mut own: Vec<String> = own.into_iter().filter_map(Side::into_group).collect();
        if own.is_empty() {
            let needed = self.groups_needed(node).filter(|key| {
                let is_other = |other: &Side| matches!(other, Side::Group(other) if other == key);
                !others.iter().any(is_other)
            });
            own = needed.collect();
        }
        if own.is_empty() {
            return;
        }
        let network = own.first().and_then(|group| self.network_of(group));
        others.extend(ranges_at(node, &RANGES, network));
        let direction = node.first("type").or(node.first("direction"));
        let is_egress = node.kind().ends_with("egress_rule")
            || direction.is_some_and(|direction| direction.eq_ignore_ascii_case("egress"));
        admit(permits, &own, others, is_egress, node.address());
    }

    /// Groups that an attribute names.
    fn groups_at(&self, node: Node<'_>, path: &str) -> Vec<Side> {
        let found = node.all(path).flat_map(|value| self.find(value, ""));
        found.map(|target| Side::Group(target.key)).collect()
    }

    /// The network that a group is for.
    fn network_of(&self, group: &str) -> Option<&str> {
        let mut nodes = self.nodes_of(self.by_id.get(group));
        nodes
            .find(|node| node.key() == group)
            .and_then(|node| node.first("vpc_id"))
    }

    /// Groups among the configured dependencies of a rule.
    fn groups_needed<'a>(&'a self, node: Node<'a>) -> impl Iterator<Item = String> + 'a {
        let configs = node.dependencies().iter();
        let configs = configs.map(|config| self.texts.get(self.names.span(*config)));
        let nodes = configs.flat_map(|config| self.configured(config));
        nodes
            .filter(|node| is_group(node.kind()))
            .map(|node| node.key().to_owned())
    }
}

/// Whether what refers to an interface has it: in Azure balancers refer to interfaces as well.
fn may_own(kind: &str, interface: &str) -> bool {
    !interface.starts_with("azurerm_") || kind.contains("virtual_machine")
}

/// Ranges that attributes of a rule hold.
fn ranges_at<'n>(
    node: Node<'n>,
    paths: &'n [&'n str],
    network: Option<&'n str>,
) -> impl Iterator<Item = Side> + 'n {
    let values = paths.iter().flat_map(move |path| node.all(path));
    values.filter_map(move |value| Side::range(value, network))
}

/// Admits others to groups, or the other way round.
fn admit<'a>(
    permits: &mut Permits<'a>,
    own: &[String],
    others: Vec<Side>,
    is_egress: bool,
    by: &'a str,
) {
    for other in others {
        for own in own {
            let own = Side::Group(own.clone());
            match is_egress {
                true => permits.admit(own, other.clone(), by),
                false => permits.admit(other.clone(), own, by),
            }
        }
    }
}
