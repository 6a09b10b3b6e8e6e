//! Times as logs write them.
//!
//! Recognised: RFC 3339 and its relatives (blank for `T`, comma for the point, with and without a
//! zone), seconds to nanoseconds since 1970, the common log format `10/Oct/2000:13:55:36 -0700`,
//! `2024/05/01 10:00:00`, syslog `Oct 11 22:14:15` and `11 Oct 22:14:15` (year from a reference),
//! `2024 Oct 11 22:14:15`, `Fri, 11 Oct 2024 22:14:15 GMT`, `241011 22:14:15` and
//! `20241011 22:14:15`, `11.10.2024 22:14:15`, and the American shapes of Azure
//! (`1/9/2007 10:41:00 AM +01:00`, with a comma behind the date or without), and the labels of
//! daemontools (`@4000000037c219bf2ef02e94`). Zones are offsets or abbreviations (`CEST`). Values
//! of their own may be lists and objects as well.

mod apart;
mod lengths;
mod order;
pub(crate) mod shapes;
mod tai;
mod written;

pub use apart::{same_moment, zones_apart};
pub use lengths::duration;
pub use order::date_order;

use crate::json::unescape;
use crate::zones::named_zone;
use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::time::{
    Civil, DateOrder, NANOS, Reference, digits, eight_digits, fraction, time_of_day,
    year_and_month, zone_offset,
};

const MONTHS: [&[u8; 3]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// Time from the whole of `text`, in any of the shapes that have a year, or a number since 1970.
pub fn parse(text: &str) -> Option<Timestamp> {
    parse_near(text, Reference::default())
}

/// As [`parse`], with what a time without a year or a zone is read by.
pub fn parse_near(text: &str, reference: Reference) -> Option<Timestamp> {
    let text = trimmed(text);
    if reference.zone_seconds == 0
        && let Some(time) = Timestamp::parse_rfc3339(text)
    {
        return Some(time);
    }
    if let Some(time) = from_number(text) {
        return Some(time);
    }
    match prefix(text, reference) {
        Some((time, length)) if text[length..].trim().is_empty() => Some(time),
        _ => in_brackets(text, reference)
            .or_else(|| written::parse(text, reference))
            .or_else(|| unescaped(text, reference)),
    }
}

/// `2026-05-12T14:00:00\u002B02:00`, as it stands in JSON of which the writer escapes more than it
/// must.
fn unescaped(text: &str, reference: Reference) -> Option<Timestamp> {
    let is_escaped = text.starts_with(|char: char| char.is_ascii_digit()) && text.contains("\\u");
    is_escaped
        .then(|| unescape(text))
        .filter(|text| !text.contains('\\'))
        .and_then(|text| parse_near(&text, reference))
}

/// `[12/May/2026:14:00:00 +0000]`, as the format of a web server puts it into JSON.
fn in_brackets(text: &str, reference: Reference) -> Option<Timestamp> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let (time, length) = prefix(inner, reference)?;
    inner[length..].trim().is_empty().then_some(time)
}

/// Text without white space around it; most has none.
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// Time from a number since 1970: seconds, milliseconds, microseconds or nanoseconds by its size; a
/// fraction counts as part of a second. Numbers of 18 digits are those of Windows, where the
/// nanoseconds would lie before 2001: see [`written::ticks`].
pub fn from_number(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    if let Some(time) = from_millis(bytes) {
        return Some(time);
    }
    let (mut number, mut digits) = (0_u64, 0);
    while let Some(byte @ b'0'..=b'9') = bytes.get(digits) {
        number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
        digits += 1;
    }
    match bytes.get(digits..)? {
        [] => {}
        [b'.', decimals @ ..] if decimals.iter().all(u8::is_ascii_digit) => {}
        [b'.', ..] if (1..=19).contains(&digits) => return from_exponent(text),
        _ => return None,
    }
    let unit = match digits {
        18 if let Some(time) = written::ticks(number) => return Some(time),
        9 | 10 => NANOS,
        12 | 13 => 1_000_000,
        15 | 16 => 1000,
        18 | 19 => 1,
        _ => return None,
    };
    let (tenths, _) = fraction(bytes, digits);
    let part = i64::from(tenths) / (NANOS / unit);
    let whole = i64::try_from(number).ok()?.checked_mul(unit)?;
    whole.checked_add(part).map(Timestamp)
}

/// Time from 13 digits, of which most numbers since 1970 are.
fn from_millis(bytes: &[u8]) -> Option<Timestamp> {
    let (first, last) = (bytes.first_chunk::<8>()?, bytes.get(5..)?);
    let last = <&[u8; 8]>::try_from(last).ok()?;
    let (first, last) = (eight_digits(first)?, eight_digits(last)?);
    let millis = i64::from(first / 1000) * 100_000_000 + i64::from(last);
    Timestamp::from_millis(millis)
}

/// Numbers such as `1.7145504E9`, as Lambda and JavaScript write them.
fn from_exponent(text: &str) -> Option<Timestamp> {
    let seconds: f64 = text.parse().ok()?;
    let scale = match seconds {
        1e8..1e11 => 1e6,
        1e11..1e14 => 1e3,
        _ => return None,
    };
    // A number of this size is exact to the microsecond, not to the nanosecond.
    let micros = (seconds * scale).round() as i64;
    micros.checked_mul(1000).map(Timestamp)
}

/// Time at the start of `text` and the number of bytes it takes.
///
/// A time without a year takes the last in which it lies at most a day after `reference`; without a
/// reference it is not recognised.
pub fn prefix(text: &str, reference: Reference) -> Option<(Timestamp, usize)> {
    let bytes = text.as_bytes();
    let zone = reference.zone_seconds;
    match bytes.first()? {
        b'0'..=b'9' => year_first(bytes, zone)
            .or_else(|| shapes::year_and_name(bytes, reference))
            .or_else(|| day_month_name(bytes, reference))
            .or_else(|| american(bytes, reference))
            .or_else(|| compact(bytes, zone))
            .or_else(|| shapes::dotted(bytes, zone))
            .or_else(|| shapes::dashed(bytes, reference))
            .or_else(|| shapes::unpadded(bytes, zone)),
        b'@' => tai::parse(bytes),
        b'A'..=b'Z' | b'a'..=b'z' => month_name_first(bytes, reference),
        _ => None,
    }
}

/// `2024-05-01T10:00:00.123Z`, `2024/05/01 10:00:00,123 +0200`.
fn year_first(bytes: &[u8], zone: i32) -> Option<(Timestamp, usize)> {
    let separator = *bytes.get(4)?;
    if !matches!(separator, b'-' | b'/' | b'.') || bytes.get(7) != Some(&separator) {
        return None;
    }
    let (year, month) = year_and_month(bytes, separator)?;
    let mut civil = Civil {
        year,
        month,
        day: digits(bytes, 8, 2)?,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
    };
    let start = match bytes.get(10)? {
        b'T' | b't' | b' ' | b'_' | b'-' | b':' => 11,
        // Airflow
        b',' if bytes.get(11) == Some(&b' ') => 12,
        _ => return None,
    };
    let mut end = clock(bytes, start, &mut civil)?;
    // `2024-05-01 01:30:45 PM`, as .NET, moment and PowerShell write it for people.
    if let Some([b' ', b'A' | b'P' | b'a' | b'p', b'M' | b'm', ..]) = bytes.get(end..)
        && (1..=12).contains(&civil.hour)
    {
        end = half_day_alone(bytes, end, &mut civil);
    }
    with_zone(bytes, end, civil, zone)
}

/// `10/Oct/2000:13:55:36 -0700`, `10-Oct-2000 13:55:36.123`, `10-Oct-2000::13:55:36`,
/// `10 Oct 2000 13:55:36`, `10 Oct 13:55:36.123`.
fn day_month_name(bytes: &[u8], reference: Reference) -> Option<(Timestamp, usize)> {
    let (day, at) = one_or_two(bytes, 0)?;
    matches!(bytes.get(at)?, b'/' | b'-' | b' ').then_some(())?;
    let month = month(bytes, at + 1)?;
    let separator = *bytes.get(at + 4)?;
    matches!(separator, b'/' | b'-' | b' ').then_some(())?;
    let mut civil = Civil {
        year: 0,
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
    };
    let Some(year) = digits(bytes, at + 5, 4) else {
        (separator == b' ').then_some(())?;
        let end = clock(bytes, at + 5, &mut civil)?;
        return Some((nearest(civil, reference)?, end));
    };
    civil.year = i64::from(year);
    matches!(bytes.get(at + 9)?, b':' | b' ' | b'T').then_some(())?;
    let colons = usize::from(bytes.get(at + 9..at + 11) == Some(b"::"));
    let end = clock(bytes, at + 10 + colons, &mut civil)?;
    let end = half_day_alone(bytes, end, &mut civil);
    with_zone(bytes, end, civil, reference.zone_seconds)
}

/// `241011 22:14:15`, `241011  9:14:15`, `20241011 22:14:15`. A year of two digits is that of the
/// years 1970 to 2069.
fn compact(bytes: &[u8], zone: i32) -> Option<(Timestamp, usize)> {
    let (year, at) = match bytes.iter().position(|byte| !byte.is_ascii_digit())? {
        6 => match i64::from(digits(bytes, 0, 2)?) {
            year @ 0..70 => (2000 + year, 2),
            year => (1900 + year, 2),
        },
        8 => (i64::from(digits(bytes, 0, 4)?), 4),
        _ => return None,
    };
    let mut civil = Civil {
        year,
        month: digits(bytes, at, 2)?,
        day: digits(bytes, at + 2, 2)?,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
    };
    (bytes.get(at + 4) == Some(&b' ')).then_some(())?;
    // Without a clock, no comma is worth looking for.
    clock(bytes, at + 5, &mut civil)?;
    // A comma is never that of a fraction here: it parts the fields of audit logs.
    let comma = bytes.iter().position(|byte| *byte == b',');
    let bytes = bytes.get(..comma.unwrap_or(bytes.len()))?;
    let end = clock(bytes, at + 5, &mut civil)?;
    with_zone(bytes, end, civil, zone)
}

/// `5/21/2024 1:02:03 PM`, `1/9/2007 10:41:00 AM +01:00`: month first, but where that is none, or
/// the source is known to have the day first.
fn american(bytes: &[u8], reference: Reference) -> Option<(Timestamp, usize)> {
    let (mut civil, end) = year_last(bytes, b'/')?;
    if civil.month > 12 || civil.day <= 12 && reference.order == DateOrder::DayFirst {
        (civil.day, civil.month) = (civil.month, civil.day);
    }
    let end = half_day(bytes, end, &mut civil);
    with_zone(bytes, end, civil, reference.zone_seconds)
}

/// A date whose parts stand between these signs, the month first and the year last, and the clock
/// behind it.
fn year_last(bytes: &[u8], sign: u8) -> Option<(Civil, usize)> {
    let (month, at) = one_or_two(bytes, 0)?;
    (bytes.get(at) == Some(&sign)).then_some(())?;
    let (day, at) = one_or_two(bytes, at + 1)?;
    (bytes.get(at) == Some(&sign)).then_some(())?;
    let mut civil = Civil {
        year: i64::from(digits(bytes, at + 1, 4)?),
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
    };
    // Microsoft's portals and several countries have a comma there.
    let comma = usize::from(bytes.get(at + 5) == Some(&b','));
    (bytes.get(at + 5 + comma) == Some(&b' ')).then_some(())?;
    let end = clock(bytes, at + 6 + comma, &mut civil)?;
    Some((civil, end))
}

/// As [`half_day`] behind a time with the name of a month, where a host or a program may follow as
/// well: `PM: suspend entry`, `am.example.com`.
fn half_day_alone(bytes: &[u8], end: usize, civil: &mut Civil) -> usize {
    let mut read = *civil;
    let after = half_day(bytes, end, &mut read);
    match bytes.get(after) {
        None | Some(b' ' | b'\t' | b'\r' | b'\n' | b']' | b',' | b')' | b'|') if after > end => {
            *civil = read;
            after
        }
        _ => end,
    }
}

/// Takes ` AM` or ` PM` behind a clock into account; gives where it ends.
fn half_day(bytes: &[u8], end: usize, civil: &mut Civil) -> usize {
    // Newer libraries of Unicode write a narrow blank (CLDR 42).
    let rest = bytes.get(end..).unwrap_or_default();
    let (blank, rest) = match rest.strip_prefix("\u{202f}".as_bytes()) {
        Some(rest) => (3, rest),
        None => (1, rest.strip_prefix(b" ").unwrap_or_default()),
    };
    let [half, b'M' | b'm', rest @ ..] = rest else {
        return end;
    };
    if rest.first().is_some_and(u8::is_ascii_alphanumeric) {
        return end;
    }
    match half {
        b'P' | b'p' if civil.hour < 12 => civil.hour += 12,
        b'A' | b'a' if civil.hour == 12 => civil.hour = 0,
        b'P' | b'p' | b'A' | b'a' => {}
        _ => return end,
    }
    end + blank + 2
}

/// `Oct 11 22:14:15`, `Wed Oct 11 14:32:52.123 2023`, `Oct 11 2023 22:14:15`.
fn month_name_first(bytes: &[u8], reference: Reference) -> Option<(Timestamp, usize)> {
    let start = match month(bytes, 0) {
        Some(_) => 0,
        None => {
            let weekday = [&b"mon"[..], b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];
            let word = bytes.get(..3)?;
            let is_it = |day: &&[u8]| day.eq_ignore_ascii_case(word);
            weekday.iter().any(is_it).then_some(())?;
            3 + bytes
                .get(3..)?
                .iter()
                .take_while(|byte| matches!(byte, b',' | b' '))
                .count()
        }
    };
    // `Wed, 11 Oct 2023 22:14:15 GMT`
    if start > 0 && bytes.get(start).is_some_and(u8::is_ascii_digit) {
        let (time, length) = shapes::behind_weekday(&bytes[start..], reference)?;
        return Some((time, start + length));
    }
    let month = month(bytes, start)?;
    if start == 0 && bytes.get(3) == Some(&b'/') {
        return shapes::routeros(bytes, month, reference);
    }
    (bytes.get(start + 3) == Some(&b' ')).then_some(())?;
    let padding = usize::from(bytes.get(start + 4) == Some(&b' '));
    let (day, mut at) = one_or_two(bytes, start + 4 + padding)?;
    let mut year = None;
    // `Oct 11, 2023 10:14:15 PM`
    let comma = usize::from(bytes.get(at) == Some(&b','));
    let year_end = at + comma + 5;
    // `Oct 11, 2023, 10:14:15 PM` of newer libraries (CLDR).
    let second = usize::from(comma > 0 && bytes.get(year_end) == Some(&b','));
    if bytes.get(at + comma) == Some(&b' ')
        && bytes.get(year_end + second) == Some(&b' ')
        && let Some(found) = digits(bytes, at + comma + 1, 4)
    {
        year = Some(i64::from(found));
        at = year_end + second;
        // `Mar 5, 2024 @ 10:00:00.123`, as Kibana exports times.
        if bytes.get(at..at + 3) == Some(b" @ ") {
            at += 2;
        }
    }
    (bytes.get(at) == Some(&b' ')).then_some(())?;
    let mut civil = Civil {
        year: 0,
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
    };
    let mut end = clock(bytes, at + 1, &mut civil)?;
    // Behind the clock of syslog stands the name of a host.
    if year.is_some() || start > 0 {
        end = half_day_alone(bytes, end, &mut civil);
    }
    if year.is_none()
        && let Some(found) = behind_zone(bytes, end, civil, reference.zone_seconds)
    {
        return Some(found);
    }
    if year.is_none()
        && let Some(found) = year_behind(bytes, end)
    {
        year = Some(found);
        end += 5;
    }
    if let Some(year) = year {
        civil.year = year;
        return with_zone(bytes, end, civil, reference.zone_seconds);
    }
    Some((nearest(civil, reference)?, end))
}

/// Time of a clock that ends at `end`, with a zone and a year behind it, as `date` and Java write
/// it: `Wed Oct 11 22:14:15 CEST 2023`.
fn behind_zone(
    bytes: &[u8],
    end: usize,
    civil: Civil,
    zone_seconds: i32,
) -> Option<(Timestamp, usize)> {
    let rest = bytes.get(end..)?.strip_prefix(b" ")?;
    let length = rest.iter().take(6).position(|byte| *byte == b' ')?;
    let is_zone = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let (first, others) = rest.get(..length)?.split_first()?;
    // `WARN 2023 rows` is a message.
    let is_level = std::str::from_utf8(rest.get(..length)?)
        .is_ok_and(|word| Severity::from_word(word).is_some());
    let is_zone = matches!(first, b'+' | b'-' | b'A'..=b'Z') && others.iter().all(is_zone);
    let is_zone = is_zone && !is_level;
    let year = digits(rest, length + 1, 4).filter(|year| (1970..2200).contains(year))?;
    let behind = end + 1 + length + 5;
    (is_zone && length > 2 && is_year_end(bytes, behind)).then_some(())?;
    let civil = Civil {
        year: i64::from(year),
        ..civil
    };
    let (time, _) = with_zone(bytes, end, civil, zone_seconds)?;
    Some((time, behind))
}

/// Year behind a clock that ends at `end`: `Wed Oct 11 22:14:15 2023`.
fn year_behind(bytes: &[u8], end: usize) -> Option<i64> {
    (bytes.get(end) == Some(&b' ')).then_some(())?;
    let year = digits(bytes, end + 1, 4).filter(|_| is_year_end(bytes, end + 5))?;
    (1970..2200).contains(&year).then(|| i64::from(year))
}

/// Whether a year behind a clock ends at `at`: `2001:db8::1` and `2024-web` are names of hosts.
fn is_year_end(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        None | Some(b' ' | b'\t' | b'\n' | b'\r' | b']' | b')' | b',' | b'|') => true,
        Some(b':') => matches!(bytes.get(at + 1), None | Some(b' ')),
        Some(_) => false,
    }
}

/// A time without a year: in the last year in which it lies at most a day after the reference.
pub fn nearest(mut civil: Civil, reference: Reference) -> Option<Timestamp> {
    let near = reference.near?;
    let latest = near.plus(86_400 * NANOS);
    let year = near.to_civil().year;
    // Between two 29 February lie up to 8 years; the day after may be of the next year.
    (year - 8..=year + 1).rev().find_map(|year| {
        civil.year = year;
        without_year(civil, reference.zone_seconds).filter(|time| *time <= latest)
    })
}

fn without_year(civil: Civil, zone_seconds: i32) -> Option<Timestamp> {
    Timestamp::from_civil(civil).map(|time| local(time, zone_seconds))
}

/// Reads `10:41:00.123` at `at` into `civil`; one digit is enough for the hour, with a blank before
/// it or without, the fraction may be absent.
fn clock(bytes: &[u8], at: usize, civil: &mut Civil) -> Option<usize> {
    let end = match time_of_day(bytes, at) {
        Some(found) => {
            (civil.hour, civil.minute, civil.second) = found;
            at + 8
        }
        None => {
            let padding = usize::from(bytes.get(at) == Some(&b' '));
            let (hour, at) = one_or_two(bytes, at + padding)?;
            (bytes.get(at) == Some(&b':') && bytes.get(at + 3) == Some(&b':')).then_some(())?;
            civil.hour = hour;
            civil.minute = digits(bytes, at + 1, 2)?;
            civil.second = digits(bytes, at + 4, 2)?;
            at + 6
        }
    };
    let (nanos, end) = fraction(bytes, end);
    civil.nanos = nanos;
    Some(end)
}

/// Takes a zone behind the time when there is one; otherwise the time is UTC.
fn with_zone(
    bytes: &[u8],
    end: usize,
    civil: Civil,
    zone_seconds: i32,
) -> Option<(Timestamp, usize)> {
    let time = Timestamp::from_civil(civil)?;
    let blank = usize::from(bytes.get(end) == Some(&b' '));
    let start = end + blank;
    match bytes.get(start) {
        Some(b'Z') if !bytes.get(start + 1).is_some_and(u8::is_ascii_alphanumeric) => {
            return Some((time, shapes::behind_region(bytes, start + 1)));
        }
        Some(b'+' | b'-') => {}
        Some(letter) if letter.is_ascii_alphabetic() => {}
        _ => return Some((local(time, zone_seconds), end)),
    }
    if let Some((offset, length)) = shapes::behind_gmt(bytes.get(start..)?) {
        return Some((time.plus(-offset * NANOS), start + length));
    }
    for length in [6, 5, 3, 1] {
        let Some(zone) = bytes.get(start..start + length) else {
            continue;
        };
        let ends = bytes
            .get(start + length)
            .is_none_or(|byte| !byte.is_ascii_alphanumeric());
        // A lone sign with two digits behind a blank is more likely a column than a zone.
        let is_zone = match length {
            3 => {
                zone.eq_ignore_ascii_case(b"utc") || zone.eq_ignore_ascii_case(b"gmt") || blank == 0
            }
            1 => zone == b"Z" || zone == b"z",
            _ => true,
        };
        if let (true, true, Some(offset)) = (ends, is_zone, zone_offset(zone)) {
            let end = shapes::behind_region(bytes, start + length);
            return Some((time.plus(-offset * NANOS), end));
        }
    }
    if let Some((offset, length)) = named_zone(bytes.get(start..)?, zone_seconds) {
        return Some((time.plus(-offset * NANOS), start + length));
    }
    Some((local(time, zone_seconds), end))
}

/// UTC time of a reading of a clock that is so many seconds ahead.
fn local(time: Timestamp, zone_seconds: i32) -> Timestamp {
    time.plus(-i64::from(zone_seconds) * NANOS)
}

fn month(bytes: &[u8], at: usize) -> Option<u32> {
    let name = bytes.get(at..at + 3)?;
    let mut months = MONTHS.iter();
    let found = months.position(|held| name.eq_ignore_ascii_case(*held))?;
    u32::try_from(found + 1).ok()
}

fn one_or_two(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    match digits(bytes, at, 2) {
        Some(number) => Some((number, at + 2)),
        None => Some((digits(bytes, at, 1)?, at + 1)),
    }
}

/// The day in the address of a file, at its beginning: that of `messages-20240512`,
/// `app.2024-05-12.log.gz`, `2024/05/12/13/logs.gz`. The last one counts.
pub fn day_of_name(uri: &str) -> Option<Timestamp> {
    let bytes = uri.as_bytes();
    let starts = (0..bytes.len()).rev().filter(|at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        !before.is_some_and(u8::is_ascii_digit)
    });
    starts.into_iter().find_map(|at| {
        let year = digits(bytes, at, 4).filter(|year| (1990..2100).contains(year))?;
        let (month, day, end) = match bytes.get(at + 4)? {
            b'0'..=b'9' => (digits(bytes, at + 4, 2)?, digits(bytes, at + 6, 2)?, at + 8),
            separator @ (b'-' | b'/' | b'_' | b'.') if bytes.get(at + 7) == Some(separator) => (
                digits(bytes, at + 5, 2)?,
                digits(bytes, at + 8, 2)?,
                at + 10,
            ),
            _ => return None,
        };
        // `2024051213` goes on with the hour; any other digit makes it another number.
        let more = bytes
            .get(end..)?
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        matches!(more.count(), 0 | 2 | 4 | 6).then_some(())?;
        Timestamp::from_civil(Civil {
            year: i64::from(year),
            month,
            day,
            hour: 0,
            minute: 0,
            second: 0,
            nanos: 0,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(
            parse(text).map(|time| time.to_string()).as_deref(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn the_shapes_of_logs_are_read() {
        check("10/Oct/2000:13:55:36 -0700", Some("2000-10-10T20:55:36Z"));
        check("2024/05/01 10:00:00", Some("2024-05-01T10:00:00Z"));
        check("2024-05-01 10:00:00,123", Some("2024-05-01T10:00:00.123Z"));
        check("2024-05-01 01:30:45 PM", Some("2024-05-01T13:30:45Z"));
        check("2024/05/01 12:05:00 AM", Some("2024-05-01T00:05:00Z"));
        check(
            "2024-05-01 10:00:00 GMT+02:00",
            Some("2024-05-01T08:00:00Z"),
        );
        check("2024-05-01 10:00:00 UTC+1", Some("2024-05-01T09:00:00Z"));
        check("2024-05-01 10:00:00 GMT", Some("2024-05-01T10:00:00Z"));
        check(
            "Wed May 01 2024 10:00:00 GMT+0530 (India Standard Time)",
            Some("2024-05-01T04:30:00Z"),
        );
        check("1/9/2007 10:41:00 AM +01:00", Some("2007-01-09T09:41:00Z"));
        check("5/21/2024 1:02:03 PM", Some("2024-05-21T13:02:03Z"));
        check("5/21/2024 1:02:03\u{202f}PM", Some("2024-05-21T13:02:03Z"));
        check(
            "3/15/2021, 6:52:01.596 PM",
            Some("2021-03-15T18:52:01.596Z"),
        );
        check("Oct 11, 2023 12:14:15 AM", Some("2023-10-11T00:14:15Z"));
        check("1714557600", Some("2024-05-01T10:00:00Z"));
        check("1.714557600405E9", Some("2024-05-01T10:00:00.405Z"));
        check("1714557600.25", Some("2024-05-01T10:00:00.250Z"));
        check("1714557600123", Some("2024-05-01T10:00:00.123Z"));
        check("0000000000001", Some("1970-01-01T00:00:00.001Z"));
        check("171455760012x", None);
        check(
            "1714557600123456789",
            Some("2024-05-01T10:00:00.123456789Z"),
        );
        // 100 nanoseconds since 1601, and since the year 1.
        check("133590312001234567", Some("2024-05-01T10:00:00.123456700Z"));
        check("638501544001234567", Some("2024-05-01T10:00:00.123456700Z"));
        check("999999999123456789", Some("2001-09-09T01:46:39.123456789Z"));
        check(
            "Wed Oct 11 14:32:52.123 2023",
            Some("2023-10-11T14:32:52.123Z"),
        );
        check(
            "Wed, 11 Oct 2023 14:32:52 GMT",
            Some("2023-10-11T14:32:52Z"),
        );
        check("12-Oct-2023::9:32:52", Some("2023-10-12T09:32:52Z"));
        check("231012  9:32:52", Some("2023-10-12T09:32:52Z"));
        check("20231012 09:32:52", Some("2023-10-12T09:32:52Z"));
        check("2023-10-12  9:32:52", Some("2023-10-12T09:32:52Z"));
        check("2024-13-01 10:00:00", None);
        check("20231312 09:32:52", None);
        check("2023-10-12 09:32:52,", None);
        check("12", None);
        // Beyond the year 2262, which is the last that can be told.
        check("107712.e5", None);
        check("hello", None);
    }

    #[test]
    fn zones_have_names() {
        check("Wed May  1 10:00:00 UTC 2024", Some("2024-05-01T10:00:00Z"));
        check(
            "Wed May 01 10:00:00 CEST 2024",
            Some("2024-05-01T08:00:00Z"),
        );
        check(
            "2024-05-01 10:00:00.5 CEST",
            Some("2024-05-01T08:00:00.500Z"),
        );
        check("2024-05-01 10:00:00 EST", Some("2024-05-01T15:00:00Z"));
        check("2024-05-01 10:00:00 SGT", Some("2024-05-01T02:00:00Z"));
        check("2024-05-01 10:00:00 BRT", Some("2024-05-01T13:00:00Z"));
        check("2024-05-01 10:00:00 NPT", Some("2024-05-01T04:15:00Z"));
        check("2024-05-01 10:00:00 GET", None);
        check("2024-05-01 10:00:00 IST", None);
        check("2024-05-01 10:00:00 CET_X", None);
        let chinese = Reference {
            near: None,
            zone_seconds: 8 * 3600,
            ..Reference::default()
        };
        let read = |text: &str, reference| {
            prefix(text, reference).map(|(time, length)| (time.to_string(), length))
        };
        let expected = |text: &str, length| Some((text.to_owned(), length));
        let text = "2024-05-01 10:00:00 CST [7]";
        assert_eq!(read(text, chinese), expected("2024-05-01T02:00:00Z", 23));
        assert_eq!(
            read(text, Reference::default()),
            expected("2024-05-01T16:00:00Z", 23)
        );
        assert_eq!(
            read("2024-05-01 10:00:00 IST [7]", Reference::default()),
            expected("2024-05-01T10:00:00Z", 19)
        );
    }

    #[test]
    fn a_time_without_a_year_takes_it_from_the_reference() {
        let near = |near| Reference {
            near,
            ..Reference::default()
        };
        let reference = Timestamp::parse_rfc3339("2024-01-02T00:00:00Z");
        let read = |text: &str| {
            prefix(text, near(reference)).map(|(time, length)| (time.to_string(), length))
        };
        // A word of prose, which is a month of other languages.
        assert_eq!(read("set 12 14:00:00 as the start time"), None);
        assert_eq!(
            read("Dec 31 22:14:15 host"),
            Some(("2023-12-31T22:14:15Z".to_owned(), 15))
        );
        assert_eq!(
            read("Jan  1 22:14:15 host"),
            Some(("2024-01-01T22:14:15Z".to_owned(), 15))
        );
        assert_eq!(
            read("30 Dec 22:14:15.5 * message"),
            Some(("2023-12-30T22:14:15.500Z".to_owned(), 17))
        );
        assert_eq!(
            read("Feb 29 22:14:15 host"),
            Some(("2020-02-29T22:14:15Z".to_owned(), 15))
        );
        let tokyo = Reference {
            near: Timestamp::parse_rfc3339("2024-12-31T20:00:00Z"),
            zone_seconds: 9 * 3600,
            ..Reference::default()
        };
        assert_eq!(
            prefix("Jan  1 05:00:00 host", tokyo).map(|(time, _)| time.to_string()),
            Some("2024-12-31T20:00:00Z".to_owned())
        );
        assert_eq!(
            read("Dec 31 22:14:15 2001:db8::1 web"),
            Some(("2023-12-31T22:14:15Z".to_owned(), 15))
        );
        assert_eq!(
            read("Dec 31 22:14:15 2024-web x"),
            Some(("2023-12-31T22:14:15Z".to_owned(), 15))
        );
        assert_eq!(
            read("Dec 31 22:14:15 2022: x"),
            Some(("2022-12-31T22:14:15Z".to_owned(), 20))
        );
        let end = |text| prefix(text, Reference::ANY).map(|(_, length)| length);
        assert_eq!(end("Feb 29 22:14:15 host"), Some(15));
        assert_eq!(end("Feb 30 22:14:15 host"), None);
        assert_eq!(end("Dec 31 23:59:59 host"), Some(15));
        assert_eq!(prefix("Jan  1 22:14:15 host", Reference::default()), None);
        assert_eq!(prefix("1 Jan 22:14:15 host", Reference::default()), None);
    }

    #[test]
    fn a_name_may_tell_the_day() {
        let check = |uri: &str, expected: Option<&str>| {
            let expected = expected.map(|day| Timestamp::parse_rfc3339(day).expect("a time"));
            assert_eq!(day_of_name(uri), expected, "{uri}");
        };
        check("var/log/messages-20240512", Some("2024-05-12T00:00:00Z"));
        check("app.2024-05-12.log.gz", Some("2024-05-12T00:00:00Z"));
        check(
            "b/2023/01/02/2024/05/12/13/x.gz",
            Some("2024-05-12T00:00:00Z"),
        );
        check("x_2024051213.log", Some("2024-05-12T00:00:00Z"));
        check("web-1.log", None);
        check("112024051299.log", None);
        check("20241399.log", None);
        check("", None);
    }
}
