//! Times in shapes that only stand alone, in values of their own.

use nepho_core::Timestamp;
use nepho_core::time::{Civil, DateOrder, NANOS, Reference};

use super::{from_number, local, parse_near, prefix};
use crate::json::JsonFields;

/// Time from the whole of `text`: as HTTP and mail write it (`Fri, 01 May 2026 10:00:00 GMT`), as
/// `time.Time` of Go prints itself (`2026-05-01 10:00:00.1 +0200 CEST m=+0.1`), in the basic form
/// of ISO 8601 (`20260501T100000Z`), as .NET once wrote it into JSON (`/Date(1777629600123)/`), and
/// as lists and objects of JSON (see [`of_list`] and [`of_object`]).
///
/// Sources, as of 2026-11-29: RFC 9110 section 5.6.7, pkg.go.dev/time (`Time.String`), ISO 8601,
/// learn.microsoft.com/dotnet/framework/wcf/feature-details/stand-alone-json-serialization.
pub(super) fn parse(text: &str, reference: Reference) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    match bytes {
        [b'A'..=b'Z', _, _, b',', b' ', ..] => {
            let rest = text.get(5..)?;
            let (time, length) = prefix(rest, reference)?;
            rest.get(length..)?.trim().is_empty().then_some(time)
        }
        [b'A'..=b'Z', _, _, b' ', ..] => of_java(text, reference),
        [b'/', b'D', ..] => {
            let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
            // A zone behind the number says where it was written; the number is of UTC.
            from_number(inner.split(['+', '-']).next()?)
        }
        [b'0'..=b'9', ..] if bytes.get(8) == Some(&b'T') => basic(text, reference),
        [b'0'..=b'9', ..] => of_go(text, reference),
        [b'[', ..] => of_list(text, reference),
        [b'{', ..] => of_object(text),
        _ => None,
    }
}

/// `[2026,5,1,10,0]`, `[2026,5,1,10,0,0,123000000]`: a `LocalDateTime` as Jackson writes it by
/// default, without seconds or what is below them where these are zero. Of such a number below a
/// thousand, milliseconds are meant, as Jackson reads it as well.
///
/// Source: github.com/FasterXML/jackson-modules-java8, `LocalDateTimeSerializer` and
/// `LocalDateTimeDeserializer`, as of 2026-11-29.
fn of_list(text: &str, reference: Reference) -> Option<Timestamp> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let mut numbers = [0_u32; 7];
    let mut count = 0;
    for part in inner.split(',') {
        *numbers.get_mut(count)? = part.trim().parse().ok()?;
        count += 1;
    }
    let [year, month, day, hour, minute, second, part] = numbers;
    (count >= 5 && (1970..2200).contains(&year)).then_some(())?;
    let civil = Civil {
        year: i64::from(year),
        month,
        day,
        hour,
        minute,
        second,
        nanos: if part < 1000 { part * 1_000_000 } else { part },
    };
    (i64::from(civil.nanos) < NANOS).then_some(())?;
    Timestamp::from_civil(civil).map(|time| local(time, reference.zone_seconds))
}

/// Names of the seconds since 1970 and of the nanoseconds beyond them: the `Timestamp` of Protocol
/// Buffers, that of Firestore, `Instant` of Java, `SystemTime` of Rust.
const PARTS: [(&str, &str); 5] = [
    ("seconds", "nanos"),
    ("_seconds", "_nanoseconds"),
    ("epochSecond", "nano"),
    ("epochSecond", "nanoOfSecond"),
    ("secs_since_epoch", "nanos_since_epoch"),
];

/// `{"seconds":1777629600,"nanos":123000000}`; the seconds may be text, as numbers of 64 bits are.
///
/// Sources, as of 2026-11-29: protobuf.dev/reference/protobuf/google.protobuf/#timestamp,
/// googleapis.dev/nodejs/firestore (`Timestamp`), java.time.Instant, docs.rs/serde (`SystemTime`).
fn of_object(text: &str) -> Option<Timestamp> {
    let fields = JsonFields::parse(text).ok()?;
    if let Some(date) = fields.text("$date") {
        return of_date(date);
    }
    let number = |name: &str| fields.text(name)?.parse::<i64>().ok();
    let of_parts = |(seconds, nanos): &(&str, &str)| {
        let seconds = number(seconds).filter(|seconds| (0..1 << 33).contains(seconds))?;
        let nanos = number(nanos).filter(|nanos| (0..NANOS).contains(nanos));
        Some((seconds, nanos))
    };
    let found = || PARTS.iter().filter_map(of_parts);
    // Two of the names have the same seconds.
    let whole = found().find(|(_, nanos)| nanos.is_some());
    let (seconds, nanos) = whole.or_else(|| found().next())?;
    seconds
        .checked_mul(NANOS)?
        .checked_add(nanos.unwrap_or(0))
        .map(Timestamp)
}

/// Date of the extended JSON of MongoDB: `{"$date":"2026-05-01T10:00:00Z"}`, or milliseconds in
/// `{"$date":{"$numberLong":"1777629600123"}}`.
///
/// Source: mongodb.com/docs/manual/reference/mongodb-extended-json, as of 2026-11-30.
fn of_date(date: &str) -> Option<Timestamp> {
    let number = JsonFields::parse(date).ok();
    let number = number.and_then(|fields| fields.text("$numberLong"));
    let date = number.unwrap_or(date);
    match date.as_bytes() {
        [b'{', ..] => None,
        _ => parse_near(date, Reference::default()),
    }
}

/// `Dec 3, 2021, 6:02:30 PM`: the medium style of Java for the United States, as findings of
/// Inspector have it; Java up to version 8 has no second comma.
///
/// Sources, as of 2026-12-01: docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html,
/// docs.oracle.com/javase/8/docs/api/java/text/DateFormat.html.
fn of_java(text: &str, reference: Reference) -> Option<Timestamp> {
    let month = super::month(text.as_bytes(), 0)?;
    let (day, rest) = text.get(4..)?.split_once(", ")?;
    let (year, rest) = rest.split_at_checked(4)?;
    let clock = rest.strip_prefix(',').unwrap_or(rest).strip_prefix(' ')?;
    // Newer versions write a narrow space before the half of the day.
    let clock = clock.replace('\u{202f}', " ");
    let is_half = clock.ends_with(" AM") || clock.ends_with(" PM");
    let american = is_half.then(|| format!("{month}/{day}/{year} {clock}"))?;
    // The month has its name.
    let order = DateOrder::MonthFirst;
    parse_near(&american, Reference { order, ..reference })
}

fn basic(text: &str, reference: Reference) -> Option<Timestamp> {
    let (date, clock) = (text.get(..8)?, text.get(9..15)?);
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(date) || !is_number(clock) {
        return None;
    }
    let (year, month, day) = (date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    let (hour, minute, second) = (clock.get(..2)?, clock.get(2..4)?, clock.get(4..)?);
    let rest = text.get(15..)?;
    let extended = format!("{year}-{month}-{day}T{hour}:{minute}:{second}{rest}");
    parse_near(&extended, reference)
}

/// Time from 100 nanoseconds since 1601 (`FILETIME` of Windows, times in Active Directory), or
/// since the year 1 (`DateTime.Ticks` of .NET), for 1970 to 2100.
///
/// learn.microsoft.com/windows/win32/api/minwinbase/ns-minwinbase-filetime and
/// learn.microsoft.com/dotnet/api/system.datetime.ticks, as of 2026-11-29.
pub(super) fn ticks(number: u64) -> Option<Timestamp> {
    const SINCE_1601: u64 = 116_444_736_000_000_000;
    const SINCE_1: u64 = 621_355_968_000_000_000;
    const UNTIL_2100: u64 = 41_024_448_000_000_000;
    let starts = [SINCE_1, SINCE_1601];
    let mut since = starts.iter().filter_map(|start| number.checked_sub(*start));
    let since = since.find(|since| *since < UNTIL_2100)?;
    i64::try_from(since).ok()?.checked_mul(100).map(Timestamp)
}

/// Behind the offset stands the name of the zone, or the offset again where it has none.
fn of_go(text: &str, reference: Reference) -> Option<Timestamp> {
    let (time, length) = prefix(text, reference)?;
    let (time_text, rest) = text.split_at_checked(length)?;
    let offset = time_text.get(time_text.len().checked_sub(5)?..)?;
    let mut words = rest.strip_prefix(' ')?.split(' ');
    let zone = words.next()?;
    let is_name = (3..=5).contains(&zone.len()) && zone.bytes().all(|b| b.is_ascii_uppercase());
    let is_monotonic = words.next().is_none_or(|word| word.starts_with("m="));
    let is_one = offset.starts_with(['+', '-']) && (is_name || zone == offset) && is_monotonic;
    (is_one && words.next().is_none()).then_some(time)
}

#[cfg(test)]
mod tests {
    use nepho_core::time::{DateOrder, Reference};

    use super::super::{parse, parse_near};

    #[test]
    fn a_month_with_a_name_is_none_of_numbers() {
        let day_first = Reference {
            order: DateOrder::DayFirst,
            ..Reference::default()
        };
        let found = parse_near("May 1, 2026, 10:00:00\u{202f}AM", day_first);
        let found = found.map(|time| time.to_string());
        assert_eq!(found.as_deref(), Some("2026-05-01T10:00:00Z"));
    }

    #[test]
    fn times_that_stand_alone_are_read() {
        let check = |text: &str, expected: Option<&str>| {
            let found = parse(text).map(|time| time.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        let ten = Some("2026-05-01T10:00:00Z");
        check("Fri, 01 May 2026 10:00:00 GMT", ten);
        check("Fri, 1 May 2026 12:00:00 +0200", ten);
        check("2026-05-01 12:00:00 +0200 CEST", ten);
        check("2026-05-01 10:00:00 +0000 UTC m=+0.000012", ten);
        check("2026-05-01 15:30:00 +0530 +0530", ten);
        check("20260501T100000Z", ten);
        check("20260501T120000.0+0200", ten);
        check("/Date(1777629600000)/", ten);
        check("/Date(1777629600000+0200)/", ten);
        check("2026-05-01 12:00:00 +0200 and more", None);
        check("2026-05-01 12:00:00 +0200 CEST and more", None);
        check("20260501T1000", None);
        check("Fri, no time", None);
        check("May 1, 2026, 10:00:00 AM", ten);
        check("May 01, 2026 10:00:00 AM", ten);
        check("May 1, 2026, 10:00:00\u{202f}AM", ten);
        check("May 1, 2026, 10:00:00", ten);
        for text in [
            "May 1, 2026",
            "May 32, 2026, 10:00:00 AM",
            "Map 1, 2026, 10:00:00 AM",
            "May 1, 2026, 10:00:00 AM and more",
            "May of 2026, 10:00:00 PM",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn values_may_be_lists_and_objects() {
        let check = |text: &str, expected: Option<&str>| {
            let found = parse(text).map(|time| time.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        let (ten, milli) = (
            Some("2026-05-01T10:00:00Z"),
            Some("2026-05-01T10:00:00.123Z"),
        );
        check("[2026,5,1,10,0]", ten);
        check("[2026, 5, 1, 10, 0, 0, 123000000]", milli);
        check("[2026,5,1,10,0,0,123]", milli);
        for text in [
            "[2026,5,1]",
            "[2026,13,1,10,0]",
            "[2026,5,1,25,0]",
            "[2026,5,1,10,0,0,1,2]",
            "[2026,5,1,10,0,0,1000000000]",
            "[10,0,0,1,443]",
            "[]",
        ] {
            check(text, None);
        }
        check(r#"{"seconds":1777629600,"nanos":123000000}"#, milli);
        check(r#"{"seconds":"1777629600"}"#, ten);
        check(r#"{"epochSecond":1777629600,"nano":123000000}"#, milli);
        check(r#"{"epochSecond":1777629600,"nanoOfSecond":0}"#, ten);
        check(r#"{"_seconds":1777629600,"_nanoseconds":0}"#, ten);
        check(r#"{"$date":"2026-05-01T10:00:00.123Z"}"#, milli);
        check(r#"{"$date":{"$numberLong":"1777629600123"}}"#, milli);
        check(r#"{"$date":1777629600123}"#, milli);
        check(r#"{"$date":"x"}"#, None);
        check(r#"{"seconds":-1}"#, None);
        check(r#"{"minutes":5}"#, None);
        check("{", None);
    }
}
