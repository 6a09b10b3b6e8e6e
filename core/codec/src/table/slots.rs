//! Values that were picked from one record, by the number of their path or capture.

use crate::json::scan::Value;

/// Words of the set of slots that have a value.
const WORDS: usize = 9;
/// Paths that one table may have, or several that are read in one pass.
pub const MAX_SLOTS: usize = WORDS * 64;

/// Set of the slots that have a value; records with the same set are filled in alike.
pub(super) type Found = [u64; WORDS];

/// Set of these slots.
pub(super) fn set_of(slots: impl Iterator<Item = usize>) -> Found {
    let mut set = [0; WORDS];
    for slot in slots {
        if let Some(word) = set.get_mut(slot / 64) {
            *word |= 1 << (slot % 64);
        }
    }
    set
}

/// Whether two sets are the same.
#[inline]
pub(super) fn is_same(one: &Found, other: &Found) -> bool {
    let words = one.iter().zip(other);
    words.fold(0, |all, (one, other)| all | (one ^ other)) == 0
}

/// Slots that are in both sets.
#[inline]
pub(super) fn both(one: &Found, other: &Found) -> Found {
    let mut set = *one;
    for (word, other) in set.iter_mut().zip(other) {
        *word &= other;
    }
    set
}

/// Values of one record. Filled anew for each record without giving memory back.
#[derive(Debug, Default)]
pub struct Slots {
    /// What stands at a place that is not in `found` is of an earlier record.
    values: Vec<Value>,
    found: Found,
    repeated: Vec<(usize, Value)>,
}

impl Slots {
    /// Room for `count` values; those beyond [`MAX_SLOTS`] stay empty.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            values: vec![Value::default(); count.min(MAX_SLOTS)],
            found: [0; WORDS],
            repeated: Vec::new(),
        }
    }

    /// Forgets all values.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.found = [0; WORDS];
        self.repeated.clear();
    }

    /// Sets a value; one that stands there already is replaced. Gives whether there is such a slot.
    #[inline]
    pub(crate) fn put(&mut self, slot: usize, value: Value) -> bool {
        let Some(held) = self.values.get_mut(slot) else {
            return false;
        };
        *held = value;
        self.mark(slot);
        true
    }

    /// Adds one of several values.
    pub(crate) fn push(&mut self, slot: usize, value: Value) {
        if slot < self.values.len() {
            self.mark(slot);
            self.repeated.push((slot, value));
        }
    }

    #[inline]
    fn mark(&mut self, slot: usize) {
        if let Some(word) = self.found.get_mut(slot / 64) {
            *word |= 1 << (slot % 64);
        }
    }

    /// Set of the slots that have a value.
    #[inline]
    pub(super) fn found(&self) -> &Found {
        &self.found
    }

    /// Whether one of these slots has a value.
    #[inline]
    pub(super) fn has_any(&self, slots: &Found) -> bool {
        let both = self.found.iter().zip(slots).map(|(a, b)| a & b);
        both.fold(0, |all, word| all | word) != 0
    }

    /// Whether all values of the slots `mine`, of which `single` have one at most, stand within
    /// `outer`.
    pub(super) fn are_within(&self, mine: &Found, single: &Found, outer: Value) -> bool {
        let mut slot = 0;
        for mut word in both(&self.found, single) {
            while word != 0 {
                let value = self.held(slot + word.trailing_zeros() as usize);
                if !value.is_within(&outer) {
                    return false;
                }
                word &= word - 1;
            }
            slot += 64;
        }
        let is_mine = |slot: usize| {
            let word = mine.get(slot / 64);
            word.is_some_and(|word| word >> (slot % 64) & 1 == 1)
        };
        let mut repeated = self.repeated.iter();
        repeated.all(|(slot, value)| !is_mine(*slot) || value.is_within(&outer))
    }

    /// Whether a slot has a value.
    #[inline]
    pub fn has(&self, slot: usize) -> bool {
        let word = self.found.get(slot / 64).copied().unwrap_or_default();
        word >> (slot % 64) & 1 == 1
    }

    /// Value in a slot.
    #[inline]
    pub fn value(&self, slot: usize) -> Value {
        match self.values.get(slot) {
            Some(value) if self.has(slot) => *value,
            _ => Value::default(),
        }
    }

    /// Value in a slot that is known to have one.
    #[inline(always)]
    pub(super) fn held(&self, slot: usize) -> &Value {
        static NONE: Value = Value::NONE;
        self.get(slot).unwrap_or(&NONE)
    }

    /// The same; `None` if there is no such slot.
    #[inline(always)]
    pub(super) fn get(&self, slot: usize) -> Option<&Value> {
        self.values.get(slot)
    }

    /// Values of a path with `[]`, in order.
    pub fn values(&self, slot: usize) -> impl Iterator<Item = Value> + '_ {
        let found = self.repeated.iter();
        found
            .filter(move |(held, _)| *held == slot)
            .map(|(_, value)| *value)
    }
}
