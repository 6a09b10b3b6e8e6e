//! `cargo xtask check`: everything that a tool can say of the code.

mod budgets;
mod dependencies;
mod links;
mod sharper;

use anyhow::{Result, bail};

use crate::run::{cargo, output, root, say, works};

/// Name of a check, and how to run it.
type Check = (&'static str, fn() -> Result<()>);

/// Crates that the default build of the command may have at most.
const MAX_CRATES: usize = 219;

/// Runs every check, then says which failed.
pub(crate) fn check() -> Result<()> {
    let checks: [Check; 11] = [
        ("format", || cargo(&["fmt", "--all", "--check"])),
        ("dependency rules", dependencies::check),
        ("budgets", budgets::check),
        ("links of the documents", links::check),
        ("formats that others ask for", sharper::check),
        ("crates of the default build", crates),
        ("lints", || {
            cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--quiet",
                "--",
                "-D",
                "warnings",
            ])
        }),
        ("documentation", documentation),
        ("catalog and reference", || {
            cargo(&[
                "run",
                "--quiet",
                "-p",
                "nepho-tests",
                "--bin",
                "reference",
                "--",
                "--check",
            ])
        }),
        ("licenses and bans", deny),
        ("instructions of decoding", || {
            crate::bench::instructions(&[])
        }),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        say(&format!("== {name}"));
        if let Err(error) = check() {
            say(&format!("{error:#}"));
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    say("all checks passed");
    Ok(())
}

/// Counts the crates of the default build.
fn crates() -> Result<()> {
    let tree = output(
        "cargo",
        &[
            "tree",
            "-p",
            "nepho-cli",
            "-e",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ],
    )?;
    let mut crates: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split(" (").next())
        .collect();
    crates.sort_unstable();
    crates.dedup();
    say(&format!("{} crates", crates.len()));
    if crates.len() > MAX_CRATES {
        bail!(
            "the default build has {} crates, the budget is {MAX_CRATES}",
            crates.len()
        );
    }
    Ok(())
}

fn documentation() -> Result<()> {
    let mut command = std::process::Command::new("cargo");
    command
        .env("RUSTDOCFLAGS", "-D warnings")
        .current_dir(root());
    crate::run::status(
        &mut command,
        &[
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
            "--quiet",
        ],
    )
}

fn deny() -> Result<()> {
    if !works("cargo", &["deny", "--version"]) {
        say("cargo-deny is not installed; skipped (deny.toml holds the rules)");
        return Ok(());
    }
    cargo(&["deny", "--offline", "check", "bans", "licenses", "sources"])
}
