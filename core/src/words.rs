//! Numbers for words, which are held once, in one piece of memory.
//!
//! Analyzers hold tens of thousands of ids, names and file addresses, most of them many times.
//! A word costs its bytes and about twelve more, whatever else refers to it by its number.

use std::hash::{BuildHasher, RandomState};

/// Words that were numbered in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Words {
    text: String,
    // Where each word ends.
    ends: Vec<u32>,
    // Numbers plus one by hash, at most half of them taken; zero is free.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl Words {
    /// Number of `word`, a new one while fewer than `limit` are held; `None` beyond that, and
    /// beyond 4 GB of text.
    pub fn number(&mut self, word: &str, limit: usize) -> Option<u32> {
        if self.slots.len() < (self.ends.len() + 1) * 2 {
            self.grow();
        }
        let place = self.place(word);
        if let Some(number) = self.held(place) {
            return Some(number);
        }
        let number = u32::try_from(self.ends.len()).ok()?;
        let end = u32::try_from(self.text.len() + word.len()).ok()?;
        if self.ends.len() >= limit {
            return None;
        }
        self.text.push_str(word);
        self.ends.push(end);
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = number + 1;
        }
        Some(number)
    }

    /// Number of `word`, if it has one.
    pub fn find(&self, word: &str) -> Option<u32> {
        match self.slots.is_empty() {
            true => None,
            false => self.held(self.place(word)),
        }
    }

    /// Word with this number; empty for a number that was never given.
    pub fn name(&self, number: u32) -> &str {
        let end = |number: u32| self.ends.get(number as usize).map(|end| *end as usize);
        let start = number.checked_sub(1).and_then(end).unwrap_or_default();
        let word = end(number).and_then(|end| self.text.get(start..end));
        word.unwrap_or_default()
    }

    /// All words, by number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        let numbers = 0..u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        numbers.map(|number| (number, self.name(number)))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn held(&self, place: usize) -> Option<u32> {
        self.slots.get(place)?.checked_sub(1)
    }

    /// Slot of a word, or the free one that it would get.
    fn place(&self, word: &str) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut place = self.hasher.hash_one(word) as usize & mask;
        while let Some(number) = self.held(place) {
            if self.name(number) == word {
                break;
            }
            place = (place + 1) & mask;
        }
        place
    }

    /// Doubles the slots. Half of them stay free, so that every search ends.
    fn grow(&mut self) {
        let slots = (self.slots.len() * 2).max(16);
        self.slots = vec![0; slots];
        for number in 0..self.ends.len() as u32 {
            let place = self.place(self.name(number));
            if let Some(slot) = self.slots.get_mut(place) {
                *slot = number + 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_one_number() {
        let mut words = Words::default();
        assert_eq!(words.find("a"), None);
        let names: Vec<String> = (0..10_000).map(|number| format!("word {number}")).collect();
        for _ in 0..2 {
            for (number, name) in (0_u32..).zip(&names) {
                assert_eq!(words.number(name, 10_000), Some(number));
            }
        }
        assert_eq!(words.len(), 10_000);
        assert_eq!(words.find("word 77"), Some(77));
        assert_eq!(words.name(9_999), "word 9999");
        assert_eq!(words.iter().nth(1), Some((1, "word 1")));
    }

    #[test]
    fn beyond_the_limit_only_those_that_are_held_have_one() {
        let mut words = Words::default();
        assert_eq!(words.number("", 1), Some(0));
        assert_eq!(words.number("b", 1), None);
        assert_eq!(words.number("", 1), Some(0));
        assert_eq!(
            (words.find("b"), words.name(0), words.name(1)),
            (None, "", "")
        );
    }
}
