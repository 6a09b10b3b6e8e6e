//! Resources by any word for them, and words that are like another.

use std::collections::{BTreeMap, HashMap};

use nepho_core::key;
use nepho_core::tables::Resource;

use crate::graph::NodeId;
use crate::identity::normal;

/// A word that is longer is compared by what it contains only.
const LONGEST_COMPARED: usize = 64;

/// All words for all nodes.
#[derive(Debug, Default)]
pub(super) struct Words {
    nodes: HashMap<String, Vec<NodeId>>,
}

impl Words {
    /// Takes note of the words of a row.
    pub(super) fn add_resource(&mut self, node: NodeId, row: &Resource) {
        // The name of what only logs name is a guess from its id.
        let name = row.name.as_ref().filter(|_| row.tool.is_some());
        let words = row.aliases.iter().chain([&row.key]).chain(name);
        for word in words {
            self.add(normal(word), node);
        }
        if let Some(address) = &row.address {
            self.add_address(node, row.tool.as_deref(), row.scope.as_deref(), address);
        }
    }

    /// Takes note of the id and the aliases of a row, and not of its name.
    pub(super) fn add_aliases(&mut self, node: NodeId, row: &Resource) {
        for word in row.aliases.iter().chain([&row.key]) {
            self.add(normal(word), node);
        }
    }

    /// Takes note of an address in a tool.
    pub(super) fn add_address(
        &mut self,
        node: NodeId,
        tool: Option<&str>,
        scope: Option<&str>,
        address: &str,
    ) {
        self.add(normal(address), node);
        if let (Some(tool), Some(scope)) = (tool, scope) {
            self.add(normal(&format!("{tool}:{scope}:{address}")), node);
        }
    }

    fn add(&mut self, word: String, node: NodeId) {
        if word.is_empty() {
            return;
        }
        let nodes = self.nodes.entry(word).or_default();
        if !nodes.contains(&node) {
            nodes.push(node);
        }
    }

    /// Nodes that a word stands for.
    pub(super) fn find(&self, word: &str) -> &[NodeId] {
        self.nodes.get(&normal(word)).map_or(&[], Vec::as_slice)
    }

    /// Nodes of the words that end with `word` behind a separator, when all are of one node or few.
    pub(super) fn find_end(&self, word: &str) -> Vec<NodeId> {
        let word = normal(word);
        let is_end = |longer: &str| {
            longer
                .strip_suffix(&word)
                .is_some_and(|front| front.ends_with(['/', ':', '.']))
        };
        let mut found: Vec<NodeId> = self
            .nodes
            .iter()
            .filter(|(longer, _)| !word.is_empty() && is_end(longer))
            .flat_map(|(_, nodes)| nodes)
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Words that are like `word`, the nearest first, one for each node.
    pub(super) fn near(&self, word: &str, most: usize) -> Vec<String> {
        let word = normal(word);
        let mut best: BTreeMap<NodeId, (usize, &str)> = BTreeMap::new();
        for (other, nodes) in &self.nodes {
            let ends = [other.as_str(), key::short_name(other)].into_iter();
            let near = ends
                .filter_map(|end| Some((distance(&word, end)?, end)))
                .min();
            let Some(near) = near else {
                continue;
            };
            for node in nodes {
                let held = best.entry(*node).or_insert(near);
                *held = (*held).min(near);
            }
        }
        let mut found: Vec<(usize, &str)> = best.into_values().collect();
        found.sort_unstable();
        found.dedup();
        let words = found.into_iter().take(most);
        words.map(|(_, word)| word.to_owned()).collect()
    }
}

/// How far two words are from each other; `None`: too far to be a slip.
///
/// A word within another counts as one slip; else letters that are changed, left out or added, at
/// most a third of the word.
fn distance(word: &str, other: &str) -> Option<usize> {
    let shorter = word.len().min(other.len());
    if shorter >= 3 && (other.contains(word) || word.contains(other)) {
        return Some(1);
    }
    let most = shorter / 3;
    let lengths_differ = word.len().abs_diff(other.len());
    if most == 0 || lengths_differ > most || word.len() > LONGEST_COMPARED {
        return None;
    }
    let changes = edits(word.as_bytes(), other.as_bytes());
    (changes <= most).then_some(changes + 1)
}

/// Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.
fn edits(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, a) in one.iter().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (place, b) in row.iter_mut().skip(1).zip(other) {
            let changed = diagonal + usize::from(a != b);
            diagonal = *place;
            left = changed.min(left + 1).min(*place + 1);
            *place = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_words() {
        assert_eq!(edits(b"kitten", b"sitting"), 3);
        assert_eq!(edits(b"", b"abc"), 3);
        assert_eq!(distance("order-bd", "order-db"), Some(3));
        assert_eq!(
            distance("orders", "arn:aws:sqs:eu-west-1:1:orders"),
            Some(1)
        );
        assert_eq!(distance("checkout", "invoices"), None);
    }
}
