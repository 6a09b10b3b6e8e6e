//! Paths of values in JSON records, compiled to a tree.

/// Paths, compiled to a tree. A path is `a.b`, `a[0].b`, or `a[].b` for every element; `a\.b` is
/// one key that has a dot in it.
#[derive(Clone, Debug, Default)]
pub struct PathSet {
    pub(super) nodes: Vec<Node>,
    paths: Vec<String>,
}

/// A dot that is part of a key.
pub(super) const LITERAL_DOT: &str = "\\.";

#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) keys: Vec<(String, usize)>,
    pub(super) elements: Vec<(Option<usize>, usize)>,
    /// Slot of the value that stands here, and whether it may stand here several times.
    pub(super) slot: Option<usize>,
    pub(super) repeated: bool,
}

impl PathSet {
    /// Tree of no paths.
    pub fn new() -> Self {
        Self {
            nodes: vec![Node::default()],
            paths: Vec::new(),
        }
    }

    /// Adds a path and gives its slot; the same path has the same slot, also when it is written in
    /// another case.
    pub fn add(&mut self, path: &str) -> usize {
        if let Some(slot) = self
            .paths
            .iter()
            .position(|held| held.eq_ignore_ascii_case(path))
        {
            return slot;
        }
        let slot = self.paths.len();
        self.paths.push(path.to_owned());
        let mut node = 0;
        let mut repeated = false;
        let whole = path.replace(LITERAL_DOT, "\0");
        for step in whole.split('.') {
            let (key, indexes) = step.split_once('[').unwrap_or((step, ""));
            if !key.is_empty() {
                node = self.key_child(node, &key.replace('\0', "."));
            }
            for index in indexes.split('[').filter(|index| !index.is_empty()) {
                let index = index.trim_end_matches(']').parse().ok();
                repeated |= index.is_none();
                node = self.element_child(node, index);
            }
        }
        self.nodes[node].slot = Some(slot);
        self.nodes[node].repeated = repeated;
        slot
    }

    /// Number of slots.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there is no path.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    fn key_child(&mut self, node: usize, key: &str) -> usize {
        // Keys match without case, so two spellings are one node; else what one leads to would hide
        // from the other.
        if let Some((_, child)) = self.nodes[node]
            .keys
            .iter()
            .find(|(held, _)| held.eq_ignore_ascii_case(key))
        {
            return *child;
        }
        let child = self.nodes.len();
        self.nodes.push(Node::default());
        self.nodes[node].keys.push((key.to_owned(), child));
        child
    }

    fn element_child(&mut self, node: usize, index: Option<usize>) -> usize {
        if let Some((_, child)) = self.nodes[node]
            .elements
            .iter()
            .find(|(held, _)| *held == index)
        {
            return *child;
        }
        let child = self.nodes.len();
        self.nodes.push(Node::default());
        self.nodes[node].elements.push((index, child));
        child
    }

    /// Node that `key` leads to: exactly, or without case, or along the dots within the key.
    pub(super) fn child(&self, node: usize, key: &str) -> Option<usize> {
        let keys = &self.nodes[node].keys;
        let exact = keys.iter().find(|(held, _)| held == key);
        let found = exact.or_else(|| keys.iter().find(|(held, _)| held.eq_ignore_ascii_case(key)));
        if let Some((_, child)) = found {
            return Some(*child);
        }
        let (first, rest) = key.split_once('.')?;
        self.child(self.child(node, first)?, rest)
    }
}
