//! Lines behind those of a container runtime: parts of one line, and lines of one stack trace.
//!
//! Sources: github.com/kubernetes/design-proposals-archive, node/kubelet-cri-logging.md, read
//! 2026-11-21; docs.docker.com/engine/logging/drivers/json-file, read 2026-11-21. Docker splits
//! lines of more than 16 KB; only the last part ends with a line end.

use nepho_core::Timestamp;
use nepho_core::time::NANOS;

use super::printed;
use super::trace::{continues, is_behind_blank, is_trace};
use crate::bytes::find_near;
use crate::json::skip::string_end;
use crate::json::unescape;

/// Bytes from which on Docker cuts a line (`defaultBufSize` of `daemon/logger/copier.go` of
/// github.com/moby/moby, as of 2026-11-28).
const PART_BYTES: usize = 16 << 10;

/// Lines of a trace are taken within this time.
const NEAR: i64 = 2 * NANOS;

/// What every line of Docker's `json-file` driver begins with.
const DOCKER: &[u8] = b"{\"log\":\"";

/// Whether `line`, which is all that follows, goes on with what the container wrote in `previous`.
#[inline]
pub(super) fn goes_on(previous: &[u8], line: &[u8]) -> bool {
    match line.first() {
        Some(b'0'..=b'9') if is_of_pm2(line) => pm2_goes_on(previous, line),
        Some(b'0'..=b'9') => runtime_goes_on(previous, line),
        Some(b'{') if is_docker(line) && is_docker(previous) => docker_goes_on(previous, line),
        Some(b'a'..=b'z') if previous.first() == line.first() => printed_goes_on(previous, line),
        _ => false,
    }
}

/// Whether `line` is one of Docker's.
#[inline]
pub(super) fn is_docker(line: &[u8]) -> bool {
    line.starts_with(DOCKER)
}

/// Whether a container wrote an empty line.
pub(super) fn is_blank(line: &[u8]) -> bool {
    match is_docker(line) {
        true => docker_message(line).is_some_and(|(text, _)| matches!(text, "\\n" | "\\r\\n")),
        false => behind_time(line).is_some_and(|rest| message(rest).is_empty()),
    }
}

/// As [`goes_on`] for `2026-05-12T14:00:00Z stdout F message`.
fn runtime_goes_on(previous: &[u8], line: &[u8]) -> bool {
    let (Some(before), Some(after)) = (behind_time(previous), behind_time(line)) else {
        return printed::goes_on(previous, line);
    };
    if before.get(..6) != after.get(..6) {
        return false;
    }
    match before.get(6..9) {
        Some(b" P " | b" P:") => true,
        // Most lines of applications: an object goes on with nothing but a panic of Rust.
        Some([b' ', _, b' '])
            if matches!(after.get(6..10), Some([b' ', _, b' ', b'{']))
                && before.get(9) != Some(&b't') =>
        {
            false
        }
        _ => {
            let (before, after) = (message(before), message(after));
            let goes_on = match after {
                [] => behind_blank(previous, line, before),
                after => continues(before, after) || is_trace(before, after),
            };
            goes_on && !is_object(before) && is_near(time(previous), time(line))
        }
    }
}

/// Whether the message behind an empty one goes on with that in `previous`.
fn behind_blank(previous: &[u8], line: &[u8], before: &[u8]) -> bool {
    let next = memchr::memchr(b'\n', line).and_then(|end| behind_time(line.get(end + 1..)?));
    let stream = behind_time(previous).and_then(|rest| rest.get(..6));
    next.is_some_and(|next| {
        next.get(..6) == stream && !before.is_empty() && is_behind_blank(before, message(next))
    })
}

/// As [`goes_on`] for `web-1  | message`, as `docker compose` prints it. A single blank before a
/// message is no sign of a trace: servers greet like that.
fn printed_goes_on(previous: &[u8], line: &[u8]) -> bool {
    let Some(bar) = find_near(line.get(..80).unwrap_or(line), b'|') else {
        return false;
    };
    let (Some((name, after)), Some((other, before))) = (
        line.split_at_checked(bar + 1),
        previous.split_at_checked(bar + 1),
    ) else {
        return false;
    };
    let (Some(after), Some(before)) = (after.strip_prefix(b" "), before.strip_prefix(b" ")) else {
        return false;
    };
    let is_deep = !matches!(after, [b' ', next, ..] if *next != b' ');
    name == other
        && name.ends_with(b" |")
        && !before.trim_ascii().is_empty()
        && !is_object(before)
        && (is_trace(before, after) || is_deep && continues(before, after))
}

/// Whether a line begins as `pm2 logs` prints them, `0|web      | message`: what stands before the
/// bar is made ten wide, or one wider than it is.
#[inline]
pub(super) fn is_of_pm2(line: &[u8]) -> bool {
    let is_number = matches!(line, [_, b'|', ..] | [_, b'0'..=b'9', b'|', ..])
        || matches!(line, [_, b'0'..=b'9', b'0'..=b'9', b'|', ..]);
    is_number && pm2_head(line).is_some()
}

/// Bytes before the message in a line of PM2.
fn pm2_head(line: &[u8]) -> Option<usize> {
    let head = line.get(..80).unwrap_or(line);
    let bar = memchr::memmem::find(head, b" | ")?;
    (bar == 10 || matches!(head.get(..bar), Some([.., b'!'..=b'~', b' ']))).then_some(bar + 3)
}

/// As [`goes_on`] for `0|web      | message`, or `0|web      | 2026-05-12T14:00:00: message`.
fn pm2_goes_on(previous: &[u8], line: &[u8]) -> bool {
    let message = |line: &[u8]| {
        let bar = pm2_head(line)?;
        let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
        let text = line.get(bar..end)?;
        let time = text.get(..30).unwrap_or(text);
        let time = memchr::memmem::find(time, b": ")
            .filter(|_| text.first().is_some_and(u8::is_ascii_digit));
        Some((bar, time.map_or(bar, |time| bar + time + 2)))
    };
    let (Some((name, start)), Some((other, before))) = (message(line), message(previous)) else {
        return false;
    };
    let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
    let (Some(after), Some(before)) = (line.get(start..end), previous.get(before..)) else {
        return false;
    };
    let is_deep = matches!(after, [b' ', b' ', ..] | [b'\t', ..]);
    line.get(..name) == previous.get(..other)
        && !before.trim_ascii().is_empty()
        && !is_object(before)
        && (is_trace(before, after) || is_deep && continues(before, after))
}

/// What follows the time of a line of a container runtime.
fn behind_time(line: &[u8]) -> Option<&[u8]> {
    if line.get(10) != Some(&b'T') {
        return None;
    }
    let blank = find_near(line.get(..40).unwrap_or(line), b' ')?;
    let rest = line.get(blank + 1..)?;
    (rest.starts_with(b"stdout ") || rest.starts_with(b"stderr ")).then_some(rest)
}

/// When the runtime took a line.
fn time(line: &[u8]) -> Option<&[u8]> {
    line.get(..memchr::memchr(b' ', line.get(..40).unwrap_or(line))?)
}

/// What the container wrote, of `stdout F message` and what follows.
fn message(rest: &[u8]) -> &[u8] {
    let rest = rest.get(7..).unwrap_or_default();
    let rest = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let tag = memchr::memchr(b' ', rest.get(..24).unwrap_or(rest));
    let message = tag.and_then(|tag| rest.get(tag + 1..)).unwrap_or_default();
    message.strip_suffix(b"\r").unwrap_or(message)
}

/// As [`goes_on`] for `{"log":"message\n","stream":"stdout","time":"..."}`.
fn docker_goes_on(previous: &[u8], line: &[u8]) -> bool {
    let Some((before, stream)) = docker_message(previous) else {
        return false;
    };
    // The line may not be here to its end; the driver writes the parts one behind the other.
    if is_cut(before) {
        return docker_message(line).is_none_or(|(_, other)| other == stream);
    }
    if !may_go_on(before, line.get(DOCKER.len()..).unwrap_or_default()) {
        return false;
    }
    let Some((after, other)) = docker_message(line) else {
        return false;
    };
    let (before, after) = (unescape(before), unescape(after));
    let (before, after) = (before.trim_end().as_bytes(), after.as_bytes());
    let goes_on = match after.trim_ascii() {
        [] => behind_docker_blank(before, stream, line),
        _ => continues(before, after) || is_trace(before, after),
    };
    goes_on
        && other == stream
        && !is_object(before)
        && is_near(docker_time(previous), docker_time(line))
}

/// Whether the driver has cut a message: it is as long as a part, and ends with no line end.
fn is_cut(message: &str) -> bool {
    message.len() >= PART_BYTES && !ends_a_line(message)
}

/// Whether a message, with its escapes, ends with a line end. A backslash and an `n` are none.
fn ends_a_line(message: &str) -> bool {
    let before = message.strip_suffix('n').unwrap_or_default();
    (before.len() - before.trim_end_matches('\\').len()) % 2 == 1
}

/// Whether a message is a whole JSON object.
fn is_object(message: &[u8]) -> bool {
    message.starts_with(b"{") && message.trim_ascii_end().ends_with(b"}")
}

/// Whether two times lie so near that both lines may be of one trace.
pub(super) fn is_near(one: Option<&[u8]>, other: Option<&[u8]>) -> bool {
    let time = |text: Option<&[u8]>| Timestamp::parse_rfc3339(std::str::from_utf8(text?).ok()?);
    match (time(one), time(other)) {
        (Some(one), Some(other)) => one.0.abs_diff(other.0) <= NEAR.unsigned_abs(),
        _ => true,
    }
}

/// When Docker took a line.
fn docker_time(line: &[u8]) -> Option<&[u8]> {
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
    let at = memchr::memmem::rfind(line, b"\"time\":\"")? + 8;
    let rest = line.get(at..)?;
    rest.get(..memchr::memchr(b'"', rest)?)
}

fn behind_docker_blank(before: &[u8], stream: &[u8], line: &[u8]) -> bool {
    let next = memchr::memchr(b'\n', line).and_then(|end| line.get(end + 1..));
    let next = next.filter(|next| is_docker(next)).and_then(docker_message);
    next.is_some_and(|(next, other)| {
        let next = unescape(next);
        other == stream && !before.is_empty() && is_behind_blank(before, next.as_bytes())
    })
}

/// A quick look at a message, with its escapes, before more is made of it.
fn may_go_on(before: &str, message: &[u8]) -> bool {
    let is_in_trace = before.starts_with([' ', '\\'])
        || before.starts_with("goroutine ")
        || before.starts_with("thread '")
        // The head that `SimpleFormatter` writes: `May 12, 2026 2:00:00 PM source`.
        || before.bytes().take(9).any(|byte| byte == b',');
    if is_in_trace {
        return true;
    }
    match message.first() {
        Some(b' ' | b'\\' | b'.' | b')' | b'}' | b'#' | b'/' | b'[') => true,
        Some(b'a'..=b'z' | b'A'..=b'Z') => {
            let word = message
                .iter()
                .take(120)
                .take_while(|byte| !matches!(byte, b' ' | b':' | b'\\'));
            let word = &message[..word.count()];
            let first = [
                &b"Caused"[..],
                b"Traceback",
                b"During",
                b"The",
                b"Stack",
                b"stack",
                b"note",
            ];
            word.ends_with(b"Exception")
                || word.ends_with(b"Error")
                || first.contains(&word)
                || word.starts_with(b"Trace[")
        }
        _ => false,
    }
}

/// The message of a line of Docker, with its escapes, and the stream it was written to.
fn docker_message(line: &[u8]) -> Option<(&str, &[u8])> {
    let (end, _) = string_end(line, DOCKER.len()).ok()?;
    let message = std::str::from_utf8(line.get(DOCKER.len()..end)?).ok()?;
    let stream = line.get(end + 1..)?.strip_prefix(b",\"stream\":\"std")?;
    Some((message, stream.get(..3)?))
}

/// The lines of Docker that make one record, as one line: that of the first, with all that was
/// written; of a trace behind times, without all times but the first. `None` if it is one already,
/// or of another kind.
#[inline]
pub(crate) fn one_line(lines: &str) -> Option<String> {
    let bytes = lines.as_bytes();
    match bytes {
        [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _, b'T', ..] => match behind_time(bytes) {
            None => printed::joined(lines),
            Some(_) => None,
        },
        _ if is_docker(bytes) => joined(lines),
        _ => None,
    }
}

fn joined(lines: &str) -> Option<String> {
    let (first, parts) = lines.split_once('\n')?;
    let first = first.trim_end_matches('\r');
    let (begin, _) = docker_message(first.as_bytes())?;
    let mut line = String::with_capacity(lines.len());
    line.push_str(std::str::from_utf8(DOCKER).unwrap_or_default());
    line.push_str(begin);
    let mut last = begin;
    for part in parts.split('\n') {
        let (message, _) =
            docker_message(part.as_bytes()).filter(|_| is_docker(part.as_bytes()))?;
        // Whoever took the line ends away wrote lines all the same.
        if !is_cut(last) && !ends_a_line(last) {
            line.push_str("\\n");
        }
        line.push_str(message);
        last = message;
    }
    line.push_str(first.get(DOCKER.len() + begin.len()..)?);
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn docker(log: &str, stream: &str) -> String {
        format!(r#"{{"log":"{log}","stream":"{stream}","time":"2026-05-12T10:00:00.1Z"}}"#)
    }

    #[test]
    fn lines_of_docker_are_put_together() {
        let check = |previous: &str, line: &str, expected: bool| {
            let (previous, line) = (docker(previous, "stdout"), docker(line, "stdout"));
            let found = goes_on(previous.as_bytes(), line.as_bytes());
            assert_eq!(found, expected, "{previous} {line}");
        };
        let part = "x".repeat(PART_BYTES);
        check(&part, "end\\n", true);
        check(&(part + "C:\\\\n"), "end\\n", true);
        check("short", "end\\n", false);
        check("curl \\\\\\n", "end\\n", false);
        check("{\\\"a\\\":1}\\n", "a.B.GoneException: x\\n", false);
        check(" INFO one\\n", " INFO two\\n", false);
        check("one\\n", "two\\n", false);
        check("boom\\n", "\\tat a.B.c(B.java:1)\\n", true);
        check(
            "  File \\\"a.py\\\", line 1, in f\\n",
            "a.b.Gone: x\\n",
            true,
        );
        check("one failed\\n", "ValueError: bad\\n", true);
        check("one\\n", "ValueError: bad\\n", false);
        check("one\\n", "TypeErrors were found\\n", false);
        check("one\\n", "\\u001b[31mtwo\\n", false);
        let other = docker("\\tat x\\n", "stderr");
        assert!(!goes_on(
            docker("a\\n", "stdout").as_bytes(),
            other.as_bytes()
        ));
    }

    #[test]
    fn traces_that_compose_prints_go_on() {
        let check = |previous: &str, line: &str, expected: bool| {
            let found = goes_on(previous.as_bytes(), line.as_bytes());
            assert_eq!(found, expected, "{previous} {line}");
        };
        let frame = "web-1  |   File \"a.py\", line 1, in f";
        check("web-1  | Traceback (most recent call last):", frame, true);
        check(
            "web-1  |     return 1 / 0",
            "web-1  | a.b.NoStock: none",
            true,
        );
        check("web-1  | boom", "web-1  | \tat a.B.c(B.java:1)", true);
        check("web-2  | boom", "web-1  | \tat a.B.c(B.java:1)", false);
        check("web-1  | started", "web-1  |  * Serving app", false);
        check("web-1  | one", "web-1  | two", false);
        check("warn|one", "warn|  two", false);
    }

    #[test]
    fn several_lines_of_docker_are_one() {
        let part = "a".repeat(PART_BYTES);
        let lines = docker(&part, "stdout") + "\n" + &docker("b\\n", "stdout");
        assert_eq!(one_line(&lines), Some(docker(&(part + "b\\n"), "stdout")));
        let lines = docker("a", "stdout") + "\n" + &docker("\\tb", "stdout");
        assert_eq!(one_line(&lines), Some(docker("a\\n\\tb", "stdout")));
        assert_eq!(one_line(&(docker("a ", "stdout") + "\nx")), None);
        assert_eq!(one_line("x"), None);
    }
}
