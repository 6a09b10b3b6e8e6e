//! Writes one of the small tables: changes, runs, resources, relations.
//!
//! They have thousands of rows where table `logs` has millions: the writers of the Arrow crates do.

use std::io::Write;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::properties::WriterProperties;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampNanosecondType, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use nepho_codec::quote::push_quoted;
use nepho_core::{Result, Timestamp};

use super::{OutputFormat, failed};

/// Writes a batch of a small table to a stream, as a whole file.
///
/// In NDJSON, columns without a value are left out, and so are empty texts and lists.
///
/// # Errors
/// [`nepho_core::ErrorKind::Unavailable`] if the stream cannot be written to.
pub fn write_table<W: Write + Send>(
    mut stream: W,
    format: OutputFormat,
    batch: &RecordBatch,
) -> Result<()> {
    match format {
        OutputFormat::Ndjson => {
            let mut lines = Vec::new();
            for row in 0..batch.num_rows() {
                push_row(batch, row, &mut lines);
            }
            stream.write_all(&lines).map_err(failed)?;
            stream.flush().map_err(failed)
        }
        OutputFormat::Parquet => {
            let compression = Compression::ZSTD(ZstdLevel::default());
            let properties = WriterProperties::builder().set_compression(compression);
            let writer = ArrowWriter::try_new(stream, batch.schema(), Some(properties.build()));
            let mut writer = writer.map_err(failed)?;
            writer.write(batch).map_err(failed)?;
            writer.close().map_err(failed)?;
            Ok(())
        }
        OutputFormat::Arrow => {
            let writer = arrow_ipc::writer::FileWriter::try_new(stream, &batch.schema());
            let mut writer = writer.map_err(failed)?;
            writer.write(batch).map_err(failed)?;
            writer.finish().map_err(failed)
        }
    }
}

fn push_row(batch: &RecordBatch, row: usize, line: &mut Vec<u8>) {
    line.push(b'{');
    let start = line.len();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let before = line.len();
        if before > start {
            line.push(b',');
        }
        line.push(b'"');
        line.extend_from_slice(field.name().as_bytes());
        line.extend_from_slice(b"\":");
        if !push_value(column, row, line) {
            line.truncate(before);
        }
    }
    line.extend_from_slice(b"}\n");
}

/// Adds a value; gives whether there is one.
fn push_value(column: &dyn Array, row: usize, line: &mut Vec<u8>) -> bool {
    if column.is_null(row) {
        return false;
    }
    match column.data_type() {
        DataType::Utf8 => {
            let text = column.as_string::<i32>().value(row);
            push_quoted(text, line);
            !text.is_empty()
        }
        DataType::Timestamp(..) => {
            let nanos = column.as_primitive::<TimestampNanosecondType>().value(row);
            // Writing to a vector does not fail.
            let _ = write!(line, "\"{}\"", Timestamp(nanos));
            true
        }
        DataType::UInt64 => {
            let _ = write!(line, "{}", column.as_primitive::<UInt64Type>().value(row));
            true
        }
        DataType::Float64 => {
            let number = column.as_primitive::<Float64Type>().value(row);
            let _ = write!(line, "{number}");
            number.is_finite()
        }
        DataType::Boolean => {
            let _ = write!(line, "{}", column.as_boolean().value(row));
            true
        }
        DataType::List(_) => {
            let values = column.as_list::<i32>().value(row);
            let Some(values) = values.as_string_opt::<i32>() else {
                return false;
            };
            line.push(b'[');
            for (place, value) in values.iter().flatten().enumerate() {
                if place > 0 {
                    line.push(b',');
                }
                push_quoted(value, line);
            }
            line.push(b']');
            !values.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::tables::{Change, ChangeAction};

    use super::*;

    fn changes() -> RecordBatch {
        let change = Change {
            id: "a\"b".to_owned(),
            time: Some(Timestamp(1_500_000_000)),
            action: ChangeAction::Create,
            attributes: vec!["size".to_owned(), "zone".to_owned()],
            key_confidence: 0.5,
            line: 7,
            ..Change::default()
        };
        Change::to_batch(&[change, Change::default()]).expect("a batch")
    }

    fn written(format: OutputFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_table(&mut bytes, format, &changes()).expect("written");
        bytes
    }

    #[test]
    fn a_row_is_one_object_of_what_it_has() {
        let text = String::from_utf8(written(OutputFormat::Ndjson)).expect("text");
        let mut lines = text.lines();
        let expected = concat!(
            r#"{"id":"a\"b","time":"1970-01-01T00:00:01.500Z","action":"create","#,
            r#""outcome":"unknown","key_confidence":0.5,"attributes":["size","zone"],"#,
            r#""is_root_failure":false,"line":7}"#
        );
        assert_eq!(lines.next(), Some(expected));
        let expected = concat!(
            r#"{"action":"update","outcome":"unknown","key_confidence":0,"#,
            r#""is_root_failure":false,"line":0}"#
        );
        assert_eq!((lines.next(), lines.next()), (Some(expected), None));
    }

    #[test]
    fn files_are_read_back_as_they_were() {
        use ::parquet::arrow::arrow_reader::ParquetRecordBatchReader;
        let bytes = bytes::Bytes::from(written(OutputFormat::Parquet));
        let mut read = ParquetRecordBatchReader::try_new(bytes, 1024).expect("a reader");
        assert_eq!(read.next().expect("a batch").expect("rows"), changes());
        let bytes = std::io::Cursor::new(written(OutputFormat::Arrow));
        let mut read = arrow_ipc::reader::FileReader::try_new(bytes, None).expect("a reader");
        assert_eq!(read.next().expect("a batch").expect("rows"), changes());
    }
}
