//! Skips a JSON object or array and sees where it cannot go on: a line that was cut off, behind
//! which the next record begins. Slower than [`super::skip`], which looks for the end alone and
//! would look for it through all that follows.

use memchr::memchr3;

use super::skip::MAX_DEPTH;
use crate::bytes::skip_space;

/// What an object or array comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Careful {
    /// It ends before this position.
    End(usize),
    /// It goes on behind the bytes.
    Open,
    /// It cannot go on: a line ends within a string, another value begins where none may stand, or
    /// it is nested too deeply.
    Broken,
}

/// Blanks before what begins a line: the steps in of an element.
pub(crate) const STEP_BYTES: usize = 8;

/// Depth from which on a value that begins a line is one of another record: a printer that nests so
/// deeply steps in further than [`STEP_BYTES`].
const DEEPEST_LINE: usize = 32;

/// Looks at the object or array that begins at `start`.
pub(crate) fn skip_carefully(bytes: &[u8], start: usize) -> Careful {
    let found = look(bytes, start);
    #[cfg(test)]
    crate::work::add(match found {
        (Careful::End(end), _) => end - start,
        (_, at) => at - start,
    });
    found.0
}

/// What is found, and the position up to which bytes were looked at.
fn look(bytes: &[u8], start: usize) -> (Careful, usize) {
    // A bit for each container that is open: whether it is an array.
    let mut arrays = [0_u64; MAX_DEPTH / 64];
    let (mut depth, mut last, mut at) = (0_usize, b' ', start);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'"' => match string(bytes, at + 1) {
                Ok(quote) => at = quote,
                Err(wrong) => return wrong,
            },
            // As in the way that only looks for the end.
            b'\\' => at += 1,
            b'{' | b'[' => {
                let is_bit = |depth: usize| {
                    arrays
                        .get(depth / 64)
                        .is_some_and(|bits| bits >> (depth % 64) & 1 == 1)
                };
                let may_begin = match depth.checked_sub(1) {
                    None => true,
                    Some(outer) if is_bit(outer) => matches!(last, b'[' | b','),
                    Some(_) => last == b':',
                };
                let is_apart = depth >= DEEPEST_LINE || !may_begin;
                if depth == MAX_DEPTH || is_apart && begins_line(bytes, at) {
                    return (Careful::Broken, at);
                }
                if let Some(bits) = arrays.get_mut(depth / 64) {
                    let bit = 1 << (depth % 64);
                    match byte {
                        b'[' => *bits |= bit,
                        _ => *bits &= !bit,
                    }
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return (Careful::End(at + 1), at);
                }
            }
            _ => {}
        }
        last = *byte;
        at += 1;
    }
    (Careful::Open, bytes.len())
}

/// Position of the quote that ends a string; a line that ends within it breaks it, unless nothing
/// follows.
fn string(bytes: &[u8], start: usize) -> Result<usize, (Careful, usize)> {
    let mut at = start;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(length) = memchr3(b'"', b'\\', b'\n', rest) else {
            return Err((Careful::Open, bytes.len()));
        };
        at += length;
        match bytes.get(at) {
            Some(b'"') => return Ok(at),
            // The end of a line cannot be escaped.
            Some(b'\\') if bytes.get(at + 1) == Some(&b'\n') => at += 1,
            Some(b'\\') => at += 2,
            _ if skip_space(bytes, at + 1) < bytes.len() => return Err((Careful::Broken, at)),
            _ => return Err((Careful::Open, bytes.len())),
        }
    }
}

/// Whether nothing but a few blanks stands between the end of the line before and `at`.
fn begins_line(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(at.saturating_sub(STEP_BYTES + 1)..at);
    let mut before = before.unwrap_or_default().iter().rev();
    before.find(|byte| !matches!(byte, b' ' | b'\t')) == Some(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::skip::skip_value;

    fn check(text: &str, expected: Careful) {
        let found = skip_carefully(text.as_bytes(), 0);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_line_that_was_cut_off_is_seen_where_the_next_value_begins() {
        for cut in [
            r#"{"a":"x"#,
            r#"{"a":"x\"#,
            r#"{"a":1"#,
            r#"{"a":1,"#,
            r#"{"a""#,
            r#"{"a"#,
            "{",
            r#"{"a":{"b":1}"#,
            r#"{"a":[{"b":1}"#,
            r#"{"a":[1"#,
            "{'a': 'x",
        ] {
            for next in ["{\"a\":1}", "  {\"a\":1}", "\t{\"a\":1}\n"] {
                check(&format!("{cut}\n{next}"), Careful::Broken);
                check(&format!("{cut}\r\n{next}"), Careful::Broken);
            }
            check(cut, Careful::Open);
            check(&format!("{cut}\n"), Careful::Open);
        }
        // What may be the value of a member is taken for it; not line behind line.
        for cut in [r#"{"a":"#, r#"{"a":["#, r#"{"a":[1,"#] {
            check(&format!("{cut}\n{{\"a\":1}}\n{{\"a\":1}}"), Careful::Broken);
            let lines = format!("{cut}\n").repeat(DEEPEST_LINE + 1);
            check(&lines, Careful::Broken);
        }
    }

    #[test]
    fn a_whole_value_ends_where_the_other_way_finds_it() {
        for text in [
            "{}",
            r#"{"a":"}\"{","b":[{"c":1},{"d":[[],{}]}]} {"#,
            "{\n  \"a\": [\n    {\n      \"b\": 1\n    },\n    {}\n  ]\n}\n{\n",
            "{\"a\":\n{\n\"b\":\n[\n{},\n{}\n]\n}\n}\n{}",
            "{\n\t\"a\":\n\t{\n\t\t\"b\": 1\n\t},\n\t\"c\":\n\t[\n\t\t{}\n\t]\n}",
        ] {
            let end = skip_value(text.as_bytes(), 0).expect("a value");
            check(text, Careful::End(end));
        }
        check(&"[".repeat(MAX_DEPTH + 1), Careful::Broken);
        check(&"[".repeat(MAX_DEPTH), Careful::Open);
    }
}
