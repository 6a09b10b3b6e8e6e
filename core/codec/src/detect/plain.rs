//! Shapes of texts that no format wants but those that take anything.
//!
//! The lines of an application are made of a few templates, so what was found out about a line
//! holds for those that differ from it in numbers and ids only. A format may still tell two such
//! lines apart by the value of a number, so a shape counts once it was asked about twice; and
//! formats that fitted lately are tried before.

use std::collections::HashMap;
use std::hash::Hasher;

use foldhash::SharedSeed;
use foldhash::fast::{FixedState, FoldHasher};
use nepho_core::format::Confidence;

/// Shapes that are remembered per stream; a flood of them costs no memory.
const MAX_SHAPES: usize = 2048;
/// Sets of formats that are remembered; there are only a few that take anything.
const MAX_ORDERS: usize = 16;
/// So many texts of a shape are asked about.
const TIMES_ASKED: u8 = 2;
/// Bytes that are looked at at once.
const CHUNK: usize = 32;
/// Bytes of which the hash is taken at once.
const PIECE: usize = 8 * CHUNK;

/// Formats that take a text, the surest first.
type Order = Vec<(Confidence, usize)>;

/// What was found out about texts that no format knows.
#[derive(Default)]
pub(super) struct PlainTexts {
    shapes: HashMap<u64, Known, FixedState>,
    orders: Vec<Order>,
}

/// What is known of a shape.
struct Known {
    /// How many texts of it were asked about.
    asked: u8,
    /// Which of the orders they all had.
    order: usize,
}

impl PlainTexts {
    /// Puts the formats that take texts of this shape into `order`; gives whether they are known.
    pub(super) fn recall(&self, shape: u64, order: &mut Order) -> bool {
        let known = self.shapes.get(&shape);
        let known = known.filter(|known| known.asked >= TIMES_ASKED);
        let Some(held) = known.and_then(|known| self.orders.get(known.order)) else {
            return false;
        };
        order.clone_from(held);
        true
    }

    /// Forgets a shape, of which something was found out after all.
    pub(super) fn forget(&mut self, shape: u64) {
        self.shapes.remove(&shape);
    }

    /// Notes which formats take a text of this shape.
    pub(super) fn learn(&mut self, shape: u64, order: &Order) {
        let is_plain = |(confidence, _): &(Confidence, usize)| *confidence <= Confidence::FALLBACK;
        let held = self.orders.iter().position(|held| held == order);
        let place = held.or_else(|| {
            let place = self.orders.len();
            let is_new = order.iter().all(is_plain) && place < MAX_ORDERS;
            is_new.then(|| {
                self.orders.push(order.clone());
                place
            })
        });
        let has_room = self.shapes.len() < MAX_SHAPES;
        match (place, self.shapes.get_mut(&shape)) {
            (Some(order), Some(known)) if known.order == order => {
                known.asked = known.asked.saturating_add(1);
            }
            (_, Some(_)) => {
                self.shapes.remove(&shape);
            }
            (Some(order), None) if has_room => {
                self.shapes.insert(shape, Known { asked: 1, order });
            }
            _ => {}
        }
    }
}

/// Number that is the same for texts that differ in their digits only, decimal or hexadecimal.
pub fn shape(text: &str) -> u64 {
    let mut hasher = FoldHasher::with_seed(0, SharedSeed::global_fixed());
    for piece in text.as_bytes().chunks(PIECE) {
        let mut plain = [0; PIECE];
        let (places, _) = plain.as_chunks_mut::<CHUNK>();
        let (chunks, rest) = piece.as_chunks::<CHUNK>();
        for (place, chunk) in places.iter_mut().zip(chunks) {
            *place = without_digits(chunk);
        }
        // The last chunk goes over what stands there already.
        let start = piece.len().saturating_sub(CHUNK);
        let end = plain.get_mut(start..).and_then(|end| end.first_chunk_mut());
        match (piece.last_chunk(), end) {
            (Some(last), Some(end)) => *end = without_digits(last),
            (None, Some(end)) => {
                let mut last = [0; CHUNK];
                for (place, byte) in last.iter_mut().zip(rest) {
                    *place = *byte;
                }
                *end = without_digits(&last);
            }
            _ => {}
        }
        hasher.write(plain.get(..piece.len()).unwrap_or_default());
    }
    hasher.write_usize(text.len());
    hasher.finish()
}

fn without_digits(bytes: &[u8; CHUNK]) -> [u8; CHUNK] {
    bytes.map(|byte| {
        let is_decimal = byte.wrapping_sub(b'0') < 10;
        let is_letter = (byte | 0x20).wrapping_sub(b'a') < 6;
        if is_decimal | is_letter { b'0' } else { byte }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_digits_have_one_shape() {
        let is_same = |a: &str, b: &str| shape(a) == shape(b);
        let line = "2026-05-12T13:00:00Z INFO [worker-1] request_id=37e9671c took 61 ms";
        let other = "2026-05-13T14:01:09Z INFO [worker-7] request_id=a00cF1e2 took 85 ms";
        assert!(is_same(line, other));
        assert!(!is_same(line, &line.replace("61", "161")));
        assert!(!is_same(line, &line.replace("INFO", "WARN")));
        assert!(!is_same(line, &line.replace('[', "(")));
        assert!(!is_same("", "\0"));
        assert!(!is_same("x", "x\0"));
    }

    #[test]
    fn a_shape_counts_once_it_was_asked_about_twice() {
        let mut texts = PlainTexts::default();
        let plain = vec![(Confidence::FALLBACK, 7), (Confidence(4), 9)];
        let mut found = Order::new();
        texts.learn(1, &plain);
        assert!(!texts.recall(1, &mut found));
        texts.learn(1, &plain);
        assert!(texts.recall(1, &mut found));
        assert_eq!(found, plain);
        assert!(!texts.recall(2, &mut found));
    }

    #[test]
    fn a_shape_that_a_format_wants_is_forgotten() {
        let mut texts = PlainTexts::default();
        let wanted = vec![(Confidence::LIKELY, 3), (Confidence(4), 9)];
        let mut found = Order::new();
        texts.learn(1, &vec![(Confidence(4), 9)]);
        texts.learn(1, &wanted);
        texts.learn(1, &wanted);
        texts.learn(1, &wanted);
        assert!(!texts.recall(1, &mut found));
    }

    #[test]
    fn a_flood_of_shapes_costs_no_memory() {
        let mut texts = PlainTexts::default();
        for shape in 0..2 * MAX_SHAPES as u64 {
            texts.learn(shape, &Order::new());
        }
        assert_eq!(texts.shapes.len(), MAX_SHAPES);
    }
}
