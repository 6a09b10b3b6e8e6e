//! The loops of the scanner, once for any processor and once for those with wide vectors.

use super::scan::{GUESSES, NONE, Scanner, Stop};
use super::skip::{Broken, MAX_DEPTH, scalar_end};
use super::value::{Value, ValueKind};
use crate::bytes::{self, Unbalanced, skip_space};

impl Scanner {
    /// Scans the object at `start`; gives the position after it.
    pub(super) fn walk(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        #[cfg(target_arch = "x86_64")]
        if bytes::is_wide() {
            #[expect(unsafe_code, reason = "wide instructions of the processor")]
            // SAFETY: the processor has the instructions, as `is_wide` says.
            return unsafe { self.object_wide(bytes, start, 0) };
        }
        self.object(bytes, start, 0)
    }
}

/// Writes the loops for one set of instructions: the names of its functions, and of those that find
/// the end of strings and containers.
macro_rules! walk {
    (
        $(#[$features:meta])*
        $object:ident, $array:ident, $value:ident, $skip:ident,
        $common:path, $string_end:path, $container_end:path
    ) => {
        /// Scans the object at `start`; the recursion is as deep as the deepest path.
        $(#[$features])*
        fn $object(&mut self, bytes: &[u8], start: usize, node: usize) -> Option<usize> {
            let mut at = after_space(bytes, start + 1);
            if bytes.get(at) == Some(&b'}') {
                return Some(at + 1);
            }
            let mut guesses = self.first.get(node).copied().unwrap_or([NONE; GUESSES]);
            let mut previous = NONE;
            let (mut shape, mut is_known) = (1_u64, true);
            loop {
                let common = |text: &_, key: &_| $common(text, key);
                let (key, stop);
                (key, at, stop, guesses) = match self.guessed(bytes, at, guesses, common) {
                    Some((key, seen)) => (key, at + seen.length, seen.stop, seen.next),
                    None => {
                        let hit = self.search(bytes, at, node, previous)?;
                        (hit.key, hit.end, hit.stop, hit.next)
                    }
                };
                previous = key;
                if node == 0 {
                    shape = (shape.rotate_left(9) ^ u64::from(key.wrapping_add(1)))
                        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
                    // A key that is not remembered leaves the object without a shape.
                    is_known &= key != NONE;
                }
                at = after_space(bytes, at);
                at = match bytes.get(at) {
                    // Most values.
                    Some(b'"') => {
                        let Some((end, escaped)) = $string_end(bytes, at + 1) else {
                            return self.fail(at + 1, NO_END);
                        };
                        let kind = match escaped {
                            false => ValueKind::Text,
                            true => ValueKind::Escaped,
                        };
                        self.put(stop, kind, at + 1, end);
                        end + 1
                    }
                    _ if stop.node == NONE => self.$skip(bytes, at)?,
                    _ => self.$value(bytes, at, stop)?,
                };
                at = match bytes.get(at) {
                    Some(b',') => after_space(bytes, at + 1),
                    Some(b'}') => break,
                    _ => {
                        at = skip_space(bytes, at);
                        match bytes.get(at) {
                            Some(b',') => skip_space(bytes, at + 1),
                            Some(b'}') => break,
                            _ => return self.fail(at, "a comma or a brace is missing"),
                        }
                    }
                };
            }
            if node == 0 {
                self.shape = if is_known { shape } else { 0 };
            }
            Some(at + 1)
        }

        /// Position after the value at `at`, which nobody wants.
        $(#[$features])*
        #[inline]
        fn $skip(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
            match bytes.get(at) {
                Some(b'"') => match $string_end(bytes, at + 1) {
                    Some((end, _)) => Some(end + 1),
                    None => self.fail(at + 1, NO_END),
                },
                Some(b'{' | b'[') => match $container_end(bytes, at, MAX_DEPTH) {
                    Ok(end) => Some(end),
                    Err(error) => self.unbalanced(at, error),
                },
                Some(b',' | b'}' | b']' | b':') | None => self.fail(at, "a value is missing"),
                Some(_) => Some(scalar_end(bytes, at)),
            }
        }

        /// Keeps the value at `at`; gives the position after it.
        $(#[$features])*
        #[inline]
        fn $value(&mut self, bytes: &[u8], at: usize, stop: Stop) -> Option<usize> {
            let (kind, start, end, next) = match bytes.get(at) {
                Some(b'"') => match $string_end(bytes, at + 1) {
                    Some((end, false)) => (ValueKind::Text, at + 1, end, end + 1),
                    Some((end, true)) => (ValueKind::Escaped, at + 1, end, end + 1),
                    None => return self.fail(at + 1, NO_END),
                },
                Some(b'{') if stop.has_keys => {
                    let end = self.$object(bytes, at, usize::from(stop.node))?;
                    (ValueKind::Container, at, end, end)
                }
                Some(b'[') if stop.has_elements => {
                    let end = self.$array(bytes, at, usize::from(stop.node))?;
                    (ValueKind::Container, at, end, end)
                }
                Some(first) => {
                    let end = self.$skip(bytes, at)?;
                    let kind = match first {
                        b'{' | b'[' => ValueKind::Container,
                        b'n' => ValueKind::Null,
                        _ => ValueKind::Scalar,
                    };
                    (kind, at, end, end)
                }
                None => return self.fail(at, "a value is missing"),
            };
            self.put(stop, kind, start, end);
            Some(next)
        }

        $(#[$features])*
        fn $array(&mut self, bytes: &[u8], start: usize, node: usize) -> Option<usize> {
            let mut at = skip_space(bytes, start + 1);
            if bytes.get(at) == Some(&b']') {
                return Some(at + 1);
            }
            let mut index = 0;
            loop {
                // The element of this number, and what is wanted of every element.
                let mut end = None;
                for place in 0..self.paths.set.nodes[node].elements.len() {
                    let (held, child) = self.paths.set.nodes[node].elements[place];
                    if held.is_none_or(|held| held == index)
                        && let Some(stop) = self.paths.stops.get(child).copied()
                    {
                        end = Some(self.$value(bytes, at, stop)?);
                    }
                }
                at = match end {
                    Some(end) => end,
                    None => self.$skip(bytes, at)?,
                };
                at = skip_space(bytes, at);
                match bytes.get(at) {
                    Some(b',') => at = skip_space(bytes, at + 1),
                    Some(b']') => return Some(at + 1),
                    _ => return self.fail(at, "a comma or a bracket is missing"),
                }
                index += 1;
            }
        }
    };
}

const NO_END: &str = "a string has no end";

impl Scanner {
    walk!(
        object,
        array,
        value_at,
        skip,
        bytes::common,
        bytes::string_end,
        bytes::container_end
    );

    #[cfg(target_arch = "x86_64")]
    walk!(
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
        object_wide,
        array_wide,
        value_wide,
        skip_wide,
        bytes::common_wide,
        bytes::string_end_wide,
        bytes::container_end_wide
    );

    /// Keeps a value in the slot that its path has.
    #[inline(always)]
    fn put(&mut self, stop: Stop, kind: ValueKind, start: usize, end: usize) {
        if stop.slot != NONE {
            // Positions fit: `scan` refuses records that are longer.
            let (start, end) = (start as u32, end as u32);
            let value = Value { kind, start, end };
            match stop.is_repeated {
                true => self.slots.push(usize::from(stop.slot), value),
                false => self.slots.put(usize::from(stop.slot), value),
            }
        }
    }

    #[cold]
    fn unbalanced(&mut self, at: usize, error: Unbalanced) -> Option<usize> {
        let broken = Broken::from_unbalanced(at, error);
        self.fail(broken.at, broken.what)
    }
}

/// Position of the first byte at or after `start` that is no white space; most often `start`.
#[inline(always)]
fn after_space(bytes: &[u8], start: usize) -> usize {
    match bytes.get(start) {
        Some(byte) if *byte > b' ' => start,
        _ => skip_space(bytes, start),
    }
}
