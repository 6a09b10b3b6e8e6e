//! `cargo xtask bench`: builds and runs the benchmarks; what they measure stands in
//! `tests/src/bin/bench/main.rs`.

use anyhow::Result;

use crate::run::{cargo, say, works};

/// Decoders of the shapes whose instructions are counted; those of other vendors would only add to
/// what looks at a first record.
const DECODERS: &str = "nepho/adapter-aws,nepho/adapter-azure,nepho/adapter-gcp,\
                        nepho/adapter-generic,nepho/adapter-kubernetes";

/// Runs parts of the benchmarks.
pub(crate) fn bench(args: &[String]) -> Result<()> {
    if args.first().is_some_and(|part| part == "instructions") {
        return instructions(args.get(1..).unwrap_or_default());
    }
    run(&[], args)
}

/// Compares the instructions that decoding takes with the baseline, where valgrind is installed.
///
/// Always built in the same way, so that the counts can be compared.
pub(crate) fn instructions(args: &[String]) -> Result<()> {
    if !works("valgrind", &["--version"]) {
        say("valgrind is not installed; skipped (tests/baseline/instructions.json has the counts)");
        return Ok(());
    }
    let args = [&["instructions".to_owned()], args].concat();
    run(&["--no-default-features", "--features", DECODERS], &args)
}

fn run(features: &[&str], args: &[String]) -> Result<()> {
    let mut command = vec![
        "run",
        "--release",
        "--quiet",
        "-p",
        "nepho-tests",
        "--bin",
        "bench",
    ];
    command.extend(features);
    command.push("--");
    command.extend(args.iter().map(String::as_str));
    cargo(&command)
}
