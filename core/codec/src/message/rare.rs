//! Levels and loggers in layouts of single programs, which stand behind the time where there is
//! one, or alone.
//!
//! Sources, as of 2026-12-01: npm (`lib/utils/display.js` of npm 10, `npmlog` before), `rustc`,
//! apt (`GlobalError::DumpErrors`), Sling Commons Log (`{0,date,...} *{4}* [{2}] {3} {5}`), Rails
//! Semantic Logger (`timestamp level [pid:thread] (duration) name -- message`), `ESXi` 8
//! (`Er(163)`), Ceph (`cluster [WRN] message`), the notifications of Nagios; from lines that users
//! show and from memory, not read again.

use nepho_core::severity::Severity;

use super::level::{self, Head};
use super::loggers;

/// Level, logger and message of a text that begins like one of these.
pub(super) fn split(text: &str) -> Option<Head<'_>> {
    match text.as_bytes() {
        [b'n', b'p', b'm', b' ', ..] => npm(text),
        [b'e', b'r', b'r', b'o', b'r', b'[', b'E', b'0'..=b'9', ..] => {
            Some(whole(Severity::ERROR, text))
        }
        // A sentence; others have a label and a value there.
        [b'W', b':', b' ', b'A'..=b'Z', b'a'..=b'z' | b'A'..=b'Z', ..] => {
            Some(whole(Severity::WARN, text))
        }
        [b'E', b':', b' ', b'A'..=b'Z', b'a'..=b'z' | b'A'..=b'Z', ..] => {
            Some(whole(Severity::ERROR, text))
        }
        [b'*', b'A'..=b'Z', ..] => sling(text),
        [
            b'T' | b'D' | b'I' | b'W' | b'E' | b'F',
            b' ',
            b'[',
            b'0'..=b'9',
            ..,
        ] => semantic(text),
        [b'A'..=b'Z', b'a'..=b'z', b'(', b'0'..=b'9', ..] => esxi(text),
        [b'S' | b'H', b'E' | b'O', ..] => nagios(text),
        [b'a'..=b'z', ..] => ceph(text),
        _ => None,
    }
}

fn whole(severity: Severity, text: &str) -> Head<'_> {
    Head {
        severity: Some(severity),
        process: "",
        body: text,
    }
}

/// `npm ERR! code ELIFECYCLE`, `npm error code E404`, `npm warn deprecated`.
fn npm(text: &str) -> Option<Head<'_>> {
    let word = text.get(4..)?.split(' ').next()?;
    let severity = match word {
        "ERR!" | "error" => Severity::ERROR,
        "warn" => Severity::WARN,
        _ => return None,
    };
    Some(whole(severity, text))
}

/// `*ERROR* [qtp1-12] com.shop.Cart message`.
fn sling(text: &str) -> Option<Head<'_>> {
    let (word, rest) = text.get(1..)?.split_once("* [")?;
    let severity = level::of_word(word)?;
    let (thread, rest) = rest.split_once("] ")?;
    let (name, body) = rest.split_once(' ')?;
    let is_one = !thread.contains('[') && name.contains('.') && level::is_name(name);
    is_one.then_some(Head {
        severity: Some(severity),
        process: name,
        body,
    })
}

/// `E [1234:puma srv tp 001 cart.rb:7] (12.3ms) Cart -- message`.
fn semantic(text: &str) -> Option<Head<'_>> {
    let severity =
        loggers::priority(*text.as_bytes().first()?).or(match text.as_bytes().first()? {
            b'T' => Some(Severity::TRACE),
            _ => None,
        })?;
    let (inner, rest) = text.get(3..)?.split_once("] ")?;
    let (number, thread) = inner.split_once(':')?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit())
        && thread.starts_with(|c: char| c.is_ascii_alphabetic());
    let rest = match rest.strip_prefix('(') {
        Some(timed) => timed.split_once("s) ")?.1,
        None => rest,
    };
    let (name, body) = rest.split_once(" -- ")?;
    (is_number && level::is_name(name)).then_some(Head {
        severity: Some(severity),
        process: name,
        body,
    })
}

/// `Er(163) vmkernel: message`: the priority of syslog behind the level.
fn esxi(text: &str) -> Option<Head<'_>> {
    const LEVELS: [&str; 8] = ["Em", "Al", "Cr", "Er", "Wa", "No", "In", "Db"];
    let word = text.get(..2)?;
    let (number, body) = text.get(3..)?.split_once(") ")?;
    let number: u8 = number.parse().ok().filter(|number| *number <= 191)?;
    // The program stands behind it.
    let (program, body) = body.split_once(": ")?;
    let process = program.split('[').next().unwrap_or(program);
    let is_one = LEVELS.get(usize::from(number & 7)) == Some(&word) && level::is_name(process);
    is_one.then_some(Head {
        severity: Severity::from_syslog(number & 7),
        process,
        body,
    })
}

/// `SERVICE ALERT: host;service;OK;HARD;3;fine`, `HOST ALERT: host;UP;HARD;1;fine`: the state is
/// the level.
fn nagios(text: &str) -> Option<Head<'_>> {
    let (values, place) = match text.strip_prefix("SERVICE ALERT: ") {
        Some(values) => (values, 2),
        None => (text.strip_prefix("HOST ALERT: ")?, 1),
    };
    let severity = match values.split(';').nth(place)? {
        "OK" | "UP" => Severity::INFO,
        "WARNING" | "UNKNOWN" => Severity::WARN,
        "CRITICAL" | "DOWN" | "UNREACHABLE" => Severity::ERROR,
        _ => return None,
    };
    Some(whole(severity, text))
}

/// `mon.a (mon.0) 263 : cluster [WRN] message`.
fn ceph(text: &str) -> Option<Head<'_>> {
    let head = text.get(..text.floor_char_boundary(64))?;
    if !head.contains(") ") {
        return None;
    }
    let (before, rest) = head.split_once(" : ")?;
    let (channel, rest) = rest.split_once(" [")?;
    let severity = match rest.get(..4)? {
        "ERR]" => Severity::ERROR,
        "WRN]" => Severity::WARN,
        "INF]" => Severity::INFO,
        "DBG]" => Severity::DEBUG,
        _ => return None,
    };
    let is_one = matches!(channel, "cluster" | "audit" | "cephadm")
        && before.ends_with(|c: char| c.is_ascii_digit());
    is_one.then(|| whole(severity, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_single_programs() {
        let check = |text: &str, expected: (Severity, &str, &str)| {
            let found = split(text).map(|head| (head.severity, head.process, head.body));
            let (severity, process, body) = expected;
            let body = if body.is_empty() { text } else { body };
            assert_eq!(found, Some((Some(severity), process, body)), "{text}");
        };
        check("npm ERR! code ELIFECYCLE", (Severity::ERROR, "", ""));
        check("npm warn deprecated a@1", (Severity::WARN, "", ""));
        check(
            "error[E0425]: cannot find value `x`",
            (Severity::ERROR, "", ""),
        );
        check("W: GPG error: no key", (Severity::WARN, "", ""));
        check(
            "*ERROR* [qtp1-12] com.shop.Cart no stock",
            (Severity::ERROR, "com.shop.Cart", "no stock"),
        );
        check(
            "E [12:puma 1] (12.3ms) Cart -- done",
            (Severity::ERROR, "Cart", "done"),
        );
        check(
            "Er(163) vmkernel: no path",
            (Severity::ERROR, "vmkernel", "no path"),
        );
        check(
            "SERVICE ALERT: a;b;OK;HARD;3;fine",
            (Severity::INFO, "", ""),
        );
        check("HOST ALERT: a;DOWN;HARD;1;gone", (Severity::ERROR, "", ""));
        check(
            "mon.a (mon.0) 263 : cluster [WRN] slow",
            (Severity::WARN, "", ""),
        );
    }

    #[test]
    fn lines_like_them_have_none() {
        for text in [
            "npm notice created a lockfile",
            "npm run build",
            "error[0] is the first of them",
            "*NOTES* [a] b.c d",
            "I [12] was here",
            "Er(8) was a mistake",
            "In(5) steps",
            "In(30) days the certificate ends",
            "E [12:30] Alice -- hello",
            "SERVICE ALERT: the kitchen is closed",
            "E: 12.5 N: 47.3",
            "W: 640 H: 480",
            "E: drive not ready",
            "W: H: 3",
            "she (mon) 3 : cluster of [WRN] things",
        ] {
            assert_eq!(split(text).map(|head| head.severity), None, "{text}");
        }
    }
}
