//! Which lines an exception belongs to that is named at the beginning of a line, and which lines of
//! other programs begin a record among those with a time.

use super::{begins_with_level, stamp_of};
use crate::message::is_level_word;

/// Bytes of a line in which its trouble is told.
const TOLD: usize = 400;

/// What a line tells of trouble with, in small letters.
const TROUBLE: [&[u8]; 28] = [
    b"error",
    b"exception",
    b"fail",
    b"warn",
    b"fatal",
    b"panic",
    b"severe",
    b"emerg",
    b"unable",
    b"could not",
    b"couldn",
    b"cannot",
    b"can't",
    b"can not",
    b"unhandled",
    b"caught",
    b"crash",
    b"abort",
    b"refused",
    b"denied",
    b"timeout",
    b"timed out",
    b"invalid",
    b"reject",
    b"unexpected",
    b"problem",
    b"crit",
    b" err ",
];

/// Whether the line before an exception is one that it belongs to: one that a logger wrote, which
/// has a time or a level before its message, one that tells of trouble or ends with a colon, or one
/// within a trace. Only prose does not, and where the frames of another exception end.
pub(super) fn leads_to(previous: &[u8]) -> bool {
    let end = memchr::memchr(b'\n', previous).unwrap_or(previous.len());
    let previous = previous[..end].trim_ascii_end();
    match previous.first() {
        None => true,
        Some(b' ' | b'\t') => !is_frame(previous.trim_ascii_start()),
        _ => previous.ends_with(b":") || has_head(previous) || is_troubled(previous),
    }
}

/// Whether a line without its indent is a frame of a trace of Java, Node.js, .NET or Ruby.
fn is_frame(line: &[u8]) -> bool {
    line.starts_with(b"at ") || line.starts_with(b"from ")
}

/// Whether a line begins as loggers do: with a time, a level or a bracket.
fn has_head(line: &[u8]) -> bool {
    // `E shop.Cart: `, `GRAVE: ` of `java.util.logging`.
    let is_letter = matches!(
        line,
        [
            b'T' | b'D' | b'I' | b'W' | b'E' | b'F',
            b' ' | b'/' | b':',
            ..
        ]
    );
    let word = line.iter().take_while(|byte| byte.is_ascii_uppercase());
    let word = word.count();
    let is_word = word > 3 && line.get(word) == Some(&b':');
    line.starts_with(b"[")
        || is_letter
        || is_word
        || begins_with_level(line)
        || begins_undated(line)
        || stamp_of(line).is_some()
}

fn is_troubled(line: &[u8]) -> bool {
    // klog and glog: `E0512 14:00:00`.
    let is_lettered = matches!(line, [b'W' | b'E' | b'F', b'0'..=b'9', b'0'..=b'9', ..]);
    let head = line[..line.len().min(TOLD)].to_ascii_lowercase();
    is_lettered
        || TROUBLE
            .iter()
            .any(|word| memchr::memmem::find(&head, word).is_some())
}

/// Whether a record begins with `line` although it has no date: those of programs that print the
/// time of day or a level alone.
pub(super) fn begins_undated(line: &[u8]) -> bool {
    match line {
        // The console of Serilog, `[14:00:00 INF] `; `[14:00:00] [Server thread/INFO]: `.
        [b'[', b'0'..=b'2', ..] => {
            let rest = behind_clock(&line[1..]);
            let is_level = |rest: &[u8]| match rest {
                [b' ', a, b, c, b']', b' ', ..] => {
                    [a, b, c].iter().all(|letter| letter.is_ascii_uppercase())
                }
                _ => false,
            };
            rest.is_some_and(|rest| {
                is_level(rest) || rest.strip_prefix(b"]").is_some_and(has_level)
            })
        }
        // Elixir, `14:00:00.250 [info] `; Logback, `14:00:00.250 [main] INFO `.
        [b'0'..=b'2', _, b':', ..] => {
            line.get(8) != Some(&b' ') && behind_clock(line).is_some_and(has_level)
        }
        // logcat: `05-12 14:00:00.250  1702  2395 E Tag: `.
        [
            b'0' | b'1',
            b'0'..=b'9',
            b'-',
            b'0'..=b'3',
            b'0'..=b'9',
            b' ',
            rest @ ..,
        ] => behind_clock(rest)
            .is_some_and(|behind| behind.starts_with(b" ") && rest.get(8) == Some(&b'.')),
        // glog, `E20260512 14:00:00.250250`, and CockroachDB, `E260512 14:00:00.250250`.
        [b'I' | b'W' | b'E' | b'F', rest @ ..] => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let clock = rest[digits..].strip_prefix(b" ");
            matches!(digits, 6 | 8) && clock.is_some_and(|clock| behind_clock(clock).is_some())
        }
        // .NET: `fail: Microsoft.AspNetCore.Server.Kestrel[13]`.
        [
            b't' | b'd' | b'i' | b'w' | b'f' | b'c',
            _,
            _,
            _,
            b':',
            b' ',
            rest @ ..,
        ] => {
            let levels = [&b"trce"[..], b"dbug", b"info", b"warn", b"fail", b"crit"];
            levels.contains(&&line[..4]) && is_category(rest)
        }
        _ => false,
    }
}

/// Whether a level stands in the bracket behind a blank, as all of it or behind a thread, or behind
/// that bracket: ` [info] `, ` [Server thread/INFO]`, ` [main] INFO `.
fn has_level(text: &[u8]) -> bool {
    let Some(inner) = text.strip_prefix(b" [") else {
        return false;
    };
    let Some(end) = memchr::memchr(b']', inner.get(..60).unwrap_or(inner)) else {
        return false;
    };
    let (inner, behind) = (&inner[..end], &inner[end + 1..]);
    let word = inner.rsplit(|byte| *byte == b'/').next().unwrap_or(inner);
    is_level_word(word.trim_ascii()) || begins_with_level(behind.trim_ascii_start())
}

/// What stands behind `14:00:00` or `14:00:00.250`.
fn behind_clock(text: &[u8]) -> Option<&[u8]> {
    let [a, b, b':', c, d, b':', e, f, rest @ ..] = text else {
        return None;
    };
    if ![a, b, c, d, e, f].iter().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let Some(fraction) = rest.strip_prefix(b".").or(rest.strip_prefix(b",")) else {
        return Some(rest);
    };
    let digits = fraction
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    (digits > 0).then(|| &fraction[digits..])
}

/// Whether a text is the category of an event of .NET and its number: `Shop.Orders[13]`.
fn is_category(text: &[u8]) -> bool {
    let text = text[..memchr::memchr(b'\n', text).unwrap_or(text.len())].trim_ascii_end();
    let Some(inner) = text.strip_suffix(b"]") else {
        return false;
    };
    let Some(open) = memchr::memrchr(b'[', inner) else {
        return false;
    };
    let (name, number) = (&inner[..open], &inner[open + 1..]);
    let number = number.strip_prefix(b"-").unwrap_or(number);
    !name.is_empty()
        && !name.contains(&b' ')
        && !number.is_empty()
        && number.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_belongs_to_a_line_of_trouble() {
        for line in [
            "ERROR could not take the order",
            "E0512 14:00:00.000000 1 main.go:1] no order",
            "Request failed",
            "2026-05-12 14:00:00,123 [main] shop.Cart - checking the order",
            "Traceback of the order:",
            "  File \"/app/a.py\", line 1, in f",
            "    raise ValueError(x)",
            "           ^^^^^^^^^^^^^",
            "  [Previous line repeated 995 more times]",
            "2026-05-12 14:00:00,123 INFO [main] shop.Cart - trying again",
            "INFO: Servlet was stopped",
            "[WRN] slow",
            "GRAVE: ...",
            "",
        ] {
            assert!(leads_to(line.as_bytes()), "{line}");
        }
        for line in [
            "Server listening on 3000",
            "order 7 paid",
            "    at foo (/app/a.js:1:2)",
            "\tat a.B.c(D.java:1)",
            "   at Shop.Cart.Add() in /src/Cart.cs:line 12",
            "GET /orders 200",
        ] {
            assert!(!leads_to(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn lines_without_a_date_begin_a_record() {
        for line in [
            "[14:00:00 INF] Now listening",
            "[14:00:00] [Server thread/INFO]: Done",
            "14:00:00.250 [info] GET /",
            "14:00:00,250 [main] INFO shop.Cart - up",
            "E260512 14:00:00.250250 12 server/node.go:1 boom",
            "05-12 14:00:00.250  1702  2395 E Tag: boom",
            "fail: Microsoft.AspNetCore.Server.Kestrel[13]\n      x",
        ] {
            assert!(begins_undated(line.as_bytes()), "{line}");
        }
        for line in [
            "14:00:00 up 5 days, 2 users",
            "14:00:00.25 GMT",
            "[14:00:00] [bob] hi",
            "14:00:00.250 [bob] hi",
            "[14:00:00 the job began]",
            "[12, 13, 14]",
            "info: no category",
            "fail: items[0] = 12",
            "warn: list[a]",
            "05-12 is the day",
        ] {
            assert!(!begins_undated(line.as_bytes()), "{line}");
        }
    }
}
