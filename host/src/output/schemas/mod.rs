//! Rows of table `logs` in the schemas of others: OpenTelemetry (OTLP as JSON), Elastic Common
//! Schema (ECS), and the Open Cybersecurity Schema Framework (OCSF).
//!
//! What goes where is one table of two parts: [`COLUMNS`] of `logs`, and the normalised names that
//! formats tell beyond the columns ([`extras`](nepho_core::format::Format::extras)), [`EXTRAS`];
//! each with its word in each schema. What has no word goes to the namespace `nepho` (OTLP
//! attribute `nepho.<name>`, ECS field `nepho.<name>`, OCSF `unmapped.<name>`), so nothing known is
//! lost; the event itself stands beside it. `docs/reference/mapping.md` is made of the table.
//!
//! Sources: opentelemetry.io/docs/specs/otel/logs/data-model, its protocol's file exporter and
//! docs/specs/semconv; elastic.co/docs/reference/ecs; github.com/ocsf/ocsf-schema 1.5.0. Read
//! 2026-11-30.

mod class;
mod columns;
mod convert;
mod dns;
mod ecs;
mod extras;
mod mapping;
mod ocsf;
mod otlp;
mod row;
mod table;
mod tree;
mod whole;

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use nepho_codec::detect::Formats;
use nepho_core::format::Stream;
use nepho_core::tables::LogsView;
use nepho_core::{Error, ErrorKind, Result};

pub use class::{Activity, Class};
pub use columns::COLUMNS;
pub use extras::EXTRAS;
pub use mapping::{Kind, Mapping, Only};

use super::{CANNOT_WRITE, Encoder, RawColumn};
use otlp::Request;
use row::SchemaRow;

/// Version of ECS that documents name.
pub const ECS_VERSION: &str = "8.17.0";
/// Version of OCSF that events name.
pub const OCSF_VERSION: &str = "1.5.0";

/// A schema of others that rows can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// OTLP as JSON: `{"resourceLogs":[...]}` a line, as the file receiver of the OpenTelemetry
    /// collector reads it.
    Otlp,
    /// Elastic Common Schema: one document a line.
    Ecs,
    /// OCSF: one event a line.
    Ocsf,
}

/// Writes batches of table `logs` in one of the schemas.
///
/// OTLP groups the rows of a line by their resource; within a group they keep their order. A line
/// holds rows of one batch and is ended at half a megabyte, because the collector's file receiver
/// cuts lines at 1 MiB unless it is told otherwise. A single event beyond that makes a longer line.
pub struct SchemaWriter<W: Write> {
    stream: W,
    schema: Schema,
    raw: RawColumn,
    formats: Arc<Formats>,
    line: Vec<u8>,
}

impl<W: Write> fmt::Debug for SchemaWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaWriter")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

impl<W: Write> SchemaWriter<W> {
    /// Writer to a stream. What formats tell beyond the columns is read with the formats that are
    /// linked into the program.
    pub fn new(stream: W, schema: Schema) -> Self {
        Self::with_raw(stream, schema, RawColumn::Kept)
    }

    /// As [`SchemaWriter::new`]; where the event as it was received is left out, what formats tell
    /// of it stays.
    pub fn with_raw(stream: W, schema: Schema, raw: RawColumn) -> Self {
        Self {
            stream,
            schema,
            raw,
            formats: Formats::linked(),
            line: Vec::with_capacity(4096),
        }
    }

    /// Writes the rows of a batch. `stream` is what they were read from: a flow log with an order
    /// of fields of its own is read again with the header that stands there.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] if the batch is none of table `logs`,
    /// [`ErrorKind::Unavailable`] if the stream cannot be written to.
    pub fn write(&mut self, batch: &RecordBatch, stream: &Stream) -> Result<()> {
        let view = LogsView::new(batch)?;
        let mut request = Request::default();
        for number in 0..view.len() {
            let row = SchemaRow::read(&view, number, &self.formats, stream, self.raw);
            match self.schema {
                Schema::Otlp => {
                    request.add(&row);
                    if request.is_full() {
                        self.push(&mut request)?;
                    }
                }
                Schema::Ecs => self.push_line(&ecs::document(&row))?,
                Schema::Ocsf => self.push_line(&ocsf::event(&row))?,
            }
        }
        self.push(&mut request)
    }

    /// What makes the bytes of a batch; see [`RowSink::encoder`](crate::RowSink::encoder).
    pub fn encoder(&self) -> Arc<Encoder> {
        let formats = Arc::clone(&self.formats);
        let (schema, raw) = (self.schema, self.raw);
        Arc::new(move |batch: &RecordBatch, stream: &Stream| {
            let mut writer = SchemaWriter {
                stream: Vec::new(),
                schema,
                raw,
                formats: Arc::clone(&formats),
                line: Vec::new(),
            };
            writer.write(batch, stream)?;
            Ok(writer.stream)
        })
    }

    /// Writes what the encoder made of a batch.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`] if the stream cannot be written to.
    pub fn write_encoded(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).map_err(failed)
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// As [`SchemaWriter::write`].
    pub fn finish(mut self) -> Result<()> {
        self.stream.flush().map_err(failed)
    }

    fn push(&mut self, request: &mut Request) -> Result<()> {
        self.line.clear();
        request.take(&mut self.line);
        self.stream.write_all(&self.line).map_err(failed)
    }

    fn push_line(&mut self, value: &serde_json::Value) -> Result<()> {
        self.line.clear();
        // Writing to a vector does not fail.
        let _ = serde_json::to_writer(&mut self.line, value);
        self.line.push(b'\n');
        self.stream.write_all(&self.line).map_err(failed)
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, "write rows", CANNOT_WRITE).because(error)
}
