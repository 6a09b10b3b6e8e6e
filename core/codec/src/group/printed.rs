//! Stack traces of which every line stands behind the time at which it was taken, as `kubectl logs
//! --timestamps`, `docker logs -t`, exports of CloudWatch Logs and GitHub Actions write them.
//!
//! Sources: see [`crate::unwrap`], wrapping `printed_time`.

use super::container::is_near;
use super::trace::{continues, is_exception, is_trace, is_traceback};
use crate::bytes::find_near;

/// A time is not longer: nanoseconds and an offset.
const MOST_BYTES: usize = 35;
/// `2026-05-12T14:00:00.123456789Z`, as runtimes write it; applications seldom do.
const NANOS_BYTES: usize = 30;

/// Whether `line`, which is all that follows, goes on with a trace in `previous`.
pub(super) fn goes_on(previous: &[u8], line: &[u8]) -> bool {
    // Most lines say by their first byte that they are of no trace.
    let Some((time, after)) = behind_time(line) else {
        return false;
    };
    let is_of_runtime = time.len() >= NANOS_BYTES;
    // A single blank fills a level up: ` INFO`.
    let may_be = match after {
        [b' ', b' ', ..] | [b'\t' | b'C' | b'T', ..] => true,
        [b'A'..=b'Z' | b'a'..=b'z', ..] => is_of_runtime || is_exception(after),
        _ => false,
    };
    if !may_be {
        return false;
    }
    let after = first_line(after);
    let Some((earlier, before)) = parts(previous).filter(|(_, before)| !before.is_empty()) else {
        return false;
    };
    let is_in_trace = before.starts_with(b" ") || before.starts_with(b"\t");
    let may_raise = is_in_trace || is_of_runtime && is_failure(before);
    let goes_on = is_frame(after)
        || is_traceback(after) && continues(before, after)
        || is_code(before, after)
        || may_raise && is_exception(after)
        || (is_in_trace || is_of_runtime) && is_trace(before, after);
    goes_on && !before.starts_with(b"{") && is_near(Some(earlier), Some(time))
}

/// The lines of a trace behind the time of the first; `None` if not every line has one.
pub(super) fn joined(lines: &str) -> Option<String> {
    let (first, rest) = lines.split_once('\n')?;
    parts(first.as_bytes())?;
    let mut joined = String::with_capacity(lines.len());
    joined.push_str(first.trim_end_matches('\r'));
    for line in rest.split('\n') {
        let (time, _) = parts(line.as_bytes())?;
        joined.push('\n');
        joined.push_str(line.get(time.len() + 1..)?.trim_end_matches('\r'));
    }
    Some(joined)
}

/// The time that a line begins with, and what is behind it up to the line end.
fn parts(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (time, rest) = behind_time(line)?;
    Some((time, first_line(rest)))
}

/// The time that a line begins with, and all that follows.
fn behind_time(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let head = line.get(..line.len().min(MOST_BYTES + 1))?;
    let is_date = matches!(
        head,
        [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _, b'T', ..]
    );
    if !is_date {
        return None;
    }
    let end = find_near(head, b' ')?;
    let (time, rest) = (line.get(..end)?, line.get(end + 1..)?);
    let has_zone = matches!(time, [.., b'Z'] | [.., b'+' | b'-', _, _, b':', _, _]);
    has_zone.then_some((time, rest))
}

fn first_line(text: &[u8]) -> &[u8] {
    let line = &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())];
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Whether a line can be nothing but one of a trace.
fn is_frame(line: &[u8]) -> bool {
    let rest = line.trim_ascii_start();
    let is_indented = rest.len() < line.len();
    let has = |start: &[u8]| rest.starts_with(start);
    let is_shape = has(b"at ") || has(b"File \"") || has(b"Suppressed: ") || is_left_out(rest);
    is_indented && is_shape || has(b"Caused by: ")
}

/// Whether a line tells of a failure that the name of an exception may stand below: each of
/// several exceptions is one of its own.
fn is_failure(line: &[u8]) -> bool {
    let head = &line[..line.len().min(100)];
    let levels = [&b"ERROR"[..], b"FATAL", b"SEVERE", b"CRITICAL", b"WARN"];
    let mut levels = levels.iter();
    is_traceback(line)
        || !is_exception(line) && levels.any(|level| memchr::memmem::find(head, level).is_some())
}

/// Whether a line counts frames that are left out: `... 12 more`, `... 3 common frames omitted`.
fn is_left_out(line: &[u8]) -> bool {
    let count = line.strip_prefix(b"... ").unwrap_or_default();
    count.first().is_some_and(u8::is_ascii_digit)
}

/// Whether a line is the code of the place in a trace of Python before it, or the marks below it.
fn is_code(before: &[u8], line: &[u8]) -> bool {
    let is_deep = |line: &[u8]| line.starts_with(b"    ");
    let is_mark = |byte: &u8| matches!(byte, b'^' | b'~' | b' ');
    is_deep(line)
        && (before.starts_with(b"  File \"") || is_deep(before) && line.iter().all(is_mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_behind_times_go_on() {
        let check = |previous: &str, line: &str, expected: bool| {
            for time in ["2026-05-12T14:00:00.5Z", "2026-05-12T14:00:00.123456789Z"] {
                let [previous, line] = [previous, line].map(|text| format!("{time} {text}"));
                let found = goes_on(previous.as_bytes(), line.as_bytes());
                assert_eq!(found, expected, "{previous} {line}");
            }
        };
        check("a.B: no stock", "\tat shop.Cart.add(Cart.java:12)", true);
        check("\tat a.B.c(B.java:1)", "Caused by: a.B: none", true);
        check("Caused by: a.B: none", "\t... 12 more", true);
        check("ERROR no stock", "Traceback (most recent call last):", true);
        check("INFO ready", "Traceback (most recent call last):", false);
        check("Traceback", "  File \"a.py\", line 1, in f", true);
        check("  File \"a.py\", line 1, in f", "    return 1 / 0", true);
        check("    return 1 / 0", "           ~~^~~", true);
        check("    return 1 / 0", "ZeroDivisionError: x", true);
        check("one", "two", false);
        check("one", " INFO two", false);
        check("one", "   two", false);
        check("{\"a\":1}", "\tat a.B.c(B.java:1)", false);
    }

    #[test]
    fn others_do_not() {
        let check = |previous: &str, line: &str, expected: bool| {
            let found = goes_on(previous.as_bytes(), line.as_bytes());
            assert_eq!(found, expected, "{previous} {line}");
        };
        let nanos = "2026-05-12T14:00:00.123456789Z";
        let clock = "2026-05-12T14:00:00Z";
        let error = "ValueError: bad";
        let failed = format!("{nanos} ERROR one");
        check(&failed, &format!("{nanos} {error}"), true);
        for previous in ["one", "INFO request done", error, "ERROR: TimeoutError: x"] {
            let previous = format!("{nanos} {previous}");
            let expected = previous.contains("ERROR");
            check(&previous, &format!("{nanos} {error}"), expected);
        }
        check(&format!("{clock} one"), &format!("{clock} {error}"), false);
        let later = "2026-05-12T14:00:10Z";
        check(&format!("{clock} a"), &format!("{later} \tat b"), false);
        check("a", &format!("{later} \tat b"), false);
        check(&format!("{clock} a"), "\tat b", false);
    }

    #[test]
    fn times_of_all_lines_but_the_first_are_left_out() {
        assert_eq!(
            joined("2026-05-12T14:00:00Z a.B: c\n2026-05-12T14:00:00Z \tat d\r").as_deref(),
            Some("2026-05-12T14:00:00Z a.B: c\n\tat d")
        );
        assert_eq!(joined("2026-05-12T14:00:00Z a\n\tat b"), None);
        assert_eq!(joined("a\nb"), None);
    }
}
