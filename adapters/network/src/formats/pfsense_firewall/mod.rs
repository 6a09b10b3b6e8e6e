//! Packets that the packet filter of pfSense and OPNsense logged: the message of `filterlog`.
//!
//! Source: docs.netgate.com/pfsense/en/latest/monitoring/raw-filter-log-format.html, as of
//! 2026-11-28.

use nepho_codec::ip::is_ip;
use nepho_codec::table::{To, put_text};
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Packets that pfSense and OPNsense logged",
    permissions: &[],
    make: Make::Format(|| Box::new(FilterLog)),
});

const NAME: &str = "pfsense.firewall";

const OUTCOMES: &[(&str, Outcome)] = &[
    ("pass", Outcome::Success),
    ("block", Outcome::Failure),
    ("reject", Outcome::Failure),
];

const ACTIONS: [&str; 6] = ["pass", "block", "reject", "match", "nat", "rdr"];

/// Reads the messages.
struct FilterLog;

impl Format for FilterLog {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match Packet::parse(sample.text) {
            Some(_) => Confidence(92),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let digits = bytes_of(b"0123456789");
        [",in,4,", ",in,6,", ",out,4,", ",out,6,"]
            .map(|direction| Marks::beginning(digits).with(&[direction]))
            .into()
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(FilterLogDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Some(packet) = Packet::parse(raw) else {
            return;
        };
        for (name, value) in [
            ("rule", packet.rule),
            ("tracker", packet.tracker),
            ("interface", packet.interface),
            ("direction", packet.direction),
            ("bytes", packet.length),
        ] {
            if !value.is_empty() {
                found(name, value);
            }
        }
    }
}

/// What a message tells.
struct Packet<'a> {
    rule: &'a str,
    tracker: &'a str,
    interface: &'a str,
    action: &'a str,
    direction: &'a str,
    protocol: &'a str,
    length: &'a str,
    source: &'a str,
    peer: &'a str,
    /// Of source and peer; of protocols without ports, nothing.
    ports: [&'a str; 2],
}

impl<'a> Packet<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut values = text.trim_end().split(',');
        let rule = values.next().filter(|rule| !rule.is_empty())?;
        if !rule.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (tracker, interface) = (values.nth(2)?, values.next()?);
        let action = values.nth(1).filter(|action| ACTIONS.contains(action))?;
        let direction = values.next()?;
        let is_direction = matches!(direction, "in" | "out");
        let protocol = match values.next().filter(|_| is_direction)? {
            // Behind: TOS, ECN, TTL, id, offset, flags, number of the protocol.
            "4" => values.nth(7)?,
            // Behind: class, flow label, hop limit; the number follows.
            "6" => {
                let protocol = values.nth(3)?;
                values.next()?;
                protocol
            }
            _ => return None,
        };
        let length = values.next()?;
        let (source, peer) = (values.next()?, values.next()?);
        let has_ports = matches!(protocol, "tcp" | "udp" | "TCP" | "UDP");
        let mut port = || values.next().filter(|_| has_ports).unwrap_or_default();
        let ports = [port(), port()];
        (is_ip(source) && is_ip(peer)).then_some(Self {
            rule,
            tracker,
            interface,
            action,
            direction,
            protocol,
            length,
            source,
            peer,
            ports,
        })
    }
}

struct FilterLogDecoder;

impl Decoder for FilterLogDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(packet) = Packet::parse(record.text) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        fill(&packet, &mut row);
        row.commit();
        Verdict::Rows
    }
}

fn fill(packet: &Packet<'_>, row: &mut Row<'_>) {
    row.text(Column::Action, packet.action)
        .text(Column::Method, lower(packet.protocol));
    for (value, to) in [
        (packet.action, To::OutcomeOf(OUTCOMES)),
        (packet.source, To::SourceAddress),
        (packet.peer, To::PeerAddress),
        (packet.ports[0], To::SourcePort),
        (packet.ports[1], To::PeerPort),
    ] {
        put_text(value, to, row);
    }
}

/// A protocol in small letters; that of IPv6 stands in capitals.
fn lower(protocol: &str) -> &str {
    match protocol {
        "TCP" => "tcp",
        "UDP" => "udp",
        "ICMPv6" => "icmpv6",
        other => other,
    }
}
