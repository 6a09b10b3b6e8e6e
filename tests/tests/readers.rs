//! DuckDB, polars and pyarrow read what `nepho parse --output parquet` writes.
//!
//! The readers are Python packages, which `cargo xtask test` installs into `target`. Where they are
//! not there the test says so and proves nothing.

#![expect(
    clippy::print_stderr,
    reason = "a test tells what it measured or passed over"
)]

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use arrow_array::RecordBatch;
use nepho::output::{OutputFormat, RawColumn, RowWriter};
use nepho_core::tables::Reject;
use nepho_tests::generate::{self, Shape};

/// Bytes of each generated file: several segments of a row group.
const FILE_BYTES: u64 = 3 << 20;

struct Written {
    parquet: RowWriter<BufWriter<File>>,
    ndjson: RowWriter<BufWriter<File>>,
}

impl nepho::RowSink for Written {
    fn rows(&mut self, batch: &RecordBatch) -> nepho_core::Result<()> {
        self.parquet.write(batch)?;
        self.ndjson.write(batch)
    }

    fn reject(&mut self, _: &Reject) -> nepho_core::Result<()> {
        Ok(())
    }
}

/// Writes the rows of a folder as Parquet and as NDJSON.
fn write(logs: &Path, folder: &Path, raw: RawColumn) -> Result<(PathBuf, PathBuf)> {
    let (parquet, ndjson) = (folder.join("rows.parquet"), folder.join("rows.ndjson"));
    let writer = |path: &Path, format| -> Result<_> {
        let file = BufWriter::new(File::create(path)?);
        Ok(RowWriter::with_raw(file, format, raw)?)
    };
    let mut written = Written {
        parquet: writer(&parquet, OutputFormat::Parquet)?,
        ndjson: writer(&ndjson, OutputFormat::Ndjson)?,
    };
    let options = nepho::Options {
        paths: vec![logs.to_string_lossy().into_owned()],
        ..nepho::Options::default()
    };
    nepho::parse(&options, &mut written)?;
    written.parquet.finish()?;
    written.ndjson.finish()?;
    Ok((parquet, ndjson))
}

#[test]
fn duckdb_polars_and_pyarrow_read_every_value() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = root.join("../target");
    let python = target.join("bench-peers/venv/bin/python");
    if !python.exists() {
        eprintln!("skipped: DuckDB, polars and pyarrow are not there; cargo xtask test gets them");
        return Ok(());
    }
    let folder = target.join("tmp/readers");
    let logs = folder.join("logs");
    fs::create_dir_all(&logs)?;
    for shape in Shape::ALL {
        let mut file = BufWriter::new(File::create(logs.join(shape.file_name()))?);
        generate::write(shape, FILE_BYTES, 7, &mut file)?;
    }
    for raw in [RawColumn::Kept, RawColumn::LeftOut] {
        let (parquet, ndjson) = write(&logs, &folder, raw)?;
        let output = Command::new(&python)
            .arg(root.join("readers.py"))
            .args([&parquet, &ndjson])
            .output()
            .context("run the readers")?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{told}");
    }
    Ok(())
}
