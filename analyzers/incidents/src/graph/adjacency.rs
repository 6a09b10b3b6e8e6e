//! Edges of a graph in two flat arrays.

use nepho_core::tables::RelationKind;

/// One end of an edge as seen from the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edge {
    /// The node at the other end.
    pub node: u32,
    /// What the edge says.
    pub kind: RelationKind,
}

/// Edges by node: those of node `n` lie between two offsets in one array.
#[derive(Debug, Default)]
pub(crate) struct Adjacency {
    offsets: Vec<usize>,
    edges: Vec<Edge>,
}

impl Adjacency {
    /// From `(node, other, kind)`, sorted by node.
    pub(crate) fn from_sorted(nodes: usize, sorted: &[(u32, u32, RelationKind)]) -> Self {
        let mut offsets = vec![0; nodes + 1];
        for (node, _, _) in sorted {
            if let Some(count) = offsets.get_mut(*node as usize + 1) {
                *count += 1;
            }
        }
        for index in 1..offsets.len() {
            offsets[index] += offsets[index - 1];
        }
        let edges = sorted
            .iter()
            .map(|(_, other, kind)| Edge {
                node: *other,
                kind: *kind,
            })
            .collect();
        Self { offsets, edges }
    }

    /// Edges of a node.
    pub(crate) fn of(&self, node: u32) -> &[Edge] {
        let node = node as usize;
        match (self.offsets.get(node), self.offsets.get(node + 1)) {
            (Some(start), Some(end)) => self.edges.get(*start..*end).unwrap_or_default(),
            _ => &[],
        }
    }
}
