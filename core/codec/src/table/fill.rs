//! From the values of a record to the columns of a row.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use nepho_core::tables::{Column, Row};

use super::field::{Field, To, put_text};
use super::slots::{Found, Slots, is_same};
use crate::json::scan::{Value, ValueKind};

/// A record and the values that the table picked from it.
pub struct Event<'a> {
    /// Text of the record.
    pub text: &'a str,
    pub(super) slots: &'a Slots,
    pub(super) kept: &'a [Vec<usize>],
    /// For each [`To::Keep`] field, the first of its paths that the record has.
    first: &'a [First],
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Event<'a> {
    /// Value of the [`To::Keep`] field with this number, with escapes undone.
    #[inline]
    pub fn kept(&self, number: usize) -> Option<Cow<'a, str>> {
        let first = self.first.get(number)?;
        match self.slots.get(first.slot)?.plain(self.text) {
            // Most values.
            Some(text) => Some(Cow::Borrowed(text)),
            None => self.kept_later(number, *first),
        }
    }

    /// The same where the value of the first path has escapes, or is none.
    #[inline(never)]
    fn kept_later(&self, number: usize, first: First) -> Option<Cow<'a, str>> {
        let mut slots = self.slots_from(number, first).iter();
        slots.find_map(|slot| self.slots.value(*slot).text(self.text))
    }

    /// Slots of a [`To::Keep`] field, from this one on.
    fn slots_from(&self, number: usize, first: First) -> &'a [usize] {
        let slots = self.kept.get(number);
        let slots = slots.and_then(|slots| slots.get(usize::from(first.rank)..));
        slots.unwrap_or_default()
    }

    /// Whether the value of a [`To::Keep`] field is an object or an array, and its JSON text.
    #[inline]
    pub fn kept_container(&self, number: usize) -> Option<&'a str> {
        let value = self.kept_value(number)?;
        (value.kind == ValueKind::Container).then(|| value.raw(self.text))
    }

    /// The value of a [`To::Keep`] field as it stands.
    #[inline]
    pub fn kept_value(&self, number: usize) -> Option<Value> {
        let first = self.first.get(number)?;
        let value = self.slots.get(first.slot)?;
        match value.is_set() {
            true => Some(*value),
            false => self.kept_value_later(number, *first),
        }
    }

    /// The same where the value of the first path is none.
    #[inline(never)]
    fn kept_value_later(&self, number: usize, first: First) -> Option<Value> {
        let slots = self.slots_from(number, first).iter();
        slots
            .map(|slot| self.slots.value(*slot))
            .find(Value::is_set)
    }
}

/// What a table does with the values of a record.
pub(super) type Finish = fn(&Event<'_>, &mut Row<'_>);

/// The fields of a table, compiled: for each slot, which columns it may fill.
pub(super) struct Fields {
    fields: Vec<CompiledField>,
    /// For each slot, the fields that it may fill, and its place among the paths of the field.
    uses: Vec<Vec<(usize, usize)>>,
    kept: Vec<Vec<usize>>,
    constants: &'static [(Column, &'static str)],
    finish: Option<Finish>,
}

/// Fills rows by the fields of a table.
pub(super) struct Filler {
    of: Arc<Fields>,
    plans: Vec<Plan>,
    /// The plan that was chosen last.
    chosen: usize,
}

/// A field with the slots of its paths, and whether a slot may have several values.
struct CompiledField {
    slots: Vec<(usize, bool)>,
    to: To,
}

/// What is filled from records that have values in the same slots.
struct Plan {
    found: Found,
    /// In the order of the table.
    steps: Vec<Step>,
    /// For each [`To::Keep`] field, its first path that is found.
    kept: Vec<First>,
}

/// The first path of a field that is found: its slot, or [`NONE`], and its place among the paths.
#[derive(Clone, Copy)]
struct First {
    slot: usize,
    rank: u8,
}

/// Of a field none of whose paths is found: beyond all slots.
const NONE: usize = usize::MAX;

/// A field that is filled, and the first of its paths that the records have.
struct Step {
    to: To,
    slot: usize,
    is_repeated: bool,
    field: usize,
    rank: usize,
}

/// Plans that are kept; records beyond are planned one by one.
const MAX_PLANS: usize = 64;

impl Fields {
    /// Compiles the fields of a table; `slot_of` gives the slot of a path.
    pub(super) fn new(
        fields: &'static [Field],
        constants: &'static [(Column, &'static str)],
        finish: Option<Finish>,
        mut slot_of: impl FnMut(&'static str) -> usize,
    ) -> Self {
        let mut compiled = Self {
            fields: Vec::with_capacity(fields.len()),
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
            compiled.add(slots, field.to);
        }
        compiled
    }

    fn add(&mut self, slots: Vec<(usize, bool)>, to: To) {
        if let To::Keep(number) = to {
            if self.kept.len() <= number {
                self.kept.resize(number + 1, Vec::new());
            }
            self.kept[number] = slots.into_iter().map(|(slot, _)| slot).collect();
            return;
        }
        for (rank, (slot, _)) in slots.iter().enumerate() {
            if self.uses.len() <= *slot {
                self.uses.resize(slot + 1, Vec::new());
            }
            self.uses[*slot].push((self.fields.len(), rank));
        }
        self.fields.push(CompiledField { slots, to });
    }
}

impl Filler {
    /// Filler by these fields.
    pub(super) fn new(of: Arc<Fields>) -> Self {
        Self {
            of,
            plans: Vec::new(),
            chosen: 0,
        }
    }

    /// The values of a record, which was `text`.
    pub(super) fn event<'a>(&'a self, text: &'a str, slots: &'a Slots) -> Event<'a> {
        Event {
            text,
            slots,
            kept: &self.of.kept,
            first: self.plans.get(self.chosen).map_or(&[], |plan| &plan.kept),
        }
    }

    /// Puts the values of a record, which was `text`, into `row`, as the chosen plan says.
    pub(super) fn fill(&self, text: &str, slots: &Slots, row: &mut Row<'_>) {
        for (column, value) in self.of.constants {
            row.constant(*column, value);
        }
        if let Some(plan) = self.plans.get(self.chosen) {
            for step in &plan.steps {
                let value = slots.held(step.slot);
                let is_filled = match value.plain(text) {
                    // Most values of most tables.
                    Some(plain) if !step.is_repeated => match step.to {
                        To::Text(column) => row.text_here(column, plain),
                        To::Part(column, part) => row.text_here(column, part(plain)),
                        to => put_text(plain, to, row),
                    },
                    _ => !step.is_repeated && put(*value, text, step.to, row),
                };
                if !is_filled && let Some(field) = self.of.fields.get(step.field) {
                    field.fill(step.rank + usize::from(!step.is_repeated), text, slots, row);
                }
            }
        }
        if let Some(finish) = self.of.finish {
            finish(&self.event(text, slots), row);
        }
    }

    /// Chooses the plan for a record with these values; to be called before [`Filler::fill`].
    #[inline]
    pub(super) fn plan(&mut self, found: &Found) {
        let is_it = |plan: &Plan| is_same(&plan.found, found);
        if self.plans.get(self.chosen).is_some_and(is_it) {
            return;
        }
        self.chosen = match self.plans.iter().position(is_it) {
            Some(place) => place,
            None => self.add_plan(found),
        };
    }

    #[cold]
    fn add_plan(&mut self, found: &Found) -> usize {
        if self.plans.len() >= MAX_PLANS {
            self.plans.clear();
        }
        let has = |slot: usize| {
            let word = found.get(slot / 64);
            word.is_some_and(|word| word >> (slot % 64) & 1 == 1)
        };
        let of = &self.of;
        let mut first = vec![usize::MAX; of.fields.len()];
        for (slot, uses) in of.uses.iter().enumerate() {
            for (field, rank) in uses.iter().filter(|_| has(slot)) {
                first[*field] = first[*field].min(*rank);
            }
        }
        let steps = first.into_iter().enumerate().filter_map(|(field, rank)| {
            let held = of.fields.get(field)?;
            let (slot, is_repeated) = *held.slots.get(rank)?;
            Some(Step {
                to: held.to,
                slot,
                is_repeated,
                field,
                rank,
            })
        });
        let steps = steps.collect();
        let first = |slots: &Vec<usize>| {
            let mut ranked = (0_u8..).zip(slots);
            let found = ranked.find(|(_, slot)| has(**slot));
            found.map_or(
                First {
                    slot: NONE,
                    rank: 0,
                },
                |(rank, slot)| First { slot: *slot, rank },
            )
        };
        let kept = of.kept.iter().map(first).collect();
        self.plans.push(Plan {
            found: *found,
            steps,
            kept,
        });
        self.plans.len() - 1
    }
}

impl CompiledField {
    /// Fills the field from the first usable of its paths, from the one with number `rank` on.
    #[inline]
    fn fill(&self, rank: usize, text: &str, slots: &Slots, row: &mut Row<'_>) {
        for (slot, is_repeated) in self.slots.get(rank..).unwrap_or_default() {
            let is_used = match is_repeated {
                true => put_each(slots, *slot, text, self.to, row),
                false => put(slots.value(*slot), text, self.to, row),
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
    match (value.kind, to) {
        (ValueKind::Absent | ValueKind::Null, _) => false,
        (ValueKind::Escaped, _) => put_text(&crate::json::unescape(value.raw(record)), to, row),
        _ => match value.raw(record) {
            "" => false,
            text => put_text(text, to, row),
        },
    }
}
