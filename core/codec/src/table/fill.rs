//! From the values of a record to the columns of a row.

use std::borrow::Cow;

use nepho_core::tables::{Column, Row};

use super::field::{Field, To, put_text};
use super::slots::Slots;
use crate::json::scan::{Value, ValueKind};

/// A record and the values that the table picked from it.
pub struct Event<'a> {
    /// Text of the record.
    pub text: &'a str,
    pub(super) slots: &'a Slots,
    pub(super) kept: &'a [Vec<usize>],
}

impl<'a> Event<'a> {
    /// Value of the [`To::Keep`] field with this number, with escapes undone.
    pub fn kept(&self, number: usize) -> Option<Cow<'a, str>> {
        let slots = self.kept.get(number)?;
        slots
            .iter()
            .find_map(|slot| self.slots.value(*slot).text(self.text))
    }

    /// Whether the value of a [`To::Keep`] field is an object or an array, and its JSON text.
    pub fn kept_container(&self, number: usize) -> Option<&'a str> {
        let value = self.kept_value(number)?;
        (value.kind == ValueKind::Container).then(|| value.raw(self.text))
    }

    /// The value of a [`To::Keep`] field as it stands.
    pub fn kept_value(&self, number: usize) -> Option<Value> {
        let slots = self.kept.get(number)?;
        slots
            .iter()
            .map(|slot| self.slots.value(*slot))
            .find(Value::is_set)
    }
}

/// What a table does with the values of a record.
pub(super) type Finish = fn(&Event<'_>, &mut Row<'_>);

/// The fields of a table, compiled: for each slot, which columns it may fill.
pub(super) struct Filler {
    fields: Vec<CompiledField>,
    /// For each slot, the fields that it may fill, and its place among the paths of the field.
    uses: Vec<Vec<(usize, u16)>>,
    kept: Vec<Vec<usize>>,
    constants: &'static [(Column, &'static str)],
    finish: Option<Finish>,
}

/// A field with the slots of its paths, and whether a slot may have several values.
struct CompiledField {
    slots: Vec<(usize, bool)>,
    to: To,
}

/// Fields of a table of which the first present path is found by one look at what a record has;
/// those beyond are gone through one by one.
const FAST_FIELDS: usize = 128;

impl Filler {
    /// Compiles the fields of a table; `slot_of` gives the slot of a path.
    pub(super) fn new(
        fields: &'static [Field],
        constants: &'static [(Column, &'static str)],
        finish: Option<Finish>,
        mut slot_of: impl FnMut(&'static str) -> usize,
    ) -> Self {
        let mut filler = Self {
            fields: Vec::new(),
            uses: Vec::new(),
            kept: Vec::new(),
            constants,
            finish,
        };
        for field in fields {
            let slots: Vec<(usize, bool)> = field
                .from
                .iter()
                .map(|path| (slot_of(path), path.contains("[]")))
                .collect();
            filler.add(slots, field.to);
        }
        filler
    }

    fn add(&mut self, slots: Vec<(usize, bool)>, to: To) {
        if let To::Keep(number) = to {
            if self.kept.len() <= number {
                self.kept.resize(number + 1, Vec::new());
            }
            self.kept[number] = slots.into_iter().map(|(slot, _)| slot).collect();
            return;
        }
        for (rank, (slot, _)) in (0_u16..).zip(&slots) {
            if self.uses.len() <= *slot {
                self.uses.resize(slot + 1, Vec::new());
            }
            self.uses[*slot].push((self.fields.len(), rank));
        }
        self.fields.push(CompiledField { slots, to });
    }

    /// The values of a record, which was `text`.
    pub(super) fn event<'a>(&'a self, text: &'a str, slots: &'a Slots) -> Event<'a> {
        Event {
            text,
            slots,
            kept: &self.kept,
        }
    }

    /// Puts the values of a record, which was `text`, into `row`.
    pub(super) fn fill(&self, text: &str, slots: &Slots, row: &mut Row<'_>) {
        for (column, value) in self.constants {
            row.constant(*column, value);
        }
        // The first path of each field that the record has, and which fields those are.
        let mut first = [u16::MAX; FAST_FIELDS];
        let mut present = 0_u128;
        for slot in slots.found() {
            for (field, rank) in self.uses.get(slot).map_or(&[][..], Vec::as_slice) {
                if let Some(held) = first.get_mut(*field) {
                    *held = (*held).min(*rank);
                    present |= 1 << *field;
                }
            }
        }
        while present != 0 {
            let field = present.trailing_zeros() as usize;
            present &= present - 1;
            let rank = first.get(field).copied().unwrap_or_default();
            self.fill_field(field, usize::from(rank), text, slots, row);
        }
        for field in FAST_FIELDS..self.fields.len() {
            self.fill_field(field, 0, text, slots, row);
        }
        if let Some(finish) = self.finish {
            finish(&self.event(text, slots), row);
        }
    }

    /// Fills a field from the first usable of its paths, from the one with number `rank` on.
    fn fill_field(&self, field: usize, rank: usize, text: &str, slots: &Slots, row: &mut Row<'_>) {
        let Some(field) = self.fields.get(field) else {
            return;
        };
        for (slot, is_repeated) in field.slots.get(rank..).unwrap_or_default() {
            let is_used = match is_repeated {
                true => put_each(slots, *slot, text, field.to, row),
                false => put(slots.value(*slot), text, field.to, row),
            };
            if is_used {
                return;
            }
        }
    }
}

fn put_each(slots: &Slots, slot: usize, text: &str, to: To, row: &mut Row<'_>) -> bool {
    let mut any = false;
    for value in slots.values(slot) {
        any |= put(value, text, to, row);
    }
    any
}

/// Puts one value where it belongs; gives whether it was usable.
fn put(value: Value, record: &str, to: To, row: &mut Row<'_>) -> bool {
    let Some(text) = value.text(record) else {
        return false;
    };
    put_text(&text, to, row)
}
