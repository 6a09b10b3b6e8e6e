//! Which formats are asked about a text: those of whose marks it has all.
//!
//! There are dozens of formats of text, and plain text is of none of them, so what they have in
//! common is looked for once: which characters occur, and where a time at the start ends.

use memchr::memmem::Finder;
use nepho_core::format::{Format, Marks};
use nepho_core::time::Reference;

use crate::time;

/// Texts that may stand before a time; marks with others do without.
const MAX_BEFORE_TIMES: usize = 8;

/// Formats that read more than JSON objects.
pub(super) struct Texts {
    /// Shapes of texts, in the order of their formats.
    shapes: Vec<Shape>,
    /// For each byte, the shapes that may begin with it.
    by_first: Vec<Set>,
    /// For each sign, the shapes that have it.
    by_sign: Vec<Set>,
    signs: Signs,
    /// What may stand before a time at the start.
    before_times: Vec<&'static str>,
}

/// Numbers of shapes, each a bit.
#[derive(Clone, Default)]
struct Set(Vec<u64>);

impl Set {
    fn insert(&mut self, number: usize) {
        if self.0.len() <= number / 64 {
            self.0.resize(number / 64 + 1, 0);
        }
        self.0[number / 64] |= 1 << (number % 64);
    }

    /// The numbers from 64 times `place` on, as bits.
    fn word(&self, place: usize) -> u64 {
        self.0.get(place).copied().unwrap_or_default()
    }
}

/// Numbers of the bits of a word.
fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

/// Marks of one shape of one format.
struct Shape {
    /// Position of the format.
    format: usize,
    /// Where it begins with a time: the number of what stands before it, and what follows it.
    time: Option<(usize, &'static str)>,
    /// Longer texts that occur.
    texts: Vec<Finder<'static>>,
}

/// Signs that tell texts apart, each a bit of a number: the first 32 that occur in marks, none of
/// them a letter, a digit or a blank.
struct Signs {
    bits: [u32; 256],
    count: u32,
}

impl Signs {
    fn new() -> Self {
        Self {
            bits: [0; 256],
            count: 0,
        }
    }

    /// Gives the signs of a mark, each with a bit.
    fn learn(&mut self, mark: &str) -> u32 {
        for byte in mark.bytes() {
            let bit = &mut self.bits[usize::from(byte)];
            if byte.is_ascii_punctuation() && *bit == 0 && self.count < u32::BITS {
                *bit = 1 << self.count;
                self.count += 1;
            }
        }
        self.of(mark)
    }

    /// Signs that occur in a text.
    #[inline]
    fn of(&self, text: &str) -> u32 {
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
            shapes: Vec::new(),
            by_first: vec![Set::default(); 256],
            by_sign: vec![Set::default(); u32::BITS as usize],
            signs: Signs::new(),
            before_times: Vec::new(),
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
        let number = self.shapes.len();
        for (shapes, may_begin) in self.by_first.iter_mut().zip(marks.first) {
            if may_begin {
                shapes.insert(number);
            }
        }
        // What is told by its characters need not be looked for.
        let longer = marks.texts.iter().filter(|text| text.len() > 1);
        let finders = longer.map(|text| Finder::new(*text));
        let signs = marks.texts.iter().map(|text| self.signs.learn(text));
        let signs = signs.fold(0, |set, signs| set | signs);
        for sign in bits(u64::from(signs)) {
            self.by_sign[sign].insert(number);
        }
        let time = marks
            .time
            .and_then(|(before, after)| Some((self.before_time(before)?, after)));
        self.shapes.push(Shape {
            format,
            time,
            texts: finders.collect(),
        });
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

    /// Calls `ask` with the position of each format that may know `text`, in order, as long as it
    /// gives `true`.
    pub(super) fn each(&self, text: &str, mut ask: impl FnMut(usize) -> bool) {
        let first = text.bytes().next().unwrap_or_default();
        let Some(may_begin) = self.by_first.get(usize::from(first)) else {
            return;
        };
        let lacks = !self.signs.of(text);
        // Ends of the times at the start, by what stands before them; each is looked for once.
        let mut ends = [None; MAX_BEFORE_TIMES];
        let mut last = usize::MAX;
        for (place, word) in may_begin.0.iter().enumerate() {
            let mut left = *word;
            let mut signs = lacks;
            while signs != 0 {
                let sign = signs.trailing_zeros() as usize;
                left &= !self
                    .by_sign
                    .get(sign)
                    .map_or(0, |shapes| shapes.word(place));
                signs &= signs - 1;
            }
            while left != 0 {
                let number = place * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                let Some(shape) = self.shapes.get(number) else {
                    continue;
                };
                if shape.format == last
                    || !self.begins_with_time(text, shape.time, &mut ends)
                    || !shape.has_texts(text)
                {
                    continue;
                }
                last = shape.format;
                if !ask(shape.format) {
                    return;
                }
            }
        }
    }

    fn begins_with_time(
        &self,
        text: &str,
        time: Option<(usize, &'static str)>,
        ends: &mut [Option<Option<usize>>; MAX_BEFORE_TIMES],
    ) -> bool {
        let Some((number, after)) = time else {
            return true;
        };
        let (Some(end), Some(before)) = (ends.get_mut(number), self.before_times.get(number))
        else {
            return true;
        };
        let end = *end.get_or_insert_with(|| end_of_time(text, before));
        end.is_some_and(|end| text.as_bytes()[end..].starts_with(after.as_bytes()))
    }
}

impl Shape {
    fn has_texts(&self, text: &str) -> bool {
        let mut texts = self.texts.iter();
        texts.all(|found| found.find(text.as_bytes()).is_some())
    }
}

fn end_of_time(text: &str, before: &str) -> Option<usize> {
    let rest = text.strip_prefix(before)?;
    // Only its end is wanted, so any year does.
    let (_, length) = time::prefix(rest, Reference::ANY)?;
    Some(before.len() + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_to_formats_whose_marks_it_has() {
        let mut texts = Texts::new(&[]);
        let any = || Marks::beginning([true; 256]);
        let timed = |before, after| Marks {
            time: Some((before, after)),
            ..any()
        };
        texts.add(0, &any());
        texts.add(1, &any().with(&["HTTP/", " "]));
        texts.add(1, &any().with(&["UDP"]));
        texts.add(2, &timed("", " ["));
        texts.add(3, &timed("[", "] ["));
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
        check("2026-05-12 10:00:00 [x]", &[0, 2]);
        check("2026-05-12 10:00:00 x", &[0]);
        check("[2026-05-12 10:00:00] [x]", &[0, 3]);
        check("", &[0]);
    }
}
