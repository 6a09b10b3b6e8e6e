//! What network rules let reach what.
//!
//! A group that admits another lets every member of the other reach every member of its own. Groups
//! stand between the two, so that the edge runs from whoever connects to whoever answers. A group
//! without a member in the document stands for the members that others know. A range of addresses
//! stands for the networks, or the machine, of the document that have it or lie in it, and for
//! nothing else; all addresses (`0.0.0.0/0`) say nothing.

pub mod azure;
pub mod google;
pub mod plain;
mod range;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use nepho_core::key;

pub use range::{Networks, Range, Within};

/// Members of one group that are joined with others; of more, the first ones. Rules of which not
/// all is drawn are counted.
pub const MOST_MEMBERS: usize = 32;
/// Edges of one document.
pub const MOST_EDGES: usize = 20_000;
/// Pairs of groups of one document.
const MOST_PERMITS: usize = 50_000;
/// A rule permits, though something else may still be in the way.
pub const CONFIDENCE: f64 = 0.8;

/// Key and label of an end of an edge.
pub type End<'a> = (&'a str, &'a str);
/// A group, and whoever is in it.
pub type Members<'a> = BTreeMap<String, BTreeSet<End<'a>>>;
/// Machines by the interfaces that they have.
pub type Owners<'a> = BTreeMap<&'a str, BTreeSet<End<'a>>>;

/// An end of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// A group by its key, or what stands for one.
    Group(String),
    /// A range of addresses.
    Range(Within),
}

impl Side {
    /// The group, if it is one.
    pub fn into_group(self) -> Option<String> {
        match self {
            Self::Group(group) => Some(group),
            Self::Range(_) => None,
        }
    }

    /// A range; `None` of all addresses, which says nothing.
    pub fn range(text: &str, network: Option<&str>) -> Option<Self> {
        let network = network.map(key::canonical);
        Some(Self::Range((Range::parse(text)?, network)))
    }
}

/// What a document knows of the ends of rules.
pub trait Look<'a> {
    /// What has a range, and how sure each is.
    fn in_range(&self, within: &Within) -> Vec<(End<'a>, f64)>;
    /// The group itself, where the document has it.
    fn group(&self, key: &str) -> Option<End<'a>>;
}

/// What one thing lets reach what.
#[derive(Clone, Debug, PartialEq)]
pub struct Permit<'a> {
    /// Who connects.
    pub from: &'a str,
    /// Who answers.
    pub to: &'a str,
    /// How sure it is.
    pub confidence: f64,
    /// What shows it.
    pub evidence: String,
}

/// What rules of a document permit.
#[derive(Default)]
pub struct Permits<'a> {
    /// Who is in which group.
    pub members: Members<'a>,
    /// Who has which interface.
    pub owners: Owners<'a>,
    /// Who may reach whom, and the address of the rule.
    admitted: BTreeSet<(Side, Side, &'a str)>,
    /// Addresses of rules of which not all is kept.
    cut: BTreeSet<&'a str>,
}

impl fmt::Debug for Permits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permits").finish_non_exhaustive()
    }
}

impl<'a> Permits<'a> {
    /// Takes note that one side may reach another, as the rule `by` says.
    pub fn admit(&mut self, from: Side, to: Side, by: &'a str) {
        if from == to {
            return;
        }
        match self.admitted.len() < MOST_PERMITS {
            true => drop(self.admitted.insert((from, to, by))),
            false => self.cut(by),
        }
    }

    /// Takes note that not all of the rule `by` is drawn.
    pub fn cut(&mut self, by: &'a str) {
        self.cut.insert(by);
    }

    /// Members that are joined with others as the rule `by` says: of more, the first ones.
    pub fn first_of(
        &mut self,
        members: impl IntoIterator<Item = End<'a>>,
        by: &'a str,
    ) -> BTreeSet<End<'a>> {
        let mut members = members.into_iter();
        let first = members.by_ref().take(MOST_MEMBERS).collect();
        if members.next().is_some() {
            self.cut(by);
        }
        first
    }

    /// Whether a rule has a range of addresses.
    pub fn has_ranges(&self) -> bool {
        self.admitted.iter().any(has_range)
    }

    /// Edges for what is permitted, once for each two ends: what groups tell before what ranges do.
    /// Gives the number of rules of which not all is drawn, and warns of them.
    pub fn draw(&self, look: &dyn Look<'a>, uri: &str, tell: &mut dyn FnMut(Permit<'a>)) -> usize {
        let mut cut = self.cut.clone();
        let (ranges, groups): (Vec<_>, Vec<_>) = self
            .admitted
            .iter()
            .partition(|admitted| has_range(admitted));
        let mut drawn = BTreeSet::new();
        for (from, to, by) in groups.into_iter().chain(ranges) {
            if drawn.len() >= MOST_EDGES {
                cut.insert(by);
                continue;
            }
            let (from, to) = (self.stand_in(look, from), self.stand_in(look, to));
            if from.len() > MOST_MEMBERS || to.len() > MOST_MEMBERS {
                cut.insert(by);
            }
            let (from, to) = (from.iter().take(MOST_MEMBERS), to.iter().take(MOST_MEMBERS));
            let pairs = from.flat_map(|one| to.clone().map(move |other| (one, other)));
            for ((one, share), (other, other_share)) in pairs {
                if drawn.len() >= MOST_EDGES {
                    cut.insert(by);
                    break;
                }
                if one.0 != other.0 && drawn.insert((one.0, other.0)) {
                    tell(Permit {
                        from: one.0,
                        to: other.0,
                        confidence: CONFIDENCE * share * other_share,
                        evidence: format!("{by} lets {} reach {}", one.1, other.1),
                    });
                }
            }
        }
        if !cut.is_empty() {
            let rules = cut.len();
            tracing::warn!(rules, uri, "not all that network rules permit is drawn");
        }
        cut.len()
    }

    /// Members of a group, or the group itself where the document knows none; whatever has a range:
    /// one more than are joined, if there are more.
    fn stand_in(&self, look: &dyn Look<'a>, side: &Side) -> Vec<(End<'a>, f64)> {
        let group = match side {
            Side::Group(group) => group,
            Side::Range(within) => return look.in_range(within),
        };
        match self.members.get(group) {
            Some(found) if !found.is_empty() => {
                let found = found.iter().take(MOST_MEMBERS + 1);
                found.map(|member| (*member, 1.0)).collect()
            }
            _ => look
                .group(group)
                .map(|end| (end, 1.0))
                .into_iter()
                .collect(),
        }
    }
}

fn has_range((from, to, _): &(Side, Side, &str)) -> bool {
    [from, to].iter().any(|side| matches!(side, Side::Range(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    impl<'a> Look<'a> for Nothing {
        fn in_range(&self, _: &Within) -> Vec<(End<'a>, f64)> {
            Vec::new()
        }

        fn group(&self, _: &str) -> Option<End<'a>> {
            None
        }
    }

    /// Edges, and rules that are cut, where groups have so many members.
    fn drawn(members: usize, groups: usize) -> (usize, usize) {
        let names: Vec<String> = (0..groups * members).map(|name| name.to_string()).collect();
        let rules: Vec<String> = (1..groups).map(|group| format!("rule {group}")).collect();
        let mut permits = Permits::default();
        for (group, names) in names.chunks(members).enumerate() {
            let ends = names.iter().map(|name| (&**name, &**name));
            permits.members.insert(group.to_string(), ends.collect());
        }
        for (group, rule) in rules.iter().enumerate() {
            let side = |group: usize| Side::Group(group.to_string());
            permits.admit(side(group), side(group + 1), rule);
        }
        let mut edges = 0;
        let cut = permits.draw(&Nothing, "d", &mut |_| edges += 1);
        (edges, cut)
    }

    #[test]
    fn rules_of_which_not_all_is_drawn_are_counted() {
        assert_eq!(drawn(MOST_MEMBERS, 2), (MOST_MEMBERS * MOST_MEMBERS, 0));
        assert_eq!(drawn(MOST_MEMBERS + 1, 2), (MOST_MEMBERS * MOST_MEMBERS, 1));
        // 19 rules have 1,024 edges each, and the next 544.
        assert_eq!(drawn(MOST_MEMBERS, 31), (MOST_EDGES, 11));
        let mut permits = Permits::default();
        let end = |name| (name, name);
        let all = ["a"; MOST_MEMBERS].map(end);
        permits.first_of(all, "rule");
        assert_eq!(permits.draw(&Nothing, "d", &mut |_| {}), 0);
        permits.first_of(all.into_iter().chain([end("b")]), "rule");
        assert_eq!(permits.draw(&Nothing, "d", &mut |_| {}), 1);
    }
}
