//! What is written as Parquet is read back as it was.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is wrong"
)]

use std::fs;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringViewBuilder};
use arrow_array::types::{
    DurationNanosecondType, Float64Type, Int32Type, TimestampNanosecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray, RecordBatch, StringViewArray};
use arrow_schema::{DataType, Field};
use nepho::output::{OutputFormat, RowWriter};
use nepho::{Options, RowSink};
use nepho_core::tables::{Reject, logs};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// What stands in the columns of a batch that may be null.
#[derive(Clone, Copy, PartialEq)]
enum Fill {
    Nulls,
    Equal,
    Few,
    Different,
    Mixed,
}

/// Deterministic, and without a pattern that an encoding could hide behind.
fn scatter(number: u64) -> u64 {
    let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 7
}

fn number(fill: Fill, row: u64) -> Option<u64> {
    match fill {
        Fill::Nulls => None,
        Fill::Equal => Some(7),
        Fill::Few => Some(scatter(row) % 5),
        Fill::Different => Some(scatter(row)),
        Fill::Mixed => (!scatter(row).is_multiple_of(3)).then(|| scatter(row) % 300),
    }
}

fn text(fill: Fill, row: u64) -> Option<String> {
    let number = number(fill, row)?;
    Some(match number % 3 {
        0 => format!("{number}"),
        1 => format!("a text too long for a view {number}"),
        _ => format!("\u{e9}{number}"),
    })
}

fn numbers<T: ArrowPrimitiveType>(
    rows: std::ops::Range<u64>,
    fill: Fill,
    convert: fn(u64) -> T::Native,
    data_type: &DataType,
) -> ArrayRef {
    let values = rows.map(|row| number(fill, row).map(convert));
    Arc::new(PrimitiveArray::<T>::from_iter(values).with_data_type(data_type.clone()))
}

fn array(field: &Field, rows: std::ops::Range<u64>, fill: Fill) -> ArrayRef {
    let is_empty = !field.is_nullable() && matches!(fill, Fill::Nulls | Fill::Mixed);
    let fill = match field.data_type() {
        DataType::List(_) => fill,
        _ if is_empty => Fill::Different,
        _ => fill,
    };
    let data_type = field.data_type();
    let signed = |value: u64| (value as i64).wrapping_mul(3);
    match data_type {
        DataType::UInt8 => numbers::<UInt8Type>(rows, fill, |value| value as u8, data_type),
        DataType::UInt16 => numbers::<UInt16Type>(rows, fill, |value| value as u16, data_type),
        DataType::UInt32 => numbers::<UInt32Type>(rows, fill, |value| value as u32, data_type),
        DataType::Int32 => numbers::<Int32Type>(rows, fill, |value| value as i32, data_type),
        DataType::UInt64 => numbers::<UInt64Type>(rows, fill, |value| value << 9, data_type),
        DataType::Float64 => numbers::<Float64Type>(rows, fill, |value| value as f64, data_type),
        DataType::Timestamp(..) => {
            numbers::<TimestampNanosecondType>(rows, fill, signed, data_type)
        }
        DataType::Duration(_) => numbers::<DurationNanosecondType>(rows, fill, signed, data_type),
        DataType::Utf8View => {
            let values = rows.map(|row| text(fill, row));
            Arc::new(StringViewArray::from_iter(values))
        }
        _ => {
            let mut lists = ListBuilder::new(StringViewBuilder::new());
            for row in rows {
                let length = if fill == Fill::Nulls {
                    0
                } else {
                    scatter(row) % 4
                };
                for element in 0..length {
                    lists.values().append_option(text(fill, row * 4 + element));
                }
                lists.append(true);
            }
            Arc::new(lists.finish())
        }
    }
}

fn batch(rows: std::ops::Range<u64>, fill: impl Fn(usize) -> Fill) -> RecordBatch {
    let schema = logs::schema();
    let fields = schema.fields().iter().enumerate();
    let columns = fields.map(|(at, field)| array(field, rows.clone(), fill(at)));
    RecordBatch::try_new(logs::schema(), columns.collect()).unwrap()
}

fn check(batches: &[RecordBatch]) {
    let mut file = Vec::new();
    let mut writer = RowWriter::new(&mut file, OutputFormat::Parquet).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(file)).unwrap();
    assert_eq!(*reader.schema(), logs::schema());
    let read: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    let read = arrow_select::concat::concat_batches(&logs::schema(), &read).unwrap();
    let written = arrow_select::concat::concat_batches(&logs::schema(), batches).unwrap();
    assert_eq!(read.num_rows(), written.num_rows());
    for (field, (read, written)) in written
        .schema()
        .fields()
        .iter()
        .zip(read.columns().iter().zip(written.columns()))
    {
        assert!(read == written, "column {}", field.name());
    }
}

const FILLS: [Fill; 5] = [
    Fill::Nulls,
    Fill::Equal,
    Fill::Few,
    Fill::Different,
    Fill::Mixed,
];

#[test]
fn no_rows_are_read_back() {
    check(&[]);
    check(&[batch(0..0, |_| Fill::Few)]);
}

#[test]
fn columns_of_every_kind_are_read_back() {
    for fill in FILLS {
        check(&[batch(0..1, |_| fill)]);
        check(&[batch(0..129, |_| fill), batch(129..3_000, |_| fill)]);
    }
}

#[test]
fn a_column_that_changes_its_kind_is_read_back() {
    for first in 0..FILLS.len() {
        let batches = (0..6_u64).map(|number| {
            let start = number * 2_501;
            let fill = |at: usize| FILLS[(first + number as usize / 2 + at) % FILLS.len()];
            batch(start..start + 2_501, fill)
        });
        check(&batches.collect::<Vec<_>>());
    }
}

/// The cheap ones, for many rows.
const KINDS: [Fill; 3] = [Fill::Nulls, Fill::Equal, Fill::Few];

#[test]
fn several_row_groups_are_read_back() {
    let batches = (0..14_u64).map(|number| {
        let start = number * 20_000;
        batch(start..start + 20_000, |at| {
            KINDS[(at + number as usize / 13) % KINDS.len()]
        })
    });
    check(&batches.collect::<Vec<_>>());
}

#[test]
fn a_body_that_is_all_of_raw_is_read_back() {
    let schema = logs::schema();
    let whole = batch(0..5_000, |_| Fill::Mixed);
    let mut columns = whole.columns().to_vec();
    let (raw, body) = (
        schema.index_of("raw").unwrap(),
        schema.index_of("body").unwrap(),
    );
    columns[body] = Arc::clone(&columns[raw]);
    let same = RecordBatch::try_new(schema, columns).unwrap();
    check(&[same.clone(), same.slice(3, 1_000)]);
    check(&[same, whole]);
}

/// Counts rows.
struct Rows(usize);

impl RowSink for Rows {
    fn rows(&mut self, batch: &RecordBatch) -> nepho_core::Result<()> {
        self.0 += batch.num_rows();
        Ok(())
    }

    fn reject(&mut self, reject: &Reject) -> nepho_core::Result<()> {
        panic!("{reject:?}");
    }
}

#[test]
fn rows_that_were_written_are_parsed_again() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("rows.parquet");
    let file = fs::File::create(&path).unwrap();
    let mut writer = RowWriter::new(file, OutputFormat::Parquet).unwrap();
    let rows = batch(0..500, |_| Fill::Few);
    writer.write(&rows).unwrap();
    writer.finish().unwrap();
    let options = Options {
        paths: vec![path.to_string_lossy().into_owned()],
        ..Options::default()
    };
    let mut found = Rows(0);
    nepho::parse(&options, &mut found).unwrap();
    assert_eq!(found.0, rows.num_rows());
}
