//! Writes rows of table `logs` to a stream: NDJSON, Parquet, Arrow IPC, or in the schemas of others.

mod ndjson;
pub mod schemas;

use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use nepho_core::tables::logs;
use nepho_core::{Error, ErrorKind, Result};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

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

/// Rows of a Parquet row group: the writer holds one of them in memory.
const ROW_GROUP_ROWS: usize = 64 << 10;

/// Writes batches in one of the formats.
pub struct RowWriter<W: Write + Send> {
    inner: Inner<W>,
}

enum Inner<W: Write + Send> {
    Ndjson(W),
    Parquet(Box<ArrowWriter<W>>),
    Arrow(Box<arrow_ipc::writer::FileWriter<W>>),
}

impl<W: Write + Send> RowWriter<W> {
    /// Writer to a stream.
    ///
    /// # Errors
    /// Those of writing the head of the file.
    pub fn new(stream: W, format: OutputFormat) -> Result<Self> {
        let inner = match format {
            OutputFormat::Ndjson => Inner::Ndjson(stream),
            OutputFormat::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(ZstdLevel::default()))
                    .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
                    .build();
                let writer = ArrowWriter::try_new(stream, logs::schema(), Some(properties))
                    .map_err(failed)?;
                Inner::Parquet(Box::new(writer))
            }
            OutputFormat::Arrow => {
                let writer = arrow_ipc::writer::FileWriter::try_new(stream, &logs::schema())
                    .map_err(failed)?;
                Inner::Arrow(Box::new(writer))
            }
        };
        Ok(Self { inner })
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`] if the stream cannot be written to.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        match &mut self.inner {
            Inner::Ndjson(stream) => ndjson::write(stream, batch),
            Inner::Parquet(writer) => writer.write(batch).map_err(failed),
            Inner::Arrow(writer) => writer.write(&compact(batch)?).map_err(failed),
        }
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// As [`RowWriter::write`].
    pub fn finish(self) -> Result<()> {
        match self.inner {
            Inner::Ndjson(mut stream) => stream.flush().map_err(failed),
            Inner::Parquet(writer) => writer.close().map(|_| ()).map_err(failed),
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
    Error::new(ErrorKind::Unavailable, "write rows", error.to_string()).because(error)
}
