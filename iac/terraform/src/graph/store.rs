//! Where a graph keeps what it knows of tens of thousands of resources: texts behind each other,
//! names that repeat only once, and places by hash.

use std::collections::HashMap;

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

/// Names that are held once.
#[derive(Default)]
pub(super) struct Names {
    spans: Vec<Span>,
    numbers: HashMap<u64, Name>,
}

impl Names {
    /// Number of a name, which is new if nobody told of it.
    pub(super) fn add(&mut self, name: &str, texts: &mut Texts) -> Name {
        let next = Name::try_from(self.spans.len()).unwrap_or(Name::MAX);
        let number = *self.numbers.entry(hash(name)).or_insert(next);
        if number == next {
            self.spans.push(texts.add(name));
        }
        number
    }

    /// Number of a name that was told of.
    pub(super) fn number(&self, name: &str) -> Option<Name> {
        self.numbers.get(&hash(name)).copied()
    }

    /// Where a name stands.
    pub(super) fn span(&self, number: Name) -> Span {
        let span = self.spans.get(number as usize);
        span.copied().unwrap_or_default()
    }
}

/// Places of nodes by words.
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
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        self.entries.push((hash(word), place));
    }

    /// Ends the adding, before anything is looked up.
    pub(super) fn seal(&mut self) {
        self.entries.sort_unstable();
        self.entries.dedup();
        // About one entry to each beginning.
        let bits = self.entries.len().max(2).ilog2();
        self.shift = u64::BITS - bits;
        let mut place = 0;
        self.starts = (0..=1_u64 << bits)
            .map(|beginning| {
                let rest = self.entries.get(place..).unwrap_or_default();
                let before = |entry: &&(u64, u32)| entry.0 >> self.shift < beginning;
                place += rest.iter().take_while(before).count();
                u32::try_from(place).unwrap_or(u32::MAX)
            })
            .collect();
    }

    /// Places that a word was added with, in order.
    pub(super) fn get<'i>(&'i self, word: &str) -> impl ExactSizeIterator<Item = usize> + use<'i> {
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

/// Number that stands for a text. Among the names of one document two with the same number are not
/// to be expected: of a million, one pair in thirty million documents.
pub(super) fn hash(text: &str) -> u64 {
    fingerprint::of_bytes(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!((texts.get(other), names.number("x")), ("i-1", None));
    }

    #[test]
    fn words_lead_to_places_in_order() {
        let mut index = Index::default();
        for (word, place) in [("b", 3), ("a", 2), ("b", 1), ("b", 3)] {
            index.add(word, place);
        }
        index.seal();
        assert_eq!(index.get("b").collect::<Vec<_>>(), [1, 3]);
        assert_eq!(index.get("c").len(), 0);
    }
}
