//! Chores of the project: `cargo xtask <chore>`.

mod accuracy;
mod bench;
mod check;
mod data;
mod demo_data;
mod fuzz;
mod new_format;
mod run;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask <chore>

  test                 install what the tests need, then run them all
  check                format, lints, dependency rules, budgets, catalog, docs
  bench [PART...]      measure: formats, gzip, parquet, workers, objects, memory, tables, cause,
                       iac (all without a part), instructions; flags: --queries, --large, --bless
  fuzz [TARGET...] [N] run the fuzz targets, each for a minute or N seconds
  accuracy             write docs/accuracy.md from the corpus under ../shared
  new format NAME      make the folder of a log format `<adapter>.<name>` (`--lines` for text)
  docs                 write the generated reference under docs/reference
  data                 write the tables of cloud resource types from packages of registries
  demo-data [--check]  write the data of `nepho demo`, or compare it with what is there";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match chore(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            run::say(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn chore(args: &[String]) -> Result<()> {
    let rest = args.get(1..).unwrap_or_default();
    match args.first().map(String::as_str) {
        Some("test") => test::test(rest),
        Some("check") => check::check(),
        Some("bench") => bench::bench(rest),
        Some("fuzz") => fuzz::run(rest),
        Some("accuracy") => accuracy::run(),
        Some("new") => new_format::run(rest),
        Some("data") => data::run(),
        Some("docs") => run::cargo(&["run", "--quiet", "-p", "nepho-tests", "--bin", "reference"]),
        Some("demo-data") => demo_data::run(rest),
        _ => bail!("{USAGE}"),
    }
}
