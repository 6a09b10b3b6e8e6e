//! Links between the documents lead somewhere.

use std::fs;

use anyhow::{Result, bail};

use crate::run::{output, root};

/// Checks the relative links of all Markdown files that git knows.
pub(crate) fn check() -> Result<()> {
    let files = output("git", &["ls-files", "*.md"])?;
    let mut broken = Vec::new();
    for file in files.lines() {
        let path = root().join(file);
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            for target in targets(line) {
                let place = target.split('#').next().unwrap_or_default();
                let is_elsewhere =
                    place.is_empty() || place.contains("://") || place.starts_with("mailto:");
                let folder = path.parent().unwrap_or(&path);
                if !is_elsewhere && !folder.join(place).exists() {
                    broken.push(format!(
                        "{file}:{}: the link to `{target}` leads nowhere",
                        number + 1
                    ));
                }
            }
        }
    }
    if !broken.is_empty() {
        bail!("{}", broken.join("\n"));
    }
    Ok(())
}

/// Targets of the links `[text](target)` in a line.
fn targets(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find("](") {
        rest = &rest[start + 2..];
        if let Some(end) = rest.find(')') {
            found.push(&rest[..end]);
        }
    }
    found
}
