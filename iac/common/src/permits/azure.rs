//! Rules of network security groups of Azure.
//!
//! learn.microsoft.com/azure/virtual-network/network-security-groups-overview, read 2026-11-29: the
//! rule with the lowest number that fits decides. What the default rules allow is not drawn.

use std::collections::{BTreeMap, BTreeSet};

use super::range::Range;
use super::{End, Permits, Side};

/// Members of one group that are looked at for the range of a rule.
const MOST_LOOKED_AT: usize = 1_000;
/// Rules of one group that deny something and are looked at: Azure lets a group have 1,000 rules.
const MOST_DENYING: usize = 1_000;

/// One side of a rule.
#[derive(Clone, Debug, Default)]
pub struct Peers {
    /// Keys of application security groups.
    pub groups: BTreeSet<String>,
    /// Ranges of addresses.
    pub ranges: BTreeSet<Range>,
    /// Names of services and whatever else stands where ranges do.
    services: BTreeSet<String>,
    /// Whether all addresses of the network are named.
    is_all: bool,
    /// First and last ports; none where all are meant.
    pub ports: Vec<(u16, u16)>,
}

/// A rule of a group.
#[derive(Clone, Debug, Default)]
pub struct Rule<'a> {
    /// The lowest number decides.
    pub priority: u32,
    /// Nothing where the document does not tell, as a plan may.
    pub is_allow: Option<bool>,
    /// Whether it is for what leaves.
    pub is_egress: bool,
    /// Protocol in lower case, or `*`.
    pub protocol: String,
    /// Who connects.
    pub from: Peers,
    /// Who answers.
    pub to: Peers,
    /// Address of the resource that holds it.
    pub by: &'a str,
}

/// Ranges of a member, by its key.
pub type RangesOf<'r> = &'r dyn Fn(&str) -> Vec<Range>;

/// Lets in and out what the rules of each group allow.
pub fn allow<'a>(
    rules: BTreeMap<String, Vec<Rule<'a>>>,
    permits: &mut Permits<'a>,
    ranges_of: RangesOf<'_>,
) {
    for (group, mut rules) in rules {
        // Of the same number, which Azure does not let happen, the one that denies counts.
        rules.sort_by_key(|rule| (rule.is_egress, rule.priority, rule.is_allow));
        let mut denying: Vec<&Rule<'_>> = Vec::new();
        for (at, rule) in rules.iter().enumerate() {
            match rule.is_allow {
                Some(true) if !denying.iter().any(|other| other.covers(rule)) => {
                    rule.allow(&group, at, permits, ranges_of);
                }
                Some(false) if denying.len() < MOST_DENYING => denying.push(rule),
                _ => {}
            }
        }
    }
}

impl<'a> Rule<'a> {
    /// Lets its sources reach its destinations: the members of the group are on the one side, on
    /// the other who has the ranges and who is in the application security groups.
    fn allow(&self, group: &str, at: usize, permits: &mut Permits<'a>, ranges_of: RangesOf<'_>) {
        let (own, others) = match self.is_egress {
            true => (&self.from, &self.to),
            false => (&self.to, &self.from),
        };
        let mut sides: Vec<Side> = Vec::new();
        sides.extend(others.groups.iter().cloned().map(Side::Group));
        let ranges = others.ranges.iter();
        sides.extend(ranges.map(|range| Side::Range((*range, None))));
        if sides.is_empty() {
            return;
        }
        let own: Vec<Side> = match own.are_all() {
            true => vec![Side::Group(group.to_owned())],
            false => {
                let mut sides: Vec<Side> = own.groups.iter().cloned().map(Side::Group).collect();
                let members = members_in(group, own, permits, ranges_of);
                let members = permits.first_of(members, self.by);
                if !members.is_empty() {
                    let name = format!("rule:{at}:{group}");
                    permits.members.insert(name.clone(), members);
                    sides.push(Side::Group(name));
                }
                sides
            }
        };
        for other in sides {
            for own in &own {
                match self.is_egress {
                    true => permits.admit(own.clone(), other.clone(), self.by),
                    false => permits.admit(other.clone(), own.clone(), self.by),
                }
            }
        }
    }
}

/// Members of a group that have one of the ranges of a rule: what lies in the range, or the subnet
/// that the range lies in.
fn members_in<'a>(
    group: &str,
    peers: &Peers,
    permits: &Permits<'a>,
    ranges_of: RangesOf<'_>,
) -> BTreeSet<End<'a>> {
    let members = permits.members.get(group).into_iter().flatten();
    let fits = |(key, _): &&End<'a>| {
        ranges_of(key).into_iter().any(|own| {
            let mut ranges = peers.ranges.iter();
            ranges.any(|range| range.contains(own) || own.contains(*range))
        })
    };
    let members = members.take(MOST_LOOKED_AT).filter(fits);
    members.copied().collect()
}

impl Peers {
    /// Takes a range, or the name of a service.
    pub fn prefix(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        if matches!(lower.as_str(), "*" | "any" | "virtualnetwork" | "0.0.0.0/0") {
            self.is_all = true;
        } else if let Some(range) = Range::parse(text) {
            self.ranges.insert(range);
        } else {
            self.services.insert(lower);
        }
    }

    /// Whether all addresses of the network are meant: where nothing tells otherwise, too.
    pub fn are_all(&self) -> bool {
        self.is_all
            || (self.groups.is_empty() && self.ranges.is_empty() && self.services.is_empty())
    }

    /// Whether all that another means is meant as well.
    fn covers(&self, other: &Self) -> bool {
        let has = |range: &Range| self.ranges.iter().any(|own| own.contains(*range));
        let is_of_all = || {
            !other.are_all()
                && other.groups.is_subset(&self.groups)
                && other.services.is_subset(&self.services)
                && other.ranges.iter().all(has)
        };
        covers_ports(&self.ports, &other.ports) && (self.are_all() || is_of_all())
    }
}

impl Rule<'_> {
    /// Whether everything that a later rule would decide on is decided by this one.
    fn covers(&self, other: &Self) -> bool {
        let is_protocol = self.protocol == "*" || self.protocol == other.protocol;
        is_protocol
            && self.is_egress == other.is_egress
            && self.from.covers(&other.from)
            && self.to.covers(&other.to)
    }
}

/// First and last of the ports `443` or `8000-8100`; nothing of `*`, which are all. What is none
/// of these is port 0, which nobody uses.
pub fn ports(text: &str) -> Option<(u16, u16)> {
    if text == "*" {
        return None;
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let port = |text: &str| text.trim().parse().unwrap_or(0);
    Some((port(first), port(last)))
}

/// Whether ports, all if none are told, hold all of others.
fn covers_ports(own: &[(u16, u16)], others: &[(u16, u16)]) -> bool {
    let is_held = |(first, last): &(u16, u16)| {
        let mut own = own.iter();
        own.any(|(start, end)| start <= first && last <= end)
    };
    own.is_empty() || (!others.is_empty() && others.iter().all(is_held))
}
