//! What network rules let reach what, and which networks are joined.
//!
//! A group (security group, or the tag of a firewall of Google) that admits another lets every
//! member of the other reach every member of its own. Groups stand between the two, so that the
//! edge runs from whoever connects to whoever answers. A group without a member in the document
//! stands for the members that others know. A range of addresses stands for the part of a network,
//! or the machine, of the document that has it, and for nothing else.

mod azure;
mod google;
mod groups;
mod range;

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::tables::{NodeKind, Relation, RelationKind};

use super::node::Node;
use super::rows::Seen;
use super::{Graph, Rows, Source};
use range::{Networks, Range, Within};

/// Members of one group that are joined with others; of more, the first ones.
const MOST_MEMBERS: usize = 32;
/// Edges of one document.
const MOST_EDGES: usize = 20_000;
/// Pairs of groups of one document.
const MOST_PERMITS: usize = 50_000;
/// A rule permits, though something else may still be in the way.
const CONFIDENCE: f64 = 0.8;

/// Attributes that are read for this besides those that hold references.
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    let own = ["remote_virtual_network_id", "peer_vpc_id", "peer_network"];
    let own = own.into_iter();
    own.chain(google::PATHS)
        .chain(groups::paths())
        .chain(range::paths())
        .chain(azure::paths())
}

/// Whether the attribute is read though it is a number.
pub(crate) fn is_number(path: &str) -> bool {
    azure::is_number(path)
}

/// Key and label of an end of an edge.
type End<'a> = (&'a str, &'a str);
/// A group, and whoever is in it.
type Members<'a> = BTreeMap<String, BTreeSet<End<'a>>>;
/// Machines by the interfaces that they have.
type Owners<'a> = BTreeMap<&'a str, BTreeSet<End<'a>>>;

/// An end of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// A group by its key, or what stands for one.
    Group(String),
    Range(Within),
}

impl Side {
    fn into_group(self) -> Option<String> {
        match self {
            Self::Group(group) => Some(group),
            Self::Range(_) => None,
        }
    }

    fn range(text: &str, network: Option<&str>) -> Option<Self> {
        let network = network.map(nepho_core::key::canonical);
        Some(Self::Range((Range::parse(text)?, network)))
    }
}

/// What rules of a document permit.
#[derive(Default)]
struct Permits<'a> {
    members: Members<'a>,
    owners: Owners<'a>,
    /// Who may reach whom, and the address of the rule.
    admitted: BTreeSet<(Side, Side, &'a str)>,
}

impl<'a> Permits<'a> {
    fn admit(&mut self, from: Side, to: Side, by: &'a str) {
        if from != to && self.admitted.len() < MOST_PERMITS {
            self.admitted.insert((from, to, by));
        }
    }
}

impl Graph {
    /// Keys of the nodes whose edges tell who is a member of what.
    pub(super) fn watched(&self) -> impl Iterator<Item = &str> {
        let watched = self.nodes().filter(|node| is_watched(node.kind()));
        let mut by_key: BTreeMap<&str, bool> = watched.map(|node| (node.key(), true)).collect();
        // Of several with the same key the last one counts.
        if !by_key.is_empty() {
            for node in self.nodes() {
                if let Some(held) = by_key.get_mut(node.key()) {
                    *held = is_watched(node.kind());
                }
            }
        }
        let watched = by_key.into_iter().filter(|(_, is_watched)| *is_watched);
        watched.map(|(key, _)| key)
    }

    /// Tells of edges `permits_net` and `peers`; `seen` are the edges of the document to what is
    /// [watched](Graph::watched).
    pub(super) fn permits(&self, seen: &Seen, source: &Source<'_>, rows: &mut Rows<'_>) {
        let instances = self.instances();
        let mut permits = Permits::default();
        self.members_of_groups(seen, &mut permits);
        for node in self.nodes().filter(|node| !node.is_data()) {
            self.admits(node, &mut permits);
        }
        self.security_groups(&mut permits);
        self.firewalls(&instances, &mut permits, source, rows);
        self.peerings(source, rows);
        self.draw_permits(&permits, source, rows);
    }

    /// Draws what is permitted, once for each two ends: what groups tell before what ranges do.
    fn draw_permits(&self, permits: &Permits<'_>, source: &Source<'_>, rows: &mut Rows<'_>) {
        let is_range = |side: &Side| matches!(side, Side::Range(_));
        let has_range = |(from, to, _): &&(Side, Side, &str)| is_range(from) || is_range(to);
        let (ranges, groups): (Vec<_>, Vec<_>) = permits.admitted.iter().partition(has_range);
        let networks = match ranges.is_empty() {
            true => Networks::new(),
            false => self.networks(),
        };
        let mut drawn = BTreeSet::new();
        for (from, to, by) in groups.into_iter().chain(ranges) {
            let (from, to) = (
                self.stand_in(permits, &networks, from),
                self.stand_in(permits, &networks, to),
            );
            let pairs = from
                .0
                .iter()
                .flat_map(|one| to.0.iter().map(move |other| (one, other)));
            for (one, other) in pairs {
                if drawn.len() >= MOST_EDGES {
                    return;
                }
                if one.0 != other.0 && drawn.insert((one.0, other.0)) {
                    let evidence = format!("{by} lets {} reach {}", one.1, other.1);
                    let kind = RelationKind::PermitsNet;
                    let mut edge = relation(one.0, other.0, kind, evidence, source);
                    edge.confidence *= from.1 * to.1;
                    rows.relation(edge);
                }
            }
        }
    }

    /// Members of a group, or the group itself where the document knows none; whatever has a range.
    /// And how sure each is: of several with the same range at most one is meant.
    fn stand_in<'a>(
        &'a self,
        permits: &Permits<'a>,
        networks: &Networks<'a>,
        side: &Side,
    ) -> (Vec<End<'a>>, f64) {
        let group = match side {
            Side::Group(group) => group,
            Side::Range(within) => {
                let found = self.in_range(networks, &permits.owners, within);
                let share = 1.0 / u32::try_from(found.len()).map_or(f64::MAX, f64::from);
                return (found.into_iter().take(MOST_MEMBERS).collect(), share);
            }
        };
        let found = match permits.members.get(group) {
            Some(found) if !found.is_empty() => found.iter().take(MOST_MEMBERS).copied().collect(),
            _ => {
                let nodes = self.nodes_of(self.by_id.get(group));
                let nodes = nodes.filter(|node| node.key() == group);
                nodes.map(named).take(1).collect()
            }
        };
        (found, 1.0)
    }

    /// Networks that a peering joins, both ways.
    fn peerings(&self, source: &Source<'_>, rows: &mut Rows<'_>) {
        for node in self.nodes().filter(|node| !node.is_data()) {
            let (one, other) = match node.kind() {
                "azurerm_virtual_network_peering" => {
                    let network = node.key().split_once("/virtualnetworkpeerings/");
                    let network = network.map(|(network, _)| network);
                    (network, node.first("remote_virtual_network_id"))
                }
                "aws_vpc_peering_connection" => (node.first("vpc_id"), node.first("peer_vpc_id")),
                "google_compute_network_peering" => {
                    (node.first("network"), node.first("peer_network"))
                }
                _ => continue,
            };
            let (Some(one), Some(other)) = (one, other) else {
                continue;
            };
            let ends = [self.find(one, ""), self.find(other, "")];
            if let [[one], [other]] = [&ends[0][..], &ends[1][..]] {
                for (from, to) in [(&one.key, &other.key), (&other.key, &one.key)] {
                    let evidence = format!("{} joins the two", node.address());
                    rows.relation(relation(from, to, RelationKind::Peers, evidence, source));
                }
            }
        }
    }
}

fn named(node: Node<'_>) -> (&str, &str) {
    (node.key(), node.address())
}

/// Whether edges to resources of this type tell who is a member of what.
fn is_watched(kind: &str) -> bool {
    is_group(kind) || is_interface(kind)
}

fn is_group(kind: &str) -> bool {
    kind.ends_with("_security_group")
        || kind.ends_with("_secgroup_v2")
        || kind.ends_with("_secgroup")
}

fn is_rule(kind: &str) -> bool {
    kind.contains("security_group_rule")
        || kind == "azurerm_network_security_rule"
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
