//! Two times that clocks of maybe different zones tell of one moment.

use nepho_core::Timestamp;
use nepho_core::time::NANOS;

/// Between a line being written and what collects it putting its own time before it.
const LATENCY: u64 = 5 * NANOS.unsigned_abs();
const MINUTE: u64 = 60 * NANOS.unsigned_abs();
/// Zones are whole hours from UTC, or half an hour or three quarters of one beyond these hours (tz
/// database, as of 2026-11-30).
const HALVES: [u64; 7] = [2, 3, 4, 5, 6, 9, 10];
const THREE_QUARTERS: [u64; 3] = [5, 8, 12];
/// Farthest zone from UTC: Kiritimati.
const FARTHEST: u64 = 14 * 3600 * NANOS.unsigned_abs();

/// Whether two times are of about the same moment, so that the difference is within seconds.
pub fn same_moment(one: Timestamp, other: Timestamp) -> bool {
    one.0.abs_diff(other.0) <= LATENCY
}

/// Whether two times are of about the same moment, where one of them may be that of a clock in
/// another zone.
///
/// A time at the very beginning of a quarter of an hour may be a deadline as well, so it must be
/// told by a clock of the same zone.
pub fn zones_apart(own: Timestamp, other: Timestamp) -> bool {
    let difference = own.0.abs_diff(other.0);
    let minutes = (difference + LATENCY) / MINUTE;
    let is_close = difference.abs_diff(minutes * MINUTE) <= LATENCY;
    let (hours, rest) = (minutes / 60, minutes % 60);
    let is_offset = match rest {
        0 => true,
        30 => HALVES.contains(&hours),
        45 => THREE_QUARTERS.contains(&hours),
        _ => false,
    };
    let is_zone = is_close && is_offset && difference <= FARTHEST + LATENCY;
    let is_round = own.0.unsigned_abs().is_multiple_of(15 * MINUTE);
    same_moment(own, other) || is_zone && !is_round
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_of_zones_show_the_same_minutes_and_seconds() {
        let check = |own: &str, other: &str, expected: bool| {
            let time = |text| Timestamp::parse_rfc3339(text).expect("a time");
            assert_eq!(
                zones_apart(time(own), time(other)),
                expected,
                "{own} {other}"
            );
        };
        check("2026-05-12T14:00:00Z", "2026-05-12T14:00:03Z", true);
        check("2026-05-12T14:00:07Z", "2026-05-12T12:00:08Z", true);
        check("2026-05-12T13:59:58Z", "2026-05-12T19:45:00Z", true);
        check("2026-05-12T14:00:00.5Z", "2026-05-12T12:00:00Z", true);
        // A time of day that people choose.
        check("2026-05-12T02:00:00Z", "2026-05-12T14:00:00Z", false);
        check("2026-05-12T14:00:07Z", "2026-05-12T14:00:37Z", false);
        // No zone is half an hour from another but those of the tz database.
        check("2026-05-12T13:30:07Z", "2026-05-12T14:00:07Z", false);
        check("2026-05-12T19:30:07Z", "2026-05-12T14:00:07Z", true);
        check("2026-05-12T14:00:07Z", "2026-05-12T12:07:07Z", false);
        check("2026-05-11T20:00:07Z", "2026-05-12T14:00:07Z", false);
    }
}
