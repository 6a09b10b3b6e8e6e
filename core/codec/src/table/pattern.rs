//! Patterns of lines: literal text with captures in braces.
//!
//! ```text
//! {client} - {user} [{time:time}] "{request:quoted}" {status:int} {bytes}{? "{referer:quoted}"}
//! ```
//!
//! | in a pattern | matches |
//! |---|---|
//! | any other text | itself |
//! | `{ }` | one or more blanks |
//! | `{name}` | the shortest text, without a line end, up to what follows in the pattern; at the end of the pattern, all that is left |
//! | `{name:longest}` | the longest text, without a line end, up to what follows in the pattern: for what a client may choose, before what it may not |
//! | `{name:word}` | one or more characters other than blanks, as many as there are |
//! | `{name:name}` | letters, digits and any of `_ . - / @ $`, as many as there are |
//! | `{name:int}` | digits, with or without a sign |
//! | `{name:number}` | digits with or without a sign and a decimal point |
//! | `{name:hex}` | hexadecimal digits |
//! | `{name:ip}` | an IP address |
//! | `{name:address}` | an IP address with or without a port |
//! | `{name:time}` | a time in one of the shapes that [`crate::time`] knows |
//! | `{name:level}` | a word that is a severity |
//! | `{name:quoted}` | text up to the next `"` that has no backslash before it; may be empty |
//! | `{name:GET\|PUT}` | one of these texts, the longest that fits; case counts |
//! | `{name:rest}` | all that is left, with line ends; may be empty |
//! | `{_}`, `{_:int}`, ... | the same without a name |
//! | `{?...}` | what stands inside, once or not at all |
//!
//! A capture of which the text is empty or `-` counts as absent. A pattern matches a record from
//! its
//! first to its last byte. In a [`Lines`](super::Lines) table several patterns may capture the same
//! name.

use memchr::memmem::Finder;
use nepho_core::format::{Marks, TimeMark};
use nepho_core::severity::Severity;
use nepho_core::time::Reference;

use super::heads::heads;
use crate::ip::is_ip;
use crate::time;

/// Captures that one pattern may have.
pub(super) const MAX_CAPTURES: usize = 64;
/// Places that are tried for the end of a capture before a line is given up.
const MAX_TRIES: usize = 8;
/// The same of a longest capture, of which what follows is words of the program.
const MAX_LAST_TRIES: usize = 32;

/// Kind of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Shortest,
    Longest,
    Word,
    Name,
    Int,
    Number,
    Hex,
    Ip,
    Address,
    Time,
    Level,
    Quoted,
    Rest,
    OneOf(&'static str),
}

impl Kind {
    /// Those that take bytes of a class.
    pub(super) const CLASSES: [Self; 13] = [
        Self::Shortest,
        Self::Longest,
        Self::Word,
        Self::Name,
        Self::Int,
        Self::Number,
        Self::Hex,
        Self::Ip,
        Self::Address,
        Self::Time,
        Self::Level,
        Self::Quoted,
        Self::Rest,
    ];

    fn parse(text: &'static str) -> Option<Self> {
        Some(match text {
            "" => Self::Shortest,
            "longest" => Self::Longest,
            "word" => Self::Word,
            "name" => Self::Name,
            "int" => Self::Int,
            "number" => Self::Number,
            "hex" => Self::Hex,
            "ip" => Self::Ip,
            "address" => Self::Address,
            "time" => Self::Time,
            "level" => Self::Level,
            "quoted" => Self::Quoted,
            "rest" => Self::Rest,
            texts if texts.contains('|') => Self::OneOf(texts),
            _ => return None,
        })
    }

    /// Whether a capture of this kind may begin with this byte; not for one of several texts.
    pub(super) const fn may_begin(self, byte: u8) -> bool {
        match self {
            Self::Shortest | Self::Longest | Self::Quoted | Self::Rest => true,
            Self::Word => !matches!(byte, b' ' | b'\t' | b'\n'),
            Self::Name => is_name_byte(byte),
            Self::Int => byte.is_ascii_digit() || matches!(byte, b'-' | b'+'),
            Self::Number => byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.'),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Ip => byte.is_ascii_hexdigit() || byte == b':',
            Self::Address => byte.is_ascii_hexdigit() || matches!(byte, b':' | b'['),
            Self::Time => byte.is_ascii_alphanumeric(),
            Self::Level => byte.is_ascii_alphabetic(),
            Self::OneOf(_) => false,
        }
    }

    /// Whether this byte may stand in a capture of this kind, behind its first.
    pub(super) const fn may_go_on(self, byte: u8) -> bool {
        match self {
            Self::Int => byte.is_ascii_digit(),
            Self::Number => byte.is_ascii_digit() || byte == b'.',
            Self::Ip => self.may_begin(byte) || byte == b'.',
            Self::Address => self.may_begin(byte) || matches!(byte, b'.' | b']'),
            Self::Time => {
                let is_between =
                    matches!(byte, b' ' | b':' | b'.' | b',' | b'-' | b'+' | b'/' | b'_');
                byte.is_ascii_alphanumeric() || is_between
            }
            _ => self.may_begin(byte),
        }
    }

    /// Whether a capture of this kind may be empty.
    pub(super) fn may_be_empty(self) -> bool {
        matches!(
            self,
            Self::Shortest | Self::Longest | Self::Quoted | Self::Rest
        )
    }
}

/// One step of a compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Literal(&'static str),
    Blanks,
    /// Slot of the capture, or none.
    Capture(Kind, Option<usize>),
    /// Try what follows; if that fails, go on with the step of this number.
    Optional(usize),
    /// Nothing matches: the pattern is written wrongly.
    Never,
}

/// Text ranges by the slot of their capture.
pub(super) struct Captured {
    /// Bits of the slots that have a range.
    set: u64,
    ranges: [(u32, u32); MAX_CAPTURES],
}

impl Captured {
    /// Nothing captured.
    pub(super) fn new() -> Self {
        Self {
            set: 0,
            ranges: [(0, 0); MAX_CAPTURES],
        }
    }

    /// Range of a capture, if it has one.
    pub(super) fn get(&self, slot: usize) -> Option<(u32, u32)> {
        let is_set = slot < MAX_CAPTURES && self.set >> slot & 1 == 1;
        is_set.then(|| self.ranges.get(slot).copied()).flatten()
    }

    /// Slots that have a range, in order.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> + use<> {
        let set = self.set;
        (0..MAX_CAPTURES).filter(move |slot| set >> slot & 1 == 1)
    }
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    steps: Vec<Step>,
    /// For each step, what finds it, where it is a text that ends a shortest capture.
    finders: Vec<Option<Finder<'static>>>,
}

impl Pattern {
    /// Compiles a pattern; `slot_of` gives the slot of a name. A pattern that is written wrongly
    /// matches nothing, which the tests of its format show.
    pub fn compile(pattern: &'static str, slot_of: &mut dyn FnMut(&'static str) -> usize) -> Self {
        let mut steps = Vec::new();
        compile(pattern, &mut steps, slot_of);
        let finder = |at: usize| match (steps.get(at.checked_sub(1)?), steps.get(at)) {
            (Some(Step::Capture(Kind::Shortest, _)), Some(Step::Literal(text))) => {
                Some(Finder::new(*text))
            }
            _ => None,
        };
        Self {
            finders: (0..steps.len()).map(finder).collect(),
            steps,
        }
    }

    /// What every matching record has.
    pub fn marks(&self) -> Marks {
        let mut then = heads(&self.steps, 0);
        let first = match then.is_empty() {
            true => [true; 256],
            false => then.remove(0),
        };
        let mut marks = Marks {
            then,
            ..Marks::beginning(first)
        };
        let mut at = 0;
        while let Some(step) = self.steps.get(at) {
            at = match step {
                Step::Optional(after) => *after,
                Step::Literal(text) => {
                    marks.texts.push(text);
                    at + 1
                }
                _ => at + 1,
            };
        }
        let is_time = |at: usize| matches!(self.steps.get(at), Some(Step::Capture(Kind::Time, _)));
        let timed = |before, next| {
            Some(TimeMark {
                before,
                after: heads(&self.steps, next),
            })
        };
        marks.time = match self.steps.first() {
            Some(Step::Capture(Kind::Time, _)) => timed("", 1),
            Some(Step::Literal(before)) if is_time(1) => timed(before, 2),
            _ => None,
        };
        marks
    }

    /// Whether the pattern matches the whole of `text`, and what it captures.
    pub(super) fn matches(&self, text: &str, captured: &mut Captured) -> bool {
        captured.set = 0;
        let mut matching = Matching {
            text,
            bytes: text.as_bytes(),
            finders: &self.finders,
            captured,
        };
        matching.run(&self.steps, 0, 0)
    }
}

fn compile(
    pattern: &'static str,
    steps: &mut Vec<Step>,
    slot_of: &mut dyn FnMut(&'static str) -> usize,
) {
    let mut rest = pattern;
    while !rest.is_empty() {
        let Some(open) = rest.find('{') else {
            steps.push(Step::Literal(rest));
            return;
        };
        if open > 0 {
            steps.push(Step::Literal(&rest[..open]));
        }
        let Some(close) = closing(&rest[open..]) else {
            steps.push(Step::Never);
            return;
        };
        let inside = &rest[open + 1..open + close];
        rest = &rest[open + close + 1..];
        if inside == " " {
            steps.push(Step::Blanks);
        } else if let Some(optional) = inside.strip_prefix('?') {
            let place = steps.len();
            steps.push(Step::Never);
            compile(optional, steps, slot_of);
            steps[place] = Step::Optional(steps.len());
        } else {
            let (name, kind) = inside.split_once(':').unwrap_or((inside, ""));
            let slot = (name != "_").then(|| slot_of(name));
            steps.push(match Kind::parse(kind) {
                Some(kind) if slot.is_none_or(|slot| slot < MAX_CAPTURES) => {
                    Step::Capture(kind, slot)
                }
                _ => Step::Never,
            });
        }
    }
}

/// Position of the brace that closes the one at the start of `text`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

struct Matching<'a> {
    text: &'a str,
    bytes: &'a [u8],
    finders: &'a [Option<Finder<'static>>],
    captured: &'a mut Captured,
}

impl Matching<'_> {
    /// Whether the steps from `step` on match the text from `at` on.
    fn run(&mut self, steps: &[Step], mut step: usize, mut at: usize) -> bool {
        loop {
            let Some(current) = steps.get(step) else {
                return at == self.bytes.len();
            };
            match current {
                Step::Literal(text) => {
                    let (rest, text) = (&self.bytes[at..], text.as_bytes());
                    // Most lines differ in the first byte.
                    if rest.first() != text.first() || !rest.starts_with(text) {
                        return false;
                    }
                    at += text.len();
                }
                Step::Blanks => {
                    let count = self.count(at, |byte| matches!(byte, b' ' | b'\t'));
                    if count == 0 {
                        return false;
                    }
                    at += count;
                }
                Step::Never => return false,
                Step::Optional(after) => {
                    let before = self.captured.set;
                    if self.run(steps, step + 1, at) {
                        return true;
                    }
                    self.captured.set = before;
                    step = *after;
                    continue;
                }
                Step::Capture(Kind::Shortest, slot) => {
                    return self.shortest(steps, step, at, *slot);
                }
                Step::Capture(Kind::Longest, slot) => {
                    return self.longest(steps, step, at, *slot);
                }
                Step::Capture(kind, slot) => {
                    let Some(length) = self.length(*kind, at) else {
                        return false;
                    };
                    self.capture(*slot, at, at + length);
                    at += length;
                }
            }
            step += 1;
        }
    }

    /// Tries the ends that a shortest capture may have, one after the other.
    fn shortest(&mut self, steps: &[Step], step: usize, at: usize, slot: Option<usize>) -> bool {
        let line = memchr::memchr(b'\n', &self.bytes[at..]).unwrap_or(self.bytes.len() - at);
        let limit = at + line;
        let next = step + 1;
        let Some(following) = steps.get(next) else {
            self.capture(slot, at, self.bytes.len());
            return self.bytes.len() > at;
        };
        let mut from = at;
        for _ in 0..MAX_TRIES {
            let end = match following {
                Step::Literal(_) => {
                    let finder = self.finders.get(next).and_then(Option::as_ref);
                    match finder.and_then(|finder| finder.find(&self.bytes[from..])) {
                        Some(length) if from + length <= limit => from + length,
                        _ => return false,
                    }
                }
                Step::Blanks => match memchr::memchr2(b' ', b'\t', &self.bytes[from..limit]) {
                    Some(length) => from + length,
                    None => return false,
                },
                // What may follow is not one text: every place is tried, blank by blank.
                _ => match memchr::memchr2(b' ', b'\t', &self.bytes[from..limit]) {
                    Some(length) => from + length,
                    None if from <= limit => limit,
                    None => return false,
                },
            };
            self.capture(slot, at, end);
            if self.run(steps, next, end) {
                return true;
            }
            from = end + 1;
            if from > limit {
                return false;
            }
        }
        false
    }

    /// Tries the ends that a longest capture may have, the last of its line first.
    fn longest(&mut self, steps: &[Step], step: usize, at: usize, slot: Option<usize>) -> bool {
        let line = memchr::memchr(b'\n', &self.bytes[at..]).unwrap_or(self.bytes.len() - at);
        let next = step + 1;
        let mut limit = at + line;
        for _ in 0..MAX_LAST_TRIES {
            let before = &self.bytes[at..limit];
            let length = match steps.get(next) {
                Some(Step::Literal(text)) => memchr::memmem::rfind(before, text.as_bytes()),
                Some(_) => memchr::memrchr2(b' ', b'\t', before),
                None => Some(before.len()),
            };
            let Some(length) = length else {
                return false;
            };
            self.capture(slot, at, at + length);
            if self.run(steps, next, at + length) {
                return true;
            }
            // The next one ends before the end of what was found, and begins before it.
            let found = match steps.get(next) {
                Some(Step::Literal(text)) => text.len(),
                _ => 1,
            };
            let Some(end) = (at + length + found)
                .checked_sub(1)
                .filter(|end| *end >= at)
            else {
                return false;
            };
            limit = end;
        }
        false
    }

    /// Length of the text at `at` that a capture of this kind takes.
    fn length(&self, kind: Kind, at: usize) -> Option<usize> {
        let some = |count: usize| (count > 0).then_some(count);
        match kind {
            Kind::Shortest | Kind::Longest => None,
            Kind::Word => some(self.count(at, |byte| !matches!(byte, b' ' | b'\t' | b'\n'))),
            Kind::Name => some(self.count(at, is_name_byte)),
            Kind::Int => {
                let sign = self.sign(at);
                some(self.count(at + sign, |byte| byte.is_ascii_digit())).map(|count| count + sign)
            }
            Kind::Number => {
                let sign = self.sign(at);
                let count = self.count(at + sign, |byte| byte.is_ascii_digit() || byte == b'.');
                some(count).map(|count| count + sign)
            }
            Kind::Hex => some(self.count(at, |byte| byte.is_ascii_hexdigit())),
            Kind::Ip => {
                let count = self.count(at, |byte| {
                    byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
                });
                ip_length(self.text.get(at..at + count)?)
            }
            Kind::Address => {
                let count = self.count(at, |byte| {
                    byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'[' | b']')
                });
                let text = self.text.get(at..at + count)?;
                super::field::address(text).map(|_| count)
            }
            Kind::Time => {
                // Only the length is wanted here, so any year does.
                let (_, length) = time::prefix(self.text.get(at..)?, Reference::ANY)?;
                Some(length)
            }
            Kind::Level => {
                let count = self.count(at, |byte| byte.is_ascii_alphabetic());
                Severity::from_word(self.text.get(at..at + count)?).map(|_| count)
            }
            Kind::Quoted => Some(self.quoted(at)),
            Kind::Rest => Some(self.bytes.len() - at),
            Kind::OneOf(texts) => {
                let rest = self.bytes.get(at..)?;
                // Most lines have a byte there that stands in none of the texts. An empty text of
                // them fits nothing: what may be missing stands in `{?...}`.
                memchr::memchr(*rest.first()?, texts.as_bytes())?;
                let fitting = texts
                    .split('|')
                    .filter(|text| rest.starts_with(text.as_bytes()));
                fitting.map(str::len).max().and_then(some)
            }
        }
    }

    fn sign(&self, at: usize) -> usize {
        usize::from(matches!(self.bytes.get(at), Some(b'-' | b'+')))
    }

    fn count(&self, at: usize, is_part: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter()
            .position(|byte| !is_part(*byte))
            .unwrap_or(rest.len())
    }

    /// Length of the text up to the next quote without a backslash before it.
    fn quoted(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let mut from = 0;
        while let Some(found) = memchr::memchr2(b'"', b'\\', &rest[from..]) {
            let place = from + found;
            if rest[place] == b'"' {
                return place;
            }
            from = (place + 2).min(rest.len());
        }
        rest.len()
    }

    fn capture(&mut self, slot: Option<usize>, start: usize, end: usize) {
        let Some(slot) = slot else {
            return;
        };
        let is_absent = start == end || &self.bytes[start..end] == b"-";
        let bit = 1_u64.checked_shl(slot as u32).unwrap_or(0);
        match (u32::try_from(start), u32::try_from(end), is_absent) {
            (Ok(start), Ok(end), false) => {
                if let Some(range) = self.captured.ranges.get_mut(slot) {
                    *range = (start, end);
                    self.captured.set |= bit;
                }
            }
            _ => self.captured.set &= !bit,
        }
    }
}

/// Length of the IP address at the start of `text`, which may go on with a port or a full stop.
fn ip_length(text: &str) -> Option<usize> {
    let trimmed = text.trim_end_matches(['.', ':']);
    if is_ip(trimmed) {
        return Some(trimmed.len());
    }
    let host = trimmed.split(':').next().unwrap_or(trimmed);
    is_ip(host).then_some(host.len())
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/' | b'@' | b'$')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &'static str, text: &str, expected: Option<&[(&str, &str)]>) {
        let mut names = Vec::new();
        let compiled = Pattern::compile(pattern, &mut |name| {
            names
                .iter()
                .position(|held| *held == name)
                .unwrap_or_else(|| {
                    names.push(name);
                    names.len() - 1
                })
        });
        let mut captured = Captured::new();
        let found = compiled.matches(text, &mut captured).then(|| {
            let values = names.iter().enumerate();
            let values = values.filter_map(|(slot, name)| {
                let (start, end) = captured.get(slot)?;
                Some((*name, &text[start as usize..end as usize]))
            });
            values.collect::<Vec<_>>()
        });
        assert_eq!(found.as_deref(), expected, "{pattern} on {text}");
        if expected.is_some() {
            let first = text.bytes().next().unwrap_or_default();
            assert!(compiled.marks().first[usize::from(first)], "{pattern}");
        }
    }

    #[test]
    fn captures_end_where_the_pattern_goes_on() {
        check(
            "{a} {b}",
            "one two three",
            Some(&[("a", "one"), ("b", "two three")]),
        );
        check(
            "{a:word} {b:rest}",
            "one two\nthree",
            Some(&[("a", "one"), ("b", "two\nthree")]),
        );
        check(
            "[{t:time}] {l:level}: {m}",
            "[2024-05-01 10:00:00] warn: hot",
            Some(&[("t", "2024-05-01 10:00:00"), ("l", "warn"), ("m", "hot")]),
        );
        check(
            "{a} - {b}",
            "x - y - z",
            Some(&[("a", "x"), ("b", "y - z")]),
        );
        check(
            "{a}: {n:int}",
            "x: y: 7",
            Some(&[("a", "x: y"), ("n", "7")]),
        );
        check(
            "{a:UP|UPPER|LOW}:{b}",
            "UPPER:x",
            Some(&[("a", "UPPER"), ("b", "x")]),
        );
        check("{a:UP|LOW}{b:rest}", "low", None);
        check("{a}", "", None);
        check("{a:int}", "7x", None);
    }

    #[test]
    fn the_longest_text_ends_at_the_last_place() {
        let pattern = "of {a:longest} from {b:ip}{? {c:rest}}";
        let many = format!("of x from 9.9.9.9{} from 10.0.0.1 up", " from y".repeat(20));
        check(
            pattern,
            &many,
            Some(&[
                ("a", &many[3..many.len() - 17]),
                ("b", "10.0.0.1"),
                ("c", "up"),
            ]),
        );
        check(
            pattern,
            "of x from 10.0.0.1 from here",
            Some(&[("a", "x"), ("b", "10.0.0.1"), ("c", "from here")]),
        );
        check(pattern, "of  from 10.0.0.1", Some(&[("b", "10.0.0.1")]));
        check(pattern, "of x\n from 10.0.0.1", None);
        check(pattern, "of x from y", None);
        check("{a:longest}aa{b:rest}", "xaaa", Some(&[("a", "xa")]));
        check(
            "{a:longest}{ }{b:int}",
            "x y 7",
            Some(&[("a", "x y"), ("b", "7")]),
        );
        check("{a:longest}", "x y", Some(&[("a", "x y")]));
    }

    #[test]
    fn parts_may_be_absent() {
        let pattern = r#"{c:ip}{?:{p:int}} "{q:quoted}"{? {s:int}}"#;
        check(
            pattern,
            r#"10.0.0.1:80 "a \" b" 200"#,
            Some(&[
                ("c", "10.0.0.1"),
                ("p", "80"),
                ("q", r#"a \" b"#),
                ("s", "200"),
            ]),
        );
        check(pattern, r#"10.0.0.1 """#, Some(&[("c", "10.0.0.1")]));
        check(pattern, r#"10.0.0 """#, None);
        check("{?a}{b:int}", "7", Some(&[("b", "7")]));
        check("{a}{ }{b}", "x  \t y", Some(&[("a", "x"), ("b", "y")]));
        check("{a} {b}", "- x", Some(&[("b", "x")]));
    }

    #[test]
    fn a_wrong_pattern_matches_nothing() {
        check("{a:colour}", "red", None);
        check("{a", "{a", None);
    }
}
