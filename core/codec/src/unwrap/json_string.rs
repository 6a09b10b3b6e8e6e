//! A text that is a JSON string, or an array of strings that hold objects: what was written as JSON
//! once more, such as a column of a table or the value of a key.
//!
//! `"{\"a\":1}"`, `"2026-05-12T14:00:00Z ready"`, `["{\"a\":1}","{\"a\":2}"]`.
//!
//! Source: RFC 8259, section 7.

use nepho_core::format::Record;

use super::{Inner, Wrapped, envelope};
use crate::json::fields::elements;
use crate::json::skip::string_end;
use crate::json::unescape;
use crate::values::is_json;

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let text = record.text.trim_end();
    let strings = match text.as_bytes() {
        [b'"', .., b'"'] => vec![text],
        [b'[', .., b']'] => objects(text)?,
        _ => return None,
    };
    let inside: Option<Vec<_>> = strings
        .into_iter()
        .map(|text| inner(text, record))
        .collect();
    Some(Wrapped::Records(inside?))
}

/// The elements of an array of strings that hold objects.
fn objects(text: &str) -> Option<Vec<&str>> {
    let first = text.get(1..)?.trim_start();
    if !first.starts_with("\"{") || !is_json(text.as_bytes()) {
        return None;
    }
    let found = elements(text);
    found
        .iter()
        .all(|text| text.starts_with("\"{"))
        .then_some(found)
}

/// What a string holds; `None` if that is a word alone, or the text is more than a string.
fn inner<'a>(text: &'a str, record: &Record<'a>) -> Option<Inner<'a>> {
    let (end, _) = string_end(text.as_bytes(), 1).ok()?;
    let written = text.get(1..end).filter(|_| end + 1 == text.len())?;
    let held = unescape(written);
    let is_one = held.trim_start().starts_with(['{', '[']) || held.trim().contains([' ', '\t']);
    // JSON writes line ends as escapes.
    (is_one && !written.contains('\n')).then(|| Inner {
        text: held,
        envelope: envelope(record),
    })
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::unwrap::tests::opened;

    #[test]
    fn strings_hold_objects_and_lines() {
        let check = |text: &str, expected: Option<&[&str]>| {
            let found = opened(open, text).map(|(_, inside)| inside);
            let texts = found.as_ref().map(|inside| {
                let texts = inside.iter().map(|inner| &*inner.text);
                texts.collect::<Vec<_>>()
            });
            assert_eq!(texts.as_deref(), expected, "{text}");
        };
        check(r#""{\"a\":1}""#, Some(&[r#"{"a":1}"#]));
        check(r#""{\"a\":1}" "#, Some(&[r#"{"a":1}"#]));
        check(r#""2026-05-12 \"up\"""#, Some(&["2026-05-12 \"up\""]));
        check(r#""2026-05-12\tGET""#, Some(&["2026-05-12\tGET"]));
        check(
            r#"["{\"a\":1}", "{\"a\":2}"]"#,
            Some(&[r#"{"a":1}"#, r#"{"a":2}"#]),
        );
        check(r#""word""#, None);
        check(r#""a b","c d""#, None);
        check(r#""a b" says "c""#, None);
        check("\"a b\nc\"", None);
        check(r#""a b"#, None);
        check("\"", None);
        check(r#"["{\"a\":1}", 7]"#, None);
        check(r#"["{\"a\":1}" "{\"a\":2}"]"#, None);
        check(r#"["a b"]"#, None);
        check("[main] started \"a\" [7]", None);
    }
}
