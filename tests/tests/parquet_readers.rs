//! The Parquet files of `nepho parse` read in DuckDB, polars and pyarrow.

use std::fs::File;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use nepho::output::{OutputFormat, RowWriter};
use nepho::{Options, RowSink};
use nepho_core::tables::{Column, LogsView, Reject};
use nepho_tests::generate::{self, Shape};

/// Writes rows to a file, and counts what the readers must find in it.
struct Sink {
    writer: RowWriter<File>,
    rows: u64,
    bytes: u64,
    timed: u64,
    raw_bytes: u64,
}

impl RowSink for Sink {
    fn rows(&mut self, batch: &RecordBatch) -> nepho_core::Result<()> {
        let view = LogsView::new(batch)?;
        for row in 0..view.len() {
            self.rows += 1;
            self.timed += u64::from(view.is_timed(row));
            self.raw_bytes += view.text(Column::Raw, row).unwrap_or_default().len() as u64;
        }
        if let Some(bytes) = batch.column_by_name("bytes") {
            let bytes = bytes.as_primitive::<UInt32Type>().iter().flatten();
            self.bytes += bytes.map(u64::from).sum::<u64>();
        }
        self.writer.write(batch)
    }

    fn reject(&mut self, _reject: &Reject) -> nepho_core::Result<()> {
        Ok(())
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn other_readers_find_in_a_parquet_file_what_was_written() -> Result<()> {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = tests.join("../target/bench-peers/venv/bin/python");
    if !python.exists() {
        eprintln!("skipped: DuckDB, polars and pyarrow are not there; cargo xtask test gets them");
        return Ok(());
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("parquet_readers");
    std::fs::create_dir_all(&folder)?;
    let mut paths = Vec::new();
    for shape in Shape::ALL {
        let path = folder.join(shape.file_name());
        generate::write(shape, 200_000, 3, &mut File::create(&path)?)?;
        paths.push(path.to_string_lossy().into_owned());
    }
    let to = folder.join("rows.parquet");
    let mut sink = Sink {
        writer: RowWriter::new(File::create(&to)?, OutputFormat::Parquet)?,
        rows: 0,
        bytes: 0,
        timed: 0,
        raw_bytes: 0,
    };
    let options = Options {
        paths,
        ..Options::default()
    };
    nepho::parse(&options, &mut sink)?;
    sink.writer.finish()?;
    let output = Command::new(python)
        .arg(tests.join("peers/read_parquet.py"))
        .arg(&to)
        .output()
        .context("start python")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{errors}");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let expected = format!(
        "{} {} {} {}",
        sink.rows, sink.bytes, sink.timed, sink.raw_bytes
    );
    let found: Vec<&str> = told
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(_, found)| found)
        .collect();
    assert_eq!(found, [expected.as_str(); 3], "{told}");
    Ok(())
}
