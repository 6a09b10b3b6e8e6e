//! Which burst explains which: failing services joined through the graph, time and messages.

use std::collections::{BTreeMap, HashSet, VecDeque};

use nepho_core::tables::{NodeKind, RelationKind};
use nepho_core::time::NANOS;

use super::scene::{Scene, overlap};
use super::zone;
use crate::bursts::shapes::Shapes;
use crate::bursts::{Burst, Strength};
use crate::graph::upstream::is_upstream;
use crate::verdict::class::is_store;

/// Calls from one failing service to the next; what lies between is silent.
const CALLS: u32 = 3;
/// Nodes that are looked at from one failing service.
const VISITED: usize = 600;
/// Services that a resource carries at most for a call of it to be a call of them.
const TENANTS: usize = 3;
/// Longest time between the onsets of a dependency and of who followed it.
const FOLLOWING: i64 = 30 * 60 * NANOS;
/// The same for bursts that are not significant by themselves.
const FOLLOWING_WEAK: i64 = 5 * 60 * NANOS;
/// A dependency may be seen to fail this much later than who needs it: a caller's timeout may be
/// the shorter one.
const LATER: i64 = 30 * NANOS;
/// The same where the caller names it, or where the two clocks could not be compared.
const LATER_UNSURE: i64 = 120 * NANOS;

/// How one burst explains another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// The service depends on the other, which fails.
    Dependency,
    /// Both lost the same dependency, the other one first.
    SharedLoss,
    /// The service is a dependency of the other, which failed clearly earlier.
    Caller,
}

/// A burst that explains another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Link {
    /// The burst that explains.
    pub to: usize,
    /// How.
    pub reason: Reason,
    /// Silent nodes in between.
    pub hops: u32,
    /// Whether the messages of the explained one name the other.
    pub is_named: bool,
}

impl Link {
    /// How far the explanation is fetched.
    pub(crate) fn cost(&self) -> u32 {
        let base = match (self.reason, self.is_named) {
            (Reason::SharedLoss, _) | (Reason::Dependency, true) => 1,
            (Reason::Dependency, false) => 3,
            (Reason::Caller, _) => 4,
        };
        base + self.hops
    }
}

/// For each burst those that explain it.
pub(crate) fn links(scene: &Scene<'_>) -> Vec<Vec<Link>> {
    let mut links: Vec<Vec<Link>> = vec![Vec::new(); scene.bursts.len()];
    let mut services: Vec<u32> = scene.failing.keys().copied().collect();
    services.sort_unstable();
    for service in services {
        for (other, hops) in failing_dependencies(scene, service) {
            join(scene, service, other, hops, &mut links);
        }
    }
    join_losses(scene, &mut links);
    join_zones(scene, &mut links);
    for list in &mut links {
        list.sort_by_key(|link| (link.to, link.cost()));
        list.dedup_by_key(|link| link.to);
    }
    links
}

/// Failing services that a service depends on, directly or through silent nodes, with the number of
/// these.
fn failing_dependencies(scene: &Scene<'_>, service: u32) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let mut seen = HashSet::from([service]);
    let mut queue = VecDeque::from([(service, 0)]);
    for door in doors(scene, service) {
        seen.insert(door);
        let behind = scene.graph.forward.of(door).iter();
        let behind = behind.filter(|edge| edge.kind == RelationKind::Routes);
        let carried = behind.map(|edge| edge.node);
        // By the host of a site Front Door calls what answers there.
        let tenants = scene.graph.node(service).key.contains('.').then_some(door);
        for node in carried.chain(tenants) {
            queue.push_back((node, 1));
        }
    }
    while let Some((node, depth)) = queue.pop_front() {
        let mut next: Vec<(u32, u32)> = scene
            .graph
            .forward
            .of(node)
            .iter()
            .filter(|edge| {
                matches!(
                    edge.kind,
                    RelationKind::Calls | RelationKind::Routes | RelationKind::DataFlow
                )
            })
            .map(|edge| (edge.node, depth + 1))
            .collect();
        let reached = scene.graph.node(node);
        // Whoever uses a store does not call those whose store it is.
        let carries = reached.kind == NodeKind::Resource && !is_store(&reached.resource_type);
        if node != service && carries {
            let carried = scene.graph.backward.of(node).iter();
            let tenants: Vec<_> = carried
                .filter(|edge| edge.kind == RelationKind::RunsOn)
                .collect();
            if tenants.len() <= TENANTS {
                next.extend(tenants.iter().map(|edge| (edge.node, depth)));
            }
        }
        for (other, depth) in next {
            if depth > CALLS || seen.len() > VISITED || !seen.insert(other) {
                continue;
            }
            if scene.failing.contains_key(&other) {
                found.push((other, depth.saturating_sub(1)));
            } else {
                queue.push_back((other, depth));
            }
        }
    }
    found
}

/// Resources by whose name or host a service is called, as the logs of gateways, load balancers and
/// state machines do: what these route to is what the service depends on.
fn doors(scene: &Scene<'_>, service: u32) -> Vec<u32> {
    let Some(name) = scene.graph.node(service).names.first() else {
        return Vec::new();
    };
    let edges = scene.graph.forward.of(service).iter();
    let own = edges.filter(|edge| edge.kind == RelationKind::RunsOn);
    let is_called_so = |node: &u32| {
        let node = scene.graph.node(*node);
        node.names.contains(name) || is_upstream(name, &node.key)
    };
    own.map(|edge| edge.node).filter(is_called_so).collect()
}

fn join(scene: &Scene<'_>, service: u32, dependency: u32, hops: u32, links: &mut [Vec<Link>]) {
    let (Some(callers), Some(callees)) =
        (scene.failing.get(&service), scene.failing.get(&dependency))
    else {
        return;
    };
    let target = scene.graph.node(dependency);
    for caller in callers {
        let is_named = scene.voices[*caller].naming(target) != 0;
        for callee in callees {
            let (from, to) = (&scene.bursts[*caller], &scene.bursts[*callee]);
            if to.strength == Strength::Warnings || !belong_together(from, to, is_named) {
                continue;
            }
            if !is_named && is_usual(scene, from, to) {
                continue;
            }
            // A warning of something else that happens to fall into the time is left alone.
            if from.strength == Strength::Warnings
                && !is_named
                && !scene.voices[*caller].is_distressed()
            {
                continue;
            }
            if is_in_time(scene, *caller, *callee, is_named) {
                links[*caller].push(Link {
                    to: *callee,
                    reason: Reason::Dependency,
                    hops,
                    is_named,
                });
            } else if from.strength.min(to.strength) == Strength::Significant
                && from.onset < to.onset
            {
                // A usual error of a callee that falls into the time follows from nothing.
                links[*callee].push(Link {
                    to: *caller,
                    reason: Reason::Caller,
                    hops,
                    is_named: false,
                });
            }
        }
    }
}

/// Whether a few failures of a dependency are such as it has at other times, when whoever needs it
/// is well: what did no harm then does none now.
fn is_usual(scene: &Scene<'_>, caller: &Burst, callee: &Burst) -> bool {
    let (Some(own), Some(other)) = (
        scene.timelines.get(caller.timeline),
        scene.timelines.get(callee.timeline),
    ) else {
        return false;
    };
    let shapes = Shapes(other);
    callee.strength == Strength::Weak
        && shapes.is_known(callee)
        && shapes.alike(callee).into_iter().any(|time| {
            let (from, to) = (
                time.saturating_sub(FOLLOWING_WEAK),
                time.saturating_add(FOLLOWING_WEAK),
            );
            let is_seen = own.activity.between(from, to) > 0;
            is_seen && own.totals(from, to).1 == 0
        })
}

fn belong_together(from: &Burst, to: &Burst, is_named: bool) -> bool {
    let distance = from.onset.saturating_sub(to.onset).saturating_abs();
    let is_strong = from.strength.min(to.strength) == Strength::Significant;
    let limit = if is_strong { FOLLOWING } else { FOLLOWING_WEAK };
    overlap(from, to) && (is_named || distance <= limit)
}

/// Whether a dependency failed early enough to explain the failure of who needs it.
fn is_in_time(scene: &Scene<'_>, caller: usize, callee: usize, is_named: bool) -> bool {
    let (from, to) = (&scene.bursts[caller], &scene.bursts[callee]);
    let loses_another = scene.lost[caller].is_some_and(|lost| lost.is_named) && !is_named;
    if loses_another && (to.strength != Strength::Significant || to.onset >= from.onset) {
        return false;
    }
    let domain = |burst: &Burst| {
        scene
            .timelines
            .get(burst.timeline)
            .map_or(0, |timeline| timeline.domain)
    };
    let (first, second) = (domain(from), domain(to));
    let tolerance = if is_named || !scene.clocks.are_comparable(first, second) {
        LATER_UNSURE
    } else {
        LATER
    };
    let rest = scene
        .clocks
        .tolerance(first)
        .max(scene.clocks.tolerance(second));
    to.onset <= from.onset.saturating_add(tolerance).saturating_add(rest)
}

/// Services that lost the same dependency are explained by the one that lost it first.
fn join_losses(scene: &Scene<'_>, links: &mut [Vec<Link>]) {
    let mut by_loss: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, burst) in scene.bursts.iter().enumerate() {
        let speaks = burst.strength != Strength::Warnings;
        for lost in scene.losses(index).filter(|_| speaks) {
            by_loss.entry(lost.node).or_default().push(index);
        }
    }
    for (node, mut losers) in by_loss {
        losers.sort_by_key(|index| (scene.bursts[*index].onset, *index));
        let mut first: Option<usize> = None;
        for index in losers {
            let is_named = scene.lost[index].is_some_and(|lost| lost.is_named);
            // Of what it lost besides it only tells.
            let is_most = scene.lost[index].is_some_and(|lost| lost.node == node);
            let head = first.filter(|head| {
                let also_named = scene.lost[*head].is_some_and(|lost| lost.is_named);
                let (head, burst) = (&scene.bursts[*head], &scene.bursts[index]);
                let distance = burst.onset.saturating_sub(head.onset);
                overlap(head, burst)
                    && distance <= FOLLOWING
                    && (is_named && also_named || distance <= LATER_UNSURE)
            });
            match head {
                Some(head) if is_most => links[index].push(Link {
                    to: head,
                    reason: Reason::SharedLoss,
                    hops: 0,
                    is_named,
                }),
                Some(_) => {}
                None => first = Some(index),
            }
        }
    }
}

/// Services that cannot resolve names of one zone are explained by the one that could not first:
/// they ask the same servers in the end, through whatever resolver.
fn join_zones(scene: &Scene<'_>, links: &mut [Vec<Link>]) {
    let mut by_zone: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, burst) in scene.bursts.iter().enumerate() {
        let speaks = burst.strength != Strength::Warnings;
        if let Some(zone) = zone::of(scene, index).filter(|_| speaks) {
            by_zone.entry(zone).or_default().push(index);
        }
    }
    for mut asking in by_zone.into_values() {
        asking.sort_by_key(|index| (scene.bursts[*index].onset, *index));
        let mut heads: Vec<usize> = Vec::new();
        for index in asking {
            let burst = &scene.bursts[index];
            let head = heads.iter().copied().find(|head| {
                let head = &scene.bursts[*head];
                head.timeline != burst.timeline
                    && overlap(head, burst)
                    && burst.onset.saturating_sub(head.onset) <= FOLLOWING
            });
            let Some(head) = head else {
                heads.push(index);
                continue;
            };
            // Whoever quotes another's message follows it.
            let follows = links[head].iter().any(|link| link.to == index);
            if !follows {
                links[index].push(Link {
                    to: head,
                    reason: Reason::SharedLoss,
                    hops: 0,
                    is_named: true,
                });
            }
        }
    }
}
