//! Who broke first, and who only followed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use nepho_core::time::NANOS;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::links::Link;
use super::scene::Scene;
use crate::bursts::blocks::surprise;
use crate::bursts::{Burst, Strength};

/// Onsets this close have no order.
const SAME_TIME: i64 = 2 * NANOS;
/// What a burst that is not significant by itself pays to be first.
const WEAK: u32 = 6;
/// Failures and warnings that several weak bursts need together.
const FEWEST: f64 = 3.0;
/// Surprise of several weak bursts together, as for a significant one.
const SURPRISE: f64 = 7.0;

/// A burst that followed, and the link that explains it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Follower {
    /// The burst.
    pub burst: usize,
    /// Whom it followed and how.
    pub link: Link,
    /// Links from the primary one.
    pub distance: u32,
}

/// One incident: a primary burst and what followed.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Burst that broke first.
    pub primary: usize,
    /// Other bursts that could as well be first: they and the primary one depend on each other.
    pub rivals: Vec<usize>,
    /// What followed.
    pub followers: Vec<Follower>,
}

/// Incidents, by the onset of the primary burst.
pub(crate) fn cases(scene: &Scene<'_>, links: &[Vec<Link>]) -> Vec<Case> {
    let mut cases: Vec<Case> = root_components(links)
        .into_iter()
        .filter_map(|members| {
            let primary = first(scene, &members)?;
            let rivals = members
                .into_iter()
                .filter(|member| *member != primary)
                .collect();
            Some(Case {
                primary,
                rivals,
                followers: Vec::new(),
            })
        })
        .collect();
    cases.sort_by_key(|case| (scene.bursts[case.primary].onset, case.primary));
    assign(scene, links, &mut cases);
    let failing = scene.failing.len();
    cases.retain(|case| is_incident(scene, case, failing));
    cases
}

/// Sets of bursts that explain each other and that no other burst explains.
///
/// Kosaraju's algorithm; Tarjan's in petgraph recurses and overflows the stack on long chains.
fn root_components(links: &[Vec<Link>]) -> Vec<Vec<usize>> {
    let edges: usize = links.iter().map(Vec::len).sum();
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(links.len(), edges);
    for _ in links {
        graph.add_node(());
    }
    for (from, list) in links.iter().enumerate() {
        for link in list {
            graph.add_edge(NodeIndex::new(from), NodeIndex::new(link.to), ());
        }
    }
    let components = kosaraju_scc(&graph);
    let mut component_of = vec![0; links.len()];
    for (number, members) in components.iter().enumerate() {
        for member in members {
            component_of[member.index()] = number;
        }
    }
    let is_root = |members: &[NodeIndex]| {
        members.iter().all(|member| {
            let own = component_of[member.index()];
            links[member.index()]
                .iter()
                .all(|link| component_of[link.to] == own)
        })
    };
    components
        .into_iter()
        .filter(|members| is_root(members))
        .map(|members| {
            let mut members: Vec<usize> = members.into_iter().map(NodeIndex::index).collect();
            members.sort_unstable();
            members
        })
        .collect()
}

/// The earliest; of those at the same time the one that says what it lost.
fn first(scene: &Scene<'_>, members: &[usize]) -> Option<usize> {
    let able = || {
        members
            .iter()
            .filter(|member| scene.bursts[**member].strength != Strength::Warnings)
    };
    let earliest = able().map(|member| scene.bursts[*member].onset).min()?;
    able()
        .filter(|member| scene.bursts[**member].onset <= earliest.saturating_add(SAME_TIME))
        .min_by_key(|member| {
            let names_loss = scene.lost[**member].is_some_and(|lost| lost.is_named);
            (!names_loss, scene.bursts[**member].onset, **member)
        })
        .copied()
}

/// Gives each burst to the primary one that it is explained by with the least effort (Dijkstra).
fn assign(scene: &Scene<'_>, links: &[Vec<Link>], cases: &mut [Case]) {
    let mut explained: Vec<Vec<(usize, Link)>> = vec![Vec::new(); links.len()];
    for (from, list) in links.iter().enumerate() {
        for link in list {
            explained[link.to].push((from, *link));
        }
    }
    let mut queue = BinaryHeap::new();
    let mut taken = vec![false; links.len()];
    for (number, case) in cases.iter().enumerate() {
        let start = if scene.bursts[case.primary].strength == Strength::Significant {
            0
        } else {
            WEAK
        };
        queue.push(Reverse((
            start,
            number,
            0_u32,
            case.primary,
            usize::MAX,
            0_usize,
        )));
    }
    // The link is found again by its place, as links have no order of their own.
    while let Some(Reverse((cost, number, distance, burst, via, place))) = queue.pop() {
        if std::mem::replace(&mut taken[burst], true) {
            continue;
        }
        if let Some((_, link)) = explained.get(via).and_then(|list| list.get(place)) {
            cases[number].followers.push(Follower {
                burst,
                link: *link,
                distance,
            });
        }
        for (place, (from, link)) in explained[burst].iter().enumerate() {
            if !taken[*from] {
                queue.push(Reverse((
                    cost + link.cost(),
                    number,
                    distance + 1,
                    *from,
                    burst,
                    place,
                )));
            }
        }
    }
}

/// Whether a case has a significant burst, or several weak ones that are one together.
fn is_incident(scene: &Scene<'_>, case: &Case, failing: usize) -> bool {
    let members = || {
        std::iter::once(case.primary)
            .chain(case.followers.iter().map(|follower| follower.burst))
            .map(|index| &scene.bursts[index])
    };
    if members().any(|burst| burst.strength == Strength::Significant) {
        return true;
    }
    let mut services: Vec<usize> = members()
        .filter(|burst| burst.failures > 0)
        .map(|burst| burst.timeline)
        .collect();
    services.sort_unstable();
    services.dedup();
    let told = |burst: &Burst| burst.moments + burst.warnings as f64;
    let total: f64 = members().map(told).sum();
    let expected: f64 = members().map(|burst| burst.expected + 0.01).sum();
    let threshold = SURPRISE + (failing.max(1) as f64).ln();
    services.len() >= 2 && total >= FEWEST && surprise(total, expected) >= threshold
}
