//! Points in time as nanoseconds since 1970 in UTC, and their RFC 3339 text.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Nanoseconds in one second.
pub const NANOS: i64 = 1_000_000_000;

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, from the year 1677 to 2262.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// A calendar date and time of day without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year, astronomical numbering.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, 1 to 31.
    pub day: u32,
    /// Hour, 0 to 23.
    pub hour: u32,
    /// Minute, 0 to 59.
    pub minute: u32,
    /// Second, 0 to 60 (a leap second counts as the second after it).
    pub second: u32,
    /// Nanoseconds within the second.
    pub nanos: u32,
}

/// What a time without a year or a zone is read by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// A time not long after the one that is read; it tells the year. Without it, times without a
    /// year are not read.
    pub near: Option<Timestamp>,
    /// Seconds that the clock of the source is ahead of UTC.
    pub zone_seconds: i32,
    /// Whether day or month stands first in dates such as `05/12/2026`.
    pub order: DateOrder,
}

/// Which of day and month stands first in dates with the year last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// The source holds no date that tells it, or dates of both orders.
    #[default]
    Untold,
    /// `31/12/2026`.
    DayFirst,
    /// `12/31/2026`.
    MonthFirst,
}

impl Reference {
    /// Reads every time, for whoever wants to know only where it ends.
    pub const ANY: Self = Self {
        // The end of the year 2000, which has a 29 February.
        near: Some(Timestamp(978_220_800 * NANOS)),
        zone_seconds: 0,
        order: DateOrder::Untold,
    };
}

impl Timestamp {
    /// Earliest time that can be told.
    pub const MIN: Self = Self(i64::MIN);
    /// Latest time that can be told; the watermark that says no more rows will come.
    pub const MAX: Self = Self(i64::MAX);

    /// Time from whole seconds since 1970, or `None` outside the range of the type.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        seconds.checked_mul(NANOS).map(Self)
    }

    /// Time from milliseconds since 1970, or `None` outside the range of the type.
    pub fn from_millis(millis: i64) -> Option<Self> {
        millis.checked_mul(1_000_000).map(Self)
    }

    /// Time from a calendar date in UTC, or `None` for a date that does not exist.
    pub fn from_civil(civil: Civil) -> Option<Self> {
        Self::of(civil)
    }

    /// As [`Timestamp::from_civil`], within the caller.
    #[inline(always)]
    fn of(civil: Civil) -> Option<Self> {
        let is_day = match civil.day {
            // Every month has these.
            1..=28 => (1..=12).contains(&civil.month),
            29..=31 => civil.day <= last_day(civil.year, civil.month),
            _ => false,
        };
        if !is_day || civil.hour > 23 || civil.minute > 59 || civil.second > 60 {
            return None;
        }
        let days = days_from_civil(civil.year, civil.month, civil.day);
        let in_day = civil.hour * 3600 + civil.minute * 60 + civil.second;
        (days * 86_400 + i64::from(in_day))
            .checked_mul(NANOS)?
            .checked_add(i64::from(civil.nanos))
            .map(Self)
    }

    /// Calendar date and time of day in UTC.
    pub fn to_civil(self) -> Civil {
        let seconds = self.0.div_euclid(NANOS);
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
        let in_day = u32::try_from(seconds.rem_euclid(86_400)).unwrap_or(0);
        Civil {
            year,
            month,
            day,
            hour: in_day / 3600,
            minute: in_day / 60 % 60,
            second: in_day % 60,
            nanos: u32::try_from(self.0.rem_euclid(NANOS)).unwrap_or(0),
        }
    }

    /// Time `nanos` later (earlier when negative), held within the range of the type.
    #[must_use]
    pub fn plus(self, nanos: i64) -> Self {
        Self(self.0.saturating_add(nanos))
    }

    /// Nanoseconds from `earlier` to this time, held within the range of `i64`.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Start of the interval of `width` nanoseconds in which this time lies.
    #[must_use]
    pub fn floor(self, width: i64) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(width.max(1))))
    }

    /// Time from RFC 3339 text such as `2024-05-01T10:00:00.123Z`, a blank for `T` allowed.
    ///
    /// Text without a zone is taken as UTC. Digits beyond nanoseconds are cut off.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // Of a known length, so that no place in it needs a check.
        let head = bytes.first_chunk::<19>()?;
        let (year, month) = year_and_month(head, b'-')?;
        let day = two_digits([head[8], head[9]])?;
        if !matches!(head[10], b'T' | b't' | b' ') {
            return None;
        }
        let (hour, minute, second) = time_of_day(head, 11)?;
        let (nanos, offset_seconds) = match &bytes[19..] {
            // Most times.
            [b'Z'] => (0, 0),
            [b'.', a, b, c, b'Z'] if let Some(millis) = three_digits([*a, *b, *c]) => {
                (millis * 1_000_000, 0)
            }
            rest => fraction_and_zone(rest)?,
        };
        let civil = Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
            nanos,
        };
        Some(Self::of(civil)?.plus(-offset_seconds * NANOS))
    }
}

/// Nanoseconds and seconds ahead of UTC of `.123456 +02:00`.
#[inline]
fn fraction_and_zone(rest: &[u8]) -> Option<(u32, i64)> {
    let (nanos, end) = fraction(rest, 0);
    let zone = &rest[end..];
    let offset = match zone {
        b"Z" => 0,
        _ => zone_offset(zone.strip_prefix(b" ").unwrap_or(zone))?,
    };
    Some((nanos, offset))
}

/// Offset from UTC in seconds of `Z`, `UTC`, `+02:00`, `+0200`, `+02` or nothing.
pub fn zone_offset(zone: &[u8]) -> Option<i64> {
    match zone {
        [] | b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
        _ => {}
    }
    let sign = match zone[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = i64::from(digits(zone, 1, 2)?);
    let minutes = match zone.len() {
        3 => 0,
        5 => i64::from(digits(zone, 3, 2)?),
        6 if zone[3] == b':' => i64::from(digits(zone, 4, 2)?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Nanoseconds of the last of so many digits behind the point.
const SCALES: [u32; 10] = [
    1_000_000_000,
    100_000_000,
    10_000_000,
    1_000_000,
    100_000,
    10_000,
    1000,
    100,
    10,
    1,
];

/// Nanoseconds of a fraction `.123` or `,123` at `start`, and the position after it. Behind a colon
/// only three digits are one, as `HH:mm:ss:SSS` of log4j and winston gives them.
#[inline]
pub fn fraction(bytes: &[u8], start: usize) -> (u32, usize) {
    let found = bytes.get(start..).unwrap_or_default();
    match found.first_chunk() {
        // Most fractions.
        Some([b'.' | b',', a, b, c, behind])
            if !behind.is_ascii_digit()
                && let Some(millis) = three_digits([*a, *b, *c]) =>
        {
            (millis * 1_000_000, start + 4)
        }
        _ => fraction_of_any_length(bytes, start),
    }
}

#[inline(never)]
fn fraction_of_any_length(bytes: &[u8], start: usize) -> (u32, usize) {
    if let Some([b':', a, b, c, rest @ ..]) = bytes.get(start..)
        && matches!(rest.first(), None | Some(b' ' | b'\t' | b']' | b')' | b'|'))
    {
        let millis = three_digits([*a, *b, *c]);
        return millis.map_or((0, start), |millis| (millis * 1_000_000, start + 4));
    }
    let has_digit = bytes.get(start + 1).is_some_and(u8::is_ascii_digit);
    if !has_digit || !matches!(bytes.get(start), Some(b'.' | b',')) {
        return (0, start);
    }
    let (mut number, mut count, mut end) = (0_u32, 0, start + 1);
    if let Some(eight) = bytes.get(end..).and_then(<[u8]>::first_chunk)
        && let Some(found) = eight_digits(eight)
    {
        (number, count, end) = (found, 8, end + 8);
    }
    while let Some(digit) = bytes.get(end).map(|byte| byte.wrapping_sub(b'0'))
        && digit < 10
    {
        // Digits beyond nanoseconds are cut off.
        if count + 1 < SCALES.len() {
            number = number * 10 + u32::from(digit);
            count += 1;
        }
        end += 1;
    }
    (number * SCALES.get(count).copied().unwrap_or(1), end)
}

/// Year and month of `2024-05-` at the start of `bytes`, with this separator.
pub fn year_and_month(bytes: &[u8], separator: u8) -> Option<(i64, u32)> {
    let separators = u64::from(separator) * 0x0100_0001_0000_0000;
    let pairs = pairs(bytes.first_chunk()?, 0x0001_0100_0101_0101, separators)?;
    let [century, _, year, _, _, month, ..] = pairs.map(u32::from);
    Some((i64::from(century * 100 + year), month))
}

/// Hour, minute and second of `10:00:00` at `start`.
pub fn time_of_day(bytes: &[u8], start: usize) -> Option<(u32, u32, u32)> {
    let chunk = bytes.get(start..)?.first_chunk()?;
    let pairs = pairs(chunk, 0x0101_0001_0100_0101, 0x0000_3a00_003a_0000)?;
    let [hour, _, _, minute, _, _, second, _] = pairs.map(u32::from);
    Some((hour, minute, second))
}

/// For each place, the number of two digits that begins there.
///
/// `digits` has a 1 in each byte where a digit stands, `others` the other bytes; the first byte is
/// the lowest.
#[inline]
fn pairs(bytes: &[u8; 8], digits: u64, others: u64) -> Option<[u8; 8]> {
    let values = u64::from_le_bytes(*bytes) ^ ((digits * u64::from(b'0')) | others);
    // A digit is below 10, so that 6 more are below 16; any other byte must have become 0.
    let is_wrong = (values | values.wrapping_add(digits * 6)) & !(digits * 0x0f);
    (is_wrong == 0).then(|| (values * 10 + (values >> 8)).to_le_bytes())
}

/// Number of eight decimal digits.
pub fn eight_digits(bytes: &[u8; 8]) -> Option<u32> {
    const DIGITS: u64 = 0x0101_0101_0101_0101;
    let values = u64::from_le_bytes(*bytes) ^ (DIGITS * u64::from(b'0'));
    // As in [`pairs`], of all places; then pairs of pairs, and pairs of those.
    if (values | values.wrapping_add(DIGITS * 6)) & !(DIGITS * 0x0f) != 0 {
        return None;
    }
    let pairs = (values * 10 + (values >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let eight = fours * 10_000 + (fours >> 32);
    Some(eight as u32)
}

/// Number of two decimal digits.
#[inline]
fn two_digits(bytes: [u8; 2]) -> Option<u32> {
    let [tens, ones] = bytes.map(|byte| u32::from(byte.wrapping_sub(b'0')));
    (tens < 10 && ones < 10).then_some(tens * 10 + ones)
}

/// Number of three decimal digits.
#[inline(always)]
fn three_digits(bytes: [u8; 3]) -> Option<u32> {
    let digits = bytes.map(|byte| u32::from(byte.wrapping_sub(b'0')));
    let [hundreds, tens, ones] = digits;
    let is_number = digits.iter().all(|digit| *digit < 10);
    is_number.then_some(hundreds * 100 + tens * 10 + ones)
}

/// Number of exactly `count` decimal digits at `start`.
pub fn digits(bytes: &[u8], start: usize, count: usize) -> Option<u32> {
    let mut value = 0;
    for byte in bytes.get(start..start + count)? {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u32::from(digit);
    }
    Some(value)
}

/// Last day of a month, or 0 where there is no such month.
#[inline(never)]
fn last_day(year: i64, month: u32) -> u32 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// Days since 1970 of a date. Howard Hinnant, "chrono-compatible low-level date algorithms".
#[inline(always)]
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    match year {
        0..=9999 => i64::from(days_of_four_digits(year as u32, month, day)),
        _ => days_of_any_year(year, month, day),
    }
}

#[inline(never)]
fn days_of_any_year(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The same for a year of four digits, without negative numbers on the way: years count from 400
/// before the year 0, and begin in March.
#[inline]
fn days_of_four_digits(year: u32, month: u32, day: u32) -> i32 {
    let (year, month) = match month {
        0..=2 => (year + 399, month + 9),
        _ => (year + 400, month - 3),
    };
    let centuries = year / 100;
    let days = year * 365 + year / 4 - centuries + centuries / 4 + (153 * month + 2) / 5 + day;
    // Days from 1 March of the year -400 to 31 December 1969.
    days as i32 - 865_566
}

/// Date of a day since 1970; the reverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = u32::try_from(day_of_year - (153 * month_from_march + 2) / 5 + 1).unwrap_or(1);
    let month = u32::try_from((month_from_march + 2) % 12 + 1).unwrap_or(1);
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// RFC 3339 in UTC; the fraction has 0, 3, 6 or 9 digits, as few as hold the value.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.to_civil();
        let mut text = *b"0000-00-00T00:00:00.000000000Z";
        // The range of the type ends in 2262.
        put(&mut text[..4], u32::try_from(civil.year).unwrap_or(0));
        put(&mut text[5..7], civil.month);
        put(&mut text[8..10], civil.day);
        put(&mut text[11..13], civil.hour);
        put(&mut text[14..16], civil.minute);
        put(&mut text[17..19], civil.second);
        put(&mut text[20..29], civil.nanos);
        let end = match civil.nanos {
            0 => 19,
            nanos if nanos % 1_000_000 == 0 => 23,
            nanos if nanos % 1000 == 0 => 26,
            _ => 29,
        };
        text[end] = b'Z';
        f.write_str(std::str::from_utf8(&text[..=end]).unwrap_or_default())
    }
}

/// Writes a number into all of `place`, with zeros before it.
fn put(place: &mut [u8], mut number: u32) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_rfc3339(&text)
            .ok_or_else(|| de::Error::custom(format!("`{text}` is not an RFC 3339 time")))
    }
}

impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A time in UTC, to the nanosecond: `2026-05-12T14:00:00.25Z`.",
            "type": "string",
            "format": "date-time"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let time = Timestamp::parse_rfc3339(text).map(|time| time.to_string());
        assert_eq!(time.as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn eight_digits_are_one_number() {
        for number in (0..100_000_000).step_by(9_973).chain([99_999_999]) {
            let text = format!("{number:08}");
            let found = text.as_bytes().first_chunk().and_then(eight_digits);
            assert_eq!(found, Some(number));
        }
        for place in 0..8 {
            for byte in (0..=255_u8).filter(|byte| !byte.is_ascii_digit()) {
                let mut text = *b"12345678";
                text[place] = byte;
                assert_eq!(eight_digits(&text), None);
            }
        }
    }

    #[test]
    fn times_are_read_and_written_to_the_nanosecond() {
        check("2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z");
        check("2024-02-29 23:59:59.5+02:00", "2024-02-29T21:59:59.500Z");
        check(
            "1969-12-31T23:59:59.000000001Z",
            "1969-12-31T23:59:59.000000001Z",
        );
        check("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z");
        check("2024-05-01T10:00:00,123 -0330", "2024-05-01T13:30:00.123Z");
    }

    #[test]
    fn every_digit_and_every_separator_counts() {
        let text = "2024-05-01T10:00:00";
        for (place, right) in text.bytes().enumerate().filter(|(_, byte)| *byte != b'T') {
            for byte in 0..128_u8 {
                let mut changed = text.as_bytes().to_vec();
                changed[place] = byte;
                let changed = String::from_utf8(changed).expect("ASCII");
                let fits = match right.is_ascii_digit() {
                    // A wrong digit may make a date that does not exist.
                    true if byte.is_ascii_digit() => continue,
                    true => false,
                    false => byte == right,
                };
                let is_read = Timestamp::parse_rfc3339(&changed).is_some();
                assert_eq!(is_read, fits, "{changed:?}");
            }
        }
        assert_eq!(time_of_day(b"x09:58:47", 1), Some((9, 58, 47)));
        assert_eq!(year_and_month(b"1987/12/", b'/'), Some((1987, 12)));
    }

    #[test]
    fn days_are_counted_alike_in_every_year() {
        for days in (-1_000_000..4_000_000).step_by(29) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days, "{year}-{month}");
        }
    }

    #[test]
    fn a_fraction_counts_whatever_its_length() {
        let digits = "123456789987";
        for length in 1..=digits.len() {
            let fraction = &digits[..length];
            let text = format!("2024-05-01T10:00:00.{fraction}");
            let nanos: i64 = format!("{fraction:0<9}")[..9].parse().expect("a number");
            let second = Timestamp::parse_rfc3339("2024-05-01T10:00:00Z").expect("a time");
            for zone in ["Z", "", "+00:00", " UTC"] {
                let time = Timestamp::parse_rfc3339(&format!("{text}{zone}"));
                assert_eq!(time, Some(second.plus(nanos)), "{text}{zone}");
            }
        }
        for broken in ["12xZ", "1:2Z", "123Z0", ".12Z", "123z9"] {
            let text = format!("2024-05-01T10:00:00.{broken}");
            assert_eq!(Timestamp::parse_rfc3339(&text), None, "{text}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for text in [
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-01-01",
            "",
            "2023-01-01T00:00:00+99:00",
        ] {
            assert_eq!(Timestamp::parse_rfc3339(text), None, "{text}");
        }
    }
}
