//! Encodings of Parquet that pack integers into bits: the run-length and bit-packing hybrid of
//! levels and dictionary indices, and deltas.
//!
//! Source: Apache Parquet format, `Encodings.md`, sections "Run Length Encoding / Bit-Packing
//! Hybrid (RLE = 3)" and "Delta Encoding (DELTA_BINARY_PACKED = 5)", as of 2026-11-28.

/// Equal values from which on a run is shorter than the same values in bits, whatever their width.
const MIN_RUN: usize = 24;

/// Values of a delta block, and of a quarter of it that has a width of its own.
const BLOCK: usize = 128;
const MINIBLOCK: usize = 32;

/// Adds an unsigned LEB128 integer.
pub(super) fn push_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Adds a signed integer, zigzag and LEB128.
fn push_zigzag(value: i64, out: &mut Vec<u8>) {
    push_varint(((value << 1) ^ (value >> 63)) as u64, out);
}

/// Bits that hold every value up to `largest`.
pub(super) fn width_of(largest: u64) -> u32 {
    u64::BITS - largest.leading_zeros()
}

/// Adds a run of equal values.
pub(super) fn push_run(value: u32, count: usize, width: u32, out: &mut Vec<u8>) {
    if count > 0 {
        push_varint((count as u64) << 1, out);
        out.extend(value.to_le_bytes().iter().take(width.div_ceil(8) as usize));
    }
}

/// Adds values of `width` bits as runs, where neighbors are equal, and as packed groups of eight.
pub(super) fn push_hybrid(values: &[u32], width: u32, out: &mut Vec<u8>) {
    let mut rest = values;
    // Values before `packed` of `rest` wait to be packed; it is a multiple of eight.
    let mut packed = 0;
    while let Some(first) = rest.get(packed) {
        let run = match rest.get(packed + MIN_RUN - 1) {
            Some(last) if last == first => {
                let equal = rest[packed..].iter().take_while(|value| *value == first);
                equal.count()
            }
            _ => 0,
        };
        if run >= MIN_RUN {
            push_groups(&rest[..packed], width, out);
            push_run(*first, run, width, out);
            rest = &rest[packed + run..];
            packed = 0;
        } else {
            packed = (packed + 8).min(rest.len());
        }
    }
    push_groups(rest, width, out);
}

/// Adds values as packed groups of eight; the last group is filled up with zeros.
fn push_groups(values: &[u32], width: u32, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    let groups = values.len().div_ceil(8);
    push_varint((groups as u64) << 1 | 1, out);
    let end = out.len() + groups * width as usize;
    pack(values.iter().map(|value| u64::from(*value)), width, out);
    out.resize(end, 0);
}

/// Adds bits of a bitmap as values of one bit: runs where whole words are equal, or as they are.
pub(super) fn push_bitmap(words: &[u64], bits: usize, out: &mut Vec<u8>) {
    let words = &words[..bits.div_ceil(64).min(words.len())];
    let mut position = 0;
    let mut packed = 0;
    while let Some(word) = words.get(position) {
        let equal = words[position..].iter().take_while(|other| *other == word);
        let run = if matches!(*word, 0 | u64::MAX) {
            equal.count()
        } else {
            0
        };
        // The last word may hold fewer than 64 bits; it ends a run of zeros, never one of ones.
        let count = (run * 64).min(bits - position * 64);
        if run > 0 {
            push_words(&words[packed..position], out);
            push_run(u32::from(*word != 0), count, 1, out);
            position += run;
            packed = position;
        } else {
            position += 1;
        }
    }
    push_words(&words[packed..], out);
}

fn push_words(words: &[u64], out: &mut Vec<u8>) {
    if !words.is_empty() {
        push_varint((words.len() as u64 * 8) << 1 | 1, out);
        out.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    }
}

/// Adds values of at most `width` bits, one after the other from the lowest bit of a byte on.
fn pack(values: impl Iterator<Item = u64>, width: u32, out: &mut Vec<u8>) {
    if width == 0 {
        return;
    }
    let mut held = 0_u64;
    let mut bits = 0;
    for value in values {
        held |= value << bits;
        bits += width;
        if bits >= 64 {
            out.extend_from_slice(&held.to_le_bytes());
            bits -= 64;
            // What of the value did not fit; nothing if its last bit was the last of the word.
            held = value.checked_shr(width - bits).unwrap_or(0);
        }
    }
    out.extend(held.to_le_bytes().iter().take(bits.div_ceil(8) as usize));
}

/// Adds integers as the differences of neighbors. `narrow` are those of 32 bits: their differences
/// wrap around at 32 bits, as a reader's do.
pub(super) fn push_deltas(values: &[i64], narrow: bool, out: &mut Vec<u8>) {
    push_varint(BLOCK as u64, out);
    push_varint((BLOCK / MINIBLOCK) as u64, out);
    push_varint(values.len() as u64, out);
    let first = values.first().copied().unwrap_or(0);
    push_zigzag(
        if narrow {
            i64::from(first as i32)
        } else {
            first
        },
        out,
    );
    let mut deltas = [0_i64; BLOCK];
    for start in (1..values.len()).step_by(BLOCK) {
        let end = (start + BLOCK).min(values.len());
        let pairs = values[start - 1..end - 1].iter().zip(&values[start..end]);
        let deltas = &mut deltas[..end - start];
        for (delta, (before, value)) in deltas.iter_mut().zip(pairs) {
            *delta = value.wrapping_sub(*before);
            if narrow {
                *delta = i64::from(*delta as i32);
            }
        }
        push_block(deltas, out);
    }
}

fn push_block(deltas: &mut [i64], out: &mut Vec<u8>) {
    let least = deltas.iter().copied().min().unwrap_or(0);
    push_zigzag(least, out);
    let mut widths = [0_u8; BLOCK / MINIBLOCK];
    for (width, deltas) in widths.iter_mut().zip(deltas.chunks_mut(MINIBLOCK)) {
        let mut all = 0;
        for delta in deltas {
            *delta = delta.wrapping_sub(least);
            all |= *delta as u64;
        }
        *width = width_of(all) as u8;
    }
    out.extend_from_slice(&widths);
    for (width, deltas) in widths.iter().zip(deltas.chunks(MINIBLOCK)) {
        let end = out.len() + MINIBLOCK / 8 * usize::from(*width);
        let values = deltas.iter().map(|delta| *delta as u64);
        pack(values, u32::from(*width), out);
        out.resize(end, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader makes of a hybrid, written straight from the description of the format.
    fn read_hybrid(bytes: &[u8], width: u32, count: usize) -> Vec<u32> {
        let mut values = Vec::new();
        let mut at = 0;
        while values.len() < count {
            let (mut head, mut shift) = (0_u64, 0);
            loop {
                head |= u64::from(bytes[at] & 0x7f) << shift;
                shift += 7;
                at += 1;
                if bytes[at - 1] < 0x80 {
                    break;
                }
            }
            if head & 1 == 0 {
                let size = width.div_ceil(8) as usize;
                let value = (0..size).fold(0, |sum, i| sum | u32::from(bytes[at + i]) << (8 * i));
                values.extend(std::iter::repeat_n(value, (head >> 1) as usize));
                at += size;
            } else {
                let bit = |bit: usize| u32::from(bytes[at + bit / 8] >> (bit % 8) & 1);
                for value in 0..(head >> 1) as usize * 8 {
                    let first = value * width as usize;
                    values.push((0..width as usize).fold(0, |sum, i| sum | bit(first + i) << i));
                }
                at += (head >> 1) as usize * width as usize;
            }
        }
        assert_eq!(at, bytes.len());
        values.truncate(count);
        values
    }

    #[test]
    fn bits_are_packed_from_the_lowest_on() {
        for width in [0, 1, 13, 31, 33, 63, 64] {
            let mask = u64::MAX.checked_shr(64 - width).unwrap_or(0);
            let values: Vec<u64> = (1..=37_u64)
                .map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) & mask)
                .collect();
            let mut out = Vec::new();
            pack(values.iter().copied(), width, &mut out);
            assert_eq!(out.len(), (37 * width as usize).div_ceil(8));
            let bit = |at: usize| u64::from(out[at / 8] >> (at % 8) & 1);
            for (place, value) in values.iter().enumerate() {
                let first = place * width as usize;
                let read = (0..width as usize).fold(0, |sum, i| sum | bit(first + i) << i);
                assert_eq!(read, *value, "width {width}");
            }
        }
    }

    #[test]
    fn a_hybrid_is_read_back() {
        let mixed: Vec<u32> = (0..1000_u32)
            .map(|i| if i % 200 < 90 { 5 } else { i * 7 % 13 })
            .collect();
        for values in [
            &mixed[..],
            &mixed[..31],
            &mixed[..100],
            &mixed[95..101],
            &[],
        ] {
            for width in [4, 7, 11, 32] {
                let mut out = Vec::new();
                push_hybrid(values, width, &mut out);
                assert_eq!(read_hybrid(&out, width, values.len()), values);
            }
        }
    }

    #[test]
    fn a_bitmap_is_read_back() {
        let words = [u64::MAX, u64::MAX, 0x1234_5678_9abc_def0, 0, 0, 7];
        for bits in [1, 63, 64, 65, 128, 130, 192, 300, 322, 384] {
            let mut held = words[..usize::div_ceil(bits, 64)].to_vec();
            if bits % 64 > 0
                && let Some(last) = held.last_mut()
            {
                *last &= (1 << (bits % 64)) - 1;
            }
            let mut out = Vec::new();
            push_bitmap(&held, bits, &mut out);
            let expected: Vec<u32> = (0..bits)
                .map(|bit| (held[bit / 64] >> (bit % 64) & 1) as u32)
                .collect();
            assert_eq!(read_hybrid(&out, 1, bits), expected);
        }
    }
}
