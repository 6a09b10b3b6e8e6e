//! From a file to Parquet (zstd level 1, raw kept) beside DuckDB's COPY, and whether other readers
//! find in the file what was written.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::child::{self, Job};
use crate::corpora::Corpus;
use crate::cpu::median;
use crate::formats::{folder, make, shape};
use crate::peers::Peers;
use crate::say;

/// Enough that memory which a process touches for the first time is a small part.
const FILE_BYTES: u64 = 128 << 20;
const ROUNDS: usize = 5;

pub(crate) fn run() -> Result<()> {
    let peers = Peers::prepare();
    say(&format!(
        "parquet: file to Parquet, one worker, CPU seconds of the process, median of {ROUNDS} \
         interleaved rounds"
    ));
    say(&format!(
        "{:<20} {:>9} {:>9} {:>7} {:>9} {:>9}  read back by",
        "", "ours MB/s", "DuckDB", "ratio", "ours MB", "DuckDB"
    ));
    let mut broken = Vec::new();
    for corpus in Corpus::ALL {
        let path = make("parquet", shape(corpus), FILE_BYTES)?;
        let to = folder()?.join(format!("{}.parquet", corpus.name()));
        let their_to = folder()?.join(format!("{}.duckdb.parquet", corpus.name()));
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let copy = corpus.duckdb_copy(&text(&path), &text(&their_to));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let mut rows = 0;
        for _ in 0..ROUNDS {
            let took = child::run(Job::Parquet(1, &text(&to)), &path)?;
            ours.push(took.cpu_seconds);
            rows = took.rows;
            theirs.extend(peers.duckdb("copy", &copy)?.map(|run| run.seconds));
        }
        let ours = median(&mut ours);
        let (mut rate, mut ratio, mut size) = ("-".to_owned(), "-".to_owned(), "-".to_owned());
        let bytes = path.metadata()?.len() as f64;
        if !theirs.is_empty() {
            let seconds = median(&mut theirs);
            rate = format!("{:.1}", bytes / seconds / 1e6);
            ratio = format!("{:.2}", seconds / ours);
            size = format!("{:.2}", their_to.metadata()?.len() as f64 / 1e6);
        }
        let readers = match peers.read_parquet(&to)? {
            Some(told) => check(&told, rows).unwrap_or_else(|error| {
                broken.push(format!("{}: {error:#}", corpus.name()));
                "not read as written".to_owned()
            }),
            None => "nobody".to_owned(),
        };
        say(&format!(
            "{:<20} {:>9.1} {rate:>9} {ratio:>7} {:>9.2} {size:>9}  {readers}",
            corpus.name(),
            bytes / ours / 1e6,
            to.metadata()?.len() as f64 / 1e6,
        ));
        let _ = fs::remove_file(&their_to);
        fs::remove_file(&to)?;
    }
    if !broken.is_empty() {
        bail!("{}", broken.join("\n"));
    }
    Ok(())
}

/// Names of the readers, all of which must have found the same, and as many rows as were written.
fn check(told: &str, rows: u64) -> Result<String> {
    let mut readers = Vec::new();
    let mut first = None;
    for line in told.lines() {
        let (reader, found) = line.split_once(' ').unwrap_or((line, ""));
        let expected = *first.get_or_insert(found);
        if found != expected || found.split(' ').next() != Some(&rows.to_string()) {
            bail!("{rows} rows were written; {told}");
        }
        readers.push(reader);
    }
    Ok(readers.join(", "))
}
