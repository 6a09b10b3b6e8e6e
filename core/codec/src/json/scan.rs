//! One pass over a JSON record that picks the values of a compiled set of paths.
//!
//! Records of one kind have the same keys in nearly the same order, so the scanner remembers what
//! stood between two values, and compares that text before it searches (a miss costs one search).
//! What no path leads to is skipped without being looked into.

use std::sync::Arc;

pub use super::paths::PathSet;
pub use super::value::{Value, ValueKind};

use super::paths::Node;
use super::skip::{Broken, MORE_TEXT};
use super::steps::{Hit, START, Steps, between};
use crate::bytes::skip_space;
use crate::table::Slots;

pub(super) const NONE: u16 = u16::MAX;
/// Of a slot: what stands there is one of several values.
pub(super) const REPEATED: u16 = 1 << 15;

/// What the scanner does with the value of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// Node that the key leads to, or [`NONE`]: the value is skipped.
    pub(super) node: u16,
    /// Slot of the value, or [`NONE`]; with [`REPEATED`] if the value may stand here several times.
    pub(super) slot: u16,
    /// Whether paths lead into an object here, and into an array.
    pub(super) has_keys: bool,
    pub(super) has_elements: bool,
}

/// Of a value that no path leads to.
pub(super) const SKIP: Stop = Stop {
    node: NONE,
    slot: NONE,
    has_keys: false,
    has_elements: false,
};

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
            slot: match node.slot.and_then(|slot| u16::try_from(slot).ok()) {
                Some(slot) if slot < REPEATED && node.repeated => slot | REPEATED,
                Some(slot) if slot < REPEATED => slot,
                _ => NONE,
            },
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
    pub(super) steps: Steps,
    pub(super) slots: Slots,
    /// Whether the shapes of records are wanted.
    pub(super) is_shaped: bool,
    pub(super) shape: u64,
    /// Whether a key at the top was not remembered.
    pub(super) has_unknown: bool,
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
        Self {
            slots: Slots::new(paths.set.len()),
            steps: Steps::new(paths.set.nodes.len()),
            paths,
            is_shaped: false,
            shape: 0,
            has_unknown: false,
            broken: Broken { at: 0, what: "" },
        }
    }

    /// The same, which tells the [`Scanner::shape`] of records as well.
    #[must_use]
    pub fn shaped(mut self) -> Self {
        self.is_shaped = true;
        self
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
        self.has_unknown = false;
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
    /// there were more keys than are remembered, or this scanner is not [`Scanner::shaped`]. Only
    /// comparable within this scanner.
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

    /// What stands between two values, where it was not guessed; it is remembered.
    #[cold]
    #[inline(never)]
    pub(super) fn search(
        &mut self,
        bytes: &[u8],
        at: usize,
        node: usize,
        previous: u16,
    ) -> Option<Hit> {
        let found = self.keep(between(bytes, at, previous == START))?;
        let hit = self.steps.enter(&self.paths, bytes, node, previous, &found);
        self.has_unknown |= node == 0 && hit.place == NONE;
        Some(hit)
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
    fn a_key_with_a_dot_is_told_from_a_path() {
        let mut scanner = scanner(&["a.b", "a\\.b"]);
        let record = r#"{"a":{"b":1}}"#;
        scanner.scan(record).expect("valid");
        assert_eq!(scanner.value(0).raw(record), "1");
        assert!(!scanner.value(1).is_set());
        let record = r#"{"a.b":2}"#;
        scanner.scan(record).expect("valid");
        assert!(!scanner.value(0).is_set());
        assert_eq!(scanner.value(1).raw(record), "2");
    }

    #[test]
    fn keys_that_begin_alike_are_told_apart() {
        // Steps of as many bytes as are compared at once, and of more and fewer.
        for length in 20..40 {
            let key = "k".repeat(length);
            let paths = ["a", "b", "ab"].map(|end| format!("{key}{end}"));
            let mut scanner = scanner(&paths.each_ref().map(String::as_str));
            for round in 0..4 {
                let place = |place: usize| (round + place) % 3;
                let members = [0, 1, 2].map(|at| format!("\"{}\":\"{at}\"", paths[place(at)]));
                let record = format!("{{{}}}", members.join(","));
                scanner.scan(&record).expect("valid");
                for at in 0..3 {
                    assert_eq!(scanner.value(place(at)).raw(&record), at.to_string());
                }
            }
        }
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
        let mut scanner = scanner(&["last"]).shaped();
        for round in 0..50 {
            let keys: String = (0..100)
                .map(|key| format!("\"k{round}_{key}\":1,"))
                .collect();
            let record = format!("{{{keys}\"last\":2}}");
            scanner.scan(&record).expect("valid");
            assert_eq!(scanner.value(0).raw(&record), "2");
        }
        assert!(scanner.steps.len() <= 512);
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
