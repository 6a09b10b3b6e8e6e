//! Time of the scenario: microseconds since midnight UTC of its one day, 2026-05-12.

/// Microseconds since midnight of the day, as a perfect clock shows them.
pub(crate) type Micros = u64;

/// One second.
pub(crate) const SECOND: Micros = 1_000_000;
/// One millisecond.
pub(crate) const MILLI: Micros = 1_000;
/// One minute.
pub(crate) const MINUTE: Micros = 60 * SECOND;
/// One hour.
pub(crate) const HOUR: Micros = 60 * MINUTE;
/// The day, as all formats but one write it.
pub(crate) const DAY: &str = "2026-05-12";
/// Midnight of the day in seconds since 1970.
const MIDNIGHT: u64 = 1_778_544_000;

/// Time of day as a constant: `at(14, 31, 12, 418)`.
pub(crate) const fn at(hour: u64, minute: u64, second: u64, milli: u64) -> Micros {
    hour * HOUR + minute * MINUTE + second * SECOND + milli * MILLI
}

/// A clock that is off: what it shows is `ahead` of the truth.
#[derive(Clone, Copy)]
pub(crate) struct SkewedClock {
    /// How far it is ahead, in microseconds; negative when it is behind.
    pub(crate) ahead: i64,
}

impl SkewedClock {
    /// What the clock shows at this true time.
    pub(crate) fn shows(self, time: Micros) -> Micros {
        time.saturating_add_signed(self.ahead)
    }
}

/// Seconds since 1970.
pub(crate) fn epoch_seconds(time: Micros) -> u64 {
    MIDNIGHT + time / SECOND
}

/// Milliseconds since 1970.
pub(crate) fn epoch_millis(time: Micros) -> u64 {
    MIDNIGHT * 1000 + time / MILLI
}

/// `14:31:12`.
pub(crate) fn time_of_day(time: Micros) -> String {
    let seconds = time / SECOND;
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// `2026-05-12T14:31:12Z`.
pub(crate) fn iso(time: Micros) -> String {
    format!("{DAY}T{}Z", time_of_day(time))
}

/// `2026-05-12T14:31:12.418Z`.
pub(crate) fn iso_millis(time: Micros) -> String {
    format!("{DAY}T{}.{:03}Z", time_of_day(time), time / MILLI % 1000)
}

/// `2026-05-12T14:31:12.418305Z`.
pub(crate) fn iso_micros(time: Micros) -> String {
    format!("{DAY}T{}.{:06}Z", time_of_day(time), time % SECOND)
}

/// `2026-05-12T14:31:12.4183050Z`, the seven digits of .NET.
pub(crate) fn iso_ticks(time: Micros) -> String {
    format!("{DAY}T{}.{:06}0Z", time_of_day(time), time % SECOND)
}

/// `2026-05-12T14:31:12.418305000Z`.
pub(crate) fn iso_nanos(time: Micros) -> String {
    format!("{DAY}T{}.{:06}000Z", time_of_day(time), time % SECOND)
}

/// `20260512T1431Z`, as object names hold it.
pub(crate) fn in_object_name(time: Micros) -> String {
    let minutes = time / MINUTE;
    format!("20260512T{:02}{:02}Z", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_time_reads_the_same_in_every_form() {
        let time = at(14, 31, 12, 418) + 305;
        assert_eq!(iso(time), "2026-05-12T14:31:12Z");
        assert_eq!(iso_micros(time), "2026-05-12T14:31:12.418305Z");
        assert_eq!(iso_ticks(time), "2026-05-12T14:31:12.4183050Z");
        assert_eq!(epoch_millis(time), 1_778_596_272_418);
        assert_eq!(in_object_name(time), "20260512T1431Z");
        let behind = SkewedClock { ahead: -2_000_000 };
        assert_eq!(iso(behind.shows(time)), "2026-05-12T14:31:10Z");
    }
}
