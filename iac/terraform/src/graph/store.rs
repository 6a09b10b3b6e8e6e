//! Where a graph keeps what it knows of tens of thousands of resources: texts behind each other,
//! names that repeat only once, and places by hash. Texts with the same hash are compared.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use nepho_iac_common::fingerprint;

/// A piece of [`Texts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    length: u32,
}

/// Texts, one behind the other.
#[derive(Default)]
pub(super) struct Texts(String);

impl Texts {
    /// Keeps a text. What is beyond 4 GiB is not kept: no document is that large.
    pub(super) fn add(&mut self, text: &str) -> Span {
        let start = u32::try_from(self.0.len());
        let end = u32::try_from(self.0.len() + text.len());
        match (start, end) {
            (Ok(start), Ok(end)) => {
                self.0.push_str(text);
                let length = end - start;
                Span { start, length }
            }
            _ => Span::default(),
        }
    }

    /// As [`Texts::add`], unless it is one of `known`, which is told once more then.
    pub(super) fn add_once(&mut self, text: &str, known: impl Iterator<Item = Span>) -> Span {
        for span in known {
            if self.get(span) == text {
                return span;
            }
        }
        self.add(text)
    }

    pub(super) fn get(&self, span: Span) -> &str {
        let start = span.start as usize;
        let end = start + span.length as usize;
        self.0.get(start..end).unwrap_or_default()
    }
}

/// Number of a name.
pub(super) type Name = u32;

/// A map of what [`hash`] gives, or of pairs of that: such numbers need not be hashed once more.
pub(super) type ByNumber<K, V> = HashMap<K, V, BuildHasherDefault<Plain>>;
/// A set of the same.
pub(super) type Numbers<K> = HashSet<K, BuildHasherDefault<Plain>>;

/// Takes numbers as they are.
#[derive(Clone, Copy, Default)]
pub(super) struct Plain(u64);

impl Hasher for Plain {
    fn write(&mut self, bytes: &[u8]) {
        self.write_u64(fingerprint::of_bytes(bytes));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = self.0.rotate_left(5) ^ number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Names that are held once.
#[derive(Default)]
pub(super) struct Names {
    spans: Vec<Span>,
    numbers: ByNumber<u64, Name>,
}

impl Names {
    /// Number of a name, which is new if nobody told of it.
    pub(super) fn add(&mut self, name: &str, texts: &mut Texts) -> Name {
        match self.search(name, texts) {
            Ok(number) => number,
            Err(free) => {
                let next = Name::try_from(self.spans.len()).unwrap_or(Name::MAX);
                self.spans.push(texts.add(name));
                self.numbers.insert(free, next);
                next
            }
        }
    }

    /// Number of a name that was told of.
    pub(super) fn number(&self, name: &str, texts: &Texts) -> Option<Name> {
        self.search(name, texts).ok()
    }

    /// Number of a name, or where it would stand: behind the others of the same hash.
    fn search(&self, name: &str, texts: &Texts) -> Result<Name, u64> {
        let mut place = hash(name);
        while let Some(number) = self.numbers.get(&place) {
            if texts.get(self.span(*number)) == name {
                return Ok(*number);
            }
            place = place.wrapping_add(1);
        }
        Err(place)
    }

    /// Where a name stands.
    pub(super) fn span(&self, number: Name) -> Span {
        let span = self.spans.get(number as usize);
        span.copied().unwrap_or_default()
    }
}

/// Names with their texts.
#[derive(Default)]
pub(super) struct Keys {
    names: Names,
    texts: Texts,
}

impl Keys {
    /// Number of a key, which is new if nobody told of it.
    pub(super) fn add(&mut self, key: &str) -> Name {
        self.names.add(key, &mut self.texts)
    }

    /// Key with this number.
    pub(super) fn text(&self, number: Name) -> &str {
        self.texts.get(self.names.span(number))
    }

    /// Number of a key that was told of.
    pub(super) fn number(&self, key: &str) -> Option<Name> {
        self.names.number(key, &self.texts)
    }
}

/// Places of nodes by words, of which only the hashes are kept: whoever looks one up must see
/// whether the node has it.
#[derive(Default)]
pub(super) struct Index {
    /// Numbers of words and places, sorted once all are added.
    entries: Vec<(u64, u32)>,
    /// Where the entries begin whose numbers begin with the same bits, and where they end.
    starts: Vec<u32>,
    /// How many bits do not count for that.
    shift: u32,
}

impl Index {
    pub(super) fn add(&mut self, word: &str, place: usize) {
        let entry = (hash(word), u32::try_from(place).unwrap_or(u32::MAX));
        // A node has few words, one behind the other.
        let own = self.entries.iter().rev();
        let mut own = own.take_while(|held| held.1 == entry.1);
        if !own.any(|held| *held == entry) {
            self.entries.push(entry);
        }
    }

    /// Ends the adding, before anything is looked up.
    pub(super) fn seal(&mut self) {
        // About one entry to each beginning.
        let bits = self.entries.len().max(2).ilog2();
        self.shift = u64::BITS - bits;
        let beginning = |entry: &(u64, u32)| (entry.0 >> self.shift) as usize;
        let mut ends = vec![0_u32; (1 << bits) + 1];
        for entry in &self.entries {
            if let Some(count) = ends.get_mut(beginning(entry) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        // Each goes to the next free place of its beginning; there they are put in order.
        let mut sorted = vec![(0, 0); self.entries.len()];
        let mut free = ends.clone();
        for entry in std::mem::take(&mut self.entries) {
            if let Some(place) = free.get_mut(beginning(&entry)) {
                if let Some(to) = sorted.get_mut(*place as usize) {
                    *to = entry;
                }
                *place += 1;
            }
        }
        for pair in ends.windows(2) {
            if let Some(alike) = sorted.get_mut(pair[0] as usize..pair[1] as usize) {
                alike.sort_unstable();
            }
        }
        self.entries = sorted;
        self.starts = ends;
    }

    /// Places that a word, or another one with the same hash, was added with, in order.
    pub(super) fn get<'i>(&'i self, word: &str) -> impl Iterator<Item = usize> + use<'i> {
        let hash = hash(word);
        let beginning = hash.checked_shr(self.shift).unwrap_or(0) as usize;
        let range = self.starts.get(beginning..beginning + 2);
        let alike = match range {
            Some([start, end]) => self.entries.get(*start as usize..*end as usize),
            _ => None,
        };
        let alike = alike.unwrap_or_default();
        let start = alike.iter().take_while(|entry| entry.0 < hash).count();
        let rest = alike.get(start..).unwrap_or_default();
        let count = rest.iter().take_while(|entry| entry.0 == hash).count();
        let found = rest.get(..count).unwrap_or_default();
        found.iter().map(|(_, place)| *place as usize)
    }
}

/// Number by which a text is looked for. Others may have the same.
fn hash(text: &str) -> u64 {
    #[cfg(test)]
    if tests::COLLIDES.get() {
        return u64::MAX - 1;
    }
    fingerprint::of_bytes(text.as_bytes())
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// Whether all texts have the same hash on this thread.
        pub(in crate::graph) static COLLIDES: Cell<bool> = const { Cell::new(false) };
    }

    #[test]
    fn names_with_the_same_hash_stay_apart() {
        COLLIDES.set(true);
        let mut keys = Keys::default();
        let numbers = ["a", "b", "", "c", "a", "b"].map(|key| keys.add(key));
        assert_eq!(numbers, [0, 1, 2, 3, 0, 1]);
        assert_eq!((keys.number("c"), keys.number("d")), (Some(3), None));
    }

    #[test]
    fn texts_and_names_are_held_once() {
        let mut texts = Texts::default();
        let one = texts.add("arn:1");
        let other = texts.add_once("i-1", [one].into_iter());
        assert_eq!(texts.add_once("arn:1", [other, one].into_iter()), one);
        let mut names = Names::default();
        let number = names.add("aws_vpc", &mut texts);
        assert_ne!(names.add("", &mut texts), number);
        assert_eq!(names.add("aws_vpc", &mut texts), number);
        assert_eq!(texts.get(names.span(number)), "aws_vpc");
        assert_eq!((texts.get(other), names.number("x", &texts)), ("i-1", None));
    }

    #[test]
    fn words_lead_to_places_in_order() {
        let mut index = Index::default();
        for (word, place) in [("b", 1), ("a", 2), ("b", 3), ("a", 3), ("b", 3)] {
            index.add(word, place);
        }
        index.seal();
        assert_eq!(index.get("b").collect::<Vec<_>>(), [1, 3]);
        assert_eq!(index.get("c").count(), 0);
    }
}
