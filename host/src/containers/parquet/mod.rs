//! Rows of a Parquet file as lines of JSON, one row group after the other.

mod json;

use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use nepho_codec::decompress::read_held;
use nepho_codec::notes::Notes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};

use super::seekable::Seekable;

/// Rows that are made into text at a time.
const BATCH_ROWS: usize = 1024;
/// The description at the end of a file may not be larger: it is held.
const MAX_FOOTER_BYTES: u32 = 32 << 20;

/// The rows of a file as text.
pub(super) struct ParquetText {
    file: Seekable,
    notes: Notes,
    metadata: Option<ArrowReaderMetadata>,
    /// Numbers of the columns whose type is read.
    columns: Vec<usize>,
    /// Row group that comes next, and rows of the one before that were read.
    next_group: usize,
    rows: u64,
    reader: Option<ParquetRecordBatchReader>,
    text: Vec<u8>,
    text_at: usize,
}

impl ParquetText {
    /// Reads `file`; row groups that are broken, and columns of a type that is not read, are put
    /// into `notes`.
    pub(super) fn new(file: Seekable, notes: Notes) -> Self {
        Self {
            file,
            notes,
            metadata: None,
            columns: Vec::new(),
            next_group: 0,
            rows: 0,
            reader: None,
            text: Vec::new(),
            text_at: 0,
        }
    }

    /// Makes text of the next rows; `false` at the end.
    fn advance(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.text_at = 0;
        let metadata = match &self.metadata {
            Some(metadata) => metadata.clone(),
            None => self.open()?,
        };
        let Some(mut reader) = self.reader.take() else {
            if self.next_group >= metadata.metadata().num_row_groups() {
                return Ok(false);
            }
            let group = self.next_group;
            self.next_group += 1;
            self.rows = 0;
            let file = self.file.clone();
            let columns = self.columns.iter().copied();
            let made = caught(|| {
                let schema = metadata.metadata().file_metadata().schema_descr();
                let columns = ProjectionMask::roots(schema, columns);
                let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
                let builder = builder
                    .with_projection(columns)
                    .with_row_groups(vec![group])
                    .with_batch_size(BATCH_ROWS);
                builder.build().map_err(|error| error.to_string())
            });
            match made {
                Ok(reader) => self.reader = Some(reader),
                Err(error) => self.tell(&error),
            }
            return Ok(true);
        };
        let text = &mut self.text;
        let read = caught(|| match reader.next() {
            None => Ok(None),
            Some(Err(error)) => Err(error.to_string()),
            Some(Ok(batch)) => {
                json::push_rows(&batch, text)?;
                Ok(Some(batch.num_rows()))
            }
        });
        match read {
            Ok(Some(rows)) => {
                self.rows += rows as u64;
                self.reader = Some(reader);
            }
            Ok(None) => {}
            Err(error) => {
                self.text.clear();
                self.tell(&error);
            }
        }
        Ok(true)
    }

    fn open(&mut self) -> io::Result<ArrowReaderMetadata> {
        let mut footer = Vec::new();
        let at = self.file.length().saturating_sub(8);
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_to_end(&mut footer)?;
        let length = footer
            .first_chunk::<4>()
            .map(|length| u32::from_le_bytes(*length));
        let is_sound = footer.ends_with(b"PAR1") || footer.ends_with(b"PARE");
        let length = length.filter(|_| is_sound && footer.len() == 8);
        let length = length.ok_or_else(|| broken("it has no footer; it may be cut off"))?;
        if length > MAX_FOOTER_BYTES {
            return Err(broken(&format!("its footer has {length} bytes")));
        }
        let file = self.file.clone();
        let metadata = caught(|| {
            ArrowReaderMetadata::load(&file, Default::default()).map_err(|error| error.to_string())
        });
        let metadata = metadata.map_err(|error| broken(&error))?;
        self.choose_columns(&metadata);
        self.metadata = Some(metadata.clone());
        Ok(metadata)
    }

    /// Takes the columns whose type is read, and notes the others.
    fn choose_columns(&mut self, metadata: &ArrowReaderMetadata) {
        let mut others = Vec::new();
        for (number, field) in metadata.schema().fields().iter().enumerate() {
            match json::is_read(field.data_type()) {
                true => self.columns.push(number),
                false => others.push(format!("`{}` ({})", field.name(), field.data_type())),
            }
        }
        if !others.is_empty() {
            let others = others.join(", ");
            let reason = format!("parquet: columns of these types are not read: {others}");
            self.notes.add(0..0, reason);
        }
    }

    /// Notes that the rest of a row group cannot be read.
    fn tell(&self, error: &str) {
        let group = self.next_group.saturating_sub(1);
        let Some(metadata) = &self.metadata else {
            return;
        };
        let groups = metadata.metadata().row_groups();
        let columns = groups
            .get(group)
            .map(|group| group.columns())
            .unwrap_or_default();
        let ranges = columns.iter().map(|column| {
            let start = column.dictionary_page_offset();
            let start = start.unwrap_or_else(|| column.data_page_offset());
            let start = u64::try_from(start).unwrap_or(0);
            start..start.saturating_add(u64::try_from(column.compressed_size()).unwrap_or(0))
        });
        let range = ranges.reduce(|one, other| one.start.min(other.start)..one.end.max(other.end));
        let reason = format!(
            "parquet: row group {group} cannot be read beyond its row {}: {error}",
            self.rows
        );
        self.notes.add(range.unwrap_or(0..0), reason);
    }
}

impl Read for ParquetText {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_held(self, buffer)
    }
}

impl BufRead for ParquetText {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.text_at == self.text.len() && self.advance()? {}
        Ok(self.text.get(self.text_at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.text_at = (self.text_at + count).min(self.text.len());
    }
}

/// Runs what may panic on a broken file: the crate checks much, but not all.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("the decoder panicked".to_owned()))
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("parquet: {what}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, DurationSecondArray, Int64Array, IntervalYearMonthArray, RecordBatch,
    };
    use parquet::arrow::ArrowWriter;

    use super::*;

    fn read(columns: Vec<(&str, ArrayRef)>) -> (String, Vec<String>) {
        let batch = RecordBatch::try_from_iter(columns).expect("a batch");
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a writer");
        writer.write(&batch).expect("written");
        let file = writer.into_inner().expect("a file");
        let file = Seekable::keep(file.as_slice()).expect("a file");
        let notes = Notes::default();
        let mut text = String::new();
        let mut rows = ParquetText::new(file, notes.clone());
        rows.read_to_string(&mut text).expect("text");
        let notes = notes.take().into_iter().map(|note| note.reason);
        (text, notes.collect())
    }

    #[test]
    fn a_column_that_is_not_read_is_left_out_and_told_once() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
        let durations: ArrayRef = Arc::new(DurationSecondArray::from(vec![Some(-7), None]));
        let intervals: ArrayRef = Arc::new(IntervalYearMonthArray::from(vec![1, 2]));
        let (text, notes) = read(vec![
            ("age", intervals),
            ("n", numbers),
            ("took", durations),
        ]);
        assert_eq!(text, "{\"n\":1,\"took\":-7}\n{\"n\":2}\n");
        let reason = "parquet: columns of these types are not read: `age` (Interval(YearMonth))";
        assert_eq!(notes, [reason]);
    }
}
