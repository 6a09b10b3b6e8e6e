//! What the service that broke first stands on: itself, what it lost, and their dependencies.

use std::collections::{HashMap, VecDeque};

use nepho_core::tables::{NodeKind, RelationKind};
use nepho_core::time::NANOS;

use super::between::Way;
use super::class::{is_container, is_identity, is_modifier};
use crate::account::Account;
use crate::blame::scene::{Lost, Scene};
use crate::blame::texture::Trouble;
use crate::graph::Node;
use crate::words::says;

/// Steps along dependencies that are followed.
const HOPS: u32 = 3;
/// An edge that ended this long before the first failure is followed still: 2 hours.
const SHORTLY: i64 = 2 * 3600 * NANOS;
/// Nodes that are looked at.
const VISITED: usize = 20_000;

/// How a node was reached.
#[derive(Clone, Debug)]
struct Step {
    hops: u32,
    // Whether the way leads through what was lost, not through the service's own side.
    is_lost: bool,
    // The node before on the way from the service, and the edge in words.
    before: Option<u32>,
    edge: String,
    // When the right ended over which it was reached, of the calls of somebody.
    ended: Option<i64>,
}

impl Step {
    /// The service itself, or what it lost, with the way there.
    fn first(lost: Option<(u32, String)>) -> Self {
        let is_lost = lost.is_some();
        let (before, edge) = lost.unzip();
        Self {
            hops: 0,
            is_lost,
            before,
            edge: edge.unwrap_or_default(),
            ended: None,
        }
    }
}

/// Nodes on which the first failure can depend.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    steps: HashMap<u32, Step>,
}

impl Reach {
    /// Nodes within reach of a burst's service.
    ///
    /// Distance 0 are the service, what it runs on and what it lost. Services with logs of their
    /// own are not passed: what breaks below them would show in them first. An attachment, rule or
    /// policy acts on what it refers to, so its edges are followed against their direction as well.
    /// When the messages name what was lost, only what can lie on the way there is followed on the
    /// service's own side ([`Way`]), unless it is a connection to something outside: then the
    /// own way out is all that can be looked at.
    ///
    /// What an identity may use is not what the service uses: such an edge leads on to other
    /// identities alone, unless access was denied.
    pub(crate) fn of(scene: &Scene<'_>, burst: usize) -> Self {
        let mut reach = Self::default();
        let onset = scene.bursts.get(burst).map_or(0, |burst| burst.onset);
        let Some(service) = scene
            .nodes
            .get(burst)
            .copied()
            .filter(|node| (*node as usize) < scene.graph.nodes.len())
        else {
            return reach;
        };
        let lost = scene.lost.get(burst).copied().flatten();
        let mut queue = VecDeque::new();
        let others = other_homes(scene, burst, service, lost);
        let elsewhere = scene.bursts.get(burst);
        let elsewhere = elsewhere.map(|burst| scene.homes_elsewhere(burst, service));
        let elsewhere = elsewhere.unwrap_or_default();
        let is_elsewhere = |node: u32, is_lost: bool| {
            !is_lost && (elsewhere.contains(&node) || is_within(scene, node, &others))
        };
        reach.start(scene, service, Step::first(None), &is_elsewhere, &mut queue);
        for lost in scene.losses(burst) {
            let label = |node: u32| &scene.graph.node(node).label;
            let edge = format!("{} lost {}", label(service), label(lost.node));
            let first = Step::first(Some((service, edge)));
            reach.start(scene, lost.node, first, &is_elsewhere, &mut queue);
        }
        let is_denied = first_trouble(scene, burst) == Some(Trouble::Access);
        // Calls are refused as often for what the caller may do as for what was called.
        let names_loss = !scene.is_of_callers()
            && lost.is_some_and(|lost| lost.is_named && !is_outside(scene, burst, lost.node));
        let way = names_loss.then(|| Way::of(scene, burst, &reach.of_loss()));
        while let Some(node) = queue.pop_front() {
            let (hops, is_lost) = reach
                .steps
                .get(&node)
                .map_or((HOPS, false), |step| (step.hops, step.is_lost));
            if hops >= HOPS || reach.steps.len() > VISITED {
                continue;
            }
            // What was only permitted is no way to what that depends on.
            let is_end = reach
                .steps
                .get(&node)
                .is_some_and(|step| step.ended.is_some());
            let next = match is_end {
                true => Vec::new(),
                false => neighbors(scene, node, onset, is_denied),
            };
            for next in next {
                let leads = way.as_ref().is_some_and(|way| way.leads(next.node));
                let is_lost = is_lost || leads;
                let goes = |way: &Way<'_>| match is_lost {
                    true => leads || !next.is_permit(),
                    false => way.has(next.kind, next.node),
                };
                if !way.as_ref().is_none_or(goes) || is_elsewhere(next.node, is_lost) {
                    continue;
                }
                let step = Step {
                    hops: hops + 1,
                    is_lost,
                    before: Some(node),
                    edge: next.words,
                    ended: next.ended,
                };
                reach.step(next.node, step, &mut queue);
            }
        }
        reach
    }

    /// Begins at a node and at what it runs on.
    fn start(
        &mut self,
        scene: &Scene<'_>,
        node: u32,
        first: Step,
        is_elsewhere: &dyn Fn(u32, bool) -> bool,
        queue: &mut VecDeque<u32>,
    ) {
        let is_lost = first.is_lost;
        self.begin(node, first, queue);
        for edge in scene.graph.forward.of(node) {
            if edge.kind == RelationKind::RunsOn && !is_elsewhere(edge.node, is_lost) {
                // Who calls is what it calls itself.
                let words = match scene.is_of_callers() {
                    true => String::new(),
                    false => told(scene, node, edge.kind, edge.node),
                };
                self.begin(
                    edge.node,
                    Step {
                        hops: 0,
                        is_lost,
                        before: Some(node),
                        edge: words,
                        ended: None,
                    },
                    queue,
                );
            }
        }
    }

    fn begin(&mut self, node: u32, step: Step, queue: &mut VecDeque<u32>) {
        match self.steps.get_mut(&node) {
            // What was lost may be a part of the service.
            Some(held) => held.is_lost |= step.is_lost,
            None => {
                self.steps.insert(node, step);
                queue.push_back(node);
            }
        }
    }

    fn step(&mut self, node: u32, step: Step, queue: &mut VecDeque<u32>) {
        if step.hops > HOPS {
            return;
        }
        if let Some(held) = self.steps.get_mut(&node)
            && held.hops <= step.hops
        {
            // What both sides share is on that of what was lost.
            if held.before.is_some() && step.is_lost && !held.is_lost {
                held.is_lost = true;
                queue.push_back(node);
            }
            return;
        }
        self.steps.insert(node, step);
        queue.push_back(node);
    }

    /// What was lost, and what that runs on.
    fn of_loss(&self) -> Vec<u32> {
        let lost = self
            .steps
            .iter()
            .filter(|(_, step)| step.is_lost && step.hops == 0);
        lost.map(|(node, _)| *node).collect()
    }

    /// Steps to a node, or `None` if it is out of reach.
    pub(crate) fn hops(&self, node: u32) -> Option<u32> {
        self.steps.get(&node).map(|step| step.hops)
    }

    /// Whether a node is what a burst's service runs on, or whoever calls; not what was lost.
    pub(crate) fn is_own(&self, node: u32) -> bool {
        let step = self.steps.get(&node);
        step.is_some_and(|step| step.hops == 0 && !step.is_lost)
    }

    /// Whether a node is on the service's own side, and not on that of what was lost.
    pub(crate) fn is_side(&self, node: u32) -> bool {
        let step = self.steps.get(&node);
        step.is_some_and(|step| !step.is_lost)
    }

    /// Whether it is known as which account of Google Cloud the service runs.
    pub(crate) fn has_account(&self, scene: &Scene<'_>) -> bool {
        let mut nodes = self.steps.keys();
        nodes.any(|node| {
            scene
                .graph
                .node(*node)
                .key
                .ends_with(".gserviceaccount.com")
        })
    }

    /// When the right ended over which alone a node was reached.
    pub(crate) fn ended(&self, node: u32) -> Option<i64> {
        self.steps.get(&node)?.ended
    }

    /// Nodes at distance 0.
    pub(crate) fn origins(&self) -> Vec<u32> {
        let mut origins: Vec<u32> = self
            .steps
            .iter()
            .filter(|(_, step)| step.hops == 0)
            .map(|(node, _)| *node)
            .collect();
        origins.sort_unstable();
        origins
    }

    /// The node and what lies between it and the service, which is the last.
    pub(crate) fn way(&self, node: u32) -> Vec<u32> {
        let mut way = Vec::new();
        let mut at = Some(node);
        while let Some((node, step)) = at.and_then(|node| Some((node, self.steps.get(&node)?))) {
            way.push(node);
            at = step.before;
            if way.len() > 2 * HOPS as usize + 4 {
                break;
            }
        }
        way
    }

    /// The way from a node to the service, one edge each, in words.
    pub(crate) fn path(&self, node: u32) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = Some(node);
        while let Some(step) = at.and_then(|node| self.steps.get(&node)) {
            if !step.edge.is_empty() {
                path.push(step.edge.clone());
            }
            at = step.before;
            if path.len() > 2 * HOPS as usize + 4 {
                break;
            }
        }
        path
    }
}

/// Whether what a burst lost is a connection to something of which nothing but its name is known.
fn is_outside(scene: &Scene<'_>, burst: usize, lost: u32) -> bool {
    first_trouble(scene, burst) == Some(Trouble::Connection) && !scene.is_known(lost)
}

/// What a burst complains of first.
pub(super) fn first_trouble(scene: &Scene<'_>, burst: usize) -> Option<Trouble> {
    let voice = scene.voices.get(burst)?;
    voice.troubles.first().map(|(trouble, _)| *trouble)
}

/// Accounts in which a service runs besides those that its failing rows come from, or, where they
/// do not tell, the one in which its named loss lies: what services of the same name do there does
/// not matter. What it uses of accounts in which it does not run, such as a shared network, does.
fn other_homes(scene: &Scene<'_>, burst: usize, service: u32, lost: Option<Lost>) -> Vec<Account> {
    let told = scene.bursts.get(burst).map(|burst| scene.homes(burst));
    let told = told.unwrap_or_default();
    let lost = lost.filter(|lost| lost.is_named);
    let loss = lost.and_then(|lost| Account::of_id(&scene.graph.node(lost.node).key));
    let edges = scene.graph.forward.of(service).iter();
    let runs_on = edges.filter(|edge| edge.kind == RelationKind::RunsOn);
    let accounts = runs_on.filter_map(|edge| Account::of_id(&scene.graph.node(edge.node).key));
    let mut own: Vec<Account> = accounts.collect();
    let homes = match told.is_empty() {
        false => told,
        true => loss.into_iter().filter(|loss| own.contains(loss)).collect(),
    };
    own.retain(|account| account.is_away(&homes));
    own
}

/// Whether a node lies in one of some accounts.
fn is_within(scene: &Scene<'_>, node: u32, accounts: &[Account]) -> bool {
    !accounts.is_empty()
        && Account::of_id(&scene.graph.node(node).key).is_some_and(|own| accounts.contains(&own))
}

/// Whether a node is a firewall rule of which it is known for what in its network it is: it does
/// not act on all that lies there.
fn is_for_some(scene: &Scene<'_>, node: u32) -> bool {
    let kind = scene.graph.node(node).resource_type.to_ascii_lowercase();
    let mut edges = scene.graph.backward.of(node).iter();
    kind.contains("firewall") && edges.any(|edge| edge.kind == RelationKind::Attached)
}

/// One step from a node.
struct Next {
    node: u32,
    kind: RelationKind,
    // Whether it leads to what the node depends on, and not to what acts on it.
    is_onward: bool,
    words: String,
    ended: Option<i64>,
}

impl Next {
    /// Whether it leads to others that may be reached from the same network.
    fn is_permit(&self) -> bool {
        self.kind == RelationKind::PermitsNet && self.is_onward
    }
}

/// An edge in words: `orders runs on orders-task`. A resource that is called as the other end is
/// told with its type, or by its id: `orders runs on orders (aws_ecs_service)`.
fn told(scene: &Scene<'_>, from: u32, kind: RelationKind, to: u32) -> String {
    let (from, to) = (scene.graph.node(from), scene.graph.node(to));
    let name = |node: &Node| match (node.kind, node.resource_type.as_str()) {
        _ if from.label != to.label => node.label.clone(),
        (NodeKind::Service, _) => node.label.clone(),
        (NodeKind::Resource, "") => node.key.to_string(),
        (NodeKind::Resource, kind) => format!("{} ({kind})", node.label),
    };
    format!("{} {} {}", name(from), says(kind), name(to))
}

/// Nodes one step from a node, each with the edge in words, as of the time of the first failure.
///
/// An edge that ended shortly before still counts: its end may be what broke things. Of the rights
/// of somebody whose calls failed only those count that ended, each with the time.
fn neighbors(scene: &Scene<'_>, node: u32, onset: i64, is_denied: bool) -> Vec<Next> {
    let mut next: Vec<Next> = Vec::new();
    let holds = |from: u32, to: u32, kind: RelationKind| {
        let start = onset.saturating_sub(SHORTLY);
        scene.graph.holds(from, to, kind, start, onset)
    };
    for edge in scene.graph.forward.of(node) {
        if scene.is_heard(edge.node) || !holds(node, edge.node, edge.kind) {
            continue;
        }
        let other = scene.graph.node(edge.node);
        let is_mere_right =
            edge.kind == RelationKind::PermitsIam && !is_identity(&other.resource_type, &other.key);
        if is_mere_right && !is_denied {
            continue;
        }
        let mut words = told(scene, node, edge.kind, edge.node);
        let ended = match is_mere_right && scene.is_of_callers() {
            true => scene.graph.end(node, edge.node, edge.kind),
            false => None,
        };
        if is_mere_right && scene.is_of_callers() {
            if ended.is_none_or(|ended| ended > onset) {
                continue;
            }
            words.push_str(" until then");
        }
        next.push(Next {
            node: edge.node,
            kind: edge.kind,
            is_onward: true,
            words,
            ended,
        });
    }
    let own = scene.graph.node(node);
    if own.kind == NodeKind::Resource && !is_container(&own.resource_type) {
        for edge in scene.graph.backward.of(node) {
            // A policy that names it among others says who may use it, not what it does.
            if edge.kind == RelationKind::PermitsIam {
                continue;
            }
            let other = scene.graph.node(edge.node);
            let acts = edge.kind == RelationKind::Scales
                || (is_modifier(&other.resource_type) && !is_for_some(scene, edge.node))
                || other.parent == Some(node);
            let is_there = holds(edge.node, node, edge.kind);
            if other.kind == NodeKind::Resource && acts && is_there {
                next.push(Next {
                    node: edge.node,
                    kind: edge.kind,
                    is_onward: false,
                    words: told(scene, edge.node, edge.kind, node),
                    ended: None,
                });
            }
        }
    }
    next
}
