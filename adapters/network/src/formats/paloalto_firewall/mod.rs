//! Logs of firewalls of Palo Alto Networks, as PAN-OS sends them: values between commas.
//!
//! Sources:
//! docs.paloaltonetworks.com/pan-os/11-0/pan-os-admin/monitoring/use-syslog-for-monitoring/
//! syslog-field-descriptions (traffic, threat, system and config log fields), as of 2026-11-28;
//! "GlobalProtect", "User-ID", "Authentication" and "Decryption Log Fields" of the same, as of
//! 2026-12-01.

use nepho_codec::table::{To, put_text};
use nepho_codec::time;
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Traffic, threat, system and config logs of Palo Alto firewalls",
    permissions: &[],
    make: Make::Format(|| Box::new(PaloAlto)),
});

const NAME: &str = "paloalto.firewall";

/// Kinds of logs; of `CORRELATION` and `HIPMATCH` only time and kind are read.
const KINDS: [&str; 11] = [
    "TRAFFIC",
    "THREAT",
    "SYSTEM",
    "CONFIG",
    "AUTHENTICATION",
    "AUTH",
    "CORRELATION",
    "DECRYPTION",
    "GLOBALPROTECT",
    "HIPMATCH",
    "USERID",
];

/// Actions, and how it ended for the session.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("allow", Outcome::Success),
    ("alert", Outcome::Success),
    ("deny", Outcome::Failure),
    ("drop", Outcome::Failure),
    ("drop-icmp", Outcome::Failure),
    ("reset-client", Outcome::Failure),
    ("reset-server", Outcome::Failure),
    ("reset-both", Outcome::Failure),
    ("block-url", Outcome::Failure),
    ("block-ip", Outcome::Failure),
    ("block-continue", Outcome::Failure),
    ("block-override", Outcome::Failure),
    ("random-drop", Outcome::Failure),
    ("sinkhole", Outcome::Failure),
    // Results of commands.
    ("Succeeded", Outcome::Success),
    ("Submitted", Outcome::Success),
    ("Failed", Outcome::Failure),
    ("Unauthorized", Outcome::Failure),
    // Status of what a VPN did.
    ("success", Outcome::Success),
    ("failure", Outcome::Failure),
    // Events of the system.
    ("auth-success", Outcome::Success),
    ("auth-fail", Outcome::Failure),
];

const SEVERITIES: &[(&str, Severity)] = &[
    ("critical", Severity::CRITICAL),
    ("high", Severity::ERROR),
    ("medium", Severity::WARN),
    ("low", Severity::NOTICE),
    ("informational", Severity::INFO),
];

/// Places of values that all logs have, then those of sessions.
const KIND: usize = 3;
const SUBTYPE: usize = 4;
const GENERATED: usize = 6;
const ACTION: usize = 30;

/// Reads the logs.
struct PaloAlto;

impl Format for PaloAlto {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match Values::parse(sample.text) {
            Some(_) => Confidence(92),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let letters = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        vec![Marks::beginning(bytes_of(letters)).with(&[",20", "/"])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(PaloAltoDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Some(values) = Values::parse(raw) else {
            return;
        };
        let mut names = vec![(2, "serial"), (KIND, "type"), (SUBTYPE, "subtype")];
        if values.is_session() {
            names.extend([
                (11, "rule"),
                (14, "app_protocol"),
                (16, "source_zone"),
                (17, "destination_zone"),
                (22, "session"),
            ]);
        }
        match values.kind() {
            "TRAFFIC" => names.extend([(32, "bytes"), (33, "bytes_received"), (34, "packets")]),
            "THREAT" => names.extend([(31, "url"), (32, "threat"), (33, "category")]),
            "CONFIG" => names.push((13, "config_path")),
            "GLOBALPROTECT" => names.extend([
                (9, "stage"),
                (10, "auth_method"),
                (13, "country"),
                (14, "machine"),
                (29, "location"),
            ]),
            _ => {}
        }
        for (place, name) in names {
            let value = values.get(place);
            if !value.is_empty() {
                found(name, value);
            }
        }
    }
}

/// The values of a line, and who sent it where that stands before them.
struct Values<'a> {
    host: &'a str,
    all: Vec<&'a str>,
}

impl<'a> Values<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        // The kind is the fourth value.
        let mut head = text.splitn(5, ',');
        let (first, received, _, kind) = (head.next()?, head.next()?, head.next()?, head.next()?);
        let is_time = received.len() == 19 && received.as_bytes().get(4) == Some(&b'/');
        if !is_time || !KINDS.contains(&kind) {
            return None;
        }
        let (before, number) = first.rsplit_once(' ').unwrap_or(("", first));
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // The line that a container wrote is found inside.
        if [" stdout ", " stderr "]
            .iter()
            .any(|stream| before.contains(stream))
        {
            return None;
        }
        let host = before.rsplit(' ').next().unwrap_or_default();
        let host = if host.contains(':') { "" } else { host };
        Some(Self {
            host,
            all: split(text.get(before.len()..)?),
        })
    }

    fn get(&self, place: usize) -> &'a str {
        self.all.get(place).copied().unwrap_or_default()
    }

    fn kind(&self) -> &'a str {
        self.get(KIND)
    }

    fn is_session(&self) -> bool {
        matches!(self.kind(), "TRAFFIC" | "THREAT" | "DECRYPTION")
    }
}

/// Values between commas; those with a comma stand in quotes.
fn split(text: &str) -> Vec<&str> {
    let mut values = Vec::with_capacity(64);
    let (mut start, mut in_quotes) = (0, false);
    let bytes = text.as_bytes();
    for (at, byte) in text.bytes().chain([b',']).enumerate() {
        let is_end = at == bytes.len();
        match byte {
            b'"' if !is_end => in_quotes = !in_quotes,
            b',' if !in_quotes || is_end => {
                let value = text.get(start..at).unwrap_or_default().trim();
                let inner = value
                    .strip_prefix('"')
                    .and_then(|value| value.strip_suffix('"'));
                values.push(inner.unwrap_or(value));
                start = at + 1;
            }
            _ => {}
        }
    }
    values
}

struct PaloAltoDecoder;

impl Decoder for PaloAltoDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(values) = Values::parse(record.text.trim_end()) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        let reference = record.stream.reference();
        let times = [GENERATED, 1].map(|place| time::parse_near(values.get(place), reference));
        if let Some(time) = times.into_iter().flatten().next() {
            row.time(time);
        }
        row.text(Column::Host, values.host);
        match values.kind() {
            "TRAFFIC" | "THREAT" | "DECRYPTION" => put_session(&values, &mut row),
            "SYSTEM" => {
                row.text(Column::Action, values.get(8))
                    .text(Column::Body, values.get(14));
                put_text(values.get(8), To::OutcomeOf(OUTCOMES), &mut row);
                put_text(values.get(13), To::SeverityOf(SEVERITIES), &mut row);
                put_user(values.get(14), &mut row);
            }
            "CONFIG" => {
                row.text(Column::Action, values.get(9))
                    .text(Column::Actor, values.get(10));
                put_text(values.get(7), To::SourceAddress, &mut row);
                put_text(values.get(12), To::OutcomeOf(OUTCOMES), &mut row);
            }
            "GLOBALPROTECT" => put_sign_in(&values, &mut row),
            "USERID" | "AUTHENTICATION" | "AUTH" => {
                let action = match values.kind() {
                    "USERID" => values.get(SUBTYPE),
                    kind => kind,
                };
                row.text(Column::Action, action)
                    .text(Column::Actor, values.get(9));
                put_text(values.get(8), To::SourceAddress, &mut row);
                if values.kind() != "USERID" {
                    row.text(Column::Body, values.get(18));
                }
            }
            kind => {
                row.text(Column::Action, kind);
            }
        }
        row.commit();
        Verdict::Rows
    }
}

/// Who signed in and from where: `failed authentication for user 'mona'. Reason: ... From:
/// 203.0.113.7.`, `User mona logged in via Web from 203.0.113.7 using https`.
fn put_user(told: &str, row: &mut Row<'_>) {
    let (user, address) = if let Some((_, rest)) = told.split_once("for user '") {
        let ends = ["'.", "',"].map(|end| rest.split_once(end));
        let user = ends
            .into_iter()
            .flatten()
            .next()
            .map_or("", |(user, _)| user);
        (user, rest.rsplit_once("From: ").map(|(_, address)| address))
    } else if let Some(rest) = told.strip_prefix("User ") {
        let Some((user, rest)) = rest.split_once(" logged ") else {
            return;
        };
        (user, rest.rsplit_once(" from ").map(|(_, address)| address))
    } else {
        return;
    };
    row.text(Column::Actor, user);
    let address = address.and_then(|rest| rest.split(' ').next());
    if let Some(address) = address {
        put_text(address.trim_end_matches('.'), To::SourceAddress, row);
    }
}

/// An event of the VPN: a sign-in and what belongs to it.
fn put_sign_in(values: &Values<'_>, row: &mut Row<'_>) {
    // Of what an event does not tell the address is that of nobody.
    let known = |place: usize| Some(values.get(place)).filter(|value| *value != "0.0.0.0");
    let texts = [26, 27, 25].map(|place| values.get(place));
    let body = texts.into_iter().find(|text| !text.is_empty());
    row.text(Column::Action, values.get(8))
        .text(Column::Actor, values.get(12))
        .text(Column::Body, body.unwrap_or_default());
    for place in [16, 15] {
        if let Some(address) = known(place) {
            put_text(address, To::SourceAddress, row);
        }
    }
    put_text(values.get(28), To::OutcomeOf(OUTCOMES), row);
}

fn put_session(values: &Values<'_>, row: &mut Row<'_>) {
    for (place, to) in [
        (7, To::SourceAddress),
        (8, To::PeerAddress),
        (24, To::SourcePort),
        (25, To::PeerPort),
        (12, To::Text(Column::Actor)),
        (29, To::Text(Column::Method)),
        (ACTION, To::Text(Column::Action)),
        (ACTION, To::OutcomeOf(OUTCOMES)),
    ] {
        let value = values.get(place);
        if !value.is_empty() {
            put_text(value, to, row);
        }
    }
    if values.kind() == "THREAT" {
        put_text(values.get(34), To::SeverityOf(SEVERITIES), row);
        row.text(Column::Body, values.get(32));
    } else if values.kind() == "TRAFFIC" && values.get(SUBTYPE) != "start" {
        put_text(values.get(36), To::Duration(1e9), row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_stand_in_quotes() {
        assert_eq!(split("a,\"b,c\",,d"), ["a", "b,c", "", "d"]);
        assert_eq!(split("a,\"b,c"), ["a", "\"b,c"]);
        assert_eq!(split(""), [""]);
    }

    #[test]
    fn lines_have_a_time_and_a_kind() {
        let check = |text: &str, expected: Option<&str>| {
            let found = Values::parse(text).map(|values| values.host);
            assert_eq!(found, expected, "{text}");
        };
        check("1,2026/05/12 14:00:00,0070,TRAFFIC,end", Some(""));
        check(
            "Oct  4 18:54:26 pa-1 1,2026/05/12 14:00:00,0070,SYSTEM,auth",
            Some("pa-1"),
        );
        check(
            "Oct  4 18:54:26 1,2026/05/12 14:00:00,0070,SYSTEM,auth",
            Some(""),
        );
        check("1,2026/05/12 14:00:00,0070,OTHER,end", None);
        check("1,2026-05-12 14:00:00,0070,TRAFFIC,end", None);
        check("a,2026/05/12 14:00:00,0070,TRAFFIC,end", None);
    }
}
