//! `README.md`: puts the output of the demo in its place, shortened.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

const BEGIN: &str = "<!-- demo: written by `cargo xtask docs` -->\n```text\n";
const END: &str = "```\n<!-- end of demo -->\n";

/// Lines that are shown of a part of the output, by how the part begins; others are left out.
const SHOWN: [(&str, usize); 6] = [
    ("incident-1", 34),
    ("incident-", 6),
    ("Scaling", 6),
    ("Cost of the logs", 20),
    ("Changed outside", 7),
    ("Read ---", 3),
];

/// The README with the output of the demo as it is now.
pub(crate) fn page(root: &Path) -> Result<String> {
    let readme = std::fs::read_to_string(root.join("README.md")).context("read README.md")?;
    let readme = readme.replace("\r\n", "\n");
    let parts = readme.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let Some((before, after)) = parts else {
        bail!("README.md has no place for the output of the demo");
    };
    let output = shortened(&demo(root)?);
    Ok(format!("{before}{BEGIN}{output}{END}{after}"))
}

fn demo(root: &Path) -> Result<String> {
    let folder = root.join("target/reference-demo");
    let output = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--package",
            "nepho-cli",
            "--",
            "demo",
            "--quiet",
            "--folder",
        ])
        .arg(&folder)
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .context("start cargo")?;
    if !output.status.success() {
        bail!("nepho demo: {}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).context("nepho demo")
}

/// The verdict, and the first lines of the parts that matter.
fn shortened(output: &str) -> String {
    let mut short = String::new();
    for (number, part) in output.split("\n\n").enumerate() {
        let shown = match SHOWN.iter().find(|(start, _)| part.starts_with(start)) {
            Some((_, lines)) => *lines,
            None if number == 0 => usize::MAX,
            None => continue,
        };
        if number > 0 {
            short.push('\n');
        }
        for line in part.lines().take(shown) {
            short.push_str(line.trim_end());
            short.push('\n');
        }
        if part.lines().count() > shown {
            short.push_str("  [...]\n");
        }
    }
    short
}
