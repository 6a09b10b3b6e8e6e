//! Finds the objects of interest in a JSON document, however they are wrapped, with their place.
//!
//! Command line tools, scripts and `jq` wrap the same list in different ways: pages one after the
//! other, arrays of pages, bare arrays. So the objects are found by their fields.

use std::collections::BTreeMap;

use nepho_core::feed::Document;
use nepho_core::tables::Reject;
use nepho_core::{Error, ErrorKind, Origin, Timestamp};
use nepho_iac_common::head::has_key;
use nepho_iac_common::lines::Lines;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// Wrappings around an object beyond which it is not looked for.
const DEPTH: usize = 8;

/// Fields of an object, not yet read.
pub(crate) type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// An object of a document.
pub(crate) struct Item<'a> {
    /// Text of the object.
    pub(crate) text: &'a str,
    /// Line on which it begins, from one.
    pub(crate) line: u64,
    /// Number of the array that it is an element of.
    pub(crate) page: usize,
}

/// Items of a document, and what of it could not be read.
pub(crate) struct Items<'a> {
    /// Items in the order of the document.
    pub(crate) found: Vec<Item<'a>>,
    /// The part that is not JSON.
    pub(crate) rejects: Vec<Reject>,
    /// Whether there was any JSON value at all.
    pub(crate) has_json: bool,
}

/// Finds the objects of which `is_item` says yes, in all JSON values that follow one another.
pub(crate) fn items<'a>(document: &Document<'a>, is_item: fn(&Fields<'a>) -> bool) -> Items<'a> {
    let text = document.text;
    let mut search = Search {
        is_item,
        lines: Lines::of(text),
        pages: 0,
        found: Vec::new(),
    };
    let body = text.trim_start_matches('\u{feff}');
    let skipped = text.len() - body.len();
    let mut values = serde_json::Deserializer::from_str(body).into_iter::<&RawValue>();
    let mut rejects = Vec::new();
    let mut has_json = false;
    while let Some(value) = values.next() {
        let Ok(value) = value else {
            let start = skipped + values.byte_offset();
            rejects.push(Reject {
                uri: document.uri.to_owned(),
                start: start as u64,
                end: text.len() as u64,
                line: search.lines.line(start),
                reason: "not JSON from here on; the rest of the file is not read".to_owned(),
            });
            break;
        };
        has_json = true;
        search.walk(value.get(), 0);
    }
    Items {
        found: search.found,
        rejects,
        has_json,
    }
}

/// Error for a document that holds nothing of what was looked for.
pub(crate) fn nothing_found(document: &Document<'_>, items: &Items<'_>, wanted: &str) -> Error {
    let operation = format!("cloudformation: read {wanted}");
    let (message, line, bytes) = match items.rejects.first() {
        Some(reject) if !items.has_json => (
            format!("the document is not JSON, byte {}", reject.start),
            reject.line,
            (reject.start, reject.end),
        ),
        Some(reject) => (
            format!("no {wanted} before the JSON breaks off"),
            reject.line,
            (reject.start, reject.end),
        ),
        None => (
            format!("the document holds no {wanted}"),
            1,
            (0, document.text.len() as u64),
        ),
    };
    let origin = Origin {
        uri: document.uri.to_owned(),
        bytes: Some(bytes),
        line: Some(line),
    };
    Error::new(ErrorKind::InvalidData, operation, message).at(origin)
}

/// `head` without what may stand before JSON; `None` for what is no JSON, and for events of an
/// audit trail, which name the same fields.
pub(crate) fn json_head(head: &str) -> Option<&str> {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let is_trail = has_key(head, "eventVersion") || has_key(head, "eventSource");
    (head.starts_with(['{', '[']) && !is_trail).then_some(head)
}

/// Text of a string field; `None` for any other value.
pub(crate) fn text<'de, D: Deserializer<'de>>(field: D) -> Result<Option<String>, D::Error> {
    let raw = <&RawValue>::deserialize(field)?;
    Ok(serde_json::from_str(raw.get())
        .ok()
        .filter(|text: &String| !text.is_empty()))
}

/// As [`text`], for types, ids and names: none of them has quotes, braces or line ends in it. What
/// has some ran on into other fields, as in a damaged document, and counts as missing.
pub(crate) fn word<'de, D: Deserializer<'de>>(field: D) -> Result<Option<String>, D::Error> {
    let is_foreign = |c: char| matches!(c, '"' | '{' | '}' | '\\') || c.is_control();
    Ok(text(field)?.filter(|text| !text.contains(is_foreign)))
}

/// Time from RFC 3339 text, or from seconds since 1970 as some SDKs write it.
pub(crate) fn time(json: &str) -> Option<Timestamp> {
    if let Ok(text) = serde_json::from_str::<String>(json) {
        return Timestamp::parse_rfc3339(&text);
    }
    let seconds: f64 = serde_json::from_str(json).ok()?;
    // Milliseconds are what the API tells; a float holds them exactly up to the year 287396.
    let millis = (seconds * 1000.0).round();
    (millis.abs() < 9e15)
        .then_some(millis as i64)
        .and_then(Timestamp::from_millis)
}

/// `/A/B/0` as `A.B.0`; names with `~1` and `~0` as they are meant (RFC 6901).
pub(crate) fn dotted(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty());
    let parts: Vec<String> = parts
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect();
    parts.join(".")
}

/// The part of the document at `item`, that cannot be read because of `reason`.
pub(crate) fn reject(document: &Document<'_>, item: &Item<'_>, reason: String) -> Reject {
    let start = (item.text.as_ptr() as usize).saturating_sub(document.text.as_ptr() as usize);
    Reject {
        uri: document.uri.to_owned(),
        start: start as u64,
        end: (start + item.text.len()) as u64,
        line: item.line,
        reason,
    }
}

/// The part `text` of the document, as an item.
pub(crate) fn item_at<'a>(lines: &Lines<'_>, text: &'a str) -> Item<'a> {
    Item {
        text,
        line: lines.line_of(text),
        page: 0,
    }
}

struct Search<'a> {
    is_item: fn(&Fields<'a>) -> bool,
    lines: Lines<'a>,
    pages: usize,
    found: Vec<Item<'a>>,
}

impl<'a> Search<'a> {
    fn walk(&mut self, value: &'a str, depth: usize) {
        if depth > DEPTH {
            return;
        }
        if value.starts_with('[') {
            self.pages += 1;
            for element in serde_json::from_str::<Vec<&RawValue>>(value).unwrap_or_default() {
                self.walk(element.get(), depth + 1);
            }
        } else if value.starts_with('{') {
            let fields: Fields<'a> = serde_json::from_str(value).unwrap_or_default();
            if (self.is_item)(&fields) {
                self.found.push(Item {
                    page: self.pages,
                    ..item_at(&self.lines, value)
                });
                return;
            }
            for field in fields.values() {
                self.walk(field.get(), depth + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected_lines: &[u64], expected_rejects: usize) {
        let document = Document {
            uri: "t.json",
            text,
            modified: None,
        };
        let items = items(&document, |fields| fields.contains_key("Id"));
        let lines: Vec<u64> = items.found.iter().map(|item| item.line).collect();
        assert_eq!(lines, expected_lines);
        assert_eq!(items.rejects.len(), expected_rejects);
    }

    #[test]
    fn items_are_found_in_any_wrapping_with_their_line() {
        check(r#"{"Page":[{"Id":1},{"Id":2}]}"#, &[1, 1], 0);
        check(
            "\u{feff}[\n{\"Id\":1}\n]\n{\"Page\":[\n{\"Id\":2}]}",
            &[2, 5],
            0,
        );
        check(
            "[{\"Page\":[{\"Id\":1}]},\n{\"Page\":[{\"Id\":1}]}]",
            &[1, 2],
            0,
        );
        check("{\"Page\":[{\"Id\":1}]}\n{\"Page\":[{\"Id\":", &[1], 1);
        check("plain text", &[], 1);
    }

    #[test]
    fn deep_nesting_is_left_alone() {
        check(
            &format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
            &[],
            0,
        );
        check(&"[".repeat(100_000), &[], 1);
    }
}
