//! Memory of the columns of one batch.
//!
//! An allocation costs as much as decoding a few fields, and a batch has some forty columns. So the
//! columns of a batch of few rows are copied behind each other into one piece of memory, and what
//! they were collected in is used again; those of many rows are handed over as they are.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use arrow_array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow_buffer::{
    ArrowNativeType, BooleanBuffer, Buffer, MutableBuffer, NullBuffer, ScalarBuffer,
};
use arrow_schema::DataType;

/// Batches of fewer rows are copied.
pub(super) const FEW_ROWS: usize = 2048;
/// Columns begin at addresses that Arrow recommends.
const ALIGNMENT: usize = 64;
/// Rows of columns without any value, which share their memory with all others.
pub(super) const SHARED_ROWS: usize = 1 << 16;

/// Takes the values of columns.
pub(super) struct Room {
    shared: Option<MutableBuffer>,
    /// For whoever makes bits before they are put.
    pub(super) bits: Vec<u64>,
}

/// Where the values of a column were put.
pub(super) enum Part {
    Own(Buffer),
    Shared(Range<usize>),
}

/// A column that was put into a [`Room`].
pub(super) struct Placed {
    pub(super) values: Part,
    /// A bit for each row that has a value; `None` if all have one.
    pub(super) valid: Option<Part>,
}

/// All columns that were put into a [`Room`].
pub(super) struct Memory {
    shared: Buffer,
}

impl Room {
    /// Room for a batch with so many rows, which take about so many bytes.
    pub(super) fn new(rows: usize, bytes: usize) -> Self {
        let is_shared = rows < FEW_ROWS;
        Self {
            shared: is_shared.then(|| MutableBuffer::with_capacity(bytes)),
            bits: Vec::new(),
        }
    }

    /// Takes all values, and leaves `values` empty.
    pub(super) fn put<T: ArrowNativeType>(&mut self, values: &mut Vec<T>) -> Part {
        match self.copy(values) {
            Some(part) => {
                values.clear();
                part
            }
            None => Part::Own(Buffer::from_vec(std::mem::take(values))),
        }
    }

    /// Copies values of a batch of few rows; `None` if they are to be handed over.
    pub(super) fn copy<T: ArrowNativeType>(&mut self, values: &[T]) -> Option<Part> {
        let shared = self.shared.as_mut()?;
        shared.extend_zeros(shared.len().next_multiple_of(ALIGNMENT) - shared.len());
        let start = shared.len();
        shared.extend_from_slice(values);
        Some(Part::Shared(start..shared.len()))
    }

    /// What was put here.
    pub(super) fn close(self) -> Memory {
        let shared = self.shared.map(Buffer::from).unwrap_or_default();
        Memory { shared }
    }
}

impl Memory {
    fn buffer(&self, part: Part) -> Buffer {
        match part {
            Part::Own(buffer) => buffer,
            Part::Shared(range) => self.shared.slice_with_length(range.start, range.len()),
        }
    }

    /// Values and validity of a column with so many rows.
    pub(super) fn column<T: ArrowNativeType>(
        &self,
        placed: Placed,
        rows: usize,
    ) -> (ScalarBuffer<T>, Option<NullBuffer>) {
        let valid = placed.valid.map(|valid| self.buffer(valid));
        let nulls = valid.map(|valid| NullBuffer::new(BooleanBuffer::new(valid, 0, rows)));
        (
            ScalarBuffer::new(self.buffer(placed.values), 0, rows),
            nulls,
        )
    }

    /// A column of numbers; `None` stands for one without any value.
    pub(super) fn numbers<T: ArrowPrimitiveType>(
        &self,
        placed: Option<Placed>,
        rows: usize,
        data_type: &DataType,
    ) -> ArrayRef {
        let (values, nulls) = match placed {
            Some(placed) => self.column(placed, rows),
            None => {
                let (values, nulls) = no_values(rows);
                (ScalarBuffer::new(values, 0, rows), Some(nulls))
            }
        };
        let array = PrimitiveArray::<T>::new(values, nulls);
        Arc::new(array.with_data_type(data_type.clone()))
    }
}

/// Values of at most 16 bytes for so many rows, all of them null.
pub(super) fn no_values(rows: usize) -> (Buffer, NullBuffer) {
    static SHARED: LazyLock<(Buffer, NullBuffer)> = LazyLock::new(|| {
        let values = vec![0_u128; SHARED_ROWS];
        (Buffer::from_vec(values), NullBuffer::new_null(SHARED_ROWS))
    });
    if rows > SHARED_ROWS {
        let values = Buffer::from_vec(vec![0_u128; rows]);
        return (values, NullBuffer::new_null(rows));
    }
    let (values, nulls) = &*SHARED;
    (
        values.slice_with_length(0, rows * size_of::<u128>()),
        nulls.slice(0, rows),
    )
}
