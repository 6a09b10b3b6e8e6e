//! Peak memory of explaining 0.2, 1 and 4 GB of mixed logs: it must not grow with the input.

use std::fs;
use std::io::BufWriter;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use nepho_tests::generate::{self, Shape};

use crate::formats::folder;
use crate::{cpu, say};

/// Argument that makes this program the one that is measured.
pub(crate) const CHILD: &str = "explain-child";

/// Sizes in megabytes.
const SIZES: [u64; 3] = [200, 1000, 4000];

pub(crate) fn run() -> Result<()> {
    say("memory: peak resident set of `explain` over generated mixed logs");
    say(&format!(
        "{:>8} {:>12} {:>10} {:>10}",
        "MB", "rows", "peak MB", "wall s"
    ));
    for size in SIZES {
        let folder = folder()?.join("mixed");
        if folder.exists() {
            fs::remove_dir_all(&folder).context("clear the folder of mixed logs")?;
        }
        fs::create_dir_all(&folder)?;
        write(&folder, size)?;
        let began = now();
        let output = Command::new(std::env::current_exe()?)
            .arg(CHILD)
            .arg(&folder)
            .output()?;
        anyhow::ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut words = text.split_whitespace();
        let rows = words.next().unwrap_or_default().to_owned();
        let peak: f64 = words
            .next()
            .and_then(|word| word.parse().ok())
            .context("no peak was told")?;
        say(&format!(
            "{size:>8} {rows:>12} {:>10.1} {:>10.1}",
            peak / 1e6,
            began.elapsed().as_secs_f64()
        ));
        fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}

fn write(folder: &Path, megabytes: u64) -> Result<()> {
    let share = megabytes * 1_000_000 / Shape::ALL.len() as u64;
    for (number, shape) in Shape::ALL.into_iter().enumerate() {
        let mut file = BufWriter::new(fs::File::create(folder.join(shape.file_name()))?);
        generate::write(shape, share, number as u64, &mut file)?;
    }
    Ok(())
}

/// What the measured process does: explains a folder, then prints rows and peak.
pub(crate) fn child(path: &str) -> Result<()> {
    let options = nepho::Options {
        paths: vec![path.to_owned()],
        ..nepho::Options::default()
    };
    let explanation = nepho::explain(&options)?;
    let rows: u64 = explanation.inputs.iter().map(|input| input.rows).sum();
    say(&format!("{rows} {}", cpu::peak_resident_bytes()));
    Ok(())
}
