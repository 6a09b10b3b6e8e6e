//! One line of a table: where a column comes from.

use std::net::Ipv4Addr;

use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::ip::is_ip;
use crate::message::json::url_path;
use crate::message::parts::latency;
use crate::time;

/// One line of a table: the first of the paths that has a usable value goes to its column.
#[derive(Debug)]
pub struct Field {
    /// Paths of a JSON record: `a.b`, `a[0].b`, `a[].b` (each element, for resources only). Names
    /// of captures for lines of text.
    pub from: &'static [&'static str],
    /// What becomes of the value.
    pub to: To,
}

/// What becomes of a value.
#[derive(Clone, Copy, Debug)]
pub enum To {
    /// Text column, as it is.
    Text(Column),
    /// Text column, of which only a part counts; empty text is no value.
    Part(Column, fn(&str) -> &str),
    /// Resource id.
    Resource,
    /// Resource id, of which only a part counts.
    ResourcePart(fn(&str) -> &str),
    /// Resource id that is made of the value: `{}` in the template stands for it.
    ResourceOf(&'static str),
    /// When it happened, in any shape that [`time::parse`] knows, or without a year.
    Time,
    /// When it was received.
    Observed,
    /// Severity, from a level word or an OpenTelemetry number.
    Severity,
    /// Severity, from a level word or from a number as logging libraries write it: those of syslog
    /// (0 to 7), and of bunyan and pino (10 trace, 20 debug, ... 60 fatal).
    Level,
    /// Severity, by the vendor's own words or numbers (compared without case).
    SeverityOf(&'static [(&'static str, Severity)]),
    /// Outcome, by the vendor's own words (compared without case).
    OutcomeOf(&'static [(&'static str, Outcome)]),
    /// Protocol status.
    Status,
    /// Status of HTTP, which also tells the outcome: below 400 success, from 500 failure; 4xx may
    /// be as intended and leaves it unknown.
    HttpStatus,
    /// Latency: a number of so many nanoseconds, or text with a unit.
    Duration(f64),
    /// Latency by a name that tells no unit: text with a unit, or what can only be seconds.
    Latency,
    /// IP address of the client, with or without its port: `10.0.0.1:443`, `[2001:db8::1]:443`. Of
    /// several (`10.0.0.1, 10.0.0.2`) the first counts.
    SourceAddress,
    /// As [`To::SourceAddress`]; what is no address, such as a name, is kept as it is.
    Client,
    /// IP address of the other end, with or without its port.
    PeerAddress,
    /// Port of the client.
    SourcePort,
    /// Port of the other end.
    PeerPort,
    /// URL or path of a request: its path, without the query.
    Url,
    /// First line of a request: `GET /cart?id=1 HTTP/1.1` gives method, path and body.
    Request,
    /// Reading of a metric.
    Value,
    /// Nothing by itself; `finish` reads it with [`Event::kept`](super::Event::kept) under this
    /// number.
    Keep(usize),
}

/// The first of these with text goes to a column.
pub const fn text(from: &'static [&'static str], column: Column) -> Field {
    let to = To::Text(column);
    Field { from, to }
}

/// The first of these of which `part` leaves text goes to a column.
pub const fn part(from: &'static [&'static str], column: Column, part: fn(&str) -> &str) -> Field {
    let to = To::Part(column, part);
    Field { from, to }
}

/// The first of these names a resource.
pub const fn resource(from: &'static [&'static str]) -> Field {
    let to = To::Resource;
    Field { from, to }
}

/// The first of these names a resource; `{}` in the template stands for its text.
pub const fn resource_of(from: &'static [&'static str], template: &'static str) -> Field {
    let to = To::ResourceOf(template);
    Field { from, to }
}

/// The first of these with a time says when it happened.
pub const fn time(from: &'static [&'static str]) -> Field {
    let to = To::Time;
    Field { from, to }
}

/// The first of these with a time says when it was received.
pub const fn observed(from: &'static [&'static str]) -> Field {
    let to = To::Observed;
    Field { from, to }
}

/// The first of these with a level word is the severity.
pub const fn severity(from: &'static [&'static str]) -> Field {
    let to = To::Severity;
    Field { from, to }
}

/// The first of these with one of the vendor's words is the severity.
pub const fn severity_of(
    from: &'static [&'static str],
    words: &'static [(&'static str, Severity)],
) -> Field {
    let to = To::SeverityOf(words);
    Field { from, to }
}

/// The first of these with one of the vendor's words is the outcome.
pub const fn outcome_of(
    from: &'static [&'static str],
    words: &'static [(&'static str, Outcome)],
) -> Field {
    let to = To::OutcomeOf(words);
    Field { from, to }
}

/// The first of these with a number is the protocol status.
pub const fn status(from: &'static [&'static str]) -> Field {
    let to = To::Status;
    Field { from, to }
}

/// The first of these with a number is the HTTP status, and tells the outcome.
pub const fn http_status(from: &'static [&'static str]) -> Field {
    let to = To::HttpStatus;
    Field { from, to }
}

/// The first of these with a number of `unit` nanoseconds, or text with a unit, is the latency.
pub const fn duration(from: &'static [&'static str], unit: f64) -> Field {
    let to = To::Duration(unit);
    Field { from, to }
}

/// The first of these with an IP address, with or without a port, is the client.
pub const fn source_address(from: &'static [&'static str]) -> Field {
    let to = To::SourceAddress;
    Field { from, to }
}

/// The first of these with an IP address, with or without a port, is the other end.
pub const fn peer_address(from: &'static [&'static str]) -> Field {
    let to = To::PeerAddress;
    Field { from, to }
}

/// The first of these with a number is the port of the client.
pub const fn source_port(from: &'static [&'static str]) -> Field {
    let to = To::SourcePort;
    Field { from, to }
}

/// The first of these with a number is the port of the other end.
pub const fn peer_port(from: &'static [&'static str]) -> Field {
    let to = To::PeerPort;
    Field { from, to }
}

/// The first of these is the URL or path of a request; its path without the query is kept.
pub const fn url(from: &'static [&'static str]) -> Field {
    let to = To::Url;
    Field { from, to }
}

/// The first of these is the first line of a request: method, path and body.
pub const fn request(from: &'static [&'static str]) -> Field {
    let to = To::Request;
    Field { from, to }
}

/// The first of these with a number is the reading of the metric.
pub const fn value(from: &'static [&'static str]) -> Field {
    let to = To::Value;
    Field { from, to }
}

/// The first of these is kept for `finish` under this number.
pub const fn keep(from: &'static [&'static str], number: usize) -> Field {
    let to = To::Keep(number);
    Field { from, to }
}

/// Puts text where it belongs; gives whether it was usable.
pub fn put_text(text: &str, to: To, row: &mut Row<'_>) -> bool {
    match to {
        To::Text(column) => {
            row.text(column, text);
            row.has(column)
        }
        To::Part(column, part) => {
            row.text(column, part(text));
            row.has(column)
        }
        To::Resource => {
            row.resource(text);
            true
        }
        To::ResourcePart(part) => {
            row.resource(part(text));
            true
        }
        To::ResourceOf(template) => put_resource(template, text, row),
        To::Time if row.is_time_known() => true,
        To::Time => {
            let reference = row.record().stream.reference();
            set(time::parse_near(text, reference), |time: Timestamp| {
                row.time(time)
            })
        }
        To::Observed => set(time::parse(text), |time| row.observed(time)),
        To::Severity => set(severity_number(text), |severity| row.severity(severity)),
        To::Level => set(level(text), |severity| row.severity(severity)),
        To::SeverityOf(words) => set(lookup(words, text), |severity| row.severity(severity)),
        To::OutcomeOf(words) => set(lookup(words, text), |outcome| row.outcome(outcome)),
        To::Status => set(number::<i32>(text), |status| row.status(status)),
        To::HttpStatus => set(number::<i32>(text), |status| put_status(status, row)),
        To::Duration(unit) => set(time::duration(text, unit), |nanos| row.duration(nanos)),
        To::Latency => set(latency(text), |nanos| row.duration(nanos)),
        To::SourceAddress => set(address(text).or_else(|| first(text)), |(address, port)| {
            row.text(Column::SourceIp, address);
            if let Some(port) = port {
                row.source_port(port);
            }
        }),
        To::Client => {
            let first = text.split(',').next().unwrap_or(text).trim();
            if !put_text(first, To::SourceAddress, row) && !first.starts_with(['{', '[']) {
                row.text(Column::SourceIp, first);
            }
            row.has(Column::SourceIp)
        }
        To::PeerAddress => set(address(text), |(address, port)| {
            row.text(Column::Peer, address);
            if let Some(port) = port {
                row.peer_port(port);
            }
        }),
        To::SourcePort => set(number::<u16>(text), |port| row.source_port(port)),
        To::PeerPort => set(number::<u16>(text), |port| row.peer_port(port)),
        To::Url => {
            row.text(Column::Path, url_path(text));
            row.has(Column::Path)
        }
        To::Request => put_request(text, row),
        To::Value => {
            let value = time::trimmed(text).parse().ok();
            set(value.filter(|value: &f64| value.is_finite()), |value| {
                row.value(value)
            })
        }
        To::Keep(_) => false,
    }
}

fn set<T, R>(value: Option<T>, put: impl FnOnce(T) -> R) -> bool {
    match value {
        Some(value) => {
            put(value);
            true
        }
        None => false,
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let text = time::trimmed(text);
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

fn lookup<T: Copy>(words: &[(&str, T)], text: &str) -> Option<T> {
    let mut words = words.iter();
    // Most words are written as the table has them, which is told at once.
    let is_it = |word: &str| word == text || word.eq_ignore_ascii_case(text);
    let found = words.find(|(word, _)| word.len() == text.len() && is_it(word));
    found.map(|(_, value)| *value)
}

/// Severity from a level word, or an OpenTelemetry severity number of 1 to 24.
pub fn severity_number(text: &str) -> Option<Severity> {
    let word = time::trimmed(text);
    Severity::from_word(word).or_else(|| {
        word.parse()
            .ok()
            .filter(|number| (1..=24).contains(number))
            .map(Severity)
    })
}

/// Severity from a level word, or a number as logging libraries write it (RFC 5424, table 2;
/// github.com/trentm/node-bunyan, "Levels"). Other numbers up to 24 are those of OpenTelemetry.
///
/// Between its levels, `slog` of Go writes how far they are off: `WARN+2`. The level `http` of npm
/// stands between information and details (github.com/winstonjs/winston, "Logging Levels").
fn level(text: &str) -> Option<Severity> {
    match time::trimmed(text).as_bytes() {
        [number @ b'0'..=b'7'] => Severity::from_syslog(number - b'0'),
        b"10" => Some(Severity::TRACE),
        b"20" => Some(Severity::DEBUG),
        b"30" => Some(Severity::INFO),
        b"40" => Some(Severity::WARN),
        b"50" => Some(Severity::ERROR),
        b"60" => Some(Severity::FATAL),
        b"http" => Some(Severity::DEBUG),
        _ => severity_number(text).or_else(|| between(text)),
    }
}

/// Severity of `INFO-2`: levels of `slog` are as far from each other as those of OpenTelemetry.
fn between(text: &str) -> Option<Severity> {
    let sign = text.find(['+', '-'])?;
    let (word, by) = text.split_at(sign);
    let by: i16 = by.parse().ok()?;
    let number = i16::from(Severity::from_word(word)?.0).checked_add(by)?;
    u8::try_from(number.clamp(1, 24)).ok().map(Severity)
}

/// Sets the status of HTTP and what it tells of the outcome; see [`To::HttpStatus`].
pub fn put_status(status: i32, row: &mut Row<'_>) {
    row.status(status);
    match status {
        100..=399 => {
            row.outcome(Outcome::Success);
        }
        500..=599 => {
            row.outcome(Outcome::Failure);
        }
        _ => {}
    }
}

/// IP address, and port where there is one, of `10.0.0.1`, `10.0.0.1:443`, `2001:db8::1` or
/// `[2001:db8::1]:443`; `None` for host names.
pub fn address(text: &str) -> Option<(&str, Option<u16>)> {
    let text = time::trimmed(text);
    if is_ip(text) {
        return Some((unmapped(text), None));
    }
    // A zone (`fe80::1%eth0`) is no part of the address.
    if let Some((host, zone)) = text.split_once('%')
        && !zone.contains([':', ']'])
    {
        return (host.contains(':') && is_ip(host)).then_some((host, None));
    }
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            (host, after.strip_prefix(':'))
        }
        None => {
            let (host, port) = text.rsplit_once(':')?;
            (host, Some(port))
        }
    };
    let host = host.split('%').next().unwrap_or(host);
    is_ip(host).then(|| (unmapped(host), port.and_then(|port| port.parse().ok())))
}

/// The first of several addresses, as proxies pass them on: `10.0.0.1, 10.0.0.2`.
fn first(text: &str) -> Option<(&str, Option<u16>)> {
    let (first, others) = text.split_once(',')?;
    let are_all = others.split(',').all(|other| address(other).is_some());
    address(first).filter(|_| are_all)
}

/// The IPv4 address within an IPv6 one (`::ffff:10.0.0.1`), which is how sockets that take both
/// write it.
fn unmapped(address: &str) -> &str {
    let head = address.get(..7).filter(|head| head.starts_with(':'));
    let inner = head
        .filter(|head| head.eq_ignore_ascii_case("::ffff:"))
        .and_then(|_| address.get(7..));
    inner
        .filter(|inner| inner.parse::<Ipv4Addr>().is_ok())
        .unwrap_or(address)
}

/// Puts `GET /cart?id=1 HTTP/1.1` into method, path and body; gives whether it is a request.
fn put_request(text: &str, row: &mut Row<'_>) -> bool {
    let Some((method, rest)) = text.split_once(' ') else {
        return false;
    };
    let is_method = (3..=20).contains(&method.len())
        && method
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_'));
    if !is_method {
        return false;
    }
    // Malformed targets have blanks in them, so the version is what follows the last one.
    let target = match rest.rsplit_once(' ') {
        Some((target, version)) if version.starts_with("HTTP/") => target,
        _ => rest,
    };
    row.text(Column::Method, method)
        .text(Column::Path, url_path(target));
    if !row.has(Column::Body) {
        row.text(Column::Body, text);
    }
    true
}

fn put_resource(template: &str, text: &str, row: &mut Row<'_>) -> bool {
    if text.is_empty() || text == "-" {
        return false;
    }
    let (before, after) = template.split_once("{}").unwrap_or((template, ""));
    row.resource(&format!("{before}{text}{after}"));
    true
}

#[cfg(test)]
mod tests {
    use nepho_core::severity::Severity;

    use super::{address, first, level};

    #[test]
    fn levels_stand_between_others() {
        let check = |text: &str, expected: Option<u8>| {
            assert_eq!(level(text), expected.map(Severity), "{text}");
        };
        check("WARN+2", Some(15));
        check("DEBUG-4", Some(1));
        check("ERROR+32767", None);
        check("ERROR+100", Some(24));
        check("http", Some(5));
        check("dbug", Some(5));
        check("info-", None);
        check("e-mail", None);
    }

    #[test]
    fn addresses_have_a_port_or_none() {
        assert_eq!(address("10.0.0.1"), Some(("10.0.0.1", None)));
        assert_eq!(address("10.0.0.1:443"), Some(("10.0.0.1", Some(443))));
        assert_eq!(
            address("[2001:db8::1]:443"),
            Some(("2001:db8::1", Some(443)))
        );
        assert_eq!(address("2001:db8::1"), Some(("2001:db8::1", None)));
        assert_eq!(address("[2001:db8::1]"), Some(("2001:db8::1", None)));
        assert_eq!(address("::ffff:10.0.0.1"), Some(("10.0.0.1", None)));
        assert_eq!(
            address("[::FFFF:10.0.0.1]:80"),
            Some(("10.0.0.1", Some(80)))
        );
        assert_eq!(address("::ffff:a00:1"), Some(("::ffff:a00:1", None)));
        assert_eq!(address("fe80::1%eth0"), Some(("fe80::1", None)));
        assert_eq!(address("[fe80::1%14]:443"), Some(("fe80::1", Some(443))));
        assert_eq!(address("fe80::1%eth0:443"), Some(("fe80::1", Some(443))));
        assert_eq!(address("10.0.0.1%x"), None);
        assert_eq!(address("shop.example.com:443"), None);
        assert_eq!(address("-"), None);
        assert_eq!(first("10.0.0.1, 10.0.0.2:80"), Some(("10.0.0.1", None)));
        assert_eq!(first("10.0.0.1, a proxy"), None);
    }
}
