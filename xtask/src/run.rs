//! Runs other programs, and says what happens.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Root of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// Prints a line for whoever runs the chore.
#[expect(clippy::print_stderr, reason = "a chore speaks on the terminal")]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

/// Runs cargo in the root of the workspace, with its output on the terminal.
pub(crate) fn cargo(args: &[&str]) -> Result<()> {
    say(&format!("> cargo {}", args.join(" ")));
    status(&mut Command::new("cargo"), args)
}

/// Runs a program with arguments in the root of the workspace; an error if it fails.
pub(crate) fn status(command: &mut Command, args: &[&str]) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .args(args)
        .current_dir(root())
        .status()
        .with_context(|| format!("start `{name}`"))?;
    if !status.success() {
        bail!("`{name} {}` failed", args.join(" "));
    }
    Ok(())
}

/// Standard output of a program that must succeed.
pub(crate) fn output(program: &str, args: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(root())
        .output()
        .with_context(|| format!("start `{program}`"))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        bail!("`{program} {}` failed: {message}", args.join(" "));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be started with these arguments and succeeds.
pub(crate) fn works(program: &str, args: &[&str]) -> bool {
    let found = Command::new(program)
        .args(args)
        .current_dir(root())
        .output();
    found.is_ok_and(|output| output.status.success())
}
