//! Columns of numbers and times: differences of neighbors.

use ::parquet::basic::Encoding;
use ::parquet::file::statistics::Statistics;
use ::parquet::schema::types::ColumnDescPtr;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    DurationNanosecondType, Float64Type, Int32Type, TimestampNanosecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};
use nepho_core::Result;

use super::bits::push_deltas;
use super::page::{Chunk, PageEncoder};
use super::validity::Validity;
use super::{Closed, PAGE_ROWS, unknown_type};

/// What the values are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Stored as 32 bits. The values of unsigned types are not negative here.
    Narrow,
    /// Stored as 64 bits.
    Wide,
    /// Stored as 64 bits, compared without a sign.
    WideUnsigned,
    /// The bits of a double.
    Float,
}

/// A column of numbers in the row group that is being written.
pub(super) struct NumberColumn {
    kind: Kind,
    is_nullable: bool,
    values: Vec<i64>,
    validity: Validity,
    range: Option<(i64, i64)>,
    pub(super) chunk: Chunk,
}

impl NumberColumn {
    /// Column of this type.
    ///
    /// # Errors
    /// If it is none of the types of the table.
    pub(super) fn new(data_type: &DataType, is_nullable: bool) -> Result<Self> {
        let kind = match data_type {
            DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::Int32 => Kind::Narrow,
            DataType::Timestamp(TimeUnit::Nanosecond, _)
            | DataType::Duration(TimeUnit::Nanosecond) => Kind::Wide,
            DataType::UInt64 => Kind::WideUnsigned,
            DataType::Float64 => Kind::Float,
            other => return Err(unknown_type(other)),
        };
        Ok(Self {
            kind,
            is_nullable,
            values: Vec::new(),
            validity: Validity::default(),
            range: None,
            chunk: Chunk::default(),
        })
    }

    /// Adds the rows of arrays.
    pub(super) fn push(&mut self, arrays: &[ArrayRef], encoder: &mut PageEncoder) -> Result<()> {
        for array in arrays {
            self.validity.push(array.len(), array.nulls());
            self.extend(array)?;
            if self.validity.rows() >= PAGE_ROWS && self.validity.filled() > 0 {
                self.flush(encoder)?;
            }
        }
        Ok(())
    }

    fn extend(&mut self, array: &ArrayRef) -> Result<()> {
        let out = &mut self.values;
        match array.data_type() {
            DataType::UInt8 => extend::<UInt8Type>(out, array.as_primitive(), i64::from),
            DataType::UInt16 => extend::<UInt16Type>(out, array.as_primitive(), i64::from),
            DataType::UInt32 => extend::<UInt32Type>(out, array.as_primitive(), i64::from),
            DataType::Int32 => extend::<Int32Type>(out, array.as_primitive(), i64::from),
            DataType::UInt64 => {
                extend::<UInt64Type>(out, array.as_primitive(), u64::cast_signed);
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                extend::<TimestampNanosecondType>(out, array.as_primitive(), |value| value);
            }
            DataType::Duration(TimeUnit::Nanosecond) => {
                extend::<DurationNanosecondType>(out, array.as_primitive(), |value| value);
            }
            DataType::Float64 => {
                let bits = |value: f64| value.to_bits().cast_signed();
                extend::<Float64Type>(out, array.as_primitive(), bits);
            }
            other => return Err(unknown_type(other)),
        }
        Ok(())
    }

    /// Writes the rows of the page that is being filled.
    fn flush(&mut self, encoder: &mut PageEncoder) -> Result<()> {
        let (validity, values, kind) = (&self.validity, &self.values, self.kind);
        let rows = validity.rows();
        if rows == 0 {
            return Ok(());
        }
        let is_delta = kind != Kind::Float && !values.is_empty();
        let encoding = if is_delta {
            Encoding::DELTA_BINARY_PACKED
        } else {
            Encoding::PLAIN
        };
        let is_nullable = self.is_nullable;
        let page = encoder.data_page(rows, encoding, |out| {
            if is_nullable {
                validity.encode(out);
            }
            if is_delta {
                push_deltas(values, kind == Kind::Narrow, out);
            } else {
                out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            }
        })?;
        self.chunk.push(page, rows - validity.filled());
        self.see_range();
        self.values.clear();
        self.validity.clear();
        Ok(())
    }

    fn see_range(&mut self) {
        // Unsigned numbers compare as signed ones with the highest bit turned.
        let turn = match self.kind {
            Kind::WideUnsigned => i64::MIN,
            _ => 0,
        };
        let turned = |value: &i64| value ^ turn;
        let least = self.values.iter().map(turned).min();
        let greatest = self.values.iter().map(turned).max();
        if let (Some(least), Some(greatest)) = (least, greatest) {
            let (held_least, held_greatest) =
                self.range.map_or((least, greatest), |(least, greatest)| {
                    (least ^ turn, greatest ^ turn)
                });
            self.range = Some((
                held_least.min(least) ^ turn,
                held_greatest.max(greatest) ^ turn,
            ));
        }
    }

    /// Ends the row group.
    pub(super) fn close(
        &mut self,
        column: ColumnDescPtr,
        rows: u64,
        encoder: &mut PageEncoder,
    ) -> Result<Closed> {
        self.flush(encoder)?;
        let nulls = Some(self.chunk.nulls());
        let (least, greatest) = self.range.take().unzip();
        let statistics = match self.kind {
            Kind::Narrow => {
                let narrow = |value: i64| value as i32;
                let (least, greatest) = (least.map(narrow), greatest.map(narrow));
                Statistics::int32(least, greatest, None, nulls, false)
            }
            Kind::Wide | Kind::WideUnsigned => {
                Statistics::int64(least, greatest, None, nulls, false)
            }
            // NaN has no place in an order.
            Kind::Float => Statistics::double(None, None, None, nulls, false),
        };
        self.chunk.close(column, rows, None, statistics)
    }
}

fn extend<T: ArrowPrimitiveType>(
    out: &mut Vec<i64>,
    array: &PrimitiveArray<T>,
    convert: impl Fn(T::Native) -> i64,
) {
    let values = array.values();
    match array.nulls() {
        None => out.extend(values.iter().map(|value| convert(*value))),
        Some(nulls) if nulls.null_count() == array.len() => {}
        Some(nulls) => {
            let valid = nulls.valid_indices();
            out.extend(
                valid
                    .filter_map(|row| values.get(row))
                    .map(|value| convert(*value)),
            );
        }
    }
}
