//! Numbers that are written as decimal digits, eight of them at a time.

/// Number that `text` is, if it is nothing but 1 to 18 decimal digits.
#[inline]
pub fn whole_number(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let count = bytes.len();
    if count <= 8 {
        return eight_digits(padded(bytes)?);
    }
    if count > 18 {
        return None;
    }
    let (first, rest) = bytes.split_first_chunk()?;
    let mut value = eight_digits(u64::from_le_bytes(*first))?;
    let mut rest = rest;
    while let Some((next, behind)) = rest.split_first_chunk() {
        value = value * 100_000_000 + eight_digits(u64::from_le_bytes(*next))?;
        rest = behind;
    }
    if !rest.is_empty() {
        // Fewer than eight: their number, moved behind what was read.
        let scale = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];
        value = value * scale.get(rest.len())? + eight_digits(padded(rest)?)?;
    }
    Some(value)
}

/// One to eight bytes behind as many zeros as make them eight, the first in the lowest byte.
#[inline]
fn padded(bytes: &[u8]) -> Option<u64> {
    let missing = 8 * 8_usize.checked_sub(bytes.len())?;
    let digits = match bytes {
        [] => return None,
        // Parts that overlap hold the same there.
        [.., _, _, _, _] => {
            let first = u64::from(u32::from_le_bytes(*bytes.first_chunk()?));
            let last = u64::from(u32::from_le_bytes(*bytes.last_chunk()?));
            first << missing | last << 32
        }
        [a, b, c] => u64::from(*a) << 40 | u64::from(*b) << 48 | u64::from(*c) << 56,
        [a, b] => u64::from(*a) << 48 | u64::from(*b) << 56,
        [a] => u64::from(*a) << 56,
    };
    let zeros = 0x3030_3030_3030_3030_u64;
    Some(digits | zeros & ((1_u128 << missing) - 1) as u64)
}

/// Number of eight decimal digits, the first in the lowest byte: pairs, fours and eights are put
/// together in one step each.
#[inline]
fn eight_digits(digits: u64) -> Option<u64> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let values = digits.wrapping_sub(0x30 * EACH);
    // A byte below `0` or above `9` has one of its upper four bits set here or there.
    if (values | values.wrapping_add(0x06 * EACH)) & (0xf0 * EACH) != 0 {
        return None;
    }
    let pairs = (values * 10).wrapping_add(values >> 8);
    let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(100 + (1_000_000 << 32));
    let high = (pairs >> 16 & 0x0000_00ff_0000_00ff).wrapping_mul(1 + (10_000 << 32));
    Some(low.wrapping_add(high) >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_what_the_library_reads() {
        let digits = "987654321012345678987";
        for count in 0..=digits.len() {
            let text = &digits[..count];
            let expected = text.parse().ok().filter(|_| count <= 18);
            assert_eq!(whole_number(text), expected, "{text}");
            // Any byte but a digit, at any place.
            for (place, byte) in
                (0..count).flat_map(|place| (0..128).map(move |byte| (place, byte)))
            {
                let mut other = text.as_bytes().to_vec();
                other[place] = byte;
                let Ok(other) = String::from_utf8(other) else {
                    continue;
                };
                let is_number = byte.is_ascii_digit() && count <= 18;
                let expected = other.parse().ok().filter(|_| is_number);
                assert_eq!(whole_number(&other), expected, "{other}");
            }
        }
        assert_eq!(whole_number("\u{e9}1"), None);
        assert_eq!(whole_number("00000000000000000"), Some(0));
    }
}
