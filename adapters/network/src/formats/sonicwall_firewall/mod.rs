//! Logs of SonicWall firewalls: pairs of key and value.
//!
//! Source: sonicwall.com/techdocs, "SonicOS Log Events Reference Guide" (syslog tags), as of
//! 2026-12-01.

use nepho_codec::table::{To, put_text};
use nepho_codec::time;
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::pairs::{Pairs, read, value};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Logs of SonicWall firewalls",
    permissions: &[],
    make: Make::Format(|| Box::new(SonicWall)),
});

const NAME: &str = "sonicwall.firewall";

/// Keys of values that have a column.
const COLUMNS: [(&str, To); 8] = [
    ("fw", To::Text(Column::Host)),
    ("usr", To::Text(Column::Actor)),
    ("user", To::Text(Column::Actor)),
    ("msg", To::Text(Column::Body)),
    ("arg", To::Url),
    ("result", To::HttpStatus),
    ("fw_action", To::Text(Column::Action)),
    ("fw_action", To::OutcomeOf(OUTCOMES)),
];

/// Keys of values that have none.
const EXTRAS: [(&str, &str); 8] = [
    ("sn", "serial"),
    ("m", "message_id"),
    ("c", "category"),
    ("sent", "bytes"),
    ("rcvd", "bytes_received"),
    ("rule", "rule"),
    ("dstname", "domain"),
    ("note", "note"),
];

const OUTCOMES: &[(&str, Outcome)] = &[("forward", Outcome::Success), ("drop", Outcome::Failure)];

/// Reads the logs.
struct SonicWall;

impl Format for SonicWall {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match is_mine(sample.text) {
            true => Confidence(92),
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning(bytes_of(b"i")).with(&["sn=", "fw=", "pri="])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(SonicWallDecoder(Vec::new()))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let mut pairs = Vec::new();
        read(raw, &mut pairs);
        for (key, name) in EXTRAS {
            let value = value(raw, &pairs, key);
            if !value.is_empty() {
                found(name, value);
            }
        }
    }
}

fn is_mine(text: &str) -> bool {
    let keys = [" sn=", " time=\"", " fw=", " pri=", " m="];
    text.starts_with("id=") && keys.iter().all(|key| text.contains(key))
}

struct SonicWallDecoder(Pairs);

impl Decoder for SonicWallDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let text = record.text;
        if !is_mine(text) {
            return Verdict::NotMine;
        }
        read(text, &mut self.0);
        let of = |key| value(text, &self.0, key);
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        if let Some(time) = time::parse_near(of("time"), record.stream.reference()) {
            row.time(time);
        }
        let level = of("pri").parse().ok().and_then(Severity::from_syslog);
        if let Some(severity) = level {
            row.severity(severity);
        }
        put_end(of("src"), (To::SourceAddress, To::SourcePort), &mut row);
        put_end(of("dst"), (To::PeerAddress, To::PeerPort), &mut row);
        // Addresses of version 6 stand apart from their ports.
        put_text(of("srcV6"), To::SourceAddress, &mut row);
        put_text(of("dstV6"), To::PeerAddress, &mut row);
        // `tcp/https`
        row.text(
            Column::Method,
            of("proto").split('/').next().unwrap_or_default(),
        );
        if let Some(outcome) = outcome(of("msg")) {
            row.outcome(outcome);
        }
        for (key, to) in COLUMNS {
            // `NA` is written for what has no action.
            let value = of(key);
            if !matches!(value, "" | "NA") {
                put_text(value, to, &mut row);
            }
        }
        row.commit();
        Verdict::Rows
    }
}

/// `10.0.0.7:50000:X0:host`; port, interface and host may be missing, and an address of version 6
/// has colons itself.
fn put_end(text: &str, (address, port): (To, To), row: &mut Row<'_>) {
    if put_text(text, address, row) {
        return;
    }
    let mut parts = text.splitn(3, ':');
    let first = parts.next().unwrap_or_default();
    let is_end = first.is_empty() || put_text(first, address, row);
    if let Some(number) = parts.next().filter(|number| is_end && *number != "0") {
        put_text(number, port, row);
    }
}

/// What the sentence of a message, which has no values in it, tells of the outcome.
fn outcome(message: &str) -> Option<Outcome> {
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if has(&[" denied", " dropped", " blocked", " failed", " rejected"]) {
        return Some(Outcome::Failure);
    }
    has(&[" login allowed"]).then_some(Outcome::Success)
}
