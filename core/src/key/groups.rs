//! Which of many words were found to be of one thing.

use std::collections::BTreeMap;

/// Words, each of one group with others.
///
/// A forest whose roots are the first words of their groups; ways are halved while they are walked
/// (Tarjan, van Leeuwen: "Worst-case Analysis of Set Union Algorithms", JACM 1984).
#[derive(Debug)]
pub(super) struct Groups<'a> {
    /// Sorted.
    words: Vec<&'a str>,
    parents: Vec<usize>,
    /// Of each root, whether its group is closed to other closed ones.
    is_closed: Vec<bool>,
}

impl<'a> Groups<'a> {
    /// One group for each of these words, which are sorted. Two groups with a word that `closes`
    /// are never united.
    pub(super) fn of(words: impl Iterator<Item = &'a str>, closes: impl Fn(&str) -> bool) -> Self {
        let words: Vec<&str> = words.collect();
        Self {
            parents: (0..words.len()).collect(),
            is_closed: words.iter().map(|word| closes(word)).collect(),
            words,
        }
    }

    /// Number of the group of a word.
    pub(super) fn of_word(&mut self, word: &str) -> Option<usize> {
        let place = self.words.binary_search(&word).ok()?;
        Some(self.root(place))
    }

    fn root(&mut self, mut place: usize) -> usize {
        loop {
            let parent = self.parents.get(place).copied().unwrap_or(place);
            if parent == place {
                return place;
            }
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(own) = self.parents.get_mut(place) {
                *own = above;
            }
            place = above;
        }
    }

    /// Makes one group of those of two words.
    pub(super) fn unite(&mut self, one: &str, other: &str) {
        let (Some(one), Some(other)) = (self.of_word(one), self.of_word(other)) else {
            return;
        };
        let is_closed = |place: usize| self.is_closed.get(place) == Some(&true);
        if one == other || (is_closed(one) && is_closed(other)) {
            return;
        }
        let (kept, gone) = (one.min(other), one.max(other));
        let closes = is_closed(gone);
        if let Some(parent) = self.parents.get_mut(gone) {
            *parent = kept;
        }
        if let Some(held) = self.is_closed.get_mut(kept) {
            *held |= closes;
        }
    }

    /// All groups by their numbers, each with its words in order.
    pub(super) fn all(&mut self) -> BTreeMap<usize, Vec<&'a str>> {
        let mut found: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for place in 0..self.words.len() {
            let root = self.root(place);
            let word = self.words.get(place).copied();
            found.entry(root).or_default().extend(word);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_united_unless_both_groups_are_closed() {
        let words = ["a", "b", "c", "x1", "x2"];
        let mut groups = Groups::of(words.into_iter(), |word| word.starts_with('x'));
        groups.unite("c", "x1");
        groups.unite("b", "c");
        groups.unite("x2", "b");
        groups.unite("b", "absent");
        let all: Vec<Vec<&str>> = groups.all().into_values().collect();
        assert_eq!(all, [vec!["a"], vec!["b", "c", "x1"], vec!["x2"]]);
        assert_eq!(groups.of_word("x1"), groups.of_word("b"));
        assert_ne!(groups.of_word("x2"), groups.of_word("b"));
        assert_eq!(groups.of_word("absent"), None);
    }
}
