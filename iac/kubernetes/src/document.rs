//! The objects of a document in JSON or YAML, one or many.

use nepho_iac_common::items::Items;
use nepho_iac_common::place::Places;
use nepho_iac_common::yaml::{self, Dialect};
use serde_json::Value;

/// Manifests have no tags of their own.
pub(crate) const YAML: Dialect = Dialect {
    tagged: |_, value| value,
    has_numbers: true,
    lines_of: "items",
};

/// One object.
pub(crate) struct Part {
    /// What it holds.
    pub(crate) value: Value,
    /// Line on which it begins, from one.
    pub(crate) line: u64,
    /// First byte, and the byte behind the last.
    pub(crate) range: (usize, usize),
}

/// What a document holds.
#[derive(Default)]
pub(crate) struct Parts {
    /// Objects that are whole.
    pub(crate) whole: Vec<Part>,
    /// Ranges that cannot be read, and why.
    pub(crate) broken: Vec<(usize, usize, &'static str)>,
}

/// Objects of `text`: JSON objects behind each other, arrays and lists of them, YAML documents.
pub(crate) fn parts(places: &Places<'_>) -> Parts {
    let text = places.text;
    if is_json(text) {
        json(text, places)
    } else {
        yaml_parts(text, places, yaml::MOST_BYTES)
    }
}

/// Whether the text is JSON, by its first character.
pub(crate) fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['{', '['])
}

fn json(text: &str, places: &Places<'_>) -> Parts {
    let items = Items::of(text, &["items"]);
    let mut parts = Parts::default();
    let list = list_kind(text);
    for item in items.whole {
        let range = (item.start, item.start + item.text.len());
        match serde_json::from_str::<Value>(item.text) {
            Ok(mut value) => {
                adopt(&mut value, list.as_ref());
                parts.whole.push(Part {
                    value,
                    line: places.line(item.start),
                    range,
                });
            }
            Err(_) => parts
                .broken
                .push((range.0, range.1, "it is nested too deeply")),
        }
    }
    let broken = items.broken.into_iter();
    parts
        .broken
        .extend(broken.map(|(start, end)| (start, end, "this is not valid JSON")));
    parts
}

fn yaml_parts(text: &str, places: &Places<'_>, mut left: usize) -> Parts {
    let mut parts = Parts::default();
    for (start, part) in yaml::documents(text) {
        let before = places.line(start);
        let end = start + part.len();
        let parsed = match yaml::parse_within(part, &YAML, &mut left) {
            Ok(parsed) => parsed,
            Err(broken) => {
                let at = part
                    .split_inclusive('\n')
                    .take(broken.line.saturating_sub(1) as usize)
                    .map(str::len)
                    .sum::<usize>();
                // An error at the very end still is one somewhere.
                let at = (start + at).min(end.saturating_sub(1)).max(start);
                parts.broken.push((at, end, broken.reason));
                continue;
            }
        };
        let blanks = part.len() - part.trim_start().len();
        let mut value = parsed.value;
        let kind = value.get("kind").and_then(Value::as_str);
        let list = kind.and_then(|kind| kind.strip_suffix("List"));
        if list.is_none() {
            parts.whole.push(Part {
                value,
                line: places.line(start + blanks),
                range: (start + blanks, end),
            });
            continue;
        }
        let list = list.filter(|kind| !kind.is_empty()).map(|kind| {
            let version = value.get("apiVersion").and_then(Value::as_str);
            (kind.to_owned(), version.unwrap_or_default().to_owned())
        });
        let elements = match value.get_mut("items").map(Value::take) {
            Some(Value::Array(elements)) => elements,
            // Nothing is listed.
            None | Some(Value::Null) => continue,
            Some(_) => {
                let reason = "`items` is no list";
                parts.broken.push((start + blanks, end, reason));
                continue;
            }
        };
        for (at, mut value) in elements.into_iter().enumerate() {
            adopt(&mut value, list.as_ref());
            let line = parsed.lines.get(at).map_or(1, |(_, line)| *line);
            parts.whole.push(Part {
                value,
                line: before + line - 1,
                range: (start + blanks, end),
            });
        }
    }
    parts
}

/// Kind and version of the elements of a typed list such as `DeploymentList`, which do not tell
/// them.
fn list_kind(text: &str) -> Option<(String, String)> {
    let string_behind = |at: usize| {
        let rest = text.get(at..)?.trim_start().strip_prefix(':')?;
        let rest = rest.trim_start().strip_prefix('"')?;
        rest.split('"').next()
    };
    let kind = text.match_indices("\"kind\"").find_map(|(at, found)| {
        let kind = string_behind(at + found.len())?.strip_suffix("List")?;
        (!kind.is_empty()).then(|| kind.to_owned())
    })?;
    let (at, found) = text.match_indices("\"apiVersion\"").next()?;
    Some((kind, string_behind(at + found.len())?.to_owned()))
}

fn adopt(value: &mut Value, list: Option<&(String, String)>) {
    let (Some((kind, version)), Some(object)) = (list, value.as_object_mut()) else {
        return;
    };
    if !object.contains_key("kind") && object.contains_key("metadata") {
        object.insert("kind".to_owned(), Value::String(kind.clone()));
        object
            .entry("apiVersion")
            .or_insert_with(|| Value::String(version.clone()));
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::feed::Document;

    use super::*;

    #[test]
    fn aliases_of_many_documents_have_an_end() {
        let document = format!("a: &x {}\nb: [{}]\n", "y".repeat(100), "*x,".repeat(10));
        let text = format!("{document}---\n").repeat(100);
        let document = Document {
            uri: "objects.yaml",
            text: &text,
            modified: None,
        };
        let parts = yaml_parts(&text, &Places::of(&document), 10_000);
        assert!((1..10).contains(&parts.whole.len()));
        assert_eq!(parts.whole.len() + parts.broken.len(), 100);
    }
}
