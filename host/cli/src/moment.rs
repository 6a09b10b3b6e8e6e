//! Times as people type them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nepho_core::Timestamp;
use nepho_core::time::NANOS;

/// Shortest span between two looks.
const SHORTEST: Duration = Duration::from_millis(100);
/// Nanoseconds of a day.
const DAY: i64 = 86_400 * NANOS;

/// A time from an argument: RFC 3339 with parts left out, a day by its name, or a span back from
/// now.
pub(crate) fn parse(text: &str) -> Result<Timestamp, String> {
    parse_at(text, now())
}

/// A span between two looks: `500ms`, `30s`, `5m`.
pub(crate) fn every(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let millis = match text.strip_suffix("ms") {
        Some(number) => number.parse().ok().map(Duration::from_millis),
        None => span(text)
            .and_then(|nanos| u64::try_from(nanos).ok())
            .map(Duration::from_nanos),
    };
    millis
        .filter(|span| *span >= SHORTEST)
        .ok_or_else(|| "not a span of 100ms or more; write 500ms, 30s, 5m".to_owned())
}

fn parse_at(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let text = text.trim();
    let time = back(text, now)
        .or_else(|| day(text, now))
        .or_else(|| seconds(text))
        .or_else(|| Timestamp::parse_rfc3339(&filled(text, now)));
    time.ok_or_else(|| format!("not a time; write {FORMS}"))
}

/// What a time may be written like, for messages and the manual.
const FORMS: &str = "2026-05-12T14:00:00Z, '2026-05-12 14:00', 2026-05-12, 14:00 for today, now, \
                     today, yesterday, or a span back from now such as 90m, 1d12h, 2w";

/// A span back from now: `90m`, `1d12h`, and as others write it `-90m`, `90m ago`.
fn back(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let text = text.strip_suffix("ago").map_or(text, str::trim_end);
    now.0.checked_sub(span(text)?).map(Timestamp)
}

/// A day by its name, or this moment.
fn day(text: &str, now: Timestamp) -> Option<Timestamp> {
    let midnight = now.0 - now.0.rem_euclid(DAY);
    match text.to_ascii_lowercase().as_str() {
        "now" => Some(now),
        "today" => Some(Timestamp(midnight)),
        "yesterday" => Some(Timestamp(midnight - DAY)),
        _ => None,
    }
}

/// Seconds since 1970: `@1747058400`.
fn seconds(text: &str) -> Option<Timestamp> {
    let seconds: i64 = text.strip_prefix('@')?.parse().ok()?;
    seconds.checked_mul(NANOS).map(Timestamp)
}

/// A time whose parts that were left out are filled in; times without a zone are UTC.
fn filled(text: &str, now: Timestamp) -> String {
    let is_clock = text.as_bytes().get(2) == Some(&b':');
    match (text.len(), text.strip_suffix('Z')) {
        (5 | 8, None) if is_clock => {
            let today = now.to_string();
            let today = today.split('T').next().unwrap_or_default().to_owned();
            filled(&format!("{today}T{text}"), now)
        }
        (6 | 9, Some(clock)) if is_clock => filled(clock, now),
        (10, None) => format!("{text}T00:00:00Z"),
        (16, None) => format!("{text}:00Z"),
        (17, Some(minute)) => format!("{minute}:00Z"),
        _ => text.to_owned(),
    }
}

/// Nanoseconds of `90s`, `15m`, `2h`, `7d`, `2w`, and of several of them, `1d12h`.
fn span(text: &str) -> Option<i64> {
    let mut nanos = 0_i64;
    let mut rest = text;
    loop {
        let (number, behind) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let unit = behind.chars().next()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => return None,
        };
        let number: i64 = number.parse().ok()?;
        let part = number.checked_mul(seconds)?.checked_mul(NANOS)?;
        nanos = nanos.checked_add(part)?;
        rest = behind.get(unit.len_utf8()..)?;
        if rest.is_empty() {
            return Some(nanos);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a person counts back from now")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_a_span_apart() {
        assert_eq!(every("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(every(" 2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "0s", "1ms", "-1s", "30", "soon"] {
            assert!(every(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_and_spans_are_read() {
        let now = Timestamp::parse_rfc3339("2026-05-12T14:00:00Z").unwrap_or_default();
        let check = |text: &str, expected: Option<&str>| {
            let time = parse_at(text, now).ok().map(|time| time.to_string());
            assert_eq!(time.as_deref(), expected, "{text}");
        };
        check("2h", Some("2026-05-12T12:00:00Z"));
        check("2026-05-12", Some("2026-05-12T00:00:00Z"));
        check("2026-05-12T14:30", Some("2026-05-12T14:30:00Z"));
        check("2026-05-12T14:30:05+02:00", Some("2026-05-12T12:30:05Z"));
        check("2026-05-12 14:30:05", Some("2026-05-12T14:30:05Z"));
        check("\u{e9}", None);
    }

    #[test]
    fn times_are_read_as_other_tools_of_the_trade_read_them() {
        let now = Timestamp::parse_rfc3339("2026-05-12T14:00:00Z").unwrap_or_default();
        let check = |text: &str, expected: Option<&str>| {
            let time = parse_at(text, now).ok().map(|time| time.to_string());
            assert_eq!(time.as_deref(), expected, "{text}");
        };
        check("1d12h", Some("2026-05-11T02:00:00Z"));
        check("1h30m", Some("2026-05-12T12:30:00Z"));
        check("1w", Some("2026-05-05T14:00:00Z"));
        check("-5m", Some("2026-05-12T13:55:00Z"));
        check("2h ago", Some("2026-05-12T12:00:00Z"));
        check("14:30", Some("2026-05-12T14:30:00Z"));
        check("09:05:07", Some("2026-05-12T09:05:07Z"));
        check("09:05Z", Some("2026-05-12T09:05:00Z"));
        check("now", Some("2026-05-12T14:00:00Z"));
        check("today", Some("2026-05-12T00:00:00Z"));
        check("Yesterday", Some("2026-05-11T00:00:00Z"));
        check("@1778594400", Some("2026-05-12T14:00:00Z"));
        for wrong in [
            "", "-", "ago", "1", "1x", "h", "12h1", "25:00", "14:3", "soon", "@",
        ] {
            check(wrong, None);
        }
        let told = parse_at("soon", now).err().unwrap_or_default();
        assert!(
            told.contains("1d12h") && told.contains("yesterday"),
            "{told}"
        );
    }
}
