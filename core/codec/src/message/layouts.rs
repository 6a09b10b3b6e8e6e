//! Layouts that say more of a line than its time and its level: where the logger stands, and what
//! belongs to the message.

use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::time::{NANOS, Reference, fraction};

use super::level;
use super::opening::Opening;
use crate::bytes::find_near;
use crate::time;

/// Seconds since 1970 that a bare number of a time may be.
const SECONDS: std::ops::Range<f64> = 1e9..4e9;

/// No time and no level is longer.
const LONGEST_TIME: usize = 48;

/// `time\tLEVEL\tlogger\tcaller\tmessage\t{"key":"value"}`, and the object, or nothing.
///
/// Only time, level and message are always there (go.uber.org/zap/zapcore, `NewConsoleEncoder`;
/// sigs.k8s.io/controller-runtime, `log/zap`, as of 2026-11-29).
pub(super) fn zap(text: &str, reference: Reference) -> Option<(Opening<'_>, &str)> {
    let (time, rest) = split_tab(text)?;
    let (word, rest) = split_tab(rest)?;
    let severity = severity(word)?;
    let time = match time::prefix(time, reference) {
        Some((found, length)) if length == time.len() => found,
        Some(_) => return None,
        None => seconds(time)?,
    };
    // Stack traces follow on lines of their own.
    let line = rest.lines().next().unwrap_or(rest);
    let (parts, fields) = match line.rsplit_once('\t') {
        Some((parts, fields)) if fields.starts_with('{') && fields.ends_with('}') => {
            (parts, fields)
        }
        _ => (line, ""),
    };
    // Istio writes pairs between tabs instead (`istio.io/istio/pkg/log`).
    let (parts, is_paired) = match parts.rsplit_once('\t') {
        Some((before, pair)) if fields.is_empty() && is_pair(pair) && before.contains('\t') => {
            (before, true)
        }
        _ => (parts, false),
    };
    let (names, body) = match fields {
        "" if !is_paired => rest.split_at(parts.rfind('\t').map_or(0, |at| at + 1)),
        _ => parts.split_at(parts.rfind('\t').map_or(0, |at| at + 1)),
    };
    let mut names = names.split('\t').filter(|name| !name.is_empty()).peekable();
    let first = names.next().unwrap_or_default();
    // Airlift, and so Trino, has the thread before the class.
    let class = names
        .peek()
        .filter(|name| name.contains('.') && !name.contains(':'));
    let opening = Opening {
        time: Some(time),
        severity: Some(severity),
        process: class.copied().unwrap_or(first),
        body,
        ..Opening::default()
    };
    // More than a logger and a caller would be another layout.
    (names.count() <= 1 && !opening.process.contains(' ')).then_some((opening, fields))
}

/// Whether a text is `key=value`.
fn is_pair(text: &str) -> bool {
    let key = text.split('=').next().unwrap_or_default();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    key.len() < text.len() && !key.is_empty() && key.bytes().all(is_part)
}

/// What stands before a tab that is near, and behind it.
fn split_tab(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let tab = find_near(bytes.get(..LONGEST_TIME).unwrap_or(bytes), b'\t')?;
    Some((text.get(..tab)?, text.get(tab + 1..)?))
}

/// Level of a word in capitals or in small letters, with the colors taken away.
fn severity(word: &str) -> Option<Severity> {
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_word.then(|| Severity::from_word(word))?
}

/// Time of `1.7785944001234567e+09`.
fn seconds(text: &str) -> Option<Timestamp> {
    let seconds: f64 = text.parse().ok()?;
    let is_time = text.contains('.') && SECONDS.contains(&seconds);
    // Microseconds are as fine as the number is.
    #[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
    let micros = (seconds * 1e6).round() as i64;
    is_time.then(|| Timestamp(micros * (NANOS / 1_000_000)))
}

/// Logger and message of `1 --- [orders] [main] c.s.Orders : message`, which Spring Boot writes
/// behind the level (`defaults.xml` of its logback settings, as of 2026-11-29).
pub(super) fn spring(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let mut rest = rest.strip_prefix(" --- ")?;
    while rest.starts_with('[') {
        let end = rest.find(']').filter(|_| text.len() > rest.len())?;
        rest = rest[end + 1..].trim_start_matches(' ');
    }
    let (logger, message) = rest.split_once(':')?;
    let logger = logger.trim_end_matches(' ');
    let message = message.strip_prefix(' ').unwrap_or(message);
    let is_name = !logger.is_empty() && !logger.contains(' ');
    is_name.then_some((logger, message))
}

/// Logger and message of `message | logger | thread`, which ActiveMQ writes behind the level, with
/// a bar on either side of it (`log4j2.properties` of its broker, as of 2026-11-29).
pub(super) fn activemq<'a>(behind_time: &str, text: &'a str) -> Option<(&'a str, &'a str)> {
    behind_time.strip_prefix(" | ")?;
    let (rest, _thread) = text.rsplit_once(" | ")?;
    let (message, logger) = rest.rsplit_once(" | ")?;
    let is_name = logger.contains('.') && !logger.contains(' ');
    is_name.then_some((logger, message))
}

/// Logger and message of `[org.jboss.as] (default task-1) message`, which `WildFly`, Keycloak and
/// Quarkus write behind the level (`%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p [%c] (%t) %s%e%n`; in
/// quarkus.io/guides/logging with `%c{3.}`, as of 2026-11-30).
pub(super) fn jboss(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('[')?;
    let (logger, rest) = text.split_at_checked(find_near(text.as_bytes(), b']')?)?;
    let (_thread, message) = rest.strip_prefix("] (")?.split_once(") ")?;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-$".contains(&byte);
    (logger.contains('.') && logger.bytes().all(is_part)).then_some((logger, message))
}

/// `[Nest] 99  - 05/12/2026, 2:00:00 PM   ERROR [OrdersService] message`, which NestJS writes: its
/// name or the one that the program gave, the number of the process, and the part of the program.
///
/// Source: github.com/nestjs/nest, `console-logger.service.ts` (`formatMessage`), as of
/// 2026-11-30.
pub(super) fn nest(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (name, rest) = text.strip_prefix('[')?.split_once("] ")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = rest[digits..].trim_start().strip_prefix("- ")?;
    if digits == 0 || name.len() > LONGEST_TIME {
        return None;
    }
    let (time, length) = time::prefix(rest, reference)?;
    let (word, rest) = rest[length..].trim_start().split_once(' ')?;
    let severity = match word {
        "LOG" => Severity::INFO,
        "VERBOSE" => Severity::TRACE,
        word => severity(word)?,
    };
    let context = rest
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "));
    let (process, body) = context.unwrap_or(("", rest));
    Some(Opening {
        time: Some(time),
        severity: Some(severity),
        process,
        body,
        ..Opening::default()
    })
}

/// `[1778594400] message` of Nagios and Unbound, `1778594400: message` of Mosquitto: seconds since
/// 1970, of which the kernel, that counts from its start, has fewer.
///
/// Sources, as of 2026-11-30: assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en,
/// nlnetlabs.nl/documentation/unbound, mosquitto.org/man/mosquitto-conf-5.html (`log_timestamp`).
pub(super) fn of_seconds(text: &str) -> Option<Opening<'_>> {
    const DIGITS: usize = 10;
    let bytes = text.as_bytes();
    let start = usize::from(bytes.first() == Some(&b'['));
    let number = text.get(start..start + DIGITS)?;
    let (nanos, end) = match start {
        0 => (0, DIGITS),
        // `[1778594400.123456] message` of `ts` of moreutils and of files of ROS.
        _ => fraction(bytes, start + DIGITS),
    };
    let behind = bytes.get(end..end + 2)?;
    let is_end = matches!((start, behind), (1, b"] ") | (0, b": "));
    if !is_end || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = number.parse::<f64>().ok()?;
    if !SECONDS.contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
    let time = Timestamp(number as i64 * NANOS + i64::from(nanos));
    let head = level::split(text.get(end + 2..)?, false);
    Some(Opening {
        time: Some(time),
        severity: head.severity,
        process: head.process,
        body: head.body,
        ..Opening::default()
    })
}

/// `W260512 14:00:00.123456 99 server/x.go:12 [n1] 7  message`: the level by its letter, and the
/// year with two digits (cockroachlabs.com/docs/stable/log-formats, `crdb-v1` and `crdb-v2`, as of
/// 2026-11-30).
pub(super) fn cockroach(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (letter, rest) = (text.as_bytes().first()?, text.get(1..)?);
    let (date, rest) = (rest.get(..6)?, rest.get(6..)?.strip_prefix(' ')?);
    if !date.bytes().all(|byte| byte.is_ascii_digit()) || rest.as_bytes().get(2) != Some(&b':') {
        return None;
    }
    let severity = letter_of(*letter)?;
    let clock = rest.split(' ').next()?;
    let (year, month, day) = (&date[..2], &date[2..4], &date[4..]);
    let time = time::parse_near(&format!("20{year}-{month}-{day} {clock}"), reference)?;
    Some(Opening {
        time: Some(time),
        severity: Some(severity),
        process: "",
        body: rest.get(clock.len()..)?.trim_start(),
        ..Opening::default()
    })
}

/// `W tensorflow/core/x.cc:12] message`, which TensorFlow writes behind a time
/// (`tsl/platform/default/logging.cc`, as of 2026-11-30).
pub(super) fn tensorflow(text: &str) -> Option<level::Head<'_>> {
    let [letter, b' ', ..] = text.as_bytes() else {
        return None;
    };
    let severity = letter_of(*letter)?;
    let (place, body) = text.get(2..)?.split_once("] ")?;
    let (file, line) = place.rsplit_once(':')?;
    let is_place = file.contains('.') && !file.contains(' ');
    let is_line = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
    (is_place && is_line).then_some(level::Head {
        severity: Some(severity),
        process: place,
        body,
    })
}

/// Level of a letter of glog.
fn letter_of(letter: u8) -> Option<Severity> {
    Some(match letter {
        b'I' => Severity::INFO,
        b'W' => Severity::WARN,
        b'E' => Severity::ERROR,
        b'F' => Severity::FATAL,
        _ => return None,
    })
}

/// `[W 2026-05-12 14:00:04.123 ServerApp] message` of Jupyter, `[W 260512 14:00:04 web:2239]` of
/// Tornado: the level by its letter, and the logger or the place.
///
/// Sources, as of 2026-11-29: tornado/log.py (`LogFormatter.DEFAULT_FORMAT`),
/// traitlets/config/application.py (`_logging_default`).
pub(super) fn tornado(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let severity = match text.as_bytes() {
        [b'[', letter, b' ', b'0'..=b'9', ..] => match letter {
            b'D' => Severity::DEBUG,
            b'I' => Severity::INFO,
            b'W' => Severity::WARN,
            b'E' => Severity::ERROR,
            b'C' => Severity::CRITICAL,
            _ => return None,
        },
        _ => return None,
    };
    let inner = text.get(3..)?;
    let (time, length) = time::prefix(inner, reference)?;
    let (process, body) = inner.get(length..)?.split_once(']')?;
    (process.len() < LONGEST_TIME).then_some(Opening {
        time: Some(time),
        severity: Some(severity),
        process: process.trim(),
        body: body.trim_start(),
        ..Opening::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tornado_begins_with_the_letter_of_the_level() {
        let check = |text: &str, expected: Option<(&str, Severity, &str, &str)>| {
            let found = tornado(text, Reference::default());
            let time = found
                .and_then(|found| found.time)
                .map(|time| time.to_string());
            let found = found.map(|found| (found.severity, found.process, found.body));
            let (told, rest) = match expected {
                Some((time, severity, process, body)) => {
                    (Some(time), Some((Some(severity), process, body)))
                }
                None => (None, None),
            };
            assert_eq!((time.as_deref(), found), (told, rest), "{text}");
        };
        check(
            "[E 2026-05-12 14:00:04.123 ServerApp] no kernel",
            Some((
                "2026-05-12T14:00:04.123Z",
                Severity::ERROR,
                "ServerApp",
                "no kernel",
            )),
        );
        check(
            "[W 260512 14:00:05 web:2239] 404 GET /x",
            Some((
                "2026-05-12T14:00:05Z",
                Severity::WARN,
                "web:2239",
                "404 GET /x",
            )),
        );
        check("[X 260512 14:00:05 web:2239] 404", None);
        check("[W 12] 404", None);
    }

    #[test]
    fn activemq_names_logger_and_thread_behind_the_message() {
        let check = |rest: &str, text: &str, expected: Option<(&str, &str)>| {
            assert_eq!(activemq(rest, text), expected, "{text}");
        };
        let text = "a | b failed | org.apache.Transport | ActiveMQ Task-1";
        let expected = Some(("org.apache.Transport", "a | b failed"));
        check(&format!(" | WARN  | {text}"), text, expected);
        check(&format!(" WARN {text}"), text, None);
        check(" | WARN | a | b | c", "a | b | c", None);
    }

    #[test]
    fn fields_stand_between_tabs() {
        let check = |text: &str, expected: Option<(&str, &str, &str)>| {
            let found = zap(text, Reference::default());
            let found = found.map(|(opening, fields)| (opening.process, opening.body, fields));
            assert_eq!(found, expected, "{text}");
        };
        check(
            "2026-05-12T14:00:00.123Z\tINFO\tsetup\tstarting\t{\"version\": \"1\"}",
            Some(("setup", "starting", "{\"version\": \"1\"}")),
        );
        check(
            "1.7785944001234567e+09\tERROR\tmanager\ta/main.go:12\tboom\t{\"a\": 1}\na.b\n\t/a.go:1",
            Some(("manager", "boom", "{\"a\": 1}")),
        );
        check(
            "2026-05-12T14:00:00.123+0200\tdebug\tup",
            Some(("", "up", "")),
        );
        check(
            "2026-05-12T14:00:00.123Z\tWARN\tmain.go:7\tslow\nmore",
            Some(("main.go:7", "slow\nmore", "")),
        );
        check("2026-05-12T14:00:00.123Z\tid\tERROR\tboom", None);
        check("2026-05-12T14:00:00.123Z\tINFO\ta\tb\tc\td", None);
        check("7\tINFO\tup", None);
    }

    #[test]
    fn nest_names_process_and_context() {
        let check = |text: &str, expected: Option<(&str, Severity, &str, &str)>| {
            let found = nest(text, Reference::default());
            let time = found
                .and_then(|found| found.time)
                .map(|time| time.to_string());
            let found = found.and_then(|found| {
                Some((time.as_deref()?, found.severity?, found.process, found.body))
            });
            assert_eq!(found, expected, "{text}");
        };
        check(
            "[Nest] 99  - 05/12/2026, 2:00:00 PM   ERROR [OrdersService] no stock",
            Some((
                "2026-05-12T14:00:00Z",
                Severity::ERROR,
                "OrdersService",
                "no stock",
            )),
        );
        check(
            "[Shop] 7  - 05/12/2026, 2:00:00 PM     LOG up",
            Some(("2026-05-12T14:00:00Z", Severity::INFO, "", "up")),
        );
        check("[Nest] a - 05/12/2026, 2:00:00 PM LOG up", None);
        check("[Nest] 7 - 05/12/2026, 2:00:00 PM up and running", None);
    }

    #[test]
    fn letters_and_seconds_tell_level_and_time() {
        let found = |found: Option<Opening<'_>>| {
            let found = found?;
            let time = found.time.map(|time| time.to_string());
            Some((time?, found.severity, found.body.to_owned()))
        };
        let check = |text: &str, expected: Option<(&str, Option<Severity>, &str)>| {
            let reference = Reference::default();
            let told = found(of_seconds(text).or_else(|| cockroach(text, reference)));
            let expected =
                expected.map(|(time, level, body)| (time.to_owned(), level, body.to_owned()));
            assert_eq!(told, expected, "{text}");
        };
        let second = "2026-05-12T14:00:00Z";
        check(
            "[1778594400] CURRENT HOST STATE: web",
            Some((second, None, "CURRENT HOST STATE: web")),
        );
        check("1778594400: New client", Some((second, None, "New client")));
        check("[12345.678901] usb 1-1: gone", None);
        check("1778594400 apples", None);
        check(
            "W260512 14:00:00.123456 99 server/x.go:12 [n1] 7  slow",
            Some((
                "2026-05-12T14:00:00.123456Z",
                Some(Severity::WARN),
                "99 server/x.go:12 [n1] 7  slow",
            )),
        );
        check("W260512 apples", None);
        let head = tensorflow("W tensorflow/core/x.cc:12] no GPU");
        let head = head.map(|head| (head.severity, head.process, head.body));
        let place = "tensorflow/core/x.cc:12";
        assert_eq!(head, Some((Some(Severity::WARN), place, "no GPU")));
        assert!(tensorflow("I think [a] b").is_none());
    }

    #[test]
    fn numbers_are_seconds() {
        let time = seconds("1.7785944001234567e+09");
        let time = time.map(|time| time.to_string());
        assert_eq!(time.as_deref(), Some("2026-05-12T14:00:00.123457Z"));
        assert_eq!(seconds("1778594400"), None);
    }

    #[test]
    fn spring_names_the_logger_behind_the_thread() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            assert_eq!(spring(text), expected, "{text}");
        };
        check(
            "1 --- [nio-8080-exec-1] c.e.demo.Foo   : slow: call",
            Some(("c.e.demo.Foo", "slow: call")),
        );
        check(
            "1 --- [main] o.a.c.c.C.[.[.[/]       : up",
            Some(("o.a.c.c.C.[.[.[/]", "up")),
        );
        check(
            "1 --- [orders] [           main] [0af7-b7ad] c.e.Foo : up",
            Some(("c.e.Foo", "up")),
        );
        check("--- a : b", None);
        check("1 --- x", None);
    }

    #[test]
    fn jboss_names_the_logger_before_the_thread() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            assert_eq!(jboss(text), expected, "{text}");
        };
        check(
            "[org.jboss.as.ejb3] (default task-1) it failed (again)",
            Some(("org.jboss.as.ejb3", "it failed (again)")),
        );
        check("[io.qua.boo.Run] (main) up", Some(("io.qua.boo.Run", "up")));
        check("[main] (x) up", None);
        check("[a b.c] (x) up", None);
        check("[a.b] x", None);
    }
}
