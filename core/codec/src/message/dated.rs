//! Layouts whose times hardly any other program writes, so that the whole layout tells the time.
//!
//! Sources: "Logcat command-line tool" (developer.android.com/tools/logcat: `-v brief`, `time` and
//! `threadtime` with `zone` and `uid`) and cupsd-logs(5) (man.archlinux.org/man/cupsd-logs.5.en,
//! `error_log`), both read in part, 2026-12-01; the READMEs of logpai/loghub (BGL, Thunderbird,
//! `HealthApp`, Proxifier, Hadoop). Not found, so from memory still: a page of the vendor for
//! `%d{yyMMdd HHmmss} %t %p %c{2}: %m` of Hadoop before 1.0 and for Proxifier.

use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::time::{Civil, NANOS, Reference, digits, fraction, time_of_day};

use super::level::{self, Head};
use super::loggers;
use super::opening::Opening;
use crate::bytes::find_near;
use crate::time::{self, nearest};

/// Takes apart a text that begins as one of these layouts does.
pub(super) fn split(text: &str, reference: Reference) -> Option<Opening<'_>> {
    match text.as_bytes() {
        [_, _, b':', ..] => clock_alone(text),
        [b'0'..=b'9', _, b'-', ..] => logcat(text, reference),
        [b'0'..=b'9', _, _, _, _, _, b' ', ..] => hadoop(text, reference),
        [b'0'..=b'9', _, _, _, _, _, _, _, b'-', ..] => health(text, reference),
        [b'[', _, _, b'.', ..] => proxifier(text, reference),
        [_, b'/', ..] => logcat_brief(text),
        [_, b' ', b'[', ..] => cups(text, reference),
        [b'-' | b'A'..=b'Z', ..] => cluster(text),
        _ => None,
    }
}

/// `14:04:00.123 [main] ERROR shop.Cart - message`: the day is nowhere. Without a logger, it stays
/// as it is.
fn clock_alone(text: &str) -> Option<Opening<'_>> {
    let (hour, minute, second) = time_of_day(text.as_bytes(), 0)?;
    let is_clock = hour < 24 && minute < 60 && second < 61;
    let (_, end) = fraction(text.as_bytes(), 8);
    let rest = text.get(end..).filter(|_| is_clock)?.strip_prefix(' ')?;
    let head = level::split(rest, false);
    // `14:04:00 fail: Shop.Cart[0] message` of .NET with a format of the time.
    let is_console = rest.starts_with(|c: char| c.is_ascii_lowercase()) && !head.process.is_empty();
    let named = match is_console && head.severity.is_some() {
        true => head,
        false => loggers::of_line(text, rest, head)?,
    };
    Some(opening(None, named))
}

/// `05-12 14:04:00.123  1702  2395 E Runtime: message`, and with the tag before the process:
/// `05-12 14:04:00.123 E/Runtime( 1702): message`. A zone or a user may stand before the process:
/// `05-12 14:04:00.123 +0000 root  1702  2395 E Runtime: message`.
fn logcat<'a>(text: &'a str, reference: Reference) -> Option<Opening<'a>> {
    let bytes = text.as_bytes();
    let is_parted = bytes.get(5) == Some(&b' ') && bytes.get(14) == Some(&b'.');
    let (month, day) = (digits(bytes, 0, 2)?, digits(bytes, 3, 2)?);
    let clock = time_of_day(bytes, 6).filter(|_| is_parted)?;
    let (nanos, end) = fraction(bytes, 14);
    let rest = text.get(end..)?.trim_start_matches(' ');
    let (zone_seconds, rest) = zone(rest).unwrap_or((reference.zone_seconds, rest));
    let reference = Reference {
        zone_seconds,
        ..reference
    };
    let time = nearest(civil((0, month, day), clock, nanos), reference)?;
    let behind_number = |text: &'a str| {
        let (number, behind) = text.split_once(' ')?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| behind.trim_start_matches(' '))
    };
    // With `-v uid` the user stands before the process, whose number is five wide.
    let behind_user = || {
        let (user, behind) = rest.split_once(' ')?;
        let number = behind.trim_start_matches(' ');
        let end = behind.len() - number.len() + number.find(' ')?;
        (end >= 5 && user.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some(number)
    };
    let head = brief(rest, 1)
        .or_else(|| loggers::logcat(behind_number(rest)?))
        .or_else(|| loggers::logcat(behind_number(behind_user()?)?));
    Some(opening(Some(time), head?))
}

/// Seconds of `+0200  1702  2395 E ...` (`-v zone`), and what stands behind it.
fn zone(text: &str) -> Option<(i32, &str)> {
    let bytes = text.as_bytes();
    let sign = match bytes.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = (digits(bytes, 1, 2)?, digits(bytes, 3, 2)?);
    (hours <= 14 && minutes < 60).then_some(())?;
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    let rest = text.get(5..)?.strip_prefix(' ')?;
    Some((sign * seconds, rest.trim_start_matches(' ')))
}

/// `E/Runtime( 1702): message`: the number is padded to five bytes.
fn logcat_brief(text: &str) -> Option<Opening<'_>> {
    Some(opening(None, brief(text, 5)?))
}

fn brief(text: &str, least: usize) -> Option<Head<'_>> {
    let [letter, b'/', ..] = text.as_bytes() else {
        return None;
    };
    let severity = loggers::priority(*letter)?;
    let head = text.get(2..text.floor_char_boundary(LONGEST_NAME))?;
    let (tag, _) = head.split_once('(')?;
    let (number, body) = text.get(3 + tag.len()..)?.split_once("): ")?;
    let digits = number.trim_start_matches(' ');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let tag = tag.trim_end();
    let is_tag = tag.len() > 2 && level::is_name(tag) && number.len() >= least;
    (is_number && is_tag).then_some(Head {
        severity: Some(severity),
        process: tag,
        body,
    })
}

/// No tag or name of a program is longer.
const LONGEST_NAME: usize = 80;

/// `260512 140400 148 INFO dfs.DataNode: message`.
fn hadoop(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let bytes = text.as_bytes();
    let is_parted = bytes.get(13) == Some(&b' ');
    let number = |at| digits(bytes, at, 2);
    let date = (2000 + i64::from(number(0)?), number(2)?, number(4)?);
    let clock = (number(7)?, number(9)?, number(11)?);
    let rest = text.get(14..).filter(|_| is_parted)?;
    let thread = rest.bytes().take_while(u8::is_ascii_digit).count();
    let rest = rest.get(thread..)?.strip_prefix(' ')?;
    let head = level::split(rest, false);
    head.severity.filter(|_| head.body.len() < rest.len())?;
    let (process, body) = head.body.split_once(": ")?;
    let head = Head {
        process,
        body,
        ..head
    };
    let is_name = loggers::is_class(process);
    let time = at(civil(date, clock, 0), reference)?;
    is_name.then(|| opening(Some(time), head))
}

/// `20260512-14:4:0:123|Step|30002312|message`, without a zero before one digit, as applications of
/// Huawei write it.
fn health(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let bytes = text.as_bytes();
    let date = (
        i64::from(digits(bytes, 0, 4)?),
        digits(bytes, 4, 2)?,
        digits(bytes, 6, 2)?,
    );
    let (clock, rest) = text.get(9..)?.split_once('|')?;
    let mut parts = clock.split(':').map(str::parse::<u32>);
    let mut part = || parts.next()?.ok();
    let clock = (part()?, part()?, part()?);
    let millis = part().filter(|millis| *millis < 1000)?;
    let (process, rest) = rest.split_once('|')?;
    let (number, body) = rest.split_once('|')?;
    let is_number = number.len() > 7 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_number && level::is_name(process);
    let time = at(civil(date, clock, millis * 1_000_000), reference)?;
    let head = Head {
        severity: None,
        process,
        body,
    };
    is_number.then(|| opening(Some(time), head))
}

/// `[05.12 14:04:00] chrome.exe - message`, `[05.12 14:04:00] chrome.exe *64 - message`.
fn proxifier(text: &str, reference: Reference) -> Option<Opening<'_>> {
    let bytes = text.as_bytes();
    let is_parted = bytes.get(6) == Some(&b' ') && bytes.get(15) == Some(&b']');
    let clock = time_of_day(bytes, 7).filter(|_| is_parted)?;
    let date = (0, digits(bytes, 1, 2)?, digits(bytes, 4, 2)?);
    let rest = text.get(16..)?.strip_prefix(' ')?;
    let end = memchr::memmem::find(
        rest.get(..rest.floor_char_boundary(LONGEST_NAME))?
            .as_bytes(),
        b" - ",
    )?;
    let (name, body) = (rest.get(..end)?, rest.get(end + 3..)?);
    let process = name.strip_suffix(" *64").unwrap_or(name);
    let head = Head {
        severity: None,
        process,
        body,
    };
    let time = nearest(civil(date, clock, 0), reference)?;
    process.ends_with(".exe").then(|| opening(Some(time), head))
}

/// `E [12/May/2026:14:04:00 +0000] message`.
fn cups(text: &str, reference: Reference) -> Option<Opening<'_>> {
    // The letter, and a day with slashes.
    let [letter, _, _, _, _, b'/', _, _, _, b'/', ..] = text.as_bytes() else {
        return None;
    };
    let severity = match letter {
        b'X' => Severity::FATAL,
        b'A' => Severity::ALERT,
        b'C' => Severity::CRITICAL,
        b'E' => Severity::ERROR,
        b'W' => Severity::WARN,
        b'N' => Severity::NOTICE,
        b'I' => Severity::INFO,
        b'D' => Severity::DEBUG,
        b'd' => Severity::TRACE,
        _ => return None,
    };
    let (time, end) = time::prefix(text.get(3..)?, reference)?;
    let body = text.get(3 + end..)?.strip_prefix("] ")?;
    let head = Head {
        severity: Some(severity),
        process: "",
        body,
    };
    Some(opening(Some(time), head))
}

/// `- 1117838570 2005.06.03 node date node RAS KERNEL INFO message` of Blue Gene/L, and
/// `- 1131566461 2005.11.09 node Nov 9 12:01:01 node/node crond[2915]: message` of Thunderbird,
/// Spirit and Liberty. The first word is a class of alert, or a dash.
fn cluster(text: &str) -> Option<Opening<'_>> {
    let bytes = text.as_bytes();
    let end = find_near(bytes.get(..32).unwrap_or(bytes), b' ')?;
    bytes.get(end + 1).filter(|byte| byte.is_ascii_digit())?;
    let seconds: u32 = text.get(end + 1..end + 11)?.parse().ok()?;
    let (date, rest) = text.get(end + 11..)?.strip_prefix(' ')?.split_once(' ')?;
    let time = Timestamp::from_seconds(i64::from(seconds))?;
    is_day_of(date.as_bytes(), time)?;
    let (node, rest) = rest.split_once(' ')?;
    if let Some((stamp, rest)) = rest.split_once(' ')
        && stamp.len() == 26
        && let Some(rest) = rest.strip_prefix(node)
    {
        let mut words = rest.trim_start_matches(' ').splitn(4, ' ');
        let (_kind, process, level) = (words.next()?, words.next()?, words.next()?);
        let (nanos, _) = fraction(stamp.as_bytes(), 19);
        let head = Head {
            severity: level::of_word(level),
            process,
            body: words.next().unwrap_or_default(),
        };
        return Some(opening(Some(time.plus(i64::from(nanos))), head));
    }
    // `Nov 9 12:01:01 node/node`
    let mut rest = rest;
    for place in 0..4 {
        let (word, behind) = rest.split_once(' ')?;
        if place == 2 {
            time_of_day(word.as_bytes(), 0)?;
        }
        rest = behind.trim_start_matches(' ');
    }
    let (process, body) = match rest.split_once(": ") {
        Some((name, body)) if !name.contains(' ') => {
            (name.split('[').next().unwrap_or_default(), body)
        }
        _ => ("", rest),
    };
    let head = Head {
        severity: None,
        process,
        body,
    };
    Some(opening(Some(time), head))
}

/// Whether `2026.05.12` is the day of a time, in any zone.
fn is_day_of(date: &[u8], time: Timestamp) -> Option<()> {
    let is_date = date.len() == 10 && date.get(4) == Some(&b'.') && date.get(7) == Some(&b'.');
    let year = i64::from(digits(date, 0, 4).filter(|_| is_date)?);
    let day = (year, digits(date, 5, 2)?, digits(date, 8, 2)?);
    let noon = Timestamp::from_civil(civil(day, (12, 0, 0), 0))?;
    (time.since(noon).abs() < 36 * 3600 * NANOS).then_some(())
}

/// The line of a file behind its name, as `grep` and tools that merge files write it:
/// `/var/log/app.log:2026-05-12 14:04:00 ...`, `app.log:12:2026-05-12 ...`, `app.log.1 2026-05-12
/// ...`.
pub(super) fn behind_file(text: &str) -> Option<File<'_>> {
    let bytes = text.as_bytes();
    let head = bytes.get(..LONGEST_NAME).unwrap_or(bytes);
    let first = bytes.first()?;
    if !(first.is_ascii_alphanumeric() || matches!(first, b'/' | b'.' | b'_')) {
        return None;
    }
    let end = find_near(head, b' ').unwrap_or(head.len());
    let first = head.get(..end)?;
    let mut dot = find_near(first, b'.')?;
    while !first.get(dot..)?.starts_with(b".log") {
        dot += 1 + find_near(first.get(dot + 1..)?, b'.')?;
    }
    let behind = first.get(dot + 4..)?;
    let is_name =
        !matches!(first.get(..dot)?, name if name.iter().any(|byte| b"=@:".contains(byte)));
    let begins = |start: &usize| {
        let rest = bytes.get(*start..).unwrap_or_default();
        matches!(rest, [b'[', b'0'..=b'9', ..]) || digits(rest, 0, 4).is_some()
    };
    match behind {
        _ if !is_name => None,
        [b':', ..] => {
            let start = dot + 5;
            let rest = text.get(start..)?;
            let number = rest.bytes().take_while(u8::is_ascii_digit).count();
            let is_number = number > 0 && rest.as_bytes().get(number) == Some(&b':');
            let start = start + if is_number { number + 1 } else { 0 };
            let line = begins(&start).then(|| text.get(start..))??;
            Some(File {
                line,
                is_sure: true,
            })
        }
        [] | [b'.', b'0'..=b'9', ..] => {
            let start = end + 1;
            let line = begins(&start).then(|| text.get(start..))??;
            Some(File {
                line,
                is_sure: false,
            })
        }
        _ => None,
    }
}

/// A line behind the name of its file.
pub(super) struct File<'a> {
    pub line: &'a str,
    /// Whether a colon stands before it: behind a blank, the name may be what a message is about.
    pub is_sure: bool,
}

pub(super) fn civil(
    (year, month, day): (i64, u32, u32),
    (hour, minute, second): (u32, u32, u32),
    nanos: u32,
) -> Civil {
    Civil {
        year,
        month,
        day,
        hour,
        minute,
        second,
        nanos,
    }
}

/// The time of a clock in the zone of the source.
fn at(civil: Civil, reference: Reference) -> Option<Timestamp> {
    let time = Timestamp::from_civil(civil)?;
    Some(time.plus(-i64::from(reference.zone_seconds) * NANOS))
}

fn opening(time: Option<Timestamp>, head: Head<'_>) -> Opening<'_> {
    Opening {
        is_named: true,
        ..Opening::of(time, head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, Option<Severity>, &str, &str)>) {
        let reference = Reference {
            near: Timestamp::parse_rfc3339("2026-06-01T00:00:00Z"),
            ..Reference::default()
        };
        let found = split(text, reference);
        let time = found
            .and_then(|found| found.time)
            .map(|time| time.to_string());
        let time = time.as_deref().unwrap_or("none");
        let found = found.map(|found| (time, found.severity, found.process, found.body));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn android_has_five_layouts() {
        let milli = "2026-05-12T14:04:00.123Z";
        let error = Some(Severity::ERROR);
        let expected = Some((milli, error, "Runtime", "died: 7"));
        check(
            "05-12 14:04:00.123  1702  2395 E Runtime : died: 7",
            expected,
        );
        check("05-12 14:04:00.123 E/Runtime( 1702): died: 7", expected);
        let user = "05-12 14:04:00.123  root  1702  2395 E Runtime : died: 7";
        check(user, expected);
        let user = "05-12 14:04:00.123 10123  1702  2395 E Runtime : died: 7";
        check(user, expected);
        let zone = "05-12 16:04:00.123 +0200  1702  2395 E Runtime : died: 7";
        check(zone, expected);
        let expected = Some(("none", Some(Severity::DEBUG), "View", "shown"));
        check("D/View    (  170): shown", expected);
        check("D/View (all): shown", None);
        check("I/O error on disk sda (    5): retrying", None);
        check("F/A-18 (2): landed", None);
        check("05-12 14:04:00.123 root  1702 E Runtime : died", None);
        check("05-12 14:04:00.123 order 7 12 E mail : lost", None);
        check(
            "05-12 14:04:00.123 +9999  1702  2395 E Runtime : died",
            None,
        );
        check("99-99 14:04:00.123  1702  2395 E Runtime : died", None);
        check("05-12 14:04:00.123 apples", None);
        check("05-12 apples", None);
    }

    #[test]
    fn layouts_of_old_systems_tell_their_time() {
        let second = "2026-05-12T14:04:00Z";
        check(
            "260512 140400 148 INFO dfs.DataNode$Responder: ended",
            Some((
                second,
                Some(Severity::INFO),
                "dfs.DataNode$Responder",
                "ended",
            )),
        );
        check("260512 140400 148 INFO apples", None);
        check("260512 apples were sold", None);
        check(
            "20260512-14:4:0:123|Step|30002312|changed 3|4",
            Some(("2026-05-12T14:04:00.123Z", None, "Step", "changed 3|4")),
        );
        check("20260512-apples|a|b|c", None);
        check(
            "[05.12 14:04:00] chrome.exe *64 - a:80 open",
            Some((second, None, "chrome.exe", "a:80 open")),
        );
        check("[05.12] chrome.exe - a", None);
        check("[05.12 14:04:00] ERROR payment refused - code 5", None);
        check("20260512-14:04:00:123|Kunde Max|4711|bezahlt", None);
        check(
            "W [12/May/2026:14:04:00 +0000] [Job 7] no paper",
            Some((second, Some(Severity::WARN), "", "[Job 7] no paper")),
        );
        check("W [12 apples] x", None);
        check("C [2026-05-12 14:00:00] changed file", None);
    }

    #[test]
    fn clusters_tell_seconds_and_node() {
        check(
            "APPREAD 1778594640 2026.05.12 R02-M1 2026-05-12-07.04.00.675872 R02-M1 RAS APP FATAL no",
            Some((
                "2026-05-12T14:04:00.675872Z",
                Some(Severity::FATAL),
                "APP",
                "no",
            )),
        );
        check(
            "- 1778594640 2026.05.12 dn1 May 12 07:04:00 dn1/dn1 crond(pam_unix)[29]: closed: 7",
            Some(("2026-05-12T14:04:00Z", None, "crond(pam_unix)", "closed: 7")),
        );
        check(
            "- 1778594640 2026.05.12 dn1 May 12 07:04:00 dn1/dn1 the disk failed: code 5",
            Some(("2026-05-12T14:04:00Z", None, "", "the disk failed: code 5")),
        );
        check("Invoice 1234567890 2026.05.12 Max paid: 12 EUR", None);
        check(
            "INVOICE 1778594640 2026.05.12 Max Meier paid 12 EUR late fee: 3",
            None,
        );
        check("- 1778594640 apples", None);
        check("- apples", None);
    }

    #[test]
    fn a_clock_alone_is_passed_over_before_a_logger() {
        check(
            "14:04:00.123 [main] ERROR shop.Cart - refused",
            Some(("none", Some(Severity::ERROR), "shop.Cart", "refused")),
        );
        check("14:04:00 ERROR refused", None);
    }

    #[test]
    fn names_of_files_stand_before_lines() {
        let rest = "2026-05-12 14:04:00 x";
        for (head, is_sure) in [
            ("/var/log/a.log:", true),
            ("a.log:12:", true),
            ("a.log.1.2026-05-12_14:04:00 ", false),
            ("a.log ", false),
        ] {
            let text = format!("{head}{rest}");
            let found = behind_file(&text).map(|found| (found.line, found.is_sure));
            assert_eq!(found, Some((rest, is_sure)), "{text}");
        }
        for head in [
            "a.logic ",
            "[shop.login] ",
            "www.logistik.example ",
            "https://app.logs.example/a ",
            "s3://bucket/a.log ",
            "file=/var/log/a.log ",
            "backup.log.gz ",
            "a.log: ",
        ] {
            let text = format!("{head}{rest}");
            assert!(behind_file(&text).is_none(), "{text}");
        }
    }
}
