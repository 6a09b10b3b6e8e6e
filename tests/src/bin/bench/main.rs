//! Measures: `cargo xtask bench [PART...]`; `bench passes COUNT FILE` is for a profiler.
//!
//! | part | what is measured |
//! |---|---|
//! | `formats` | decoding six corpora beside other libraries; `--queries` prints what those run |
//! | `gzip` | decoding whole `.gz` files beside inflating alone |
//! | `parquet` | file to Parquet beside DuckDB's COPY; others read the files |
//! | `workers` | two decoding threads beside one |
//! | `objects` | many small objects beside one file |
//! | `memory` | peak memory at 0.2 and 2 GB; `--large`: at 10 GB as well |
//! | `tables` | a format that is only a table beside one written by hand |
//! | `instructions` | counts of callgrind beside a baseline; `--bless` writes it |
//! | `cause` | root cause on large graphs |
//! | `iac` | reading states, joining events with changes, the graph of resources |
//!
//! Rates are per second of CPU time of one core, peers and product interleaved in one run, the
//! median of several rounds; machines are noisy, so the ratios are what counts.

mod allocations;
mod cause;
mod child;
#[expect(dead_code, reason = "the peers use the rest of it")]
#[path = "../../../peers/src/corpora.rs"]
mod corpora;
mod cpu;
mod decode;
mod formats;
mod gzip;
mod handwritten;
mod iac;
mod instructions;
mod memory;
mod objects;
mod parquet;
mod peers;
mod structural;
mod workers;

use anyhow::{Result, bail};

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

/// All parts but `instructions`, which `cargo xtask check` runs.
const PARTS: [&str; 9] = [
    "formats", "gzip", "parquet", "workers", "objects", "memory", "tables", "cause", "iac",
];

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        [child::CHILD, what, workers, to, path] => return child::main(what, workers, to, path),
        [iac::CHILD, job, path] => return iac::child(job, path),
        [decode::CHILD, how, path] => return decode::child(how, path.as_ref()),
        [instructions::CHILD, count, path] => return decode::passes(count, path),
        _ => {}
    }
    let (flags, mut parts): (Vec<&str>, Vec<&str>) =
        args.iter().partition(|arg| arg.starts_with("--"));
    let known = ["--queries", "--large", "--bless"];
    if let Some(flag) = flags.iter().find(|flag| !known.contains(flag)) {
        bail!("no flag is called `{flag}`; there are {}", known.join(", "));
    }
    let has = |flag: &str| flags.contains(&flag);
    if has("--queries") {
        formats::queries();
        return Ok(());
    }
    if parts.is_empty() {
        parts.extend(PARTS);
    }
    for part in parts {
        match part {
            "formats" => formats::run()?,
            "gzip" => gzip::run()?,
            "parquet" => parquet::run()?,
            "workers" => workers::run()?,
            "objects" => objects::run()?,
            "memory" => memory::run(has("--large"))?,
            "tables" => handwritten::run()?,
            "instructions" => instructions::run(has("--bless"))?,
            "cause" => cause::run()?,
            "iac" => iac::run()?,
            other => bail!(
                "no part is called `{other}`; there are {}, instructions",
                PARTS.join(", ")
            ),
        }
        say("");
    }
    Ok(())
}

/// Prints a line of the result.
#[expect(clippy::print_stdout, reason = "the result of the program")]
fn say(line: &str) {
    println!("{line}");
}
