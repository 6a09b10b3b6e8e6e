//! Values that were picked from one record, by the number of their path or capture.

use crate::json::scan::{Value, ValueKind};

/// Values of one record. Filled anew for each record without giving memory back.
#[derive(Debug, Default)]
pub struct Slots {
    values: Vec<Value>,
    /// Slots that have a value, each once.
    set: Vec<usize>,
    repeated: Vec<(usize, Value)>,
}

impl Slots {
    /// Room for `count` values.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            values: vec![Value::default(); count],
            set: Vec::with_capacity(count),
            repeated: Vec::new(),
        }
    }

    /// Forgets all values.
    pub(crate) fn clear(&mut self) {
        for slot in self.set.drain(..) {
            self.values[slot] = Value::default();
        }
        self.repeated.clear();
    }

    /// Sets a value; one that stands there already is replaced.
    #[inline]
    pub(crate) fn put(&mut self, slot: usize, value: Value) {
        let Some(held) = self.values.get_mut(slot) else {
            return;
        };
        if held.kind == ValueKind::Absent {
            self.set.push(slot);
        }
        *held = value;
    }

    /// Adds one of several values.
    pub(crate) fn push(&mut self, slot: usize, value: Value) {
        if !self.is_repeated(slot) {
            self.set.push(slot);
        }
        self.repeated.push((slot, value));
    }

    /// Slots that have a value, each once.
    pub fn found(&self) -> impl Iterator<Item = usize> + '_ {
        self.set.iter().copied()
    }

    /// Whether a slot has several values.
    pub fn is_repeated(&self, slot: usize) -> bool {
        self.repeated.iter().any(|(held, _)| *held == slot)
    }

    /// Value in a slot.
    #[inline]
    pub fn value(&self, slot: usize) -> Value {
        self.values.get(slot).copied().unwrap_or_default()
    }

    /// Values of a path with `[]`, in order.
    pub fn values(&self, slot: usize) -> impl Iterator<Item = Value> + '_ {
        let found = self.repeated.iter();
        found
            .filter(move |(held, _)| *held == slot)
            .map(|(_, value)| *value)
    }
}
