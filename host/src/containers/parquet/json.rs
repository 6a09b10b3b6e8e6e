//! Rows of Arrow as JSON objects, one a line.
//!
//! Columns without a value are left out. Times are RFC 3339 in UTC, dates and times of day the same
//! without the other half; durations are numbers of their unit; decimals are text, so that no digit
//! is lost; bytes are text where they are UTF-8 and base64 otherwise; maps are objects.

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrowPrimitiveType, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nepho_codec::quote::{push_float, push_quoted};
use nepho_core::Timestamp;

/// Nanoseconds of a day.
const DAY: i128 = 86_400 * 1_000_000_000;

/// Whether values of a type are read.
pub(super) fn is_read(data_type: &DataType) -> bool {
    match data_type {
        DataType::Struct(fields) => fields.iter().all(|field| is_read(field.data_type())),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _) => is_read(field.data_type()),
        DataType::Dictionary(_, values) => is_read(values),
        DataType::Interval(_)
        | DataType::Union(..)
        | DataType::RunEndEncoded(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_) => false,
        _ => true,
    }
}

/// Adds the rows of a batch.
///
/// # Errors
/// For a type that is not read, see [`is_read`].
pub(super) fn push_rows(batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), String> {
    let schema = batch.schema();
    let keys: Vec<Vec<u8>> = schema
        .fields()
        .iter()
        .map(|field| key(field.name()))
        .collect();
    for row in 0..batch.num_rows() {
        push_object(batch.columns(), &keys, row, out)?;
        out.push(b'\n');
    }
    Ok(())
}

fn key(name: &str) -> Vec<u8> {
    let mut key = Vec::new();
    push_quoted(name, &mut key);
    key.push(b':');
    key
}

fn push_object(
    columns: &[arrow_array::ArrayRef],
    keys: &[Vec<u8>],
    row: usize,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let mut before = b'{';
    for (column, key) in columns.iter().zip(keys) {
        if column.is_null(row) {
            continue;
        }
        out.push(before);
        before = b',';
        out.extend_from_slice(key);
        push_value(column, row, out)?;
    }
    if before == b'{' {
        out.push(b'{');
    }
    out.push(b'}');
    Ok(())
}

/// Adds the value of a row.
fn push_value(column: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
    if column.is_null(row) {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    match column.data_type() {
        DataType::Boolean => push(column.as_boolean().value(row), out),
        DataType::Int8 => push(native::<Int8Type>(column, row), out),
        DataType::Int16 => push(native::<Int16Type>(column, row), out),
        DataType::Int32 => push(native::<Int32Type>(column, row), out),
        DataType::Int64 => push(native::<Int64Type>(column, row), out),
        DataType::UInt8 => push(native::<UInt8Type>(column, row), out),
        DataType::UInt16 => push(native::<UInt16Type>(column, row), out),
        DataType::UInt32 => push(native::<UInt32Type>(column, row), out),
        DataType::UInt64 => push(native::<UInt64Type>(column, row), out),
        DataType::Float16 => push_float(native::<Float16Type>(column, row).to_f64(), out),
        // The shortest text of a number of 32 bits is not that of the same number of 64 bits.
        DataType::Float32 => match native::<Float32Type>(column, row) {
            value if value.is_finite() => push(value, out),
            _ => out.extend_from_slice(b"null"),
        },
        DataType::Float64 => push_float(native::<Float64Type>(column, row), out),
        DataType::Utf8 => push_quoted(column.as_string::<i32>().value(row), out),
        DataType::LargeUtf8 => push_quoted(column.as_string::<i64>().value(row), out),
        DataType::Utf8View => push_quoted(column.as_string_view().value(row), out),
        DataType::Binary => push_bytes(column.as_binary::<i32>().value(row), out),
        DataType::LargeBinary => push_bytes(column.as_binary::<i64>().value(row), out),
        DataType::BinaryView => push_bytes(column.as_binary_view().value(row), out),
        DataType::FixedSizeBinary(_) => push_bytes(column.as_fixed_size_binary().value(row), out),
        DataType::Decimal32(_, scale) => {
            push_decimal(
                &native::<Decimal32Type>(column, row).to_string(),
                *scale,
                out,
            );
        }
        DataType::Decimal64(_, scale) => {
            push_decimal(
                &native::<Decimal64Type>(column, row).to_string(),
                *scale,
                out,
            );
        }
        DataType::Decimal128(_, scale) => {
            push_decimal(
                &native::<Decimal128Type>(column, row).to_string(),
                *scale,
                out,
            );
        }
        DataType::Decimal256(_, scale) => {
            push_decimal(
                &native::<Decimal256Type>(column, row).to_string(),
                *scale,
                out,
            );
        }
        DataType::Date32
        | DataType::Date64
        | DataType::Timestamp(..)
        | DataType::Time32(_)
        | DataType::Time64(_) => push_moment(column, row, out)?,
        DataType::Duration(unit) => push(duration(column, row, *unit), out),
        _ => return push_nested(column, row, out),
    }
    Ok(())
}

fn push_nested(column: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
    match column.data_type() {
        DataType::Struct(fields) => {
            let keys: Vec<_> = fields.iter().map(|field| key(field.name())).collect();
            push_object(column.as_struct().columns(), &keys, row, out)
        }
        DataType::List(_) => push_list(&*column.as_list::<i32>().value(row), out),
        DataType::LargeList(_) => push_list(&*column.as_list::<i64>().value(row), out),
        DataType::FixedSizeList(..) => push_list(&*column.as_fixed_size_list().value(row), out),
        DataType::Map(..) => {
            let entries = column.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            for entry in 0..entries.len() {
                out.push(if entry == 0 { b'{' } else { b',' });
                let start = out.len();
                push_value(keys, entry, out)?;
                // Keys of objects are text.
                if out.get(start) != Some(&b'"') {
                    out.insert(start, b'"');
                    out.push(b'"');
                }
                out.push(b':');
                push_value(values, entry, out)?;
            }
            if entries.is_empty() {
                out.push(b'{');
            }
            out.push(b'}');
            Ok(())
        }
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            let key = dictionary.normalized_keys().get(row).copied();
            push_value(dictionary.values(), key.unwrap_or_default(), out)
        }
        DataType::Null => {
            out.extend_from_slice(b"null");
            Ok(())
        }
        other => Err(format!("columns of type {other} are not read")),
    }
}

fn push_list(values: &dyn Array, out: &mut Vec<u8>) -> Result<(), String> {
    out.push(b'[');
    for at in 0..values.len() {
        if at > 0 {
            out.push(b',');
        }
        push_value(values, at, out)?;
    }
    out.push(b']');
    Ok(())
}

fn native<T: ArrowPrimitiveType>(column: &dyn Array, row: usize) -> T::Native {
    column.as_primitive::<T>().value(row)
}

/// A duration in its unit.
fn duration(column: &dyn Array, row: usize, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => native::<DurationSecondType>(column, row),
        TimeUnit::Millisecond => native::<DurationMillisecondType>(column, row),
        TimeUnit::Microsecond => native::<DurationMicrosecondType>(column, row),
        TimeUnit::Nanosecond => native::<DurationNanosecondType>(column, row),
    }
}

fn push(value: impl std::fmt::Display, out: &mut Vec<u8>) {
    out.extend_from_slice(value.to_string().as_bytes());
}

fn push_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => push_quoted(text, out),
        Err(_) => push_quoted(&STANDARD.encode(bytes), out),
    }
}

/// Adds a decimal number that is given without its point.
fn push_decimal(digits: &str, scale: i8, out: &mut Vec<u8>) {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let text = match usize::try_from(scale) {
        Ok(0) => format!("{sign}{digits}"),
        Ok(scale) => {
            let digits = format!("{digits:0>width$}", width = scale + 1);
            let (whole, part) = digits.split_at(digits.len() - scale);
            format!("{sign}{whole}.{part}")
        }
        Err(_) => format!("{sign}{digits}{}", "0".repeat(scale.unsigned_abs().into())),
    };
    push_quoted(&text, out);
}

/// Adds a date, a time of day, or a time; one that is out of range as its number.
fn push_moment(column: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let (value, unit): (i64, i128) = match column.data_type() {
        DataType::Date32 => (native::<Date32Type>(column, row).into(), DAY),
        DataType::Date64 => (native::<Date64Type>(column, row), 1_000_000),
        DataType::Timestamp(TimeUnit::Second, _) => {
            (native::<TimestampSecondType>(column, row), 1_000_000_000)
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            (native::<TimestampMillisecondType>(column, row), 1_000_000)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            (native::<TimestampMicrosecondType>(column, row), 1000)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            (native::<TimestampNanosecondType>(column, row), 1)
        }
        DataType::Time32(TimeUnit::Second) => (
            native::<Time32SecondType>(column, row).into(),
            1_000_000_000,
        ),
        DataType::Time32(_) => (
            native::<Time32MillisecondType>(column, row).into(),
            1_000_000,
        ),
        DataType::Time64(TimeUnit::Microsecond) => {
            (native::<Time64MicrosecondType>(column, row), 1000)
        }
        DataType::Time64(_) => (native::<Time64NanosecondType>(column, row), 1),
        other => return Err(format!("columns of type {other} are not read")),
    };
    let Ok(nanos) = i64::try_from(i128::from(value) * unit) else {
        push(value, out);
        return Ok(());
    };
    let text = Timestamp(nanos).to_string();
    let part = match column.data_type() {
        DataType::Date32 | DataType::Date64 => text.get(..10),
        DataType::Time32(_) | DataType::Time64(_) => text.get(11..text.len() - 1),
        _ => None,
    };
    push_quoted(part.unwrap_or(&text), out);
    Ok(())
}
