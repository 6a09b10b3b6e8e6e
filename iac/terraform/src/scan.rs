//! Goes over JSON from front to back without a tree: whoever asks is shown where each member or
//! element begins, and says where it ends, by looking into it or by [`pass`]ing it over.
//!
//! What is passed over is found by its brackets and quotes. Numbers and words are looked at, as a
//! broken file has them cut; what lies in a text, list or object is not.

use std::borrow::Cow;

use nepho_codec::json::skip::{self, Broken, skip_value};
use nepho_codec::json::unescape;
use serde::de::IgnoredAny;

/// Position of the first byte from `at` on that is no blank.
fn skip_space(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = at;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\r' | b'\t') => at += 1,
            Some(b'\n') => at = indented(bytes, at + 1),
            _ => return at,
        }
    }
}

/// Position behind most of the blanks that a line at `at` begins with.
fn indented(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at..).and_then(|rest| rest.first_chunk()) == Some(b"        ") {
        at += 8;
    }
    if bytes.get(at..).and_then(|rest| rest.first_chunk()) == Some(b"    ") {
        at += 4;
    }
    at
}

/// Calls `each` for the members of the object at `start`, with the key and where its value begins;
/// it gives where that ends. Gives the position behind the object.
///
/// # Errors
/// When it is no object or has no end, and those of `each`.
pub(crate) fn members<'a>(
    text: &'a str,
    start: usize,
    mut each: impl FnMut(Cow<'a, str>, usize) -> Result<usize, Broken>,
) -> Result<usize, Broken> {
    let bytes = text.as_bytes();
    let mut at = expect(text, start, b'{', "not an object")?;
    if bytes.get(at) == Some(&b'}') {
        return Ok(at + 1);
    }
    loop {
        if bytes.get(at) != Some(&b'"') {
            let what = "a key is missing";
            return Err(Broken { at, what });
        }
        let (key_end, is_escaped) = skip::string_end(bytes, at + 1)?;
        let key = text.get(at + 1..key_end).unwrap_or_default();
        let key = match is_escaped {
            true => unescape(key),
            false => Cow::Borrowed(key),
        };
        let colon = skip_space(text, key_end + 1);
        let value = expect(text, colon, b':', "a colon is missing")?;
        let end = each(key, value)?;
        match goes_on(text, end, b'}')? {
            (next, true) => at = next,
            (end, false) => return Ok(end),
        }
    }
}

/// Calls `each` with where each element of the list at `start` begins; it gives where that ends.
/// Gives the position behind the list.
///
/// # Errors
/// When it is no list or has no end, and those of `each`.
pub(crate) fn elements(
    text: &str,
    start: usize,
    mut each: impl FnMut(usize) -> Result<usize, Broken>,
) -> Result<usize, Broken> {
    let mut at = expect(text, start, b'[', "not a list")?;
    if text.as_bytes().get(at) == Some(&b']') {
        return Ok(at + 1);
    }
    loop {
        let end = each(at)?;
        match goes_on(text, end, b']')? {
            (next, true) => at = next,
            (end, false) => return Ok(end),
        }
    }
}

/// The value at `start`, and the position behind it.
///
/// # Errors
/// When there is none.
#[inline]
pub(crate) fn pass(text: &str, start: usize) -> Result<(&str, usize), Broken> {
    let (value, end) = match skip_value(text.as_bytes(), start) {
        Ok(end) => (text.get(start..end).unwrap_or_default(), end),
        // What is odd, as by its depth, is read once more by somebody who takes more time.
        Err(broken) => {
            let rest = text.get(start..).unwrap_or_default();
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
            let Some(Ok(_)) = values.next() else {
                return Err(broken);
            };
            let end = start + values.byte_offset();
            (text.get(start..end).unwrap_or_default(), end)
        }
    };
    match is_cut(value) {
        true => Err(Broken {
            at: start,
            what: "a value is missing",
        }),
        false => Ok((value, end)),
    }
}

/// Whether it is neither a text, a list, an object, a number nor a word of JSON.
fn is_cut(value: &str) -> bool {
    match value.as_bytes().first() {
        Some(b'"' | b'[' | b'{') => false,
        Some(b'0'..=b'9') if value.bytes().all(|byte| byte.is_ascii_digit()) => {
            value.len() > 1 && value.starts_with('0')
        }
        _ => serde_json::from_str::<IgnoredAny>(value).is_err(),
    }
}

/// Position of what follows the byte at `at`, which must be this one, and blanks behind it.
fn expect(text: &str, at: usize, byte: u8, what: &'static str) -> Result<usize, Broken> {
    match text.as_bytes().get(at) == Some(&byte) {
        true => Ok(skip_space(text, at + 1)),
        false => Err(Broken { at, what }),
    }
}

/// Where the next member or element begins behind the one that ends at `end`, and `true`; or the
/// position behind the bracket that closes, and `false`.
fn goes_on(text: &str, end: usize, close: u8) -> Result<(usize, bool), Broken> {
    let at = skip_space(text, end);
    match text.as_bytes().get(at) {
        Some(b',') => Ok((skip_space(text, at + 1), true)),
        Some(byte) if *byte == close => Ok((at + 1, false)),
        _ => Err(Broken {
            at,
            what: "a comma or a bracket is missing",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys and values of an object.
    fn all(text: &str) -> Result<Vec<(String, &str)>, usize> {
        let mut found = Vec::new();
        let end = members(text, 0, |key, at| {
            let (value, end) = pass(text, at)?;
            found.push((key.into_owned(), value));
            Ok(end)
        });
        end.map_err(|broken| broken.at)?;
        Ok(found)
    }

    #[test]
    fn members_and_elements_are_shown_in_order() {
        let text = r#"{ "a" :[1, {"x":"]"}] ,"\u0062":-1.5e3, "c":{ }}"#;
        let found = all(text).unwrap();
        let expected = [("a", r#"[1, {"x":"]"}]"#), ("b", "-1.5e3"), ("c", "{ }")];
        assert!(
            found
                .iter()
                .map(|(key, value)| (key.as_str(), *value))
                .eq(expected)
        );
        let mut starts = Vec::new();
        let end = elements("[1, [2] ,{}]", 0, |at| {
            starts.push(at);
            Ok(pass("[1, [2] ,{}]", at)?.1)
        });
        assert_eq!((starts.as_slice(), end), ([1, 4, 9].as_slice(), Ok(12)));
    }

    #[test]
    fn what_is_broken_is_told_with_its_place() {
        for (text, at) in [
            ("[]", 0),
            ("{\"a\":1", 6),
            ("{\"a\" 1}", 5),
            ("{\"a\":1,}", 7),
            ("{\"a\":nul}", 5),
            ("{\"a\":01}", 5),
            ("{\"a\":}", 5),
            ("{\"a\":1 2}", 7),
        ] {
            assert_eq!(all(text), Err(at), "{text}");
        }
        assert!(elements("[1,]", 0, |at| Ok(pass("[1,]", at)?.1)).is_err());
    }

    #[test]
    fn a_value_of_any_depth_is_passed_over() {
        let deep = format!("{{\"a\":{}{},\"b\":1}}", "[".repeat(9000), "]".repeat(9000));
        assert_eq!(all(&deep).unwrap().len(), 2);
    }
}
