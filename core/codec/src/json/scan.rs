//! One pass over a JSON record that picks the values of a compiled set of paths.
//!
//! Records of one kind have the same keys in nearly the same order, so the scanner remembers for
//! each key which keys followed it, and compares the literal text before it searches (a miss costs
//! one search). What no path leads to is skipped without being looked into.

use std::borrow::Cow;
use std::sync::Arc;

pub use super::paths::PathSet;
pub use super::value::{Value, ValueKind};

use super::paths::Node;
use super::skip::{Broken, MORE_TEXT, string_end};
use super::text::unescape;
use crate::bytes::skip_space;
use crate::table::Slots;

/// Keys that one node remembers; more of them are searched each time, so that a flood of keys costs
/// no memory.
const MAX_KEYS: usize = 256;
/// Keys that all nodes together remember.
const MAX_ALL_KEYS: usize = 4096;

pub(super) const NONE: u16 = u16::MAX;

/// Keys that are remembered as what follows a key: streams of a few kinds of records have as many.
pub(super) const GUESSES: usize = 4;
/// Keys that may follow, the latest first.
pub(super) type Guesses = [u16; GUESSES];

/// What the scanner does with the value of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// Node that the key leads to, or [`NONE`]: the value is skipped.
    pub(super) node: u16,
    /// Slot of the value, or [`NONE`].
    pub(super) slot: u16,
    /// Whether the value may stand here several times.
    pub(super) is_repeated: bool,
    /// Whether paths lead into an object here, and into an array.
    pub(super) has_keys: bool,
    pub(super) has_elements: bool,
}

/// Of a value that no path leads to.
const SKIP: Stop = Stop {
    node: NONE,
    slot: NONE,
    is_repeated: false,
    has_keys: false,
    has_elements: false,
};

/// A key that was found, and what is known of it.
#[derive(Clone, Copy)]
pub(super) struct Hit {
    /// Place of the key among those that are remembered, or [`NONE`].
    pub(super) key: u16,
    /// Position after its colon.
    pub(super) end: usize,
    pub(super) stop: Stop,
    /// Keys that followed it, the latest first.
    pub(super) next: Guesses,
}

/// A key that was seen at a node: `"eventName":`, with its quotes and the colon.
#[derive(Debug)]
pub(super) struct SeenKey {
    /// Its first bytes, and how many they are.
    head: [u8; HEAD],
    head_length: u32,
    /// Bytes of all of it.
    pub(super) length: usize,
    pub(super) stop: Stop,
    pub(super) next: Guesses,
    /// Node that it stands at.
    node: u16,
    bytes: Box<[u8]>,
}

/// Bytes of a key that are compared at once.
pub(super) const HEAD: usize = 32;

impl SeenKey {
    fn new(literal: &[u8], node: u16, stop: Stop) -> Self {
        let mut head = [0; HEAD];
        let length = literal.len().min(HEAD);
        head[..length].copy_from_slice(&literal[..length]);
        Self {
            head,
            head_length: length as u32,
            length: literal.len(),
            stop,
            next: [NONE; GUESSES],
            node,
            bytes: literal.into(),
        }
    }
}

/// A [`PathSet`], compiled for scanners.
#[derive(Debug)]
pub(crate) struct Paths {
    pub(super) set: PathSet,
    /// What is done with a value, by node.
    pub(super) stops: Vec<Stop>,
}

impl Paths {
    pub(crate) fn new(set: PathSet) -> Self {
        let stop = |(number, node): (usize, &Node)| Stop {
            node: u16::try_from(number).unwrap_or(NONE),
            slot: node
                .slot
                .and_then(|slot| u16::try_from(slot).ok())
                .unwrap_or(NONE),
            is_repeated: node.repeated,
            has_keys: !node.keys.is_empty(),
            has_elements: !node.elements.is_empty(),
        };
        let stops = set.nodes.iter().enumerate().map(stop).collect();
        Self { set, stops }
    }
}

/// Picks values of a [`PathSet`] from records, one after the other.
#[derive(Debug)]
pub struct Scanner {
    pub(super) paths: Arc<Paths>,
    /// Keys that an object begins with, by node, the latest first.
    pub(super) first: Vec<Guesses>,
    pub(super) slots: Slots,
    keys: Vec<SeenKey>,
    /// Keys that are remembered, by node.
    counts: Vec<usize>,
    pub(super) shape: u64,
    /// What was wrong with the last record.
    broken: Broken,
}

impl Scanner {
    /// Scanner for these paths.
    pub fn new(paths: PathSet) -> Self {
        Self::of(Arc::new(Paths::new(paths)))
    }

    /// Scanner for paths that others scan for as well.
    pub(crate) fn of(paths: Arc<Paths>) -> Self {
        let nodes = paths.set.nodes.len();
        Self {
            slots: Slots::new(paths.set.len()),
            first: vec![[NONE; GUESSES]; nodes],
            counts: vec![0; nodes],
            keys: Vec::new(),
            paths,
            shape: 0,
            broken: Broken { at: 0, what: "" },
        }
    }

    /// Finds the values of all paths in the JSON object that `record` is.
    ///
    /// A key that stands there twice counts with its last value.
    ///
    /// # Errors
    /// [`Broken`] if the object does not parse, or more text follows it.
    pub fn scan(&mut self, record: &str) -> Result<(), Broken> {
        let bytes = record.as_bytes();
        let start = skip_space(bytes, 0);
        let end = self.scan_at(record, start)?;
        if end != bytes.len() && skip_space(bytes, end) != bytes.len() {
            return Err(Broken {
                at: end,
                what: MORE_TEXT,
            });
        }
        Ok(())
    }

    /// As [`Scanner::scan`] for the object at `start` of a longer text; gives the position after
    /// it.
    ///
    /// # Errors
    /// [`Broken`] if the object does not parse.
    pub fn scan_at(&mut self, text: &str, start: usize) -> Result<usize, Broken> {
        self.slots.clear();
        self.shape = 0;
        let bytes = text.as_bytes();
        let end = match bytes.get(start) {
            Some(b'{') if u32::try_from(bytes.len()).is_ok() => self.walk(bytes, start),
            Some(b'{') => self.fail(0, "the record is longer than 4 GiB"),
            _ => self.fail(start, "not an object"),
        };
        end.ok_or(self.broken)
    }

    #[cold]
    pub(super) fn fail<T>(&mut self, at: usize, what: &'static str) -> Option<T> {
        self.broken = Broken { at, what };
        None
    }

    /// The value of a step that may fail, with what is wrong kept.
    #[inline(always)]
    pub(super) fn keep<T>(&mut self, result: Result<T, Broken>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(broken) => self.fail(broken.at, broken.what),
        }
    }

    /// Number that is the same for records with the same keys at the top, in the same order; 0 if
    /// there were more keys than are remembered. Only comparable within this scanner.
    pub fn shape(&self) -> u64 {
        self.shape
    }

    /// Forgets the values of the last record.
    pub fn clear(&mut self) {
        self.slots.clear();
    }

    /// Values that the last scan found.
    #[inline]
    pub fn slots(&self) -> &Slots {
        &self.slots
    }

    /// Value in a slot after [`Scanner::scan`].
    #[inline]
    pub fn value(&self, slot: usize) -> Value {
        self.slots.value(slot)
    }

    /// Values of a path with `[]`, in order.
    pub fn values(&self, slot: usize) -> impl Iterator<Item = Value> + '_ {
        self.slots.values(slot)
    }

    /// The key at `at` if it is one of the guesses; `common` tells how many bytes two windows have
    /// in common at their start.
    #[inline(always)]
    pub(super) fn guessed(
        &self,
        bytes: &[u8],
        at: usize,
        guesses: Guesses,
        common: impl Fn(&[u8; HEAD], &[u8; HEAD]) -> u32,
    ) -> Option<(u16, &SeenKey)> {
        let rest = bytes.get(at..)?;
        let Some(window) = rest.first_chunk::<HEAD>() else {
            return self.guessed_at_end(rest, guesses);
        };
        for guess in guesses {
            if let Some(key) = self.keys.get(usize::from(guess))
                && common(window, &key.head) >= key.head_length
                && (key.length <= HEAD || rest.starts_with(&key.bytes))
            {
                return Some((guess, key));
            }
        }
        None
    }

    /// As [`Scanner::guessed`], for the last bytes of a record.
    #[inline(never)]
    fn guessed_at_end(&self, rest: &[u8], guesses: Guesses) -> Option<(u16, &SeenKey)> {
        guesses.into_iter().find_map(|guess| {
            let key = self.keys.get(usize::from(guess))?;
            rest.starts_with(&key.bytes).then_some((guess, key))
        })
    }

    /// Finds a key that was not guessed, and remembers it.
    #[cold]
    #[inline(never)]
    pub(super) fn search(
        &mut self,
        bytes: &[u8],
        at: usize,
        node: usize,
        previous: u16,
    ) -> Option<Hit> {
        if bytes.get(at) != Some(&b'"') {
            return self.fail(at, "a key is missing");
        }
        let end = string_end(bytes, at + 1);
        let (key_end, escaped) = self.keep(end)?;
        let colon = skip_space(bytes, key_end + 1);
        if bytes.get(colon) != Some(&b':') {
            return self.fail(colon, "a colon is missing");
        }
        let literal = &bytes[at..=colon];
        let is_it = |key: &SeenKey| usize::from(key.node) == node && *key.bytes == *literal;
        let place = match self.keys.iter().position(is_it) {
            Some(place) => place,
            None => {
                let key = std::str::from_utf8(&bytes[at + 1..key_end]).unwrap_or_default();
                let key = if escaped {
                    unescape(key)
                } else {
                    Cow::Borrowed(key)
                };
                let child = self.paths.set.child(node, &key);
                let stop = child.and_then(|child| self.paths.stops.get(child).copied());
                let stop = stop.unwrap_or(SKIP);
                if self.counts[node] >= MAX_KEYS
                    || self.keys.len() >= MAX_ALL_KEYS
                    || literal.len() > 128
                {
                    return Some(Hit {
                        key: NONE,
                        end: colon + 1,
                        stop,
                        next: [NONE; GUESSES],
                    });
                }
                self.counts[node] += 1;
                let node = u16::try_from(node).unwrap_or(NONE);
                self.keys.push(SeenKey::new(literal, node, stop));
                self.keys.len() - 1
            }
        };
        let key = u16::try_from(place).unwrap_or(NONE);
        let next = match self.keys.get_mut(usize::from(previous)) {
            Some(previous) => &mut previous.next,
            None => &mut self.first[node],
        };
        if !next.contains(&key) {
            next.rotate_right(1);
            next[0] = key;
        }
        Some(Hit {
            key,
            end: colon + 1,
            stop: self.keys[place].stop,
            next: self.keys[place].next,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanner(paths: &[&str]) -> Scanner {
        let mut set = PathSet::new();
        for path in paths {
            set.add(path);
        }
        Scanner::new(set)
    }

    #[test]
    fn values_of_paths_are_found_in_any_order() {
        let mut scanner = scanner(&["a.b", "c", "d[].e", "f[1]"]);
        for _ in 0..3 {
            let record = r#"{"x":[1,{"a":2}],"a":{"b":"one","z":0},"c":null,"d":[{"e":"p"},{"e":"q"}],"f":[1,2]}"#;
            scanner.scan(record).expect("valid");
            assert_eq!(scanner.value(0).text(record).as_deref(), Some("one"));
            assert_eq!(scanner.value(1).kind, ValueKind::Null);
            let each: Vec<_> = scanner.values(2).map(|value| value.raw(record)).collect();
            assert_eq!(each, ["p", "q"]);
            assert_eq!(scanner.value(3).raw(record), "2");
            let record = r#"{ "c" : 7 , "a" : { "b" : "t\"wo" } }"#;
            scanner.scan(record).expect("valid");
            assert_eq!(scanner.value(0).text(record).as_deref(), Some("t\"wo"));
            assert_eq!(scanner.value(1).raw(record), "7");
            assert_eq!(scanner.values(2).count(), 0);
        }
    }

    #[test]
    fn an_element_may_be_wanted_by_number_and_as_one_of_all() {
        let mut scanner = scanner(&["a[0].b", "a[].c", "a[].b"]);
        let record = r#"{"a":[{"b":"p","c":1},{"b":"q","c":2}]}"#;
        scanner.scan(record).expect("valid");
        assert_eq!(scanner.value(0).raw(record), "p");
        for (slot, expected) in [(1, ["1", "2"]), (2, ["p", "q"])] {
            let each: Vec<_> = scanner
                .values(slot)
                .map(|value| value.raw(record))
                .collect();
            assert_eq!(each, expected);
        }
    }

    #[test]
    fn keys_match_without_case_and_across_dots() {
        let mut scanner = scanner(&["service.name", "level"]);
        let record = r#"{"service.name":"pay","Level":"Warn"}"#;
        scanner.scan(record).expect("valid");
        assert_eq!(scanner.value(0).raw(record), "pay");
        assert_eq!(scanner.value(1).raw(record), "Warn");
    }

    #[test]
    fn two_spellings_of_a_path_are_one() {
        let mut set = PathSet::new();
        let first = set.add("httpRequest.status");
        let other = set.add("httprequest.url");
        assert_eq!(set.add("HTTPRequest.Status"), first);
        let mut scanner = Scanner::new(set);
        let record = r#"{"httprequest":{"status":404,"url":"/"}}"#;
        scanner.scan(record).expect("valid");
        assert_eq!(scanner.value(first).raw(record), "404");
        assert_eq!(scanner.value(other).raw(record), "/");
    }

    #[test]
    fn a_flood_of_keys_does_not_grow_the_memory() {
        let mut scanner = scanner(&["last"]);
        for round in 0..50 {
            let keys: String = (0..100)
                .map(|key| format!("\"k{round}_{key}\":1,"))
                .collect();
            let record = format!("{{{keys}\"last\":2}}");
            scanner.scan(&record).expect("valid");
            assert_eq!(scanner.value(0).raw(&record), "2");
        }
        assert!(scanner.keys.len() <= MAX_KEYS);
        // With a key that there was no room for, a record has no shape, wherever the key stands.
        let last = "\"k0_0\":1,\"k0_1\":1";
        scanner.scan(&format!("{{{last}}}")).expect("valid");
        assert_ne!(scanner.shape(), 0);
        scanner
            .scan(&format!("{{\"k49_99\":1,{last}}}"))
            .expect("valid");
        assert_eq!(scanner.shape(), 0);
    }

    #[test]
    fn broken_records_are_refused() {
        let mut scanner = scanner(&["a.b"]);
        for record in [
            "",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":{\"b\":1}",
            "{\"a\":1,}",
            "{\"a\":\"x",
            "{\"a\":1}}",
            "[]",
            "{\"a\":[1,",
        ] {
            assert!(scanner.scan(record).is_err(), "{record}");
        }
    }
}
