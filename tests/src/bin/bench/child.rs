//! What a measured process of its own does: parses or explains, then prints what it took.

use std::io::BufWriter;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use arrow_array::RecordBatch;
use cpu_time::ProcessTime;
use nepho::output::{Encoder, OutputFormat, RawColumn, RowWriter};
use nepho::{Options, RowSink, default_workers};
use nepho_core::tables::Reject;

use crate::{cpu, peers, say};

/// First argument of such a process.
pub(crate) const CHILD: &str = "child";

/// What a process is asked to do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Job<'a> {
    /// `nepho explain`.
    Explain,
    /// `nepho parse` with this many workers, rows thrown away.
    Parse(usize),
    /// `nepho parse` with this many workers, written as NDJSON to a file.
    Ndjson(usize, &'a str),
    /// `nepho parse` with this many workers, written as Parquet to a file by as many threads.
    Parquet(usize, &'a str),
}

/// What it took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took {
    pub(crate) rows: u64,
    pub(crate) cpu_seconds: f64,
    pub(crate) wall_seconds: f64,
    pub(crate) peak_bytes: f64,
}

/// Runs a job over a path in a process of its own.
pub(crate) fn run(job: Job<'_>, path: &Path) -> Result<Took> {
    let (what, workers, to) = match job {
        Job::Explain => ("explain", 0, "-"),
        Job::Parse(workers) => ("parse", workers, "-"),
        Job::Ndjson(workers, to) => ("ndjson", workers, to),
        Job::Parquet(workers, to) => ("parquet", workers, to),
    };
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([CHILD, what, &workers.to_string(), to])
        .arg(path);
    let text = peers::text(&mut command)?;
    let words: Vec<f64> = text.split_whitespace().flat_map(str::parse).collect();
    let [rows, cpu_seconds, wall_seconds, peak_bytes] = words.as_slice() else {
        bail!("the process told `{text}`");
    };
    Ok(Took {
        rows: *rows as u64,
        cpu_seconds: *cpu_seconds,
        wall_seconds: *wall_seconds,
        peak_bytes: *peak_bytes,
    })
}

/// The process itself.
pub(crate) fn main(what: &str, workers: &str, to: &str, path: &str) -> Result<()> {
    let options = Options {
        paths: vec![path.to_owned()],
        workers: workers.parse().context("how many workers?")?,
        ..Options::default()
    };
    let (cpu, wall) = (ProcessTime::now(), now());
    let rows = match what {
        "explain" => {
            nepho::keep_little();
            let explanation = nepho::explain(&options)?;
            explanation.inputs.iter().map(|input| input.rows).sum()
        }
        "parse" => parse(&options, None)?,
        "ndjson" => parse(&options, Some((to, OutputFormat::Ndjson)))?,
        "parquet" => parse(&options, Some((to, OutputFormat::Parquet)))?,
        other => bail!("no job is called `{other}`"),
    };
    let (cpu, wall) = (cpu.elapsed().as_secs_f64(), wall.elapsed().as_secs_f64());
    say(&format!(
        "{rows} {cpu} {wall} {}",
        cpu::peak_resident_bytes()
    ));
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}

/// Counts the rows, and writes them where that is asked for.
struct Sink {
    rows: u64,
    writer: Option<RowWriter<BufWriter<std::fs::File>>>,
}

impl RowSink for Sink {
    fn rows(&mut self, batch: &RecordBatch) -> nepho_core::Result<()> {
        self.rows += batch.num_rows() as u64;
        match &mut self.writer {
            Some(writer) => writer.write(batch),
            None => Ok(()),
        }
    }

    fn encoder(&self) -> Option<Arc<Encoder>> {
        self.writer.as_ref().and_then(RowWriter::encoder)
    }

    fn encoded(&mut self, bytes: &[u8]) -> nepho_core::Result<()> {
        self.rows += memchr::memchr_iter(b'\n', bytes).count() as u64;
        match &mut self.writer {
            Some(writer) => writer.write_encoded(bytes),
            None => Ok(()),
        }
    }

    fn reject(&mut self, reject: &Reject) -> nepho_core::Result<()> {
        say(&format!(
            "reject in line {}: {}",
            reject.line, reject.reason
        ));
        Ok(())
    }
}

fn parse(options: &Options, to: Option<(&str, OutputFormat)>) -> Result<u64> {
    let threads = match options.workers {
        0 => default_workers(),
        workers => workers,
    };
    let open = |(to, format): (&str, OutputFormat)| -> Result<_> {
        let file = BufWriter::with_capacity(256 << 10, std::fs::File::create(to)?);
        let raw = RawColumn::Kept;
        Ok(RowWriter::with_threads(file, format, raw, threads)?)
    };
    let mut sink = Sink {
        rows: 0,
        writer: to.map(open).transpose()?,
    };
    nepho::keep_blocks();
    nepho::parse(options, &mut sink)?;
    if let Some(writer) = sink.writer {
        writer.finish()?;
    }
    Ok(sink.rows)
}
