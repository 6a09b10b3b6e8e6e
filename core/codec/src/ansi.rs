//! Colors of a terminal within text: `ESC [ 31 m ERROR ESC [ 0 m`.
//!
//! Many loggers color their lines (`tracing`, zap's and logrus' consoles, Spring, Rails), and
//! containers hand them on as they are. Nothing of it tells of the event, and it would hide times
//! and levels, so it is taken away before anything looks at the text.
//!
//! Source: ECMA-48, 5.4 "Control sequences": parameters `0` to `?` and a final byte, of which the
//! letters are taken (colors are `m`); sequences with intermediate bytes are not.

use std::borrow::Cow;

/// The byte that a control sequence begins with.
pub(crate) const ESCAPE: u8 = 0x1b;

/// Bytes of the control sequence that `bytes` begin with; 0 if there is none.
pub(crate) fn sequence(bytes: &[u8]) -> usize {
    match bytes {
        [ESCAPE, rest @ ..] => match behind_escape(rest) {
            0 => 0,
            length => length + 1,
        },
        _ => 0,
    }
}

/// Bytes of a control sequence without the escape that it begins with; 0 if there is none.
pub(crate) fn behind_escape(bytes: &[u8]) -> usize {
    let [b'[', rest @ ..] = bytes else {
        return 0;
    };
    let parameters = rest.iter().take_while(|byte| (b'0'..=b'?').contains(byte));
    let parameters = parameters.count();
    match rest.get(parameters) {
        Some(b'A'..=b'Z' | b'a'..=b'z') => parameters + 2,
        _ => 0,
    }
}

/// `text` without its control sequences.
pub(crate) fn plain(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(mut at) = memchr::memchr(ESCAPE, text) else {
        return Cow::Borrowed(text);
    };
    let mut plain = Vec::with_capacity(text.len());
    let mut from = 0;
    while let Some(length) = memchr::memchr(ESCAPE, &text[at..]) {
        at += length;
        match sequence(&text[at..]) {
            0 => at += 1,
            length => {
                plain.extend_from_slice(&text[from..at]);
                at += length;
                from = at;
            }
        }
    }
    plain.extend_from_slice(&text[from..]);
    Cow::Owned(plain)
}

/// `text` without its control sequences, and where that moved it: positions in the result, and
/// where the same stands in `text`. The start of a line is where it was, before its sequences.
/// `None` if there are none.
pub(crate) fn stripped(text: &str) -> Option<(String, Vec<(usize, usize)>)> {
    let bytes = text.as_bytes();
    let first = memchr::memchr(ESCAPE, bytes)?;
    let mut result = String::with_capacity(text.len());
    let mut moved = Vec::new();
    let mut from = 0;
    for at in memchr::memchr_iter(ESCAPE, &bytes[first..]).map(|at| first + at) {
        let length = sequence(&bytes[at..]);
        if length > 0 && at >= from {
            result.push_str(text.get(from..at).unwrap_or_default());
            from = at + length;
            // What a line begins with belongs to it.
            let is_first = result.is_empty() || result.ends_with('\n');
            let behind = usize::from(is_first);
            moved.push((result.len() + behind, from + behind));
        }
    }
    if moved.is_empty() {
        return None;
    }
    result.push_str(text.get(from..).unwrap_or_default());
    Some((result, moved))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_taken_away_and_nothing_else() {
        let check = |text: &str, expected: Option<&str>| {
            let found = stripped(text).map(|(text, _)| text);
            assert_eq!(found.as_deref(), expected, "{text:?}");
        };
        check(
            "\x1b[1;31mERROR\x1b[0m boom \u{fc}",
            Some("ERROR boom \u{fc}"),
        );
        check("\x1b[2K\x1b[38;5;196mred", Some("red"));
        check("plain", None);
        check("\x1b no sequence \x1b[", None);
        check("\x1b[\u{fc}", None);
        check("\x1b[31\\n", None);
        check("a\x1b[m", Some("a"));
    }

    #[test]
    fn positions_are_told() {
        let (text, moved) = stripped("a\x1b[31mbc\x1b[0md").expect("colors");
        assert_eq!((&*text, &*moved), ("abcd", &[(1, 6), (3, 12)][..]));
        let (text, moved) = stripped("a\n\x1b[1m\x1b[31mbc").expect("colors");
        assert_eq!((&*text, &*moved), ("a\nbc", &[(3, 7), (3, 12)][..]));
    }

    #[test]
    fn bytes_are_stripped_alike() {
        assert_eq!(&*plain(b"\x1b[2m\x1b[1mx\x1b[0m\xff"), b"x\xff");
        assert_eq!(&*plain(b"\x1bx"), b"\x1bx");
        assert_eq!(&*plain(b"x"), b"x");
    }
}
