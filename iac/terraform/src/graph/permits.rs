//! What network rules let reach what, and which networks are joined.
//!
//! A group (security group, or the tag of a firewall of Google) that admits another lets every
//! member of the other reach every member of its own. Groups stand between the two, so that the
//! edge runs from whoever connects to whoever answers. A group without a member in the document
//! stands for the members that others know.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::key;
use nepho_core::tables::{NodeKind, Relation, RelationKind};

use super::node::Node;
use super::rows::Seen;
use super::store::{ByNumber, Name};
use super::{Graph, Rows, Source};

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
        "target_service_accounts",
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
        let mut members = self.members_of_groups(seen);
        let mut admitted = Admitted::new();
        for node in self.nodes().filter(|node| !node.is_data()) {
            self.admits(node, &mut admitted);
        }
        self.tags(&mut members, &mut admitted);
        self.firewalls(&members, source, rows);
        self.peerings(source, rows);
        let mut drawn = BTreeSet::new();
        for (from, to, by) in &admitted {
            let (from, to) = (self.stand_in(&members, from), self.stand_in(&members, to));
            for (one, other) in from
                .iter()
                .flat_map(|one| to.iter().map(move |other| (one, other)))
            {
                if one != other && drawn.len() < MOST_EDGES && drawn.insert((one.0, other.0)) {
                    let evidence = format!("{by} lets {} reach {}", one.1, other.1);
                    let kind = RelationKind::PermitsNet;
                    rows.relation(relation(one.0, other.0, kind, evidence, source));
                }
            }
        }
    }

    /// Members of a group, or the group itself where the document knows none.
    fn stand_in<'a>(&'a self, members: &Members<'a>, group: &'a str) -> Vec<(&'a str, &'a str)> {
        match members.get(group) {
            Some(found) if !found.is_empty() => found.iter().take(MOST_MEMBERS).copied().collect(),
            _ => self
                .nodes()
                .filter(|node| node.key() == group)
                .map(named)
                .take(1)
                .collect(),
        }
    }

    /// Who is attached to which group, also by an interface.
    fn members_of_groups(&self, seen: &Seen) -> Members<'_> {
        let mut members = Members::new();
        if seen.edges.is_empty() {
            return members;
        }
        let by_number: ByNumber<Name, Node<'_>> = self
            .nodes()
            .filter_map(|node| Some((seen.keys.number(node.key())?, node)))
            .collect();
        let mut direct: BTreeMap<&str, (Node<'_>, BTreeSet<&str>)> = BTreeMap::new();
        let mut interfaces: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
        for (from, to) in &seen.edges {
            let (Some(one), Some(other)) = (by_number.get(from), by_number.get(to)) else {
                continue;
            };
            if is_group(other.kind()) && !is_rule(one.kind()) {
                let groups = direct.entry(one.key()).or_insert((*one, BTreeSet::new()));
                groups.1.insert(other.key());
            }
            if is_interface(other.kind()) {
                interfaces
                    .entry(other.key())
                    .or_default()
                    .insert(named(*one));
            }
        }
        for (member, (node, groups)) in direct {
            if is_group(node.kind()) {
                continue;
            }
            // Of an interface the machine that has it is the member.
            let owners = interfaces.get(member).filter(|_| is_interface(node.kind()));
            let owners: Vec<(&str, &str)> = match owners {
                Some(owners) => owners.iter().copied().collect(),
                None => vec![named(node)],
            };
            for group in groups {
                members.entry(group.to_owned()).or_default().extend(&owners);
            }
        }
        members
    }

    /// The groups that a group or a rule admits to a group.
    fn admits<'a>(&'a self, node: Node<'a>, admitted: &mut Admitted<'a>) {
        let kind = node.kind();
        if !is_group(kind) && !is_rule(kind) {
            return;
        }
        let by = node.address();
        let keys = |path: &str| -> Vec<String> {
            let values = node.all(path);
            values
                .flat_map(|value| self.find(value, ""))
                .map(|target| target.key)
                .collect()
        };
        if is_group(kind) {
            for other in keys("ingress.security_groups") {
                admitted.insert((other, node.key().to_owned(), by));
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
        let direction = node.first("type").or(node.first("direction"));
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
    fn groups_needed<'a>(&'a self, node: Node<'a>) -> impl Iterator<Item = String> + 'a {
        let configs = node.dependencies().iter();
        let configs = configs.map(|config| self.texts.get(self.names.span(*config)));
        let nodes = configs.flat_map(|config| self.configured(config));
        nodes
            .filter(|node| is_group(node.kind()))
            .map(|node| node.key().to_owned())
    }

    /// Tags of Google: a firewall admits instances with one tag to those with another.
    fn tags<'a>(&'a self, members: &mut Members<'a>, admitted: &mut Admitted<'a>) {
        for node in self.nodes() {
            match node.kind() {
                "google_compute_instance" | "google_compute_instance_template" => {
                    for tag in node.all("tags") {
                        let group = format!("tag:{tag}");
                        members.entry(group).or_default().insert(named(node));
                    }
                }
                "google_compute_firewall" => {
                    let is_egress = node
                        .first("direction")
                        .is_some_and(|direction| direction.eq_ignore_ascii_case("egress"));
                    for source in node.all("source_tags").filter(|_| !is_egress) {
                        for target in node.all("target_tags") {
                            let edge = (format!("tag:{source}"), format!("tag:{target}"));
                            admitted.insert((edge.0, edge.1, node.address()));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Firewall rules of Google are attached to the instances that have a tag or service account
    /// which they name; to all of the network where they name none, or to the network itself where
    /// those are too many.
    fn firewalls(&self, members: &Members<'_>, source: &Source<'_>, rows: &mut Rows<'_>) {
        let is_rule = |node: &Node<'_>| node.kind() == "google_compute_firewall";
        if !self.nodes().any(|node| is_rule(&node)) {
            return;
        }
        let mut of_network = Members::new();
        let mut of_account: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
        let instances = self
            .nodes()
            .filter(|node| node.kind().starts_with("google_compute_instance"))
            .filter(|node| node.kind() != "google_compute_instance_group");
        for instance in instances {
            for network in instance.all("network_interface.network") {
                let network = of_network.entry(key::canonical(network)).or_default();
                network.insert(named(instance));
            }
            for account in instance.all("service_account.email") {
                of_account
                    .entry(account)
                    .or_default()
                    .insert(named(instance));
            }
        }
        let mut drawn = 0;
        for rule in self.nodes().filter(is_rule) {
            let mut found: BTreeSet<(&str, &str)> = BTreeSet::new();
            let tags = rule.all("target_tags");
            let of_tags = tags.filter_map(|tag| members.get(&format!("tag:{tag}")));
            found.extend(of_tags.flatten().copied());
            let accounts = rule.all("target_service_accounts");
            let of_accounts = accounts.filter_map(|account| of_account.get(account));
            found.extend(of_accounts.flatten().copied());
            let names_some = rule.first("target_tags").is_some()
                || rule.first("target_service_accounts").is_some();
            let network = rule.first("network").filter(|_| !names_some);
            let network = network.map(key::canonical);
            if let Some(network) = &network {
                match of_network.get(network) {
                    Some(all) if all.len() > MOST_MEMBERS => {
                        found.insert((network, key::short_name(network)));
                    }
                    all => found.extend(all.into_iter().flatten().copied()),
                }
            }
            for (member, address) in found {
                drawn += 1;
                if drawn > MOST_EDGES {
                    return;
                }
                let evidence = format!("{} is a rule for {address}", rule.address());
                let kind = RelationKind::Attached;
                rows.relation(relation(member, rule.key(), kind, evidence, source));
            }
        }
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
