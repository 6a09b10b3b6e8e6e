//! What stands around a phrase of failures and takes it back.

use super::table::{Kind, TABLE};
use super::words::Words;

/// A phrase of failures in a message.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) kind: Kind,
    /// First word, and the one behind the last.
    pub(super) at: usize,
    pub(super) end: usize,
}

impl Found {
    /// Whether nothing around it takes it back.
    pub(super) fn holds(self, words: &Words<'_>) -> bool {
        // `errors/failed.rs`, `/help/connection-refused`, `failed.example.com`.
        let name = words.behind(self.end - 1).strip_prefix('.');
        let is_path = words.sign_before(self.at) == Some(b'/')
            || name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
        let is_taken_back = is_path
            || self.is_denied(words)
            || self.counts_none(words)
            || self.is_switched_off(words);
        let is_crash = matches!(self.kind, Kind::Crash | Kind::Told | Kind::Trace);
        !is_taken_back && (is_crash || !self.is_well_again(words) && !self.is_handled(words))
    }

    /// Whether it is what its kind asks for: `panic: ...`, and no `panic_threshold`.
    pub(super) fn is_told(self, words: &Words<'_>) -> bool {
        let behind = words.behind(self.end - 1);
        match self.kind {
            Kind::Told => behind.starts_with(':'),
            Kind::Answer => is_end_of_answer(words, self.end - 1),
            Kind::Begin => self.at == 0,
            _ => true,
        }
    }

    /// Whether the word before denies it: `no failed jobs`, `non-fatal error`, and what
    /// worked again: `recovered from`.
    fn is_denied(self, words: &Words<'_>) -> bool {
        let Some(before) = self.at.checked_sub(1) else {
            return false;
        };
        let is_near = words
            .gap(before)
            .is_some_and(|gap| matches!(gap, " " | "-" | "_"));
        let of_well = |before: usize| {
            words.is_one_of(before, &["from", "after"])
                && before
                    .checked_sub(1)
                    .is_some_and(|at| TABLE.well.find(words, at).is_some())
        };
        is_near && (TABLE.before.find(words, before).is_some() || of_well(before))
    }

    /// Whether it says that nothing failed: `0 failed`, `no jobs failed`, `0 of 12 timed out`.
    /// A number that names something counts nothing: `redis-0`, `attempt 0: failed to connect`.
    fn counts_none(self, words: &Words<'_>) -> bool {
        let is_failed = words.is_one_of(self.at, &["failed"]);
        let is_counted = is_failed || words.is_one_of(self.at, &["timed"]);
        if !is_counted {
            return false;
        }
        let is_from = |at: usize| is_failed && words.is_one_of(at, &["from"]);
        let is_none = |at: usize| {
            let is_blank = matches!(
                words.sign_before(at),
                None | Some(b' ' | b'\t' | b'(' | b'\n')
            );
            is_blank && words.is_one_of(at, &["0", "zero", "no", "none", "nothing"])
        };
        let is_blank = |at: usize| words.gap(at) == Some(" ");
        // Words between: `failed`, `rows failed`, `of 12 failed`, `of 12 rows failed`.
        for back in 1..=4 {
            let Some(at) = self.at.checked_sub(back).filter(|at| is_blank(*at)) else {
                return false;
            };
            if back == 1 && is_from(at) {
                return true;
            }
            let is_of = back > 2 && words.is_one_of(at + 1, &["of"]);
            if is_none(at) && (back <= 2 || is_of) {
                return true;
            }
        }
        false
    }

    /// Whether a value behind it says that there is none: `failed=0`, `failed jobs: 0`.
    fn is_switched_off(self, words: &Words<'_>) -> bool {
        let is_none = |last: usize| {
            let none = ["0", "none", "null", "nil", "false"];
            words.is_one_of(last + 1, &none)
                && words
                    .gap(last)
                    .is_some_and(|gap| is_value(gap, words.behind(last + 1)))
        };
        let last = self.end - 1;
        let noun = words
            .gap(last)
            .is_some_and(|gap| matches!(gap, " " | "_" | "-"));
        is_none(last) || noun && is_none(last + 1)
    }

    /// Whether its clause tells that what failed works again.
    fn is_well_again(self, words: &Words<'_>) -> bool {
        let negates = words.is_one_of(self.end - 1, &["to", "not", "t", "cannot"]);
        // `failed to complete successfully` is none that works again.
        let mut is_apart = !negates;
        for last in self.end - 1..words.len() {
            let Some(gap) = words.gap(last) else {
                return false;
            };
            let at = last + 1;
            let ends = gap.contains([';', '\n']) || gap.contains(". ");
            if ends || words.is_one_of(at, &["but", "not", "never", "t"]) {
                return false;
            }
            is_apart |= gap.contains(',');
            let is_count = words
                .word(last)
                .is_some_and(|word| word.parse::<u64>().is_ok());
            if is_apart && !(is_count && last >= self.end) && TABLE.well.find(words, at).is_some() {
                return true;
            }
        }
        false
    }

    /// Whether what is missing is what the message goes on to make, or a rule is told: `cannot be
    /// empty`.
    fn is_handled(self, words: &Words<'_>) -> bool {
        let is_later = |at: usize| TABLE.later.find(words, at).is_some();
        let is_rule = words.is_one_of(self.end, &["be"]);
        self.kind == Kind::Soft && (is_rule || (self.end..words.len()).any(is_later))
    }
}

/// Whether what stands between a key and a word, and behind that, makes it a value: `=0`, `: 0,`.
fn is_value(gap: &str, behind: &str) -> bool {
    let between = gap.trim_matches(['"', '\'', ' ']);
    let behind = behind.trim_start_matches(['"', '\'']);
    let ends = behind.is_empty() || behind.starts_with([',', ';', ')', '}', ']', '\n', '\r']);
    match between {
        "=" => ends || behind.starts_with([' ', '\t']),
        ":" => ends,
        _ => false,
    }
}

/// Whether a status is all that was answered, and no count of rows: `returned 500 rows`.
fn is_end_of_answer(words: &Words<'_>, at: usize) -> bool {
    let behind = words.behind(at);
    let is_blank = behind.starts_with(' ');
    let signs = [
        ',', ':', ';', ')', '(', ']', '[', '}', '"', '\'', '\n', '|', '-', '.',
    ];
    let behind = behind.trim_start_matches(' ');
    let is_sign = match behind.strip_prefix(['-', '.']) {
        Some(rest) => is_blank || rest.is_empty() || rest.starts_with(' '),
        None => behind.is_empty() || behind.starts_with(signs),
    };
    let known = [
        "from", "to", "for", "on", "by", "internal", "bad", "service", "gateway", "error",
    ];
    is_sign || is_blank && words.is_one_of(at + 1, &known)
}

/// Whether a word is the class of an error that is told: `ConnectException: refused`, and no
/// reading: `MeanAbsoluteError: 0.12`, `LastError: none`.
pub(super) fn is_told_class(words: &Words<'_>, at: usize) -> bool {
    let Some(told) = words.behind(at).strip_prefix(": ") else {
        return false;
    };
    // `Error: oops` is how JavaScript writes it; elsewhere it is a heading.
    let is_bare = words.is_one_of(at, &["Error", "Exception"]);
    let is_first = || match at.checked_sub(1) {
        None => true,
        Some(before) => words.is_one_of(before, &["uncaught"]),
    };
    if !words.is_class(at) || is_bare && !is_first() {
        return false;
    }
    let value = told
        .split([' ', ',', ';', ')', '}', '\n'])
        .next()
        .unwrap_or_default();
    let behind = told.get(value.len()..).unwrap_or_default();
    let ends = !behind.starts_with(' ');
    // Java tells of an exception without a message so: `NullPointerException: null`.
    let is_exception = words
        .word(at)
        .is_some_and(|word| word.ends_with("Exception"));
    let none = ["none", "null", "nil", "false", "no"];
    let is_none = ends && !is_exception && none.iter().any(|none| none.eq_ignore_ascii_case(value));
    let is_status = value
        .parse::<u32>()
        .is_ok_and(|number| (400..600).contains(&number));
    let is_reading = value.parse::<f64>().is_ok() && (ends || value.contains('.'));
    !is_none && (is_status || !is_reading)
}
