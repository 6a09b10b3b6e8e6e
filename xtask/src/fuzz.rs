//! `cargo xtask fuzz [TARGET...] [SECONDS]`: runs the fuzz targets, each for a minute.
//!
//! The targets are built by plain cargo with the flags that `cargo fuzz` would pass, so that
//! neither that tool nor a nightly compiler is needed. The seed corpora are the fixtures of the
//! repository, copied together under `target/fuzz/seeds`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{root, say, status};

/// Coverage for libFuzzer, as `cargo fuzz build` asks for it; checks for overflow stay on.
const FLAGS: &str = "--cfg fuzzing -Cdebug-assertions -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Seconds for each target unless told otherwise.
const SECONDS: u64 = 60;

/// Megabytes that a target may take; the largest payload that is inflated has 64 MiB.
const MEGABYTES: u32 = 1024;

/// Targets, and the folders whose fixtures they begin with.
const TARGETS: [(&str, &[&str]); 20] = [
    ("unwrap", &["core/codec", "adapters"]),
    ("aws", &["adapters/aws"]),
    ("azure", &["adapters/azure"]),
    ("gcp", &["adapters/gcp"]),
    (
        "kubernetes",
        &[
            "adapters/kubernetes",
            "adapters/linux",
            "adapters/network",
            "adapters/windows",
        ],
    ),
    ("proxies", &["adapters/proxies"]),
    ("databases", &["adapters/databases", "adapters/brokers"]),
    (
        "saas",
        &[
            "adapters/cloudflare",
            "adapters/github",
            "adapters/microsoft365",
            "adapters/okta",
            "adapters/saas",
            "adapters/vault",
            "adapters/workspace",
        ],
    ),
    ("otlp", &["adapters/otlp", "adapters/schemas"]),
    ("iac_terraform", &["iac/terraform"]),
    ("iac_cloudformation", &["iac/cloudformation"]),
    ("iac_pulumi", &["iac/pulumi"]),
    ("iac_azure", &["iac/azure"]),
    ("iac_google", &["iac/google"]),
    ("iac_kubernetes", &["iac/kubernetes"]),
    ("xml", &["host/apis"]),
    ("rules", &["analyzers/resources"]),
    ("config_items", &["adapters/aws/src/formats/config_item"]),
    ("time", &[]),
    ("framing", &["adapters", "core/codec"]),
];

/// Runs the named targets, or all, for a number of seconds each.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let mut seconds = SECONDS;
    let mut chosen = Vec::new();
    for arg in args {
        match arg.parse() {
            Ok(number) => seconds = number,
            Err(_) => match TARGETS.iter().find(|(name, _)| name == arg) {
                Some(target) => chosen.push(*target),
                None => bail!("no target is called `{arg}`; there are {}", names()),
            },
        }
    }
    if chosen.is_empty() {
        chosen.extend(TARGETS);
    }
    let host = host()?;
    build(&host, &chosen)?;
    let mut failed = Vec::new();
    for (name, folders) in chosen {
        if let Err(error) = fuzz(&host, name, folders, seconds) {
            say(&format!("{error:#}"));
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!(
            "findings of {} are under target/fuzz/findings; make a fixture or a test of each",
            failed.join(", ")
        );
    }
    Ok(())
}

fn names() -> String {
    TARGETS.map(|(name, _)| name).join(", ")
}

/// Triple of this machine. With `--target`, flags do not reach build scripts.
fn host() -> Result<String> {
    let version = crate::run::output("rustc", &["-vV"])?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc does not tell its host")?.to_owned())
}

fn build(host: &str, targets: &[(&str, &[&str])]) -> Result<()> {
    let mut args = vec!["build", "--release", "--manifest-path", "fuzz/Cargo.toml"];
    args.extend(["--target", host, "--target-dir", "target/fuzz"]);
    for (name, _) in targets {
        args.extend(["--bin", name]);
    }
    say(&format!("> RUSTFLAGS=... cargo {}", args.join(" ")));
    status(Command::new("cargo").env("RUSTFLAGS", FLAGS), &args)
}

fn fuzz(host: &str, name: &str, folders: &[&str], seconds: u64) -> Result<()> {
    let work = root().join("target/fuzz");
    let (seeds, grown) = (work.join("seeds").join(name), work.join("grown").join(name));
    let findings = work.join("findings").join(name);
    for folder in [&seeds, &grown, &findings] {
        fs::create_dir_all(folder).with_context(|| format!("make `{}`", folder.display()))?;
    }
    collect(folders, &seeds)?;
    let program = work.join(host).join("release").join(name);
    let args = [
        grown.display().to_string(),
        seeds.display().to_string(),
        format!("-max_total_time={seconds}"),
        format!("-artifact_prefix={}/", findings.display()),
        format!("-rss_limit_mb={MEGABYTES}"),
        "-timeout=10".to_owned(),
        "-max_len=16384".to_owned(),
        "-print_final_stats=1".to_owned(),
        "-verbosity=0".to_owned(),
    ];
    say(&format!("== {name}, {seconds} s"));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    status(&mut Command::new(program), &args)
}

/// Copies the fixtures of folders together; for times, which have none, a few are written.
fn collect(folders: &[&str], seeds: &Path) -> Result<()> {
    let mut number = 0;
    let mut add = |text: &[u8]| {
        number += 1;
        fs::write(seeds.join(format!("{number:04}")), text).context("write a seed")
    };
    for folder in folders {
        for path in fixtures(&root().join(folder))? {
            add(&fs::read(&path).with_context(|| format!("read `{}`", path.display()))?)?;
        }
    }
    if folders.is_empty() {
        for time in [
            "2026-05-12T14:00:00.123456789Z",
            "2026-05-12 14:00:00,123 +0200",
            "May  2 14:00:00",
            "12/May/2026:14:00:00 +0000",
            "Tue May 12 14:00:00.123 2026",
            "5/12/2026 2:00:00 PM +01:00",
            "1778594400.123",
            "1778594400123456",
            "0512 14:00:00.123456",
            "12-May-2026::14:00:00",
            "1.5ms",
            "PT1M30.5S",
        ] {
            add(time.as_bytes())?;
        }
    }
    Ok(())
}

/// Files in folders `fixtures` and `wrappings`, but for snapshots.
fn fixtures(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("list `{}`", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(fixtures(&path)?);
            continue;
        }
        let is_fixture = path
            .parent()
            .is_some_and(|folder| folder.ends_with("fixtures") || folder.ends_with("wrappings"));
        if is_fixture && path.extension().is_none_or(|ending| ending != "snap") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
