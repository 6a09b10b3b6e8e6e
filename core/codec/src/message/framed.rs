//! Layouts that put the time, or a part of it, into a bracket with something else, or behind what
//! is no level.
//!
//! Sources, as of 2026-12-01, from memory and lines that users show: log4j settings of Minecraft
//! servers and Forge, `log/format.go` of go-ethereum, `libs/log/tmfmt_logger.go` of `CometBFT`,
//! `RCUTILS_CONSOLE_OUTPUT_FORMAT` of ROS (`[{severity}] [{time}] [{name}]: {message}`),
//! esphome.io/components/logger, `gh run view --log` (job, step and line between tabs),
//! Zigbee2MQTT 1.

use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::time::{Reference, digits, fraction, time_of_day};

use super::dated::civil;
use super::level::{self, Head};
use super::loggers;
use super::opening::Opening;
use crate::ip::is_ip;
use crate::time::{self, nearest};

/// Before every line of Zigbee2MQTT 1.
const ZIGBEE: &str = "Zigbee2MQTT:";
/// No job and step together are longer.
const LONGEST_STEP: usize = 160;

/// What stands before the part of a text that is a line of a usual layout.
pub(super) fn inner(text: &str) -> Option<&str> {
    if text.as_bytes().first() == Some(&b'Z') {
        let line = text.strip_prefix(ZIGBEE);
        return line.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    }
    let bytes = text.as_bytes();
    let head = bytes.get(..LONGEST_STEP).unwrap_or(bytes);
    let first = memchr::memchr(b'\t', head)?;
    let second = first + 1 + memchr::memchr(b'\t', head.get(first + 1..)?)?;
    let line = text.get(second + 1..)?;
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let (stamp, _) = line.split_at_checked(28)?;
    // `2026-05-12T14:04:00.1234567Z`
    let is_stamp = matches!(stamp.as_bytes(), [.., b'.', _, _, _, _, _, _, _, b'Z'])
        && Timestamp::parse_rfc3339(stamp).is_some();
    // Rows of a table may have a level or a request there, which would be lost.
    let (job, step) = (text.get(..first)?, text.get(first + 1..second)?);
    let is_told = [job, step]
        .iter()
        .any(|column| level::of_word(column).is_some() || column.contains(" /") || is_ip(column));
    let is_line = line.as_bytes().get(28) == Some(&b' ');
    (first > 0 && is_stamp && is_line && !is_told).then_some(line)
}

/// Takes apart a text that begins as one of these layouts does.
pub(super) fn split(text: &str, reference: Reference) -> Option<Opening<'_>> {
    match text.as_bytes() {
        [b'[', _, _, b':', ..] => minecraft(text).or_else(|| esphome(text)),
        [b'[', b'0'..=b'9', _, b'A'..=b'Z', ..] => forge(text, reference),
        [b'[', b'A'..=b'Z', ..] => ros(text),
        [b'D' | b'I' | b'E', b'[', b'0'..=b'9', ..] => cometbft(text, reference),
        [_, _, _, _, _, b'[', _, _, b'-', _, _, b'|', ..] => geth(text, reference),
        _ => None,
    }
}

fn opening<'a>(
    time: Option<Timestamp>,
    severity: Severity,
    process: &'a str,
    body: &'a str,
) -> Opening<'a> {
    let head = Head {
        severity: Some(severity),
        process,
        body,
    };
    Opening {
        is_named: !process.is_empty(),
        ..Opening::of(time, head)
    }
}

/// `[14:04:00] [Server thread/INFO]: message`: the day is nowhere, so the clock stays.
fn minecraft(text: &str) -> Option<Opening<'_>> {
    time_of_day(text.as_bytes(), 1)?;
    let (severity, process, _) = threaded(text.get(9..)?.strip_prefix("] ")?)?;
    Some(opening(None, severity, process, text))
}

/// `[14:04:00][E][wifi:123]: message`, and since 2025 with milliseconds: the clock stays.
fn esphome(text: &str) -> Option<Opening<'_>> {
    time_of_day(text.as_bytes(), 1)?;
    let (_, end) = fraction(text.as_bytes(), 9);
    let rest = text.get(end..)?.strip_prefix("][")?;
    let severity = match rest.as_bytes() {
        [b'V', b']', ..] => Severity::TRACE,
        [letter, b']', ..] => loggers::priority(*letter)?,
        _ => return None,
    };
    let (place, _) = rest.get(2..)?.strip_prefix('[')?.split_once("]:")?;
    let name = place
        .split(':')
        .next()
        .filter(|name| level::is_name(name))?;
    Some(opening(None, severity, name, text))
}

/// `[12May2026 14:04:00.123] [main/ERROR] [shop.Cart/]: message`.
fn forge(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (stamp, rest) = text.get(1..)?.split_once("] ")?;
    let (day, month) = (stamp.get(..2)?, stamp.get(2..5)?);
    let (year, clock) = (stamp.get(5..9)?, stamp.get(9..)?);
    let written = format!("{day}-{month}-{year}{clock}");
    let (time, length) = time::prefix(&written, reference)?;
    let (severity, process, body) = threaded(rest)?;
    (length == written.len()).then(|| opening(Some(time), severity, process, body))
}

/// Level, logger and message of `[thread/LEVEL] [logger/]: message`.
fn threaded(text: &str) -> Option<(Severity, &str, &str)> {
    let (inner, rest) = text.strip_prefix('[')?.split_once(']')?;
    let (_, word) = inner.rsplit_once('/')?;
    let severity =
        level::of_word(word).filter(|_| word.bytes().all(|byte| byte.is_ascii_uppercase()))?;
    if let Some(body) = rest.strip_prefix(": ") {
        return Some((severity, "", body));
    }
    let (name, body) = rest.strip_prefix(" [")?.split_once(']')?;
    let body = body.strip_prefix(": ").or_else(|| body.strip_prefix(' '))?;
    let name = name.split('/').next().filter(|name| level::is_name(name));
    Some((severity, name.unwrap_or_default(), body))
}

/// `[INFO] [1778594640.123456789] [talker]: message`, and of the first version
/// `[ERROR] [1778594640.123456, 12.345]: message`.
fn ros(text: &str) -> Option<Opening<'_>> {
    let (word, rest) = text
        .get(1..text.floor_char_boundary(60))?
        .split_once("] [")?;
    let bytes = rest.as_bytes();
    let is_epoch = bytes.get(10) == Some(&b'.') && bytes.iter().take(10).all(u8::is_ascii_digit);
    let severity = level::of_word(word).filter(|_| is_epoch)?;
    let seconds: i64 = rest.get(..10)?.parse().ok()?;
    let (nanos, end) = fraction(bytes, 10);
    // Nanoseconds, and microseconds of the first version.
    matches!(end, 17 | 20).then_some(())?;
    let time = Timestamp::from_seconds(seconds)?.plus(i64::from(nanos));
    let (_, rest) = text.get(word.len() + 4..)?.split_once(']')?;
    if let Some(body) = rest.strip_prefix(": ") {
        return Some(opening(Some(time), severity, "", body));
    }
    let (name, body) = rest.strip_prefix(" [")?.split_once("]: ")?;
    level::is_name(name).then(|| opening(Some(time), severity, name, body))
}

/// `E[2026-05-12|14:04:00.123] message  module=p2p`.
fn cometbft(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let severity = match text.as_bytes().first()? {
        b'D' => Severity::DEBUG,
        b'I' => Severity::INFO,
        _ => Severity::ERROR,
    };
    let (stamp, body) = text.get(2..)?.split_once("] ")?;
    let (date, clock) = stamp.split_once('|')?;
    let written = format!("{date} {clock}");
    let (time, length) = time::prefix(&written, reference)?;
    (length == written.len()).then(|| opening(Some(time), severity, "", body))
}

/// `WARN [05-12|14:04:00.123] message  conn=1`: the level is five wide.
fn geth(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let bytes = text.as_bytes();
    let severity = level::of_word(text.get(..5)?.trim_end())?;
    let clock = time_of_day(bytes, 12)?;
    let (nanos, end) = fraction(bytes, 20);
    let date = (0, digits(bytes, 6, 2)?, digits(bytes, 9, 2)?);
    let civil = civil(date, clock, nanos);
    let body = text.get(end..)?.strip_prefix("] ")?;
    Some(opening(
        Some(nearest(civil, reference)?),
        severity,
        "",
        body,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_with_more_than_a_time() {
        let check = |text: &str, expected: (&str, Severity, &str, &str)| {
            let reference = Reference {
                near: Timestamp::parse_rfc3339("2026-05-13T00:00:00Z"),
                ..Reference::default()
            };
            let found = split(text, reference).unwrap_or_default();
            let time = found.time.map(|time| time.to_string()).unwrap_or_default();
            assert_eq!(
                (&*time, found.severity, found.process, found.body),
                (expected.0, Some(expected.1), expected.2, expected.3),
                "{text}"
            );
        };
        let at = "2026-05-12T14:04:00.123Z";
        let line = "[14:04:00] [Server thread/WARN]: slow";
        check(line, ("", Severity::WARN, "", line));
        let line = "[14:04:00.123][E][wifi:123]: no network";
        check(line, ("", Severity::ERROR, "wifi", line));
        check(
            "[12May2026 14:04:00.123] [main/ERROR] [shop.Cart/]: boom",
            (at, Severity::ERROR, "shop.Cart", "boom"),
        );
        check(
            "[INFO] [1778594640.123000000] [talker]: hello",
            (at, Severity::INFO, "talker", "hello"),
        );
        check(
            "[ERROR] [1778594640.123000, 12.5]: boom",
            (at, Severity::ERROR, "", "boom"),
        );
        check(
            "E[2026-05-12|14:04:00.123] boom  module=p2p",
            (at, Severity::ERROR, "", "boom  module=p2p"),
        );
        check(
            "WARN [05-12|14:04:00.123] slow  conn=1",
            (at, Severity::WARN, "", "slow  conn=1"),
        );
    }

    #[test]
    fn lines_like_them_are_left() {
        for text in [
            "[14:04:00] [a/b]: c",
            "[14:04:00 INF] up",
            "[12Mats] [main/ERROR]: boom",
            "[INFO] [1778594640] up",
            "[WARN] [1234567890.50] [EUR]: account low",
            "[14:04:00][cart][pay]: up",
            "[14:04:00][E] boom",
            "[INFO] [main] up",
            "E[0] is the first",
            "INFO [12-05|a] b",
        ] {
            assert!(split(text, Reference::ANY).is_none(), "{text}");
        }
        for text in [
            "a\tb\tc",
            "web-1\tERROR\t2026-05-12T14:04:00.1234567Z db timeout",
            "10.0.0.1\tGET /x\t2026-05-12T14:04:00.1234567Z 500",
            "anna\tlogin\t2026-05-12T14:04:00.1234567Z\tfailed",
        ] {
            assert_eq!(inner(text), None, "{text}");
        }
        assert_eq!(
            inner("build\tRun tests\t2026-05-12T14:04:00.1234567Z ##[error]boom"),
            Some("2026-05-12T14:04:00.1234567Z ##[error]boom")
        );
    }
}
