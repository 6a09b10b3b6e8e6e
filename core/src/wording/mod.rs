//! Whether a message tells of a failure, for rows that tell it in no other way.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("failures.txt")));

/// Bytes of a message that are looked at.
const LONGEST: usize = 4096;
/// Signs between two words of a phrase at most.
const GAP: usize = 3;
/// A word of the table is not longer.
const WORD: usize = 32;

/// Whether a message tells of a failure by the words of `failures.txt`, of its first 4 KiB.
pub fn tells_failure(message: &str) -> bool {
    let words = Words::of(message);
    let is_well = |at: usize| TABLE.find(&TABLE.well, &words, at).is_some();
    words.any(|at| is_failure(&words, at)) && !words.any(is_well)
}

/// Whether a message is a stack trace: what a program writes of an error that nobody expected.
pub fn is_stack_trace(message: &str) -> bool {
    let Some((first, rest)) = message.split_once('\n') else {
        return false;
    };
    // `    at shop.Cart.add(Cart.java:41)` of Java, .NET and JavaScript.
    let is_frame = |line: &str| {
        line.starts_with([' ', '\t']) && line.trim_start().starts_with("at ") && line.contains('.')
    };
    // `goroutine 1 [running]:` of Go.
    let is_routine = |line: &str| line.starts_with("goroutine ") && line.ends_with("]:");
    let mut lines = rest.lines().take(8);
    lines.any(|line| is_frame(line) || is_routine(line)) || {
        let words = Words::of(first);
        let begins = |at: usize| TABLE.find(&TABLE.traces, &words, at).is_some();
        words.any(begins)
    }
}

/// Whether a phrase of failures begins at a word, and nothing beside it takes it back.
fn is_failure(words: &Words<'_>, at: usize) -> bool {
    if words.is_error_class(at) {
        return true;
    }
    let found = TABLE.find(&TABLE.failures, words, at);
    let found = found.or_else(|| TABLE.find(&TABLE.traces, words, at));
    let Some(length) = found else {
        return false;
    };
    let takes_back = |held: &Phrases, at: usize| TABLE.find(held, words, at).is_some();
    let before = at.checked_sub(1).filter(|before| words.are_near(*before));
    let behind = Some(at + length).filter(|behind| words.are_near(behind - 1));
    !before.is_some_and(|at| takes_back(&TABLE.before, at))
        && !behind.is_some_and(|at| takes_back(&TABLE.after, at))
}

/// Phrases by their first word.
#[derive(Default)]
struct Phrases {
    by_first: HashMap<String, Vec<Vec<Part>>, FixedState>,
    /// A bit for the first two letters of each, since few words of a message begin a phrase.
    beginnings: [u64; 16],
}

impl Phrases {
    fn add(&mut self, first: String, rest: Vec<Part>) {
        let (place, bit) = Self::beginning(&first);
        self.beginnings[place] |= bit;
        self.by_first.entry(first).or_default().push(rest);
    }

    /// What follows a word in the phrases that begin with it, in letters of any size.
    fn behind(&self, word: &str) -> &[Vec<Part>] {
        let (place, bit) = Self::beginning(word);
        if self.beginnings[place] & bit == 0 {
            return &[];
        }
        let mut lower = [0_u8; WORD];
        let lower = lower.get_mut(..word.len()).map(|lower| {
            lower.copy_from_slice(word.as_bytes());
            lower.make_ascii_lowercase();
            &*lower
        });
        let lower = lower.and_then(|lower| std::str::from_utf8(lower).ok());
        let known = lower.and_then(|lower| self.by_first.get(lower));
        known.map_or(&[], Vec::as_slice)
    }

    /// Place of the bit of the first two bytes; letters of both sizes have one.
    fn beginning(word: &str) -> (usize, u64) {
        let mut bytes = word.bytes().map(|byte| usize::from(byte & 0x1f));
        let number = (bytes.next().unwrap_or(0) << 5) | bytes.next().unwrap_or(0);
        (number / 64, 1 << (number % 64))
    }
}

/// A word of a phrase behind the first, or the first where it is a number.
enum Part {
    Word(String),
    /// A number other than 0.
    Number,
    /// 500 to 599.
    ServerError,
}

impl Part {
    fn of(word: &str) -> Self {
        match word {
            "<n>" => Self::Number,
            "<5xx>" => Self::ServerError,
            word => Self::Word(word.to_owned()),
        }
    }

    fn fits(&self, word: &str) -> bool {
        let number = || word.parse::<u32>().unwrap_or(0);
        match self {
            Self::Word(own) => own.eq_ignore_ascii_case(word),
            Self::Number => number() > 0,
            Self::ServerError => word.len() == 3 && (500..600).contains(&number()),
        }
    }
}

/// The table of words.
#[derive(Default)]
struct Table {
    failures: Phrases,
    traces: Phrases,
    before: Phrases,
    after: Phrases,
    well: Phrases,
    /// Phrases that begin with a number.
    numbered: Vec<Vec<Part>>,
}

impl Table {
    fn read(text: &str) -> Self {
        let mut table = Self::default();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (kind, phrases) in lines.filter_map(|line| line.split_once(": ")) {
            for phrase in phrases.split(" | ") {
                table.add(kind, phrase);
            }
        }
        table
    }

    fn add(&mut self, kind: &str, phrase: &str) {
        let words = phrase.split([' ', '\'']).filter(|word| !word.is_empty());
        let mut parts: Vec<Part> = words.map(Part::of).collect();
        let first = match parts.first() {
            Some(Part::Word(word)) => word.clone(),
            Some(_) => {
                self.numbered.push(parts);
                return;
            }
            None => return,
        };
        let phrases = match kind {
            "failure" => &mut self.failures,
            "trace" => &mut self.traces,
            "before" => &mut self.before,
            "after" => &mut self.after,
            "well" => &mut self.well,
            _ => return,
        };
        parts.remove(0);
        phrases.add(first, parts);
    }

    /// Number of words of the longest phrase that begins at a word.
    fn find(&self, phrases: &Phrases, words: &Words<'_>, at: usize) -> Option<usize> {
        let word = words.word(at)?;
        let known = phrases.behind(word).iter();
        let known = known.filter(|rest| words.follow(at + 1, rest));
        let longest = known.map(|rest| rest.len() + 1).max();
        longest.or_else(|| {
            let is_number =
                word.starts_with('5') && std::ptr::eq(phrases, &raw const self.failures);
            let mut numbered = self.numbered.iter().filter(|_| is_number);
            let found = numbered.find(|parts| words.fit(at, parts))?;
            Some(found.len())
        })
    }
}

/// Words of a message: letters and digits, whatever stands between them.
struct Words<'a> {
    text: &'a str,
    ranges: Vec<(usize, usize)>,
}

impl<'a> Words<'a> {
    fn of(message: &'a str) -> Self {
        let text = &message[..message.floor_char_boundary(LONGEST)];
        let mut ranges = Vec::new();
        let mut start = None;
        for (at, byte) in text.bytes().enumerate() {
            let is_letter = byte.is_ascii_alphanumeric() || !byte.is_ascii();
            match (start, is_letter) {
                (None, true) => start = Some(at),
                (Some(from), false) => {
                    ranges.push((from, at));
                    start = None;
                }
                _ => {}
            }
        }
        ranges.extend(start.map(|from| (from, text.len())));
        Self { text, ranges }
    }

    fn any(&self, is: impl Fn(usize) -> bool) -> bool {
        (0..self.ranges.len()).any(is)
    }

    fn word(&self, at: usize) -> Option<&'a str> {
        let (start, end) = self.ranges.get(at)?;
        self.text.get(*start..*end)
    }

    /// Whether a word and the next stand so near that they may be of one phrase.
    fn are_near(&self, at: usize) -> bool {
        let (Some((_, end)), Some((start, _))) = (self.ranges.get(at), self.ranges.get(at + 1))
        else {
            return false;
        };
        let between = self.text.get(*end..*start).unwrap_or_default();
        between.len() <= GAP && !between.contains('\n')
    }

    /// Whether these parts stand from a word on, each near the one before, the first near what is
    /// before it.
    fn follow(&self, at: usize, parts: &[Part]) -> bool {
        parts.is_empty() || self.are_near(at - 1) && self.fit(at, parts)
    }

    /// Whether these parts stand from a word on.
    fn fit(&self, at: usize, parts: &[Part]) -> bool {
        parts.iter().enumerate().all(|(index, part)| {
            (index == 0 || self.are_near(at + index - 1))
                && self.word(at + index).is_some_and(|word| part.fits(word))
        })
    }

    /// Whether a word is the class of an error that is told: `ConnectException: ...`.
    fn is_error_class(&self, at: usize) -> bool {
        let Some(word) = self.word(at) else {
            return false;
        };
        let name = word.strip_suffix("Exception");
        let name = name.or_else(|| word.strip_suffix("Error"));
        let is_class = name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
        let end = self.ranges.get(at).map_or(0, |(_, end)| *end);
        is_class
            && self
                .text
                .get(end..)
                .is_some_and(|rest| rest.starts_with(": "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_tell_of_failures() {
        for message in [
            "could not connect to order-db:5432: timed out",
            "dial tcp 10.0.3.7:5432: connect: connection refused",
            "Connection_Refused by peer",
            "Can't reach database server",
            "503 from checkout: POST /api/orders",
            "upstream answered 502",
            "panic: runtime error: index out of range [3] with length 3",
            "Traceback (most recent call last):",
            "container checkout OOMKilled, exit code 137",
            "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
            "giving up: java.net.ConnectException: no answer",
            "checkout.service: Main process exited, code=exited, status=1/FAILURE",
        ] {
            assert!(tells_failure(message), "{message}");
        }
    }

    #[test]
    fn messages_that_only_speak_of_failures_tell_none() {
        for message in [
            "order placed",
            "0 failed, 12 passed",
            "checked: failed=0 timeout=30s",
            "error: null",
            "no failed jobs",
            "retry after connection refused succeeded",
            "process exited with code 0",
            "answered 200 in 503 ms",
            "handler for NotFoundException registered",
            "read 500 rows from orders",
            "",
        ] {
            assert!(!tells_failure(message), "{message}");
        }
    }

    #[test]
    fn a_stack_trace_is_known_by_its_frames() {
        let check = |message: &str, expected: bool| {
            assert_eq!(is_stack_trace(message), expected, "{message}");
        };
        check("order lost\n\tat shop.Cart.add(Cart.java:41)", true);
        check("panic: gone\n\ngoroutine 1 [running]:\nmain.main()", true);
        check(
            "Traceback (most recent call last):\n  File \"a.py\", line 3",
            true,
        );
        check("menu:\n  at noon soup", false);
        check("connection refused\nnext line", false);
        check("at shop.Cart.add(Cart.java:41)", false);
    }
}
