//! How far the clocks of the sources are apart, from requests that several of them saw succeed.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::findings::{ClockOffset, Details, Finding, FindingKind, Urgency};
use nepho_core::time::NANOS;

use crate::observe::Observer;
use crate::observe::domains::Domain;
use crate::words;

/// Common requests that an estimate needs.
const PAIRS: usize = 5;
/// Offsets below this are latency, not clocks: 1 second. Longer latencies of requests that
/// succeed scatter, which [`SPREADS`] tells; timeouts do not, so that requests that fail are left
/// out ([`crate::observe::pairs`]).
const SMALLEST: i64 = NANOS;
/// An offset counts if it is this many times the spread of the differences.
const SPREADS: i64 = 3;
/// Tolerance for the order of two events when nothing is known of a clock.
const UNKNOWN: i64 = 2 * NANOS;

/// Correction of one clock domain.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Correction {
    /// How far the clock is ahead, to be subtracted from its times. Zero when it is not corrected.
    pub ahead: i64,
    /// What was measured, corrected or not.
    pub measured: i64,
    /// Median distance of the differences from their median.
    pub spread: i64,
    /// Common requests.
    pub pairs: usize,
    /// Domain whose clock is taken as true; `None` for a domain that is one, or that nothing ties
    /// to others.
    pub reference: Option<u32>,
}

/// Corrections of all clock domains.
#[derive(Debug, Default)]
pub(crate) struct Clocks {
    corrections: Vec<Correction>,
    // Domains with a common root have clocks that can be compared.
    roots: Vec<u32>,
}

/// Difference between two domains.
struct Edge {
    difference: i64,
    spread: i64,
    pairs: usize,
}

impl Clocks {
    /// Estimates the clocks of all domains.
    ///
    /// The difference of two domains is the median over their common requests. From the domain with
    /// the first name, the tree of most common requests reaches the others; each domain that it
    /// does not reach starts one anew. Within a tree the clock that most domains share is taken as
    /// true. How many rows a domain has tells nothing of its clock: half of them must lead to the
    /// same choice.
    pub(crate) fn estimate(observer: &Observer) -> Self {
        let list = observer.domains.list();
        let edges = edges(observer);
        let mut neighbors: BTreeMap<u32, Vec<(u32, &Edge, i64)>> = BTreeMap::new();
        for ((first, second), edge) in &edges {
            neighbors
                .entry(*first)
                .or_default()
                .push((*second, edge, 1));
            neighbors
                .entry(*second)
                .or_default()
                .push((*first, edge, -1));
        }
        let mut clocks = Self {
            corrections: vec![
                Correction {
                    ahead: 0,
                    measured: 0,
                    spread: 0,
                    pairs: 0,
                    reference: None
                };
                list.len()
            ],
            roots: (0..u32::try_from(list.len()).unwrap_or(u32::MAX)).collect(),
        };
        let mut order: Vec<u32> = clocks.roots.clone();
        order.sort_by_key(|id| &list[*id as usize].name);
        let mut reached = BTreeSet::new();
        for root in order {
            if reached.insert(root) {
                let before = reached.clone();
                clocks.span(root, list, &neighbors, &mut reached);
                let members: Vec<u32> =
                    reached.difference(&before).copied().chain([root]).collect();
                clocks.agree(&members, |id| {
                    let domain = &list[id as usize];
                    (domain.is_cloud, std::cmp::Reverse(domain.name.as_str()))
                });
            }
        }
        clocks
    }

    fn span(
        &mut self,
        root: u32,
        list: &[Domain],
        neighbors: &BTreeMap<u32, Vec<(u32, &Edge, i64)>>,
        reached: &mut BTreeSet<u32>,
    ) {
        // The edge with most requests first; the names make the order of equal ones definite.
        let mut front = BTreeSet::new();
        let add = |from: u32, front: &mut BTreeSet<_>| {
            for (to, edge, _) in neighbors.get(&from).into_iter().flatten() {
                let mut named =
                    [from, *to].map(|id| list.get(id as usize).map_or("", |one| &one.name));
                // One from either side, so that the tree is the same from every root.
                named.sort_unstable();
                front.insert((edge.pairs, std::cmp::Reverse(named), [from, *to]));
            }
        };
        add(root, &mut front);
        while let Some((_, _, [from, to])) = front.pop_last() {
            if !reached.insert(to) {
                continue;
            }
            let Some((_, edge, sign)) = neighbors
                .get(&from)
                .and_then(|list| list.iter().find(|(other, _, _)| *other == to))
            else {
                continue;
            };
            let base = self.corrections[from as usize].clone();
            let difference = edge.difference.saturating_mul(*sign);
            let counts =
                difference.saturating_abs() > SMALLEST.max(edge.spread.saturating_mul(SPREADS));
            self.corrections[to as usize] = Correction {
                ahead: base
                    .ahead
                    .saturating_add(if counts { difference } else { 0 }),
                measured: base.ahead.saturating_add(difference),
                spread: edge.spread.max(base.spread),
                pairs: edge.pairs,
                reference: Some(root),
            };
            self.roots[to as usize] = root;
            add(to, &mut front);
        }
    }

    /// Takes as true the clock that most domains share; of several such the one in the middle, and
    /// then that of the domain with the highest rank.
    fn agree<R: Ord>(&mut self, members: &[u32], rank: impl Fn(u32) -> R) {
        let ahead = |id: u32, clocks: &Self| clocks.corrections[id as usize].ahead;
        let share = |id: u32| {
            let near = |other: &&u32| {
                ahead(**other, self)
                    .saturating_sub(ahead(id, self))
                    .saturating_abs()
                    <= SMALLEST
            };
            members.iter().filter(near).count()
        };
        let mut clocks: Vec<i64> = members.iter().map(|id| ahead(*id, self)).collect();
        clocks.sort_unstable();
        let last = members.len().saturating_sub(1);
        let middle = [last / 2, last.div_ceil(2)].map(|at| clocks.get(at).copied().unwrap_or(0));
        let from_middle = |id: u32| {
            let clock = ahead(id, self);
            let distance = clock.abs_diff(clock.clamp(middle[0], middle[1]));
            distance.saturating_sub(SMALLEST.unsigned_abs())
        };
        let Some(truth) = members
            .iter()
            .copied()
            .max_by_key(|id| (share(*id), std::cmp::Reverse(from_middle(*id)), rank(*id)))
        else {
            return;
        };
        let offset = ahead(truth, self);
        let pairs = self.corrections[truth as usize].pairs;
        for id in members {
            let correction = &mut self.corrections[*id as usize];
            correction.ahead = correction.ahead.saturating_sub(offset);
            correction.measured = correction.measured.saturating_sub(offset);
            // Two that are off from the old root by the same are not off from each other.
            if correction.ahead.saturating_abs() <= SMALLEST {
                correction.ahead = 0;
            }
            // What the old root shares with the new one was counted on the way here.
            if correction.pairs == 0 {
                correction.pairs = pairs;
            }
            correction.reference = (*id != truth && members.len() > 1).then_some(truth);
        }
    }

    /// How far a domain's clock is ahead, in nanoseconds.
    pub(crate) fn ahead(&self, domain: u32) -> i64 {
        self.corrections
            .get(domain as usize)
            .map_or(0, |correction| correction.ahead)
    }

    /// Error that is left in the clock of a domain, in nanoseconds.
    pub(crate) fn tolerance(&self, domain: u32) -> i64 {
        match self.corrections.get(domain as usize) {
            Some(correction) if correction.reference.is_some() => UNKNOWN
                .max(correction.spread.saturating_mul(SPREADS))
                .min(10 * NANOS),
            _ => UNKNOWN,
        }
    }

    /// Whether the clocks of two domains were compared with each other.
    pub(crate) fn are_comparable(&self, first: u32, second: u32) -> bool {
        first == second || self.roots.get(first as usize) == self.roots.get(second as usize)
    }

    /// Corrections in sentences.
    pub(crate) fn sentences(&self, observer: &Observer) -> Vec<String> {
        let corrected = self
            .findings(observer)
            .into_iter()
            .filter(|finding| matches!(&finding.details, Details::Clock(offset) if offset.applied));
        corrected
            .map(|finding| format!("The {}; its times are corrected.", finding.title))
            .collect()
    }

    /// Findings on clocks that are off, or seem to be.
    pub(crate) fn findings(&self, observer: &Observer) -> Vec<Finding> {
        let name = |id: u32| {
            observer
                .domains
                .list()
                .get(id as usize)
                .map_or("", |domain| domain.name.as_str())
        };
        let mut findings = Vec::new();
        for (id, correction) in (0_u32..).zip(&self.corrections) {
            let Some(reference) = correction.reference else {
                continue;
            };
            if correction.ahead == 0 && correction.measured.saturating_abs() <= SMALLEST {
                continue;
            }
            findings.push(finding(correction, name(id), name(reference)));
        }
        findings.sort_by(|first, second| first.id.cmp(&second.id));
        findings
    }
}

fn edges(observer: &Observer) -> BTreeMap<(u32, u32), Edge> {
    let mut edges = BTreeMap::new();
    for (domains, differences) in observer.pairs.differences() {
        if differences.len() < PAIRS {
            continue;
        }
        let difference = median(&differences);
        let mut distances: Vec<i64> = differences
            .iter()
            .map(|value| value.saturating_sub(difference).saturating_abs())
            .collect();
        distances.sort_unstable();
        let edge = Edge {
            difference,
            spread: median(&distances),
            pairs: differences.len(),
        };
        edges.insert(domains, edge);
    }
    edges
}

/// Middle value of a sorted list, between the two of a list of even length, so that it only changes
/// its sign with the values; zero for an empty list.
fn median(sorted: &[i64]) -> i64 {
    let upper = sorted.get(sorted.len() / 2);
    let lower = sorted.get(sorted.len().saturating_sub(1) / 2);
    match (lower, upper) {
        (Some(lower), Some(upper)) => lower.midpoint(*upper),
        _ => 0,
    }
}

fn finding(correction: &Correction, domain: &str, reference: &str) -> Finding {
    let applied = correction.ahead != 0;
    let shown = if applied {
        correction.ahead
    } else {
        correction.measured
    };
    let direction = if shown < 0 { "behind" } else { "ahead of" };
    let distance = words::duration(shown);
    let consequence = if applied {
        "its times are corrected by that much."
    } else {
        "the differences vary too much to be a clock, so its times are left as they are."
    };
    Finding {
        id: format!("clock-{domain}"),
        kind: FindingKind::Clock,
        urgency: if applied {
            Urgency::Warning
        } else {
            Urgency::Info
        },
        start: None,
        end: None,
        services: Vec::new(),
        resources: Vec::new(),
        title: format!("clock of {domain} is {distance} {direction} {reference}"),
        explanation: format!(
            "{} requests were seen by both {domain} and {reference} or a source in between; in the middle the clock of {domain} is {distance} {direction} the other: {consequence}",
            correction.pairs
        ),
        confidence: if applied { 0.9 } else { 0.3 },
        change: None,
        evidence: Vec::new(),
        details: Details::Clock(ClockOffset {
            domain: domain.to_owned(),
            reference: reference.to_owned(),
            ahead_nanos: shown,
            pairs: correction.pairs as u64,
            applied,
        }),
    }
}
