//! The machine's own limit for JSON: one pass that finds the quotes and brackets of a text, 64
//! bytes
//! at a time, and does nothing with them (Langdale, Lemire: "Parsing Gigabytes of JSON per Second",
//! VLDB Journal 2019, section 3.1).

#![expect(unsafe_code, reason = "vector instructions of the processor")]

/// Brackets outside strings, opening and closing, and quotes; `None` where the machine has no AVX2
/// and carry-less multiplication.
pub(crate) fn pass(bytes: &[u8]) -> Option<[u64; 3]> {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("pclmulqdq")
        && std::arch::is_x86_feature_detected!("popcnt")
    {
        // SAFETY: the processor has the instructions.
        return Some(unsafe { vectors::pass(bytes) });
    }
    let _ = bytes;
    None
}

#[cfg(target_arch = "x86_64")]
mod vectors {
    use std::arch::x86_64::{
        __m256i, _mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_set_epi64x, _mm_set1_epi8,
        _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set1_epi8,
    };

    #[target_feature(enable = "avx2,pclmulqdq,popcnt")]
    pub(super) fn pass(bytes: &[u8]) -> [u64; 3] {
        let mut counts = [0_u64; 3];
        let (mut in_string, mut carry) = (0_u64, 0_u64);
        let (blocks, rest) = bytes.as_chunks::<64>();
        let mut last = [0_u8; 64];
        last[..rest.len()].copy_from_slice(rest);
        for block in blocks.iter().chain(std::iter::once(&last)) {
            let half = |start: usize| -> __m256i {
                // SAFETY: `start` is 0 or 32, so 32 bytes lie within the block; no alignment is
                // asked for.
                unsafe { _mm256_loadu_si256(block.as_ptr().add(start).cast()) }
            };
            let (low, high) = (half(0), half(32));
            let mask = |part, wanted| {
                u64::from(_mm256_movemask_epi8(_mm256_cmpeq_epi8(part, wanted)).cast_unsigned())
            };
            let bits = |low, high, byte: u8| {
                let wanted = _mm256_set1_epi8(byte.cast_signed());
                mask(low, wanted) | mask(high, wanted) << 32
            };
            let backslashes = bits(low, high, b'\\');
            let quotes = bits(low, high, b'"') & !escaped(backslashes, &mut carry);
            let strings = prefix_xor(quotes) ^ in_string;
            in_string = 0_u64.wrapping_sub(strings >> 63);
            // `[` and `{`, `]` and `}` differ in one bit only.
            let bit = _mm256_set1_epi8(0x20);
            let (low, high) = (_mm256_or_si256(low, bit), _mm256_or_si256(high, bit));
            let opens = bits(low, high, b'{') & !strings;
            let closes = bits(low, high, b'}') & !strings;
            for (count, bits) in counts.iter_mut().zip([opens, closes, quotes]) {
                *count += u64::from(bits.count_ones());
            }
        }
        counts
    }

    /// Each bit becomes the exclusive or of itself and all below.
    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    fn prefix_xor(bits: u64) -> u64 {
        let bits = _mm_set_epi64x(0, bits.cast_signed());
        _mm_cvtsi128_si64(_mm_clmulepi64_si128::<0>(bits, _mm_set1_epi8(-1))).cast_unsigned()
    }

    /// Bits of the bytes that an odd run of backslashes stands before.
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
}
