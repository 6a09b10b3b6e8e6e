//! Times as people type them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nepho_core::Timestamp;

/// Shortest span between two looks.
const SHORTEST: Duration = Duration::from_millis(100);

/// A time from an argument: RFC 3339 with parts left out from the right, or a span back from now.
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
    if let Some(time) = span(text).and_then(|nanos| now.0.checked_sub(nanos)) {
        return Ok(Timestamp(time));
    }
    let filled = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        16 => format!("{text}:00Z"),
        17 if text.ends_with('Z') => format!("{}:00Z", &text[..16]),
        _ => text.to_owned(),
    };
    Timestamp::parse_rfc3339(&filled).ok_or_else(|| {
        "not a time; write 2026-05-12T14:00:00Z, 2026-05-12, or a span such as 90m, 2h, 7d"
            .to_owned()
    })
}

/// Nanoseconds of `90s`, `15m`, `2h`, `7d`.
fn span(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let number: i64 = text
        .strip_suffix(unit)?
        .parse()
        .ok()
        .filter(|number| *number >= 0)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    number
        .checked_mul(seconds)?
        .checked_mul(nepho_core::time::NANOS)
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
        check("yesterday", None);
        check("-5m", None);
        check("\u{e9}", None);
    }
}
