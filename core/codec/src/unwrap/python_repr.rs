//! Objects as `print` of Python writes them: `{'eventType': 'a', 'actor': {'id': None}}`.
//!
//! Scripts and functions print what a client of a cloud gave them. Where all of it has a
//! counterpart in JSON it is written so, with times (`datetime.datetime(2026, 5, 12, 14, 0,
//! tzinfo=tzutc())`) as text; otherwise, and where no format knows what comes out, the line stays
//! the text that it is.
//!
//! Source: docs.python.org/3/reference/lexical_analysis.html, "String and Bytes literals", and
//! docs.python.org/3/library/datetime.html, from memory.

use nepho_core::format::Record;

use super::{Inner, Wrapped, envelope};
use crate::quote::push_quoted;

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let text = record.text.trim();
    if !text.starts_with("{'") {
        return None;
    }
    let json = String::from_utf8(json(text)?).ok()?;
    Some(Wrapped::OneOf(vec![Inner {
        text: json.into(),
        envelope: envelope(record),
    }]))
}

/// Names that stand for values.
const WORDS: [(&str, &[u8]); 3] = [("True", b"true"), ("False", b"false"), ("None", b"null")];

/// The value as JSON; `None` if a part of it has no counterpart.
fn json(text: &str) -> Option<Vec<u8>> {
    let mut json = Vec::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let word = WORDS.iter().find(|(word, _)| rest.starts_with(word));
        rest = match first {
            b'\'' | b'"' => {
                let (value, after) = string(rest)?;
                push_quoted(&value, &mut json);
                after
            }
            b'{' | b'}' | b'[' | b']' | b':' | b',' | b' ' | b'-' | b'.' | b'0'..=b'9' => {
                json.push(first);
                rest.get(1..)?
            }
            // The exponent of a number.
            b'e' if json.last().is_some_and(u8::is_ascii_digit) => {
                json.push(first);
                rest.get(1..)?
            }
            b'd' => {
                let (time, after) = datetime(rest)?;
                push_quoted(&time, &mut json);
                after
            }
            _ => {
                let (word, value) = word?;
                json.extend_from_slice(value);
                rest.get(word.len()..)?
            }
        };
    }
    crate::values::is_json(&json).then_some(json)
}

/// The string that a text begins with, and what follows it.
fn string(text: &str) -> Option<(String, &str)> {
    let mut letters = text.char_indices();
    let (_, quote) = letters.next()?;
    let mut value = String::new();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            return Some((value, text.get(at + 1..)?));
        }
        if letter != '\\' {
            value.push(letter);
            continue;
        }
        let (at, escape) = letters.next()?;
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'n' => {
                value.push('\n');
                continue;
            }
            't' => {
                value.push('\t');
                continue;
            }
            'r' => {
                value.push('\r');
                continue;
            }
            '\\' | '\'' | '"' => {
                value.push(escape);
                continue;
            }
            _ => return None,
        };
        let code = u32::from_str_radix(text.get(at + 1..at + 1 + digits)?, 16).ok()?;
        value.push(char::from_u32(code)?);
        letters.nth(digits - 1)?;
    }
    None
}

/// The time that a text begins with, and what follows it. Without a zone, or with one that is not
/// UTC, its text has none.
fn datetime(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix("datetime.datetime(")?;
    let (numbers, zone, after) = match inside.split_once(", tzinfo=") {
        Some((numbers, zone)) if !numbers.contains(')') => {
            // `tzutc())`, `<UTC>)`, `datetime.timezone.utc)`.
            let utc = ["tzutc())", "datetime.timezone.utc)", "<UTC>)"];
            let after = utc.iter().find_map(|name| zone.strip_prefix(name));
            match after {
                Some(after) => (numbers, "Z", after),
                None => (numbers, "", zone.strip_prefix("tzlocal())")?),
            }
        }
        _ => {
            let (numbers, after) = inside.split_once(')')?;
            (numbers, "", after)
        }
    };
    let numbers: Option<Vec<u32>> = numbers.split(", ").map(|part| part.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| (5..=7).contains(&numbers.len()))?;
    let part = |place: usize| numbers.get(place).copied().unwrap_or_default();
    let time = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}{zone}",
        part(0),
        part(1),
        part(2),
        part(3),
        part(4),
        part(5),
        part(6)
    );
    Some((time, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_python_become_json() {
        let check = |text: &str, expected: Option<&str>| {
            let json = json(text).and_then(|json| String::from_utf8(json).ok());
            assert_eq!(json.as_deref(), expected, "{text}");
        };
        check(
            r#"{'a': 'it"s', 'b': "it's", 'c': [True, False, None, -1.5e-07], 'd': {}}"#,
            Some(r#"{"a": "it\"s", "b": "it's", "c": [true, false, null, -1.5e-07], "d": {}}"#),
        );
        check(
            "{'a': '\\\\ \\' \\n \\x41 \\u00fc', '\u{fc}': '\u{6f22}'}",
            Some("{\"a\": \"\\\\ ' \\n A \u{fc}\", \"\u{fc}\": \"\u{6f22}\"}"),
        );
        check(
            "{'a': datetime.datetime(2026, 5, 12, 14, 0, 5, 125000, tzinfo=tzutc())}",
            Some(r#"{"a": "2026-05-12T14:00:05.125000Z"}"#),
        );
        check(
            "{'a': datetime.datetime(2026, 5, 12, 14, 0), 'b': 1}",
            Some(r#"{"a": "2026-05-12T14:00:00.000000", "b": 1}"#),
        );
        // No counterpart, no value, or none of Python.
        check("{'a': <Response [200]>}", None);
        check("{'a': Decimal('1')}", None);
        check("{'a': b'x'}", None);
        check("{'a': ('x', 'y')}", None);
        check("{'a', 'b'}", None);
        check("{'a': 1} done", None);
        check("{'a': 'b", None);
        check("{'a':'Ran 'f' (Failed)'}", None);
        check("{'a': datetime.date(2026, 5, 12)}", None);
    }
}
