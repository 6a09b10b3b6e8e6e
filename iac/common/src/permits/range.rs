//! Ranges of addresses, and who of a document has them.

use std::collections::{BTreeMap, BTreeSet};

pub use nepho_core::range::Range;

/// So many with the same range, or within it, are looked at.
const MOST_ALIKE: usize = 256;

/// A range in a rule, and the network that the rule is for as far as it tells.
pub type Within = (Range, Option<String>);

/// Networks by their ranges.
type Ranges<E> = BTreeMap<Range, BTreeSet<E>>;

/// Networks of a document, and their parts.
#[derive(Debug)]
pub struct Networks<E> {
    all: Ranges<E>,
    /// By the network that they lie in or are.
    of: BTreeMap<String, Ranges<E>>,
}

impl<E> Default for Networks<E> {
    fn default() -> Self {
        Self {
            all: BTreeMap::new(),
            of: BTreeMap::new(),
        }
    }
}

impl<E: Copy + Ord> Networks<E> {
    /// Takes what has a range, and the network that it lies in or is.
    pub fn add(&mut self, range: Range, network: Option<String>, end: E) {
        if let Some(network) = network {
            let own = self.of.entry(network).or_default();
            own.entry(range).or_default().insert(end);
        }
        self.all.entry(range).or_default().insert(end);
    }

    /// What has a range, or, if nothing has, the widest that lie in it: of the network of the rule,
    /// or, if this has neither, of all. And how sure each is: of several with the same range one is
    /// meant.
    pub fn within(&self, (range, network): &Within) -> Vec<(E, f64)> {
        let own = network.as_ref().and_then(|network| self.of.get(network));
        let own = own.map(|own| meant(own, *range)).unwrap_or_default();
        match own.is_empty() {
            true => meant(&self.all, *range),
            false => own,
        }
    }
}

/// What has a range, or the widest that lie in it.
fn meant<E: Copy + Ord>(known: &Ranges<E>, range: Range) -> Vec<(E, f64)> {
    if let Some(same) = known.get(&range) {
        return shared(same);
    }
    let mut found = Vec::new();
    let mut from = range;
    // Of those that begin alike the widest comes first.
    while let Some((widest, ends)) = known.range(from..).next() {
        if !range.contains(*widest) || found.len() >= MOST_ALIKE {
            break;
        }
        found.extend(shared(ends));
        match widest.next() {
            Some(next) => from = next,
            None => break,
        }
    }
    found
}

fn shared<E: Copy>(ends: &BTreeSet<E>) -> Vec<(E, f64)> {
    let share = 1.0 / u32::try_from(ends.len()).map_or(f64::MAX, f64::from);
    let ends = ends.iter().take(MOST_ALIKE);
    ends.map(|end| (*end, share)).collect()
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

    #[test]
    fn parts_of_the_own_network_go_before_equal_ranges_of_others() {
        let mut networks = Networks::default();
        let mut add = |range: &str, network: &str, end| {
            let network = Some(network.to_owned());
            networks.add(Range::parse(range).unwrap(), network, end);
        };
        add("10.0.0.0/16", "vpc-2", "equal");
        add("10.0.1.0/24", "vpc-1", "own");
        let of = |network: &str| {
            let range = Range::parse("10.0.0.0/16").unwrap();
            networks.within(&(range, Some(network.to_owned())))
        };
        assert_eq!(of("vpc-1"), [("own", 1.0)]);
        assert_eq!(of("vpc-2"), [("equal", 1.0)]);
        assert_eq!(of("vpc-3"), [("equal", 1.0)]);
    }

    #[test]
    fn parts_of_others_do_not_hide_those_of_the_own_network() {
        let mut networks = Networks::default();
        let other = Some("vpc-1".to_owned());
        for number in 0..300 {
            let text = format!("10.{}.{}.0/24", number / 200, number % 200);
            let range = Range::parse(&text).unwrap();
            networks.add(range, other.clone(), "other");
            networks.add(
                Range::parse(&text.replace("/24", "/25")).unwrap(),
                other.clone(),
                "part",
            );
        }
        let own = Some("vpc-2".to_owned());
        networks.add(Range::parse("10.200.0.0/24").unwrap(), own.clone(), "own");
        let wide = Range::parse("10.0.0.0/8").unwrap();
        assert_eq!(networks.within(&(wide, own)), [("own", 1.0)]);
        let found = networks.within(&(wide, None));
        assert_eq!(found.len(), MOST_ALIKE);
        assert!(found.iter().all(|(end, _)| *end == "other"));
        let last = Range::parse("ffff::/16").unwrap();
        networks.add(last, None, "last");
        let all = Range::parse("8000::/1").unwrap();
        assert_eq!(networks.within(&(all, None)), [("last", 1.0)]);
    }
}
