//! The loops of the scanner, once for any processor and once for those with wide vectors.

use super::scan::{NONE, REPEATED, SKIP, Scanner, Stop};
use super::skip::{Broken, MAX_DEPTH, scalar_end};
use super::steps::{Goal, START};
use super::value::{Value, ValueKind};
use crate::bytes::{self, skip_space};
use crate::table::Slots;

impl Scanner {
    /// Scans the object at `start`; gives the position after it.
    pub(super) fn walk(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        // What nobody asks for would take a part of what each key takes.
        match self.is_shaped {
            true => self.walk_with::<true>(bytes, start),
            false => self.walk_with::<false>(bytes, start),
        }
    }

    fn walk_with<const SHAPED: bool>(&mut self, bytes: &[u8], start: usize) -> Option<usize> {
        #[cfg(target_arch = "x86_64")]
        if bytes::is_wide() {
            #[expect(unsafe_code, reason = "wide instructions of the processor")]
            // SAFETY: the processor has the instructions, as `is_wide` says.
            return unsafe { self.object_wide::<SHAPED>(bytes, start, 0) };
        }
        self.object::<SHAPED>(bytes, start, 0)
    }
}

/// Writes the loops for one set of instructions: the names of its functions, and of those that find
/// the end of strings and containers.
macro_rules! walk {
    (
        $(#[$features:meta])*
        $object:ident, $array:ident, $value:ident,
        $difference:path, $plain_end:path, $string_end:path, $scalar_end:path, $container_end:path
    ) => {
        /// Scans the object at `start`; the recursion is as deep as the deepest path. Keeps the
        /// shape of an object that is `SHAPED`: that of a record, if it is wanted.
        $(#[$features])*
        fn $object<const SHAPED: bool>(
            &mut self,
            bytes: &[u8],
            start: usize,
            node: usize,
        ) -> Option<usize> {
            let mut at = start;
            let mut guesses = self.steps.first(node);
            let mut previous = START;
            let mut shape = 1_u64;
            loop {
                let difference = |text: &_, step: &_| $difference(text, step);
                let guessed = self.steps.guessed(bytes, at, guesses, difference);
                let key;
                (at, key, previous, guesses) = match guessed {
                    // Most values.
                    Some((place, step)) if step.goal == Goal::Text => {
                        let start = at + usize::from(step.length);
                        match $plain_end(bytes, start) {
                            Some(end) => {
                                put(&mut self.slots, step.stop, ValueKind::Text, start, end);
                                (end + 1, step.key, place, step.next)
                            }
                            None => {
                                let (stop, key, next) = (step.stop, step.key, step.next);
                                (self.$value(bytes, start - 1, stop)?, key, place, next)
                            }
                        }
                    }
                    Some((place, step)) if step.goal == Goal::Other
                        && let value = at + usize::from(step.length)
                        && bytes.get(value) != Some(&b'"') =>
                    {
                        let (stop, key, next) = (step.stop, step.key, step.next);
                        let end = match bytes.get(value) {
                            Some(first @ (b'-' | b'0'..=b'9' | b'a'..=b'z')) => {
                                let end = $scalar_end(bytes, value);
                                put(&mut self.slots, stop, scalar_kind(*first), value, end);
                                end
                            }
                            Some(b'{') if stop.has_keys => {
                                let inner = usize::from(stop.node);
                                let end = self.$object::<false>(bytes, value, inner)?;
                                put(&mut self.slots, stop, ValueKind::Container, value, end);
                                end
                            }
                            Some(b'{' | b'[') if !stop.has_keys && !stop.has_elements => {
                                let Some(end) = $container_end(bytes, value, MAX_DEPTH) else {
                                    return self.unbalanced(bytes, value);
                                };
                                put(&mut self.slots, stop, ValueKind::Container, value, end);
                                end
                            }
                            _ => self.$value(bytes, value, stop)?,
                        };
                        (end, key, place, next)
                    }
                    Some((_, step)) if step.goal == Goal::End => {
                        let end = at + usize::from(step.length);
                        return Some(self.ended::<SHAPED>(shape, end));
                    }
                    _ => {
                        let hit = self.search(bytes, at, node, previous)?;
                        let end = match hit.goal {
                            Goal::End => return Some(self.ended::<SHAPED>(shape, hit.end)),
                            Goal::Text => self.$value(bytes, hit.end - 1, hit.stop)?,
                            Goal::Other => self.$value(bytes, hit.end, hit.stop)?,
                        };
                        (end, hit.key, hit.place, hit.next)
                    }
                };
                if SHAPED {
                    // Hashes of keys are mixed already.
                    shape = shape.rotate_left(9).wrapping_add(key);
                }
            }
        }

        /// Keeps the value at `at`; gives the position after it.
        $(#[$features])*
        #[inline(never)]
        fn $value(&mut self, bytes: &[u8], at: usize, stop: Stop) -> Option<usize> {
            let at = after_space(bytes, at);
            let (kind, end) = match bytes.get(at) {
                Some(b'"') => match $string_end(bytes, at + 1) {
                    Some((end, is_escaped)) => {
                        put(&mut self.slots, stop, text_kind(is_escaped), at + 1, end);
                        return Some(end + 1);
                    }
                    None => return self.fail(at + 1, NO_END),
                },
                Some(b'{') if stop.has_keys => {
                    let end = self.$object::<false>(bytes, at, usize::from(stop.node))?;
                    (ValueKind::Container, end)
                }
                Some(b'[') if stop.has_elements => {
                    let end = self.$array(bytes, at, usize::from(stop.node))?;
                    (ValueKind::Container, end)
                }
                Some(b'{' | b'[') => match $container_end(bytes, at, MAX_DEPTH) {
                    Some(end) => (ValueKind::Container, end),
                    None => return self.unbalanced(bytes, at),
                },
                Some(b',' | b'}' | b']' | b':') | None => {
                    return self.fail(at, "a value is missing");
                }
                Some(first) => (scalar_kind(*first), $scalar_end(bytes, at)),
            };
            put(&mut self.slots, stop, kind, at, end);
            Some(end)
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
                    None => self.$value(bytes, at, SKIP)?,
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
        bytes::difference,
        bytes::plain_end,
        bytes::string_end,
        scalar_end,
        bytes::container_end
    );

    #[cfg(target_arch = "x86_64")]
    walk!(
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
        object_wide,
        array_wide,
        value_wide,
        bytes::difference_wide,
        bytes::plain_end_wide,
        bytes::string_end_wide,
        bytes::scalar_end_wide,
        bytes::container_end_wide
    );

    /// The position after an object, which is `end`; keeps the shape of one that is `SHAPED`.
    #[inline(always)]
    fn ended<const SHAPED: bool>(&mut self, shape: u64, end: usize) -> usize {
        if SHAPED {
            self.shape = if self.has_unknown { 0 } else { shape };
        }
        end
    }

    #[cold]
    fn unbalanced(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        let broken = Broken::from_unbalanced(at, bytes::unbalanced(bytes, at, MAX_DEPTH));
        self.fail(broken.at, broken.what)
    }
}

/// Keeps a value in the slot that its path has.
#[inline(always)]
fn put(slots: &mut Slots, stop: Stop, kind: ValueKind, start: usize, end: usize) {
    // Positions fit: `scan` refuses records that are longer.
    let (start, end) = (start as u32, end as u32);
    let value = Value { kind, start, end };
    // One that has none is beyond all slots, and so are those of several values.
    if !slots.put(usize::from(stop.slot), value) && stop.slot != NONE {
        slots.push(usize::from(stop.slot ^ REPEATED), value);
    }
}

#[inline(always)]
fn scalar_kind(first: u8) -> ValueKind {
    match first {
        b'n' => ValueKind::Null,
        _ => ValueKind::Scalar,
    }
}

#[inline(always)]
fn text_kind(is_escaped: bool) -> ValueKind {
    match is_escaped {
        false => ValueKind::Text,
        true => ValueKind::Escaped,
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
