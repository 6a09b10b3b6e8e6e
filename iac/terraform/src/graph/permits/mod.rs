//! What network rules let reach what, and which networks are joined.
//!
//! How rules of groups become edges stands in `nepho_iac_common::permits`; here is where Terraform
//! tells them.

mod azure;
mod google;
mod groups;
mod range;

use std::collections::BTreeMap;

use nepho_core::tables::{NodeKind, Relation, RelationKind};

use super::node::Node;
use super::rows::Seen;
use super::{Graph, Rows, Source};
use nepho_iac_common::permits::{CONFIDENCE, End, Look, Networks, Owners, Permits, Within};

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

/// Whether the attribute is read though it is a truth value.
pub(crate) fn is_truth(path: &str) -> bool {
    google::is_truth(path)
}

/// A document, as rules look at it.
struct Document<'a, 'p> {
    graph: &'a Graph,
    networks: Networks<End<'a>>,
    owners: &'p Owners<'a>,
}

impl<'a> Look<'a> for Document<'a, '_> {
    fn in_range(&self, within: &Within) -> Vec<(End<'a>, f64)> {
        self.with_range(within)
    }

    fn group(&self, key: &str) -> Option<End<'a>> {
        let mut nodes = self.graph.nodes_of(self.graph.by_id.get(key));
        nodes.find(|node| node.key() == key).map(named)
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

    /// Draws what is permitted.
    fn draw_permits<'a>(&'a self, permits: &Permits<'a>, source: &Source<'_>, rows: &mut Rows<'_>) {
        let document = Document {
            graph: self,
            networks: match permits.has_ranges() {
                true => self.networks(),
                false => Networks::default(),
            },
            owners: &permits.owners,
        };
        permits.draw(&document, source.uri, &mut |permit| {
            let kind = RelationKind::PermitsNet;
            let mut edge = relation(permit.from, permit.to, kind, permit.evidence, source);
            edge.confidence = permit.confidence;
            rows.relation(edge);
        });
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
