//! `key=value` pairs, as logfmt writes them: `level=info msg="a text" duration=12ms`.
//!
//! Source: brandur.org/logfmt, and the encoder of github.com/go-logfmt/logfmt (read 2026-11-21).

use nepho_core::format::bytes_of;

use crate::bytes::{ByteSet, each_byte};

/// A pair of a message, as ranges of it. Quotes around the value are left out; escapes within stay
/// as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Range of the key.
    pub key: (usize, usize),
    /// Range of the value.
    pub value: (usize, usize),
}

/// Calls `found` for each pair of `message`; words that are no pair are passed over.
pub fn pairs(message: &str, mut found: impl FnMut(Pair)) {
    let bytes = message.as_bytes();
    let mut at = 0;
    each_byte(bytes, b'=', |equals| {
        // One within the value before it is none of a pair.
        if equals < at {
            return;
        }
        let start = key_start(bytes, at, equals);
        let next_end = |from: usize| {
            let rest = bytes.get(from..).unwrap_or_default();
            MAY_END.find(rest).map(|length| from + length)
        };
        let (value, next) = value(bytes, equals + 1, next_end);
        if is_key(bytes.get(start..equals).unwrap_or_default()) {
            found(Pair {
                key: (start, equals),
                value,
            });
        }
        at = next.max(equals + 1);
    });
}

/// How many pairs a line has, as far as `enough`; and how much of it they cover, from 0 to 1.
pub fn density(line: &str, enough: usize) -> (usize, f64) {
    let mut count = 0;
    let mut covered = 0;
    pairs(line, |pair| {
        if count < enough {
            count += 1;
        }
        covered += pair.value.1 - pair.key.0 + 1;
    });
    (count, covered as f64 / line.len().max(1) as f64)
}

/// Bytes of keys.
static IN_KEY: [bool; 256] = {
    let mut set = bytes_of(b"_-.@/");
    let mut byte = 0;
    while byte < 128 {
        set[byte] |= (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    set
};

/// Bytes that may end a value.
static MAY_END: ByteSet<10> = ByteSet::new(*b" \t\n\r,;)]{}");

/// Whether what stands before `=` begins as a key does.
pub(super) fn is_key(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'@'))
}

/// Whether a byte may stand in a key.
pub(super) fn is_in_key(byte: u8) -> bool {
    IN_KEY[usize::from(byte)]
}

/// Where the key begins that ends before `equals`, at `from` or later.
pub(super) fn key_start(bytes: &[u8], from: usize, equals: usize) -> usize {
    let before = bytes.get(from..equals).unwrap_or_default();
    let mut length = 0;
    for byte in before.iter().rev() {
        if !IN_KEY[usize::from(*byte)] {
            break;
        }
        length += 1;
    }
    equals - length
}

/// Range of the value at `at`, and the position after it. `next_end` gives the first byte from a
/// position on that is one of [`MAY_END`] or a bar.
pub(super) fn value(
    bytes: &[u8],
    at: usize,
    next_end: impl Fn(usize) -> Option<usize>,
) -> ((usize, usize), usize) {
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(at) {
        let mut end = at + 1;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'\\' => end += 1,
                byte if byte == quote => return ((at + 1, end), end + 1),
                _ => {}
            }
            end += 1;
        }
    }
    let mut end = at;
    let mut open = 0_u32;
    while let Some(found) = next_end(end) {
        end = found;
        match bytes.get(end) {
            Some(b'{') => open += 1,
            Some(b'}') if open > 0 => open -= 1,
            Some(b'|') => {}
            // That of braces around the pairs: `request{method=GET path=/x}: done`.
            _ => return ((at, end), end),
        }
        end += 1;
    }
    ((at, bytes.len()), bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, expected: &[(&str, &str)]) {
        let mut all = Vec::new();
        pairs(message, |pair| {
            all.push((
                &message[pair.key.0..pair.key.1],
                &message[pair.value.0..pair.value.1],
            ))
        });
        assert_eq!(all, expected, "{message}");
    }

    #[test]
    fn pairs_are_found() {
        check(
            r#"level=info msg="a \"text\" x=1" n=2 flag"#,
            &[("level", "info"), ("msg", r#"a \"text\" x=1"#), ("n", "2")],
        );
        check(
            "text before status=500, path=/a?b=c",
            &[("status", "500"), ("path", "/a?b=c")],
        );
        check("r{m=GET p=/x}: y", &[("m", "GET"), ("p", "/x")]);
        check("a={x} b={}", &[("a", "{x}"), ("b", "{}")]);
        check("a= b=\"open", &[("a", ""), ("b", "\"open")]);
        check("=x ==", &[]);
    }
}
