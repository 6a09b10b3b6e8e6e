//! The resources and their edges as a graph in memory that knows two times: since when something
//! holds in the cloud, and since when we know of it.
//!
//! | module | holds |
//! |---|---|
//! | [`view`] | as of when the graph is looked at, and when an interval holds |
//! | [`names`] | numbers for canonical ids and names |
//! | [`history`] | what was told of edges and nodes, folded into versions |
//! | [`lifetimes`] | when nodes existed |
//! | [`csr`] | the versions as arrays, by dependent and by dependency |
//! | [`walk`] | neighborhoods as of a time |
//! | [`rows`] | the graph of the rows of tables |
//!
//! Nothing is removed: what ends is closed. A question that gives no time is about any time.

mod csr;
mod history;
mod lifetimes;
pub(crate) mod lives;

mod names;
mod rows;
mod view;
mod walk;
pub(crate) mod within;

use nepho_core::Timestamp;
use nepho_core::tables::RelationKind;

use csr::Csr;
pub use history::{EdgeVersion, Facts, Statement};
pub use lifetimes::Lifetimes;

pub use names::{Names, NodeId};
pub use view::{Interval, View};
pub use walk::{Direction, Step, Walk};

/// Nodes by canonical id or name, and the versions of edges between them.
#[derive(Debug, Default)]
pub struct ResourceGraph {
    names: Names,
    /// What tells of edges: `terraform`, `flow`.
    sources: Names,
    lifetimes: Lifetimes,
    csr: Csr,
}

impl ResourceGraph {
    /// Number of nodes and of edge versions.
    pub fn size(&self) -> (usize, usize) {
        (self.names.len(), self.csr.versions().len())
    }

    /// Number of the node with this canonical id or name.
    pub fn node(&self, key: &str) -> Option<NodeId> {
        self.names.find(key)
    }

    /// Canonical id or name of a node.
    pub fn key(&self, node: NodeId) -> &str {
        self.names.name(node)
    }

    /// All nodes, in the order in which they were told.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        self.names.ids()
    }

    /// All edge versions, by dependent.
    pub fn versions(&self) -> &[EdgeVersion] {
        self.csr.versions()
    }

    /// What told of an edge version.
    pub fn source(&self, version: &EdgeVersion) -> &str {
        self.sources.name(NodeId(u32::from(version.source)))
    }

    /// Edge versions from a node to what it needs.
    pub fn needs(&self, node: NodeId) -> &[EdgeVersion] {
        self.csr.out_of(node)
    }

    /// Edge versions from what needs a node to it.
    pub fn needed_by(&self, node: NodeId) -> impl Iterator<Item = &EdgeVersion> {
        self.csr
            .incoming(node)
            .iter()
            .filter_map(|near| self.csr.versions().get(near.version as usize))
    }

    /// When a node existed, as far as told; empty: nothing tells of a beginning or an end.
    pub fn lifetimes(&self, node: NodeId) -> &[Interval] {
        self.lifetimes.of(node)
    }

    /// Whether a node existed; one of which nothing tells did.
    pub fn exists(&self, node: NodeId, view: &View) -> bool {
        let told = self.lifetimes(node);
        told.is_empty() || told.iter().any(|life| life.holds(view))
    }

    /// A walker over this graph, to be used for many questions.
    pub fn walk(&self) -> Walk<'_> {
        Walk::new(&self.csr)
    }

    /// What `key` needs, directly or through others, as of `time` (`None`: at any time), with the
    /// number of steps to it, nearest first and then by id. At most `steps` steps are taken.
    pub fn dependencies(
        &self,
        key: &str,
        time: Option<Timestamp>,
        steps: usize,
    ) -> Vec<(&str, usize)> {
        self.reach(key, time, steps, Direction::Needs)
    }

    /// What needs `key`; otherwise like [`dependencies`](Self::dependencies).
    pub fn dependents(
        &self,
        key: &str,
        time: Option<Timestamp>,
        steps: usize,
    ) -> Vec<(&str, usize)> {
        self.reach(key, time, steps, Direction::NeededBy)
    }

    fn reach(
        &self,
        key: &str,
        time: Option<Timestamp>,
        steps: usize,
        direction: Direction,
    ) -> Vec<(&str, usize)> {
        let Some(start) = self.node(key) else {
            return Vec::new();
        };
        let view = time.map_or(View::ANY, View::at);
        let mut walk = self.walk();
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        let found = walk.reach(&[start], &view, steps, direction).iter();
        let mut named: Vec<(&str, usize)> = found
            .skip(1)
            .map(|step| (self.key(step.node), step.distance as usize))
            .collect();
        named.sort_unstable_by_key(|(name, distance)| (*distance, *name));
        named
    }

    /// The resources that `key` is a facet of, the nearest first.
    pub fn ancestors(&self, key: &str) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let mut node = self.node(key);
        // Deeper nesting than this is a loop in the input.
        while let (Some(current), true) = (node, found.len() < 8) {
            let facets = self.needs(current).iter().filter(|edge| edge.is_facet());
            node = facets.map(|edge| edge.to).min();
            match node.map(|parent| self.key(parent)) {
                Some(name) if name != key && !found.contains(&name) => found.push(name),
                _ => break,
            }
        }
        found
    }
}

/// All kinds of edges, in the order of their numbers in [`EdgeVersion`].
pub(crate) const KINDS: [RelationKind; 13] = [
    RelationKind::Calls,
    RelationKind::RunsOn,
    RelationKind::DependsOn,
    RelationKind::Contains,
    RelationKind::Attached,
    RelationKind::Routes,
    RelationKind::Scales,
    RelationKind::DataFlow,
    RelationKind::PermitsNet,
    RelationKind::PermitsIam,
    RelationKind::Uses,
    RelationKind::ManagedBy,
    RelationKind::Peers,
];

#[cfg(test)]
mod tests;
