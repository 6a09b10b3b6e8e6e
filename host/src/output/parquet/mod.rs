//! Writes Parquet: our own encoding of pages, in the file structure of the `parquet` crate.
//!
//! A row of `logs` has forty columns, of which most are null, constant or one of a few texts. The
//! crate's writer for Arrow looks at every value of every column several times, which costs more
//! than decoding the row did. Here a column that is null in a row group is one page of a few bytes,
//! neighbors with the same view are compared as 16 bytes, and the bulk, column `raw`, is copied
//! once and compressed in pages of half a megabyte.
//!
//! Batches are collected to segments of a few megabytes. Of a segment, columns, and pages of `raw`,
//! are encoded by several threads; what comes out does not depend on their number.

mod bits;
mod dictionary;
mod list;
mod number;
mod page;
mod text;
mod validity;

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ::parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use ::parquet::basic::Encoding;
use ::parquet::column::writer::ColumnCloseResult;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::ColumnDescPtr;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringViewArray};
use arrow_schema::{DataType, SchemaRef};
use nepho_core::tables::Column;
use nepho_core::{Error, ErrorKind, Result};

use self::list::ListColumn;
use self::number::NumberColumn;
use self::page::{ChunkBytes, EncodedPage, PageEncoder};
use self::text::{TextColumn, cut, plain_page};
use super::failed;

/// Rows from which on a page is closed; as many as other writers take.
const PAGE_ROWS: usize = 20_000;

/// Memory of batches that are encoded at once: enough that starting threads costs nothing, and so
/// little that text which was compressed for `raw` is still in the cache for the other columns.
const SEGMENT_BYTES: usize = 2 << 20;

/// A row group ends at the first segment that reaches one of these. Its pages are held in memory
/// until then; who reads it may need as much as it holds without compression.
const ROW_GROUP_ROWS: u64 = 1 << 18;
const ROW_GROUP_BYTES: usize = 8 << 20;
const ROW_GROUP_UNCOMPRESSED_BYTES: usize = 256 << 20;

/// A finished column chunk.
type Closed = (ChunkBytes, ColumnCloseResult);

/// Writes batches of one schema to a file.
pub(super) struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<ColumnWriter>,
    raw: Option<usize>,
    body: Option<usize>,
    encoders: Vec<PageEncoder>,
    pending: Vec<RecordBatch>,
    pending_bytes: usize,
    /// Rows of the row group that is being written.
    rows: u64,
}

enum ColumnWriter {
    Number(NumberColumn),
    Text(TextColumn),
    List(ListColumn),
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Writer that encodes with this many threads.
    pub(super) fn new(stream: W, schema: &SchemaRef, threads: usize) -> Result<Self> {
        let mut properties = WriterProperties::builder().build();
        // Readers that know Arrow get the types of the table back, durations among them.
        add_encoded_arrow_schema_to_metadata(schema, &mut properties);
        let converted = ArrowSchemaConverter::new()
            .convert(schema)
            .map_err(failed)?;
        let root = converted.root_schema_ptr();
        let file = SerializedFileWriter::new(stream, root, Arc::new(properties)).map_err(failed)?;
        let columns = schema.fields().iter().map(|field| {
            Ok(match field.data_type() {
                DataType::Utf8View => ColumnWriter::Text(TextColumn::new(is_plain(field.name()))),
                DataType::List(_) => ColumnWriter::List(ListColumn::default()),
                other => ColumnWriter::Number(NumberColumn::new(other, field.is_nullable())?),
            })
        });
        let encoders = (0..threads.max(1)).map(|_| PageEncoder::new());
        Ok(Self {
            file,
            columns: columns.collect::<Result<_>>()?,
            raw: schema.index_of(Column::Raw.name()).ok(),
            body: schema.index_of(Column::Body.name()).ok(),
            encoders: encoders.collect::<Result<_>>()?,
            pending: Vec::new(),
            pending_bytes: 0,
            rows: 0,
        })
    }

    /// Takes a batch; writes when enough are there.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_columns() != self.columns.len() {
            return Err(Error::new(
                ErrorKind::Internal,
                "write rows",
                format!("a batch has {} columns", batch.num_columns()),
            ));
        }
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.pending_bytes += held_bytes(batch);
        self.pending.push(batch.clone());
        if self.pending_bytes >= SEGMENT_BYTES {
            self.encode()?;
        }
        if self.is_group_full() {
            self.close_group()?;
        }
        Ok(())
    }

    /// Writes what is left, and the end of the file.
    pub(super) fn finish(mut self) -> Result<()> {
        self.encode()?;
        self.close_group()?;
        self.file.close().map_err(failed)?;
        Ok(())
    }

    fn is_group_full(&self) -> bool {
        let chunks = || self.columns.iter().map(ColumnWriter::chunk);
        self.rows >= ROW_GROUP_ROWS
            || chunks().map(page::Chunk::compressed_bytes).sum::<usize>() >= ROW_GROUP_BYTES
            || chunks().map(page::Chunk::uncompressed_bytes).sum::<usize>()
                >= ROW_GROUP_UNCOMPRESSED_BYTES
    }

    /// Encodes the batches that wait.
    fn encode(&mut self) -> Result<()> {
        let batches = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        self.rows += rows as u64;
        let texts = |column: Option<usize>| column.map_or_else(Vec::new, |at| texts(&batches, at));
        let raw = texts(self.raw);
        // Pages of `raw` are made one by one, so that it does not keep one thread busy while the
        // others have nothing to do.
        let has_raw = raw.iter().any(|array| array.null_count() < array.len());
        let is_body_raw = has_raw && is_same(&raw, &texts(self.body));
        let parts = if has_raw { cut(&raw) } else { Vec::new() };
        let mut pages: Vec<Option<(EncodedPage, usize)>> = vec![None; parts.len()];
        let mut jobs = Vec::new();
        for (arrays, page) in parts.iter().zip(&mut pages) {
            jobs.push(Job::Page { arrays, page });
        }
        for (at, column) in self.columns.iter_mut().enumerate() {
            let is_done = has_raw && self.raw == Some(at) || is_body_raw && self.body == Some(at);
            if !is_done {
                let arrays = batches.iter().map(|batch| Arc::clone(batch.column(at)));
                let arrays = arrays.collect();
                jobs.push(Job::Column { column, arrays });
            }
        }
        run(jobs, &mut self.encoders)?;
        let pages: Vec<_> = pages.into_iter().flatten().collect();
        let body = self.body.filter(|_| is_body_raw);
        for at in self.raw.filter(|_| has_raw).into_iter().chain(body) {
            if let (Some(ColumnWriter::Text(column)), Some(encoder)) =
                (self.columns.get_mut(at), self.encoders.first_mut())
            {
                column.push_pages(pages.iter().cloned(), encoder)?;
            }
        }
        Ok(())
    }

    fn close_group(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let Some(encoder) = self.encoders.first_mut().filter(|_| rows > 0) else {
            return Ok(());
        };
        let descriptors = self.file.schema_descr().columns().to_vec();
        let mut group = self.file.next_row_group().map_err(failed)?;
        for (column, descriptor) in self.columns.iter_mut().zip(descriptors) {
            let (bytes, result) = column.close(descriptor, rows, encoder)?;
            group.append_column(&bytes, result).map_err(failed)?;
        }
        group.close().map_err(failed)?;
        Ok(())
    }
}

impl ColumnWriter {
    fn push(&mut self, arrays: &[ArrayRef], encoder: &mut PageEncoder) -> Result<()> {
        match self {
            Self::Number(column) => column.push(arrays, encoder),
            Self::Text(column) => column.push(&as_texts(arrays), encoder),
            Self::List(column) => column.push(arrays, encoder),
        }
    }

    fn close(
        &mut self,
        column: ColumnDescPtr,
        rows: u64,
        encoder: &mut PageEncoder,
    ) -> Result<Closed> {
        match self {
            Self::Number(held) => held.close(column, rows, encoder),
            Self::Text(held) => held.close(column, rows, encoder),
            Self::List(held) => held.close(column, rows, encoder),
        }
    }

    fn chunk(&self) -> &page::Chunk {
        match self {
            Self::Number(column) => &column.chunk,
            Self::Text(column) => &column.chunk,
            Self::List(column) => &column.chunk,
        }
    }
}

/// Columns of which nearly every value is another one: a dictionary would be made in vain.
fn is_plain(name: &str) -> bool {
    use Column::{Body, Outer, Raw, RequestId, SpanId, TraceId};
    [Body, Raw, Outer, RequestId, SpanId, TraceId]
        .iter()
        .any(|column| column.name() == name)
}

/// Memory that a batch keeps alive, about: blocks are shared by its text columns.
fn held_bytes(batch: &RecordBatch) -> usize {
    let mut blocks = 0;
    let mut values = 0;
    for column in batch.columns() {
        if column.null_count() == column.len() {
            continue;
        }
        values += 16 * column.len();
        if let Some(texts) = column.as_string_view_opt() {
            let buffers = texts.data_buffers().iter();
            blocks = blocks.max(buffers.map(arrow_buffer::Buffer::len).sum());
        }
    }
    blocks + values
}

/// Something that a thread encodes.
enum Job<'a> {
    Page {
        arrays: &'a [StringViewArray],
        page: &'a mut Option<(EncodedPage, usize)>,
    },
    Column {
        column: &'a mut ColumnWriter,
        arrays: Vec<ArrayRef>,
    },
}

impl Job<'_> {
    fn run(self, encoder: &mut PageEncoder) -> Result<()> {
        match self {
            Self::Page { arrays, page } => {
                let encoding = Encoding::DELTA_LENGTH_BYTE_ARRAY;
                *page = Some(plain_page(arrays, encoding, encoder)?);
                Ok(())
            }
            Self::Column { column, arrays } => column.push(&arrays, encoder),
        }
    }
}

/// Runs jobs on a thread for each encoder, this thread being one of them.
fn run(jobs: Vec<Job<'_>>, encoders: &mut [PageEncoder]) -> Result<()> {
    let queue = Mutex::new(jobs.into_iter());
    let work = |encoder: &mut PageEncoder| -> Result<()> {
        loop {
            let job = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            match job {
                Some(job) => job.run(encoder)?,
                None => return Ok(()),
            }
        }
    };
    let Some((first, others)) = encoders.split_first_mut() else {
        return Ok(());
    };
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = others
            .iter_mut()
            .map(|encoder| scope.spawn(move || work(encoder)))
            .collect();
        threads.into_iter().fold(work(first), |result, thread| {
            let panicked = |_| Err(Error::new(ErrorKind::Internal, "write rows", "a panic"));
            result.and(thread.join().unwrap_or_else(panicked))
        })
    })
}

/// A text column of all batches.
fn texts(batches: &[RecordBatch], column: usize) -> Vec<StringViewArray> {
    let columns = batches.iter().map(|batch| batch.column(column));
    columns
        .filter_map(|array| array.as_string_view_opt())
        .cloned()
        .collect()
}

fn as_texts(arrays: &[ArrayRef]) -> Vec<StringViewArray> {
    let texts = arrays.iter().map(|array| array.as_string_view_opt());
    texts.flatten().cloned().collect()
}

/// Whether two columns have the same views into the same buffers. Of text formats, `body` is often
/// all of `raw`; pages need not be made twice then.
fn is_same(some: &[StringViewArray], others: &[StringViewArray]) -> bool {
    let is_same = |some: &StringViewArray, other: &StringViewArray| {
        let buffers = some.data_buffers().iter().zip(other.data_buffers());
        some.views() == other.views()
            && some.nulls() == other.nulls()
            && some.data_buffers().len() == other.data_buffers().len()
            && buffers.into_iter().all(|(some, other)| some.ptr_eq(other))
    };
    some.len() == others.len()
        && some
            .iter()
            .zip(others)
            .all(|(some, other)| is_same(some, other))
}

fn unknown_type(data_type: &DataType) -> Error {
    let message = format!("no column is of type {data_type}");
    Error::new(ErrorKind::Internal, "write rows", message)
}
