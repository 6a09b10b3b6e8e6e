//! Logs of `FortiGate` firewalls, as FortiOS writes them: pairs of key and value.
//!
//! Source: docs.fortinet.com/document/fortigate/7.4.0/fortios-log-message-reference, as of
//! 2026-11-28.

use nepho_codec::table::{To, put_text};
use nepho_codec::time;
use nepho_core::Timestamp;
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
    summary: "Traffic, event and security logs of FortiGate firewalls",
    permissions: &[],
    make: Make::Format(|| Box::new(Fortinet)),
});

const NAME: &str = "fortinet.firewall";

/// Keys of values that have a column, in the order in which they are put there.
const COLUMNS: [(&str, To); 20] = [
    ("devname", To::Text(Column::Host)),
    ("level", To::SeverityOf(LEVELS)),
    ("remip", To::SourceAddress),
    ("srcip", To::SourceAddress),
    ("srcport", To::SourcePort),
    ("dstip", To::PeerAddress),
    ("dstport", To::PeerPort),
    ("action", To::Text(Column::Action)),
    ("status", To::OutcomeOf(OUTCOMES)),
    ("action", To::OutcomeOf(OUTCOMES)),
    ("user", To::Text(Column::Actor)),
    ("unauthuser", To::Text(Column::Actor)),
    ("user", To::Text(Column::Actor)),
    ("logdesc", To::Text(Column::Body)),
    ("attack", To::Text(Column::Body)),
    ("msg", To::Text(Column::Body)),
    ("url", To::Url),
    ("agent", To::Text(Column::UserAgent)),
    ("duration", To::Duration(1e9)),
    ("sessionid", To::Text(Column::RequestId)),
];

/// Keys of values that have none.
const EXTRAS: [(&str, &str); 17] = [
    ("type", "type"),
    ("subtype", "subtype"),
    ("logid", "log_id"),
    ("vd", "virtual_domain"),
    ("service", "app_protocol"),
    ("app", "application"),
    ("policyid", "rule"),
    ("srcintf", "interface_in"),
    ("dstintf", "interface_out"),
    ("sentbyte", "bytes"),
    ("rcvdbyte", "bytes_received"),
    ("sentpkt", "packets"),
    ("hostname", "domain"),
    ("reason", "reason"),
    ("attackid", "signature"),
    ("qname", "dns_question"),
    ("cfgpath", "config_path"),
];

/// Levels of syslog by their names.
const LEVELS: &[(&str, Severity)] = &[
    ("emergency", Severity::FATAL),
    ("alert", Severity::ALERT),
    ("critical", Severity::CRITICAL),
    ("error", Severity::ERROR),
    ("warning", Severity::WARN),
    ("notice", Severity::NOTICE),
    ("information", Severity::INFO),
    ("debug", Severity::DEBUG),
];

/// Actions and states, and how it ended.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("accept", Outcome::Success),
    ("pass", Outcome::Success),
    ("passthrough", Outcome::Success),
    ("close", Outcome::Success),
    ("success", Outcome::Success),
    ("deny", Outcome::Failure),
    ("block", Outcome::Failure),
    ("blocked", Outcome::Failure),
    ("dropped", Outcome::Failure),
    ("reset", Outcome::Failure),
    ("ip-conn", Outcome::Failure),
    ("failed", Outcome::Failure),
    ("failure", Outcome::Failure),
    ("ssl-login-fail", Outcome::Failure),
];

/// Reads the logs.
struct Fortinet;

impl Format for Fortinet {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match is_mine(sample.text) {
            true => Confidence(92),
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning(bytes_of(b"del")).with(&["devid=", "type="])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(FortinetDecoder(Vec::new()))
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
    let starts = ["date=", "devname=", "eventtime=", "logver="];
    starts.iter().any(|start| text.starts_with(start))
        && text.contains("devid=")
        && text.contains(" type=")
        && text.contains("level=")
}

struct FortinetDecoder(Pairs);

impl Decoder for FortinetDecoder {
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
        put_protocol(value(text, &self.0, "proto"), &mut row);
        // `GUI(10.0.0.7)`, `ssh(10.0.0.7)`
        let console = value(text, &self.0, "ui").split_once('(');
        if let Some((_, rest)) = console.filter(|_| !row.has(Column::SourceIp)) {
            put_text(rest.trim_end_matches(')'), To::SourceAddress, &mut row);
        }
        row.commit();
        Verdict::Rows
    }
}

impl FortinetDecoder {
    /// Time of `eventtime`, which is a number since 1970; older versions write day, clock and maybe
    /// a zone only.
    fn time(&self, record: &Record<'_>) -> Option<Timestamp> {
        let of = |key| value(record.text, &self.0, key);
        if let Some(time) = time::from_number(of("eventtime")) {
            return Some(time);
        }
        let (day, clock, zone) = (of("date"), of("time"), of("tz"));
        time::parse_near(&format!("{day}T{clock}{zone}"), record.stream.reference())
    }
}

/// Protocols go by their number.
fn put_protocol(number: &str, row: &mut Row<'_>) {
    match number {
        "1" => row.constant(Column::Method, "icmp"),
        "6" => row.constant(Column::Method, "tcp"),
        "17" => row.constant(Column::Method, "udp"),
        "58" => row.constant(Column::Method, "icmpv6"),
        other => row.text(Column::Method, other),
    };
}
