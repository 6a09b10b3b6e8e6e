//! What a line of syslog has without fail, for a cheap look at lines that are none.

use nepho_core::format::{Marks, TimeMark, bytes_of};
use nepho_core::time::{Reference, digits};

use super::systems::{behind_year, has_uptime, is_daemon};
use super::{cisco, devices, has_numeric_zone};

/// Whether a line may be one of syslog, told from its first bytes.
pub(crate) fn may_begin(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'<') => bytes.get(1).is_some_and(u8::is_ascii_digit),
        // A date, or the number of bytes before `<`.
        Some(b'0'..=b'9') => {
            let is_of_macos = bytes.get(19) == Some(&b'.') && bytes.get(31..33) == Some(b"  ");
            digits(bytes, 0, 4).is_some()
                && (bytes.get(10) == Some(&b'T') && may_follow_iso(bytes)
                    || has_blank(bytes) && is_process_second(bytes)
                    || is_of_macos)
                || behind_year(text, Reference::ANY).is_some()
                || bytes.iter().take(9).any(|byte| *byte == b'<')
                || has_number_and_name(text)
                || bytes.get(10) == Some(&b'.') && bytes.get(17) == Some(&b' ')
                || devices::is_utm_time(bytes)
                || devices::is_meraki_time(bytes)
                || devices::is_netscaler(text)
        }
        Some(b'A'..=b'Z') => bytes.get(3) == Some(&b' '),
        // Some languages write their months small.
        Some(b'a'..=b'z') => matches!(
            bytes,
            [
                _,
                _,
                _,
                b' ',
                b' ' | b'0'..=b'3',
                b'0'..=b'9',
                b' ',
                _,
                _,
                b':',
                ..
            ]
        ),
        Some(b'%' | b'*' | b'.' | b':') => cisco::is_named(text),
        Some(b'[') => has_uptime(text) && text.contains("]: ") || text.contains(" kernel: "),
        _ => false,
    }
}

/// Whether a line begins with a date and a clock and a blank between them: `2026-05-12 14:00:00`.
pub(super) fn has_blank(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [_, _, _, _, b'-', _, _, b'-', _, _, b' ', _, _, b':', ..]
    )
}

/// Whether the second word behind such a time is `process[12]:`.
fn is_process_second(bytes: &[u8]) -> bool {
    let words = bytes.get(19..).unwrap_or_default();
    let words = &words[..words.len().min(160)];
    let mut words = words.split(|byte| *byte == b' ');
    // The end of the time, and the host.
    words.by_ref().take(2).for_each(drop);
    words.next().is_some_and(|word| {
        word.ends_with(b"]:") && word.iter().position(|byte| *byte == b'[') > Some(0)
    })
}

/// Whether a line may be of a device of Cisco: a number, or a year, and the name of a message.
fn has_number_and_name(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.starts_with([':', ' ']) && cisco::is_named(text)
}

/// Whether what follows the first blank of a line may be that of syslog behind a time of ISO 8601:
/// the time has a numeric zone, one of the next words is `process[pid]`, or another time follows.
fn may_follow_iso(bytes: &[u8]) -> bool {
    let Some(end) = bytes.iter().position(|byte| *byte == b' ') else {
        return false;
    };
    let (time, rest) = bytes.split_at(end);
    let rest = &rest[1..];
    // A month or a day of the week.
    let is_named = |word: &[u8]| {
        let is_short = matches!(word, [_, _, _] | [_, _, _, b',']);
        is_short && word.first().is_some_and(u8::is_ascii_uppercase)
    };
    let is_process = |word: &[u8]| {
        let open = word.iter().position(|byte| *byte == b'[');
        open.is_some_and(|open| open > 0 && word[open..].contains(&b']'))
    };
    let words = || {
        rest.split(|byte| *byte == b' ')
            .filter(|word| !word.is_empty())
    };
    let is_daemon = |word: &[u8]| match word {
        [name @ .., b':'] => str::from_utf8(name).is_ok_and(is_daemon),
        _ => false,
    };
    let is_event = |word: &[u8]| word.starts_with(b"CEF:") || word.starts_with(b"LEEF:");
    // A zone behind a blank, the host and the process.
    has_numeric_zone(time)
        || matches!(rest.first(), Some(b'+' | b'-'))
        || words().take(2).any(is_named)
        || words().take(3).any(is_process)
        || words().take(3).any(is_event)
        || words().nth(1).is_some_and(is_daemon)
}

/// Marks of what is left of a line without its time; see [`super::bare`].
pub(crate) fn bare_marks() -> Marks {
    let mut first = [false; 256];
    for (byte, may_begin) in (0..=u8::MAX).zip(&mut first) {
        *may_begin = byte.is_ascii_alphanumeric();
    }
    Marks::beginning(first).with(&["[", "]: "])
}

/// Marks of lines of syslog.
pub(crate) fn marks() -> Vec<Marks> {
    const DIGITS: &[u8] = b"0123456789";
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
    // Of months and days of the week.
    const NAMES: &[u8] = b"JFMASONDTW";
    // Of months in some more languages.
    const LOCAL_NAMES: &[u8] = b"EGFMALSODegfmalsod";
    let beginning = |first| Marks::beginning(bytes_of(first));
    let timed = |first, after| Marks {
        time: Some(TimeMark::between("", after)),
        ..beginning(first)
    };
    vec![
        beginning(b"<").with(&[">"]),
        // Behind the number of its bytes.
        beginning(DIGITS).with(&[" <", ">"]),
        // A time of ISO 8601; without a tag or a priority such lines are taken for others.
        timed(DIGITS, " ").with(&["T", ":"]),
        timed(DIGITS, " ").with(&["]: "]),
        // macOS.
        timed(DIGITS, "  ").with(&["]:"]),
        timed(NAMES, " "),
        timed(NAMES, ": "),
        Marks {
            then: [LETTERS, LETTERS, b" ", b" 0123", DIGITS, b" "]
                .map(bytes_of)
                .to_vec(),
            ..beginning(LOCAL_NAMES).with(&[":", " "])
        },
        // A year before the month.
        Marks {
            then: [DIGITS, DIGITS, DIGITS, b" ", NAMES].map(bytes_of).to_vec(),
            ..beginning(b"12").with(&[": "])
        },
        // `journalctl -o short-full` and `short-unix`.
        Marks {
            then: [LETTERS, LETTERS, b" ", DIGITS].map(bytes_of).to_vec(),
            ..beginning(b"MTWFS").with(&[": "])
        },
        Marks {
            then: vec![bytes_of(DIGITS); 5],
            ..beginning(DIGITS).with(&[".", "]: "])
        },
        // NetScaler.
        Marks {
            then: [DIGITS, b"/", DIGITS, DIGITS, b"/"].map(bytes_of).to_vec(),
            ..beginning(b"0123").with(&["-PPE-", " : "])
        },
        // Meraki without a priority.
        Marks {
            then: vec![bytes_of(DIGITS); 5],
            ..beginning(b"12").with(&[".", " ", "="])
        },
        // Sophos UTM.
        Marks {
            then: [DIGITS, DIGITS, DIGITS, b":", DIGITS]
                .map(bytes_of)
                .to_vec(),
            ..beginning(b"12").with(&["]: "])
        },
        // `journalctl -o short-monotonic`.
        Marks {
            then: vec![bytes_of(b" .0123456789"); 5],
            ..beginning(b"[").with(&["] ", ": "])
        },
        // Cisco; without a priority only behind a number, or with a time first.
        beginning(b"%").with(&["-", ":"]),
        beginning(b"*.:0123456789").with(&[" %", "-"]),
    ]
}
