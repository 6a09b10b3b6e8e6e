//! Finds single bytes in text, 16 and more at a time where the machine can.

#![expect(unsafe_code, reason = "vector instructions of the processor")]

use nepho_core::format::bytes_of;

use crate::json::skip::scalar_end;
use crate::message::marks::{self, Block};

/// A bit for each byte that two windows differ in, the first lowest; behind the first difference,
/// all bits may be set.
#[inline(always)]
pub(crate) fn difference(first: &[u8; 32], second: &[u8; 32]) -> u32 {
    let words = |window: &[u8; 32]| {
        let (words, _) = window.as_chunks::<8>();
        [0, 1, 2, 3].map(|place| words.get(place).map_or(0, |word| u64::from_le_bytes(*word)))
    };
    let mut common = 0;
    for (first, second) in words(first).into_iter().zip(words(second)) {
        let difference = first ^ second;
        common += difference.trailing_zeros() / 8;
        if difference != 0 {
            break;
        }
    }
    u32::MAX.checked_shl(common).unwrap_or(0)
}

/// As [`difference`], for processors with wide vectors.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
pub(crate) fn difference_wide(first: &[u8; 32], second: &[u8; 32]) -> u32 {
    use std::arch::x86_64::{_mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8};
    // SAFETY: the windows are 32 bytes long, and the instruction asks for no alignment.
    let load = |window: &[u8; 32]| unsafe { _mm256_loadu_si256(window.as_ptr().cast()) };
    let same = _mm256_movemask_epi8(_mm256_cmpeq_epi8(load(first), load(second)));
    !same.cast_unsigned()
}

/// Position of the quote that ends a string, and whether there is an escape before it. `start` is
/// the first byte after the opening quote; `None` if the string has no end.
#[inline(always)]
pub(crate) fn string_end(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let mut at = start;
    let mut escaped = false;
    'windows: while let Some(window) = bytes.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        let mut mask = string_mask16(window);
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

/// Why an object or array was not skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unbalanced {
    /// It has no end.
    Open,
    /// It is nested deeper than allowed; at this byte it becomes so.
    TooDeep(usize),
}

/// Position after the object or array that begins at `start`; brackets in strings do not count.
/// `None` if it has no end or is nested too deeply, see [`unbalanced`].
///
/// 64 bytes at a time: one bit each for quotes, backslashes, opening and closing brackets; a
/// running exclusive or over the quotes that are not escaped tells what lies in strings (Langdale,
/// Lemire: "Parsing Gigabytes of JSON per Second", VLDB Journal 2019, section 3.1).
#[inline]
pub(crate) fn container_end(bytes: &[u8], start: usize, max_depth: usize) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    if is_wide() {
        // SAFETY: the processor has the instructions, as `is_wide` says.
        return unsafe { container_end_wide(bytes, start, max_depth) };
    }
    container_end_with(bytes, start, max_depth, masks64, prefix_xor)
}

/// Whether the processor has the instructions of the functions whose names end in `_wide`: AVX2 and
/// those for bits that came with it, or before.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn is_wide() -> bool {
    /// All of them at once, for each is looked at anew whenever it is asked for.
    static WIDE: std::sync::LazyLock<bool> = std::sync::LazyLock::new(|| {
        std::arch::is_x86_feature_detected!("avx2")
            && std::arch::is_x86_feature_detected!("bmi1")
            && std::arch::is_x86_feature_detected!("bmi2")
            && std::arch::is_x86_feature_detected!("lzcnt")
            && std::arch::is_x86_feature_detected!("popcnt")
            && std::arch::is_x86_feature_detected!("pclmulqdq")
    });
    *WIDE
}

/// As [`container_end`], for processors with wide vectors.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
#[inline]
pub(crate) fn container_end_wide(bytes: &[u8], start: usize, max_depth: usize) -> Option<usize> {
    let masks = |block: &[u8; 64]| masks64_avx2(block);
    container_end_with(bytes, start, max_depth, masks, |bits| prefix_xor_wide(bits))
}

/// As [`string_end`], for processors with wide vectors.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
pub(crate) fn string_end_wide(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    if let Some(end) = plain_end_wide(bytes, start) {
        return Some((end, false));
    }
    match bytes.len().checked_sub(start)? {
        ..32 => last_string_end_wide(bytes, start),
        _ => escaped_string_end_wide(bytes, start),
    }
}

/// End of a string without escapes, `None` if it may be another one.
#[inline(always)]
pub(crate) fn plain_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (end, is_escaped) = string_end(bytes, start)?;
    (!is_escaped).then_some(end)
}

/// As [`plain_end`], for processors with wide vectors; `None` also where less than 32 bytes are
/// left.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
#[inline]
pub(crate) fn plain_end_wide(bytes: &[u8], start: usize) -> Option<usize> {
    // Most strings end in the first window, which is looked at before the loop.
    let quotes = quotes_wide(bytes, start)?;
    if quotes != 0 {
        return Some(start + quotes.trailing_zeros() as usize);
    }
    let mut at = start;
    loop {
        at += 32;
        let quotes = quotes_wide(bytes, at)?;
        if quotes != 0 {
            return Some(at + quotes.trailing_zeros() as usize);
        }
    }
}

/// One bit per byte of the window at `start` that is a quote; `None` if there is an escape before
/// the first one, or the window is not whole.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
#[inline]
fn quotes_wide(bytes: &[u8], start: usize) -> Option<u32> {
    let window = bytes.get(start..start + 32)?.first_chunk()?;
    let (quotes, backslashes) = string_masks32_avx2(window);
    let is_escaped = backslashes & (quotes ^ quotes.wrapping_sub(1)) != 0;
    (!is_escaped).then_some(quotes)
}

/// As [`string_end_wide`] where less than 32 bytes are left.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
#[inline(never)]
fn last_string_end_wide(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let left = bytes.len().checked_sub(start)?;
    // The window that ends with the text begins before the string.
    let window = bytes.last_chunk::<32>().filter(|_| left < 32 && left > 0);
    if let Some(window) = window {
        let (quotes, backslashes) = string_masks32_avx2(window);
        let (quotes, backslashes) = (quotes >> (32 - left), backslashes >> (32 - left));
        if backslashes & (quotes ^ quotes.wrapping_sub(1)) == 0 {
            let place = quotes.trailing_zeros() as usize;
            return (quotes != 0).then_some((start + place, false));
        }
    }
    string_end(bytes, start)
}

/// As [`string_end_wide`] where an escape is near.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
#[inline(never)]
fn escaped_string_end_wide(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let mut at = start;
    let mut escaped = false;
    'windows: while let Some(window) = bytes.get(at..).and_then(|rest| rest.first_chunk::<32>()) {
        let (quotes, backslashes) = string_masks32_avx2(window);
        let mut mask = quotes | backslashes;
        while mask != 0 {
            let position = mask.trailing_zeros();
            if quotes >> position & 1 == 1 {
                return Some((at + position as usize, escaped));
            }
            escaped = true;
            if position == 31 {
                at += 33;
                continue 'windows;
            }
            // The byte after a backslash is no end, whatever it is.
            mask &= u32::MAX.checked_shl(position + 2).unwrap_or(0);
        }
        at += 32;
    }
    string_end(bytes, at).map(|(end, more)| (end, escaped | more))
}

/// As [`crate::json::skip::scalar_end`], for processors with wide vectors.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
#[inline]
pub(crate) fn scalar_end_wide(bytes: &[u8], start: usize) -> usize {
    match bytes.get(start..).and_then(|rest| rest.first_chunk::<32>()) {
        Some(window) if let length @ ..32 = scalar_length32_avx2(window) => start + length as usize,
        _ => scalar_end(bytes, start),
    }
}

/// Bytes of a window of 32 before the first one that ends a number or name: white space and
/// `"` `,` `:` `[` `]` `{` `}`.
///
/// The bits of low and high half of a byte have one in common only for these (Langdale, Lemire:
/// "Parsing Gigabytes of JSON per Second", VLDB Journal 2019, section 3.1.2).
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2,bmi1")]
fn scalar_length32_avx2(window: &[u8; 32]) -> u32 {
    use std::arch::x86_64::{
        _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8,
        _mm256_set1_epi8, _mm256_setr_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8,
        _mm256_srli_epi16,
    };
    // SAFETY: the window is 32 bytes long, and the instruction asks for no alignment.
    let data = unsafe { _mm256_loadu_si256(window.as_ptr().cast()) };
    let low = _mm256_setr_epi8(
        2, 0, 2, 0, 0, 0, 0, 0, 0, 1, 5, 8, 2, 9, 0, 0, //
        2, 0, 2, 0, 0, 0, 0, 0, 0, 1, 5, 8, 2, 9, 0, 0,
    );
    let high = _mm256_setr_epi8(
        1, 0, 2, 4, 0, 8, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, //
        1, 0, 2, 4, 0, 8, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0,
    );
    let halves = _mm256_and_si256(_mm256_srli_epi16(data, 4), _mm256_set1_epi8(15));
    let both = _mm256_and_si256(
        _mm256_shuffle_epi8(low, data),
        _mm256_shuffle_epi8(high, halves),
    );
    let inside = _mm256_cmpeq_epi8(both, _mm256_setzero_si256());
    _mm256_movemask_epi8(inside).trailing_ones()
}

/// One bit per byte of a window of 32 that is a quote, and that is a backslash.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
fn string_masks32_avx2(window: &[u8; 32]) -> (u32, u32) {
    use std::arch::x86_64::{
        _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
    };
    // SAFETY: the window is 32 bytes long, and the instruction asks for no alignment.
    let data = unsafe { _mm256_loadu_si256(window.as_ptr().cast()) };
    let mask = |byte: u8| {
        let same = _mm256_cmpeq_epi8(data, _mm256_set1_epi8(byte.cast_signed()));
        _mm256_movemask_epi8(same).cast_unsigned()
    };
    (mask(b'"'), mask(b'\\'))
}

/// One bit per byte of a block of 64.
struct Masks {
    quotes: u64,
    backslashes: u64,
    opens: u64,
    closes: u64,
}

#[inline(always)]
fn container_end_with(
    bytes: &[u8],
    start: usize,
    max_depth: usize,
    masks: impl Fn(&[u8; 64]) -> Masks,
    prefix_xor: impl Fn(u64) -> u64,
) -> Option<usize> {
    let mut depth = 1_usize;
    let mut at = start + 1;
    let mut in_string = 0_u64;
    let mut escape = 0_u64;
    while at < bytes.len() {
        let mut last;
        let block = match bytes.get(at..).and_then(|rest| rest.first_chunk::<64>()) {
            Some(block) => block,
            None => {
                // What is beyond the end counts as nothing.
                last = [0; 64];
                last[..bytes.len() - at].copy_from_slice(&bytes[at..]);
                &last
            }
        };
        let found = masks(block);
        let quotes = found.quotes & !escaped(found.backslashes, &mut escape);
        let strings = prefix_xor(quotes) ^ in_string;
        in_string = 0_u64.wrapping_sub(strings >> 63);
        let (opens, closes) = (found.opens & !strings, found.closes & !strings);
        let (open_count, close_count) = (opens.count_ones() as usize, closes.count_ones() as usize);
        if close_count < depth && depth + open_count <= max_depth {
            depth = depth + open_count - close_count;
            at += 64;
            continue;
        }
        let mut rest = opens | closes;
        while rest != 0 {
            let bit = rest.trailing_zeros() as usize;
            if closes >> bit & 1 == 1 {
                depth -= 1;
                if depth == 0 {
                    return Some(at + bit + 1);
                }
            } else {
                depth += 1;
                if depth > max_depth {
                    return None;
                }
            }
            rest &= rest - 1;
        }
        at += 64;
    }
    None
}

/// Why the object or array that begins at `start` was not skipped.
#[cold]
pub(crate) fn unbalanced(bytes: &[u8], start: usize, max_depth: usize) -> Unbalanced {
    let (mut depth, mut in_string, mut is_escaped) = (0, false, false);
    for (at, byte) in bytes.iter().enumerate().skip(start) {
        let was_escaped = is_escaped;
        is_escaped = *byte == b'\\' && !was_escaped;
        match byte {
            b'"' if !was_escaped => in_string = !in_string,
            b'{' | b'[' if !in_string && depth == max_depth => return Unbalanced::TooDeep(at),
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Unbalanced::Open
}

/// What is escaped in a block of text whose first byte is not: one bit per byte.
#[cfg(target_arch = "x86_64")]
pub(crate) struct Escapes {
    /// Backslashes that begin an escape.
    pub(crate) begins: u64,
    /// Bytes that stand for themselves behind a backslash: backslashes and quotes.
    pub(crate) plain: u64,
    /// Quotes that no backslash stands before.
    pub(crate) quotes: u64,
}

/// Finds what is escaped in a block of text.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
pub(crate) fn escapes_wide(block: &[u8; 64]) -> Escapes {
    let (low, high) = block.split_at(32);
    let (low, high) = match (low.first_chunk(), high.first_chunk()) {
        (Some(low), Some(high)) => (string_masks32_avx2(low), string_masks32_avx2(high)),
        _ => ((0, 0), (0, 0)),
    };
    let joined = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
    let (quotes, backslashes) = (joined(low.0, high.0), joined(low.1, high.1));
    if backslashes == 0 {
        return Escapes {
            begins: 0,
            plain: quotes,
            quotes,
        };
    }
    let escaped = escaped(backslashes, &mut 0);
    Escapes {
        begins: backslashes & !escaped,
        plain: backslashes | quotes,
        quotes: quotes & !escaped,
    }
}

/// Copies the bytes of a block whose bit is set to the start of `out`; gives their number.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
pub(crate) fn squeeze_wide(block: &[u8; 64], keep: u64, out: &mut [u8; 64]) -> usize {
    use std::arch::x86_64::{_mm_cvtsi128_si64, _mm_loadl_epi64, _mm_shuffle_epi8};
    // SAFETY: all are 8 bytes long, and the instruction asks for no alignment.
    let load = |bytes: &[u8; 8]| unsafe { _mm_loadl_epi64(bytes.as_ptr().cast()) };
    let (mut to, mut left) = (0, keep);
    let (groups, _) = block.as_chunks::<8>();
    for group in groups {
        if left == 0 {
            break;
        }
        let bits = left as u8;
        left >>= 8;
        let order = load(&KEPT[usize::from(bits)]);
        let kept = _mm_cvtsi128_si64(_mm_shuffle_epi8(load(group), order));
        if let Some(place) = out.get_mut(to..to + 8) {
            place.copy_from_slice(&kept.to_le_bytes());
        }
        to += bits.count_ones() as usize;
    }
    to
}

/// For each choice among eight bytes, the places of those that are kept.
#[cfg(target_arch = "x86_64")]
static KEPT: [[u8; 8]; 256] = {
    let mut all = [[0; 8]; 256];
    let mut bits = 0;
    while bits < 256 {
        let (mut place, mut kept) = (0, 0);
        while place < 8 {
            if bits >> place & 1 == 1 {
                all[bits][kept] = place as u8;
                kept += 1;
            }
            place += 1;
        }
        bits += 1;
    }
    all
};

/// Bits of the bytes that an odd run of backslashes stands before. `carry` is 1 if the first byte
/// of the next block is.
#[inline(always)]
fn escaped(backslashes: u64, carry: &mut u64) -> u64 {
    const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;
    if backslashes == 0 {
        return std::mem::take(carry);
    }
    let starts = backslashes & !*carry;
    let codes = ((starts << 1) | ODD).wrapping_sub(starts) ^ ODD;
    let escaped = codes ^ (backslashes | *carry);
    *carry = (codes & backslashes) >> 63;
    escaped
}

/// Each bit becomes the exclusive or of itself and all below.
#[inline(always)]
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// As [`prefix_xor`], for processors with wide vectors: a product without carries by ones.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "pclmulqdq")]
fn prefix_xor_wide(bits: u64) -> u64 {
    use std::arch::x86_64::{
        _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_set1_epi8,
    };
    let product =
        _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits.cast_signed()), _mm_set1_epi8(-1));
    _mm_cvtsi128_si64(product).cast_unsigned()
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
fn masks64_avx2(block: &[u8; 64]) -> Masks {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set1_epi8,
    };
    let half = |start: usize| -> __m256i {
        // SAFETY: `start` is 0 or 32, so 32 bytes lie within the block; no alignment is asked for.
        unsafe { _mm256_loadu_si256(block.as_ptr().add(start).cast()) }
    };
    let (low, high) = (half(0), half(32));
    let bits = |low: __m256i, high: __m256i, byte: u8| {
        let wanted = _mm256_set1_epi8(byte.cast_signed());
        let mask =
            |part| u64::from(_mm256_movemask_epi8(_mm256_cmpeq_epi8(part, wanted)).cast_unsigned());
        mask(low) | mask(high) << 32
    };
    // `[` and `{`, `]` and `}` differ in one bit only.
    let bit = _mm256_set1_epi8(0x20);
    let (low_braces, high_braces) = (_mm256_or_si256(low, bit), _mm256_or_si256(high, bit));
    Masks {
        quotes: bits(low, high, b'"'),
        backslashes: bits(low, high, b'\\'),
        opens: bits(low_braces, high_braces, b'{'),
        closes: bits(low_braces, high_braces, b'}'),
    }
}

/// Masks of a block, for any processor.
#[inline(always)]
fn masks64(block: &[u8; 64]) -> Masks {
    let mut masks = Masks {
        quotes: 0,
        backslashes: 0,
        opens: 0,
        closes: 0,
    };
    for (bit, byte) in block.iter().enumerate() {
        masks.quotes |= u64::from(*byte == b'"') << bit;
        masks.backslashes |= u64::from(*byte == b'\\') << bit;
        masks.opens |= u64::from(*byte | 0x20 == b'{') << bit;
        masks.closes |= u64::from(*byte | 0x20 == b'}') << bit;
    }
    masks
}

/// One bit per byte of a window of 16 that is a quote or a backslash.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn string_mask16(window: &[u8; 16]) -> u32 {
    // SAFETY: SSE2 is part of every x86_64 processor.
    unsafe { string_mask16_sse2(window) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse2")]
fn string_mask16_sse2(window: &[u8; 16]) -> u32 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    };
    // SAFETY: the window is 16 bytes long, and the instruction asks for no alignment.
    let data = unsafe { _mm_loadu_si128(window.as_ptr().cast()) };
    let equals = |byte: u8| _mm_cmpeq_epi8(data, _mm_set1_epi8(byte.cast_signed()));
    _mm_movemask_epi8(_mm_or_si128(equals(b'"'), equals(b'\\'))).cast_unsigned()
}

/// One bit per byte of a window of 16 that is a quote or a backslash.
#[cfg(not(target_arch = "x86_64"))]
fn string_mask16(window: &[u8; 16]) -> u32 {
    let mut mask = 0;
    for (position, byte) in window.iter().enumerate() {
        mask |= u32::from(matches!(byte, b'"' | b'\\')) << position;
    }
    mask
}

/// Calls `found` with the position of each blank, in order. Quicker than a search for each one
/// where words are short.
#[inline(always)]
pub fn each_blank(bytes: &[u8], found: impl FnMut(usize)) {
    each_byte(bytes, b' ', found);
}

/// As [`each_blank`] for any byte.
#[inline(always)]
pub fn each_byte(bytes: &[u8], wanted: u8, mut found: impl FnMut(usize)) {
    let (groups, rest) = bytes.as_chunks::<64>();
    let start = bytes.len() - rest.len();
    let mut at = 0;
    loop {
        // Of many bytes at once, as the end of a loop over few cannot be foreseen.
        let mut mask = match groups.get(at / 64) {
            Some(group) => mask64(group, wanted),
            None => match bytes.last_chunk() {
                // What was looked at before is shifted out.
                Some(last) => mask64(last, wanted).unbounded_shr(64 - rest.len() as u32),
                None => short_mask(rest, wanted),
            },
        };
        while mask != 0 {
            found(at + mask.trailing_zeros() as usize);
            mask &= mask - 1;
        }
        if at >= start {
            return;
        }
        at += 64;
    }
}

/// One bit per byte of a block of 64 that is this one.
#[inline(always)]
fn mask64(block: &[u8; 64], wanted: u8) -> u64 {
    let (windows, _) = block.as_chunks::<16>();
    let masks = windows.iter().map(|window| mask16(window, wanted));
    let places = masks.zip([0, 16, 32, 48]);
    places.fold(0, |all, (mask, place)| all | u64::from(mask) << place)
}

/// One bit per byte of a text of fewer than 64 that is this one.
#[inline(never)]
fn short_mask(bytes: &[u8], wanted: u8) -> u64 {
    let (windows, rest) = bytes.as_chunks::<16>();
    let mut mask = 0;
    for (number, window) in windows.iter().enumerate() {
        mask |= u64::from(mask16(window, wanted)) << (16 * number);
    }
    let last = match bytes.last_chunk::<16>() {
        _ if rest.is_empty() => return mask,
        Some(last) => mask16(last, wanted) >> (16 - rest.len()),
        None => {
            let bits = rest.iter().enumerate();
            bits.fold(0, |mask, (place, byte)| {
                mask | u32::from(*byte == wanted) << place
            })
        }
    };
    mask | u64::from(last) << (16 * windows.len())
}

/// Position of the first byte that is this one. Quicker than `memchr` where that is near.
#[inline(always)]
pub fn find_near(bytes: &[u8], wanted: u8) -> Option<usize> {
    let (windows, rest) = bytes.as_chunks::<16>();
    for (number, window) in windows.iter().enumerate() {
        let mask = mask16(window, wanted);
        if mask != 0 {
            return Some(number * 16 + mask.trailing_zeros() as usize);
        }
    }
    let place = rest.iter().position(|byte| *byte == wanted)?;
    Some(bytes.len() - rest.len() + place)
}

/// A few bytes that text is searched for.
pub(crate) struct ByteSet<const N: usize> {
    bytes: [u8; N],
    has: [bool; 256],
}

impl<const N: usize> ByteSet<N> {
    /// Set of these bytes.
    pub(crate) const fn new(bytes: [u8; N]) -> Self {
        let has = bytes_of(&bytes);
        Self { bytes, has }
    }

    /// Position of the first byte of `text` that is one of these.
    #[inline]
    pub(crate) fn find(&self, text: &[u8]) -> Option<usize> {
        let (windows, rest) = text.as_chunks::<16>();
        for (number, window) in windows.iter().enumerate() {
            let mask = any_mask16(window, self.bytes);
            if mask != 0 {
                return Some(number * 16 + mask.trailing_zeros() as usize);
            }
        }
        let mask = match text.last_chunk::<16>() {
            Some(last) => any_mask16(last, self.bytes) >> (16 - rest.len()),
            None => self.short_mask(rest),
        };
        (mask != 0).then(|| text.len() - rest.len() + mask.trailing_zeros() as usize)
    }

    /// One bit per byte of a text of fewer than 16 that is one of these.
    #[inline]
    fn short_mask(&self, text: &[u8]) -> u32 {
        let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) else {
            let bit = |mask, (place, byte): (usize, &u8)| {
                mask | u32::from(self.has[usize::from(*byte)]) << place
            };
            return text.iter().enumerate().fold(0, bit);
        };
        let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        let window = u128::from(first) | u128::from(last) << (8 * (text.len() - 8));
        any_mask16(&window.to_le_bytes(), self.bytes) & ((1 << text.len()) - 1)
    }
}

/// Finds the places of what messages are taken apart by; see [`Marks`](crate::message::marks).
pub(crate) fn mark(text: &[u8], blocks: &mut Vec<Block>) {
    #[cfg(target_arch = "x86_64")]
    if is_wide() {
        // SAFETY: the processor has the instructions, as `is_wide` says.
        return unsafe { marks::mark_wide(text, blocks) };
    }
    marks::mark_plain(text, blocks);
}

/// A window of 32 bytes as one vector.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn load32(window: &[u8; 32]) -> std::arch::x86_64::__m256i {
    // SAFETY: the window is 32 bytes long, and the instruction asks for no alignment.
    unsafe { std::arch::x86_64::_mm256_loadu_si256(window.as_ptr().cast()) }
}

/// One bit per byte of a window of 16 that is this one.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn mask16(window: &[u8; 16], wanted: u8) -> u32 {
    // SAFETY: SSE2 is part of every x86_64 processor.
    unsafe { mask16_sse2(window, wanted) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse2")]
fn mask16_sse2(window: &[u8; 16], wanted: u8) -> u32 {
    use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
    // SAFETY: the window is 16 bytes long, and the instruction asks for no alignment.
    let data = unsafe { _mm_loadu_si128(window.as_ptr().cast()) };
    let wanted = _mm_set1_epi8(wanted.cast_signed());
    _mm_movemask_epi8(_mm_cmpeq_epi8(data, wanted)).cast_unsigned()
}

/// One bit per byte of a window of 16 that is one of these.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn any_mask16<const N: usize>(window: &[u8; 16], wanted: [u8; N]) -> u32 {
    // SAFETY: SSE2 is part of every x86_64 processor.
    unsafe { any_mask16_sse2(window, wanted) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse2")]
fn any_mask16_sse2<const N: usize>(window: &[u8; 16], wanted: [u8; N]) -> u32 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
        _mm_setzero_si128,
    };
    // SAFETY: the window is 16 bytes long, and the instruction asks for no alignment.
    let data = unsafe { _mm_loadu_si128(window.as_ptr().cast()) };
    let mut found = _mm_setzero_si128();
    for wanted in wanted {
        let same = _mm_cmpeq_epi8(data, _mm_set1_epi8(wanted.cast_signed()));
        found = _mm_or_si128(found, same);
    }
    _mm_movemask_epi8(found).cast_unsigned()
}

/// One bit per byte of a window of 16 that is one of these.
#[cfg(not(target_arch = "x86_64"))]
fn any_mask16<const N: usize>(window: &[u8; 16], wanted: [u8; N]) -> u32 {
    let masks = wanted.map(|wanted| mask16(window, wanted));
    masks.into_iter().fold(0, |all, mask| all | mask)
}

/// One bit per byte of a window of 16 that is this one.
#[cfg(not(target_arch = "x86_64"))]
fn mask16(window: &[u8; 16], wanted: u8) -> u32 {
    let bit = |mask, (place, byte): (usize, &u8)| mask | u32::from(*byte == wanted) << place;
    window.iter().enumerate().fold(0, bit)
}

/// Number that `text` is, if it is nothing but 1 to 18 decimal digits.
#[inline]
pub fn whole_number(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    if !(1..=18).contains(&bytes.len()) {
        return None;
    }
    let mut value = 0_u64;
    let mut most = 0;
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        most = digit.max(most);
        // Wraps only where a byte is no digit.
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    (most <= 9).then_some(value)
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
mod tests;
