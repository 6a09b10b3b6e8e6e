//! Offsets of the regions of the time zone database, as far as one rule tells them.
//!
//! PHP writes the region that its settings name behind the time, and no offset. Regions whose
//! rules changed lately are read from the year after on; others and those with rules of their own
//! are not read. In the hour that a clock shows twice, the earlier one is meant.
//!
//! Source: the files `europe`, `northamerica`, `australasia`, `asia`, `africa` and `southamerica`
//! of the time zone database (iana.org/time-zones), compared with its release 2026f on 2026-12-01.

use nepho_core::Timestamp;
use nepho_core::time::{Civil, NANOS};

/// When the clocks of a region are an hour ahead.
#[derive(Clone, Copy)]
enum Summer {
    /// Never, since the end of this year.
    NoneSince(i64),
    /// From the last Sunday of March to that of October, at 01:00 UTC; in all of them since 2003.
    Europe,
    /// From the second Sunday of March to the first of November, at 02:00; since 2007.
    America,
    /// As [`Self::America`] to March 2026, and ever since.
    Canada,
    /// From the first Sunday of October to the first of April, at 02:00; since 2008.
    Australia,
    /// From the last Sunday of September to the first of April, at 02:00; since 2007.
    NewZealand,
}

use Summer::{America, Australia, Canada, Europe, NewZealand, NoneSince};

/// Minutes ahead of UTC in winter, when summer is, and the regions.
const REGIONS: &[(i64, Summer, &str)] = &[
    (
        0,
        Europe,
        "Europe/London Europe/Lisbon Europe/Dublin Europe/Jersey Europe/Guernsey \
                 Europe/Isle_of_Man Atlantic/Canary Atlantic/Madeira Atlantic/Faroe",
    ),
    (
        60,
        Europe,
        "Europe/Berlin Europe/Paris Europe/Madrid Europe/Rome Europe/Vienna \
                  Europe/Zurich Europe/Brussels Europe/Amsterdam Europe/Luxembourg \
                  Europe/Copenhagen Europe/Oslo Europe/Stockholm Europe/Prague Europe/Budapest \
                  Europe/Warsaw Europe/Belgrade Europe/Zagreb Europe/Ljubljana \
                  Europe/Bratislava Europe/Sarajevo Europe/Skopje Europe/Podgorica \
                  Europe/Tirane Europe/Malta Europe/Monaco Europe/Vaduz Europe/San_Marino \
                  Europe/Vatican Europe/Andorra Europe/Gibraltar Europe/Busingen Africa/Ceuta",
    ),
    (
        120,
        Europe,
        "Europe/Athens Europe/Helsinki Europe/Bucharest Europe/Sofia Europe/Kiev \
                   Europe/Kyiv Europe/Riga Europe/Tallinn Europe/Vilnius Europe/Mariehamn \
                   Asia/Nicosia",
    ),
    (-240, America, "America/Halifax Canada/Atlantic"),
    (
        -300,
        America,
        "America/New_York America/Toronto America/Detroit America/Montreal \
                     US/Eastern Canada/Eastern",
    ),
    (-360, America, "America/Chicago US/Central"),
    (-360, Canada, "America/Winnipeg Canada/Central"),
    (-420, America, "America/Denver America/Boise US/Mountain"),
    (-420, Canada, "America/Edmonton"),
    (-480, America, "America/Los_Angeles US/Pacific"),
    (-480, Canada, "America/Vancouver Canada/Pacific"),
    (-540, America, "America/Anchorage US/Alaska"),
    (
        600,
        Australia,
        "Australia/Sydney Australia/Melbourne Australia/Hobart Australia/Canberra",
    ),
    (570, Australia, "Australia/Adelaide"),
    (720, NewZealand, "Pacific/Auckland"),
    (-600, NoneSince(1970), "Pacific/Honolulu US/Hawaii"),
    (-420, NoneSince(1970), "America/Phoenix US/Arizona"),
    (-360, NoneSince(2022), "America/Mexico_City"),
    (-300, NoneSince(1994), "America/Bogota America/Lima"),
    (-240, NoneSince(2016), "America/Caracas"),
    (
        -180,
        NoneSince(2009),
        "America/Argentina/Buenos_Aires America/Buenos_Aires",
    ),
    (-180, NoneSince(2019), "America/Sao_Paulo"),
    (
        0,
        NoneSince(1970),
        "Etc/UTC Etc/GMT Africa/Abidjan Africa/Accra",
    ),
    (
        60,
        NoneSince(2008),
        "Africa/Lagos Africa/Algiers Africa/Tunis",
    ),
    (120, NoneSince(1970), "Africa/Johannesburg"),
    (
        180,
        NoneSince(2007),
        "Africa/Nairobi Asia/Riyadh Asia/Kuwait Asia/Qatar Asia/Baghdad",
    ),
    (180, NoneSince(2014), "Europe/Moscow Europe/Minsk"),
    (180, NoneSince(2016), "Europe/Istanbul Asia/Istanbul"),
    (210, NoneSince(2022), "Asia/Tehran"),
    (240, NoneSince(1970), "Asia/Dubai"),
    (300, NoneSince(2009), "Asia/Karachi"),
    (330, NoneSince(1970), "Asia/Kolkata Asia/Calcutta"),
    (345, NoneSince(1986), "Asia/Kathmandu Asia/Katmandu"),
    (360, NoneSince(2009), "Asia/Dhaka"),
    (
        420,
        NoneSince(1975),
        "Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh Asia/Saigon",
    ),
    (
        480,
        NoneSince(1991),
        "Asia/Shanghai Asia/Hong_Kong Asia/Taipei Asia/Singapore Asia/Manila \
                            Asia/Kuala_Lumpur",
    ),
    (480, NoneSince(2009), "Australia/Perth"),
    (540, NoneSince(1988), "Asia/Tokyo Asia/Seoul"),
    (600, NoneSince(1992), "Australia/Brisbane"),
];

/// Seconds that the clock of a region is ahead of UTC where it shows `wall`, which is given as if
/// it were UTC.
pub(crate) fn offset(region: &str, wall: Timestamp) -> Option<i64> {
    let is_held =
        |(_, _, names): &&(i64, Summer, &str)| names.split(' ').any(|name| name == region);
    let (minutes, summer, _) = REGIONS.iter().find(is_held)?;
    let year = wall.to_civil().year;
    let hour = 3600 * NANOS;
    let is_summer = match summer {
        NoneSince(last) if year > *last => false,
        Europe if year >= 2003 => {
            let ahead = minutes * 60 * NANOS + hour;
            let (start, end) = (sunday(year, 3, None)?, sunday(year, 10, None)?);
            (start.plus(ahead)..end.plus(ahead + hour)).contains(&wall)
        }
        Canada if year > 2026 => true,
        America | Canada if year >= 2007 => {
            let (start, end) = (sunday(year, 3, Some(2))?, sunday(year, 11, Some(1))?);
            let is_last = matches!(summer, Canada) && year == 2026;
            wall >= start.plus(2 * hour) && (is_last || wall < end.plus(2 * hour))
        }
        Australia | NewZealand if year >= 2008 => {
            let start = match summer {
                Australia => sunday(year, 10, Some(1))?,
                _ => sunday(year, 9, None)?,
            };
            let end = sunday(year, 4, Some(1))?;
            !(end.plus(3 * hour)..start.plus(2 * hour)).contains(&wall)
        }
        _ => return None,
    };
    Some(minutes * 60 + if is_summer { 3600 } else { 0 })
}

/// Midnight of a Sunday of a month, counted from its beginning; the last without a number.
fn sunday(year: i64, month: u32, number: Option<u32>) -> Option<Timestamp> {
    const DAY: i64 = 86_400 * NANOS;
    // All months that are asked for the last one have more than 29 days.
    let last = if matches!(month, 9) { 30 } else { 31 };
    let day = number.map_or(last, |number| number * 7);
    let midnight = Timestamp::from_civil(Civil {
        year,
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
    })?;
    // 1970 began on a Thursday.
    let weekday = (midnight.0.div_euclid(DAY) + 4).rem_euclid(7);
    Some(midnight.plus(-weekday * DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_offsets() {
        let check = |region: &str, wall: &str, expected: Option<i64>| {
            let wall = Timestamp::parse_rfc3339(&format!("{wall}Z")).expect("a time");
            let expected = expected.map(|minutes| minutes * 60);
            assert_eq!(offset(region, wall), expected, "{region} {wall}");
        };
        check("Europe/Berlin", "2024-01-15T10:30:45", Some(60));
        check("Europe/Berlin", "2024-03-31T01:59:59", Some(60));
        check("Europe/Berlin", "2024-03-31T03:00:00", Some(120));
        check("Europe/Berlin", "2024-10-27T02:30:00", Some(120));
        check("Europe/Berlin", "2024-10-27T03:00:00", Some(60));
        check("Europe/London", "2024-07-15T10:30:45", Some(60));
        check("America/New_York", "2024-03-10T03:00:00", Some(-240));
        check("America/New_York", "2024-11-03T02:00:00", Some(-300));
        check("Australia/Sydney", "2024-01-15T10:30:45", Some(660));
        check("Australia/Sydney", "2024-07-15T10:30:45", Some(600));
        check("Pacific/Auckland", "2024-09-30T10:30:45", Some(780));
        check("America/Vancouver", "2026-03-08T01:59:59", Some(-480));
        check("America/Vancouver", "2026-12-01T10:30:45", Some(-420));
        check("America/Edmonton", "2025-12-01T10:30:45", Some(-420));
        check("America/Winnipeg", "2027-01-15T10:30:45", Some(-300));
        check("Europe/Vilnius", "2002-07-15T10:30:45", None);
        check("Asia/Tokyo", "2024-07-15T10:30:45", Some(540));
        check("Europe/Moscow", "2013-07-15T10:30:45", None);
        check("Europe/Moscow", "2024-07-15T10:30:45", Some(180));
        check("Europe/Atlantis", "2024-07-15T10:30:45", None);
    }
}
