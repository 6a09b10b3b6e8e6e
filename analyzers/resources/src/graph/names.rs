//! Numbers for canonical ids and names.

use std::collections::HashMap;
use std::sync::Arc;

/// Number of a node in one graph. It says nothing outside of it, and is never stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Names, each with a number, from zero on in the order in which they came.
#[derive(Debug, Default)]
pub struct Names {
    numbers: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
}

impl Names {
    /// Number of a name, a new one if it has none.
    pub fn intern(&mut self, name: &str) -> NodeId {
        if let Some(number) = self.numbers.get(name) {
            return NodeId(*number);
        }
        // Names of a graph are rows in memory: there are far fewer than four billion.
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        NodeId(number)
    }

    /// Number of a name.
    pub fn find(&self, name: &str) -> Option<NodeId> {
        self.numbers.get(name).map(|number| NodeId(*number))
    }

    /// Name of a number; empty for a number that was not given out.
    pub fn name(&self, node: NodeId) -> &str {
        self.names.get(node.0 as usize).map_or("", |name| name)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// All numbers, in order.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.names.len()).unwrap_or(u32::MAX)).map(NodeId)
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
