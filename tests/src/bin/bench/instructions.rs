//! Instructions that decoding takes, counted by callgrind: a measure that does not depend on the
//! load of the machine, compared with a baseline.
//!
//! A file is read once, and another time three times over; half of the difference is one pass,
//! without starting up and setting up. The counts depend on the compiler, and on the vector
//! instructions that are chosen at run time, so both stand in the baseline.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use nepho_tests::generate::Shape;
use serde_json::{Value, json};

use crate::formats::make;
use crate::{peers, say};

/// First argument of the process that is counted.
pub(crate) const CHILD: &str = "passes";

const FILE_BYTES: u64 = 1 << 20;
/// Part by which a count may differ from the baseline.
const TOLERANCE: f64 = 0.05;

pub(crate) fn run(is_blessed: bool) -> Result<()> {
    if cfg!(feature = "full") {
        bail!(
            "counts depend on what is built in; `cargo xtask bench instructions` builds what the \
             baseline is of"
        );
    }
    if peers::text(Command::new("valgrind").arg("--version")).is_err() {
        say("instructions: valgrind is not installed; skipped");
        return Ok(());
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("baseline/instructions.json");
    let machine = machine()?;
    let counts = count_all()?;
    if is_blessed {
        return bless(&path, &machine, &counts);
    }
    let text = fs::read_to_string(&path).unwrap_or_else(|_| "{}".to_owned());
    let baseline: Value = serde_json::from_str(&text).context("read the baseline")?;
    say(&format!(
        "{:<22} {:>12} {:>12} {:>8}",
        "per MiB of input", "baseline", "now", ""
    ));
    let mut moved = Vec::new();
    for (name, count) in &counts {
        let Some(before) = baseline["instructions"][name].as_f64() else {
            moved.push(format!("{name} is not in the baseline"));
            continue;
        };
        let change = *count as f64 / before - 1.0;
        let percent = format!("{:+.1} %", change * 100.0);
        say(&format!(
            "{name:<22} {before:>12.0} {count:>12} {percent:>8}"
        ));
        if change.abs() > TOLERANCE {
            moved.push(format!("{name} {percent}"));
        }
    }
    if moved.is_empty() {
        return Ok(());
    }
    let moved = moved.join(", ");
    if baseline["machine"] != json!(machine) {
        say(&format!(
            "moved: {moved}; but the baseline is of {}, this is {machine}: not compared",
            baseline["machine"]
        ));
        return Ok(());
    }
    bail!(
        "instructions moved by more than {:.0} %: {moved}; if that is meant: \
         cargo xtask bench instructions --bless",
        TOLERANCE * 100.0
    )
}

/// What the counts depend on: compiler, and vector instructions.
fn machine() -> Result<String> {
    let compiler = peers::text(Command::new("rustc").arg("--version"))?;
    #[cfg(target_arch = "x86_64")]
    let vectors = if std::arch::is_x86_feature_detected!("avx2") {
        "AVX2"
    } else {
        "SSE2"
    };
    #[cfg(not(target_arch = "x86_64"))]
    let vectors = "no vectors of x86";
    Ok(format!(
        "{}, {}, {vectors}",
        compiler.trim(),
        std::env::consts::ARCH
    ))
}

fn bless(path: &Path, machine: &str, counts: &BTreeMap<String, u64>) -> Result<()> {
    let baseline = json!({"machine": machine, "instructions": counts});
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(
        path,
        format!("{}\n", serde_json::to_string_pretty(&baseline)?),
    )?;
    say(&format!("wrote {}", path.display()));
    Ok(())
}

/// Instructions of one pass over a file of each shape.
fn count_all() -> Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for shape in Shape::ALL {
        let path = make("instructions", shape, FILE_BYTES)?;
        let (one, three) = (collected(1, &path)?, collected(3, &path)?);
        let bytes = path.metadata()?.len();
        // Files end with a whole record, so they differ a little in size.
        let per_file = three.saturating_sub(one) / 2;
        counts.insert(format!("{shape:?}"), per_file * FILE_BYTES / bytes.max(1));
    }
    Ok(counts)
}

/// What callgrind counts while a process decodes a file this many times.
fn collected(passes: u32, path: &Path) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args([CHILD, &passes.to_string()])
        .arg(path)
        .output()
        .context("start valgrind")?;
    let text = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "valgrind: {text}");
    let told = text.lines().find_map(|line| line.split_once("Collected :"));
    let (_, count) = told.with_context(|| format!("valgrind tells no count: {text}"))?;
    Ok(count.trim().parse()?)
}
