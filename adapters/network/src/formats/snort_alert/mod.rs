//! Alerts of Snort and Suricata, a line each.
//!
//! Source: `alert_fast` of Snort 3 (`src/loggers/alert_fast.cc`, `src/packet_io/active.cc` and
//! `src/utils/util.cc` of github.com/snort3/snort3) and 2 (`util.c`), `fast.log` of Suricata
//! (`src/alert-fastlog.c` of github.com/OISF/suricata), as of 2026-12-01.

use std::net::IpAddr;

use nepho_codec::table::{Event, GuardedLines, Lines, To, keep, part, put_text, severity_of, text};
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};
use nepho_core::time::{Civil, Reference, digits, fraction, time_of_day};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "snort.alert",
    summary: "Alerts of Snort and Suricata, a line each",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, is_dated))),
});

const TIME: usize = 0;
const VERDICT: usize = 1;
const PROTOCOL: usize = 2;
const SOURCE: usize = 3;
const PEER: usize = 4;

/// As in `suricata.eve`.
const PRIORITIES: &[(&str, Severity)] = &[
    ("1", Severity::FATAL),
    ("2", Severity::ERROR),
    ("3", Severity::WARN),
    ("4", Severity::INFO),
];

static LINES: Lines = Lines {
    name: "snort.alert",
    patterns: &[
        "{stamp:word}{ }{?[{verdict:name}] }[**] [{rule:name}:{sid:int}:{_:int}]{ }{?<{interface:name}> }{message} [**] {?[Classification: {class}] }{?[Priority: {priority:int}] }{?[AppID: {app}] }{protocol:word} {source:address} -> {peer:address}",
        "{stamp:word}{ }{?[{verdict:name}] }[**] [{rule:name}:{sid:int}:{_:int}] {message} [**] {?[Classification: {class}] }{?[Priority: {priority:int}] }[**] [Raw pkt: {_:rest}",
    ],
    confidence: 95,
    constants: &[],
    fields: &[
        keep(&["stamp"], TIME),
        keep(&["verdict"], VERDICT),
        keep(&["protocol"], PROTOCOL),
        keep(&["source"], SOURCE),
        keep(&["peer"], PEER),
        text(&["message"], Column::Body),
        severity_of(&["priority"], PRIORITIES),
        part(&["source"], Column::SourceIp, host),
        part(&["peer"], Column::Peer, host),
    ],
    extras: &[
        ("sid", "rule"),
        ("class", "classification"),
        ("priority", "priority"),
        ("interface", "interface"),
        ("app", "application"),
    ],
    finish: Some(finish),
};

/// Whether a line may begin with the time of an alert.
fn is_dated(line: &str) -> bool {
    line.starts_with(|first: char| first.is_ascii_digit())
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let reference = row.record().stream.reference();
    let stamp = event.kept(TIME).unwrap_or_default();
    match time_of(&stamp, reference) {
        Some(time) => row.time(time),
        // The line tells the day that the row cannot.
        None => row.text(Column::Body, event.text),
    };
    let protocol = event.kept(PROTOCOL).unwrap_or_default();
    let ends = [
        (SOURCE, Column::SourceIp, To::SourcePort),
        (PEER, Column::Peer, To::PeerPort),
    ];
    for (end, column, to) in ends {
        let text = event.kept(end).unwrap_or_default();
        if let Some((host, port)) = with_port(&text, &protocol) {
            row.text(column, host);
            put_text(port, to, row);
        }
    }
    let verdict = event.kept(VERDICT).unwrap_or_default();
    match stopped(&verdict) {
        Some(action) => row
            .outcome(Outcome::Failure)
            .constant(Column::Action, action),
        None => row.constant(Column::Action, "alert"),
    };
}

/// What was done with a packet that did not pass: `Drop` of Suricata; of Snort 3 a word with or
/// without `force_` before it. `wDrop`, `would_drop` and `cant_drop` let it pass.
fn stopped(verdict: &str) -> Option<&'static str> {
    Some(match verdict.strip_prefix("force_").unwrap_or(verdict) {
        "Drop" | "drop" => "drop",
        "block" => "block",
        "reset" => "reset",
        _ => return None,
    })
}

/// Time of `05/12/2026-14:04:00.123456`, or of `05/12-14:04:00.123456` near the reference. With
/// `-y` Snort 2 writes `05/12/26-14:04:00.123456`, Snort 3 `26/05/12-14:04:00.123456`.
fn time_of(stamp: &str, reference: Reference) -> Option<Timestamp> {
    let dated = || {
        let (date, clock) = stamp.split_once('-')?;
        time::parse_near(&format!("{date} {clock}"), reference)
    };
    let short_year = || {
        let (date, clock) = stamp.split_once('-')?;
        let bytes = date.as_bytes();
        let [_, _, b'/', _, _, b'/', _, _] = bytes else {
            return None;
        };
        let parts = (
            digits(bytes, 0, 2)?,
            digits(bytes, 3, 2)?,
            digits(bytes, 6, 2)?,
        );
        // Snort 3 is younger than 2012, and no month is above 12.
        let (year, month, day) = match parts {
            (first @ 13.., month, day) => (first, month, day),
            (month, day, year) => (year, month, day),
        };
        time::parse_near(
            &format!("20{year:02}-{month:02}-{day:02} {clock}"),
            reference,
        )
    };
    let without_year = || {
        let bytes = stamp.as_bytes();
        let [_, _, b'/', _, _, b'-', ..] = bytes else {
            return None;
        };
        let (month, day) = (digits(bytes, 0, 2)?, digits(bytes, 3, 2)?);
        let (hour, minute, second) = time_of_day(bytes, 6)?;
        let (nanos, end) = fraction(bytes, 14);
        let civil = Civil {
            year: 0,
            month,
            day,
            hour,
            minute,
            second,
            nanos,
        };
        (end == bytes.len())
            .then(|| time::nearest(civil, reference))
            .flatten()
    };
    time::parse_near(stamp, reference)
        .or_else(dated)
        .or_else(short_year)
        .or_else(without_year)
}

/// Address of an end, with or without a port.
fn host(end: &str) -> &str {
    let host = match end.rsplit_once(':') {
        Some((host, _)) if end.parse::<IpAddr>().is_err() => host,
        _ => end,
    };
    host.trim_matches(['[', ']'])
}

/// Address and port, which stand behind the last colon in version 6, too. Only what has ports has
/// one: Suricata writes type and code of ICMP in their place, and 0 for other protocols.
fn with_port<'a>(end: &'a str, protocol: &str) -> Option<(&'a str, &'a str)> {
    let has_ports = matches!(protocol, "{TCP}" | "{UDP}" | "{SCTP}");
    let (host, port) = end.rsplit_once(':').filter(|_| has_ports)?;
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    let is_split = host.parse::<IpAddr>().is_ok() && port.parse::<u16>().is_ok();
    is_split.then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_without_a_year_are_near_the_reference() {
        let near = Timestamp::parse_rfc3339("2026-05-13T00:00:00Z");
        let reference = Reference {
            near,
            ..Reference::default()
        };
        let expected = Timestamp::parse_rfc3339("2026-05-12T14:04:02.000002Z");
        assert_eq!(time_of("05/12-14:04:02.000002", reference), expected);
        assert_eq!(time_of("05/12/2026-14:04:02.000002", reference), expected);
        assert_eq!(time_of("05/12/26-14:04:02.000002", reference), expected);
        assert_eq!(time_of("26/05/12-14:04:02.000002", reference), expected);
        assert_eq!(time_of("26/05/12-14:04:02.000002x", reference), None);
        assert_eq!(time_of("2026-05-12T14:04:02.000002Z", reference), expected);
        let unknown = Reference::default();
        assert_eq!(time_of("05/12-14:04:02.000002", unknown), None);
        assert_eq!(time_of("05/12-14:04:02.000002x", reference), None);
    }

    #[test]
    fn ports_stand_behind_the_last_colon() {
        let check = |end, protocol, expected| assert_eq!(with_port(end, protocol), expected);
        check("2001:db8::1:53", "{UDP}", Some(("2001:db8::1", "53")));
        check("2001:db8::1:53", "{IPV6-ICMP}", None);
        check("10.0.0.1:53", "{UDP}", Some(("10.0.0.1", "53")));
        check("10.0.0.1:8", "{ICMP}", None);
        check("10.0.0.1:0", "{PROTO:002}", None);
        check("[2001:db8::1]:53", "{UDP}", Some(("2001:db8::1", "53")));
        check("2001:db8::1:fade", "{TCP}", None);
    }
}
