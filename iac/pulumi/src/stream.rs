//! Cuts a file into JSON objects, whatever stands around them.
//!
//! A log is one JSON object per line. It may be indented, wrapped in an array or in an object with
//! a list (`{"events": [...]}`), and hold lines of other text where standard output was kept.

use std::collections::BTreeMap;

use nepho_core::tables::Reject;
use nepho_iac_common::place::Places;
use serde_json::value::RawValue;

/// Finds the objects of `text`, in their order, and what stands between them. `list` is the field
/// of a wrapping that holds them.
pub(crate) fn documents<'a>(
    text: &'a str,
    list: &str,
    places: &Places<'a>,
) -> (Vec<&'a str>, Vec<Reject>) {
    let mut found = Vec::new();
    let mut rejects = Vec::new();
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        let mut is_broken = false;
        while !is_broken && let Some(value) = values.next() {
            match value {
                Ok(value) => unwrap(value, list, &mut found),
                Err(_) => is_broken = true,
            }
        }
        let bad = rest
            .get(values.byte_offset()..)
            .unwrap_or_default()
            .trim_start();
        if !is_broken || bad.is_empty() {
            return (found, rejects);
        }
        // The next object begins on a line of its own.
        let end = bad.find("\n{").map_or(bad.len(), |at| at + 1);
        let (skipped, after) = bad.split_at(end);
        rejects.push(places.reject_part(
            skipped.trim_end(),
            "no JSON object, or one that is broken off",
        ));
        rest = after;
    }
}

fn unwrap<'a>(value: &'a RawValue, list: &str, found: &mut Vec<&'a str>) {
    let text = value.get();
    if text.starts_with('[') {
        let elements: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
        return found.extend(elements.into_iter().map(RawValue::get));
    }
    // A look at the fields costs a second pass, so only what can be a wrapping is looked at.
    if text.contains(&format!("\"{list}\"")) {
        let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text).unwrap_or_default();
        if let (Some(elements), false) = (fields.get(list), fields.contains_key("timestamp")) {
            let elements: Vec<&RawValue> = serde_json::from_str(elements.get()).unwrap_or_default();
            return found.extend(elements.into_iter().map(RawValue::get));
        }
    }
    found.push(text);
}

#[cfg(test)]
mod tests {
    use nepho_core::feed::Document;

    use super::*;

    fn check(text: &str, expected: &[&str], expected_rejects: &[(u64, u64)]) {
        let document = Document {
            uri: "log",
            text,
            modified: None,
        };
        let (found, rejects) = documents(text, "events", &Places::of(&document));
        assert_eq!(found, expected);
        let places: Vec<_> = rejects
            .iter()
            .map(|reject| (reject.line, reject.end - reject.start))
            .collect();
        assert_eq!(places, expected_rejects);
    }

    #[test]
    fn objects_are_found_in_any_wrapping() {
        check(
            "{\"a\":1}\n{\"a\":\n2}\n",
            &["{\"a\":1}", "{\"a\":\n2}"],
            &[],
        );
        check("[{\"a\":1},{\"a\":2}]", &["{\"a\":1}", "{\"a\":2}"], &[]);
        check(
            "{\"events\":[{\"a\":1}],\"next\":null}",
            &["{\"a\":1}"],
            &[],
        );
        check("", &[], &[]);
    }

    #[test]
    fn other_lines_and_broken_objects_are_rejected() {
        check(
            "Updating (dev):\n{\"a\":1}\ndone",
            &["{\"a\":1}"],
            &[(1, 15), (3, 4)],
        );
        check(
            "{\"a\":1}\n{\"a\":\n{\"a\":3}\n{\"a\":4",
            &["{\"a\":1}", "{\"a\":3}"],
            &[(2, 5), (4, 6)],
        );
    }
}
