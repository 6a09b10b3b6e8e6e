//! Logs of Sophos Firewall (SFOS): pairs of key and value.
//!
//! Source: docs.sophos.com/nsg/sophos-firewall/20.0/syslog, as of 2026-12-01.

use nepho_codec::table::{To, put_text};
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Outcome};

use crate::pairs::{Pairs, read, value};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Logs of Sophos Firewall",
    permissions: &[],
    make: Make::Format(|| Box::new(Sophos)),
});

const NAME: &str = "sophos.firewall";

/// Keys of values that have a column; of several keys of a column the last that a line has counts.
const COLUMNS: [(&str, To); 20] = [
    ("device_name", To::Text(Column::Host)),
    ("priority", To::Severity),
    ("severity", To::Severity),
    ("src_ip", To::SourceAddress),
    ("src_port", To::SourcePort),
    ("dst_ip", To::PeerAddress),
    ("dst_port", To::PeerPort),
    ("protocol", To::Text(Column::Method)),
    ("log_subtype", To::Text(Column::Action)),
    ("log_subtype", To::OutcomeOf(OUTCOMES)),
    ("status", To::OutcomeOf(OUTCOMES)),
    ("user", To::Text(Column::Actor)),
    ("user_name", To::Text(Column::Actor)),
    ("log_component", To::Text(Column::Body)),
    ("signature_msg", To::Text(Column::Body)),
    ("message", To::Text(Column::Body)),
    ("url", To::Url),
    ("user_agent", To::Text(Column::UserAgent)),
    ("connid", To::Text(Column::RequestId)),
    ("con_id", To::Text(Column::RequestId)),
];

/// Keys of values that have none.
const EXTRAS: [(&str, &str); 12] = [
    ("log_id", "log_id"),
    ("log_type", "type"),
    ("log_component", "component"),
    ("status", "status"),
    ("fw_rule_id", "rule"),
    ("fw_rule_name", "rule_name"),
    ("application", "application"),
    ("domain", "domain"),
    ("reason", "reason"),
    ("sent_bytes", "bytes"),
    ("recv_bytes", "bytes_received"),
    ("bytes_sent", "bytes"),
];

/// States and subtypes, and how it ended.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("Allow", Outcome::Success),
    ("Allowed", Outcome::Success),
    ("Allow Session", Outcome::Success),
    ("Successful", Outcome::Success),
    ("Established", Outcome::Success),
    ("Deny", Outcome::Failure),
    ("Denied", Outcome::Failure),
    ("Deny Session", Outcome::Failure),
    ("Drop", Outcome::Failure),
    ("Failed", Outcome::Failure),
];

/// Reads the logs.
struct Sophos;

impl Format for Sophos {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match is_mine(sample.text) {
            true => Confidence(92),
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning(bytes_of(b"d")).with(&["log_id=", "log_type="])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(SophosDecoder(Vec::new()))
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
    let starts = ["device=\"", "device_name=\""];
    starts.iter().any(|start| text.starts_with(start))
        && [" log_id=", " log_type=\"", " log_component=\""]
            .iter()
            .all(|key| text.contains(key))
}

struct SophosDecoder(Pairs);

impl Decoder for SophosDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let text = record.text;
        if !is_mine(text) {
            return Verdict::NotMine;
        }
        read(text, &mut self.0);
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        if let Some(time) = self.time(record) {
            row.time(time);
        }
        for (key, to) in COLUMNS {
            let value = value(text, &self.0, key);
            if !value.is_empty() {
                put_text(value, to, &mut row);
            }
        }
        row.commit();
        Verdict::Rows
    }
}

impl SophosDecoder {
    /// Time of `timestamp`; before version 18 day, clock and the name of a zone.
    fn time(&self, record: &Record<'_>) -> Option<Timestamp> {
        let of = |key| value(record.text, &self.0, key);
        let reference = record.stream.reference();
        if let Some(time) = time::parse_near(of("timestamp"), reference) {
            return Some(time);
        }
        let clock = format!("{} {}", of("date"), of("time"));
        let zoned = format!("{clock} {}", of("timezone"));
        time::parse_near(&zoned, reference).or_else(|| time::parse_near(&clock, reference))
    }
}
