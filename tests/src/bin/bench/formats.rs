//! Rows and megabytes per second of one core, by format and for the mix, beside the naive way.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use nepho_codec::detect::{Decoding, Formats};
use nepho_codec::frame::{Framer, Piece};
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::LogsBuilder;
use nepho_tests::generate::{self, Shape};

use crate::cpu::{median, timed};
use crate::{naive, say};

/// Bytes of each generated file.
const FILE_BYTES: u64 = 24 << 20;
const ROUNDS: usize = 5;

/// What one shape took.
struct Measured {
    shape: Shape,
    bytes: f64,
    rows: f64,
    ours: f64,
    naive: f64,
}

/// Folder of generated files.
pub(crate) fn folder() -> Result<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    fs::create_dir_all(&root).context("create target/bench")?;
    Ok(root)
}

pub(crate) fn run() -> Result<()> {
    say("formats: one core, per second of CPU time, median of 5 interleaved rounds");
    say(&format!(
        "{:<20} {:>12} {:>9} {:>12} {:>9} {:>7}",
        "", "rows/s", "MB/s", "naive rows/s", "MB/s", "ratio"
    ));
    let mut measured = Vec::new();
    for shape in Shape::ALL {
        let path = folder()?.join(shape.file_name());
        let mut file =
            fs::File::create(&path).with_context(|| format!("create `{}`", path.display()))?;
        generate::write(shape, FILE_BYTES, 42, &mut file)?;
        measured.push(measure(shape, &path)?);
    }
    for one in &measured {
        print(
            &format!("{:?}", one.shape),
            one.bytes,
            one.rows,
            one.ours,
            one.naive,
        );
    }
    let sum = |pick: fn(&Measured) -> f64| measured.iter().map(pick).sum::<f64>();
    print(
        "mixed",
        sum(|one| one.bytes),
        sum(|one| one.rows),
        sum(|one| one.ours),
        sum(|one| one.naive),
    );
    Ok(())
}

/// Decodes one file ten times, for a profiler.
pub(crate) fn decode_once(path: &str) -> Result<()> {
    for _ in 0..10 {
        decode(path.as_ref())?;
    }
    Ok(())
}

fn print(name: &str, bytes: f64, rows: f64, ours: f64, naive: f64) {
    say(&format!(
        "{name:<20} {:>12.0} {:>9.1} {:>12.0} {:>9.1} {:>7.2}",
        rows / ours,
        bytes / ours / 1e6,
        rows / naive,
        bytes / naive / 1e6,
        naive / ours,
    ));
}

fn measure(shape: Shape, path: &std::path::Path) -> Result<Measured> {
    let mut ours = Vec::new();
    let mut naive_times = Vec::new();
    let mut rows = 0;
    let bytes = fs::metadata(path)?.len();
    for _ in 0..ROUNDS {
        let (seconds, count) = timed(|| decode(path));
        ours.push(seconds);
        rows = count?;
        let (seconds, counts) =
            timed(|| -> Result<(u64, u64)> { naive::read(shape, &fs::read_to_string(path)?) });
        naive_times.push(seconds);
        let (events, _) = counts?;
        // The header of a flow log is an event to the naive way.
        let header = u64::from(shape == Shape::VpcFlow);
        anyhow::ensure!(
            events == rows + header,
            "{shape:?}: {rows} rows, but the naive way finds {events} events"
        );
    }
    Ok(Measured {
        shape,
        bytes: bytes as f64,
        rows: rows as f64,
        ours: median(&mut ours),
        naive: median(&mut naive_times),
    })
}

/// The product's way from a file to batches, on this thread.
fn decode(path: &std::path::Path) -> Result<u64> {
    let stream = Stream {
        uri: path.to_string_lossy().into_owned(),
        ..Stream::default()
    };
    let mut framer = Framer::new(fs::File::open(path)?);
    let mut decoding = Decoding::new(Formats::linked(), Arc::new(stream), None)?;
    let mut rows = 0;
    while let Some(piece) = framer.next() {
        match piece {
            Piece::Block(block) => {
                let mut out = LogsBuilder::new(Timestamp(0));
                decoding.block(block, &mut out);
                let batch = out.finish()?;
                rows += batch.num_rows() as u64;
                std::hint::black_box(&batch);
            }
            Piece::Skipped(skipped) => anyhow::bail!("skipped: {}", skipped.reason),
        }
    }
    let counts = decoding.take_counts();
    anyhow::ensure!(
        counts.rejects == 0,
        "{} rejects in {}",
        counts.rejects,
        path.display()
    );
    Ok(rows)
}
