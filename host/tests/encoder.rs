//! What encoders make of batches is what the writers write, in the same order.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::sync::Arc;

use arrow_array::RecordBatch;
use nepho::output::schemas::{Schema, SchemaWriter};
use nepho::output::{Encoder, OutputFormat, RowWriter};
use nepho::{Options, RowSink};
use nepho_core::format::Stream;
use nepho_core::tables::Reject;
use nepho_core::{ErrorKind, Result};

/// A file of several blocks.
fn options(name: &str) -> Options {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let line = |number: u32| {
        format!(
            "{{\"time\":\"2026-05-12T14:00:00Z\",\"level\":\"info\",\"msg\":\"order \\\"{number}\\\"\"}}\n"
        )
    };
    std::fs::write(&path, (0..20_000).map(line).collect::<String>()).unwrap();
    Options {
        paths: vec![path.to_string_lossy().into_owned()],
        workers: 3,
        ..Options::default()
    }
}

/// Writes rows with a writer, or takes bytes where it is given an encoder.
struct Sink<W> {
    write: W,
    encoder: Option<Arc<Encoder>>,
    encoded: Vec<u8>,
}

impl<W: FnMut(&RecordBatch, &Stream) -> Result<()>> RowSink for Sink<W> {
    fn rows(&mut self, batch: &RecordBatch) -> Result<()> {
        self.rows_of(batch, &Stream::default())
    }

    fn rows_of(&mut self, batch: &RecordBatch, stream: &Stream) -> Result<()> {
        (self.write)(batch, stream)
    }

    fn encoder(&self) -> Option<Arc<Encoder>> {
        self.encoder.clone()
    }

    fn encoded(&mut self, bytes: &[u8]) -> Result<()> {
        self.encoded.extend_from_slice(bytes);
        Ok(())
    }

    fn reject(&mut self, reject: &Reject) -> Result<()> {
        panic!("{reject:?}");
    }
}

fn check(
    options: &Options,
    write: impl FnMut(&RecordBatch, &Stream) -> Result<()>,
    encoder: Option<Arc<Encoder>>,
) -> Vec<u8> {
    let mut sink = Sink {
        write,
        encoder,
        encoded: Vec::new(),
    };
    nepho::parse(options, &mut sink).unwrap();
    sink.encoded
}

#[test]
fn encoders_make_what_writers_write() {
    let options = options("encoded.log");
    let never = |_: &RecordBatch, _: &Stream| -> Result<()> { panic!("rows were made bytes of") };

    let mut bytes = Vec::new();
    let mut writer = RowWriter::new(&mut bytes, OutputFormat::Ndjson).unwrap();
    let encoder = writer.encoder();
    check(&options, |batch, _| writer.write(batch), None);
    writer.finish().unwrap();
    // `observed_time` is when the file was modified, so that it is the same in both runs.
    assert!(check(&options, never, encoder) == bytes);
    assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), 20_000);

    for schema in [Schema::Ecs, Schema::Otlp, Schema::Ocsf] {
        let mut bytes = Vec::new();
        let mut writer = SchemaWriter::new(&mut bytes, schema);
        let encoder = writer.encoder();
        check(&options, |batch, stream| writer.write(batch, stream), None);
        writer.finish().unwrap();
        assert!(check(&options, never, Some(encoder)) == bytes, "{schema:?}");
    }
}

/// Has an encoder and forgets what it makes.
struct Forgetful(Arc<Encoder>);

impl RowSink for Forgetful {
    fn rows(&mut self, _: &RecordBatch) -> Result<()> {
        Ok(())
    }

    fn encoder(&self) -> Option<Arc<Encoder>> {
        Some(Arc::clone(&self.0))
    }

    fn reject(&mut self, _: &Reject) -> Result<()> {
        Ok(())
    }
}

#[test]
fn bytes_that_nobody_takes_are_an_error() {
    let writer = RowWriter::new(Vec::new(), OutputFormat::Ndjson).unwrap();
    let mut sink = Forgetful(writer.encoder().unwrap());
    let error = nepho::parse(&options("forgotten.log"), &mut sink).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    let mut parquet = RowWriter::new(Vec::new(), OutputFormat::Parquet).unwrap();
    assert!(parquet.encoder().is_none());
    let error = parquet.write_encoded(b"{}").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
}
