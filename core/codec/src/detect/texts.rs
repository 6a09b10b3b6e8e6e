//! Which formats are asked about a text: those of whose marks it has all.
//!
//! There are dozens of formats of text, and plain text is of none of them, so what they have in
//! common is looked for once, the cheapest first: its first bytes, where a time at the start ends
//! and the bytes behind it, which signs occur, and longer texts.

use memchr::memmem::Finder;
use nepho_core::format::{Format, Marks};
use nepho_core::time::Reference;

use crate::table::PLACES;
use crate::time;

/// Texts that may stand before a time; marks with others do without.
const MAX_BEFORE_TIMES: usize = 8;
/// Longer texts of which is remembered whether they occur; further ones are looked for again.
const MAX_REMEMBERED: usize = 128;
/// Words of the bits of one group.
const WORDS: usize = 8;

/// Formats that read more than JSON objects.
pub(super) struct Texts {
    /// Shapes of texts, in the order of their formats.
    groups: Vec<Group>,
    /// What may stand before a time at the start.
    before_times: Vec<&'static str>,
    signs: Signs,
    /// Longer texts that occur in shapes.
    longer: Vec<Finder<'static>>,
}

/// Shapes of which each has a bit.
#[derive(Default)]
struct Group {
    shapes: Vec<Shape>,
    /// Shapes by their first bytes.
    heads: Places,
    /// Shapes with a time at the start, by what stands before it.
    times: Vec<Times>,
    /// For each sign, the shapes in which it occurs.
    by_sign: Vec<Bits>,
}

/// Marks of one shape of one format.
struct Shape {
    /// Position of the format.
    format: usize,
    /// Numbers of the longer texts that occur.
    longer: Vec<usize>,
}

/// Shapes with a time at the start.
struct Times {
    /// Number of what stands before the time.
    before: usize,
    /// The shapes.
    shapes: Bits,
    /// The shapes by the bytes behind the time.
    after: Places,
}

/// Bits of the shapes of a group.
type Bits = [u64; WORDS];

/// The shapes by the bytes of their first places.
struct Places {
    /// For each byte, those that may have it at place 0; then those of the next place.
    by_byte: Vec<Bits>,
    /// For each place, those that may have any byte there.
    any: [Bits; PLACES],
}

impl Default for Places {
    fn default() -> Self {
        Self {
            by_byte: vec![[0; WORDS]; PLACES * 256],
            any: [[0; WORDS]; PLACES],
        }
    }
}

impl Places {
    /// Adds a shape.
    fn add<'a>(&mut self, number: usize, places: impl Iterator<Item = &'a [bool; 256]>) {
        let (word, bit) = (number / 64, 1 << (number % 64));
        let mut places = places.take(PLACES);
        for (all, any) in self.by_byte.chunks_exact_mut(256).zip(&mut self.any) {
            let Some(may_stand) = places.next() else {
                any[word] |= bit;
                continue;
            };
            for (bits, _) in all.iter_mut().zip(may_stand).filter(|(_, may)| **may) {
                bits[word] |= bit;
            }
        }
    }

    /// The shapes that may have these bytes at their first places.
    #[inline]
    fn of(&self, bytes: &[u8]) -> Bits {
        let mut left = [u64::MAX; WORDS];
        let places = self.by_byte.chunks_exact(256).zip(&self.any);
        for ((all, any), byte) in places.zip(bytes) {
            let bits = &all[usize::from(*byte)];
            for ((left, bits), any) in left.iter_mut().zip(bits).zip(any) {
                *left &= bits | any;
            }
        }
        left
    }
}

/// Signs that tell texts apart, each a bit of a number: those of punctuation and the capitals that
/// occur in marks, which are fewer than 64.
struct Signs {
    bits: [u64; 256],
    count: u32,
    /// All of them.
    all: u64,
}

impl Signs {
    fn new() -> Self {
        Self {
            bits: [0; 256],
            count: 0,
            all: 0,
        }
    }

    /// Gives the signs of a mark, each with a bit.
    fn learn(&mut self, mark: &str) -> u64 {
        for byte in mark.bytes() {
            let bit = &mut self.bits[usize::from(byte)];
            let is_sign = byte.is_ascii_punctuation() || byte.is_ascii_uppercase();
            if is_sign && *bit == 0 {
                *bit = 1 << self.count;
                self.count += 1;
                self.all |= *bit;
            }
        }
        self.of(mark)
    }

    /// Signs that occur in a text.
    #[inline]
    fn of(&self, text: &str) -> u64 {
        let bit = |byte: u8| self.bits[usize::from(byte)];
        let (chunks, rest) = text.as_bytes().as_chunks::<4>();
        let mut set = 0;
        // Four that do not wait for each other.
        for [a, b, c, d] in chunks {
            set |= (bit(*a) | bit(*b)) | (bit(*c) | bit(*d));
        }
        rest.iter().fold(set, |set, byte| set | bit(*byte))
    }
}

impl Texts {
    pub(super) fn new(formats: &[(&'static str, Box<dyn Format>)]) -> Self {
        let mut texts = Self {
            groups: Vec::new(),
            before_times: Vec::new(),
            signs: Signs::new(),
            longer: Vec::new(),
        };
        for (position, (_, format)) in formats.iter().enumerate() {
            if format.reads_text() {
                for marks in format.marks() {
                    texts.add(position, &marks);
                }
            }
        }
        texts
    }

    fn add(&mut self, format: usize, marks: &Marks) {
        // What is told by its characters need not be looked for.
        let longer = marks.texts.iter().filter(|text| text.len() > 1);
        let longer = longer.map(|text| self.longer(text)).collect();
        let signs = marks.texts.iter().map(|text| self.signs.learn(text));
        let signs = signs.fold(0, |set, signs| set | signs);
        let time = marks.time.as_ref();
        let time = time.and_then(|time| Some((self.before_time(time.before)?, time)));
        if self.groups.last().is_none_or(Group::is_full) {
            self.groups.push(Group::default());
        }
        let Some(group) = self.groups.last_mut() else {
            return;
        };
        let number = group.shapes.len();
        let head = std::iter::once(&marks.first).chain(&marks.then);
        group.heads.add(number, head);
        if let Some((before, time)) = time {
            let times = group.times(before);
            times.shapes[number / 64] |= 1 << (number % 64);
            times.after.add(number, time.after.iter());
        }
        group.add_signs(number, signs);
        group.shapes.push(Shape { format, longer });
    }

    /// Number of what stands before a time; `None` for one that is rare.
    fn before_time(&mut self, before: &'static str) -> Option<usize> {
        let held = self.before_times.iter().position(|held| *held == before);
        held.or_else(|| {
            let next = self.before_times.len();
            (next < MAX_BEFORE_TIMES).then(|| {
                self.before_times.push(before);
                next
            })
        })
    }

    /// Number of a longer text.
    fn longer(&mut self, text: &'static str) -> usize {
        let held = |finder: &Finder<'_>| finder.needle() == text.as_bytes();
        let found = self.longer.iter().position(held);
        found.unwrap_or_else(|| {
            self.longer.push(Finder::new(text));
            self.longer.len() - 1
        })
    }

    /// Calls `ask` with the position of each format that may know `text`, in order, as long as it
    /// gives `true`.
    pub(super) fn each(&self, text: &str, mut ask: impl FnMut(usize) -> bool) {
        let mut seen = Seen::new(self, text);
        let mut last = usize::MAX;
        for group in &self.groups {
            let may_fit = group.may_fit(text, &mut seen);
            for (place, left) in may_fit.into_iter().enumerate() {
                for bit in each_bit(left) {
                    let number = place * 64 + bit;
                    let Some(shape) = group.shapes.get(number) else {
                        continue;
                    };
                    if shape.format != last && seen.has_all(shape) {
                        last = shape.format;
                        if !ask(shape.format) {
                            return;
                        }
                    }
                }
            }
        }
    }
}

impl Group {
    fn is_full(&self) -> bool {
        self.shapes.len() == WORDS * 64
    }

    /// Notes which signs occur in a shape.
    fn add_signs(&mut self, number: usize, signs: u64) {
        self.by_sign.resize(u64::BITS as usize, [0; WORDS]);
        for sign in each_bit(signs) {
            self.by_sign[sign][number / 64] |= 1 << (number % 64);
        }
    }

    fn times(&mut self, before: usize) -> &mut Times {
        let held = self.times.iter().position(|times| times.before == before);
        let place = held.unwrap_or_else(|| {
            self.times.push(Times {
                before,
                shapes: [0; WORDS],
                after: Places::default(),
            });
            self.times.len() - 1
        });
        &mut self.times[place]
    }

    /// The shapes that begin as `text` does, and of which it has all signs.
    fn may_fit(&self, text: &str, seen: &mut Seen<'_>) -> Bits {
        let mut left = self.may_begin(text, seen);
        if left == [0; WORDS] {
            return left;
        }
        for sign in each_bit(seen.texts.signs.all & !seen.signs) {
            let Some(shapes) = self.by_sign.get(sign) else {
                break;
            };
            for (left, shapes) in left.iter_mut().zip(shapes) {
                *left &= !shapes;
            }
        }
        left
    }

    /// The shapes that begin as `text` does.
    fn may_begin(&self, text: &str, seen: &mut Seen<'_>) -> Bits {
        let bytes = match text.as_bytes() {
            [] => b"\0",
            bytes => bytes,
        };
        let mut left = self.heads.of(bytes);
        for times in &self.times {
            let mut pairs = left.iter().zip(&times.shapes);
            if pairs.all(|(left, timed)| left & timed == 0) {
                continue;
            }
            let after = match seen.end_of_time(times.before) {
                Some(end) => times.after.of(&bytes[end..]),
                None => [0; WORDS],
            };
            for ((left, timed), after) in left.iter_mut().zip(times.shapes).zip(after) {
                *left &= !timed | after;
            }
        }
        left
    }
}

/// What is known of one text so far.
struct Seen<'a> {
    texts: &'a Texts,
    text: &'a str,
    /// Ends of the times at the start, by what stands before them.
    ends: [Option<Option<usize>>; MAX_BEFORE_TIMES],
    /// Signs that occur.
    signs: u64,
    /// Longer texts that were looked for, and those that were found, each a bit.
    looked: u128,
    found: u128,
}

impl<'a> Seen<'a> {
    fn new(texts: &'a Texts, text: &'a str) -> Self {
        Self {
            texts,
            text,
            ends: [None; MAX_BEFORE_TIMES],
            signs: texts.signs.of(text),
            looked: 0,
            found: 0,
        }
    }

    /// End of the time behind the text of this number.
    fn end_of_time(&mut self, number: usize) -> Option<usize> {
        let before = *self.texts.before_times.get(number)?;
        let text = self.text;
        let end = self.ends.get_mut(number)?;
        *end.get_or_insert_with(|| end_of_time(text, before))
    }

    /// Whether the longer texts of a shape occur.
    #[inline]
    fn has_all(&mut self, shape: &Shape) -> bool {
        shape.longer.iter().all(|number| self.has_longer(*number))
    }

    #[inline(never)]
    fn has_longer(&mut self, number: usize) -> bool {
        let bit = match number {
            0..MAX_REMEMBERED => 1_u128 << number,
            _ => 0,
        };
        if self.looked & bit != 0 {
            return self.found & bit != 0;
        }
        let finder = self.texts.longer.get(number);
        let is_found = finder.is_some_and(|finder| finder.find(self.text.as_bytes()).is_some());
        self.looked |= bit;
        self.found |= bit * u128::from(is_found);
        is_found
    }
}

/// Numbers of the bits that are set, the lowest first.
fn each_bit(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = bits.trailing_zeros() as usize;
        (bits != 0).then(|| {
            bits &= bits - 1;
            lowest
        })
    })
}

fn end_of_time(text: &str, before: &str) -> Option<usize> {
    let rest = text.strip_prefix(before)?;
    // Only its end is wanted, so any year does.
    let (_, length) = time::prefix(rest, Reference::ANY)?;
    Some(before.len() + length)
}

#[cfg(test)]
mod tests {
    use nepho_core::format::TimeMark;

    use super::*;

    #[test]
    fn a_text_is_shown_to_formats_whose_marks_it_has() {
        let mut texts = Texts::new(&[]);
        let any = || Marks::beginning([true; 256]);
        let timed = |before, after| Marks {
            time: Some(TimeMark::between(before, after)),
            ..any()
        };
        texts.add(0, &any());
        texts.add(1, &any().with(&["HTTP/", " "]));
        texts.add(1, &any().with(&["UDP"]));
        texts.add(2, &timed("", " ["));
        texts.add(3, &timed("[", "] ["));
        texts.add(4, &any().with(&["Tunnel-ID"]));
        let check = |text: &str, expected: &[usize]| {
            let mut asked = Vec::new();
            texts.each(text, |position| {
                asked.push(position);
                true
            });
            assert_eq!(asked, expected, "{text}");
        };
        check("hello", &[0]);
        check("GET HTTP/1.1 UDP", &[0, 1]);
        check("one UDP", &[0, 1]);
        check("PTTH/", &[0]);
        check("a Tunnel-ID", &[0, 4]);
        check("a tunnel-ID", &[0]);
        check("2026-05-12 10:00:00 [x]", &[0, 2]);
        check("2026-05-12 10:00:00 x", &[0]);
        check("[2026-05-12 10:00:00] [x]", &[0, 3]);
        check("", &[0]);
    }
}
