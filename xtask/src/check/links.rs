//! Links between the documents lead somewhere, to the heading as well.

use std::fs;
use std::path::Path;

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
                let (place, anchor) = target.split_once('#').unwrap_or((target, ""));
                if place.contains("://") || place.starts_with("mailto:") {
                    continue;
                }
                let folder = path.parent().unwrap_or(&path);
                let page = match place.is_empty() {
                    true => path.clone(),
                    false => folder.join(place),
                };
                if !page.exists() || !has_heading(&page, anchor) {
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

/// Whether a page has a heading with this anchor. Of other files than pages nothing is asked.
fn has_heading(page: &Path, anchor: &str) -> bool {
    if anchor.is_empty() || page.extension().is_none_or(|ending| ending != "md") {
        return true;
    }
    let Ok(text) = fs::read_to_string(page) else {
        return false;
    };
    let mut is_code = false;
    text.lines().any(|line| {
        is_code ^= line.starts_with("```");
        !is_code && line.starts_with('#') && anchor_of(line.trim_start_matches('#')) == anchor
    })
}

/// The anchor that GitHub gives a heading: small letters, dashes for blanks, and no other signs.
fn anchor_of(heading: &str) -> String {
    let heading = heading.trim().chars();
    let kept = heading.filter(|sign| sign.is_alphanumeric() || matches!(*sign, ' ' | '-' | '_'));
    kept.map(|sign| match sign {
        ' ' => '-',
        other => other.to_ascii_lowercase(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_the_anchors_of_github() {
        let check = |heading: &str, anchor: &str| assert_eq!(anchor_of(heading), anchor);
        check(" Files in files", "files-in-files");
        check(
            " Run ids: which run made a call",
            "run-ids-which-run-made-a-call",
        );
        check(" `logs` and others", "logs-and-others");
    }
}
