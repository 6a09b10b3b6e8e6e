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

use nepho_core::key;

pub use range::{Networks, Range, Within};

/// Members of one group that are joined with others; of more, the first ones.
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
}

impl<'a> Permits<'a> {
    /// Takes note that one side may reach another, as the rule `by` says.
    pub fn admit(&mut self, from: Side, to: Side, by: &'a str) {
        if from != to && self.admitted.len() < MOST_PERMITS {
            self.admitted.insert((from, to, by));
        }
    }

    /// Whether a rule has a range of addresses.
    pub fn has_ranges(&self) -> bool {
        self.admitted.iter().any(has_range)
    }

    /// Edges for what is permitted, once for each two ends: what groups tell before what ranges do.
    pub fn draw(&self, look: &dyn Look<'a>, tell: &mut dyn FnMut(Permit<'a>)) {
        let (ranges, groups): (Vec<_>, Vec<_>) = self
            .admitted
            .iter()
            .partition(|admitted| has_range(admitted));
        let mut drawn = BTreeSet::new();
        for (from, to, by) in groups.into_iter().chain(ranges) {
            let (from, to) = (self.stand_in(look, from), self.stand_in(look, to));
            let pairs = from
                .iter()
                .flat_map(|one| to.iter().map(move |other| (one, other)));
            for ((one, share), (other, other_share)) in pairs {
                if drawn.len() >= MOST_EDGES {
                    return;
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
    }

    /// Members of a group, or the group itself where the document knows none; whatever has a range.
    fn stand_in(&self, look: &dyn Look<'a>, side: &Side) -> Vec<(End<'a>, f64)> {
        let group = match side {
            Side::Group(group) => group,
            Side::Range(within) => {
                let mut found = look.in_range(within);
                found.truncate(MOST_MEMBERS);
                return found;
            }
        };
        match self.members.get(group) {
            Some(found) if !found.is_empty() => {
                let found = found.iter().take(MOST_MEMBERS);
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
