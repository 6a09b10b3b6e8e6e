//! Layouts of single programs with a time in a place of its own: within a bracket that holds more,
//! behind a level, or behind other brackets.
//!
//! Sources, as of 2026-12-01: github.com/daboross/fern (README) and the log plugin of Tauri
//! (`[date][time][target][LEVEL] message`), vLLM (`vllm/logger.py`: `%m-%d %H:%M:%S`), qBittorrent
//! (`filelogger.cpp`), SAP HANA traces, krakend.io/docs/logging, Ray (`src/ray/util/logging.cc`),
//! Monit before 5.21, Zabbix (`src/libs/zbxlog`), Sonarr 2 (`NLog`), Suricata 6 and 7
//! (`default-log-format` of suricata.yaml), `MinIO` (`internal/logger/console.go`); from lines
//! that users show and from memory, not read again.

use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::time::{DateOrder, NANOS, Reference, digits, fraction, time_of_day};

use super::dated::civil;
use super::level::{self, Head};
use super::loggers::priority;
use super::opening::Opening;
use crate::time::{self, nearest};
use crate::zones::named_zone;

/// Takes apart a text that begins as one of these layouts does. `trimmed` is the text without
/// blanks and brackets before it.
pub(super) fn split<'a>(
    text: &'a str,
    trimmed: &'a str,
    reference: Reference,
) -> Option<Opening<'a>> {
    match text.as_bytes() {
        [b'0'..=b'9' | b' ', ..] => match trimmed.as_bytes() {
            [b'0'..=b'9', b'0'..=b'9', b'-', ..] => sonarr(trimmed, reference),
            [b'0'..=b'9', _, b'/', ..] | [b'0'..=b'9', b'/', ..] => suricata(trimmed, reference),
            [b'0'..=b'9', ..] => zabbix(trimmed, reference),
            _ => None,
        },
        [b'[', b'0'..=b'9', _, _, _, b'-', ..] if text.get(11..13) == Some("][") => {
            fern(text, reference)
        }
        [b'[', b'0'..=b'9', ..] => behind_process(text, reference),
        [b'[', b'K', b'R', b'A', ..] => krakend(text, reference),
        [b'[', b'A'..=b'Z', b'A'..=b'Z', b'A'..=b'Z', ..] => monit(text, reference),
        [b'(', letter, b')', b' ', b'0'..=b'9', ..] => qbittorrent(*letter, text, reference),
        [b'(', b'A'..=b'Z', ..] => vllm_worker(text, reference),
        [b'A'..=b'Z', _, _, _, b' ', b'0' | b'1', _, b'-', ..]
        | [b'A'..=b'Z', _, _, _, _, b' ', b'0' | b'1', _, b'-', ..]
        | [
            b'A'..=b'Z',
            _,
            _,
            _,
            _,
            _,
            _,
            b' ',
            b'0' | b'1',
            _,
            b'-',
            ..,
        ]
        | [
            b'A'..=b'Z',
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            b' ',
            b'0' | b'1',
            _,
            b'-',
            ..,
        ] => vllm(text, reference),
        [b'A', b'P', b'I', b':', b' ', ..] => minio(text, reference),
        _ => None,
    }
}

/// `[2026-05-12][14:04:00][shop::cart][ERROR] message`.
fn fern(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (clock, rest) = text.get(13..)?.split_once("][")?;
    let time = whole(&format!("{} {clock}", text.get(1..11)?), reference)?;
    let (target, rest) = rest.split_once("][")?;
    let (word, body) = rest.split_once(']')?;
    let severity = level::of_word(word)?;
    let is_name = level::is_name(target);
    is_name.then(|| opening(time, Some(severity), target, body.trim_start_matches(' ')))
}

/// `[12 - Suricata-Main] 2026-05-12 14:04:00 Error: detect: message` of Suricata 7, and
/// `[12]{-1}[-1/-1] 2026-05-12 14:04:00.123456 e Name  file.cpp(00012) : message` of HANA.
fn behind_process(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (first, rest) = text.get(1..text.floor_char_boundary(80))?.split_once(']')?;
    let number = first.bytes().take_while(u8::is_ascii_digit).count();
    let start = match first.get(number..)? {
        thread if thread.starts_with(" - Suricata") || thread.starts_with(" - W#") => {
            text.len().min(first.len() + 3)
        }
        "" if rest.starts_with('{') => first.len() + 2 + rest.find("] ")? + 2,
        _ => return None,
    };
    let behind = text.get(start..)?;
    let (time, length) = time::prefix(behind, reference)?;
    let behind = behind.get(length..)?.strip_prefix(' ')?;
    if !rest.starts_with('{') {
        let head = level::split(behind, false);
        head.severity?;
        return Some(Opening::of(Some(time), head));
    }
    let (letter, rest) = behind.split_once(' ')?;
    let severity = match letter {
        "d" => Severity::DEBUG,
        "i" => Severity::INFO,
        "w" => Severity::WARN,
        "e" => Severity::ERROR,
        "f" => Severity::FATAL,
        _ => return None,
    };
    let (component, rest) = rest.split_once(' ')?;
    let body = rest.split_once(" : ").map_or(rest, |(_, body)| body);
    Some(opening(time, Some(severity), component, body))
}

/// `[KRAKEND] 2026/05/12 - 14:04:00.123 \u{25b6} ERROR [SERVICE: Gin] message`.
fn krakend(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let rest = text.strip_prefix("[KRAKEND] ")?;
    let (date, rest) = rest.split_once(" - ")?;
    let (clock, rest) = rest.split_once(' ')?;
    let time = whole(&format!("{date} {clock}"), reference)?;
    let rest = rest.strip_prefix('\u{25b6}').unwrap_or(rest);
    Some(Opening::of(
        Some(time),
        level::split(rest.trim_start_matches(' '), false),
    ))
}

/// `[CEST May 12 14:04:00] error    : message`.
fn monit(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (zone, rest) = text.get(1..)?.split_once(' ')?;
    let (offset, _) = match zone {
        "UTC" | "GMT" => (0, 3),
        zone => named_zone(zone.as_bytes(), reference.zone_seconds)?,
    };
    let own = Reference {
        zone_seconds: i32::try_from(offset).ok()?,
        ..reference
    };
    let (time, length) = time::prefix(rest, own)?;
    let rest = rest.get(length..)?.strip_prefix("] ")?;
    let (word, body) = rest.split_once(':')?;
    let severity = level::of_word(word.trim_end_matches(' '))?;
    Some(opening(
        time,
        Some(severity),
        "",
        body.trim_start_matches(' '),
    ))
}

/// `(W) 2026-05-12T14:04:00 - message`.
fn qbittorrent(letter: u8, text: &str, reference: Reference) -> Option<Opening<'_>> {
    let severity = match letter {
        b'N' | b'I' => Severity::INFO,
        b'W' => Severity::WARN,
        b'C' => Severity::CRITICAL,
        _ => return None,
    };
    let rest = text.get(4..)?;
    let (time, length) = time::prefix(rest, reference)?;
    let body = rest.get(length..)?.strip_prefix(" - ")?;
    (rest.as_bytes().get(10) == Some(&b'T')).then(|| opening(time, Some(severity), "", body))
}

/// `(EngineCore pid=12) ERROR 05-12 14:04:00 [core.py:12] message`.
fn vllm_worker(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (name, rest) = text.get(1..)?.split_once(") ")?;
    name.contains("pid=").then_some(())?;
    let found = vllm(rest, reference)?;
    Some(Opening {
        process: name.split(' ').next().unwrap_or(name),
        ..found
    })
}

/// `ERROR 05-12 14:04:00 [engine.py:12] message`, `INFO 05-12 14:04:00 engine.py:12] message`.
fn vllm(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (word, rest) = level::word(text)?;
    let severity = level::of_word(word)?;
    let bytes = rest.as_bytes();
    let is_parted = bytes.get(3) == Some(&b'-') && bytes.get(6) == Some(&b' ');
    let date = (
        0,
        digits(bytes, 1, 2).filter(|_| is_parted)?,
        digits(bytes, 4, 2)?,
    );
    let civil = civil(date, time_of_day(bytes, 7)?, 0);
    let rest = rest.get(15..)?.strip_prefix(' ')?;
    let (place, body) = rest.strip_prefix('[').unwrap_or(rest).split_once("] ")?;
    let (file, line) = place.rsplit_once(':')?;
    let is_place = file.ends_with(".py") && line.bytes().all(|byte| byte.is_ascii_digit());
    let time = nearest(civil, reference).filter(|_| is_place)?;
    Some(opening(time, Some(severity), file, body))
}

/// `12/5/2026 -- 14:04:00 - <Error> - message` of Suricata before 7: the day first (`%t`).
fn suricata(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (date, rest) = text.get(..)?.split_once(" -- ")?;
    let (clock, rest) = rest.split_once(" - ")?;
    let mut parts = date.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let time = whole(&format!("{day}.{month}.{year} {clock}"), reference)?;
    Some(Opening::of(Some(time), level::split(rest, false)))
}

/// `64:20260512:140400.123 message` of Zabbix: process, day and clock.
fn zabbix(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let number = text.bytes().take(11).take_while(u8::is_ascii_digit).count();
    let rest = text.get(number..)?.strip_prefix(':')?;
    let bytes = rest.as_bytes();
    let is_one = bytes.get(8) == Some(&b':') && bytes.get(15) == Some(&b'.');
    let date = (
        i64::from(digits(bytes, 0, 4).filter(|_| is_one)?),
        digits(bytes, 4, 2)?,
        digits(bytes, 6, 2)?,
    );
    let clock = (
        digits(bytes, 9, 2)?,
        digits(bytes, 11, 2)?,
        digits(bytes, 13, 2)?,
    );
    let (nanos, end) = fraction(bytes, 15);
    let time = local(civil(date, clock, nanos), reference)?;
    let head = level::split(rest.get(end..)?.strip_prefix(' ')?, false);
    Some(Opening::of(Some(time), head))
}

/// `26-5-12 14:04:00.1|Info|RssSyncService|message`.
fn sonarr(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (date, rest) = text.get(..text.floor_char_boundary(40))?.split_once(' ')?;
    let (clock, rest) = rest.split_once('|')?;
    let (word, _) = rest.split_once('|')?;
    let severity = level::of_word(word)?;
    let mut parts = date.split('-').map(str::parse::<u32>);
    let mut part = || parts.next()?.ok();
    let (year, month, day) = (part()?, part()?, part()?);
    let time_of = |clock: &str| {
        let bytes = clock.as_bytes();
        let (nanos, end) = fraction(bytes, 8);
        let civil = civil(
            (2000 + i64::from(year), month, day),
            time_of_day(bytes, 0)?,
            nanos,
        );
        (end == clock.len()).then(|| local(civil, reference))?
    };
    let time = time_of(clock).filter(|_| date.len() < 9)?;
    let rest = text.get(date.len() + clock.len() + word.len() + 3..)?;
    let (name, body) = rest.split_once('|')?;
    level::is_name(name).then(|| opening(time, Some(severity), name, body))
}

/// `API: PutObject(bucket=a)` and below it `Time: 14:04:00 UTC 05/12/2026`, ids and
/// `Error: message`.
fn minio(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let (_, rest) = text.split_once("\nTime: ")?;
    let line = rest.lines().next()?;
    let (clock, rest) = line.split_once(' ')?;
    let (zone, date) = rest.split_once(' ')?;
    // The layout of Go for it is fixed: `15:04:05 MST 01/02/2006`.
    let order = DateOrder::MonthFirst;
    let own = Reference { order, ..reference };
    let time = whole(&format!("{date} {clock} {zone}"), own)?;
    let severity = text.contains("\nError: ").then_some(Severity::ERROR);
    Some(opening(time, severity, "", text))
}

/// What follows a time in one bracket with the letter of a level and numbers, `[2026-05-12
/// 14:04:00,123 E 12 34] message` of Ray, or with a level of Samba and what it adds,
/// `[2026/05/12 14:04:00.123456,  0] place`.
pub(super) fn within_bracket(rest: &str) -> Option<(Option<Severity>, &str)> {
    match rest.as_bytes() {
        [b',', b' ', b' ' | b'1', b'0'..=b'9', b']' | b',', ..] => {
            let (inner, body) = rest.split_once(']')?;
            let is_one = inner.len() < 160 && !inner.contains('[');
            is_one.then(|| (None, body.trim_start_matches(' ')))
        }
        [b' ', letter, b' ', b'0'..=b'9', ..] => {
            let (inner, body) = rest.split_once("] ")?;
            let severity = priority(*letter)?;
            let is_number = |byte: u8| byte.is_ascii_digit() || byte == b' ';
            let are_numbers = inner.get(3..)?.bytes().all(is_number);
            are_numbers.then_some((Some(severity), body))
        }
        _ => None,
    }
}

/// Time of all of a text.
fn whole(text: &str, reference: Reference) -> Option<Timestamp> {
    let (time, length) = time::prefix(text, reference)?;
    (length == text.len()).then_some(time)
}

fn local(civil: nepho_core::time::Civil, reference: Reference) -> Option<Timestamp> {
    let time = Timestamp::from_civil(civil)?;
    Some(time.plus(-i64::from(reference.zone_seconds) * NANOS))
}

fn opening<'a>(
    time: Timestamp,
    severity: Option<Severity>,
    process: &'a str,
    body: &'a str,
) -> Opening<'a> {
    let head = Head {
        severity,
        process,
        body,
    };
    Opening {
        is_named: !process.is_empty(),
        ..Opening::of(Some(time), head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<Opening<'_>> {
        let reference = Reference {
            near: Timestamp::parse_rfc3339("2026-05-13T00:00:00Z"),
            ..Reference::default()
        };
        let trimmed = level::behind(text, |byte| matches!(byte, b'[' | b'(' | b'<' | b' '));
        split(text, trimmed, reference)
    }

    #[test]
    fn times_stand_in_places_of_their_own() {
        let check = |text: &str, expected: (&str, &str, &str)| {
            let found = found(text).unwrap_or_default();
            let time = found.time.map(|time| time.to_string()).unwrap_or_default();
            assert_eq!((&*time, found.process, found.body), expected, "{text}");
            let is_error = matches!(found.severity, Some(Severity::ERROR | Severity::WARN));
            assert!(is_error || text.contains("64:"), "{text}");
        };
        let second = "2026-05-12T14:04:00Z";
        check(
            "[2026-05-12][14:04:00][shop::cart][ERROR] boom",
            (second, "shop::cart", "boom"),
        );
        check(
            "ERROR 05-12 14:04:00 [engine.py:12] boom",
            (second, "engine.py", "boom"),
        );
        check(
            "(EngineCore pid=12) WARNING 05-12 14:04:00 core.py:12] boom",
            (second, "EngineCore", "boom"),
        );
        check("(W) 2026-05-12T14:04:00 - slow", (second, "", "slow"));
        check(
            "[12345]{-1}[-1/-1] 2026-05-12 14:04:00.123456 e TraceContext     T.cpp(00012) : boom",
            ("2026-05-12T14:04:00.123456Z", "TraceContext", "boom"),
        );
        check(
            "[KRAKEND] 2026/05/12 - 14:04:00.123 \u{25b6} ERROR [SERVICE: Gin] boom",
            ("2026-05-12T14:04:00.123Z", "", "[SERVICE: Gin] boom"),
        );
        check(
            "[CEST May 12 16:04:00] error    : no access",
            (second, "", "no access"),
        );
        check(
            "12/5/2026 -- 14:04:00 - <Error> - no rules",
            (second, "", "no rules"),
        );
        check(
            "[12 - Suricata-Main] 2026-05-12 14:04:00 Error: detect: no rules",
            (second, "", "detect: no rules"),
        );
        check(
            "    64:20260512:140400.123 agent #1 started",
            ("2026-05-12T14:04:00.123Z", "", "agent #1 started"),
        );
        check(
            "26-5-12 14:04:00.5|Warn|HttpClient|slow",
            ("2026-05-12T14:04:00.500Z", "HttpClient", "slow"),
        );
        let minio = "API: PutObject(bucket=a)\nTime: 14:04:00 UTC 05/12/2026\nError: no space";
        check(minio, (second, "", minio));
        let day_first = Reference {
            order: DateOrder::DayFirst,
            ..Reference::default()
        };
        let time = split(minio, minio, day_first).and_then(|found| found.time);
        assert_eq!(time.map(|time| time.to_string()).as_deref(), Some(second));
    }

    #[test]
    fn lines_like_them_are_left() {
        for text in [
            "[2026-05-12][14:04:00] ERROR boom",
            "[2026-05-12][cart][7][ERROR] boom",
            "INFO 05-12 is the day",
            "ERROR 05-12 14:04:00 no place",
            "(Cart pid=12) ERROR boom",
            "(W) 12 orders - 3 open",
            "[12]{a} x",
            "[12 - cart] 2026-05-12 14:04:00 Error: x",
            "[KRAKEND] is up",
            "[CEST is a zone]",
            "[ERROR May 12 14:04:00] x",
            "12/5/2026 -- the day",
            "64:20 is 3.2",
            "26-5-12 apples|a|b",
            "API: down\nError: x",
        ] {
            assert!(found(text).is_none(), "{text}");
        }
        assert_eq!(
            within_bracket(" E 12 34] boom"),
            Some((Some(Severity::ERROR), "boom"))
        );
        assert_eq!(
            within_bracket(",  0] a.c:1(main)"),
            Some((None, "a.c:1(main)"))
        );
        assert_eq!(within_bracket(" 12 items] left"), None);
        assert_eq!(within_bracket(" E 12 apples] left"), None);
        assert_eq!(within_bracket(", then] left"), None);
        assert_eq!(within_bracket(", 12 items] left"), None);
        let (severity, body) = (None, "a.c:1(main)");
        let samba = ", 10, pid=7, effective(0, 0), real(0, 0)] a.c:1(main)";
        assert_eq!(within_bracket(samba), Some((severity, body)));
    }
}
