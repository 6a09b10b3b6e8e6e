//! Size and form of source files.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::run::{output, root};

/// Lines of a source file.
const MAX_LINES: usize = 800;
/// Columns of a line, but for text that cannot be broken.
const MAX_COLUMNS: usize = 100;
/// What must not stand in a source file outside tests, with the reason. Split, so that this file
/// does not name it.
const BANNED: [(&str, &str, &str); 6] = [
    ("todo", "!(", "finish it or say so in the documentation"),
    (
        "unimplemented",
        "!(",
        "finish it or say so in the documentation",
    ),
    ("#[ign", "ore", "a test runs or is deleted"),
    ("#[should_", "panic", "test for an error value"),
    ("thread::sl", "eep", "components and tests do not wait"),
    ("#[all", "ow(", "use #[expect] with a reason"),
];

/// The lint that files with `unsafe` lift, split for the same reason.
const LIFTED: (&str, &str) = ("unsafe", "_code");
/// These files, which `docs/architecture.md` tells of.
const UNSAFE: [&str; 10] = [
    "core/codec/src/bytes.rs",
    "core/codec/src/encoding.rs",
    "core/codec/src/inflate.rs",
    "core/codec/src/json/text.rs",
    "core/codec/src/json/walk.rs",
    "core/codec/src/look.rs",
    "core/src/tables/views.rs",
    "host/src/memory.rs",
    "tests/src/bin/bench/allocations.rs",
    "tests/src/bin/bench/structural.rs",
];

/// Checks all source files that git knows.
pub(crate) fn check() -> Result<()> {
    let files = output("git", &["ls-files", "*.rs"])?;
    let mut broken = Vec::new();
    for file in files.lines() {
        let Ok(text) = fs::read_to_string(root().join(file)) else {
            continue;
        };
        check_file(file, &text, &mut broken);
    }
    if !broken.is_empty() {
        bail!("{}", broken.join("\n"));
    }
    Ok(())
}

fn check_file(file: &str, text: &str, broken: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > MAX_LINES {
        broken.push(format!("{file}: {lines} lines, the limit is {MAX_LINES}"));
    }
    if !text.starts_with("//!") && !Path::new(file).starts_with("tests/fixtures") {
        broken.push(format!(
            "{file}:1: the file does not say why it exists (//!)"
        ));
    }
    let is_unsafe = text.contains(&format!("{}{}", LIFTED.0, LIFTED.1));
    if is_unsafe != UNSAFE.contains(&file) {
        broken.push(format!(
            "{file}: `unsafe` is in other files than docs/architecture.md tells"
        ));
    }
    for (number, line) in text.lines().enumerate() {
        let mut report = |what: &str| broken.push(format!("{file}:{}: {what}", number + 1));
        if !line.is_ascii() {
            report("not ASCII; write an escape");
        }
        if line.chars().count() > MAX_COLUMNS && !is_unbreakable(line) {
            report("longer than 100 columns");
        }
        for (first, second, reason) in BANNED {
            if line.contains(&format!("{first}{second}")) {
                report(&format!("`{first}{second}`: {reason}"));
            }
        }
    }
}

/// Whether a line is long because of a table or, in a comment, a word that is too long by itself
/// (an address, a path); in code because of a text in quotes or an address.
fn is_unbreakable(line: &str) -> bool {
    let trimmed = line.trim_start();
    let starts = ["/// ", "//! ", "// "];
    let Some(words) = starts.iter().find_map(|start| trimmed.strip_prefix(start)) else {
        return line.contains("://") || line.contains('"');
    };
    let before = line.len() - words.len();
    let is_long = |word: &str| before + word.len() > MAX_COLUMNS;
    words.starts_with('|') || words.split(' ').any(is_long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_and_words_are_not() {
        let prose = "/// A \"word\" in quotes ends nothing: ".to_owned() + &"more and ".repeat(9);
        assert!(!is_unbreakable(&prose));
        let path = "a/".repeat(60);
        assert!(is_unbreakable(&format!(
            "    /// See {path}, which is long."
        )));
        assert!(is_unbreakable(&format!("//! | {prose} |")));
        assert!(is_unbreakable(&format!("    let text = \"{prose}\";")));
        assert!(!is_unbreakable(&format!(
            "    let text = {};",
            "a + ".repeat(30)
        )));
    }
}
