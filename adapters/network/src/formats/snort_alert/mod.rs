//! Alerts of Snort and Suricata, a line each.
//!
//! Source: `alert_fast` of Snort 2 and 3 (`src/loggers/alert_fast.cc`), `fast.log` of Suricata
//! (`src/alert-fastlog.c`), from memory.

use std::net::Ipv6Addr;

use nepho_codec::table::{
    Event, GuardedLines, Lines, To, keep, peer_address, peer_port, put_text, severity_of,
    source_address, source_port, text,
};
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
const DROP: usize = 1;
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
        "{stamp:word}{ }{?[{drop:Drop|wDrop}] }[**] [{rule:name}:{sid:int}:{_:int}] {message} [**] {?[Classification: {class}] }{?[Priority: {priority:int}] }{protocol:word} {source:address} -> {peer:address}",
    ],
    confidence: 95,
    constants: &[],
    fields: &[
        keep(&["stamp"], TIME),
        keep(&["drop"], DROP),
        keep(&["protocol"], PROTOCOL),
        keep(&["source"], SOURCE),
        keep(&["peer"], PEER),
        text(&["message"], Column::Body),
        severity_of(&["priority"], PRIORITIES),
        source_address(&["source"]),
        source_port(&["source"]),
        peer_address(&["peer"]),
        peer_port(&["peer"]),
    ],
    extras: &[
        ("sid", "rule"),
        ("class", "classification"),
        ("priority", "priority"),
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
    match event.kept(DROP).as_deref() {
        Some("Drop") => row
            .outcome(Outcome::Failure)
            .constant(Column::Action, "drop"),
        _ => row.constant(Column::Action, "alert"),
    };
}

/// Time of `05/12/2026-14:04:00.123456`, or of `05/12-14:04:00.123456` near the reference.
fn time_of(stamp: &str, reference: Reference) -> Option<Timestamp> {
    let dated = || {
        let (date, clock) = stamp.split_once('-')?;
        time::parse_near(&format!("{date} {clock}"), reference)
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
        .or_else(without_year)
}

/// Address and port of version 6, between which no bracket stands. Only what has ports has one.
fn with_port<'a>(end: &'a str, protocol: &str) -> Option<(&'a str, &'a str)> {
    let has_ports = matches!(protocol, "{TCP}" | "{UDP}");
    let (host, port) = end.rsplit_once(':').filter(|_| has_ports)?;
    let is_split = host.parse::<Ipv6Addr>().is_ok() && port.parse::<u16>().is_ok();
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
        check("10.0.0.1:53", "{UDP}", None);
        check("[2001:db8::1]:53", "{UDP}", None);
        check("2001:db8::1:fade", "{TCP}", None);
    }
}
