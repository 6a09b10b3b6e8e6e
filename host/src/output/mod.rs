//! Writes rows of table `logs` to a stream: NDJSON, Parquet, Arrow IPC, or in the schemas of
//! others; the small tables in the first three.

mod ndjson;
mod parquet;
pub mod schemas;
mod tables;

pub use tables::write_table;

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, logs};
use nepho_core::{Error, ErrorKind, Result};

use self::parquet::ParquetWriter;
use crate::pipeline::default_workers;

/// What is wrong when a stream takes no rows; its source says why.
const CANNOT_WRITE: &str = "the stream cannot be written to";

/// Makes the bytes that are written of a batch, and of what it was read from.
pub type Encoder = dyn Fn(&RecordBatch, &Stream) -> Result<Vec<u8>> + Send + Sync;

/// How rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputFormat {
    /// One JSON object a line; columns without a value are left out.
    #[default]
    Ndjson,
    /// Parquet, compressed with zstd.
    Parquet,
    /// Arrow IPC file.
    Arrow,
}

/// What becomes of column `raw`, the whole event as received. It is the bulk of what is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RawColumn {
    /// It is written.
    #[default]
    Kept,
    /// It is left out, the column itself included. `uri`, `offset` and `bytes` tell where the event
    /// stands, for whoever keeps the files.
    LeftOut,
}

/// Writes batches in one of the formats.
pub struct RowWriter<W: Write + Send> {
    inner: Inner<W>,
    /// Columns of the table that are written, by their position.
    columns: Vec<usize>,
}

impl<W: Write + Send> fmt::Debug for RowWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowWriter")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

enum Inner<W: Write + Send> {
    Ndjson(W, RawColumn),
    Parquet(Box<ParquetWriter<W>>),
    Arrow(Box<arrow_ipc::writer::FileWriter<W>>),
}

impl<W: Write + Send> RowWriter<W> {
    /// Writer of all columns to a stream.
    ///
    /// # Errors
    /// Those of writing the head of the file.
    pub fn new(stream: W, format: OutputFormat) -> Result<Self> {
        Self::with_raw(stream, format, RawColumn::Kept)
    }

    /// Writer to a stream, with or without column `raw`.
    ///
    /// # Errors
    /// Those of writing the head of the file.
    pub fn with_raw(stream: W, format: OutputFormat, raw: RawColumn) -> Result<Self> {
        Self::with_threads(stream, format, raw, default_workers())
    }

    /// Writer to a stream that encodes Parquet with this many threads, or on the thread that calls
    /// it. What is written does not depend on their number.
    ///
    /// # Errors
    /// Those of writing the head of the file.
    pub fn with_threads(
        stream: W,
        format: OutputFormat,
        raw: RawColumn,
        threads: usize,
    ) -> Result<Self> {
        let is_original = |name: &str| {
            let mut columns = Column::ALL
                .into_iter()
                .filter(|column| column.is_original());
            columns.any(|column| column.name() == name)
        };
        let is_written = |name: &str| raw == RawColumn::Kept || !is_original(name);
        let fields = logs::schema().fields().clone();
        let columns = (0..fields.len()).filter(|at| is_written(fields[*at].name()));
        let columns: Vec<usize> = columns.collect();
        let schema = Arc::new(logs::schema().project(&columns).map_err(failed)?);
        let inner = match format {
            OutputFormat::Ndjson => Inner::Ndjson(stream, raw),
            OutputFormat::Parquet => {
                let writer = ParquetWriter::new(stream, &schema, threads)?;
                Inner::Parquet(Box::new(writer))
            }
            OutputFormat::Arrow => {
                let writer = arrow_ipc::writer::FileWriter::try_new(stream, &schema);
                Inner::Arrow(Box::new(writer.map_err(failed)?))
            }
        };
        Ok(Self { inner, columns })
    }

    /// Writes the rows of a batch of table `logs`.
    ///
    /// Parquet is written when some megabytes have come together; until then batches are kept.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`] if the stream cannot be written to.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let written = || batch.project(&self.columns).map_err(failed);
        match &mut self.inner {
            Inner::Ndjson(stream, raw) => {
                let mut lines = Vec::new();
                ndjson::push(batch, *raw, &mut lines)?;
                stream.write_all(&lines).map_err(failed)
            }
            Inner::Parquet(writer) => writer.write(&written()?),
            Inner::Arrow(writer) => writer.write(&compact(&written()?)?).map_err(failed),
        }
    }

    /// What makes the bytes of a batch, where a batch is written by itself; see
    /// [`RowSink::encoder`](crate::RowSink::encoder).
    pub fn encoder(&self) -> Option<Arc<Encoder>> {
        let Inner::Ndjson(_, raw) = &self.inner else {
            return None;
        };
        let raw = *raw;
        Some(Arc::new(move |batch: &RecordBatch, _: &Stream| {
            let mut lines = Vec::new();
            ndjson::push(batch, raw, &mut lines)?;
            Ok(lines)
        }))
    }

    /// Writes what the encoder made of a batch.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`] if the stream cannot be written to, [`ErrorKind::Internal`] for
    /// a format that has no encoder.
    pub fn write_encoded(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.inner {
            Inner::Ndjson(stream, _) => stream.write_all(bytes).map_err(failed),
            Inner::Parquet(_) | Inner::Arrow(_) => Err(Error::new(
                ErrorKind::Internal,
                "write rows",
                "this format has no encoder",
            )),
        }
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// As [`RowWriter::write`].
    pub fn finish(self) -> Result<()> {
        match self.inner {
            Inner::Ndjson(mut stream, _) => stream.flush().map_err(failed),
            Inner::Parquet(writer) => writer.finish(),
            Inner::Arrow(mut writer) => writer.finish().map_err(failed),
        }
    }
}

/// The batch with each text column in buffers of its own: views of all columns share the block,
/// which an IPC file would otherwise hold once per column.
fn compact(batch: &RecordBatch) -> Result<RecordBatch> {
    use arrow_array::cast::AsArray;
    let columns = batch
        .columns()
        .iter()
        .map(|column| match column.as_string_view_opt() {
            Some(views) => Arc::new(views.gc()) as arrow_array::ArrayRef,
            None => Arc::clone(column),
        });
    RecordBatch::try_new(batch.schema(), columns.collect()).map_err(failed)
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Unavailable, "write rows", CANNOT_WRITE).because(error)
}
