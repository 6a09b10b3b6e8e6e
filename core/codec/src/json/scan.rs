//! One pass over a JSON record that picks the values of a compiled set of paths.
//!
//! Records of one kind have the same keys in nearly the same order, so the scanner remembers for
//! each key which keys followed it, and compares the literal text before it searches (a miss costs
//! one search). What no path leads to is skipped without being looked into.

use std::borrow::Cow;

use super::skip::{Broken, MORE_TEXT, scalar_end, skip_container, skip_value, string_end};
use super::text::unescape;
use crate::bytes::skip_space;
use crate::table::Slots;

/// What a value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValueKind {
    /// The path leads nowhere.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A string without escapes.
    Text,
    /// A string with escapes.
    Escaped,
    /// A number, `true` or `false`.
    Scalar,
    /// An object or an array.
    Container,
}

/// A value that was found: its kind, and its range in the record (of strings, without the quotes).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    start: u32,
    end: u32,
}

impl Value {
    /// JSON text of the value as it stands; of strings, what stands between the quotes.
    #[inline]
    pub fn raw<'a>(&self, record: &'a str) -> &'a str {
        record
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// Text of the value, with escapes undone; `None` if it is absent, null or empty.
    #[inline]
    pub fn text<'a>(&self, record: &'a str) -> Option<Cow<'a, str>> {
        match self.kind {
            ValueKind::Absent | ValueKind::Null => None,
            ValueKind::Escaped => Some(unescape(self.raw(record))),
            _ if self.start == self.end => None,
            _ => Some(Cow::Borrowed(self.raw(record))),
        }
    }

    /// Text without escapes in this range of the record.
    pub fn text_at(start: u32, end: u32) -> Self {
        Self {
            kind: ValueKind::Text,
            start,
            end,
        }
    }

    /// Whether there is a value other than `null`.
    #[inline]
    pub fn is_set(&self) -> bool {
        !matches!(self.kind, ValueKind::Absent | ValueKind::Null)
    }
}

/// Paths, compiled to a tree. A path is `a.b`, `a[0].b`, or `a[].b` for every element.
#[derive(Clone, Debug, Default)]
pub struct PathSet {
    nodes: Vec<Node>,
    paths: Vec<String>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    keys: Vec<(String, usize)>,
    elements: Vec<(Option<usize>, usize)>,
    /// Slot of the value that stands here, and whether it may stand here several times.
    slot: Option<usize>,
    repeated: bool,
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
        for step in path.split('.') {
            let (key, indexes) = step.split_once('[').unwrap_or((step, ""));
            if !key.is_empty() {
                node = self.key_child(node, key);
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
    fn child(&self, node: usize, key: &str) -> Option<usize> {
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

/// Keys that one node remembers; more of them are searched each time, so that a flood of keys costs
/// no memory.
const MAX_KEYS: usize = 256;
/// Keys that all nodes together remember.
const MAX_ALL_KEYS: usize = 4096;

const NONE: u32 = u32::MAX;

/// A key that was seen at a node.
#[derive(Debug)]
struct SeenKey {
    /// The key with its quotes and the colon: `"eventName":`.
    literal: Literal,
    /// Node that it leads to, or [`NONE`].
    child: u32,
    /// Keys that followed it, the latest first.
    next: [u32; 2],
    /// Node that it stands at.
    node: u32,
}

/// What the scanner has to know of a node while it reads.
#[derive(Clone, Copy, Debug)]
struct Stop {
    /// Slot of the value that stands here, or [`NONE`].
    slot: u32,
    /// Whether the value may stand here several times.
    is_repeated: bool,
    has_keys: bool,
    has_elements: bool,
    /// Keys that an object here begins with, the latest first.
    first: [u32; 2],
    /// Keys that are remembered here.
    keys: u32,
}

/// Bytes that are compared with two wide loads, as far as they are short.
#[derive(Debug)]
struct Literal {
    bytes: Box<[u8]>,
    head: (u128, u128),
    tail: (u128, u128),
}

impl Literal {
    fn new(bytes: &[u8]) -> Self {
        let part = |start: usize| {
            let mut word = [0; 16];
            let mut mask = [0; 16];
            for (place, byte) in bytes.iter().skip(start).take(16).enumerate() {
                word[place] = *byte;
                mask[place] = 0xff;
            }
            (u128::from_le_bytes(word), u128::from_le_bytes(mask))
        };
        Self {
            head: part(0),
            tail: part(16),
            bytes: bytes.into(),
        }
    }

    /// Whether `text` begins with these bytes.
    #[inline(always)]
    fn begins(&self, text: &[u8]) -> bool {
        let wide = match text.first_chunk::<32>() {
            Some(window) if self.bytes.len() <= 32 => window,
            _ => return text.starts_with(&self.bytes),
        };
        let word = |bytes: Option<&[u8; 16]>| bytes.map_or(0, |bytes| u128::from_le_bytes(*bytes));
        word(wide.first_chunk()) & self.head.1 == self.head.0
            && word(wide.last_chunk()) & self.tail.1 == self.tail.0
    }
}

/// Picks values of a [`PathSet`] from records, one after the other.
#[derive(Debug)]
pub struct Scanner {
    paths: PathSet,
    stops: Vec<Stop>,
    keys: Vec<SeenKey>,
    slots: Slots,
    shape: u64,
    /// What was wrong with the last record.
    broken: Broken,
}

impl Scanner {
    /// Scanner for these paths.
    pub fn new(paths: PathSet) -> Self {
        let stop = |node: &Node| Stop {
            slot: node
                .slot
                .and_then(|slot| u32::try_from(slot).ok())
                .unwrap_or(NONE),
            is_repeated: node.repeated,
            has_keys: !node.keys.is_empty(),
            has_elements: !node.elements.is_empty(),
            first: [NONE; 2],
            keys: 0,
        };
        Self {
            slots: Slots::new(paths.len()),
            stops: paths.nodes.iter().map(stop).collect(),
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
        self.slots.clear();
        self.shape = 0;
        match self.whole(record.as_bytes()) {
            Some(()) => Ok(()),
            None => Err(self.broken),
        }
    }

    /// As [`Scanner::scan`] for the object at `start` of a longer text; gives the position after it.
    ///
    /// # Errors
    /// [`Broken`] if the object does not parse.
    pub fn scan_at(&mut self, text: &str, start: usize) -> Result<usize, Broken> {
        self.slots.clear();
        self.shape = 0;
        let bytes = text.as_bytes();
        let end = match bytes.get(start) {
            Some(b'{') if u32::try_from(bytes.len()).is_ok() => self.object(bytes, start, 0),
            _ => self.fail(start, "not an object"),
        };
        end.ok_or(self.broken)
    }

    /// Forgets the values of the last record.
    pub fn clear(&mut self) {
        self.slots.clear();
    }

    fn whole(&mut self, bytes: &[u8]) -> Option<()> {
        if u32::try_from(bytes.len()).is_err() {
            return self.fail(0, "the record is longer than 4 GiB");
        }
        let start = skip_space(bytes, 0);
        if bytes.get(start) != Some(&b'{') {
            return self.fail(start, "not an object");
        }
        let end = self.object(bytes, start, 0)?;
        if end != bytes.len() && skip_space(bytes, end) != bytes.len() {
            return self.fail(end, MORE_TEXT);
        }
        Some(())
    }

    #[cold]
    fn fail<T>(&mut self, at: usize, what: &'static str) -> Option<T> {
        self.broken = Broken { at, what };
        None
    }

    /// The value of a step that may fail, with what is wrong kept.
    #[inline(always)]
    fn keep<T>(&mut self, result: Result<T, Broken>) -> Option<T> {
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

    /// Scans the object at `start`; the recursion is as deep as the deepest path.
    fn object(&mut self, bytes: &[u8], start: usize, node: usize) -> Option<usize> {
        let mut at = after_space(bytes, start + 1);
        if bytes.get(at) == Some(&b'}') {
            return Some(at + 1);
        }
        let mut previous = NONE;
        let mut shape = 1_u64;
        loop {
            let guesses = match previous {
                NONE => self.stops.get(node)?.first,
                previous => self.keys.get(previous as usize)?.next,
            };
            let (key, child) = match self.guessed(bytes, at, guesses) {
                Some((key, child, length)) => {
                    at += length;
                    (key, child)
                }
                None => {
                    let (key, child, end) = self.search(bytes, at, node, previous)?;
                    at = end;
                    (key, child)
                }
            };
            previous = key;
            // A key that is not remembered leaves the object without a shape.
            shape = match key {
                NONE => 0,
                key => {
                    (shape.rotate_left(9) ^ u64::from(key + 1)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                }
            };
            at = after_space(bytes, at);
            at = match child {
                NONE => {
                    let skipped = skip_value(bytes, at);
                    self.keep(skipped)?
                }
                child => self.value_at(bytes, at, child as usize)?,
            };
            match bytes.get(at) {
                Some(b',') => at = after_space(bytes, at + 1),
                Some(b'}') => break,
                _ => {
                    at = skip_space(bytes, at);
                    match bytes.get(at) {
                        Some(b',') => at = skip_space(bytes, at + 1),
                        Some(b'}') => break,
                        _ => return self.fail(at, "a comma or a brace is missing"),
                    }
                }
            }
        }
        if node == 0 {
            self.shape = shape;
        }
        Some(at + 1)
    }

    /// The key at `at` if it is one of the guesses, with the node that it leads to and its length.
    #[inline(always)]
    fn guessed(&self, bytes: &[u8], at: usize, guesses: [u32; 2]) -> Option<(u32, u32, usize)> {
        let rest = bytes.get(at..)?;
        for guess in guesses {
            if let Some(key) = self.keys.get(guess as usize)
                && key.literal.begins(rest)
            {
                return Some((guess, key.child, key.literal.bytes.len()));
            }
        }
        None
    }

    /// Finds a key that was not guessed, and remembers it: its place among the keys, the node that
    /// it leads to, and the position after its colon.
    #[cold]
    #[inline(never)]
    fn search(
        &mut self,
        bytes: &[u8],
        at: usize,
        node: usize,
        previous: u32,
    ) -> Option<(u32, u32, usize)> {
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
        let is_it = |key: &SeenKey| key.node as usize == node && *key.literal.bytes == *literal;
        let place = match self.keys.iter().position(is_it) {
            Some(place) => place,
            None => {
                let key = std::str::from_utf8(&bytes[at + 1..key_end]).unwrap_or_default();
                let key = if escaped {
                    unescape(key)
                } else {
                    Cow::Borrowed(key)
                };
                let child = self.paths.child(node, &key);
                let child = child
                    .and_then(|child| u32::try_from(child).ok())
                    .unwrap_or(NONE);
                let held = self.stops.get(node)?.keys as usize;
                if held >= MAX_KEYS || self.keys.len() >= MAX_ALL_KEYS || literal.len() > 128 {
                    return Some((NONE, child, colon + 1));
                }
                self.stops[node].keys += 1;
                self.keys.push(SeenKey {
                    literal: Literal::new(literal),
                    child,
                    next: [NONE; 2],
                    node: u32::try_from(node).unwrap_or(NONE),
                });
                self.keys.len() - 1
            }
        };
        let child = self.keys[place].child;
        let place = u32::try_from(place).unwrap_or(NONE);
        let next = match self.keys.get_mut(previous as usize) {
            Some(key) => &mut key.next,
            None => &mut self.stops[node].first,
        };
        if next[0] != place {
            *next = [place, next[0]];
        }
        Some((place, child, colon + 1))
    }

    #[inline]
    fn value_at(&mut self, bytes: &[u8], at: usize, node: usize) -> Option<usize> {
        let stop = *self.stops.get(node)?;
        let (kind, start, end, next) = match bytes.get(at) {
            Some(b'"') => {
                let found = string_end(bytes, at + 1);
                let (end, escaped) = self.keep(found)?;
                let kind = if escaped {
                    ValueKind::Escaped
                } else {
                    ValueKind::Text
                };
                (kind, at + 1, end, end + 1)
            }
            Some(b'{') if stop.has_keys => {
                let end = self.object(bytes, at, node)?;
                (ValueKind::Container, at, end, end)
            }
            Some(b'[') if stop.has_elements => {
                let end = self.array(bytes, at, node)?;
                (ValueKind::Container, at, end, end)
            }
            Some(b'{' | b'[') => {
                let end = skip_container(bytes, at);
                let end = self.keep(end)?;
                (ValueKind::Container, at, end, end)
            }
            Some(b',' | b'}' | b']' | b':') | None => {
                return self.fail(at, "a value is missing");
            }
            Some(first) => {
                let end = scalar_end(bytes, at);
                let kind = if *first == b'n' {
                    ValueKind::Null
                } else {
                    ValueKind::Scalar
                };
                (kind, at, end, end)
            }
        };
        if stop.slot != NONE {
            // Positions fit: `scan` refuses records that are longer.
            let value = Value {
                kind,
                start: start as u32,
                end: end as u32,
            };
            match stop.is_repeated {
                true => self.slots.push(stop.slot as usize, value),
                false => self.slots.put(stop.slot as usize, value),
            }
        }
        Some(next)
    }

    fn array(&mut self, bytes: &[u8], start: usize, node: usize) -> Option<usize> {
        let mut at = skip_space(bytes, start + 1);
        if bytes.get(at) == Some(&b']') {
            return Some(at + 1);
        }
        let mut index = 0;
        loop {
            // The element of this number, and what is wanted of every element.
            let mut end = None;
            for place in 0..self.paths.nodes[node].elements.len() {
                let (held, child) = self.paths.nodes[node].elements[place];
                if held.is_none_or(|held| held == index) {
                    end = Some(self.value_at(bytes, at, child)?);
                }
            }
            at = match end {
                Some(end) => end,
                None => {
                    let skipped = skip_value(bytes, at);
                    self.keep(skipped)?
                }
            };
            at = skip_space(bytes, at);
            match bytes.get(at) {
                Some(b',') => at = skip_space(bytes, at + 1),
                Some(b']') => return Some(at + 1),
                _ => return self.fail(at, "a comma or a bracket is missing"),
            }
            index += 1;
        }
    }
}

/// Position of the first byte at or after `start` that is no white space; most often `start`.
#[inline(always)]
fn after_space(bytes: &[u8], start: usize) -> usize {
    match bytes.get(start) {
        Some(byte) if *byte > b' ' => start,
        _ => skip_space(bytes, start),
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
