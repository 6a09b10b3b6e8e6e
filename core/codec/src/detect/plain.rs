//! Shapes of texts that no format wants but those that take anything.
//!
//! The lines of an application are made of a few templates, so what was found out about a line
//! holds for those that differ from it in numbers and ids only, however long these are. A format
//! may still tell two such lines apart by the value of a number, so a shape counts once it was
//! asked about a few times; and formats that fitted lately are tried before.
//!
//! Most lines even have numbers of the same length as one before them, which is quicker to tell, so
//! these closer shapes are remembered beside the loose ones.

use std::collections::HashMap;
use std::hash::Hasher;

use foldhash::SharedSeed;
use foldhash::fast::{FixedState, FoldHasher};
use nepho_core::format::Confidence;

/// Shapes of one generation; a flood of them costs no memory.
const MAX_SHAPES: usize = 1024;
/// Sets of formats that are remembered; there are only a few that take anything.
const MAX_ORDERS: usize = 16;
/// So many texts of a shape are asked about.
const TIMES_ASKED: u8 = 3;
/// Bytes of the time that most lines begin with.
const HEAD: usize = "2026-05-12 14:00:00,".len();
/// Bytes that are looked at at once.
const CHUNK: usize = 32;
/// Bytes of which the hash is taken at once.
const PIECE: usize = 8 * CHUNK;

/// Formats that take a text, the surest first.
type Order = Vec<(Confidence, usize)>;

/// What was found out about texts that no format knows.
#[derive(Default)]
pub(super) struct PlainTexts {
    /// By [`loose_shape`].
    shapes: Lately<Known>,
    /// By [`shape`], of texts whose loose shape was known.
    close: Lately<Close>,
    orders: Vec<Order>,
}

/// What is known of a text whose loose shape is known.
#[derive(Clone, Copy)]
struct Close {
    /// Its loose shape, with which it is forgotten.
    loose: u64,
    /// Which of the orders it has.
    order: usize,
}

/// What is known of a shape.
#[derive(Clone, Copy)]
struct Known {
    /// How many texts of it were asked about.
    asked: u8,
    /// Which of the orders they all had.
    order: usize,
}

/// The texts of this depth, of the records and of what stands inside of some, and how sure a format
/// is at the least to be asked about them.
pub(super) fn at_depth(
    texts: &mut [PlainTexts; 2],
    nested: usize,
) -> (Confidence, &mut PlainTexts) {
    match (nested, texts) {
        (0, [plain, _]) => (Confidence::NO, plain),
        (_, [_, plain]) => (Confidence::FALLBACK, plain),
    }
}

impl PlainTexts {
    /// Puts the formats that take texts like this one into `order`; gives its loose shape instead
    /// if they are not known.
    pub(super) fn recall(&mut self, text: &str, order: &mut Order) -> Option<u64> {
        let close = shape(text);
        let held = self.close.get(close);
        if let Some(held) = held.and_then(|held| self.orders.get(held.order)) {
            order.clone_from(held);
            return None;
        }
        let loose = loose_shape(text);
        let known = self.shapes.get(loose);
        let Some(known) = known.filter(|known| known.asked >= TIMES_ASKED) else {
            return Some(loose);
        };
        let Some(held) = self.orders.get(known.order) else {
            return Some(loose);
        };
        let known = Close {
            loose,
            order: known.order,
        };
        self.close.put(close, known);
        order.clone_from(held);
        None
    }

    /// Forgets the shape of a text, of which something was found out after all.
    pub(super) fn forget(&mut self, text: &str) {
        let loose = loose_shape(text);
        if self.shapes.get(loose).is_some() || self.close.get(shape(text)).is_some() {
            self.remove(loose);
        }
    }

    /// Forgets a loose shape, and the closer ones with it.
    fn remove(&mut self, loose: u64) {
        self.shapes.remove(loose);
        self.close.retain(|close| close.loose != loose);
    }

    /// Notes which formats take a text of this loose shape.
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
        let known = self.shapes.get(shape);
        match (place, known) {
            (Some(order), None) => self.shapes.put(shape, Known { asked: 1, order }),
            (Some(order), Some(known)) if known.order == order => {
                let asked = known.asked.saturating_add(1);
                self.shapes.put(shape, Known { asked, order });
            }
            (_, Some(_)) => self.remove(shape),
            (None, None) => {}
        }
    }
}

/// Values by shape, of which those that were not asked for lately are forgotten: when as many are
/// held as there is room for, they become the old ones, and what was not asked for since the last
/// time is gone.
struct Lately<V> {
    new: HashMap<u64, V, FixedState>,
    old: HashMap<u64, V, FixedState>,
}

impl<V> Default for Lately<V> {
    fn default() -> Self {
        Self {
            new: HashMap::default(),
            old: HashMap::default(),
        }
    }
}

impl<V: Copy> Lately<V> {
    fn get(&mut self, shape: u64) -> Option<V> {
        if let Some(value) = self.new.get(&shape) {
            return Some(*value);
        }
        let value = self.old.remove(&shape)?;
        self.put(shape, value);
        Some(value)
    }

    fn put(&mut self, shape: u64, value: V) {
        if self.new.len() >= MAX_SHAPES {
            std::mem::swap(&mut self.new, &mut self.old);
            self.new.clear();
        }
        self.new.insert(shape, value);
    }

    fn remove(&mut self, shape: u64) {
        self.new.remove(&shape);
        self.old.remove(&shape);
    }

    fn retain(&mut self, is_kept: impl Fn(&V) -> bool) {
        self.new.retain(|_, value| is_kept(value));
        self.old.retain(|_, value| is_kept(value));
    }
}

/// Number that is the same for texts that differ only in words with a digit, or with none but
/// hexadecimal ones: numbers and ids of any length. At the start, where times stand, as many
/// digits count as in [`shape`].
fn loose_shape(text: &str) -> u64 {
    /// A prime, and where the hash begins: FNV-1a (Fowler, Noll, Vo; RFC 9923).
    const PRIME: u64 = 0x100_0000_01b3;
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    let (head, rest) = text.as_bytes().split_at(text.len().min(HEAD));
    let mut hash = START;
    for byte in head {
        let is_digit = matches!(KINDS[usize::from(*byte)], DIGIT | HEX);
        hash = add(hash, if is_digit { b'0' } else { *byte });
    }
    // Of the word that is being read: the hash before it, and the kinds of its bytes.
    let (mut before, mut kinds) = (hash, 0);
    for byte in rest.iter().copied() {
        let kind = KINDS[usize::from(byte)];
        if kind == 0 {
            if is_id(kinds) {
                hash = add(before, b'0');
            }
            hash = add(hash, byte);
            (before, kinds) = (hash, 0);
        } else {
            hash = add(hash, byte);
            kinds |= kind;
        }
    }
    match is_id(kinds) {
        true => add(before, b'0'),
        false => hash,
    }
}

/// Kinds of the bytes of words: digits, letters that are digits of hexadecimal numbers, others.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' | b'A'..=b'F' => HEX,
            b'g'..=b'z' | b'G'..=b'Z' => LETTER,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};
const DIGIT: u8 = 1;
const HEX: u8 = 2;
const LETTER: u8 = 4;

/// Whether a word of bytes of these kinds is a number or an id.
fn is_id(kinds: u8) -> bool {
    kinds & DIGIT != 0 || kinds == HEX
}

/// Number that is the same for texts that differ in their digits only, decimal or hexadecimal, and
/// have as many.
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
    fn texts_that_differ_in_numbers_and_ids_have_one_loose_shape() {
        let check = |a: &str, b: &str, expected: bool| {
            assert_eq!(loose_shape(a) == loose_shape(b), expected, "{a}, {b}");
        };
        let line = "2026-05-12 13:00:00 INFO [worker-1] id=37e9671c-dead-4b1c took 61 ms";
        check(line, &line.replace("61", "1610"), true);
        check(line, &line.replace("37e9671c", "X7pQ"), true);
        check(line, &line.replace("dead", "1"), true);
        check(line, &line.replace("took", "cost"), false);
        check(line, &line.replace("61", "a lot of"), false);
        check(line, &line.replace("61", "-"), false);
        check(line, &line.replace("61", "6.1"), false);
        check(line, &line.replace("INFO", "WARN"), false);
        check(line, &line.replace("05-12 13", "5-12 13"), false);
        check(line, &line.replace("05-12 13", "06-11 12"), true);
        check("7", "1234567", false);
        check("7", "", false);
        check("7", "8", true);
        let after = |end: &str| format!("2026-05-12 13:00:00 {end}");
        check(&after("7"), &after("1234567"), true);
        check(&after("7"), &after("7 "), false);
        check(&after("a1b"), &after("z"), false);
        check(&after("\u{e4}1"), &after("\u{e4}22"), true);
    }

    /// What is known of a text after it was learned so many times to be of these formats.
    fn learned(texts: &mut PlainTexts, text: &str, order: &Order, times: u8) -> Option<Order> {
        for _ in 0..times {
            texts.learn(loose_shape(text), order);
        }
        recalled(texts, text)
    }

    fn recalled(texts: &mut PlainTexts, text: &str) -> Option<Order> {
        let mut found = Order::new();
        texts.recall(text, &mut found).is_none().then_some(found)
    }

    #[test]
    fn a_shape_counts_once_it_was_asked_about_a_few_times() {
        let mut texts = PlainTexts::default();
        let plain = vec![(Confidence::FALLBACK, 7), (Confidence(4), 9)];
        let found = learned(
            &mut texts,
            "it took about a second: 1 ms",
            &plain,
            TIMES_ASKED - 1,
        );
        assert_eq!(found, None);
        let found = learned(&mut texts, "it took about a second: 1 ms", &plain, 1);
        assert_eq!(found.as_ref(), Some(&plain));
        assert_eq!(
            recalled(&mut texts, "it took about a second: 20 ms").as_ref(),
            Some(&plain)
        );
        assert_eq!(
            recalled(&mut texts, "it took about a second: 30 ms"),
            Some(plain)
        );
        assert_eq!(recalled(&mut texts, "it took about a second: 1 s"), None);
    }

    #[test]
    fn a_shape_that_a_format_wants_is_forgotten() {
        let mut texts = PlainTexts::default();
        let wanted = vec![(Confidence::LIKELY, 3), (Confidence(4), 9)];
        let plain = vec![(Confidence(4), 9)];
        learned(&mut texts, "a 1", &plain, TIMES_ASKED - 1);
        assert_eq!(learned(&mut texts, "a 2", &wanted, 1), None);
        assert_eq!(learned(&mut texts, "a 3", &plain, 1), None);
        assert_eq!(learned(&mut texts, "a 4", &wanted, TIMES_ASKED), None);
    }

    #[test]
    fn a_shape_that_is_forgotten_is_asked_about_again() {
        let mut texts = PlainTexts::default();
        let plain = vec![(Confidence(4), 9)];
        let text = "it took about a second: 1 ms";
        assert!(learned(&mut texts, text, &plain, TIMES_ASKED).is_some());
        let other = "it took about a second: 20 ms";
        assert!(recalled(&mut texts, other).is_some());
        texts.forget(text);
        assert_eq!(recalled(&mut texts, text), None);
        assert_eq!(recalled(&mut texts, other), None);
    }

    #[test]
    fn a_flood_of_shapes_costs_no_memory_and_hides_none_that_go_on() {
        let mut texts = PlainTexts::default();
        let order = vec![(Confidence(4), 9)];
        for number in 0..4 * MAX_SHAPES {
            let digits = format!("{number:o}");
            let word: String = digits
                .bytes()
                .map(|digit| char::from(digit + b'7'))
                .collect();
            let flood = learned(&mut texts, &word, &order, TIMES_ASKED);
            assert_eq!(flood.as_ref(), Some(&order));
            let known = learned(
                &mut texts,
                "it took about a second: 1 ms",
                &order,
                TIMES_ASKED,
            );
            assert_eq!(known.as_ref(), Some(&order));
        }
        let held = |lately: &Lately<Known>| lately.new.len() + lately.old.len();
        assert!(held(&texts.shapes) <= 2 * MAX_SHAPES);
        assert!(texts.close.new.len() <= MAX_SHAPES);
        assert_eq!(texts.orders, [order]);
    }
}
