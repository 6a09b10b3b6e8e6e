//! `cargo xtask test`: installs what the tests need, then runs them.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::run::{cargo, root, say, status, works};

/// Runs all tests; arguments go to the test runner (`cargo xtask test -p nepho-core`).
pub(crate) fn test(args: &[String]) -> Result<()> {
    browser()?;
    python_tools();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let scope = match args.is_empty() {
        true => vec!["--workspace"],
        false => args.clone(),
    };
    let runner: &[&str] = if works("cargo", &["nextest", "--version"]) {
        &["nextest", "run", "--no-fail-fast"]
    } else {
        say("cargo-nextest is not installed; cargo test does the same, more slowly");
        &["test", "--no-fail-fast", "--all-targets"]
    };
    cargo(&[&["test", "--doc", "--quiet"][..], &scope].concat())?;
    cargo(&[runner, &scope].concat())?;
    match args.is_empty() {
        // The default build reads no addresses.
        true => cargo(&[runner, &["-p", "nepho", "--features", "live"]].concat()),
        false => Ok(()),
    }
}

/// Installs the readers that open the Parquet files of the product, the S3 that objects are read
/// from, and the published schemas of OCSF and OTLP, into `target`. Without them, the tests that
/// need them are skipped.
fn python_tools() {
    let folder = "target/bench-peers/venv";
    let python = &*root()
        .join(folder)
        .join("bin/python")
        .to_string_lossy()
        .into_owned();
    let modules = "import duckdb, moto, polars, pyarrow, jsonschema, ocsf_json_schema, \
                   opentelemetry.proto.logs";
    if works(python, &["-c", modules]) {
        return;
    }
    let packages = [
        "duckdb",
        "polars",
        "pyarrow",
        "moto[server]",
        "jsonschema",
        "ocsf-json-schema",
        "opentelemetry-proto",
    ];
    say(&format!(
        "> pip install {} (into {folder})",
        packages.join(" ")
    ));
    let install = [&["-m", "pip", "install", "--quiet"][..], &packages].concat();
    if !works("python3", &["-m", "venv", folder]) || !works(python, &install) {
        // A folder without the readers would make the test fail rather than skip.
        let _ = std::fs::remove_dir_all(root().join(folder));
        say("they cannot be installed: tests of Parquet files, S3 and schemas will be skipped");
    }
}

/// Makes sure of the browser that looks at the HTML page.
#[expect(clippy::disallowed_methods, reason = "a chore reads its environment")]
fn browser() -> Result<()> {
    let is_named = std::env::var_os("NEPHO_CHROMIUM").is_some();
    if is_named || Path::new("/usr/bin/chromium").exists() {
        return Ok(());
    }
    if !works("apt-get", &["--version"]) || !works("sh", &["-c", "test $(id -u) = 0"]) {
        if std::env::var_os("CI").is_some() {
            bail!("the tests need Chromium: install it, or name it in NEPHO_CHROMIUM");
        }
        say("Chromium is not installed: the test that looks at the HTML page will be skipped");
        return Ok(());
    }
    say("> apt-get install chromium");
    let quiet = |command: &mut Command| {
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(std::process::Stdio::null());
    };
    let mut update = Command::new("apt-get");
    quiet(&mut update);
    status(&mut update, &["update", "-qq"])?;
    let mut install = Command::new("apt-get");
    quiet(&mut install);
    status(
        &mut install,
        &[
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
        ],
    )
}
