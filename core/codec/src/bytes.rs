//! Finds single bytes in text, 16 at a time where the machine can. The only module of the crate with `unsafe`.

#![expect(unsafe_code, reason = "vector instructions of the processor")]

/// What a run of bytes is searched for.
#[derive(Clone, Copy)]
pub(crate) enum Find {
    /// A quote or a backslash.
    StringEnd,
    /// A quote, a brace or a bracket.
    Structure,
}

/// Position of the quote that ends a string, and whether there is an escape before it. `start` is the first byte
/// after the opening quote; `None` if the string has no end.
#[inline(always)]
pub(crate) fn string_end(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let mut at = start;
    let mut escaped = false;
    'windows: while let Some(window) = bytes.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        let mut mask = mask16(window, Find::StringEnd);
        while mask != 0 {
            let position = mask.trailing_zeros() as usize;
            if window[position] == b'"' {
                return Some((at + position, escaped));
            }
            escaped = true;
            if position == 15 {
                at += 17;
                continue 'windows;
            }
            // The byte after a backslash is no end, whatever it is.
            mask &= u32::MAX << (position + 2);
        }
        at += 16;
    }
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return Some((at, escaped)),
            b'\\' => {
                escaped = true;
                at += 2;
            }
            _ => at += 1,
        }
    }
    None
}

/// Position of the first byte at or after `start` that `what` looks for.
#[inline(always)]
pub(crate) fn find(bytes: &[u8], start: usize, what: Find) -> Option<usize> {
    let mut at = start;
    while let Some(window) = bytes.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        let mask = mask16(window, what);
        if mask != 0 {
            return Some(at + mask.trailing_zeros() as usize);
        }
        at += 16;
    }
    let rest = bytes.get(at..)?;
    let found = rest.iter().position(|byte| is_wanted(*byte, what))?;
    Some(at + found)
}

#[inline(always)]
fn is_wanted(byte: u8, what: Find) -> bool {
    match what {
        Find::StringEnd => matches!(byte, b'"' | b'\\'),
        Find::Structure => matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'),
    }
}

/// One bit per byte of a window of 16 that is wanted.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn mask16(window: &[u8; 16], what: Find) -> u32 {
    // SAFETY: SSE2 is part of every x86_64 processor.
    unsafe { mask16_sse2(window, what) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse2")]
fn mask16_sse2(window: &[u8; 16], what: Find) -> u32 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    };
    // SAFETY: the window is 16 bytes long, and the instruction asks for no alignment.
    let data = unsafe { _mm_loadu_si128(window.as_ptr().cast()) };
    let equals = |byte: u8| _mm_cmpeq_epi8(data, _mm_set1_epi8(byte.cast_signed()));
    let found = match what {
        Find::StringEnd => _mm_or_si128(equals(b'"'), equals(b'\\')),
        Find::Structure => {
            // `[` and `{`, `]` and `}` differ in one bit only.
            let lowered = _mm_or_si128(data, _mm_set1_epi8(0x20));
            let open = _mm_cmpeq_epi8(lowered, _mm_set1_epi8(b'{'.cast_signed()));
            let close = _mm_cmpeq_epi8(lowered, _mm_set1_epi8(b'}'.cast_signed()));
            _mm_or_si128(equals(b'"'), _mm_or_si128(open, close))
        }
    };
    _mm_movemask_epi8(found).cast_unsigned()
}

/// One bit per byte of a window of 16 that is wanted.
#[cfg(not(target_arch = "x86_64"))]
fn mask16(window: &[u8; 16], what: Find) -> u32 {
    let mut mask = 0;
    for (position, byte) in window.iter().enumerate() {
        mask |= u32::from(is_wanted(*byte, what)) << position;
    }
    mask
}

/// Position of the first byte at or after `start` that is no JSON white space.
#[inline(always)]
pub(crate) fn skip_space(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_at_the_first_quote_that_is_not_escaped() {
        for padding in 0..40 {
            let head = "x".repeat(padding);
            for (tail, end) in [("\"", 0), ("\\\"\"", 2), ("\\\\\"", 2), ("\\u0041\\\\\\\"z\"rest of the text", 11)] {
                let text = format!("{head}{tail}");
                let found = string_end(text.as_bytes(), 0);
                assert_eq!(found, Some((padding + end, end > 0)), "{text}");
            }
            assert_eq!(string_end(format!("{head}\\").as_bytes(), 0), None);
            assert_eq!(string_end(format!("{head}\\\"").as_bytes(), 0), None);
        }
    }

    #[test]
    fn the_first_wanted_byte_is_found_at_any_distance() {
        for length in 0..70 {
            let mut text = vec![b'x'; length];
            assert_eq!(find(&text, 0, Find::StringEnd), None);
            for (byte, what) in [(b'"', Find::StringEnd), (b'\\', Find::StringEnd), (b'{', Find::Structure), (b']', Find::Structure)] {
                text.push(byte);
                text.extend(b"abc\"{");
                assert_eq!(find(&text, 0, what), Some(length));
                assert_eq!(find(&text, length / 2, what), Some(length));
                text.truncate(length);
            }
        }
    }
}
