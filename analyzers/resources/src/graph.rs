//! The resources and their edges as a graph in memory.

use std::collections::{HashMap, HashSet, VecDeque};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use nepho_core::Timestamp;
use nepho_core::tables::{Relation, RelationKind, Resource};

/// One version of one edge, from dependent to dependency.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// What it says.
    pub kind: RelationKind,
    /// Whether it leads from a facet (a rule, a policy) to the resource that it is a part of.
    pub is_facet: bool,
    /// From 0 to 1.
    pub confidence: f64,
    /// Since when it holds; `None` when unknown.
    pub valid_from: Option<Timestamp>,
    /// Until when; `None` while it lasts.
    pub valid_to: Option<Timestamp>,
}

impl Edge {
    /// Whether the edge holds at `time`; an unknown bound holds.
    pub fn holds_at(&self, time: Timestamp) -> bool {
        self.valid_from.is_none_or(|from| from <= time) && self.valid_to.is_none_or(|to| time < to)
    }
}

/// Resources and services by canonical id or name, and the versions of edges between them.
///
/// Nothing is ever removed: an edge that ended is closed, and questions are asked as of a time.
#[derive(Default)]
pub struct ResourceGraph {
    graph: DiGraph<String, Edge>,
    nodes: HashMap<String, NodeIndex>,
}

impl ResourceGraph {
    /// Graph of these rows. Facets depend on their parents.
    pub fn new<'a>(
        resources: impl Iterator<Item = &'a Resource>,
        relations: impl Iterator<Item = &'a Relation>,
    ) -> Self {
        let mut graph = Self::default();
        for resource in resources {
            let node = graph.node(&resource.key);
            if let Some(parent) = &resource.parent {
                let parent = graph.node(parent);
                let edge = Edge {
                    kind: RelationKind::Attached,
                    is_facet: true,
                    confidence: 1.0,
                    valid_from: resource.valid_from,
                    valid_to: resource.valid_to,
                };
                graph.graph.add_edge(node, parent, edge);
            }
        }
        for relation in relations {
            let from = graph.node(&relation.from);
            let to = graph.node(&relation.to);
            let edge = Edge {
                kind: relation.kind,
                is_facet: false,
                confidence: relation.confidence,
                valid_from: relation.valid_from,
                valid_to: relation.valid_to,
            };
            graph.graph.add_edge(from, to, edge);
        }
        graph
    }

    fn node(&mut self, name: &str) -> NodeIndex {
        if let Some(node) = self.nodes.get(name) {
            return *node;
        }
        let node = self.graph.add_node(name.to_owned());
        self.nodes.insert(name.to_owned(), node);
        node
    }

    /// Number of nodes and of edge versions.
    pub fn size(&self) -> (usize, usize) {
        (self.graph.node_count(), self.graph.edge_count())
    }

    /// What `key` needs, directly or through others, as of `time` (`None`: at any time), with the
    /// number of steps to it, nearest first and then by id. At most `steps` steps are taken.
    pub fn dependencies(
        &self,
        key: &str,
        time: Option<Timestamp>,
        steps: usize,
    ) -> Vec<(&str, usize)> {
        self.reach(key, time, steps, Direction::Outgoing)
    }

    /// What needs `key`; otherwise like [`dependencies`](Self::dependencies).
    pub fn dependents(
        &self,
        key: &str,
        time: Option<Timestamp>,
        steps: usize,
    ) -> Vec<(&str, usize)> {
        self.reach(key, time, steps, Direction::Incoming)
    }

    fn reach(
        &self,
        key: &str,
        time: Option<Timestamp>,
        steps: usize,
        direction: Direction,
    ) -> Vec<(&str, usize)> {
        let Some(&start) = self.nodes.get(key) else {
            return Vec::new();
        };
        let mut seen = HashSet::from([start]);
        let mut queue = VecDeque::from([(start, 0)]);
        let mut found = Vec::new();
        while let Some((node, distance)) = queue.pop_front() {
            if distance > 0 {
                found.extend(
                    self.graph
                        .node_weight(node)
                        .map(|name| (name.as_str(), distance)),
                );
            }
            if distance == steps {
                continue;
            }
            for edge in self.graph.edges_directed(node, direction) {
                let next = if direction == Direction::Outgoing {
                    edge.target()
                } else {
                    edge.source()
                };
                if time.is_none_or(|time| edge.weight().holds_at(time)) && seen.insert(next) {
                    queue.push_back((next, distance + 1));
                }
            }
        }
        found.sort_unstable_by_key(|(name, distance)| (*distance, *name));
        found
    }

    /// The resources that `key` is a facet of, the nearest first.
    pub fn ancestors(&self, key: &str) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let mut node = self.nodes.get(key).copied();
        // Deeper nesting than this is a loop in the input.
        while let (Some(current), true) = (node, found.len() < 8) {
            let facets = self
                .graph
                .edges(current)
                .filter(|edge| edge.weight().is_facet);
            let parent = facets.map(|edge| edge.target()).min();
            let name = parent.and_then(|parent| self.graph.node_weight(parent));
            node = parent;
            match name {
                Some(name) if name != key && !found.contains(&name.as_str()) => found.push(name),
                _ => break,
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(key: &str, parent: Option<&str>) -> Resource {
        Resource {
            key: key.to_owned(),
            parent: parent.map(str::to_owned),
            ..Resource::default()
        }
    }

    #[test]
    fn a_loop_of_facets_ends() {
        let rows = [
            resource("a", Some("b")),
            resource("b", Some("c")),
            resource("c", Some("a")),
        ];
        let graph = ResourceGraph::new(rows.iter(), std::iter::empty());
        assert_eq!(graph.ancestors("a"), ["b", "c"]);
        assert_eq!(graph.dependencies("a", None, 9), [("b", 1), ("c", 2)]);
        assert_eq!(graph.dependents("a", None, 1), [("c", 1)]);
        assert!(graph.dependents("nobody", None, 1).is_empty());
    }

    #[test]
    fn an_edge_that_ended_does_not_hold_later() {
        let edge = Edge {
            kind: RelationKind::DependsOn,
            is_facet: false,
            confidence: 1.0,
            valid_from: Some(Timestamp(10)),
            valid_to: Some(Timestamp(20)),
        };
        assert!(!edge.holds_at(Timestamp(9)));
        assert!(edge.holds_at(Timestamp(10)));
        assert!(!edge.holds_at(Timestamp(20)));
    }
}
