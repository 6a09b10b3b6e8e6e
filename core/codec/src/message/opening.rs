//! What stands before a text message: its time, and level, process or thread on either side of it.

use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::time::{NANOS, Reference};

use super::clock::Clock;
use super::{dated, framed, layouts, letters, level, loggers, stamps};
use crate::regions;
use crate::time::{self, same_moment, zones_apart};

/// What stands before a message.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Opening<'a> {
    pub time: Option<Timestamp>,
    pub severity: Option<Severity>,
    /// Process, logger or thread, or nothing.
    pub process: &'a str,
    pub body: &'a str,
    /// Whether the logger was cut off: what is behind it is told of, and no record of its own.
    pub is_named: bool,
}

impl<'a> Opening<'a> {
    pub(super) fn of(time: Option<Timestamp>, head: level::Head<'a>) -> Self {
        Self {
            time,
            severity: head.severity,
            process: head.process,
            body: head.body,
            is_named: false,
        }
    }
}

/// Words that may stand before the time.
const MAX_WORDS: usize = 2;
/// A bracket around a word is not longer.
const MAX_FRAME: usize = 64;

/// Takes apart what stands before the message of a text.
pub(super) fn split<'a>(text: &'a str, clock: &mut Clock, reference: Reference) -> Opening<'a> {
    let trimmed = level::behind(text, |byte| matches!(byte, b'[' | b'(' | b'<' | b' '));
    if let Some((time, length)) = clock.prefix(trimmed, reference) {
        return behind_time(text, time, &trimmed[length..], reference);
    }
    // The line of a file that a tool put the name of before it.
    if let Some(file) = dated::behind_file(text)
        && let inner = level::behind(file.line, |byte| byte == b'[')
        && let Some((time, length)) = clock.prefix(inner, reference)
    {
        let found = behind_time(file.line, time, &inner[length..], reference);
        if file.is_sure || found.severity.is_some() {
            return found;
        }
    }
    let of_other = || {
        short_year(trimmed, reference)
            .or_else(|| word_of_time(trimmed, reference))
            .or_else(|| layouts::tornado(text, reference))
            .or_else(|| layouts::nest(text, reference))
            .or_else(|| layouts::of_seconds(text))
            .or_else(|| layouts::cockroach(text, reference))
            .or_else(|| dated::split(text, reference))
            .or_else(|| framed::split(text, reference))
            .or_else(|| stamps::split(text, trimmed, reference))
    };
    if let Some(opening) = of_other() {
        return opening;
    }
    if let Some(line) = framed::inner(text) {
        return split(line, clock, reference);
    }
    behind_words(text, reference).unwrap_or_else(|| {
        let head = level::split(text, false);
        let named = loggers::of_line(text, text, head);
        Opening {
            is_named: named.is_some(),
            ..Opening::of(None, named.unwrap_or(head))
        }
    })
}

/// `26/05/12 14:00:00 INFO SparkContext: message`: the year with two digits and first, as the
/// log4j settings of Spark have it, or last. Without a level behind it, it may be no time.
///
/// Source: <https://spark.apache.org/docs/latest/configuration.html#configuring-logging>, as of
/// 2026-11-27.
fn short_year(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let bytes = text.as_bytes();
    let [_, _, sign @ (b'/' | b'.'), _, _, other, _, _, b' ', ..] = bytes else {
        return None;
    };
    if sign != other {
        return None;
    }
    let (date, rest) = (text.get(..17)?, text.get(17..)?);
    // Rich for Python writes it within brackets, of which the first is behind us.
    let rest = rest.strip_prefix(']').unwrap_or(rest).strip_prefix(' ')?;
    let head = level::split(rest, false);
    head.severity.filter(|_| head.body.len() < rest.len())?;
    let time = match sign {
        b'/' => time::shapes::of_two_digits(date, reference)?,
        // The day is first, as in dates with points whose year has four digits.
        _ => {
            let (day, clock) = (date.get(..6)?, date.get(6..)?);
            let (time, length) = time::prefix(&format!("{day}20{clock}"), reference)?;
            (length == date.len() + 2).then_some(time)?
        }
    };
    let (process, body) = match logger(&head) {
        Some(split) => split,
        None => (head.process, head.body),
    };
    Some(Opening {
        time: Some(time),
        severity: head.severity,
        process,
        body,
        ..Opening::default()
    })
}

/// `1778594410.123 ERROR message`, `20260512T140006Z ERROR message`: a time that is one word, which
/// only the level behind it tells from another number.
fn word_of_time(text: &str, reference: Reference) -> Option<Opening<'_>> {
    const SHORTEST: usize = 10;
    let bytes = text.as_bytes();
    bytes.first().filter(|byte| byte.is_ascii_digit())?;
    let end = bytes.iter().take(40).position(|byte| *byte == b' ')?;
    let (word, rest) = (text.get(..end)?, text.get(end + 1..)?);
    // pino-pretty writes it within brackets, of which the first is behind us.
    let word = word.strip_suffix(']').unwrap_or(word);
    if word.len() < SHORTEST {
        return None;
    }
    let head = level::split(rest, false);
    head.severity.filter(|_| head.body.len() < rest.len())?;
    Some(Opening {
        time: Some(time::parse_near(word, reference)?),
        severity: head.severity,
        process: head.process,
        body: head.body,
        ..Opening::default()
    })
}

/// `Name: message` behind a level, as name and message.
fn logger<'a>(head: &level::Head<'a>) -> Option<(&'a str, &'a str)> {
    let end = head
        .body
        .bytes()
        .position(|byte| !level::is_in_name(byte))?;
    let (name, message) = head.body.split_at_checked(end)?;
    let (name, message) = (name.strip_suffix(':')?, message.strip_prefix(' ')?);
    (head.process.is_empty() && level::is_name(name)).then_some((name, message))
}

/// `text` begins with a time, behind which is `rest`.
fn behind_time<'a>(
    text: &'a str,
    time: Timestamp,
    rest: &'a str,
    reference: Reference,
) -> Opening<'a> {
    // Most lines have a word there.
    if let [b' ', b'0'..=b'9' | b'[', ..] = rest.as_bytes()
        && let Some(opening) = own_time(text, time, rest)
    {
        return opening;
    }
    behind_last_time(text, time, rest, reference)
}

/// The same, where no time of a tool stands before it.
fn behind_last_time<'a>(
    text: &'a str,
    time: Timestamp,
    rest: &'a str,
    reference: Reference,
) -> Opening<'a> {
    let mut is_open = text.starts_with('[') && !rest.starts_with(']');
    let (mut time, mut rest) = (time, rest);
    if is_open && let Some((region, behind)) = behind_region(rest) {
        let wall = time.plus(i64::from(reference.zone_seconds) * NANOS);
        if !tells_zone(text, rest, time, reference)
            && let Some(seconds) = regions::offset(region, wall)
        {
            time = wall.plus(-seconds * NANOS);
        }
        rest = behind;
        is_open = false;
    }
    if is_open && let Some(behind) = behind_process(rest) {
        rest = behind;
        is_open = false;
    }
    if is_open && let Some((severity, body)) = stamps::within_bracket(rest) {
        return Opening {
            time: Some(time),
            severity,
            body,
            ..Opening::default()
        };
    }
    let behind = rest;
    let rest = behind_marks(rest);
    // `May 12, 2026 2:00:00 PM source`; dates of syslog have no comma.
    let has_comma = || text.bytes().take(7).any(|byte| byte == b',');
    let head = match text.as_bytes().first() {
        Some(b'A'..=b'Z') if has_comma() => util_logging(rest),
        _ => layouts::tensorflow(rest),
    };
    let mut head = head.unwrap_or_else(|| level::split(rest, is_open));
    // `2026-05-12 14:00:00,123 INFO server.Server: message` of log4j and of Python.
    if text.as_bytes().get(19) == Some(&b',')
        && head.severity.is_some()
        && let Some((name, message)) = logger(&head)
        && name.contains('.')
    {
        (head.process, head.body) = (name, message);
    }
    if head.severity.is_some()
        && let Some((name, message)) = layouts::spring(head.body)
            .or_else(|| layouts::activemq(behind, head.body))
            .or_else(|| layouts::jboss(head.body))
    {
        (head.process, head.body) = (name, message);
    } else if let Some(named) = loggers::of_line(text, rest, head) {
        return Opening {
            is_named: true,
            ..Opening::of(Some(time), named)
        };
    }
    Opening::of(Some(time), head)
}

/// What follows the number of a process behind a time in one bracket, `[2026-05-12 14:00:00.123
/// 176M] message`, as FTL of Pi-hole writes it: with `M` of its main process, `/F177` of a fork or
/// `/T177` of a thread (`src/log.c` of github.com/pi-hole/FTL, from memory).
fn behind_process(rest: &str) -> Option<&str> {
    let inner = rest.strip_prefix(' ')?;
    inner
        .as_bytes()
        .first()
        .filter(|byte| byte.is_ascii_digit())?;
    let behind = inner.trim_start_matches(|c: char| c.is_ascii_digit());
    if let Some(main) = behind.strip_prefix('M') {
        return main.strip_prefix(']');
    }
    let number = behind.strip_prefix("/T").or(behind.strip_prefix("/F"))?;
    number
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .strip_prefix(']')
}

/// A line that has a time of its own behind the one that `docker logs -t`, `kubectl logs
/// --timestamps` or Docker Desktop put before it, and a level behind that; any other time is what
/// the line tells of. The time of the runtime is the finer one; that of the desktop is in whatever
/// zone it is.
#[inline(never)]
fn own_time<'a>(text: &'a str, time: Timestamp, rest: &'a str) -> Option<Opening<'a>> {
    let line = rest.strip_prefix(' ')?;
    let inner = line.strip_prefix('[').unwrap_or(line);
    inner
        .as_bytes()
        .first()
        .filter(|byte| byte.is_ascii_digit())?;
    let printed = text.get(..text.len() - rest.len())?;
    let is_of_runtime = match printed.as_bytes().get(10)? {
        b'T' if has_zone(printed) => true,
        b' ' if printed.len() == SECONDS => false,
        _ => return None,
    };
    let (own, length) = time::prefix(inner, Reference::default())?;
    let (written, behind) = inner.split_at_checked(length)?;
    let is_same = match is_of_runtime && has_zone(written) {
        true => same_moment(own, time),
        false => zones_apart(own, time),
    };
    let kept = if is_of_runtime { time } else { own };
    let opening = behind_last_time(line, kept, behind, Reference::default());
    let behind = behind_marks(behind);
    let is_first = opening.body.len() < behind.len() || behind.starts_with('[');
    (is_same && is_first && opening.severity.is_some()).then_some(opening)
}

/// Bytes of `2026-05-12 14:00:00`.
const SECONDS: usize = 19;

/// Whether a time has a zone behind its seconds.
fn has_zone(time: &str) -> bool {
    let is_zone = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'+' | b'-');
    time.as_bytes()
        .get(SECONDS..)
        .is_some_and(|rest| rest.iter().any(is_zone))
}

fn behind_marks(text: &str) -> &str {
    let rest = level::behind(text, |byte| {
        matches!(
            byte,
            b']' | b')' | b'>' | b' ' | b'\t' | b'\n' | b'\r' | b'|' | b':' | b','
        )
    });
    rest.strip_prefix("- ").unwrap_or(rest)
}

/// Whether a time that is followed by `rest` tells its zone: then it is the same in any other.
fn tells_zone(text: &str, rest: &str, time: Timestamp, reference: Reference) -> bool {
    let written = text.strip_suffix(rest).unwrap_or(text);
    let written = level::behind(written, |byte| matches!(byte, b'[' | b'(' | b'<' | b' '));
    let zone_seconds = match reference.zone_seconds {
        0 => 3600,
        _ => 0,
    };
    let other = Reference {
        zone_seconds,
        ..reference
    };
    time::prefix(written, other).is_some_and(|(found, _)| found == time)
}

/// The region of ` Europe/Berlin]`, as PHP writes its zone, or ` Local]`, and what follows.
fn behind_region(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().take(40).position(|byte| byte == b']')?;
    let name = text[..end].strip_prefix(' ')?;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-');
    let is_region = name == "Local" || name.contains('/') && name.bytes().all(is_part);
    is_region.then(|| (name, &text[end + 1..]))
}

/// `java.util.logging.SimpleFormatter`: `time source` on a line, `LEVEL: message` on the next.
fn util_logging(text: &str) -> Option<level::Head<'_>> {
    let end = memchr::memchr(b'\n', text.as_bytes())?;
    let (source, message) = (text[..end].trim_end(), &text[end + 1..]);
    let head = level::split(message, false);
    let is_level = head.severity.is_some() && head.body.len() < message.len();
    let source = source.split(' ').next().unwrap_or_default();
    (is_level && level::is_name(source)).then_some(level::Head {
        process: source,
        ..head
    })
}

/// A time behind a level, a process or a thread: `ERROR 2026-05-12 14:00:00 message`,
/// `INFO  [main] 2026-05-12 14:00:00,123 message`, `[1] 2026/05/12 14:00:00 [INF] message`.
///
/// Layouts: the logback.xml of Apache Cassandra (`%-5level [%thread] %date{ISO8601} %F:%L - %msg`),
/// Ruby's `Logger::Formatter` (`%s, [%s #%d] %5s -- %s: %s`), read 2026-11-28.
fn behind_words(text: &str, reference: Reference) -> Option<Opening<'_>> {
    if let [b'A'..=b'Z', b',', b' ', b'[', ..] = text.as_bytes() {
        return ruby(&text[4..], reference);
    }
    // Rook puts a word before every line of a daemon of Ceph, which is not its level.
    let daemon = text.strip_prefix("debug ").and_then(|line| {
        let (time, length) = time::prefix(line, reference)?;
        let body = line
            .get(length..)?
            .strip_prefix(' ')
            .filter(|body| letters::is_ceph(body))?;
        Some(Opening::of(Some(time), level::split(body, false)))
    });
    if daemon.is_some() {
        return daemon;
    }
    let mut found = Opening::default();
    let mut rest = text;
    for _ in 0..MAX_WORDS {
        rest = skip_word(rest, &mut found)?;
        let inner = rest.trim_start_matches([' ', '\t', ':', '[', '(', '|', '-']);
        if inner.starts_with(|c: char| c.is_ascii_digit())
            && let Some((time, length)) = time::prefix(inner, reference)
        {
            let behind = &inner[length..];
            let before = &rest[..rest.len() - inner.len()];
            let is_open = before.ends_with('[') && !behind.starts_with(']');
            let behind = behind_marks(behind);
            found.time = Some(time);
            found.body = behind;
            // `ERROR [2026-05-12 14:04:00,123] com.shop.Cart: message` of Dropwizard.
            if found.severity.is_some()
                && found.process.is_empty()
                && before.ends_with('[')
                && let Some((name, message)) = behind.split_once(": ")
                && loggers::is_class(name)
            {
                (found.process, found.body) = (name, message);
            }
            if found.severity.is_none() {
                let head = level::split(behind, is_open);
                found.severity = head.severity;
                found.body = head.body;
                if found.process.is_empty() {
                    found.process = head.process;
                }
            }
            return Some(found);
        }
        rest = rest.trim_start();
    }
    None
}

/// Notes the word that `text` begins with, which may stand before a time; gives what follows it.
fn skip_word<'a>(text: &'a str, found: &mut Opening<'a>) -> Option<&'a str> {
    let bytes = text.as_bytes();
    let close = match bytes.first()? {
        b'[' => b']',
        b'(' => b')',
        _ => {
            let (word, rest) = level::word(text)?;
            let is_end = rest.starts_with([' ', '\t', ':', '[']);
            found.severity = Some(level::of_word(word).filter(|_| is_end)?);
            return Some(rest);
        }
    };
    let head = bytes.get(..MAX_FRAME).unwrap_or(bytes);
    let end = memchr::memchr(close, head)?;
    let inner = text.get(1..end)?.trim();
    match level::of_word(inner) {
        Some(severity) if found.severity.is_none() => found.severity = Some(severity),
        _ if inner.bytes().all(|byte| byte.is_ascii_digit()) => {}
        // Names of threads have blanks; a level before them and a time behind them tell that they
        // are some.
        _ if level::is_name(inner) || found.severity.is_some() => found.process = inner,
        _ => return None,
    }
    Some(&text[end + 1..])
}

/// Behind `E, [`: `2026-05-12T14:00:00.123456 #1234] ERROR -- name: message`.
fn ruby(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (time, length) = time::prefix(text, reference)?;
    let rest = text[length..].trim_start().strip_prefix('#')?;
    let (number, rest) = rest.split_once(']')?;
    number.trim().parse::<u32>().ok()?;
    let (level, rest) = rest.trim_start().split_once(" -- ")?;
    let end = rest.bytes().take(80).position(|byte| byte == b':')?;
    let (name, message) = (&rest[..end], &rest[end + 1..]);
    Some(Opening {
        time: Some(time),
        // `ANY` is what is written whatever the level.
        severity: level::of_word(level.trim()),
        process: name.trim(),
        body: message.strip_prefix(' ').unwrap_or(message),
        ..Opening::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        text: &str,
        time: Option<&str>,
        severity: Option<Severity>,
        process: &str,
        body: &str,
    ) {
        let found = split(text, &mut Clock::default(), Reference::default());
        let found_time = found.time.map(|time| time.to_string());
        assert_eq!(found_time.as_deref(), time, "{text}");
        assert_eq!(
            (found.severity, found.process, found.body),
            (severity, process, body),
            "{text}"
        );
    }

    #[test]
    fn a_year_of_two_digits_comes_first_where_a_level_follows() {
        let second = Some("2026-05-12T14:00:00Z");
        check(
            "26/05/12 14:00:00 INFO Utils: started",
            second,
            Some(Severity::INFO),
            "Utils",
            "started",
        );
        check(
            "26/05/12 14:00:00 started",
            None,
            None,
            "",
            "26/05/12 14:00:00 started",
        );
        check(
            "05/13/26 14:00:00 ERROR boom",
            Some("2026-05-13T14:00:00Z"),
            Some(Severity::ERROR),
            "",
            "boom",
        );
    }

    #[test]
    fn a_time_of_one_word_is_told_by_the_level_behind_it() {
        let (error, boom) = (Some(Severity::ERROR), "boom");
        let second = Some("2026-05-12T14:00:10Z");
        check("1778594410 ERROR boom", second, error, "", boom);
        check("20260512T140010Z ERROR boom", second, error, "", boom);
        let milli = Some("2026-05-12T14:00:10.123Z");
        check("1778594410.123 ERROR boom", milli, error, "", boom);
        check("1778594410123 ERROR boom", milli, error, "", boom);
        let text = "[1778594410123] ERROR (7 on web1): boom";
        check(text, milli, error, "", "(7 on web1): boom");
        check("1778594410 boom", None, None, "", "1778594410 boom");
        check("42 ERROR boom", None, error, "", "42 ERROR boom");
    }

    #[test]
    fn errors_of_oracle_stand_below_their_time() {
        check(
            "2026-05-12T14:00:00.123+00:00\nORA-00060: Deadlock detected",
            Some("2026-05-12T14:00:00.123Z"),
            Some(Severity::ERROR),
            "",
            "ORA-00060: Deadlock detected",
        );
        check("ORA-6: no", None, None, "", "ORA-6: no");
    }

    #[test]
    fn jboss_puts_the_thread_behind_the_logger() {
        check(
            "2026-05-12 14:00:00,123 ERROR [org.jboss.as.ejb3] (default task-1) it failed",
            Some("2026-05-12T14:00:00.123Z"),
            Some(Severity::ERROR),
            "org.jboss.as.ejb3",
            "it failed",
        );
    }

    #[test]
    fn bars_part_the_layout_of_activemq() {
        check(
            "2026-05-12 14:00:00,123 | WARN  | it failed | org.apache.Transport | Task-1",
            Some("2026-05-12T14:00:00.123Z"),
            Some(Severity::WARN),
            "org.apache.Transport",
            "it failed",
        );
    }

    #[test]
    fn a_time_may_stand_behind_other_words() {
        let (info, error) = (Some(Severity::INFO), Some(Severity::ERROR));
        let second = Some("2026-05-12T14:00:00Z");
        let milli = Some("2026-05-12T14:00:00.123Z");
        check(
            "ERROR 2026-05-12 14:00:00,123 [main] Foo: x",
            milli,
            error,
            "",
            "[main] Foo: x",
        );
        check("[INFO] 2026-05-12 14:00:00 x", second, info, "", "x");
        check(
            "[INFO ] 2026-05-12 14:00:00.123 [main] Foo - x",
            milli,
            info,
            "",
            "[main] Foo - x",
        );
        check(
            "INFO  [2026-05-12 14:00:00,123] Foo: x",
            milli,
            info,
            "",
            "Foo: x",
        );
        check(
            "INFO  [main] 2026-05-12 14:00:00,123 A.java:1 - x",
            milli,
            info,
            "main",
            "A.java:1 - x",
        );
        check(
            "INFO  [Service Thread] 2026-05-12 14:00:00,123 GC.java:1 - x",
            milli,
            info,
            "Service Thread",
            "GC.java:1 - x",
        );
    }

    #[test]
    fn a_time_may_stand_behind_numbers_letters_and_brackets() {
        let (info, error) = (Some(Severity::INFO), Some(Severity::ERROR));
        let second = Some("2026-05-12T14:00:00Z");
        let milli = Some("2026-05-12T14:00:00.123Z");
        check("[1] 2026/05/12 14:00:00 [INF] x", second, info, "", "x");
        check(
            "INFO[2026-05-12T14:00:00Z] x  a=b",
            second,
            info,
            "",
            "x  a=b",
        );
        check(
            "[error] 2026-05-12T14:00:00Z db@10.0.0.1 <0.1.0> x",
            second,
            error,
            "",
            "db@10.0.0.1 <0.1.0> x",
        );
        check(
            "E, [2026-05-12T14:00:00.123 #12] ERROR -- : x",
            milli,
            error,
            "",
            "x",
        );
        check(
            "A, [2026-05-12T14:00:00.123 #12]   ANY -- web: x",
            milli,
            None,
            "web",
            "x",
        );
        check(
            "up since 2026-05-12 14:00:00",
            None,
            None,
            "",
            "up since 2026-05-12 14:00:00",
        );
        check(
            "ERROR code 2026-05-12 14:00:00",
            None,
            error,
            "",
            "code 2026-05-12 14:00:00",
        );
    }

    #[test]
    fn a_line_has_a_time_of_its_own_behind_a_printed_one() {
        let printed = "2026-05-12T14:00:00.123Z";
        let (time, info) = (Some(printed), Some(Severity::INFO));
        check(
            &format!("{printed} 2026-05-12 16:00:00,120 INFO shop.Orders: up"),
            time,
            info,
            "shop.Orders",
            "up",
        );
        check(
            &format!("{printed} [2026-05-12 14:00:00 +0000] INFO up"),
            time,
            info,
            "",
            "up",
        );
        check(
            "2026-05-12 16:00:00 2026-05-12T14:00:00.123Z INFO up",
            time,
            info,
            "",
            "up",
        );
    }

    #[test]
    fn a_second_time_may_be_what_the_message_tells_of() {
        let check = |text: &str, level, body: &str| {
            check(text, Some("2026-05-12T14:00:00Z"), level, "", body);
        };
        for text in [
            "2026-05-10 14:00:00 is when it began",
            "2026-05-12T02:00:00Z token expired",
            "2026-05-12T14:00:00Z token expired",
            "[2026-05-12 02:00:00] window reached: failed",
            "2026-05-12T13:00:00Z was the deadline of order 7",
        ] {
            check(&format!("2026-05-12 14:00:00 {text}"), None, text);
            check(&format!("2026-05-12T14:00:00Z {text}"), None, text);
        }
        // A zone tells that the time is another.
        let text = "2026-05-12T12:00:01Z ERROR in the log of web-2";
        let error = Some(Severity::ERROR);
        check(&format!("2026-05-12T14:00:00Z {text}"), error, text);
    }

    #[test]
    fn a_time_is_followed_by_more() {
        let second = Some("2026-05-12T14:00:00Z");
        let warn = Some(Severity::WARN);
        check(
            "[12-May-2026 16:00:00 Europe/Berlin] PHP Warning:  x",
            second,
            warn,
            "",
            "PHP Warning:  x",
        );
        for zoned in ["2026-05-12T14:00:00Z", "2026-05-12T16:00:00+02:00"] {
            let text = format!("[{zoned} Europe/Paris] PHP Warning:  x");
            check(&text, second, warn, "", "PHP Warning:  x");
        }
        check("[2026-05-12 14:00:00 Local] x", second, None, "", "x");
        check(
            "[2026-05-12 14:00:00: WARNING/Worker-1] x",
            second,
            warn,
            "Worker-1",
            "x",
        );
        check(
            "[2026-05-12T14:00:00Z WARN  my_app::web] x",
            second,
            warn,
            "my_app::web",
            "x",
        );
        check(
            "2026-05-12 14:00:00|WARN|App.Main|x|",
            second,
            warn,
            "App.Main",
            "x",
        );
        check(
            "[2026-05-12 14:00:00] app.WARNING: x [] []",
            second,
            warn,
            "app",
            "x [] []",
        );
        check(
            "2026-05-12 14:00:00 W | etcd: x",
            second,
            warn,
            "",
            "etcd: x",
        );
        check(
            "May 12, 2026 2:00:00 PM org.Foo start\nWARNING: x",
            second,
            warn,
            "org.Foo",
            "x",
        );
        check(
            "2026-05-12 14:00:00 ERROR\n  x",
            second,
            Some(Severity::ERROR),
            "",
            "x",
        );
    }
}
