//! Peak memory of `explain` and `parse` over mixed logs: it must not grow with the input.

use std::fs;
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result};
use nepho_tests::generate::{self, Shape};

use crate::child::{self, Job};
use crate::formats::folder;
use crate::say;

/// Sizes in megabytes; the last one on demand.
const SIZES: [u64; 3] = [200, 2_000, 10_000];
/// Megabytes that none may take at its peak.
const GOAL: f64 = 100.0;

pub(crate) fn run(is_large: bool) -> Result<()> {
    say("memory: peak resident set over generated mixed logs, all processors");
    say(&format!(
        "{:>8} {:<16} {:>12} {:>10} {:>10}",
        "MB", "", "rows", "peak MB", "wall s"
    ));
    let sizes = if is_large { &SIZES[..] } else { &SIZES[..2] };
    let mut above = Vec::new();
    for size in sizes {
        let folder = folder()?.join("mixed");
        write(&folder, *size)?;
        let output = folder
            .with_extension("parquet")
            .to_string_lossy()
            .into_owned();
        let jobs = [
            ("explain", Job::Explain),
            ("parse ndjson", Job::Ndjson(0, "/dev/null")),
            ("parse parquet", Job::Parquet(0, &output)),
        ];
        for (name, job) in jobs {
            let took = child::run(job, &folder)?;
            if took.peak_bytes / 1e6 > GOAL {
                above.push(format!("{name} of {size} MB"));
            }
            say(&format!(
                "{size:>8} {name:<16} {:>12} {:>10.1} {:>10.1}",
                took.rows,
                took.peak_bytes / 1e6,
                took.wall_seconds
            ));
        }
        fs::remove_dir_all(&folder)?;
        fs::remove_file(&output)?;
    }
    anyhow::ensure!(above.is_empty(), "above {GOAL} MB: {}", above.join(", "));
    Ok(())
}

/// Makes a folder with this many megabytes of logs, the same share of each shape.
pub(crate) fn write(folder: &Path, megabytes: u64) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).context("clear the folder of mixed logs")?;
    }
    fs::create_dir_all(folder)?;
    let share = megabytes * 1_000_000 / Shape::ALL.len() as u64;
    for (number, shape) in Shape::ALL.into_iter().enumerate() {
        let mut file = BufWriter::new(fs::File::create(folder.join(shape.file_name()))?);
        generate::write(shape, share, number as u64, &mut file)?;
    }
    Ok(())
}
