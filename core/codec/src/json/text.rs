//! Text of JSON strings.

use std::borrow::Cow;

/// Text of a JSON string between its quotes.
///
/// Lone surrogates become U+FFFD; an unknown escape stays as it is written.
pub fn unescape(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    unescape_into(raw, &mut text);
    Cow::Owned(text)
}

/// As [`unescape`], added to `text`.
pub fn unescape_into(raw: &str, text: &mut String) {
    text.reserve(raw.len());
    let mut rest = raw;
    loop {
        // Escapes stand close together in JSON within JSON, so the next one is looked for in small
        // steps.
        let Some(next) = next_backslash(rest.as_bytes()) else {
            text.push_str(rest);
            return;
        };
        text.push_str(&rest[..next]);
        rest = push_escape(&rest[next..], text);
    }
}

/// Position of the first backslash, eight bytes at a time (Mycroft's test for a zero byte).
#[inline]
fn next_backslash(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk) ^ (ONES * b'\\' as u64);
        let zeros = word.wrapping_sub(ONES) & !word & HIGH;
        if zeros != 0 {
            return Some(at + zeros.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| *byte == b'\\')
        .map(|found| at + found)
}

/// Adds the character that the escape at the start of `rest` stands for; gives what follows it.
fn push_escape<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let plain = match rest.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => return push_unicode(rest, text),
        _ => {
            text.push('\\');
            return &rest[1..];
        }
    };
    text.push(plain);
    &rest[2..]
}

fn push_unicode<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let Some(high) = hex4(rest, 2) else {
        text.push('\\');
        return &rest[1..];
    };
    if (0xD800..0xDC00).contains(&high)
        && rest.get(6..8) == Some("\\u")
        && let Some(low) = hex4(rest, 8).filter(|low| (0xDC00..0xE000).contains(low))
    {
        let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        return &rest[12..];
    }
    text.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
    &rest[6..]
}

fn hex4(text: &str, start: usize) -> Option<u32> {
    let digits = text.get(start..start + 4)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then_some(())?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_characters() {
        let check = |raw: &str, expected: &str| assert_eq!(unescape(raw), expected);
        check("plain", "plain");
        check(r#"a\"b\\c\n\u00e9"#, "a\"b\\c\n\u{e9}");
        check(r"\ud83d\ude00", "\u{1F600}");
        check(r"\ud83d x", "\u{FFFD} x");
        check(r"\x\u12", r"\x\u12");
        check("end\\", "end\\");
    }
}
