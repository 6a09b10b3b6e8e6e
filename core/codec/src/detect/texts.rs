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
    by_first: Vec<Vec<u16>>,
    signs: Signs,
    /// What may stand before a time at the start.
    before_times: Vec<&'static str>,
}

/// Marks of one shape of one format.
struct Shape {
    /// Position of the format.
    format: usize,
    /// Signs that occur.
    signs: u32,
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
    fn of(&self, text: &str) -> u32 {
        let bits = text.bytes().map(|byte| self.bits[usize::from(byte)]);
        bits.fold(0, |set, bit| set | bit)
    }
}

impl Texts {
    pub(super) fn new(formats: &[(&'static str, Box<dyn Format>)]) -> Self {
        let mut texts = Self {
            shapes: Vec::new(),
            by_first: vec![Vec::new(); 256],
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
        let Ok(number) = u16::try_from(self.shapes.len()) else {
            return;
        };
        for (shapes, may_begin) in self.by_first.iter_mut().zip(marks.first) {
            if may_begin {
                shapes.push(number);
            }
        }
        // What is told by its characters need not be looked for.
        let longer = marks.texts.iter().filter(|text| text.len() > 1);
        let finders = longer.map(|text| Finder::new(*text));
        let signs = marks.texts.iter().map(|text| self.signs.learn(text));
        let signs = signs.fold(0, |set, signs| set | signs);
        let time = marks
            .time
            .and_then(|(before, after)| Some((self.before_time(before)?, after)));
        self.shapes.push(Shape {
            format,
            signs,
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

    /// Positions of the formats that may know `text`, in order.
    pub(super) fn asked<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let first = text.bytes().next().unwrap_or_default();
        let numbers = self.by_first.get(usize::from(first));
        let signs = self.signs.of(text);
        // Ends of the times at the start, by what stands before them; each is looked for once.
        let mut ends = [None; MAX_BEFORE_TIMES];
        let mut begins_with_time = move |time: Option<(usize, &'static str)>| {
            let Some((number, after)) = time else {
                return true;
            };
            let (Some(end), Some(before)) = (ends.get_mut(number), self.before_times.get(number))
            else {
                return true;
            };
            let end = *end.get_or_insert_with(|| end_of_time(text, before));
            end.is_some_and(|end| text.as_bytes()[end..].starts_with(after.as_bytes()))
        };
        let mut last = usize::MAX;
        let shapes = numbers.into_iter().flatten();
        shapes.filter_map(move |number| {
            let shape = self.shapes.get(usize::from(*number))?;
            if shape.format == last
                || shape.signs & !signs != 0
                || !begins_with_time(shape.time)
                || !shape
                    .texts
                    .iter()
                    .all(|found| found.find(text.as_bytes()).is_some())
            {
                return None;
            }
            last = shape.format;
            Some(shape.format)
        })
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
        let mut texts = Texts {
            shapes: Vec::new(),
            by_first: vec![Vec::new(); 256],
            signs: Signs::new(),
            before_times: Vec::new(),
        };
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
            assert_eq!(texts.asked(text).collect::<Vec<_>>(), expected, "{text}");
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
