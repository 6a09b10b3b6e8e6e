//! What rules, policies and attachments are parts of.

use nepho_core::tables::RelationKind;

use super::ResourceMap;
use crate::graph::NodeId;

/// Deeper nesting than this is a loop in the input.
const DEEPEST: usize = 8;

impl ResourceMap {
    /// The resource that a node is a facet of, through other facets; itself if it is none.
    pub fn whole(&self, node: NodeId) -> NodeId {
        let mut whole = node;
        for _ in 0..DEEPEST {
            let mut edges = self.graph.needs(whole).iter();
            match edges.find(|edge| edge.is_facet() && edge.kind() == RelationKind::Attached) {
                Some(edge) if edge.to != node => whole = edge.to,
                _ => break,
            }
        }
        whole
    }

    /// Whether a node is a facet of another.
    pub fn is_facet(&self, node: NodeId) -> bool {
        self.whole(node) != node
    }
}
