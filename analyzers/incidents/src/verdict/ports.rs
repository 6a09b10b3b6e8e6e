//! Ports that a change closes, against those that messages tell of.

use std::ops::RangeInclusive;

use nepho_core::tables::Change;

use crate::blame::scene::Message;
use crate::observe::flows::CALLERS;

/// Endings of names of source files: `main.go:57` is a line.
const SOURCES: [&str; 16] = [
    ".c", ".cc", ".cpp", ".cs", ".go", ".java", ".js", ".kt", ".mjs", ".php", ".py", ".rb", ".rs",
    ".scala", ".swift", ".ts",
];
/// Port of name servers: who finds no name does not come to the port that the message tells of.
const NAMES: u16 = 53;

/// Ends of types of rules, without case and `_`, of which documents tell the direction.
///
/// registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group_rule,
/// .../azurerm/latest/docs/resources/network_security_rule and
/// .../google/latest/docs/resources/compute_firewall (read 2026-11-29).
const DIRECTED: [&str; 4] = [
    "computefirewall",
    "networksecurityrule",
    "secgrouprulev2",
    "securitygrouprule",
];
/// Types of rules of groups, without case and `_`, for what comes in, as most are, or goes out,
/// which the address may tell where no document does.
const EITHER: [&str; 2] = [
    "awssecuritygrouprule",
    "aws:ec2/securitygrouprule:securitygrouprule",
];
/// Words in addresses of rules for what goes out: `web_to_db`.
const OUTGOING: [&str; 4] = ["egress", "outbound", "_to_", "-to-"];
/// The same types for what comes in.
const INCOMING: [&str; 4] = [
    "awsvpcsecuritygroupingressrule",
    "aws::ec2::securitygroupingress",
    "aws:vpc/securitygroupingressrule:securitygroupingressrule",
    "aws:ec2/securitygroupingress:securitygroupingress",
];

/// Whether a change is of what comes in to something, and of nothing that goes out; `told` is what
/// documents say of the direction of the rule that it is of. Lists of access of networks are none:
/// they hold for answers as well.
///
/// docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html and
/// docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html (read 2026-11-29).
pub(super) fn is_incoming(change: &Change, told: Option<bool>) -> bool {
    let names = &change.attributes;
    if names.iter().any(|name| name == Change::INGRESS_RULE) {
        return true;
    }
    if change.id.starts_with("audit:") {
        return change.address.starts_with("RevokeSecurityGroupIngress");
    }
    let kind = change.resource_type.replace('_', "").to_ascii_lowercase();
    let mut directed = DIRECTED.iter();
    let is_directed = directed.any(|end| kind.ends_with(end));
    if let Some(told) = told.filter(|_| is_directed) {
        return told;
    }
    let is_group = kind.ends_with("securitygroup");
    let is_either = EITHER.contains(&kind.as_str());
    INCOMING.contains(&kind.as_str())
        || is_either && !OUTGOING.iter().any(|word| change.address.contains(word))
        || is_group && !names.is_empty() && names.iter().all(|name| name.starts_with("ingress"))
}

/// Whether a change closes only ports of which no message tells, while messages tell of others.
pub(super) fn are_others(change: &Change, messages: &[Message]) -> bool {
    let names = change.attributes.iter();
    let mut closed = names
        .filter_map(|name| name.strip_prefix(Change::CLOSED_PORT))
        .peekable();
    if closed.peek().is_none() {
        return false;
    }
    let told: Vec<u16> = messages
        .iter()
        .flat_map(|message| told(&message.text))
        .collect();
    let is_other = |closed: &str| {
        range(closed).is_some_and(|range| {
            *range.end() < CALLERS
                && !range.contains(&NAMES)
                && !told.iter().any(|port| range.contains(port))
        })
    };
    !told.is_empty() && closed.all(is_other)
}

/// Whether a change closes a port that a message in lower case tells of.
pub(super) fn are_closed(change: &Change, text: &str) -> bool {
    !closed(change, text).is_empty()
}

/// Ports that a message in lower case tells of and a change closes.
pub(super) fn closed(change: &Change, text: &str) -> Vec<u16> {
    let names = change.attributes.iter();
    let closed = names.filter_map(|name| name.strip_prefix(Change::CLOSED_PORT));
    let closed: Vec<RangeInclusive<u16>> = closed.filter_map(range).collect();
    let mut told = told(text);
    told.retain(|port| closed.iter().any(|range| range.contains(port)));
    told
}

/// Whether a rule is open after a change for all ports of which messages tell.
pub(super) fn are_open(change: &Change, messages: &[Message]) -> bool {
    let names = change.attributes.iter();
    let open = names.filter_map(|name| name.strip_prefix(Change::OPEN_PORT));
    let open: Vec<RangeInclusive<u16>> = open.filter_map(range).collect();
    let told = messages.iter().flat_map(|message| told(&message.text));
    let mut told = told.peekable();
    !open.is_empty()
        && told.peek().is_some()
        && told.all(|port| open.iter().any(|range| range.contains(&port)))
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

/// Ports in a message in lower case: `db.internal:5432`, `port 5432`.
pub(super) fn told(text: &str) -> Vec<u16> {
    let hosts = text.match_indices(':').filter_map(|(at, _)| {
        let front = text.get(..at)?;
        let start = front.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_')));
        let host = front.get(start.map_or(0, |start| start + 1)..)?;
        let is_host = host.starts_with(|c: char| c.is_ascii_alphanumeric())
            && (host.contains('.') || host.contains(|c: char| c.is_ascii_alphabetic()))
            && !SOURCES.iter().any(|ending| host.ends_with(ending));
        port(text.get(at + 1..)?).filter(|_| is_host)
    });
    let named = text
        .match_indices("port ")
        .filter_map(|(at, word)| port(text.get(at + word.len()..)?));
    hosts.chain(named).collect()
}

/// The port that a text begins with.
fn port(text: &str) -> Option<u16> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (digits, behind) = text.split_at(end.unwrap_or(text.len()));
    let mut behind = behind.chars();
    let is_apart = match (behind.next(), behind.next()) {
        (Some('.' | ':'), Some(next)) => next.is_whitespace(),
        (Some(next), _) => !next.is_alphanumeric(),
        (None, _) => true,
    };
    let port = digits.parse().ok()?;
    (is_apart && port > 0).then_some(port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::change;

    #[test]
    fn messages_tell_ports_behind_hosts() {
        let check = |text: &str, expected: &[u16]| assert_eq!(told(text), expected, "{text}");
        check(
            "could not connect to orders.example:5432: timed out",
            &[5432],
        );
        check("dial tcp 10.0.0.4:6379: i/o timeout", &[6379]);
        check("connection to server at \"db\", port 5432 failed", &[5432]);
        check("at 14:20:10 it failed in main.go:57", &[]);
        check("status:ok code 500", &[]);
        check("2024-05-01t10:00:00z failed", &[]);
    }

    #[test]
    fn a_closed_port_may_be_one_that_a_message_tells() {
        let check = |closed: &[&str], expected: bool| {
            let change = change("x", "2024-05-01T10:00:00Z", "", closed);
            let text = "dial tcp 10.0.4.17:5432: i/o timeout";
            assert_eq!(are_closed(&change, text), expected, "{closed:?}");
        };
        check(&["ipPermissions", "closed port 5432"], true);
        check(&["closed port 5000-6000"], true);
        check(&["closed port 22"], false);
        check(&["ipPermissions"], false);
    }

    #[test]
    fn a_rule_may_be_open_for_what_failed() {
        let check = |open: &[&str], expected: bool| {
            let change = change("x", "2024-05-01T10:00:00Z", "", open);
            let message = Message {
                text: "connect etimedout orders:5432".to_owned(),
                peer: None,
            };
            assert_eq!(are_open(&change, &[message]), expected, "{open:?}");
        };
        check(&["open port 5432"], true);
        check(&["open port 0-65535"], true);
        check(&["open port 443"], false);
        check(&[], false);
    }

    #[test]
    fn a_port_is_another_one_if_both_are_told() {
        let check = |closed: &[&str], text: &str, expected: bool| {
            let change = change("x", "2024-05-01T10:00:00Z", "", closed);
            let message = Message {
                text: text.to_owned(),
                peer: None,
            };
            let found = are_others(&change, &[message]);
            assert_eq!(found, expected, "{closed:?} {text}");
        };
        let text = "could not connect to orders:5432: timed out";
        check(&["closed port 22"], text, true);
        check(&["closed port 5432"], text, false);
        check(&["closed port 5000-6000"], text, false);
        check(&["closed port 22", "closed port 5432"], text, false);
        check(&["closed port 32768-60999"], text, false);
        check(&["closed port 53"], text, false);
        check(&["ipPermissions"], text, false);
        check(&["closed port 22"], "could not connect to orders", false);
    }
}
