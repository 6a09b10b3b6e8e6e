//! The phrases of `failures.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::words::Words;

pub(super) static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("failures.txt")));

/// A word of the table is not longer.
const WORD: usize = 32;

/// What is asked of a phrase besides its words; the lines of the table begin with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Failure,
    Crash,
    Told,
    Answer,
    Begin,
    Soft,
    Trace,
    Before,
    Well,
    Later,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "failure" => Self::Failure,
            "crash" => Self::Crash,
            "told" => Self::Told,
            "answer" => Self::Answer,
            "begin" => Self::Begin,
            "soft" => Self::Soft,
            "trace" => Self::Trace,
            "before" => Self::Before,
            "well" => Self::Well,
            "later" => Self::Later,
            _ => return None,
        })
    }
}

/// The table of words.
#[derive(Default)]
pub(super) struct Table {
    /// What tells of failures.
    pub(super) failures: Phrases,
    pub(super) before: Phrases,
    pub(super) well: Phrases,
    pub(super) later: Phrases,
}

impl Table {
    fn read(text: &str) -> Self {
        let mut table = Self::default();
        for (kind, phrase) in lines(text).flat_map(phrases) {
            if let Some(kind) = Kind::of(kind) {
                table.of(kind).add(kind, phrase);
            }
        }
        table
    }

    fn of(&mut self, kind: Kind) -> &mut Phrases {
        match kind {
            Kind::Before => &mut self.before,
            Kind::Well => &mut self.well,
            Kind::Later => &mut self.later,
            _ => &mut self.failures,
        }
    }
}

/// Lines of the table that are no comment.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// The phrases of a line, each with the name of its kind.
fn phrases(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let (kind, phrases) = line.split_once(": ").unwrap_or((line, ""));
    phrases.split(" | ").map(move |phrase| (kind, phrase))
}

/// A phrase without its first word.
type Rest = (Kind, Vec<Part>);

/// Phrases by their first word.
#[derive(Default)]
pub(super) struct Phrases {
    by_first: HashMap<String, Vec<Rest>, FixedState>,
    /// Phrases that begin with a number.
    numbered: Vec<Rest>,
    /// A bit for the first two letters of each, since few words of a message begin a phrase.
    beginnings: [u64; 16],
}

impl Phrases {
    fn add(&mut self, kind: Kind, phrase: &str) {
        let words = phrase.split([' ', '\'']).filter(|word| !word.is_empty());
        let mut parts: Vec<Part> = words.map(Part::of).collect();
        match parts.first() {
            Some(Part::Word(word)) => {
                let first = word.clone();
                let (place, bit) = Self::beginning(&first);
                self.beginnings[place] |= bit;
                parts.remove(0);
                let held = self.by_first.entry(first).or_default();
                held.push((kind, parts));
            }
            Some(_) => self.numbered.push((kind, parts)),
            None => {}
        }
    }

    /// Kind and number of words of the longest phrase that begins at a word.
    pub(super) fn find(&self, words: &Words<'_>, at: usize) -> Option<(Kind, usize)> {
        let word = words.word(at)?;
        let known = self.behind(word).iter();
        let known = known.filter(|(_, rest)| fit(words, at + 1, rest));
        let found = known.map(|(kind, rest)| (*kind, rest.len() + 1));
        let longest = found.max_by_key(|(_, length)| *length);
        longest.or_else(|| {
            let is_number = || word.starts_with(|first: char| first.is_ascii_digit());
            let mut numbered = self.numbered.iter().filter(|_| is_number());
            let (kind, parts) = numbered.find(|(_, parts)| {
                parts.first().is_some_and(|first| first.fits(word))
                    && fit(words, at + 1, parts.get(1..).unwrap_or_default())
            })?;
            Some((*kind, parts.len()))
        })
    }

    /// What follows a word in the phrases that begin with it, in letters of any size.
    fn behind(&self, word: &str) -> &[Rest] {
        let (place, bit) = Self::beginning(word);
        if self.beginnings[place] & bit == 0 {
            return &[];
        }
        let mut lower = [0_u8; WORD];
        let lower = lower.get_mut(..word.len()).map(|lower| {
            lower.copy_from_slice(word.as_bytes());
            lower.make_ascii_lowercase();
            &*lower
        });
        let lower = lower.and_then(|lower| std::str::from_utf8(lower).ok());
        let known = lower.and_then(|lower| self.by_first.get(lower));
        known.map_or(&[], Vec::as_slice)
    }

    /// Place of the bit of the first two bytes; letters of both sizes have one.
    fn beginning(word: &str) -> (usize, u64) {
        let mut bytes = word.bytes().map(|byte| usize::from(byte & 0x1f));
        let number = (bytes.next().unwrap_or(0) << 5) | bytes.next().unwrap_or(0);
        (number / 64, 1 << (number % 64))
    }
}

/// Whether these parts stand from a word on, each near the one before.
fn fit(words: &Words<'_>, at: usize, parts: &[Part]) -> bool {
    parts.iter().enumerate().all(|(index, part)| {
        let at = at + index;
        let is_near = at
            .checked_sub(1)
            .is_some_and(|before| words.are_near(before));
        is_near && words.word(at).is_some_and(|word| part.fits(word))
    })
}

/// A word of a phrase behind the first, or the first where it is a number.
enum Part {
    Word(String),
    /// Whatever word.
    Any,
    /// An exit status other than 0 and those of a program that was asked to stop.
    Exit,
    /// A signal other than those that ask a program to stop.
    Signal,
    /// A status of a failed server.
    ServerError,
}

impl Part {
    fn of(word: &str) -> Self {
        match word {
            "<any>" => Self::Any,
            "<exit>" => Self::Exit,
            "<signal>" => Self::Signal,
            "<5xx>" => Self::ServerError,
            word => Self::Word(word.to_owned()),
        }
    }

    fn fits(&self, word: &str) -> bool {
        let number = || word.parse::<u32>().unwrap_or(0);
        let is_one_of = |known: &[&str]| known.iter().any(|one| one.eq_ignore_ascii_case(word));
        match self {
            Self::Word(own) => own.eq_ignore_ascii_case(word),
            Self::Any => true,
            // 128 and the number of the signal: SIGINT, SIGTERM.
            Self::Exit => !matches!(number(), 0 | 130 | 143),
            Self::Signal => {
                let is_named = word.starts_with("SIG") && !is_one_of(&["sigint", "sigterm"]);
                is_named || !matches!(number(), 0 | 2 | 15)
            }
            Self::ServerError => {
                word.len() == 3 && matches!(number(), 500..=511 | 520..=530 | 598 | 599)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_the_table_is_read() {
        for (kind, phrase) in lines(include_str!("failures.txt")).flat_map(phrases) {
            assert!(Kind::of(kind).is_some(), "{kind}: {phrase}");
            assert!(!phrase.trim().is_empty(), "{kind}");
            let mut words = phrase.split(' ');
            assert!(
                words.all(|word| !word.is_empty() && word.len() <= WORD),
                "{phrase}"
            );
        }
    }
}
