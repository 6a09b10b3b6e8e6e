//! Places of the bytes that a message is taken apart by, all found in one pass.

#[cfg(target_arch = "x86_64")]
use crate::bytes::load32;

/// Places of these bytes are found.
const SIGNS: [u8; 6] = *b"/[=:\\\n";

/// Signs by their place among [`SIGNS`].
pub(super) const SLASH: usize = 0;
pub(super) const BRACKET: usize = 1;
pub(super) const EQUALS: usize = 2;
pub(super) const COLON: usize = 3;
pub(super) const BACKSLASH: usize = 4;
pub(super) const LINE_END: usize = 5;
/// Bytes that may end a value; see [`ENDS`].
const END: usize = 6;

const COUNT: usize = SIGNS.len() + 1;

/// Bytes that may end a value.
const ENDS: &[u8] = b" \t\n\r,;)]{}|";

/// One bit per byte of a block of 64, for each of the signs.
pub(crate) type Block = [u64; COUNT];

/// Places of signs in a message.
#[derive(Default)]
pub(super) struct Marks {
    blocks: Vec<Block>,
}

impl Marks {
    /// Finds the places in a message.
    pub(super) fn find(&mut self, text: &str) {
        self.blocks.clear();
        crate::bytes::mark(text.as_bytes(), &mut self.blocks);
    }

    /// Whether a sign stands in the message.
    pub(super) fn has(&self, sign: usize) -> bool {
        let mut blocks = self.blocks.iter();
        blocks.any(|block| block.get(sign).is_some_and(|bits| *bits != 0))
    }

    /// Places in the part of the message from `start` on that is so long; they count from there.
    pub(super) fn within(&self, start: usize, length: usize) -> Within<'_> {
        Within {
            blocks: &self.blocks,
            start,
            end: start + length,
        }
    }
}

/// Places of signs in a part of a message.
#[derive(Clone, Copy)]
pub(super) struct Within<'a> {
    blocks: &'a [Block],
    start: usize,
    end: usize,
}

impl<'a> Within<'a> {
    /// Places of a sign, in order.
    #[inline]
    pub(super) fn places(self, sign: usize) -> Places<'a> {
        let number = self.start / 64;
        Places {
            within: self,
            sign,
            number,
            bits: self.bits(number, sign) & u64::MAX << (self.start % 64),
        }
    }

    /// First place from `from` on of a byte that may end a value.
    #[inline]
    pub(super) fn end(self, from: usize) -> Option<usize> {
        let from = self.start + from;
        let mut number = from / 64;
        let mut bits = self.bits(number, END) & u64::MAX << (from % 64);
        while bits == 0 {
            number += 1;
            bits = *self.blocks.get(number)?.get(END)?;
        }
        let place = number * 64 + bits.trailing_zeros() as usize;
        (place < self.end).then(|| place - self.start)
    }

    #[inline]
    fn bits(self, number: usize, sign: usize) -> u64 {
        let block = self.blocks.get(number);
        let bits = block.and_then(|block| block.get(sign));
        bits.copied().unwrap_or_default()
    }
}

/// Places of a sign in a part of a message.
pub(super) struct Places<'a> {
    within: Within<'a>,
    sign: usize,
    number: usize,
    bits: u64,
}

impl Iterator for Places<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            self.number += 1;
            self.bits = *self.within.blocks.get(self.number)?.get(self.sign)?;
        }
        let place = self.number * 64 + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        (place < self.within.end).then(|| place - self.within.start)
    }
}

/// Adds the blocks of a text.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(crate) fn mark_wide(text: &[u8], blocks: &mut Vec<Block>) {
    let (whole, rest) = text.as_chunks::<64>();
    blocks.extend(whole.iter().map(|block| block_wide(block)));
    if rest.is_empty() {
        return;
    }
    blocks.push(match text.last_chunk() {
        Some(last) => block_wide(last).map(|bits| bits >> (64 - rest.len())),
        None => block_wide(&padded(rest)),
    });
}

/// Adds the blocks of a text, on any processor.
pub(crate) fn mark_plain(text: &[u8], blocks: &mut Vec<Block>) {
    let (whole, rest) = text.as_chunks::<64>();
    blocks.extend(whole.iter().map(block_plain));
    if !rest.is_empty() {
        blocks.push(block_plain(&padded(rest)));
    }
}

/// The last bytes of a text; what is behind them is none of the signs.
fn padded(rest: &[u8]) -> [u8; 64] {
    let mut block = [0; 64];
    if let Some(place) = block.get_mut(..rest.len()) {
        place.copy_from_slice(rest);
    }
    block
}

fn block_plain(block: &[u8; 64]) -> Block {
    let mut found = [0; COUNT];
    for (place, byte) in block.iter().enumerate() {
        for (bits, sign) in found.iter_mut().zip(SIGNS) {
            *bits |= u64::from(*byte == sign) << place;
        }
        found[END] |= u64::from(ENDS.contains(byte)) << place;
    }
    found
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn block_wide(block: &[u8; 64]) -> Block {
    let (low, high) = block.split_at(32);
    let (low, high) = match (low.first_chunk(), high.first_chunk()) {
        (Some(low), Some(high)) => (half_wide(low), half_wide(high)),
        _ => ([0; COUNT], [0; COUNT]),
    };
    let mut found = [0; COUNT];
    for (bits, (low, high)) in found.iter_mut().zip(low.into_iter().zip(high)) {
        *bits = u64::from(low) | u64::from(high) << 32;
    }
    found
}

/// Signs by comparing; ends by the halves of each byte: those of the upper half each have a bit,
/// and those of the lower one have the bits of the upper ones that they stand behind (Mula, Lemire:
/// "Faster Base64 Encoding and Decoding Using AVX2 Instructions", TWEB 2018, use the same lookup).
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn half_wide(window: &[u8; 32]) -> [u32; COUNT] {
    use std::arch::x86_64::{
        _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_set1_epi8,
        _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    };
    let data = load32(window);
    let mut found = [0; COUNT];
    for (bits, sign) in found.iter_mut().zip(SIGNS) {
        let same = _mm256_cmpeq_epi8(data, _mm256_set1_epi8(sign.cast_signed()));
        *bits = _mm256_movemask_epi8(same).cast_unsigned();
    }
    let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(data), _mm256_set1_epi8(15));
    let upper = _mm256_shuffle_epi8(load32(&UPPER), upper);
    // Bytes beyond ASCII look up nothing.
    let lower = _mm256_shuffle_epi8(load32(&LOWER), data);
    let others = _mm256_cmpeq_epi8(_mm256_and_si256(upper, lower), _mm256_setzero_si256());
    found[END] = !_mm256_movemask_epi8(others).cast_unsigned();
    found
}

/// For each upper half of a byte, its bit; twice, as it is looked up in two parts.
#[cfg(target_arch = "x86_64")]
static UPPER: [u8; 32] = {
    let mut bits = [0; 32];
    let mut half = 0;
    while half < 8 {
        bits[half] = 1 << half;
        bits[half + 16] = 1 << half;
        half += 1;
    }
    bits
};

/// For each lower half of a byte, the bits of the upper ones that it is one of [`ENDS`] with.
#[cfg(target_arch = "x86_64")]
static LOWER: [u8; 32] = {
    let mut bits = [0; 32];
    let mut number = 0;
    while number < ENDS.len() {
        let (upper, lower) = (ENDS[number] >> 4, (ENDS[number] & 15) as usize);
        bits[lower] |= 1 << upper;
        bits[lower + 16] |= 1 << upper;
        number += 1;
    }
    bits
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_signs_are_found_in_any_part() {
        let mut text = String::new();
        for number in 0..400_u32 {
            let byte = number.wrapping_mul(2_654_435_761) >> 24;
            match number % 3 {
                0 => text.push((byte as u8 % 127) as char),
                1 => text.push('\u{df}'),
                _ => text.push((SIGNS[number as usize % 5]) as char),
            }
        }
        let mut marks = Marks::default();
        for length in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let text = &text[..length];
            marks.find(text);
            let mut plain = Vec::new();
            mark_plain(text.as_bytes(), &mut plain);
            assert_eq!(marks.blocks, plain);
            let start = length / 3;
            let part = &text.as_bytes()[start..length - length / 4];
            let within = marks.within(start, part.len());
            for (sign, byte) in SIGNS.iter().enumerate() {
                let expected = (0..part.len()).filter(|at| part[*at] == *byte);
                assert!(within.places(sign).eq(expected), "{text}");
                assert_eq!(marks.has(sign), text.as_bytes().contains(byte));
            }
            for from in 0..=part.len() {
                let expected = (from..part.len()).find(|at| ENDS.contains(&part[*at]));
                assert_eq!(within.end(from), expected, "{text}");
            }
        }
    }
}
