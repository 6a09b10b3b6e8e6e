//! What the service that broke first stands on: itself, what it lost, and their dependencies.

use std::collections::{HashMap, VecDeque};

use nepho_core::tables::{NodeKind, RelationKind};

use super::class::{is_container, is_modifier};
use crate::blame::scene::Scene;

/// Steps along dependencies that are followed.
const HOPS: u32 = 3;
/// Nodes that are looked at.
const VISITED: usize = 20_000;

/// How a node was reached.
#[derive(Clone, Debug)]
struct Step {
    hops: u32,
    // The node before on the way from the service, and the edge in words.
    before: Option<u32>,
    edge: String,
}

/// Nodes on which the first failure can depend.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    steps: HashMap<u32, Step>,
}

impl Reach {
    /// Nodes within reach of a burst's service.
    ///
    /// Distance 0 are the service, what it runs on and what it lost. Services with logs of their own are not passed:
    /// what breaks below them would show in them first. An attachment, rule or policy acts on what it refers to,
    /// so such edges are followed against their direction as well.
    pub(crate) fn of(scene: &Scene<'_>, burst: usize) -> Self {
        let mut reach = Self::default();
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
        reach.start(scene, service, None, String::new(), &mut queue);
        if let Some(lost) = lost {
            let edge = format!(
                "{} lost {}",
                scene.graph.node(service).label,
                scene.graph.node(lost.node).label
            );
            reach.start(scene, lost.node, Some(service), edge, &mut queue);
        }
        let names_loss = lost.is_some_and(|lost| lost.is_named);
        while let Some(node) = queue.pop_front() {
            let hops = reach.steps.get(&node).map_or(HOPS, |step| step.hops);
            if hops >= HOPS || reach.steps.len() > VISITED {
                continue;
            }
            let mut next: Vec<(u32, u32, String)> = Vec::new();
            let label = |id: u32| &scene.graph.node(id).label;
            for edge in scene.graph.forward.of(node) {
                if scene.is_heard(edge.node) {
                    continue;
                }
                // What else the service calls is less likely when it says what it lost.
                let far = names_loss && node == service && edge.kind == RelationKind::Calls;
                let words = format!("{} {} {}", label(node), edge.kind, label(edge.node));
                next.push((edge.node, if far { 2 } else { 1 }, words));
            }
            let own = scene.graph.node(node);
            if own.kind == NodeKind::Resource && !is_container(&own.resource_type) {
                for edge in scene.graph.backward.of(node) {
                    let other = scene.graph.node(edge.node);
                    let acts = matches!(edge.kind, RelationKind::Attached | RelationKind::Scales)
                        || is_modifier(&other.resource_type)
                        || other.parent == Some(node);
                    if other.kind == NodeKind::Resource && acts {
                        next.push((
                            edge.node,
                            1,
                            format!("{} {} {}", label(edge.node), edge.kind, label(node)),
                        ));
                    }
                }
            }
            for (other, cost, words) in next {
                reach.step(other, hops + cost, node, words, &mut queue);
            }
        }
        reach
    }

    fn start(
        &mut self,
        scene: &Scene<'_>,
        node: u32,
        before: Option<u32>,
        edge: String,
        queue: &mut VecDeque<u32>,
    ) {
        if self.steps.contains_key(&node) {
            return;
        }
        self.steps.insert(
            node,
            Step {
                hops: 0,
                before,
                edge,
            },
        );
        queue.push_back(node);
        for edge in scene.graph.forward.of(node) {
            if edge.kind == RelationKind::RunsOn && !self.steps.contains_key(&edge.node) {
                let (from, to) = (
                    &scene.graph.node(node).label,
                    &scene.graph.node(edge.node).label,
                );
                let edge_words = format!("{from} {} {to}", edge.kind);
                self.steps.insert(
                    edge.node,
                    Step {
                        hops: 0,
                        before: Some(node),
                        edge: edge_words,
                    },
                );
                queue.push_back(edge.node);
            }
        }
    }

    fn step(&mut self, node: u32, hops: u32, before: u32, edge: String, queue: &mut VecDeque<u32>) {
        if hops > HOPS || self.steps.get(&node).is_some_and(|held| held.hops <= hops) {
            return;
        }
        self.steps.insert(
            node,
            Step {
                hops,
                before: Some(before),
                edge,
            },
        );
        queue.push_back(node);
    }

    /// Steps to a node, or `None` if it is out of reach.
    pub(crate) fn hops(&self, node: u32) -> Option<u32> {
        self.steps.get(&node).map(|step| step.hops)
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
