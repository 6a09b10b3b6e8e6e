//! What a block holds, told by one pass over its bytes.

#![expect(unsafe_code, reason = "vector instructions of the processor")]

/// What one pass tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// Ends of lines.
    pub(crate) newlines: usize,
    /// Whether all bytes are ASCII, which is UTF-8.
    pub(crate) is_ascii: bool,
    /// Whether there is an escape, with which colors of a terminal begin.
    pub(crate) has_escape: bool,
}

/// Looks at a block.
pub(crate) fn look(bytes: &[u8]) -> Look {
    #[cfg(target_arch = "x86_64")]
    if crate::bytes::is_wide() {
        // SAFETY: the processor has the instructions, as `is_wide` says.
        return unsafe { look_wide(bytes) };
    }
    look_with(bytes)
}

/// As [`look`], for processors with wide vectors.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn look_wide(bytes: &[u8]) -> Look {
    look_with(bytes)
}

/// The lanes are what the compiler makes vectors of.
#[inline(always)]
fn look_with(bytes: &[u8]) -> Look {
    const LANES: usize = 64;
    let mut newlines = 0;
    let (mut all, mut escapes) = ([0_u8; LANES], [0_u8; LANES]);
    // As many as a lane can count.
    for part in bytes.chunks(LANES * 255) {
        let mut ends = [0_u8; LANES];
        let mut add = |chunk: &[u8]| {
            let lanes = ends.iter_mut().zip(&mut all).zip(&mut escapes);
            for (((ends, all), escapes), byte) in lanes.zip(chunk) {
                *ends += u8::from(*byte == b'\n');
                *all |= *byte;
                *escapes |= u8::from(*byte == b'\x1b');
            }
        };
        let (chunks, rest) = part.as_chunks::<LANES>();
        for chunk in chunks {
            add(chunk);
        }
        add(rest);
        newlines += ends.iter().map(|count| usize::from(*count)).sum::<usize>();
    }
    Look {
        newlines,
        is_ascii: all.iter().all(u8::is_ascii),
        has_escape: escapes.iter().any(|escape| *escape != 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass_tells_what_three_would() {
        let mut texts = vec![String::new(), "\n".repeat(70_000)];
        for length in [1, 63, 64, 65, 64 * 255, 64 * 255 + 1, 40_000] {
            for sign in ["\n", "\u{1b}", "\u{e4}", "x"] {
                for at in [0, length / 2, length - 1] {
                    let (before, after) = ("a".repeat(at), "b\n".repeat(length - 1 - at));
                    texts.push(format!("{before}{sign}{after}"));
                }
            }
        }
        for text in texts {
            let expected = Look {
                newlines: text.matches('\n').count(),
                is_ascii: text.is_ascii(),
                has_escape: text.contains('\u{1b}'),
            };
            assert_eq!(look(text.as_bytes()), expected);
            assert_eq!(look_with(text.as_bytes()), expected);
        }
    }
}
