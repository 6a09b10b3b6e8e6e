//! Rows and megabytes per second of one core: six corpora beside the peers, other shapes alone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nepho_tests::generate::{self, Shape};

use crate::allocations::counted;
use crate::corpora::{Corpus, Form};
use crate::cpu::{median, timed};
use crate::decode::{self, Product};
use crate::peers::{Peer, Peers, Run};
use crate::{say, structural};

/// Bytes of each generated file.
const FILE_BYTES: u64 = 32 << 20;
const ROUNDS: usize = 5;
const SEED: u64 = 42;

/// The shape that a corpus is of.
pub(crate) fn shape(corpus: Corpus) -> Shape {
    match corpus {
        Corpus::CloudTrail => Shape::CloudTrailLines,
        Corpus::CloudTrailRecords => Shape::CloudTrailRecords,
        Corpus::CloudWatch => Shape::CloudWatch,
        Corpus::VpcFlow => Shape::VpcFlow,
        Corpus::Azure => Shape::AzureRecords,
        Corpus::Google => Shape::GoogleEntries,
    }
}

/// CPU seconds of one reader, with reading the file and without.
#[derive(Clone, Copy)]
struct Taken {
    file: f64,
    memory: f64,
}

impl Taken {
    fn median(runs: &[Self]) -> Self {
        let of = |pick: fn(&Self) -> f64| median(&mut runs.iter().map(pick).collect::<Vec<_>>());
        Self {
            file: of(|run| run.file),
            memory: of(|run| run.memory),
        }
    }

    /// How many times as long as `other`, for both.
    fn over(self, other: Self) -> [f64; 2] {
        [self.file / other.file, self.memory / other.memory]
    }
}

/// What one file took.
struct Measured {
    bytes: f64,
    rows: f64,
    /// CPU seconds of the product, and of the peers that are there.
    ours: Taken,
    peers: Vec<(Peer, Taken)>,
    /// CPU seconds of the structural pass, in memory.
    structural: Option<f64>,
    /// Allocations per row, decoders warm.
    allocations: f64,
}

/// Folder of generated files.
pub(crate) fn folder() -> Result<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    fs::create_dir_all(&root).context("create target/bench")?;
    Ok(root.canonicalize()?)
}

/// Makes the file of a shape for one part of the benchmarks, which may run beside another.
pub(crate) fn make(part: &str, shape: Shape, bytes: u64) -> Result<PathBuf> {
    let folder = folder()?.join(part);
    fs::create_dir_all(&folder)?;
    let path = folder.join(shape.file_name());
    let file = fs::File::create(&path).with_context(|| format!("create `{}`", path.display()))?;
    let mut file = std::io::BufWriter::new(file);
    generate::write(shape, bytes, SEED, &mut file)?;
    Ok(path)
}

pub(crate) fn run() -> Result<()> {
    let peers = Peers::prepare();
    say(&format!(
        "formats: CPU seconds of one core, median of {ROUNDS} interleaved rounds, raw kept; peers \
         keep values as text, the product converts times, numbers and severities as well; `in \
         memory` is without reading the file (but for DuckDB, which reads it in both)"
    ));
    let mut all = Vec::new();
    for corpus in Corpus::ALL {
        let path = make("formats", shape(corpus), FILE_BYTES)?;
        let measured = measure(&path, |peer| peers.run(peer, corpus, &path))?;
        say("");
        measured.print(corpus.name(), corpus != Corpus::VpcFlow);
        all.push(measured);
    }
    say("");
    summary(&all);
    others()
}

/// Prints the queries and programs of the peers.
pub(crate) fn queries() {
    for corpus in Corpus::ALL {
        say(&format!("== {}", corpus.name()));
        say(&format!(
            "DuckDB: {}",
            corpus.duckdb_query(Form::Raw, "FILE")
        ));
        say(&format!(
            "DuckDB, no raw: {}",
            corpus.duckdb_query(Form::Typed, "FILE")
        ));
        say(&format!(
            "DuckDB, Parquet: {}",
            corpus.duckdb_copy("FILE", "OUTPUT")
        ));
        if let Some(key) = corpus.remap_split() {
            say(&format!(
                "vrl, then split at `{key}`: parse_json!(string!(.message))"
            ));
        }
        say(&format!("vrl:\n{}", corpus.remap_program()));
    }
    say("Rust peers: tests/peers/src");
}

fn measure(path: &Path, run: impl Fn(Peer) -> Result<Option<Run>>) -> Result<Measured> {
    let bytes = fs::read(path)?;
    let is_flow = path.ends_with(Shape::VpcFlow.file_name());
    let mut ours = Vec::new();
    let mut pass = Vec::new();
    let mut peers: Vec<(Peer, Vec<Taken>)> = Vec::new();
    let mut rows = 0;
    for _ in 0..ROUNDS {
        let (file, memory) = (decode::run("file", path)?, decode::run("memory", path)?);
        rows = file.rows;
        anyhow::ensure!(
            memory.rows == rows,
            "{}: other rows in memory",
            path.display()
        );
        ours.push(Taken {
            file: file.seconds,
            memory: memory.seconds,
        });
        // A machine may have taken away what was not used while others ran.
        std::hint::black_box(bytes.iter().step_by(1 << 10).max());
        let (seconds, found) = timed(|| structural::pass(&bytes));
        pass.extend(std::hint::black_box(found).map(|_| seconds));
        for peer in Peer::ALL {
            let Some(run) = run(peer)? else {
                continue;
            };
            let events = run.rows;
            let taken = Taken {
                file: run.seconds,
                memory: run.in_memory,
            };
            // To the Rust peers, the header of a flow log is an event.
            let is_header_counted = matches!(peer, Peer::SerdeJson | Peer::SonicRs | Peer::Vrl);
            let expected = rows + u64::from(is_flow && is_header_counted);
            anyhow::ensure!(
                events == expected,
                "{}: {rows} rows, but {} finds {events}",
                path.display(),
                peer.name()
            );
            match peers.iter_mut().find(|(held, _)| *held == peer) {
                Some((_, runs)) => runs.push(taken),
                None => peers.push((peer, vec![taken])),
            }
        }
    }
    let mut product = Product::new(path)?;
    product.read(fs::File::open(path)?)?;
    let (allocations, _) = counted(|| product.read(fs::File::open(path)?));
    Ok(Measured {
        bytes: bytes.len() as f64,
        rows: rows as f64,
        ours: Taken::median(&ours),
        structural: (!pass.is_empty()).then(|| median(&mut pass)),
        peers: peers
            .into_iter()
            .map(|(peer, runs)| (peer, Taken::median(&runs)))
            .collect(),
        allocations: allocations as f64 / rows as f64,
    })
}

impl Measured {
    fn print(&self, name: &str, is_json: bool) {
        say(&format!(
            "{name:<22} {:>12} {:>9} {:>8} {:>9}",
            "rows/s", "MB/s", "ratio", "in memory"
        ));
        self.line("nephoscope", self.ours.file, "");
        self.line("nephoscope, in memory", self.ours.memory, "");
        for (peer, taken) in &self.peers {
            let [file, memory] = taken.over(self.ours);
            self.line(
                peer.name(),
                taken.file,
                &format!("{file:>8.2} {memory:>9.2}"),
            );
        }
        if let Some(seconds) = self.structural.filter(|_| is_json) {
            let [file, memory] = Taken {
                file: seconds,
                memory: seconds,
            }
            .over(self.ours)
            .map(|part| format!("{:.1} %", part * 100.0));
            self.line(
                "structural pass",
                seconds,
                &format!("{file:>8} {memory:>9}"),
            );
        }
        say(&format!(
            "  {:<20} {:>12.4}",
            "allocations per row", self.allocations
        ));
    }

    fn line(&self, name: &str, seconds: f64, ratio: &str) {
        let (rows, rate) = (self.rows / seconds, self.bytes / seconds / 1e6);
        say(format!("  {name:<21} {rows:>11.0} {rate:>9.1} {ratio}").trim_end());
    }

    fn taken(&self, peer: Peer) -> Option<Taken> {
        let found = self.peers.iter().find(|(held, _)| *held == peer);
        found.map(|(_, taken)| *taken)
    }
}

/// Geometric means and worst cases over the corpora, and the rate of the mix.
fn summary(all: &[Measured]) {
    summary_of("six corpora", all, |taken| taken.file);
    say("");
    summary_of("in memory", all, |taken| taken.memory);
}

fn summary_of(name: &str, all: &[Measured], pick: impl Fn(&Taken) -> f64) {
    say(&format!(
        "{name:<22} {:>12} {:>9} {:>8}",
        "geo. mean", "least", "mix"
    ));
    let sum = |part: &dyn Fn(&Measured) -> f64| all.iter().map(part).sum::<f64>();
    let ours = sum(&|one| pick(&one.ours));
    for peer in Peer::ALL {
        let taken: Vec<Taken> = all.iter().filter_map(|one| one.taken(peer)).collect();
        let pairs = all.iter().zip(&taken);
        let ratios: Vec<f64> = pairs
            .map(|(one, taken)| pick(taken) / pick(&one.ours))
            .collect();
        if ratios.len() == all.len() {
            let least = ratios.iter().copied().fold(f64::MAX, f64::min);
            let mean = geometric_mean(&ratios);
            let mix = taken.iter().map(&pick).sum::<f64>() / ours;
            say(&format!(
                "  {:<20} {mean:>12.2} {least:>9.2} {mix:>8.2}",
                peer.name()
            ));
        }
    }
    let rows = sum(&|one| one.rows) / ours;
    let bytes = sum(&|one| one.bytes) / ours / 1e6;
    say(&format!("  mix: {rows:.0} rows/s, {bytes:.1} MB/s"));
}

fn geometric_mean(values: &[f64]) -> f64 {
    let logarithms: f64 = values.iter().map(|value| value.ln()).sum();
    (logarithms / values.len() as f64).exp()
}

/// Shapes that no peer reads.
fn others() -> Result<()> {
    let is_corpus = |other: &Shape| Corpus::ALL.iter().any(|corpus| shape(*corpus) == *other);
    for other in Shape::ALL.into_iter().filter(|other| !is_corpus(other)) {
        let path = make("formats", other, FILE_BYTES / 4)?;
        let measured = measure(&path, |_| Ok(None))?;
        say("");
        measured.print(&format!("{other:?}"), false);
    }
    Ok(())
}
