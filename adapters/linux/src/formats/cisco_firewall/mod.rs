//! Messages of Cisco's firewalls, ASA and Firepower Threat Defense, that tell of connections, users
//! and commands; all others stay lines of syslog.
//!
//! Sources, as of 2026-11-28: cisco.com/c/en/us/td/docs/security/asa/syslog/b_syslog.html,
//! cisco.com/c/en/us/td/docs/security/firepower/Syslogs/b_fptd_syslog_guide.html.

use std::sync::LazyLock;

use nepho_codec::table::{
    Event, LineDecoder, LineFormat, Lines, To, duration, keep, put_text, text,
};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};
use nepho_core::time::Reference;

use super::syslog;
use crate::header::{self, Header};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Connections, users and commands that Cisco ASA and FTD logged",
    permissions: &[],
    make: Make::Format(|| Box::new(Cisco(LineFormat::new(&MESSAGES)))),
});

const NAME: &str = "cisco.firewall";

const WORD: usize = 0;
const DIRECTION: usize = 1;
const FIRST: usize = 2;
const FIRST_PORT: usize = 3;
const SECOND: usize = 4;
const SECOND_PORT: usize = 5;

static MESSAGES: Lines = Lines {
    name: NAME,
    patterns: &[
        // 302013, 302015: behind `for` stands the end at the interface of lower security.
        "{word:Built|Build} {direction:inbound|outbound} {protocol:name} connection {connection:int} for \
         {_}:{first:ip}/{first_port:int} ({_}) {?({_}) }to {_}:{second:ip}/{second_port:int} ({_}){?{_:rest}}",
        // 302014, 302016
        "{word:Teardown|Tear} {protocol:name} connection {connection:int} for {_}:{first:ip}/{first_port:int}\
         {?({user})} to {_}:{second:ip}/{second_port:int}{?({_})} duration {duration:word} bytes {bytes:int}{?{reason:rest}}",
        // 106023
        "{word:Deny|Denied} {protocol:name} src {_}:{first:ip}{?/{first_port:int}}{?({user})} dst \
         {_}:{second:ip}{?/{second_port:int}}{?({_})} {?(type {_:int}, code {_:int}) }by access-group \"{rule:quoted}\"{?{_:rest}}",
        // 106100
        "access-list {rule:word} {word:permitted|denied|est-allowed} {protocol:name} {_}/{first:ip}({first_port:int})\
         {?({user})} -> {_}/{second:ip}({second_port:int}){?({_})} hit-cnt {_:rest}",
        // 106001, 106006
        "Inbound {protocol:name} connection {word:denied|permitted} from {first:ip}/{first_port:int} to \
         {second:ip}/{second_port:int}{?{_:rest}}",
        "{word:Deny|Denied} inbound {protocol:name} from {first:ip}/{first_port:int} to {second:ip}/{second_port:int}{?{_:rest}}",
        // 106014
        "{word:Deny|Denied} inbound {protocol:name} src {_}:{first:ip} dst {_}:{second:ip}{?{_:rest}}",
        // 106015
        "{word:Deny|Denied} {protocol:name} (no connection) from {first:ip}/{first_port:int} to \
         {second:ip}/{second_port:int}{?{_:rest}}",
        // 106021
        "{word:Deny|Denied} {protocol:name} reverse path check from {first:ip} to {second:ip}{?{_:rest}}",
        // 313001, 313004
        "{word:Deny|Denied} {protocol:name} type={_:int}, {?code={_:int} }{?from laddr }{?from }{first:ip} on interface \
         {_:word}{? to {second:ip}{?{_:rest}}}",
        // 710002, 710003
        "{protocol:TCP|UDP} access {word:permitted|denied by ACL|denied} from {first:ip}/{first_port:int} to \
         {_}:{second:ip}/{second_port:name}",
        // 710005
        "{protocol:TCP|UDP} request {word:discarded|denied} from {first:ip}/{first_port:int} to {_}:{second:ip}/{second_port:name}",
        // 305011, 305012: the second end is what the first is translated to.
        "{word:Built|Teardown} {_:dynamic|static} {protocol:name} translation from {_}:{first:ip}/{first_port:int}\
         {?({user})} to {_:rest}",
        // 302020, 302021
        "{word:Built|Teardown} {?{direction:inbound|outbound} }{protocol:ICMP|ICMPv6} connection for faddr {first:ip}/{_:int}\
         {?({_})} gaddr {_:ip}/{_:int} laddr {second:ip}/{_:int}{?{_:rest}}",
        // 419002
        "Duplicate {protocol:TCP|UDP} SYN from {_}:{first:ip}/{first_port:int} to {_}:{second:ip}/{second_port:int} with \
         {_:rest}",
        // 725001, 725002
        "{_:Starting|Device completed} SSL handshake with {_:client|server} {_}:{first:ip}/{first_port:int} to \
         {second:ip}/{second_port:int}{?{_:rest}}",
        // 109005, 109006
        "Authentication {word:succeeded|failed} for user '{user}' from {first:ip}/{first_port:int} to \
         {second:ip}/{second_port:int} on interface {_:word}",
        // 611101, 611102
        "User authentication {word:succeeded|failed}: {?IP address: {first:ip}, }Uname: {user}",
        // 315011
        "SSH session from {first:ip} on interface {_:word} for user \"{user:quoted}\" {_:rest}",
        // 605004, 605005
        "Login {word:permitted|denied} from {first:ip}/{first_port:int} to {_}:{second:ip}/{service:name} for user \"{user:quoted}\"",
        // 113004, 113005, 113012, 113015
        "AAA user {_:authentication|authorization} {word:Rejected|Successful} : {_}user = {user:word}{? : user IP = {first:ip}}",
        // 111008, 111010
        "User '{user}' {word:executed|ran} the '{command}' command.",
        "User '{user}', running '{_}' from IP {first:ip}, {word:executed|ran} '{command}'",
        // 113019
        "Group = {_}, Username = {user}, IP = {first:ip}, {word:Session disconnected|Session Disconnected}. {_}Reason: {reason:rest}",
        // Of the tunnels that peers and users make, 113003 to 713905
        "{?Group = {_}, }{?Username = {user}, }IP = {first:ip}, {_:rest}",
        // 113039, 716038, 722022 and others of the VPN
        "Group <{_}> User <{user}> IP <{first:ip}> {_:rest}",
    ],
    confidence: 86,
    constants: &[],
    fields: &[
        text(&["user"], Column::Actor),
        text(&["protocol"], Column::Method),
        text(&["word"], Column::Action),
        duration(&["duration"], 1e9),
        text(&["connection"], Column::RequestId),
        keep(&["word"], WORD),
        keep(&["direction"], DIRECTION),
        keep(&["first"], FIRST),
        keep(&["first_port"], FIRST_PORT),
        keep(&["second"], SECOND),
        keep(&["second_port"], SECOND_PORT),
    ],
    extras: &[
        ("rule", "rule"),
        ("direction", "direction"),
        ("bytes", "bytes"),
        ("command", "command"),
        ("service", "app_protocol"),
    ],
    finish: Some(finish),
};

/// Pairs of events of connections (430001 to 430005), and where they go.
const PAIRS: [(&str, To); 9] = [
    ("SrcIP", To::SourceAddress),
    ("SrcPort", To::SourcePort),
    ("DstIP", To::PeerAddress),
    ("DstPort", To::PeerPort),
    ("Protocol", To::Text(Column::Method)),
    ("User", To::Text(Column::Actor)),
    ("AccessControlRuleAction", To::Text(Column::Action)),
    ("AccessControlRuleAction", To::OutcomeOf(RULE_ACTIONS)),
    ("URL", To::Url),
];

const RULE_ACTIONS: &[(&str, Outcome)] = &[
    ("Allow", Outcome::Success),
    ("Trust", Outcome::Success),
    ("Block", Outcome::Failure),
    ("Block with reset", Outcome::Failure),
];

/// Pairs that have no column.
const EXTRAS: [(&str, &str); 6] = [
    ("AccessControlRuleName", "rule"),
    ("ApplicationProtocol", "app_protocol"),
    ("ACPolicy", "policy"),
    ("InitiatorBytes", "source_bytes"),
    ("ResponderBytes", "destination_bytes"),
    ("ConnectionID", "connection"),
];

/// Reads the messages behind a header of syslog.
struct Cisco(LineFormat);

impl Cisco {
    fn parse<'a>(&self, text: &'a str, stream: &Stream) -> Option<Header<'a>> {
        let header = parse(text, stream.reference())?;
        is_known(&self.0, header.message).then_some(header)
    }
}

static KNOWN: LazyLock<LineFormat> = LazyLock::new(|| LineFormat::new(&MESSAGES));

/// Whether a line of syslog is one of these messages, so that it is no plain line.
pub(super) fn knows(header: &Header<'_>) -> bool {
    is_of_cisco(header) && is_known(&KNOWN, header.message)
}

fn is_known(format: &LineFormat, message: &str) -> bool {
    let stream = Stream::default();
    let sample = Sample {
        text: message.trim_end(),
        json: None,
        stream: &stream,
    };
    is_pairs(message) || format.sniff(&sample) > Confidence::NO
}

fn is_of_cisco(header: &Header<'_>) -> bool {
    header.process.starts_with("ASA") || header.process.starts_with("FTD")
}

impl Format for Cisco {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match self.parse(sample.text, sample.stream) {
            Some(_) => Confidence(86),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let any = [true; 256];
        ["%ASA-", "%FTD-"]
            .map(|name| Marks::beginning(any).with(&[name]))
            .into()
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(CiscoDecoder(LineDecoder::new(&MESSAGES)))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Some(header) = self.parse(raw, stream) else {
            return;
        };
        syslog::extras(&header, found);
        if is_pairs(header.message) {
            for (key, name) in EXTRAS {
                if let Some(value) = value(header.message, key) {
                    found(name, value);
                }
            }
        } else {
            self.0.extras(header.message.trim_end(), stream, found);
        }
    }
}

/// A line of one of these devices.
fn parse(text: &str, reference: Reference) -> Option<Header<'_>> {
    if !header::may_begin(text) {
        return None;
    }
    let header = header::parse(text, reference)?;
    is_of_cisco(&header).then_some(header)
}

fn is_pairs(message: &str) -> bool {
    message.contains("SrcIP: ") && message.contains("DstIP: ")
}

/// Value of a key of `Key: value, Key: value`.
fn value<'a>(message: &'a str, key: &str) -> Option<&'a str> {
    let mut pairs = message.trim_end().split(", ");
    pairs.find_map(|pair| pair.strip_prefix(key)?.strip_prefix(": "))
}

struct CiscoDecoder(LineDecoder);

impl Decoder for CiscoDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(header) = parse(record.text, syslog::reference(record)) else {
            return Verdict::NotMine;
        };
        let message = header.message.trim_end();
        let is_pairs = is_pairs(message);
        if !is_pairs && !self.0.scan(message) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        syslog::fill(&header, &mut row);
        if is_pairs {
            for (key, to) in PAIRS {
                if let Some(value) = value(message, key) {
                    put_text(value, to, &mut row);
                }
            }
        } else {
            self.0.fill(message, &mut row);
        }
        row.commit();
        Verdict::Rows
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    match &*kept(WORD) {
        "Built" | "permitted" | "est-allowed" | "Successful" | "succeeded" => {
            row.outcome(Outcome::Success);
        }
        "Deny" | "Denied" | "denied" | "denied by ACL" | "Rejected" | "failed" | "discarded" => {
            row.outcome(Outcome::Failure);
        }
        _ => {}
    }
    let port = |number| kept(number).parse::<u16>().ok();
    let (first_port, second_port) = (port(FIRST_PORT), port(SECOND_PORT));
    // Who began a connection that ends is not told: it is the end without a well-known port.
    let is_known = |port: Option<u16>| port.is_some_and(|port| port < 1024);
    let is_alone = kept(SECOND).is_empty();
    let is_turned = match (&*kept(WORD), &*kept(DIRECTION)) {
        _ if is_alone => false,
        (_, "outbound") => true,
        ("Teardown", _) => is_known(first_port) && !is_known(second_port),
        _ => false,
    };
    let mut ends = [(kept(FIRST), first_port), (kept(SECOND), second_port)];
    if is_turned {
        ends.reverse();
    }
    let [(source, source_port), (peer, peer_port)] = ends;
    put_text(&source, To::SourceAddress, row);
    put_text(&peer, To::PeerAddress, row);
    if let Some(port) = source_port {
        row.source_port(port);
    }
    if let Some(port) = peer_port {
        row.peer_port(port);
    }
}
