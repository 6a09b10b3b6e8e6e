//! Columns of table `logs` while rows are added.

use arrow_array::ArrowPrimitiveType;

use super::room::{Placed, Room};
use super::views::{self, PlacedViews, View};

/// Rows by which a column becomes longer: those of one word of bits.
const STEP: usize = 64;

/// Makes a column so long that `row` is in it, a step at a time; there is room for about
/// `expected` rows from the first one on.
fn grow<V: Copy + Default>(values: &mut Vec<V>, row: usize, expected: usize) {
    let rows = (row / STEP + 1) * STEP;
    if values.capacity() < rows {
        values.reserve(expected.max(rows + rows / 2) - values.len());
    }
    values.resize(rows, V::default());
}

/// One text column, with room for rows to come. A row without a value has the default view, which
/// is empty: no value is.
#[derive(Default)]
pub(super) struct TextColumn {
    pub(super) views: Vec<View>,
}

impl TextColumn {
    #[inline]
    pub(super) fn set(&mut self, row: usize, view: View, expected: usize) {
        match self.views.get_mut(row) {
            Some(held) => *held = view,
            None => self.grow(row, view, expected),
        }
    }

    /// Sets the view of a row that there is no room for yet.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, row: usize, view: View, expected: usize) {
        grow(&mut self.views, row, expected);
        if let Some(held) = self.views.get_mut(row) {
            *held = view;
        }
    }

    /// Takes the view of a row away.
    pub(super) fn clear(&mut self, row: usize) {
        if let Some(held) = self.views.get_mut(row) {
            *held = View::default();
        }
    }

    /// Puts the column into `room`; `None` if no row has a value. `is_full` tells that every row
    /// has one.
    pub(super) fn place(
        &mut self,
        rows: usize,
        is_full: bool,
        room: &mut Room,
    ) -> Option<PlacedViews> {
        if self.views.is_empty() {
            return None;
        }
        self.views.resize(rows, View::default());
        Some(views::place(&mut self.views, is_full, room))
    }
}

/// One numeric column with room for rows to come, and one bit for each row that has a value.
pub(super) struct NumberColumn<T: ArrowPrimitiveType> {
    values: Vec<T::Native>,
    valid: Vec<u64>,
    filled: usize,
}

impl<T: ArrowPrimitiveType> NumberColumn<T> {
    pub(super) fn new() -> Self {
        Self {
            values: Vec::new(),
            valid: Vec::new(),
            filled: 0,
        }
    }

    #[inline]
    pub(super) fn set(&mut self, row: usize, value: T::Native, expected: usize) {
        if self.values.len() <= row {
            self.grow(row, expected);
        }
        if let (Some(held), Some(valid)) = (self.values.get_mut(row), self.valid.get_mut(row / 64))
        {
            *held = value;
            *valid |= 1 << (row % 64);
            self.filled += 1;
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, row: usize, expected: usize) {
        grow(&mut self.values, row, expected);
        self.valid.resize(self.values.len() / STEP, 0);
    }

    /// Puts the column into `room`; `None` if no row has a value.
    pub(super) fn place(&mut self, rows: usize, room: &mut Room) -> Option<Placed> {
        if self.filled == 0 {
            return None;
        }
        self.values.resize(rows, T::Native::default());
        self.valid.resize(rows.div_ceil(64), 0);
        let has_nulls = self.filled < rows;
        self.filled = 0;
        let valid = has_nulls.then(|| room.put(&mut self.valid));
        self.valid.clear();
        Some(Placed {
            values: room.put(&mut self.values),
            valid,
        })
    }

    /// As [`NumberColumn::place`], with `default` where a row has no value.
    pub(super) fn place_or(&mut self, default: T::Native, rows: usize, room: &mut Room) -> Placed {
        self.values.resize(rows, default);
        if self.filled > 0 {
            for (row, value) in self.values.iter_mut().enumerate() {
                let word = self.valid.get(row / 64).copied().unwrap_or_default();
                if word >> (row % 64) & 1 == 0 {
                    *value = default;
                }
            }
        }
        self.filled = 0;
        self.valid.clear();
        let values = room.put(&mut self.values);
        Placed {
            values,
            valid: None,
        }
    }
}
