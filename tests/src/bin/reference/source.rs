//! Reads the documentation of fields and variants out of source text.

use anyhow::{Context, Result};

/// One field or variant: its name, the word that stands for it where there is one, and its
/// documentation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Documented {
    pub(crate) name: String,
    pub(crate) word: Option<String>,
    pub(crate) text: String,
}

/// Documented members of the struct or enum that begins with `opening` (`pub struct Change {`).
pub(crate) fn members(source: &str, opening: &str) -> Result<Vec<Documented>> {
    let (_, rest) = source
        .split_once(opening)
        .with_context(|| format!("`{opening}` is not in the source"))?;
    let mut members = Vec::new();
    let mut text = String::new();
    for line in rest.lines().map(str::trim).skip(1) {
        if line == "}" {
            break;
        } else if let Some(more) = line.strip_prefix("///") {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(more.trim());
        } else if let Some(end) = line.find([':', ',', ' ']) {
            let declared = line.strip_prefix("pub ").unwrap_or(line);
            let name = declared
                .split([':', ',', ' '])
                .next()
                .unwrap_or(&line[..end]);
            members.push(Documented {
                name: name.to_owned(),
                word: line.split('"').nth(1).map(str::to_owned),
                text: plain(&std::mem::take(&mut text)),
            });
        }
    }
    Ok(members)
}

/// The rows of the table in a module's documentation: cells of each row.
pub(crate) fn table_rows(source: &str) -> Vec<Vec<String>> {
    let rows = source.lines().filter_map(|line| line.strip_prefix("//! |"));
    let cells = rows.map(|row| {
        let row = row.trim_end().trim_end_matches('|');
        row.split('|').map(|cell| cell.trim().to_owned()).collect()
    });
    cells.collect()
}

/// Documentation in the words of a page outside of rustdoc: no links to items, `null` for `None`.
fn plain(text: &str) -> String {
    let text = unlinked(text);
    text.replace("`None`", "null")
        .replace("`crate::", "`nepho_core::")
}

fn unlinked(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("[`") {
        plain.push_str(&rest[..start]);
        let linked = &rest[start + 1..];
        let Some(end) = linked.find(']') else {
            plain.push_str(linked);
            return plain;
        };
        plain.push_str(&linked[..end]);
        rest = &linked[end + 1..];
        if rest.starts_with('(') {
            rest = rest.find(')').map_or(rest, |end| &rest[end + 1..]);
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_with_their_documentation() {
        let source = "
pub struct Row {
    /// When it was, see
    /// [`Time`](crate::Time); `None` if unknown.
    pub time: Option<u64>,
    /// What.
    pub what: String,
}
pub enum Word {
    /// Good.
    Good = \"good\",
}";
        let expected = |name: &str, word: Option<&str>, text: &str| Documented {
            name: name.to_owned(),
            word: word.map(str::to_owned),
            text: text.to_owned(),
        };
        let found = members(source, "pub struct Row {").expect("a struct");
        assert_eq!(
            found,
            [
                expected("time", None, "When it was, see `Time`; null if unknown."),
                expected("what", None, "What."),
            ]
        );
        let found = members(source, "pub enum Word {").expect("an enum");
        assert_eq!(found, [expected("Good", Some("good"), "Good.")]);
        assert!(members(source, "pub struct Other {").is_err());
    }
}
