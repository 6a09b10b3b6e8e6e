//! Formats that others ask for by their name are there: a rename would turn the question off.

use std::fs;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::run::{output, root};

/// What stands before the name. Split, so that this file does not ask itself.
const ASKED: (&str, &str) = ("Sharper::", "new(\"");

/// Looks each name up that a source file of the adapters asks for.
pub(crate) fn check() -> Result<()> {
    let catalog = fs::read_to_string(root().join("docs/reference/catalog.json"))?;
    let catalog: Value = serde_json::from_str(&catalog)?;
    let files = output("git", &["ls-files", "adapters/*.rs"])?;
    let (mut asked, mut missing) = (0, Vec::new());
    for file in files.lines() {
        let Ok(text) = fs::read_to_string(root().join(file)) else {
            continue;
        };
        for name in names(&text) {
            asked += 1;
            if !has_format(&catalog, name) {
                missing.push(format!("{file}: there is no format `{name}`"));
            }
        }
    }
    if asked == 0 {
        missing.push("no adapter asks for a format; this check looks for the wrong words".into());
    }
    if !missing.is_empty() {
        bail!("{}", missing.join("\n"));
    }
    Ok(())
}

/// Names that a source file asks for.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(ASKED.0).skip(1);
    let parts = parts.filter_map(|part| part.strip_prefix(ASKED.1));
    parts.filter_map(|part| part.split('"').next())
}

/// Whether the catalog lists a format of this name.
fn has_format(catalog: &Value, name: &str) -> bool {
    let mut components = catalog.as_array().into_iter().flatten();
    components.any(|component| component["kind"] == "format" && component["name"] == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_asked_for_are_found_and_looked_up() {
        let (front, behind) = ASKED;
        let text = format!("static A: Sharper = {front}{behind}a.b\"); {front}{behind}c.d\")");
        assert_eq!(names(&text).collect::<Vec<_>>(), ["a.b", "c.d"]);
        let catalog = serde_json::json!([{"kind": "format", "name": "a.b"}]);
        assert!(has_format(&catalog, "a.b"));
        assert!(!has_format(&catalog, "c.d"));
    }

    #[test]
    fn each_format_that_is_asked_for_is_there() {
        check().expect("the names of the catalog");
    }
}
