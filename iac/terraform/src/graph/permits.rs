//! What network rules let reach what, and which networks are joined.
//!
//! A group (security group, or the tag of a firewall of Google) that admits another lets every
//! member of the other reach every member of its own. Groups stand between the two, so that the
//! edge runs from whoever connects to whoever answers. A group without a member in the document
//! stands for the members that others know.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::tables::{NodeKind, Relation, RelationKind};

use super::{Graph, Source};
use crate::graph::node::Node;

/// Members of one group that are joined with others; of more, the first ones.
const MOST_MEMBERS: usize = 32;
/// Edges of one document.
const MOST_EDGES: usize = 20_000;
/// A rule permits, though something else may still be in the way.
const CONFIDENCE: f64 = 0.8;

/// Attributes that are read for this besides those that hold references.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    [
        "type",
        "direction",
        "source_tags",
        "target_tags",
        "tags",
        "remote_virtual_network_id",
        "peer_vpc_id",
        "peer_network",
    ]
    .into_iter()
}

/// A group, and whoever is in it: keys and labels.
type Members<'a> = BTreeMap<String, BTreeSet<(&'a str, &'a str)>>;
/// From a group to one that admits it.
type Admitted<'a> = BTreeSet<(String, String, &'a str)>;

impl Graph {
    /// Edges `permits_net` and `peers`; `told` are the other relations of the document.
    pub(super) fn permits(&self, told: &[Relation], source: &Source<'_>) -> Vec<Relation> {
        let mut members = self.members(told);
        let mut admitted = Admitted::new();
        for node in self.nodes.iter().filter(|node| !node.instance.is_data) {
            self.admits(node, &mut admitted);
        }
        self.tags(&mut members, &mut admitted);
        let mut relations = self.peerings(source);
        let mut drawn = BTreeSet::new();
        for (from, to, by) in &admitted {
            let (from, to) = (self.stand_in(&members, from), self.stand_in(&members, to));
            for (one, other) in from
                .iter()
                .flat_map(|one| to.iter().map(move |other| (one, other)))
            {
                if one != other && drawn.len() < MOST_EDGES && drawn.insert((one.0, other.0)) {
                    let evidence = format!("{by} lets {} reach {}", one.1, other.1);
                    relations.push(relation(
                        one.0,
                        other.0,
                        RelationKind::PermitsNet,
                        evidence,
                        source,
                    ));
                }
            }
        }
        relations
    }

    /// Members of a group, or the group itself where the document knows none.
    fn stand_in<'a>(&'a self, members: &Members<'a>, group: &'a str) -> Vec<(&'a str, &'a str)> {
        match members.get(group) {
            Some(found) if !found.is_empty() => found.iter().take(MOST_MEMBERS).copied().collect(),
            _ => self
                .nodes
                .iter()
                .filter(|node| node.key == group)
                .map(named)
                .take(1)
                .collect(),
        }
    }

    /// Who is attached to which group, also by an interface.
    fn members<'a>(&'a self, told: &[Relation]) -> Members<'a> {
        let by_key: BTreeMap<&str, &Node> = self
            .nodes
            .iter()
            .map(|node| (node.key.as_str(), node))
            .collect();
        let mut direct: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut interfaces: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for relation in told {
            let from = by_key.get_key_value(relation.from.as_str());
            let to = by_key.get_key_value(relation.to.as_str());
            let (Some((from, one)), Some((to, other))) = (from, to) else {
                continue;
            };
            if is_group(&other.instance.resource_type) && !is_rule(&one.instance.resource_type) {
                direct.entry(from).or_default().insert(to);
            }
            if is_interface(&other.instance.resource_type) {
                interfaces.entry(to).or_default().insert(from);
            }
        }
        let mut members = Members::new();
        for (member, groups) in direct {
            let Some(node) = by_key.get(member) else {
                continue;
            };
            if is_group(&node.instance.resource_type) {
                continue;
            }
            // Of an interface the machine that has it is the member.
            let owners = interfaces
                .get(member)
                .filter(|_| is_interface(&node.instance.resource_type));
            let owners: Vec<(&str, &str)> = match owners {
                Some(owners) => owners
                    .iter()
                    .filter_map(|key| by_key.get(key))
                    .map(|node| named(node))
                    .collect(),
                None => vec![named(node)],
            };
            for group in groups {
                members.entry(group.to_owned()).or_default().extend(&owners);
            }
        }
        members
    }

    /// The groups that a group or a rule admits to a group.
    fn admits<'a>(&'a self, node: &'a Node, admitted: &mut Admitted<'a>) {
        let attributes = &node.instance.attributes;
        let kind = node.instance.resource_type.as_str();
        let by = node.instance.address.as_str();
        let keys = |path: &str| -> Vec<String> {
            let values = attributes.all(path);
            values
                .flat_map(|value| self.find(value, ""))
                .map(|target| target.key)
                .collect()
        };
        if is_group(kind) {
            for other in keys("ingress.security_groups") {
                admitted.insert((other, node.key.clone(), by));
            }
        }
        if !is_rule(kind) {
            return;
        }
        let others = [
            "source_security_group_id",
            "referenced_security_group_id",
            "remote_group_id",
        ];
        let others: Vec<String> = others.iter().flat_map(|path| keys(path)).collect();
        let mut own = keys("security_group_id");
        if own.is_empty() {
            own = self
                .groups_needed(node)
                .filter(|key| !others.contains(key))
                .collect();
        }
        let direction = attributes.first("type").or(attributes.first("direction"));
        let is_egress = kind.ends_with("egress_rule")
            || direction.is_some_and(|direction| direction.eq_ignore_ascii_case("egress"));
        for (other, own) in others
            .iter()
            .flat_map(|other| own.iter().map(move |own| (other, own)))
        {
            let (from, to) = if is_egress {
                (own, other)
            } else {
                (other, own)
            };
            admitted.insert((from.clone(), to.clone(), by));
        }
    }

    /// Groups among the configured dependencies of a rule.
    fn groups_needed<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = String> + 'a {
        let configs = node.instance.dependencies.iter();
        let positions = configs
            .filter_map(|config| self.by_config.get(config))
            .flatten();
        let nodes = positions.filter_map(|position| self.nodes.get(*position));
        nodes
            .filter(|node| is_group(&node.instance.resource_type))
            .map(|node| node.key.clone())
    }

    /// Tags of Google: a firewall admits instances with one tag to those with another.
    fn tags<'a>(&'a self, members: &mut Members<'a>, admitted: &mut Admitted<'a>) {
        for node in &self.nodes {
            let attributes = &node.instance.attributes;
            match node.instance.resource_type.as_str() {
                "google_compute_instance" | "google_compute_instance_template" => {
                    for tag in attributes.all("tags") {
                        let group = format!("tag:{tag}");
                        members.entry(group).or_default().insert(named(node));
                    }
                }
                "google_compute_firewall" => {
                    let is_egress = attributes
                        .first("direction")
                        .is_some_and(|direction| direction.eq_ignore_ascii_case("egress"));
                    for source in attributes.all("source_tags").filter(|_| !is_egress) {
                        for target in attributes.all("target_tags") {
                            let edge = (format!("tag:{source}"), format!("tag:{target}"));
                            admitted.insert((edge.0, edge.1, &node.instance.address));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Networks that a peering joins, both ways.
    fn peerings(&self, source: &Source<'_>) -> Vec<Relation> {
        let mut relations = Vec::new();
        for node in self.nodes.iter().filter(|node| !node.instance.is_data) {
            let attributes = &node.instance.attributes;
            let (one, other) = match node.instance.resource_type.as_str() {
                "azurerm_virtual_network_peering" => {
                    let network = node.key.split_once("/virtualnetworkpeerings/");
                    let network = network.map(|(network, _)| network.to_owned());
                    (network, attributes.first("remote_virtual_network_id"))
                }
                "aws_vpc_peering_connection" => (
                    attributes.first("vpc_id").map(str::to_owned),
                    attributes.first("peer_vpc_id"),
                ),
                "google_compute_network_peering" => (
                    attributes.first("network").map(str::to_owned),
                    attributes.first("peer_network"),
                ),
                _ => continue,
            };
            let (Some(one), Some(other)) = (one, other) else {
                continue;
            };
            let ends = [self.find(&one, ""), self.find(other, "")];
            if let [[one], [other]] = [&ends[0][..], &ends[1][..]] {
                for (from, to) in [(&one.key, &other.key), (&other.key, &one.key)] {
                    let evidence = format!("{} joins the two", node.instance.address);
                    relations.push(relation(from, to, RelationKind::Peers, evidence, source));
                }
            }
        }
        relations
    }
}

fn named(node: &Node) -> (&str, &str) {
    (&node.key, &node.instance.address)
}

fn is_group(kind: &str) -> bool {
    kind.ends_with("_security_group")
        || kind.ends_with("_secgroup_v2")
        || kind.ends_with("_secgroup")
}

fn is_rule(kind: &str) -> bool {
    kind.contains("security_group_rule")
        || kind.contains("secgroup_rule")
        || kind.contains("security_group_ingress_rule")
        || kind.contains("security_group_egress_rule")
}

fn is_interface(kind: &str) -> bool {
    kind.ends_with("_network_interface") || kind.contains("_networking_port")
}

fn relation(
    from: &str,
    to: &str,
    kind: RelationKind,
    evidence: String,
    source: &Source<'_>,
) -> Relation {
    Relation {
        from_kind: NodeKind::Resource,
        from: from.to_owned(),
        to_kind: NodeKind::Resource,
        to: to.to_owned(),
        kind,
        source: source.tool.to_owned(),
        confidence: CONFIDENCE,
        observations: 1,
        uri: source.uri.to_owned(),
        evidence,
        ..Relation::default()
    }
}
