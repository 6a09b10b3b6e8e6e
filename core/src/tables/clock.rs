//! Times of rows whose wrapping has a clock of its own.

use crate::Timestamp;

/// The time that `text` tells, where `clock` is what another clock showed when it was written: one
/// without a zone that is wrong by a zone is set right, and whole seconds within two of it become
/// its time.
pub(super) fn by_clock(own: Timestamp, clock: Timestamp, text: &str) -> Timestamp {
    const SECOND: i64 = 1_000_000_000;
    /// Zones differ by quarters of an hour, and by fourteen hours at most.
    const QUARTER: i64 = 15 * 60 * SECOND;
    let apart = own.0.saturating_sub(clock.0);
    let quarters = apart.saturating_add(QUARTER / 2).div_euclid(QUARTER);
    let is_near = quarters.abs() <= 14 * 4 && (apart - quarters * QUARTER).abs() < 2 * SECOND;
    match own.0 % SECOND {
        _ if !is_near || quarters != 0 && !stands_without_zone(own, text) => own,
        0 => clock,
        _ => Timestamp(own.0.saturating_sub(quarters * QUARTER)),
    }
}

/// Whether the text has the time of day of `time`, and no zone behind it. With another zone than
/// that of UTC the text has another time of day.
fn stands_without_zone(time: Timestamp, text: &str) -> bool {
    let written = time.to_string();
    // `2026-05-12T14:00:00Z`
    let clock = written.get(11..19).unwrap_or_default();
    let Some((_, behind)) = text.split_once(clock).filter(|_| !clock.is_empty()) else {
        return false;
    };
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    let word = behind.strip_prefix(' ').unwrap_or(behind);
    let is_offset = matches!(word.as_bytes(), [b'+' | b'-', b'0'..=b'9', ..]);
    !is_offset
        && !["Z", "z", "UTC", "GMT"]
            .iter()
            .any(|zone| word.starts_with(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_without_a_zone_are_set_right() {
        const HOUR: i64 = 3_600_000_000_000;
        let clock = 1_700_000_000_123_456_789;
        let found = |own: i64, zone: &str| {
            let text = Timestamp(own).to_string().replace('Z', zone);
            by_clock(Timestamp(own), Timestamp(clock), &text)
        };
        let check = |own: i64, expected: i64| {
            assert_eq!(found(own, " up"), Timestamp(expected), "{own}");
        };
        // What has a zone is meant so, and a time of which the text says nothing is left.
        let hour_ago = 1_699_996_400_000_000_000;
        for zone in ["Z up", " UTC up", "+00:00 up", " +0000 up"] {
            assert_eq!(found(hour_ago, zone), Timestamp(hour_ago), "{zone}");
        }
        let elsewhere = by_clock(Timestamp(hour_ago), Timestamp(clock), "up");
        assert_eq!(elsewhere, Timestamp(hour_ago));
        check(hour_ago, clock);
        // Whole seconds, in the zone of the runtime and in others.
        check(1_700_000_000_000_000_000, clock);
        check(1_700_000_000_000_000_000 + 2 * HOUR, clock);
        check(1_699_999_999_000_000_000 - 5 * HOUR - HOUR / 2, clock);
        // Finer than that.
        check(clock - 1_000_000, clock - 1_000_000);
        check(clock - 1_000_000 + 9 * HOUR, clock - 1_000_000);
        // Written about another time.
        check(clock - 7 * 60_000_000_000, clock - 7 * 60_000_000_000);
        check(clock - 24 * HOUR, clock - 24 * HOUR);
        check(i64::MIN, i64::MIN);
        check(i64::MAX, i64::MAX);
    }
}
