//! Other libraries at the work of the product's decoders: `peers NAME CORPUS FILE` prints rows, CPU
//! seconds, and those without reading the file; `peers versions` prints the versions of the
//! libraries.

mod columns;
#[expect(dead_code, reason = "the benchmark uses the rest of it")]
mod corpora;
mod remap;
mod sonic;
mod value;

use std::fs;
use std::hint::black_box;

use anyhow::{Context, Result, bail};
use cpu_time::ProcessTime;

use corpora::Corpus;

/// The allocator that Vector is measured with; it serves the other peers as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the versions are read from.
const LOCK: &str = include_str!("../Cargo.lock");

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["versions"] => {
            for name in ["serde_json", "sonic-rs", "vrl", "libdeflater"] {
                println!("{name} {}", version(name).unwrap_or("of unknown version"));
            }
            Ok(())
        }
        ["inflate", path] => inflate(path),
        [peer, corpus, path] => {
            let corpus = Corpus::named(corpus).context("no corpus has this name")?;
            let read = match *peer {
                "serde_json" => value::read,
                "sonic-rs" => sonic::read,
                "vrl" => remap::read,
                other => bail!("no peer is called `{other}`"),
            };
            let began = ProcessTime::now();
            let text = fs::read_to_string(path)?;
            let in_memory = ProcessTime::now();
            let rows = read(corpus, &text)?;
            let seconds = [began, in_memory].map(|time| time.elapsed().as_secs_f64());
            println!("{rows} {} {}", seconds[0], seconds[1]);
            Ok(())
        }
        _ => bail!("usage: peers NAME CORPUS FILE, peers inflate FILE, peers versions"),
    }
}

fn version(name: &str) -> Option<&'static str> {
    let entry = LOCK.split("[[package]]").find(|entry| {
        entry
            .lines()
            .any(|line| line == format!("name = \"{name}\""))
    })?;
    entry
        .lines()
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
}

/// Inflates a gzip file in memory with libdeflate; prints bytes of the text and CPU seconds of the
/// best of five runs.
fn inflate(path: &str) -> Result<()> {
    let packed = fs::read(path)?;
    // RFC 1952, section 2.3.1: the last four bytes are the size of the text.
    let (_, size) = packed.split_last_chunk::<4>().context("no gzip file")?;
    let mut text = vec![0; u32::from_le_bytes(*size) as usize];
    let mut best = f64::MAX;
    for _ in 0..5 {
        let began = ProcessTime::now();
        let size = libdeflater::Decompressor::new().gzip_decompress(&packed, &mut text)?;
        anyhow::ensure!(size == text.len(), "the file has several members");
        best = best.min(began.elapsed().as_secs_f64());
        black_box(&text);
    }
    println!("{} {best}", text.len());
    Ok(())
}
