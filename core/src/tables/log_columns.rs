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

/// One numeric column, and one bit for each row that has a value.
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
        if self.values.len() != row {
            self.values.resize(row, T::Native::default());
        } else if row == 0 {
            self.values.reserve(expected);
        }
        self.values.push(value);
        let word = row / 64;
        if self.valid.len() <= word {
            self.valid.resize(word + 1, 0);
        }
        self.valid[word] |= 1 << (row % 64);
        self.filled += 1;
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
        let valid = has_nulls.then(|| room.put(&mut self.valid, |word| word));
        self.valid.clear();
        Some(Placed {
            values: room.put(&mut self.values, |value| value),
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
        let values = room.put(&mut self.values, |value| value);
        Placed {
            values,
            valid: None,
        }
    }
}
