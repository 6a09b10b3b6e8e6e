//! Several tables that are read in one pass over a record: some by what stands at its top, others
//! by what stands in an object of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use nepho_core::tables::Row;

use super::fill::{Event, Fields, Filler};
use super::json::{Needs, Table, TableDecoder};
use super::slots::{Found, Slots, both, set_of};
use crate::json::scan::{PathSet, Paths, Scanner, Value, ValueKind};

/// A table and where its values stand.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Key of the object that they stand in; empty if that is the record.
    pub object: &'static str,
    /// The table, of which the name does not count.
    pub table: &'static Table,
}

/// Picks the values of several tables from records.
pub struct JointDecoder {
    compiled: Arc<Compiled>,
    scanner: Scanner,
    fillers: Vec<Filler>,
    /// The tables of what stands at the top, made for the first record that cannot be read at once,
    /// and whether they have read it.
    apart: Vec<(TableDecoder, bool)>,
    is_apart: bool,
}

impl fmt::Debug for JointDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JointDecoder")
            .field("paths", &self.compiled.count)
            .finish_non_exhaustive()
    }
}

/// Parts, compiled.
struct Compiled {
    /// Needs of the first table.
    needs: Needs,
    paths: Arc<Paths>,
    count: usize,
    parts: Vec<CompiledPart>,
}

struct CompiledPart {
    table: &'static Table,
    fields: Arc<Fields>,
    /// Slots of its values, and those of them that have one value at most.
    mine: Found,
    single: Found,
    /// Slot of the object that they stand in.
    object: Option<usize>,
}

/// What tells parts from others: their objects, and the addresses of their tables, which live as
/// long as the program.
type Key = Vec<(&'static str, usize)>;

static COMPILED: Mutex<BTreeMap<Key, Arc<Compiled>>> = Mutex::new(BTreeMap::new());

impl JointDecoder {
    /// Decoder of these tables, which go by their places: first those of what stands at the top.
    /// Needs are asked for of the first of all.
    pub fn new(parts: &[Part]) -> Self {
        let address = |part: &Part| (part.object, std::ptr::from_ref(part.table).addr());
        let key = parts.iter().map(address).collect();
        let mut held = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        let compiled = held
            .entry(key)
            .or_insert_with(|| Arc::new(Compiled::new(parts)));
        let fillers = compiled.parts.iter();
        Self {
            scanner: Scanner::of(Arc::clone(&compiled.paths)),
            fillers: fillers
                .map(|part| Filler::new(Arc::clone(&part.fields)))
                .collect(),
            compiled: Arc::clone(compiled),
            apart: Vec::new(),
            is_apart: false,
        }
    }

    /// Paths that are looked for; those beyond [`super::MAX_SLOTS`] would have no values.
    pub fn paths(&self) -> usize {
        self.compiled.count
    }

    /// Finds the values of the JSON object `text`; gives whether it is one that the first table is
    /// for.
    pub fn scan(&mut self, text: &str) -> bool {
        self.is_apart = self.scanner.scan(text).is_err();
        if self.is_apart {
            return self.scan_apart(text);
        }
        let slots = self.scanner.slots();
        if !self.compiled.needs.hold(slots, text) {
            return false;
        }
        let found = slots.found();
        for (filler, part) in self.fillers.iter_mut().zip(&self.compiled.parts) {
            filler.plan(&both(found, &part.mine));
        }
        true
    }

    /// The same for an object that is broken, if only in what one of the tables does not look into.
    #[cold]
    fn scan_apart(&mut self, text: &str) -> bool {
        if self.apart.is_empty() {
            let parts = self.compiled.parts.iter();
            let top = parts.filter(|part| part.object.is_none());
            let apart = top.map(|part| (TableDecoder::new(part.table), false));
            self.apart = apart.collect();
        }
        for (decoder, is_read) in &mut self.apart {
            *is_read = decoder.scan(text);
        }
        self.apart.first().is_some_and(|(_, is_read)| *is_read)
    }

    /// Whether the values of a part are those of `object`, a part of the last scanned `text`, and
    /// of no other of the same key.
    pub fn is_of(&self, part: usize, object: &str, text: &str) -> bool {
        let part = self.compiled.parts.get(part);
        let Some(part) = part.filter(|_| !self.is_apart) else {
            return false;
        };
        let slots = self.scanner.slots();
        let held = part
            .object
            .map_or(Value::default(), |slot| slots.value(slot));
        held.kind == ValueKind::Container
            && object.starts_with('{')
            && std::ptr::eq(held.raw(text), object)
            && slots.are_within(&part.mine, &part.single, held)
    }

    /// What a part has of the last scanned object, which was `text`.
    ///
    /// `None` if there is no such part, or its table cannot read the object.
    #[inline]
    pub fn picked<'a>(&'a self, part: usize, text: &'a str) -> Option<Picked<'a>> {
        if self.is_apart {
            let (decoder, _) = self.apart.get(part).filter(|(_, is_read)| *is_read)?;
            return Some(decoder.picked(text));
        }
        Some(Picked {
            filler: self.fillers.get(part)?,
            slots: self.scanner.slots(),
            text,
        })
    }
}

impl Compiled {
    fn new(parts: &[Part]) -> Self {
        let mut paths = PathSet::new();
        let needs = parts.first().map_or(&[][..], |part| part.table.needs);
        let needs = Needs::new(needs, &mut paths);
        let parts = parts.iter().map(|part| CompiledPart::new(part, &mut paths));
        Self {
            parts: parts.collect(),
            needs,
            count: paths.len(),
            paths: Arc::new(Paths::new(paths)),
        }
    }
}

impl CompiledPart {
    fn new(part: &Part, paths: &mut PathSet) -> Self {
        let Part { object, table } = *part;
        #[cfg(debug_assertions)]
        super::used::note(table);
        let (mut mine, mut single) = (Vec::new(), Vec::new());
        let object_slot = (!object.is_empty()).then(|| paths.add(object));
        let fields = Fields::new(table.fields, table.constants, table.finish, |path| {
            let slot = match object {
                "" => paths.add(path),
                object => paths.add(&format!("{object}.{path}")),
            };
            mine.push(slot);
            if !path.contains("[]") {
                single.push(slot);
            }
            slot
        });
        Self {
            table,
            fields: Arc::new(fields),
            mine: set_of(mine.into_iter()),
            single: set_of(single.into_iter()),
            object: object_slot,
        }
    }
}

/// What a table has of an object that was scanned.
#[derive(Clone, Copy)]
pub struct Picked<'a> {
    pub(super) filler: &'a Filler,
    pub(super) slots: &'a Slots,
    pub(super) text: &'a str,
}

impl fmt::Debug for Picked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picked")
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Picked<'a> {
    /// The values.
    pub fn event(&self) -> Event<'a> {
        self.filler.event(self.text, self.slots)
    }

    /// Puts the values into `row`.
    pub fn fill(&self, row: &mut Row<'_>) {
        self.filler.fill(self.text, self.slots, row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{keep, resource, text};
    use nepho_core::tables::Column;

    static TOP: Table = Table {
        name: "top",
        needs: &[],
        constants: &[],
        fields: &[
            text(&["user.name", "user"], Column::Actor),
            keep(&["inside", "within"], 0),
            keep(&["level"], 1),
        ],
        extras: &[],
        finish: None,
    };

    static INSIDE: Table = Table {
        name: "inside",
        needs: &[],
        constants: &[],
        fields: &[
            keep(&["level", "a.b", "list[0].c"], 0),
            keep(&["user"], 1),
            resource(&["list[].c"]),
        ],
        extras: &[],
        finish: None,
    };

    fn kept(event: &Event<'_>) -> Vec<Option<String>> {
        let texts = (0..2).map(|number| event.kept(number).map(|text| text.into_owned()));
        texts.collect()
    }

    #[test]
    fn what_is_picked_at_once_is_what_would_be_picked_apart() {
        let part = |object, table| Part { object, table };
        let parts = [part("", &TOP), part("", &INSIDE), part("inside", &INSIDE)];
        let mut joint = JointDecoder::new(&parts);
        let mut apart = [&TOP, &INSIDE, &INSIDE].map(TableDecoder::new);
        let check =
            |record: &str, is_expected: bool, decoders: (&mut _, &mut [TableDecoder; 3])| {
                let (joint, [top, beside, inside]): (&mut JointDecoder, _) = decoders;
                assert!(
                    joint.scan(record) && top.scan(record) && beside.scan(record),
                    "{record}"
                );
                let picked = |part| {
                    joint
                        .picked(part, record)
                        .map(|picked| kept(&picked.event()))
                };
                let event = top.event(record);
                assert_eq!(picked(0), Some(kept(&event)), "{record}");
                assert_eq!(picked(1), Some(kept(&beside.event(record))), "{record}");
                let object = event.kept_container(0).unwrap_or_default();
                assert_eq!(joint.is_of(2, object, record), is_expected, "{record}");
                if is_expected {
                    assert!(inside.scan(object));
                    assert_eq!(picked(2), Some(kept(&inside.event(object))), "{record}");
                }
            };
        for (record, is_expected) in [
            (r#"{"level":"x","inside":{"level":"y","a":{"b":1}}}"#, true),
            (
                r#"{"inside":{"list":[{"c":"d"},{"c":"e"}],"user":null}}"#,
                true,
            ),
            (r#"{"inside":{},"user":{"name":"n"}}"#, true),
            (r#"{"INSIDE":{"a.b":"y"}}"#, true),
            // Not the object, or not of it alone.
            (r#"{"within":{"level":"y"}}"#, false),
            (r#"{"inside":[{"level":"y"}]}"#, false),
            (r#"{"inside":"{}","within":{"level":"y"}}"#, false),
            (r#"{"inside.level":"z","inside":{"a":1}}"#, false),
            (r#"{"inside":{"level":"z"},"inside":{"user":"y"}}"#, false),
            (
                r#"{"inside":{"list":[{"c":"d"}]},"inside":{"user":"y"}}"#,
                false,
            ),
        ] {
            check(record, is_expected, (&mut joint, &mut apart));
        }
    }

    #[test]
    fn a_record_is_read_apart_where_only_a_part_of_it_is_broken() {
        let part = |object, table| Part { object, table };
        let mut joint =
            JointDecoder::new(&[part("", &TOP), part("", &INSIDE), part("inside", &INSIDE)]);
        // Nobody but the table of what stands inside looks into `a`.
        let mut top = TableDecoder::new(&TOP);
        for record in [
            r#"{"level":"x","inside":{"a":{"b" 1}}}"#,
            r#"{"level":"x","a":{"b" 1}}"#,
            r#"{"level":"x","a"}"#,
        ] {
            let is_read = top.scan(record);
            assert_eq!(joint.scan(record), is_read, "{record}");
            let picked = joint.picked(0, record).map(|picked| kept(&picked.event()));
            assert_eq!(picked, is_read.then(|| kept(&top.event(record))));
            let object = top.event(record).kept_container(0).unwrap_or_default();
            assert!(!joint.is_of(2, object, record));
        }
        assert!(joint.picked(1, r#"{"a"}"#).is_none());
        assert!(joint.scan("{}") && joint.picked(1, "{}").is_some());
    }
}
