//! Text of JSON strings.

use std::borrow::Cow;

use crate::{ansi, bytes};

/// Text of a JSON string between its quotes.
///
/// Lone surrogates become U+FFFD; an unknown escape stays as it is written. Colors of a terminal
/// (`\u001b[31m`) are left out.
pub fn unescape(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = Vec::with_capacity(raw.len());
    unescape_into(raw, &mut text);
    // What was UTF-8 stays UTF-8.
    Cow::Owned(String::from_utf8(text).unwrap_or_default())
}

/// As [`unescape`], added to `text`, which is UTF-8 if it was before.
pub fn unescape_into(raw: &str, text: &mut Vec<u8>) {
    let start = text.len();
    // No escape is shorter than what it stands for.
    text.resize(start + raw.len(), 0);
    let written = write_all(raw, text.get_mut(start..).unwrap_or_default());
    text.truncate(start + written);
}

/// Writes the text of the string whose first byte behind the quote is at `from` to `out`, from `to`
/// on; gives the position of the quote that ends it, and the position after what was written.
///
/// `None` if the string has no end, or there is less room than bytes in it. What was written is as
/// long as the string only where it is the same.
pub(crate) fn unescape_string(
    text: &str,
    from: usize,
    out: &mut [u8],
    to: usize,
) -> Option<(usize, usize)> {
    #[cfg(target_arch = "x86_64")]
    let (from, to) = match bytes::is_wide() {
        // SAFETY: the processor has the instructions, as `is_wide` says.
        #[expect(unsafe_code, reason = "wide instructions of the processor")]
        true => match unsafe { write_wide::<true>(text, from, out, to) } {
            Written::All(end, to) => return Some((end, to)),
            Written::Part(from, to) => (from, to),
        },
        false => (from, to),
    };
    let (end, _) = bytes::string_end(text.as_bytes(), from)?;
    let raw = text.get(from..end)?;
    let out = out.get_mut(to..to + raw.len())?;
    Some((end, to + write_all(raw, out)))
}

/// Writes the text of a string to the start of `out`, which is as long; gives the length of that.
fn write_all(raw: &str, out: &mut [u8]) -> usize {
    #[cfg(target_arch = "x86_64")]
    let (from, to) = match bytes::is_wide() {
        // SAFETY: the processor has the instructions, as `is_wide` says.
        #[expect(unsafe_code, reason = "wide instructions of the processor")]
        true => match unsafe { write_wide::<false>(raw, 0, out, 0) } {
            Written::Part(from, to) | Written::All(from, to) => (from, to),
        },
        false => (0, 0),
    };
    #[cfg(not(target_arch = "x86_64"))]
    let (from, to) = (0, 0);
    write(raw, from, out, to)
}

/// How far [`write_wide`] came: positions in the text and in what was written.
#[cfg(target_arch = "x86_64")]
enum Written {
    /// Not to the end.
    Part(usize, usize),
    /// To the quote that ends the string.
    All(usize, usize),
}

/// Writes the text of a string from `from` on to `out`, where there is as much room, from `to` on,
/// 64 bytes at a time. With `TO_QUOTE` the string ends at the first quote that is not escaped.
///
/// Nearly all escapes stand for the character behind the backslash: the backslashes are left out.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
fn write_wide<const TO_QUOTE: bool>(
    raw: &str,
    mut from: usize,
    out: &mut [u8],
    mut to: usize,
) -> Written {
    let text = raw.as_bytes();
    while let Some(block) = text.get(from..).and_then(|rest| rest.first_chunk())
        && let Some(place) = out.get_mut(to..).and_then(|rest| rest.first_chunk_mut())
    {
        let found = bytes::escapes_wide(block);
        let ends = if TO_QUOTE { found.quotes } else { 0 };
        // The byte behind the block is not known.
        let others = found.begins & !(found.plain >> 1);
        let length = (others | ends).trailing_zeros();
        let before = u64::MAX.checked_shr(64 - length).unwrap_or(0);
        to += if found.begins & before == 0 {
            *place = *block;
            length as usize
        } else {
            bytes::squeeze_wide(block, !found.begins & before, place)
        };
        from += length as usize;
        if ends.checked_shr(length).unwrap_or(0) & 1 == 1 {
            return Written::All(from, to);
        }
        if others == 0 {
            continue;
        }
        // What is behind a code is looked at, but not beyond the string.
        if TO_QUOTE && text.get(from + 1) == Some(&b'u') {
            break;
        }
        (from, to) = write_escape(raw, from, out, to);
    }
    Written::Part(from, to)
}

/// Writes the text of a string from `from` on to `out`, where there is as much room, from `to` on;
/// gives the length of all.
///
/// Escapes stand close together in JSON within JSON, so eight bytes at a time are copied, up to the
/// next one. Nearly all of them are quotes and backslashes, which stand for themselves: the next
/// eight bytes begin with them.
fn write(raw: &str, mut from: usize, out: &mut [u8], mut to: usize) -> usize {
    let bytes = raw.as_bytes();
    let mut is_escaped = false;
    while let Some(chunk) = bytes.get(from..from + 8)
        && let Some(place) = out.get_mut(to..to + 8)
    {
        place.copy_from_slice(chunk);
        let plain = backslash_in(chunk, is_escaped);
        from += plain;
        to += plain;
        is_escaped = false;
        match bytes.get(from + 1) {
            _ if plain == 8 => {}
            Some(b'"' | b'\\') => {
                from += 1;
                is_escaped = true;
            }
            _ => (from, to) = write_escape(raw, from, out, to),
        }
    }
    while let Some(byte) = bytes.get(from) {
        if *byte == b'\\' && !is_escaped {
            (from, to) = write_escape(raw, from, out, to);
        } else {
            to = put(&[*byte], out, to);
            from += 1;
        }
        is_escaped = false;
    }
    to
}

/// Place of the first backslash of eight bytes, 8 if there is none (Mycroft's test for a zero
/// byte); the first byte is none if it `is_escaped`.
#[inline(always)]
fn backslash_in(chunk: &[u8], is_escaped: bool) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut bytes = [0; 8];
    bytes.copy_from_slice(chunk);
    let word = u64::from_le_bytes(bytes) ^ (ONES * b'\\' as u64);
    let word = word | u64::from(is_escaped) << 7;
    let zeros = word.wrapping_sub(ONES) & !word & HIGH;
    zeros.trailing_zeros() as usize / 8
}

/// Writes the character that the escape at `from` stands for; gives the positions after both.
#[inline(always)]
fn write_escape(raw: &str, from: usize, out: &mut [u8], to: usize) -> (usize, usize) {
    let plain = match raw.as_bytes().get(from + 1) {
        Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
        Some(b'n') => b'\n',
        Some(b't') => b'\t',
        Some(b'r') => b'\r',
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b'u') => return write_unicode(raw, from, out, to),
        _ => return (from + 1, put(b"\\", out, to)),
    };
    (from + 2, put(&[plain], out, to))
}

#[cold]
fn write_unicode(raw: &str, from: usize, out: &mut [u8], to: usize) -> (usize, usize) {
    let Some(high) = hex4(raw, from + 2) else {
        return (from + 1, put(b"\\", out, to));
    };
    let mut code = high;
    let mut end = from + 6;
    if (0xD800..0xDC00).contains(&high)
        && raw.get(end..end + 2) == Some("\\u")
        && let Some(low) = hex4(raw, end + 2).filter(|low| (0xDC00..0xE000).contains(low))
    {
        code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        end += 6;
    }
    // Colors of a terminal tell nothing of the event.
    if code == u32::from(ansi::ESCAPE)
        && let length @ 1.. = ansi::behind_escape(raw.as_bytes().get(end..).unwrap_or_default())
    {
        return (end + length, to);
    }
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    let mut buffer = [0; 4];
    let text = character.encode_utf8(&mut buffer);
    (end, put(text.as_bytes(), out, to))
}

/// Copies `bytes` to `out` at `to`; gives the position after them.
#[inline(always)]
fn put(bytes: &[u8], out: &mut [u8], to: usize) -> usize {
    let end = to + bytes.len();
    if let Some(place) = out.get_mut(to..end) {
        place.copy_from_slice(bytes);
    }
    end
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
    fn wide_instructions_write_the_same() {
        // Marsaglia's xorshift64
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 20) as usize
        };
        let rare = [
            "\\n",
            "\\u00e9",
            "\\ud83d\\ude00",
            "\\x",
            "\\/",
            "\u{e9}",
            "\\\\",
        ];
        for round in 0..2000 {
            let mut raw = String::new();
            for _ in 0..next() % 300 {
                match next() % (2 + round % 40) {
                    0 => raw.push_str(rare[next() % rare.len()]),
                    1 => raw.push_str("\\\""),
                    letter => raw.push((b'a' + letter as u8 % 26) as char),
                }
            }
            let mut plain = vec![0; raw.len()];
            let length = write(&raw, 0, &mut plain, 0);
            plain.truncate(length);
            let mut text = b"before".to_vec();
            unescape_into(&raw, &mut text);
            assert_eq!(&text[6..], plain, "{raw}");
            check_string(&raw, &plain);
        }
    }

    /// Compares the text of `raw` between quotes, with text of all kinds behind it.
    fn check_string(raw: &str, expected: &[u8]) {
        for behind in ["", "}", "\\\"\\u0041\"x", &"y".repeat(80)] {
            let whole = format!("\"{raw}\"{behind}");
            // A backslash at its end escapes the quote.
            let end = bytes::string_end(whole.as_bytes(), 1).map(|(end, _)| end);
            if end != Some(raw.len() + 1) {
                continue;
            }
            for room in [raw.len(), raw.len() + 100] {
                let mut out = vec![b'.'; 2 + room];
                let found = unescape_string(&whole, 1, &mut out, 2);
                assert_eq!(found, Some((raw.len() + 1, 2 + expected.len())), "{whole}");
                assert_eq!(&out[..2 + expected.len()], [b"..", expected].concat());
                let is_same = expected == raw.as_bytes();
                assert_eq!(is_same, expected.len() == raw.len());
            }
        }
        assert_eq!(unescape_string(raw, 0, &mut vec![0; raw.len()], 0), None);
    }

    #[test]
    fn escapes_become_characters() {
        let check = |raw: &str, expected: &str| assert_eq!(unescape(raw), expected);
        check("plain", "plain");
        check(r#"a\"b\\c\n\u00e9"#, "a\"b\\c\n\u{e9}");
        check(r"\ud83d\ude00", "\u{1F600}");
        check(r"\ud83d x", "\u{FFFD} x");
        check(r"\x\u12", r"\x\u12");
        check("end\\", "end\\");
        check(
            r"0123456789\n0123456\t\u00fc\ud800\ud800\udc00",
            "0123456789\n0123456\t\u{fc}\u{FFFD}\u{10000}",
        );
        check(r"\\\\\\\\\\x", r"\\\\\x");
        check(
            r#"{\"a\":\"\\\\]\",\"b\":[\"\\\"\"]}"#,
            r#"{"a":"\\]","b":["\""]}"#,
        );
    }
}
