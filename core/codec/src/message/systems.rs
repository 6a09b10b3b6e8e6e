//! Loggers of operating systems of phones and desktops, behind a date with a year.
//!
//! Sources, as of 2026-12-01: developer.android.com/studio/debug/logcat ("Date Timestamp PID-TID
//! Tag Package Priority Message"), log(1) of macOS (`log show`: Timestamp Thread Type Activity PID
//! TTL), `NSLog`; from memory, not read again.

use nepho_core::severity::Severity;

use super::level::{self, Head};
use super::loggers::priority;
use crate::bytes::find_near;

/// Level, logger and message behind the time of a line.
pub(super) fn split(text: &str) -> Option<Head<'_>> {
    match text.as_bytes() {
        [b'0', b'x', ..] => unified(text),
        [b'0'..=b'9', ..] => studio(text),
        [_, b'/', ..] => tagged(text),
        [b'A'..=b'Z' | b'a'..=b'z', ..] => nslog(text),
        _ => None,
    }
}

/// `1234-5678  OkHttp   com.example.app   W  message` of Android Studio, and of older versions
/// `1234-5678/com.example.app E/Cart: message`.
fn studio(text: &str) -> Option<Head<'_>> {
    let rest = behind_digits(behind_digits(text)?.strip_prefix('-')?)?;
    if let Some(rest) = rest.strip_prefix('/') {
        return tagged(rest.split_once(' ')?.1);
    }
    let (tag, rest) = rest
        .strip_prefix(' ')?
        .trim_start_matches(' ')
        .split_once("  ")?;
    let (package, rest) = rest.trim_start_matches(' ').split_once(' ')?;
    let rest = rest.trim_start_matches(' ');
    let body = rest.get(1..)?.strip_prefix(' ')?.trim_start_matches(' ');
    (!package.is_empty()).then_some(Head {
        severity: Some(priority(*rest.as_bytes().first()?)?),
        process: tag,
        body,
    })
}

/// `E/Cart: message`.
fn tagged(text: &str) -> Option<Head<'_>> {
    let severity = priority(*text.as_bytes().first()?)?;
    let (tag, body) = text.get(1..)?.strip_prefix('/')?.split_once(": ")?;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let is_tag = tag.len() > 2 && tag.bytes().all(is_part);
    is_tag.then_some(Head {
        severity: Some(severity),
        process: tag,
        body,
    })
}

/// `0x1a2b     Error       0x0      123    0    MyApp: (libnet) message`.
fn unified(text: &str) -> Option<Head<'_>> {
    let mut rest = text;
    let mut word = || {
        let (word, behind) = rest.split_once(' ')?;
        rest = behind.trim_start_matches(' ');
        Some(word)
    };
    let (thread, kind, activity, pid, ttl) = (word()?, word()?, word()?, word()?, word()?);
    let severity = match kind {
        "Default" => None,
        "Info" => Some(Severity::INFO),
        "Debug" => Some(Severity::DEBUG),
        "Error" => Some(Severity::ERROR),
        "Fault" => Some(Severity::CRITICAL),
        _ => return None,
    };
    let is_hex = |text: &str| {
        let digits = text.strip_prefix("0x").unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (process, body) = rest.split_once(": ")?;
    let is_one = is_hex(thread) && is_hex(activity) && is_number(pid) && is_number(ttl);
    is_one.then_some(Head {
        severity,
        process,
        body,
    })
}

/// `MyApp[1234:5678] message`: process and thread.
fn nslog(text: &str) -> Option<Head<'_>> {
    let head = text.as_bytes().get(..60).unwrap_or(text.as_bytes());
    let open = find_near(head, b'[')?;
    let (name, rest) = (text.get(..open)?, text.get(open + 1..)?);
    let rest = behind_digits(rest)?.strip_prefix(':')?;
    let thread = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    let body = rest.get(thread..)?.strip_prefix("] ")?;
    (thread > 0 && level::is_name(name)).then_some(Head {
        severity: None,
        process: name,
        body,
    })
}

/// What follows one digit or more.
fn behind_digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_name_level_and_process() {
        let check = |text: &str, expected: (Option<Severity>, &str, &str)| {
            let found = split(text).map(|head| (head.severity, head.process, head.body));
            assert_eq!(found, Some(expected), "{text}");
        };
        let error = Some(Severity::ERROR);
        check(
            "1234-5678  OkHttp                  com.example.app                      W  slow",
            (Some(Severity::WARN), "OkHttp", "slow"),
        );
        check(
            "1234-5678/com.example.app E/Cart: boom",
            (error, "Cart", "boom"),
        );
        check("E/Network: boom", (error, "Network", "boom"));
        check(
            "0x1a2b     Error       0x0                  123    0    MyApp: (libnet) boom",
            (error, "MyApp", "(libnet) boom"),
        );
        check(
            "0x1a2b     Default     0x0                  123    0    launchd: hello",
            (None, "launchd", "hello"),
        );
        check("MyApp[1234:5678] boom", (None, "MyApp", "boom"));
        for text in [
            "I/O error: no disk",
            "F/A-18: landed",
            "12-14 items of cart",
            "1234-5678 is a range",
            "0x12 is the code: 3",
            "cart[12] paid",
            "cart[12:] paid",
            "list[1:3] was sliced: no",
        ] {
            let found = split(text);
            let is_slice = text.starts_with("list");
            assert!(found.is_none() || is_slice, "{text}");
        }
    }
}
