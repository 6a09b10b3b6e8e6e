//! Where in a line the fields of a CloudFront log stand.

use std::sync::LazyLock;

/// Fields that go to a column or to the extras.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Field {
    Date,
    Time,
    Timestamp,
    EdgeLocation,
    SentBytes,
    Client,
    Method,
    Host,
    Path,
    Status,
    Referer,
    UserAgent,
    ResultType,
    RequestId,
    HostHeader,
    Protocol,
    ReceivedBytes,
    TimeTaken,
    ClientPort,
    DetailedResult,
    Country,
    Distribution,
    EdgeAddress,
}

const FIELDS: usize = Field::EdgeAddress as usize + 1;

/// Fields of standard logs in the order that files without a header have.
///
/// Source: docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html,
/// as of 2026-11-27.
const STANDARD: &str = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem \
    sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type \
    x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for \
    ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status \
    fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type \
    sc-content-len sc-range-start sc-range-end";

/// All fields of real-time logs, in the order in which they are written.
///
/// Source: docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/real-time-logs.html, read
/// 2026-11-27.
const REAL_TIME: &str = "timestamp c-ip s-ip time-to-first-byte sc-status sc-bytes cs-method \
    cs-protocol cs-host cs-uri-stem cs-bytes x-edge-location x-edge-request-id x-host-header \
    time-taken cs-protocol-version c-ip-version cs-user-agent cs-referer cs-cookie cs-uri-query \
    x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher x-edge-result-type \
    fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start sc-range-end \
    c-port x-edge-detailed-result-type c-country cs-accept-encoding cs-accept \
    cache-behavior-path-pattern cs-headers cs-header-names cs-headers-count \
    primary-distribution-id primary-distribution-dns-name origin-fbl origin-lbl asn";

/// Standard logs had at least the fields up to the type of the result.
const FEWEST_STANDARD: usize = 14;
/// Real-time logs of fewer fields are not told from other values.
const FEWEST_REAL_TIME: usize = 40;

/// Places of the fields in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Number of fields of a line.
    pub(super) count: usize,
    /// Whether a field is among them that no other program writes.
    pub(super) is_sure: bool,
    places: [Option<usize>; FIELDS],
}

/// Those of standard logs and of real-time logs with all fields, and before there was the address
/// of the edge among these.
static LAYOUTS: LazyLock<[Layout; 3]> = LazyLock::new(|| {
    let real_time = REAL_TIME.split_ascii_whitespace();
    [
        Layout::of(STANDARD.split_ascii_whitespace()),
        Layout::of(real_time.clone()),
        Layout::of(real_time.filter(|name| *name != "s-ip")),
    ]
});

impl Layout {
    fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut layout = Self {
            count: 0,
            is_sure: false,
            places: [None; FIELDS],
        };
        for name in names {
            layout.is_sure |= name.starts_with("x-edge-");
            if let Some(field) = field_named(name)
                && let Some(place) = layout.places.get_mut(field as usize)
            {
                *place = Some(layout.count);
            }
            layout.count += 1;
        }
        layout
    }

    /// Layout that the line `#Fields: ...` within a header names; `None` if it is not one of a
    /// CloudFront log.
    pub(super) fn of_header(header: &str) -> Option<Self> {
        let names = header
            .lines()
            .find_map(|line| line.strip_prefix("#Fields:"))?;
        let mut names = names.split_ascii_whitespace();
        let layout = Self::of(names.clone());
        let is_mine =
            layout.is_sure || (layout.has(Field::Path) && !names.any(is_of_another_server));
        is_mine.then_some(layout)
    }

    /// Layout of a line that no header explains, by its shape.
    pub(super) fn of_line(line: &str) -> Option<Self> {
        // A date, or a number, and what divides it from the next value.
        if !matches!(
            line.as_bytes().get(10),
            Some(b'\t' | b' ' | b'.' | b'0'..=b'9')
        ) {
            return None;
        }
        let head = line.get(..10)?;
        let begins_right = match is_date(head) {
            // The clock ends where the next value begins.
            true => line.as_bytes().get(19) == line.as_bytes().get(10),
            false => head
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.'),
        };
        if !begins_right {
            return None;
        }
        let mut values = values_of(line);
        let count = values.clone().count();
        let (first, second) = (values.next()?, values.next()?);
        // Other logs begin with a date and a time as well.
        if is_date(first) && is_clock(second) && count >= FEWEST_STANDARD {
            let [standard, ..] = &*LAYOUTS;
            return standard.fits(line).then(|| standard.clone());
        }
        let is_time = first.len() >= 10
            && first
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
        if !is_time || count < FEWEST_REAL_TIME || !is_address(second) {
            return None;
        }
        let [_, real_time @ ..] = &*LAYOUTS;
        real_time.iter().find(|layout| layout.fits(line)).cloned()
    }

    /// Whether the values of a line are of the kind that this layout has at their places. Fields
    /// can be left out of a log, so their number alone says nothing.
    fn fits(&self, line: &str) -> bool {
        let at = |field: Field| {
            let place = self.places.get(field as usize).copied().flatten()?;
            values_of(line).nth(place)
        };
        let is = |field: Field, check: fn(&str) -> bool| at(field).is_none_or(check);
        is(Field::Client, is_address)
            && is(Field::EdgeAddress, |text| text == "-" || is_address(text))
            && is(Field::EdgeLocation, |text| text == "-" || is_location(text))
            && is(Field::Status, |text| text == "-" || is_status(text))
            && is(Field::Method, |text| {
                text.bytes()
                    .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_'))
            })
            && is(Field::Path, |text| {
                text == "-" || text.starts_with(['/', '*', 'h'])
            })
    }

    fn has(&self, field: Field) -> bool {
        self.places.get(field as usize).copied().flatten().is_some()
    }

    /// Value of a field; `None` if the line does not have it, or has `-`.
    pub(super) fn get<'a>(&self, field: Field, values: &[&'a str]) -> Option<&'a str> {
        let place = (*self.places.get(field as usize)?)?;
        let value = values.get(place).copied()?;
        (!matches!(value, "" | "-")).then_some(value)
    }
}

/// Values of a line: between tabs, or between blanks where it has no tab, as the delimiter can be
/// chosen, and consoles show tabs as many blanks. Values are encoded, so neither stands in one,
/// and none is empty.
pub(super) fn values_of(line: &str) -> impl Iterator<Item = &str> + Clone {
    let delimiter = match line.contains('\t') {
        true => '\t',
        false => ' ',
    };
    let values = line.split(delimiter);
    values.filter(move |value| delimiter == '\t' || !value.is_empty())
}

fn is_address(text: &str) -> bool {
    nepho_codec::ip::is_ip(text)
}

/// Whether text has the shape of `2024-05-01`.
pub(super) fn is_date(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        [b'1'..=b'2', _, _, _, b'-', _, _, b'-', _, b'0'..=b'9']
    )
}

/// Whether text has the shape of `10:00:00`.
fn is_clock(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0'..=b'2', _, b':', _, _, b':', _, _])
}

/// Whether text has the shape of an edge location: `FRA56-P1`, `LAX1`.
fn is_location(text: &str) -> bool {
    let (city, number) = text.split_at_checked(3).unwrap_or_default();
    !city.is_empty()
        && city.bytes().all(|byte| byte.is_ascii_uppercase())
        && number.starts_with(|digit: char| digit.is_ascii_digit())
}

/// Whether text has the shape of a status of HTTP, or is `000`.
fn is_status(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a field of a W3C header is one that CloudFront has not, but IIS and others.
fn is_of_another_server(name: &str) -> bool {
    name.starts_with("s-") || matches!(name, "sc-win32-status" | "sc-substatus" | "cs-username")
}

fn field_named(name: &str) -> Option<Field> {
    Some(match name {
        "date" => Field::Date,
        "time" => Field::Time,
        "timestamp" | "timestamp(ms)" => Field::Timestamp,
        "x-edge-location" => Field::EdgeLocation,
        "sc-bytes" => Field::SentBytes,
        "c-ip" => Field::Client,
        "cs-method" => Field::Method,
        "cs(Host)" | "cs-host" => Field::Host,
        "cs-uri-stem" => Field::Path,
        "sc-status" => Field::Status,
        "cs(Referer)" | "cs-referer" => Field::Referer,
        "cs(User-Agent)" | "cs-user-agent" => Field::UserAgent,
        "x-edge-result-type" => Field::ResultType,
        "x-edge-request-id" => Field::RequestId,
        "x-host-header" => Field::HostHeader,
        "cs-protocol" => Field::Protocol,
        "cs-bytes" => Field::ReceivedBytes,
        "time-taken" => Field::TimeTaken,
        "c-port" => Field::ClientPort,
        "x-edge-detailed-result-type" => Field::DetailedResult,
        "c-country" => Field::Country,
        "distributionid" | "DistributionId" | "primary-distribution-id" => Field::Distribution,
        "s-ip" => Field::EdgeAddress,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_where_the_header_says() {
        let header = "#Version: 1.0\n#Fields: c-ip date x-edge-location time";
        let layout = Layout::of_header(header).expect("a header");
        let values = ["10.0.0.1", "2024-05-01", "FRA1", "-"];
        assert_eq!(layout.count, 4);
        assert_eq!(layout.get(Field::Client, &values), Some("10.0.0.1"));
        assert_eq!(layout.get(Field::Time, &values), None);
        assert_eq!(layout.get(Field::Path, &values), None);
        assert_eq!(Layout::of_header("#Fields: date time s-sitename"), None);
        let iis = "#Fields: date time s-ip cs-method cs-uri-stem sc-status";
        assert_eq!(Layout::of_header(iis), None);
        assert!(Layout::of_header("#Fields: date time c-ip cs-uri-stem").is_some());
    }

    #[test]
    fn lines_without_a_header_are_told_by_their_shape() {
        let line = format!(
            "2024-05-01\t10:00:00\tFRA1\t7\t10.0.0.1{}",
            "\t-".repeat(28)
        );
        assert_eq!(Layout::of_line(&line).map(|layout| layout.count), Some(33));
        let line = line.replace('\t', " ");
        assert_eq!(Layout::of_line(&line).map(|layout| layout.count), Some(33));
        let line = format!("1714557600.123\t203.0.113.7{}", "\t-".repeat(40));
        assert_eq!(Layout::of_line(&line).map(|layout| layout.count), Some(46));
        let before =
            "1714557600\t203.0.113.7\t0.002\t200\t900\tGET\thttps\ta.example.com\t/x\t80\tFRA1";
        let line = format!("{before}{}", "\t-".repeat(30));
        assert_eq!(Layout::of_line(&line).map(|layout| layout.count), Some(45));
        let line = line.replace("\tGET\t", "\t17\t");
        assert_eq!(Layout::of_line(&line), None);
        let firewall =
            "2024-05-01 10:00:00 DROP TCP 192.0.2.1 10.0.0.5 43210 445 52 S 1 0 8192 - - - RECEIVE";
        assert_eq!(Layout::of_line(firewall), None);
        assert_eq!(Layout::of_line("2024-05-01\t10:00:00\tx"), None);
        assert_eq!(Layout::of_line(""), None);
    }
}
