//! Devices that write pairs of key and value: Meraki, Check Point, NetScaler, Sophos UTM, ISE.
//!
//! Sources, as of 2026-12-01: documentation.meraki.com ("Syslog Event Types and Log Samples"),
//! support.checkpoint.com (sk122323, Log Exporter), developer-docs.netscaler.com (syslog message
//! reference), support.sophos.com (UTM, packet filter log).

use nepho_codec::message::json::url_path;
use nepho_codec::table::{To, put_text};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use super::VERDICTS;
use crate::header::{Header, MERAKI};

/// How a device writes pairs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `flows allow src=10.0.0.7 dst=203.0.113.7 agent='a b'`
    Meraki,
    /// `[action:"Drop"; src:"10.0.0.7"; dst:"203.0.113.7"]`
    CheckPoint,
    /// `User mona - Client_ip 203.0.113.7 - Command "show ns info"`
    NetScaler,
    /// `0000000007 1 0 2026-05-12 14:00:00.250 +00:00 7 5400 NOTICE Failed-Attempt: Authentication
    /// failed, UserName=mona, Protocol=Radius`
    Ise,
    /// `id="2001" severity="info" sys="SecureNet" srcip="10.0.0.7"`
    Utm,
}

/// How the device of a header writes pairs, if it does.
pub(super) fn kind(header: &Header<'_>) -> Option<Kind> {
    let message = header.message.trim_start();
    if header.process.is_empty() && message.starts_with("CISE_") {
        return Some(Kind::Ise);
    }
    if header.process.is_empty() && !header.host.is_empty() {
        let word = message.split(' ').next()?;
        let keys = [" src=", " type=", " mac="];
        let has_pairs = keys.iter().any(|key| message.contains(key)) && header.time.is_some();
        return (has_pairs && MERAKI.contains(&word)).then_some(Kind::Meraki);
    }
    if header.process == "CheckPoint" {
        let elements = header.structured;
        let has_action = elements.starts_with("[action:\"") || elements.contains("; action:\"");
        return has_action.then_some(Kind::CheckPoint);
    }
    if header.pid.contains("-PPE-") {
        return Some(Kind::NetScaler);
    }
    let is_utm = message.starts_with("id=\"") && message.contains("\" sys=\"");
    is_utm.then_some(Kind::Utm)
}

/// Sets what the pairs tell.
pub(super) fn fill(kind: Kind, header: &Header<'_>, row: &mut Row<'_>) {
    match kind {
        Kind::Meraki => of_meraki(header.message.trim(), row),
        Kind::CheckPoint => of_check_point(header.structured, row),
        Kind::NetScaler => of_netscaler(header, row),
        Kind::Utm => of_utm(header.message.trim(), row),
        Kind::Ise => of_ise(header.message.trim(), row),
    }
}

/// Puts an action and what its word tells of the outcome.
fn put_verdict(word: &str, row: &mut Row<'_>) {
    row.text(Column::Action, word);
    put_text(word, To::OutcomeOf(VERDICTS), row);
}

/// Value of `key=value` or `key='a b'` between blanks.
fn assigned<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        let at = rest.find(key)?;
        let is_start = at == 0 || rest.as_bytes().get(at - 1) == Some(&b' ');
        let behind = rest.get(at + key.len()..)?;
        if let Some(value) = behind.strip_prefix('=').filter(|_| is_start) {
            let value = match value.strip_prefix(['\'', '"']) {
                Some(quoted) => quoted.split(['\'', '"']).next()?,
                None => value.split(' ').next()?,
            };
            return (!value.is_empty()).then_some(value);
        }
        rest = behind;
    }
}

/// Where keys go.
type Keys<'a> = &'a [(&'a str, To)];

/// `tcp` of `tcp/ip`.
fn without_layer(protocol: &str) -> &str {
    protocol.split('/').next().unwrap_or(protocol)
}

fn of_meraki(message: &str, row: &mut Row<'_>) {
    const KEYS: Keys<'_> = &[
        ("src", To::SourceAddress),
        ("sport", To::SourcePort),
        ("dst", To::PeerAddress),
        ("dport", To::PeerPort),
        ("protocol", To::Part(Column::Method, without_layer)),
        ("agent", To::Text(Column::UserAgent)),
        ("identity", To::Text(Column::Actor)),
        ("user_id", To::Text(Column::Actor)),
    ];
    // What a client asked for stands last, and may hold anything.
    let (told, request) = match message.split_once(" request: ") {
        Some((told, request)) => (told, Some(request)),
        None => (message.split(" message: ").next().unwrap_or(message), None),
    };
    for (key, to) in KEYS {
        if let Some(value) = assigned(told, key) {
            put_text(value, *to, row);
        }
    }
    if let Some((method, url)) = request.and_then(|request| request.split_once(' ')) {
        // `UNKNOWN` for what was encrypted.
        if method != "UNKNOWN" {
            row.text(Column::Method, method);
        }
        row.text(Column::Path, url_path(url));
    }
    let mut words = told.split(' ');
    let kind = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let pattern = told.split_once(" pattern: ").map(|(_, rest)| rest);
    match pattern.and_then(|rest| rest.split(' ').next()) {
        // Inbound rules write 1 for deny and 0 for allow.
        Some("1" | "deny") => put_verdict("deny", row),
        Some("0" | "allow") => put_verdict("allow", row),
        _ if matches!(second, "allow" | "deny") => put_verdict(second, row),
        _ => {
            if let Some(word) = assigned(told, "action") {
                put_verdict(word, row);
            } else if let Some(word) = assigned(told, "type") {
                row.text(Column::Action, word);
            } else if !second.contains('=') && kind == "security_event" {
                row.text(Column::Action, second);
            }
        }
    }
}

/// Value of `key:"value"` in the elements of a log exporter.
fn exported<'a>(elements: &'a str, key: &str) -> Option<&'a str> {
    let start = format!("{key}:\"");
    let mut rest = elements;
    loop {
        let at = rest.find(&start)?;
        let is_start = at == 0 || matches!(rest.as_bytes().get(at - 1), Some(b'[' | b' '));
        let behind = rest.get(at + start.len()..)?;
        if is_start {
            let value = behind.split('"').next()?;
            return (!value.is_empty()).then_some(value);
        }
        rest = behind;
    }
}

fn of_check_point(elements: &str, row: &mut Row<'_>) {
    const KEYS: Keys<'_> = &[
        ("src", To::SourceAddress),
        ("client_ip", To::SourceAddress),
        ("s_port", To::SourcePort),
        ("dst", To::PeerAddress),
        ("service", To::PeerPort),
        ("administrator", To::Text(Column::Actor)),
        ("src_user_name", To::Text(Column::Actor)),
        ("user", To::Text(Column::Actor)),
        ("loguid", To::Text(Column::RequestId)),
        ("resource", To::Part(Column::Path, url_path)),
    ];
    for (key, to) in KEYS {
        if let Some(value) = exported(elements, key) {
            put_text(value, *to, row);
        }
    }
    if let Some(protocol) = exported(elements, "proto").and_then(protocol) {
        row.constant(Column::Method, protocol);
    }
    if let Some(action) = exported(elements, "action") {
        put_verdict(action, row);
        if action.starts_with("Failed ") {
            row.outcome(Outcome::Failure);
        } else if action == "Log In" {
            row.outcome(Outcome::Success);
        }
    }
    let names = [
        "additional_info",
        "attack",
        "reason",
        "subject",
        "rule_name",
        "product",
    ];
    let body = names.iter().find_map(|name| exported(elements, name));
    if let Some(body) = body.filter(|_| !row.has(Column::Body)) {
        row.text(Column::Body, body);
    }
}

/// Name of a protocol by its number (iana.org/assignments/protocol-numbers).
fn protocol(number: &str) -> Option<&'static str> {
    Some(match number {
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        "47" => "gre",
        "50" => "esp",
        "58" => "ipv6-icmp",
        _ => return None,
    })
}

fn of_netscaler(header: &Header<'_>, row: &mut Row<'_>) {
    let mut status = None;
    // Some leave out the blank before the hyphen: `SessionId: 12- User mona`.
    for part in header.message.trim().split("- ") {
        let Some((key, value)) = part.trim().split_once(' ') else {
            continue;
        };
        let value = value.trim().trim_matches('"');
        let to = match key {
            "User" => To::Text(Column::Actor),
            "Client_ip" | "Remote_ip" | "Source" | "ClientIP" => To::SourceAddress,
            "ClientPort" => To::SourcePort,
            "Destination" => To::PeerAddress,
            "Status" => {
                status = Some(value);
                continue;
            }
            _ => continue,
        };
        put_text(value, to, row);
    }
    // `10.0.0.7 11-PPE0 - profile https://... Disallow Illegal URL <blocked>`
    if header.process == "APPFW" {
        let client = header.message.split(' ').next().unwrap_or_default();
        put_text(client, To::SourceAddress, row);
        if header.message.trim_end().ends_with("<blocked>") {
            row.outcome(Outcome::Failure);
        }
    }
    row.text(Column::Action, header.message_id);
    let is_failure = header.message_id.ends_with("_FAILED")
        || header.message_id.ends_with("_DENIED")
        || status.is_some_and(|status| status.starts_with("ERROR"));
    let is_success = header.message_id == "LOGIN" || matches!(status, Some("Success" | "Done"));
    if is_failure {
        row.outcome(Outcome::Failure);
    } else if is_success {
        row.outcome(Outcome::Success);
    }
}

/// Identity Services Engine of Cisco (cisco.com, "Cisco ISE Syslogs"): the category stands first.
fn of_ise(message: &str, row: &mut Row<'_>) {
    const KEYS: Keys<'_> = &[
        ("UserName", To::Text(Column::Actor)),
        ("User-Name", To::Text(Column::Actor)),
        ("AdminName", To::Text(Column::Actor)),
        ("AdminIPAddress", To::SourceAddress),
        ("Remote-Address", To::SourceAddress),
        ("Framed-IP-Address", To::SourceAddress),
        ("Device IP Address", To::PeerAddress),
        ("AcsSessionID", To::Text(Column::RequestId)),
    ];
    let pairs = || message.split(", ");
    for (key, to) in KEYS {
        let value = pairs().find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            put_text(value, *to, row);
        }
    }
    let head = pairs().next().unwrap_or_default();
    // Numbers, the time, the code of the message and its level stand before the sentence.
    if let Some((_, said)) = head.split_once(": ") {
        row.text(Column::Action, said);
    }
    let category = message.split(' ').next().unwrap_or_default();
    row.text(Column::Process, category);
    match category {
        "CISE_Failed_Attempts" => {
            row.outcome(Outcome::Failure);
        }
        "CISE_Passed_Authentications" => {
            row.outcome(Outcome::Success);
        }
        _ => {}
    }
}

fn of_utm(message: &str, row: &mut Row<'_>) {
    const KEYS: Keys<'_> = &[
        ("srcip", To::SourceAddress),
        ("srcport", To::SourcePort),
        ("dstip", To::PeerAddress),
        ("dstport", To::PeerPort),
        ("user", To::Text(Column::Actor)),
        ("method", To::Text(Column::Method)),
        ("statuscode", To::HttpStatus),
        ("url", To::Part(Column::Path, url_path)),
        ("ua", To::Text(Column::UserAgent)),
        ("name", To::Text(Column::Body)),
        ("request", To::Text(Column::RequestId)),
    ];
    for (key, to) in KEYS {
        if let Some(value) = assigned(message, key) {
            put_text(value, *to, row);
        }
    }
    if let Some(protocol) = assigned(message, "proto").and_then(protocol) {
        row.constant(Column::Method, protocol);
    }
    if let Some(level) = assigned(message, "severity").and_then(Severity::from_word) {
        row.severity(level);
    }
    if let Some(action) = assigned(message, "action") {
        put_verdict(action, row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_whole_keys() {
        let text = "flows src=10.0.0.7 xdst=1 dst='a b' empty= last=z";
        let check = |key: &str, expected: Option<&str>| {
            assert_eq!(assigned(text, key), expected, "{key}");
        };
        check("src", Some("10.0.0.7"));
        check("dst", Some("a b"));
        check("empty", None);
        check("last", Some("z"));
        check("flows", None);
        let text = "[action:\"Drop\"; nsrc:\"1\"; src:\"10.0.0.7\"; x:\"\"]";
        assert_eq!(exported(text, "src"), Some("10.0.0.7"));
        assert_eq!(exported(text, "action"), Some("Drop"));
        assert_eq!(exported(text, "x"), None);
    }
}
