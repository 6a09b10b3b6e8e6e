//! Numbers for canonical ids and names.

use nepho_core::words::Words;

/// Number of a node in one graph. It says nothing outside of it, and is never stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Names, each with a number, from zero on in the order in which they came.
#[derive(Debug, Default)]
pub struct Names(Words);

impl Names {
    /// Number of a name, a new one if it has none.
    pub fn intern(&mut self, name: &str) -> NodeId {
        // Names of a graph are rows in memory: they have far less than 4 GB of text.
        NodeId(self.0.number(name, usize::MAX).unwrap_or(u32::MAX))
    }

    /// Number of a name.
    pub fn find(&self, name: &str) -> Option<NodeId> {
        self.0.find(name).map(NodeId)
    }

    /// Name of a number; empty for a number that was not given out.
    pub fn name(&self, node: NodeId) -> &str {
        self.0.name(node.0)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All numbers, in order.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.0.len()).unwrap_or(u32::MAX)).map(NodeId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number() {
        let mut names = Names::default();
        let (one, other) = (names.intern("a"), names.intern("b"));
        assert_eq!(names.intern("a"), one);
        assert_eq!((names.name(other), names.len()), ("b", 2));
        assert_eq!(names.find("c"), None);
        assert_eq!(names.name(NodeId(9)), "");
    }
}
