//! Ranges of addresses in rules, and the networks and machines of the document that have them.

use std::collections::BTreeSet;

use nepho_core::key;

use nepho_iac_common::permits::{End, Networks, Range, Within};

use super::{Document, is_interface, named};
use crate::graph::Graph;
use crate::graph::node::Node;

/// Types that have ranges, with the attributes that hold these and the network which they lie in.
/// The latter is its id for what is no part of another, and empty where no rule names it.
const NETWORKS: [(&str, &[&str], &str); 7] = [
    ("aws_subnet", &["cidr_block", "ipv6_cidr_block"], "vpc_id"),
    (
        "aws_default_subnet",
        &["cidr_block", "ipv6_cidr_block"],
        "vpc_id",
    ),
    ("aws_vpc", &["cidr_block", "ipv6_cidr_block"], "id"),
    ("aws_default_vpc", &["cidr_block", "ipv6_cidr_block"], "id"),
    (
        "azurerm_subnet",
        &["address_prefixes", "address_prefix"],
        "",
    ),
    ("azurerm_virtual_network", &["address_space"], ""),
    (
        "google_compute_subnetwork",
        &["ip_cidr_range", "secondary_ip_range.ip_cidr_range"],
        "network",
    ),
];

/// So many with the same range are looked at.
const MOST_ALIKE: usize = 256;

/// Attributes that are read for this.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    NETWORKS
        .iter()
        .flat_map(|(_, paths, _)| paths.iter().copied())
}

impl Graph {
    /// Networks and their parts that have ranges.
    pub(super) fn networks(&self) -> Networks<End<'_>> {
        let mut networks = Networks::default();
        for node in self.nodes().filter(Node::is_shown) {
            let row = NETWORKS.iter().find(|(kind, _, _)| *kind == node.kind());
            let Some((_, paths, network)) = row else {
                continue;
            };
            let network = match *network {
                "" => None,
                path => node.first(path).map(key::canonical),
            };
            let values = paths.iter().flat_map(|path| node.all(path));
            for range in values.filter_map(Range::parse) {
                networks.add(range, network.clone(), named(node));
            }
        }
        networks
    }
}

impl<'a> Document<'a, '_> {
    /// What has a range: parts of networks, or a machine with this one address.
    pub(super) fn with_range(&self, within: &Within) -> Vec<(End<'a>, f64)> {
        let Some(address) = within.0.address() else {
            return self.networks.within(within);
        };
        let found = self.with_address(&address.to_string());
        let share = 1.0 / u32::try_from(found.len()).map_or(f64::MAX, f64::from);
        found.into_iter().map(|end| (end, share)).collect()
    }

    /// Machines with an address; an interface or the address itself where no machine is told.
    fn with_address(&self, address: &str) -> BTreeSet<End<'a>> {
        let mut best = 0;
        let mut found = BTreeSet::new();
        let called = self.graph.called(address).filter(Node::is_shown);
        for node in called.take(MOST_ALIKE) {
            let owner = self.owners.get(node.key());
            let owner = owner.filter(|_| is_interface(node.kind()));
            let rank = match node.kind() {
                _ if owner.is_some() => 3,
                "aws_eip" | "azurerm_public_ip" | "google_compute_address" => 1,
                kind if is_interface(kind) => 2,
                _ => 3,
            };
            if rank < best {
                continue;
            }
            if rank > best {
                found.clear();
                best = rank;
            }
            match owner {
                Some(owners) => found.extend(owners.iter().copied()),
                None => {
                    found.insert(named(node));
                }
            }
        }
        found
    }
}
