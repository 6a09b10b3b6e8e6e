//! Times and spans as stories write them.

use anyhow::{Context, Result};
use nepho::core::Timestamp;
use nepho::core::time::NANOS;

/// Day of times that name none.
const DAY: &str = "2026-05-12";

/// Time of `2026-05-12T14:31:05Z`, or of `14:31:05` (UTC, on 12 May 2026).
pub(super) fn time(text: &str) -> Result<Timestamp> {
    let full = if text.contains('T') {
        text.to_owned()
    } else {
        format!("{DAY}T{text}Z")
    };
    Timestamp::parse_rfc3339(&full).with_context(|| format!("`{text}` is not a time"))
}

/// Nanoseconds of `250ms`, `2s`, `1.5s`, `3m`, `-90s`.
pub(super) fn span(text: &str) -> Result<i64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &text[digits.len()..] {
        "ms" => 1_000_000,
        "s" => NANOS,
        "m" => 60 * NANOS,
        "h" => 3600 * NANOS,
        _ => anyhow::bail!("`{text}` is not a span: write 250ms, 2s, 3m or 1h"),
    };
    let number: f64 = digits
        .parse()
        .with_context(|| format!("`{text}` is not a span"))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "stories last hours"
    )]
    Ok((number * factor as f64).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_spans_are_read() {
        assert_eq!(
            time("14:31:05").unwrap().to_string(),
            "2026-05-12T14:31:05Z"
        );
        assert_eq!(
            time("2024-02-29T00:00:00.5Z").unwrap().to_string(),
            "2024-02-29T00:00:00.500Z"
        );
        assert!(time("late").is_err());
        assert_eq!(span("250ms").unwrap(), 250_000_000);
        assert_eq!(span("-1.5s").unwrap(), -1_500_000_000);
        assert_eq!(span("2m").unwrap(), 120 * NANOS);
        assert!(span("2").is_err());
    }
}
