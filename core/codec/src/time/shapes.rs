//! Times as people of a country write them, and what Java writes behind its own.

use nepho_core::Timestamp;
use nepho_core::time::{Civil, DateOrder, NANOS, Reference, digits};

use super::{
    behind_zone, clock, day_month_name, half_day, half_day_alone, month, nearest, one_or_two,
    prefix, with_zone, year_behind, year_last,
};

/// `2026 May 12 14:00:00 UTC`, as NX-OS and Wazuh write it; a day of one digit may have a blank
/// before it.
pub(super) fn year_and_name(bytes: &[u8], reference: Reference) -> Option<(Timestamp, usize)> {
    (bytes.get(4) == Some(&b' ') && bytes.get(8) == Some(&b' ')).then_some(())?;
    let month = month(bytes, 5)?;
    let padding = usize::from(bytes.get(9) == Some(&b' '));
    let (day, at) = one_or_two(bytes, 9 + padding)?;
    (bytes.get(at) == Some(&b' ')).then_some(())?;
    let mut civil = Civil {
        year: i64::from(digits(bytes, 0, 4)?),
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
    };
    let end = clock(bytes, at + 1, &mut civil)?;
    let end = half_day_alone(bytes, end, &mut civil);
    with_zone(bytes, end, civil, reference.zone_seconds)
}

/// What stands behind a weekday, the day first: `11 Oct 2023 22:14:15 GMT`, or with the year
/// behind the clock as in some languages of `date`: `11 Oct 22:14:15 CEST 2023`.
pub(super) fn behind_weekday(bytes: &[u8], reference: Reference) -> Option<(Timestamp, usize)> {
    let (day, at) = one_or_two(bytes, 0)?;
    if digits(bytes, at + 5, 4).is_some() {
        return day_month_name(bytes, reference);
    }
    let is_parted = bytes.get(at) == Some(&b' ') && bytes.get(at + 4) == Some(&b' ');
    let mut civil = Civil {
        year: 0,
        month: month(bytes, at + 1).filter(|_| is_parted)?,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
    };
    let end = clock(bytes, at + 5, &mut civil)?;
    let end = half_day_alone(bytes, end, &mut civil);
    if let Some(found) = behind_zone(bytes, end, civil, reference.zone_seconds) {
        return Some(found);
    }
    let Some(year) = year_behind(bytes, end) else {
        return Some((nearest(civil, reference)?, end));
    };
    civil.year = year;
    with_zone(bytes, end + 5, civil, reference.zone_seconds)
}

/// `12.05.2026 14:00:03,123`, `1.5.2026, 14:00:03`: the day is first wherever points part a date
/// that ends with its year.
///
/// Source: the Gregorian date formats of `de`, `de_CH`, `pl`, `ru`, `tr` and others in Unicode CLDR
/// (`dd.MM.y, HH:mm:ss`), as of 2026-11-29.
pub(super) fn dotted(bytes: &[u8], zone: i32) -> Option<(Timestamp, usize)> {
    let (mut civil, end) = year_last(bytes, b'.')?;
    (civil.day, civil.month) = (civil.month, civil.day);
    with_zone(bytes, end, civil, zone)
}

/// What App Runner writes behind its times.
const APP_RUNNER: &[u8] = b" [AppRunner]";

/// `05-12-2026 02:00:03 PM`, as App Runner writes it. Others have the day first, with the half of
/// the day or without, as `dd-MM-yyyy` of log4j and Windows in India, or the month, as Splunk: of
/// these only what is no month tells, or what is known of the source.
pub(super) fn dashed(bytes: &[u8], reference: Reference) -> Option<(Timestamp, usize)> {
    let (mut civil, clock) = year_last(bytes, b'-')?;
    let end = half_day(bytes, clock, &mut civil);
    let order = match (civil.month > 12, civil.day > 12) {
        (true, _) => DateOrder::DayFirst,
        (_, true) => DateOrder::MonthFirst,
        _ => reference.order,
    };
    if order == DateOrder::DayFirst {
        (civil.day, civil.month) = (civil.month, civil.day);
    } else if order == DateOrder::Untold {
        let is_its = bytes.get(end..)?.starts_with(APP_RUNNER);
        (end > clock && is_its).then_some(())?;
    }
    with_zone(bytes, end, civil, reference.zone_seconds)
}

/// `2026/5/2 14:00:03`, as `toLocaleString` of JavaScript writes it for Japan and China.
pub(super) fn unpadded(bytes: &[u8], zone: i32) -> Option<(Timestamp, usize)> {
    (bytes.get(4) == Some(&b'/')).then_some(())?;
    let (month, at) = one_or_two(bytes, 5)?;
    (bytes.get(at) == Some(&b'/')).then_some(())?;
    let (day, at) = one_or_two(bytes, at + 1)?;
    (bytes.get(at) == Some(&b' ')).then_some(())?;
    let mut civil = Civil {
        year: i64::from(digits(bytes, 0, 4)?),
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
    };
    let end = clock(bytes, at + 1, &mut civil)?;
    with_zone(bytes, end, civil, zone)
}

/// `may/12/2026 14:00:03`, and of this year `may/12 14:00:03`, as RouterOS wrote it up to 7.9.
pub(super) fn routeros(
    bytes: &[u8],
    month: u32,
    reference: Reference,
) -> Option<(Timestamp, usize)> {
    let day = digits(bytes, 4, 2)?;
    let (year, at) = match bytes.get(6)? {
        b'/' => (Some(digits(bytes, 7, 4)?), 11),
        _ => (None, 6),
    };
    (bytes.get(at) == Some(&b' ')).then_some(())?;
    let mut civil = Civil {
        year: i64::from(year.unwrap_or_default()),
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
    };
    let end = clock(bytes, at + 1, &mut civil)?;
    match year {
        Some(_) => with_zone(bytes, end, civil, reference.zone_seconds),
        None => Some((nearest(civil, reference)?, end)),
    }
}

/// Seconds ahead of UTC of `GMT+0530 (India Standard Time)`, `GMT-05:00`, `UTC+1`, and the bytes
/// that these take.
///
/// Source: ECMA-262, `Date.prototype.toString`, and the general time zones of
/// `java.text.SimpleDateFormat`, from memory.
pub(super) fn behind_gmt(bytes: &[u8]) -> Option<(i64, usize)> {
    let [
        b'G' | b'U',
        b'M' | b'T',
        b'T' | b'C',
        sign @ (b'+' | b'-'),
        rest @ ..,
    ] = bytes
    else {
        return None;
    };
    let (hours, at) = one_or_two(rest, 0)?;
    let colon = usize::from(rest.get(at) == Some(&b':'));
    let minutes = digits(rest, at + colon, 2);
    let end = at + minutes.map_or(0, |_| colon + 2);
    let is_zone = hours <= 14
        && minutes.unwrap_or(0).is_multiple_of(15)
        && minutes.unwrap_or(0) < 60
        && !rest.get(end).is_some_and(u8::is_ascii_alphanumeric);
    let seconds = i64::from(hours * 3600 + minutes.unwrap_or(0) * 60);
    let seconds = match sign {
        b'-' => -seconds,
        _ => seconds,
    };
    // The name of the zone.
    let name = rest.get(end..)?.strip_prefix(b" (");
    let name =
        name.and_then(|name| name.get(..memchr::memchr(b')', name.get(..60).unwrap_or(name))?));
    let named = name
        .filter(|name| name.ends_with(b"Time"))
        .map_or(0, |name| name.len() + 3);
    is_zone.then_some((seconds, 4 + end + named))
}

/// Where the name of a region ends that stands behind the zone at `end`, as `ZonedDateTime` of Java
/// prints itself: `2026-05-12T14:00:19.123+02:00[Europe/Berlin]`. What it tells, the zone has told.
///
/// Source: docs.oracle.com, `java.time.format.DateTimeFormatter.ISO_ZONED_DATE_TIME`, as of
/// 2026-11-29.
pub(super) fn behind_region(bytes: &[u8], end: usize) -> usize {
    let Some([b'[', rest @ ..]) = bytes.get(end..) else {
        return end;
    };
    let length = rest.iter().take(40).position(|byte| *byte == b']');
    let Some(name) = length.and_then(|length| rest.get(..length)) else {
        return end;
    };
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-');
    // Threads stand in brackets, too, and have no such names.
    let is_region = matches!(name, b"UTC" | b"GMT" | b"Z") || name.contains(&b'/');
    match is_region && name.iter().all(is_part) {
        true => end + name.len() + 2,
        false => end,
    }
}

const YEAR: i64 = 366 * 86_400 * NANOS;

/// `26/05/12 14:00:00` with the year first, as the log4j settings of Spark have it, or last:
/// `05/12/26 14:00:00` of `%D %T` in C and Python, `12/05/26 14:00:00`.
///
/// Where the month may stand first, what lies near the reference is meant, within five years; the
/// time is not known if that is so of two, or of none while the year may stand first as well.
/// Where the month may not, the year does, even if the day might: `25/11/26`. The time is not known
/// then where the day first lies within a year of the reference, and the year first not within
/// five.
pub(crate) fn of_two_digits(text: &str, reference: Reference) -> Option<Timestamp> {
    let read = |year: usize, month: usize, day: usize| {
        let mut whole = *b"20yy/mm/dd hh:mm:ss";
        for (to, from) in [(2, year), (5, month), (8, day)] {
            let number = text.as_bytes().get(from..from + 2)?;
            whole.get_mut(to..to + 2)?.copy_from_slice(number);
        }
        let clock = text.as_bytes().get(9..17)?;
        whole.get_mut(11..)?.copy_from_slice(clock);
        let (time, _) = prefix(std::str::from_utf8(&whole).ok()?, reference)?;
        Some(time)
    };
    let is_near = |time: &Timestamp, years: i64| {
        reference.near.is_some_and(|near| {
            let age = near.since(*time);
            (-86_400 * NANOS..years * YEAR).contains(&age)
        })
    };
    let (year_first, month_first, day_first) = (read(0, 3, 6), read(6, 0, 3), read(6, 3, 0));
    let Some(month_first) = month_first else {
        let is_day_first = day_first.is_some_and(|time| is_near(&time, 1));
        return year_first.filter(|time| is_near(time, 5) || !is_day_first);
    };
    let readings = [year_first, Some(month_first), day_first];
    let mut near = readings
        .into_iter()
        .flatten()
        .filter(|time| is_near(time, 5));
    match (near.next(), year_first) {
        (Some(time), _) => near.all(|other| other == time).then_some(time),
        (None, Some(_)) => None,
        (None, None) => Some(month_first),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{parse, prefix};
    use super::*;

    #[test]
    fn dates_with_points_have_the_day_first() {
        let check = |text: &str, expected: Option<&str>| {
            let found = parse(text).map(|time| time.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check("12.05.2026 14:00:03,123", Some("2026-05-12T14:00:03.123Z"));
        check("1.5.2026, 14:00:03 CEST", Some("2026-05-01T12:00:03Z"));
        check("31.13.2026 14:00:03", None);
        check("10.0.0.1 14:00:03", None);
        check("12.05.2026", None);
    }

    #[test]
    fn dates_may_have_other_orders() {
        let check = |text: &str, expected: Option<(&str, usize)>| {
            let found = prefix(text, Reference::default());
            let found = found.map(|(time, length)| (time.to_string(), length));
            let expected = expected.map(|(time, length)| (time.to_owned(), length));
            assert_eq!(found, expected, "{text}");
        };
        let nine = "2026-05-02T09:00:00Z";
        check("2026 May 02 09:00:00 web-1->sshd x", Some((nine, 20)));
        check("2026 May  2 11:00:00 CEST: x", Some((nine, 25)));
        check("2026 May 2 09:00:00", Some((nine, 19)));
        check("Sat, 02 May 2026 09:00:00 GMT] x", Some((nine, 29)));
        check("05-02-2026 09:00:00 AM [AppRunner] x", Some((nine, 22)));
        check("05-02-2026 09:00:00 AM [x]", None);
        check("02-05-2026 09:00:00 AM x", None);
        check("02-05-2026 09:00:00 x", None);
        check("22-05-2026 09:00:00 x", Some(("2026-05-22T09:00:00Z", 19)));
        check(
            "05-22-2026 09:00:00.5 +0200 x",
            Some(("2026-05-22T07:00:00.500Z", 27)),
        );
        check("2026/5/2 09:00:00 x", Some((nine, 17)));
        check("may/02/2026 09:00:00 x", Some((nine, 20)));
        check("May 2, 2026, 9:00:00 AM x", Some((nine, 23)));
        check("2026/5/2 x", None);
        check("may/be/2026 09:00:00", None);
        check("2026 Mayo 2 09:00:00", None);
        check("2026 May 32 09:00:00", None);
        check("4711 Dec", None);
    }

    #[test]
    fn halves_of_days_zones_and_years_may_stand_behind_clocks() {
        let check = |text: &str, expected: &str, rest: &str| {
            let reference = Reference {
                near: parse("2026-05-13T00:00:00Z"),
                ..Reference::default()
            };
            let found = prefix(text, reference);
            let found = found.map(|(time, length)| (time.to_string(), &text[length..]));
            assert_eq!(found, Some((expected.to_owned(), rest)), "{text}");
        };
        let two = "2026-05-12T14:00:03Z";
        check("Tue 12 May 2026 02:00:03 PM UTC ERROR x", two, " ERROR x");
        check("2026 May 12 02:00:03 PM ERROR x", two, " ERROR x");
        check("Tue May 12 02:00:03 PM UTC 2026: x", two, ": x");
        check("Tue 12 May 02:00:03 PM 2026 x", two, " x");
        check("Tue 12 May 14:00:03 x", two, " x");
        check("Tue 12 May 14:00:03 WARN 2023 x", two, " WARN 2023 x");
        check("Tue May 12 14:00:03 WARN 2023 x", two, " WARN 2023 x");
        check("12 May 2026 02:00:03 PM x", two, " x");
        let night = "2026-01-02T23:00:00Z";
        check("Fri, 02 Jan 2026 11:00:00 PM GMT x", night, " x");
        let backup = "2023-10-11T20:14:15Z";
        check("Wed 11 Oct 22:14:15 CEST 2023: backup", backup, ": backup");
    }

    #[test]
    fn a_region_behind_a_zone_belongs_to_the_time() {
        let check = |text: &str, time: &str, length: usize| {
            let found = prefix(text, Reference::default());
            let found = found.map(|(time, length)| (time.to_string(), length));
            assert_eq!(found, Some((time.to_owned(), length)), "{text}");
        };
        let noon = "2026-05-12T12:00:00Z";
        check("2026-05-12T14:00:00+02:00[Europe/Berlin] x", noon, 40);
        check("2026-05-12T12:00:00Z[UTC]", noon, 25);
        check("2026-05-12T12:00:00Z[main] x", noon, 20);
        check("2026-05-12T12:00:00Z[a/b c] x", noon, 20);
        let whole = parse("2026-05-12T14:00:00+02:00[Europe/Berlin]");
        assert_eq!(whole, parse(noon));
        assert_eq!(parse("2026-05-12T14:00:00+02:00[main]"), None);
    }

    #[test]
    fn of_years_with_two_digits_the_near_one_is_meant() {
        let check = |text: &str, near: Option<&str>, expected: Option<&str>| {
            let reference = Reference {
                near: near.and_then(parse),
                ..Reference::default()
            };
            let found = of_two_digits(text, reference).map(|time| time.to_string());
            let expected = expected.map(|day| format!("{day}T14:00:00Z"));
            assert_eq!(found, expected, "{text} near {near:?}");
        };
        let now = Some("2026-05-13T00:00:00Z");
        check("26/05/12 14:00:00", now, Some("2026-05-12"));
        check("26/05/12 14:00:00", None, Some("2026-05-12"));
        // Of other years, and never a month.
        check("17/06/09 14:00:00", now, Some("2017-06-09"));
        check("05/12/26 14:00:00", now, Some("2026-05-12"));
        check("05/13/26 14:00:00", None, Some("2026-05-13"));
        check("12/05/26 14:00:00", now, Some("2026-05-12"));
        check("05/05/26 14:00:00", now, Some("2026-05-05"));
        // December 5th and May 12th are both not long ago, or nothing is known.
        check("05/12/26 14:00:00", Some("2027-01-02T00:00:00Z"), None);
        check("05/12/26 14:00:00", None, None);
        check("12/11/10 14:00:00", now, None);
        check("13/05/26 14:00:00", now, None);
        check("32/32/26 14:00:00", now, None);
    }
}
