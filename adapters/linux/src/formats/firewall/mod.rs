//! Packets that the kernel's packet filter logged: iptables, nftables, UFW, firewalld.
//!
//! Source: `net/netfilter/nf_log_syslog.c` of github.com/torvalds/linux, ufw(8) and
//! firewalld.conf(5) (`LogDenied`), as of 2026-11-27.

use nepho_codec::table::{To, put_text};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};
use nepho_core::time::Reference;

use super::kernel;
use crate::header;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Packets that iptables, nftables, UFW or firewalld logged",
    permissions: &[],
    make: Make::Format(|| Box::new(Firewall)),
});

const NAME: &str = "linux.firewall";

/// Values that have no column.
const EXTRAS: &[(&str, &str)] = &[
    ("LEN", "bytes"),
    ("IN", "interface_in"),
    ("OUT", "interface_out"),
    ("MAC", "mac"),
    ("TTL", "ttl"),
];

/// Words of prefixes that say what was done, and how it ended for the packet.
const ACTIONS: [(&str, Outcome); 10] = [
    ("BLOCK", Outcome::Failure),
    ("DROP", Outcome::Failure),
    ("REJECT", Outcome::Failure),
    ("DENY", Outcome::Failure),
    ("DENIED", Outcome::Failure),
    ("INVALID", Outcome::Failure),
    ("ACCEPT", Outcome::Success),
    ("ALLOW", Outcome::Success),
    ("PASS", Outcome::Success),
    ("PERMIT", Outcome::Success),
];

const PROTOCOLS: [&str; 9] = [
    "tcp", "udp", "icmp", "icmpv6", "udplite", "sctp", "esp", "ah", "gre",
];

/// Reads packets that the kernel logged.
#[derive(Debug)]
pub struct Firewall;

impl Format for Firewall {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text).filter(|_| !has_header(sample.text)) {
            Some(_) => Confidence(88),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning([true; 256]).with(&["IN=", " OUT=", " SRC=", " DST="])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(FirewallDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Some((prefix, fields)) = parse(raw) else {
            return;
        };
        let prefix = prefix.trim_matches(['[', ']', ':', ' ']);
        if !prefix.is_empty() {
            found("rule", prefix);
        }
        for (key, name) in EXTRAS {
            if let Some(value) = value(fields, key) {
                found(name, value);
            }
        }
    }
}

/// The prefix that the rule sets, and the fields of the packet. Of a record that is JSON, it is
/// found inside.
fn parse(text: &str) -> Option<(&str, &str)> {
    if text.starts_with(['{', '"']) || text.starts_with("[{") {
        return None;
    }
    let out = text.find(" OUT=")?;
    let start = text.get(..out)?.rfind("IN=")?;
    let (prefix, fields) = text.split_at_checked(start)?;
    let is_packet = fields.contains(" SRC=") && fields.contains(" DST=") && !prefix.contains('\n');
    is_packet.then(|| (prefix.trim(), fields))
}

/// Whether the packet stands behind a header of syslog or the time of dmesg: it is found inside,
/// with what the header tells.
fn has_header(text: &str) -> bool {
    let is_of_syslog = header::may_begin(text) && header::parse(text, Reference::ANY).is_some();
    is_of_syslog || kernel::knows(text)
}

/// Value of a field, of the outer packet where one stands within another.
fn value<'a>(fields: &'a str, key: &str) -> Option<&'a str> {
    let mut words = fields.split(' ').take_while(|word| !word.starts_with('['));
    let value = words.find_map(|word| word.strip_prefix(key)?.strip_prefix('='))?;
    (!value.is_empty()).then_some(value)
}

/// A protocol in lower case.
pub(crate) fn known_protocol(text: &str) -> Option<&'static str> {
    let known = PROTOCOLS
        .iter()
        .find(|known| known.eq_ignore_ascii_case(text));
    known.copied()
}

/// What was done, by the prefix of the rule.
fn action(prefix: &str) -> Option<(&'static str, Outcome)> {
    if let Some(found) = of_ruleset(prefix) {
        return Some(found);
    }
    let prefix = prefix.to_ascii_uppercase();
    ACTIONS.into_iter().find(|(word, _)| prefix.contains(word))
}

/// What rules of VyOS, EdgeOS and UniFi did, `[WAN_LOCAL-default-D]`: behind the set and the number
/// of the rule stands `A`, `D` or `R` (docs.vyos.io, "Firewall", as of 2026-12-01).
fn of_ruleset(prefix: &str) -> Option<(&'static str, Outcome)> {
    let (rule, letter) = prefix
        .strip_prefix('[')?
        .strip_suffix(']')?
        .rsplit_once('-')?;
    let (set, number) = rule.rsplit_once('-')?;
    let is_rule = number == "default" || number.bytes().all(|byte| byte.is_ascii_digit());
    if set.is_empty() || number.is_empty() || !is_rule {
        return None;
    }
    Some(match letter {
        "A" => ("ACCEPT", Outcome::Success),
        "D" => ("DROP", Outcome::Failure),
        "R" => ("REJECT", Outcome::Failure),
        _ => return None,
    })
}

struct FirewallDecoder;

impl Decoder for FirewallDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some((prefix, fields)) = parse(record.text).filter(|_| !has_header(record.text)) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        fill(prefix, fields, &mut row);
        row.commit();
        Verdict::Rows
    }
}

fn fill(prefix: &str, fields: &str, row: &mut Row<'_>) {
    if let Some((action, outcome)) = action(prefix) {
        row.constant(Column::Action, action).outcome(outcome);
    }
    for (key, to) in [
        ("SRC", To::SourceAddress),
        ("DST", To::PeerAddress),
        ("SPT", To::SourcePort),
        ("DPT", To::PeerPort),
    ] {
        if let Some(value) = value(fields, key) {
            put_text(value, to, row);
        }
    }
    if let Some(protocol) = value(fields, "PROTO") {
        row.text(Column::Method, known_protocol(protocol).unwrap_or(protocol));
    }
    let text = row.record().text.trim();
    row.text(Column::Body, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_tell_what_was_done() {
        let check = |prefix: &str, expected: Option<&str>| {
            assert_eq!(action(prefix).map(|(word, _)| word), expected, "{prefix}");
        };
        check("[UFW BLOCK]", Some("BLOCK"));
        check("filter_IN_public_REJECT:", Some("REJECT"));
        check("IPTables-Dropped:", Some("DROP"));
        check("ACCEPT in ", Some("ACCEPT"));
        check("martian", None);
        check("[WAN_LOCAL-default-D]", Some("DROP"));
        check("[LAN_IN-2001-A]", Some("ACCEPT"));
        check("[LAN_IN-x-A]", None);
    }

    #[test]
    fn packets_behind_a_header_are_found_inside() {
        let packet = "[UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.5 DST=10.0.0.2 PROTO=TCP";
        let check = |head: &str, expected: bool| {
            let line = format!("{head}{packet}");
            assert!(parse(&line).is_some(), "{line}");
            assert_eq!(has_header(&line), expected, "{line}");
        };
        check("", false);
        check("[12345.678901] ", true);
        check("May 12 14:00:00 web-1 kernel: ", true);
        check("<4>May 12 14:00:00 web-1 kernel: [12345.678901] ", true);
        check("2026-05-12T14:00:00.1+02:00 web-1 kernel: ", true);
        check("<4>1 2026-05-12T14:00:00Z web-1 kernel - - - ", true);
        check("[Tue May 12 14:00:00 2026] ", true);
        check("kern  :warn  : [12345.678901] ", true);
    }

    #[test]
    fn fields_of_the_outer_packet_count() {
        let fields = "IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=ICMP [SRC=10.0.0.9 DPT=7 ]";
        assert_eq!(value(fields, "SRC"), Some("10.0.0.1"));
        assert_eq!(value(fields, "DPT"), None);
        assert_eq!(value(fields, "OUT"), None);
    }
}
