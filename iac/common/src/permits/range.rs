//! Ranges of addresses, and who of a document has them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// So many with the same range, or within it, are looked at.
const MOST_ALIKE: usize = 256;

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    is_v6: bool,
    /// The first address.
    first: u128,
    /// How many bits are the same.
    length: u32,
}

impl Range {
    /// The range `10.0.1.0/24`, or that of an address alone; `None` of all addresses, which says
    /// nothing, and of what is none.
    pub fn parse(text: &str) -> Option<Self> {
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
    pub fn contains(self, other: Self) -> bool {
        let whole = if self.is_v6 { 128 } else { 32 };
        let rest: u32 = whole - self.length;
        self.is_v6 == other.is_v6
            && self.length <= other.length
            && self.first.checked_shr(rest) == other.first.checked_shr(rest)
    }

    /// The address, if it is one alone.
    pub fn address(self) -> Option<IpAddr> {
        match (self.is_v6, self.length) {
            (false, 32) => Some(IpAddr::V4(u32::try_from(self.first).ok()?.into())),
            (true, 128) => Some(IpAddr::V6(self.first.into())),
            _ => None,
        }
    }
}

/// A range in a rule, and the network that the rule is for as far as it tells.
pub type Within = (Range, Option<String>);

/// Networks of a document by range and the one that they lie in.
#[derive(Debug)]
pub struct Networks<E>(BTreeMap<Within, BTreeSet<E>>);

impl<E> Default for Networks<E> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<E: Copy + Ord> Networks<E> {
    /// Takes a network that has a range, and the one which it lies in.
    pub fn add(&mut self, range: Range, network: Option<String>, end: E) {
        self.0.entry((range, network)).or_default().insert(end);
    }

    /// What has a range, or, if nothing has, the widest that lie in it: those of the network of the
    /// rule before others. And how sure each is: of several with the same range one is meant.
    pub fn within(&self, within: &Within) -> Vec<(E, f64)> {
        let (range, network) = within;
        let of_network = self.0.get(within).filter(|_| network.is_some());
        if let Some(own) = of_network {
            return shared(own.iter().take(MOST_ALIKE).copied().collect());
        }
        let known = self.0.range((*range, None)..);
        let known = known.take_while(|((other, _), _)| other == range);
        let same: BTreeSet<E> = known
            .flat_map(|(_, ends)| ends)
            .take(MOST_ALIKE)
            .copied()
            .collect();
        if !same.is_empty() {
            return shared(same);
        }
        let own = self.inside(*range, |other| network.is_some() && other == network);
        match own.is_empty() {
            true => self.inside(*range, |_| true),
            false => own,
        }
    }

    /// The widest networks in a range.
    fn inside(&self, range: Range, fits: impl Fn(&Option<String>) -> bool) -> Vec<(E, f64)> {
        // Of those that begin alike the widest comes first.
        let known = self.0.range((range, None)..);
        let known = known.take_while(|((other, _), _)| range.contains(*other));
        let mut widest: BTreeMap<Range, BTreeSet<E>> = BTreeMap::new();
        let mut last: Option<Range> = None;
        for ((other, network), ends) in known.take(MOST_ALIKE) {
            let is_part = last.is_some_and(|last| last != *other && last.contains(*other));
            if !is_part && fits(network) {
                last = Some(*other);
                widest.entry(*other).or_default().extend(ends);
            }
        }
        widest.into_values().flat_map(shared).collect()
    }
}

fn shared<E>(ends: BTreeSet<E>) -> Vec<(E, f64)> {
    let share = 1.0 / u32::try_from(ends.len()).map_or(f64::MAX, f64::from);
    ends.into_iter().map(|end| (end, share)).collect()
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

    #[test]
    fn a_wider_range_is_that_of_the_networks_in_it() {
        let mut networks = Networks::default();
        let mut add = |range: &str, network: &str, end| {
            let network = Some(network.to_owned());
            networks.add(Range::parse(range).unwrap(), network, end);
        };
        add("10.0.1.0/24", "vpc-1", "a");
        add("10.0.2.0/24", "vpc-1", "b");
        add("10.0.2.0/25", "vpc-1", "part of b");
        add("10.0.2.0/24", "vpc-2", "c");
        add("10.1.0.0/24", "vpc-1", "elsewhere");
        let within = |range: &str, network: Option<&str>| {
            let range = Range::parse(range).unwrap();
            networks.within(&(range, network.map(str::to_owned)))
        };
        assert_eq!(
            within("10.0.0.0/16", Some("vpc-1")),
            [("a", 1.0), ("b", 1.0)]
        );
        assert_eq!(
            within("10.0.0.0/16", None),
            [("a", 1.0), ("b", 0.5), ("c", 0.5)]
        );
        assert_eq!(within("10.0.2.0/24", Some("vpc-2")), [("c", 1.0)]);
        assert_eq!(within("192.168.0.0/16", None), []);
    }
}
