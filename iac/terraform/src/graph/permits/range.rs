//! Ranges of addresses in rules, and the networks and machines of the document that have them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use nepho_core::key;

use super::{End, Owners, is_interface, named};
use crate::graph::Graph;
use crate::graph::node::Node;

/// Types that have ranges, with the attributes that hold these and the network which they lie in.
/// The latter is empty for what is no part of another.
const NETWORKS: [(&str, &[&str], &str); 7] = [
    ("aws_subnet", &["cidr_block", "ipv6_cidr_block"], "vpc_id"),
    (
        "aws_default_subnet",
        &["cidr_block", "ipv6_cidr_block"],
        "vpc_id",
    ),
    ("aws_vpc", &["cidr_block", "ipv6_cidr_block"], ""),
    ("aws_default_vpc", &["cidr_block", "ipv6_cidr_block"], ""),
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

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Range {
    is_v6: bool,
    /// The first address.
    first: u128,
    /// How many bits are the same.
    length: u32,
}

impl Range {
    /// The range `10.0.1.0/24`, or that of an address alone; `None` of all addresses, which says
    /// nothing, and of what is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let (is_v6, bits, whole) = match address.parse::<IpAddr>().ok()? {
            IpAddr::V4(address) => (false, u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (true, u128::from(address), 128),
        };
        let length = length.unwrap_or(whole);
        if length == 0 || length > whole {
            return None;
        }
        let rest = whole - length;
        let first = bits.checked_shr(rest)?.checked_shl(rest)?;
        Some(Self {
            is_v6,
            first,
            length,
        })
    }

    /// Whether it holds all of another.
    pub(super) fn contains(self, other: Self) -> bool {
        let whole = if self.is_v6 { 128 } else { 32 };
        let rest: u32 = whole - self.length;
        self.is_v6 == other.is_v6
            && self.length <= other.length
            && self.first.checked_shr(rest) == other.first.checked_shr(rest)
    }

    /// The address, if it is one alone.
    fn address(self) -> Option<IpAddr> {
        match (self.is_v6, self.length) {
            (false, 32) => Some(IpAddr::V4(u32::try_from(self.first).ok()?.into())),
            (true, 128) => Some(IpAddr::V6(self.first.into())),
            _ => None,
        }
    }
}

/// A range in a rule, and the network that the rule is for as far as it tells.
pub(super) type Within = (Range, Option<String>);

/// Networks of the document by range and the one that they lie in.
pub(super) type Networks<'a> = BTreeMap<(Range, Option<String>), BTreeSet<End<'a>>>;

impl Graph {
    /// Networks and their parts that have ranges.
    pub(super) fn networks(&self) -> Networks<'_> {
        let mut networks = Networks::new();
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
                let known = networks.entry((range, network.clone())).or_default();
                known.insert(named(node));
            }
        }
        networks
    }

    /// What has a range: parts of networks, those of the network of the rule before others, or a
    /// machine with this one address.
    pub(super) fn in_range<'a>(
        &'a self,
        networks: &Networks<'a>,
        owners: &Owners<'a>,
        within: &Within,
    ) -> BTreeSet<End<'a>> {
        let (range, network) = within;
        if let Some(address) = range.address() {
            return self.with_address(&address.to_string(), owners);
        }
        let of_network = networks.get(within).filter(|_| network.is_some());
        if let Some(own) = of_network {
            return own.iter().take(MOST_ALIKE).copied().collect();
        }
        let known = networks.range((*range, None)..);
        let known = known.take_while(|((other, _), _)| other == range);
        let all = known.flat_map(|(_, ends)| ends);
        all.take(MOST_ALIKE).copied().collect()
    }

    /// Machines with an address; an interface or the address itself where no machine is told.
    fn with_address<'a>(&'a self, address: &str, owners: &Owners<'a>) -> BTreeSet<End<'a>> {
        let mut best = 0;
        let mut found = BTreeSet::new();
        let called = self.called(address).filter(Node::is_shown);
        for node in called.take(MOST_ALIKE) {
            let owner = owners.get(node.key());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_the_same_in_any_spelling() {
        let same = |one: &str, other: &str| {
            assert!(Range::parse(one).is_some(), "{one}");
            assert_eq!(Range::parse(one), Range::parse(other), "{one}");
        };
        same("10.0.1.7/24", "10.0.1.0/24");
        same("10.0.1.7", "10.0.1.7/32");
        same("2001:DB8::1", "2001:db8:0::1/128");
        same("2001:db8::5/64", "2001:db8::/64");
        for text in [
            "0.0.0.0/0",
            "::/0",
            "10.0.0.0/33",
            "10.0.0.0/x",
            "VirtualNetwork",
            "",
        ] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_holds_smaller_ones() {
        let holds = |one: &str, other: &str| {
            let ranges = [Range::parse(one), Range::parse(other)];
            matches!(ranges, [Some(one), Some(other)] if one.contains(other))
        };
        assert!(holds("10.0.0.0/16", "10.0.1.0/24"));
        assert!(holds("10.0.0.0/16", "10.0.0.0/16"));
        assert!(holds("10.0.0.4", "10.0.0.4/32"));
        assert!(!holds("10.0.1.0/24", "10.0.0.0/16"));
        assert!(!holds("10.0.0.0/16", "10.1.0.0/24"));
        assert!(!holds("::/1", "10.0.0.0/16"));
    }
}
