//! Columns of table `logs` while rows are added.

use arrow_array::ArrowPrimitiveType;

use super::room::{Placed, Room};
use super::views::{self, PlacedViews, View};

/// One text column. A row without a value has the default view, which is empty: no value is.
#[derive(Default)]
pub(super) struct TextColumn {
    pub(super) views: Vec<View>,
}

impl TextColumn {
    #[inline]
    pub(super) fn set(&mut self, row: usize, view: View, expected: usize) {
        if self.views.len() == row {
            if row == 0 {
                self.views.reserve(expected);
            }
            self.views.push(view);
        } else {
            self.set_elsewhere(row, view, expected);
        }
    }

    /// Sets the view of a row before which there are rows without one, or that has one.
    #[inline(never)]
    fn set_elsewhere(&mut self, row: usize, view: View, expected: usize) {
        if let Some(held) = self.views.get_mut(row) {
            *held = view;
            return;
        }
        if self.views.capacity() <= row {
            self.views
                .reserve(expected.saturating_sub(self.views.len()));
        }
        self.views.resize(row, View::default());
        self.views.push(view);
    }

    /// Puts the column into `room`; `None` if no row has a value.
    pub(super) fn place(&mut self, rows: usize, room: &mut Room) -> Option<PlacedViews> {
        if self.views.is_empty() {
            return None;
        }
        self.views.resize(rows, View::default());
        Some(views::place(&mut self.views, room))
    }
}

/// One numeric column.
pub(super) struct NumberColumn<T: ArrowPrimitiveType> {
    values: Vec<T::Native>,
    /// One bit for each row that has a value; empty as long as every row up to the last one does.
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
        if self.values.len() != row || !self.valid.is_empty() {
            return self.set_sparse(row, value);
        }
        if row == 0 {
            self.values.reserve(expected);
        }
        self.values.push(value);
        self.filled += 1;
    }

    /// Sets the value of a row before which there are rows without one.
    #[inline(never)]
    fn set_sparse(&mut self, row: usize, value: T::Native) {
        self.mark(row + 1);
        self.values.resize(row, T::Native::default());
        self.values.push(value);
        if let Some(word) = self.valid.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
        self.filled += 1;
    }

    /// Makes the bits of so many rows.
    fn mark(&mut self, rows: usize) {
        if self.valid.is_empty() {
            self.valid.resize(self.filled / 64, u64::MAX);
            self.valid.push((1 << (self.filled % 64)) - 1);
        }
        self.valid
            .resize(rows.div_ceil(64).max(self.valid.len()), 0);
    }

    /// Puts the column into `room`; `None` if no row has a value.
    pub(super) fn place(&mut self, rows: usize, room: &mut Room) -> Option<Placed> {
        if self.filled == 0 {
            return None;
        }
        self.values.resize(rows, T::Native::default());
        let valid = (self.filled < rows).then(|| {
            self.mark(rows);
            self.valid.truncate(rows.div_ceil(64));
            room.put(&mut self.valid, |word| word)
        });
        self.filled = 0;
        self.valid.clear();
        Some(Placed {
            values: room.put(&mut self.values, |value| value),
            valid,
        })
    }

    /// As [`NumberColumn::place`], with `default` where a row has no value.
    pub(super) fn place_or(&mut self, default: T::Native, rows: usize, room: &mut Room) -> Placed {
        self.values.resize(rows, default);
        if !self.valid.is_empty() {
            for (row, value) in self.values.iter_mut().enumerate() {
                let word = self.valid.get(row / 64).copied().unwrap_or_default();
                if word >> (row % 64) & 1 == 0 {
                    *value = default;
                }
            }
        }
        self.filled = 0;
        self.valid.clear();
        let values = room.put(&mut self.values, |value| value);
        Placed {
            values,
            valid: None,
        }
    }
}
