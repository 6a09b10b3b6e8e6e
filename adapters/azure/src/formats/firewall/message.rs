//! The text of the older categories.
//!
//! Source: learn.microsoft.com/azure/firewall/monitor-firewall-reference ("Legacy Azure Diagnostics
//! logs"), and the queries of the workbook that takes them apart, as of 2026-11-27.

use nepho_codec::dns::ANSWERS;
use nepho_codec::table::{To, address, put_text};
use nepho_core::tables::{Column, Row};

use super::decide;

/// One text, taken apart; what it does not tell is empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Message<'a> {
    protocol: &'a str,
    source: &'a str,
    target: &'a str,
    translated: &'a str,
    action: &'a str,
    rule: &'a str,
    threat: &'a str,
    signature: &'a str,
    collection: &'a str,
    group: &'a str,
    policy: &'a str,
    category: &'a str,
    url: &'a str,
    priority: &'a str,
    question: &'a str,
    kind: &'a str,
    reason: &'a str,
    response: &'a str,
    seconds: &'a str,
    error: bool,
}

impl<'a> Message<'a> {
    /// Takes a text apart; of what is none of these, nothing is told.
    pub(super) fn parse(text: &'a str) -> Self {
        let text = text.trim().trim_end_matches('.');
        if let Some(rest) = text.strip_prefix("DNS Request: ") {
            return Self::dns(rest);
        }
        if let Some(rest) = text.strip_prefix("Error: ") {
            return Self::failed(rest);
        }
        let mut message = Self::default();
        let Some((protocol, rest)) = text.split_once(" request from ") else {
            return message;
        };
        // `ICMP Type=8`: the protocol is the first word.
        message.protocol = protocol.split_whitespace().next().unwrap_or_default();
        let (ends, mut rest) = rest.split_once(". ").unwrap_or((rest, ""));
        message.ends(until_refusal(ends));
        if until_refusal(ends) != ends {
            message.action = "Deny";
        }
        while let Some((key, after)) = rest.split_once(": ") {
            let (value, next) = until_key(after);
            message.put(key.trim(), value.trim().trim_end_matches('.'));
            rest = next;
        }
        message
    }

    /// `A to B`, `A to B was DNAT'ed to C`, `A`.
    fn ends(&mut self, text: &'a str) {
        let (source, rest) = text.split_once(" to ").unwrap_or((text, ""));
        let (target, translated) = rest.split_once(" was DNAT'ed to ").unwrap_or((rest, ""));
        self.source = source.trim_end_matches(['.', ':']);
        self.target = target.trim_end_matches(['.', ':']);
        self.translated = translated;
        if !translated.is_empty() {
            self.action = "DNAT";
        }
    }

    fn put(&mut self, key: &str, value: &'a str) {
        match key {
            // A sentence may follow: `Deny. No rule matched. Proceeding with default action`.
            "Action" => self.action = value.split(". ").next().unwrap_or(value),
            "Reason" => self.reason = value,
            "Rule" => self.rule = value,
            "ThreatIntel" => self.threat = value,
            "IDS" => self.signature = value,
            "Rule Collection" => self.collection = value,
            "Rule Collection Group" => self.group = value,
            "Policy" => self.policy = value,
            "Web Category" => self.category = value,
            "Url" | "URL" => self.url = value,
            "Priority" => self.priority = value,
            _ => {}
        }
    }

    /// `A - ID TYPE CLASS NAME PROTOCOL SIZE DNSSEC BUFFER RESPONSE FLAGS SIZE SECONDS`.
    fn dns(text: &'a str) -> Self {
        let mut words = text.split_whitespace();
        let source = words.next().unwrap_or_default();
        let words: Vec<&str> = words.skip(1).collect();
        let word = |place: usize| words.get(place).copied().unwrap_or_default();
        Self {
            source,
            kind: word(1),
            question: word(3).trim_end_matches('.'),
            protocol: word(4),
            response: word(8),
            seconds: word(11),
            ..Self::default()
        }
    }

    /// `2 NAME. TYPE: what went wrong`: a name that could not be asked for. An error of the network
    /// has its ends: `read udp 10.0.1.5:49126->168.63.129.16:53: i/o timeout`.
    fn failed(text: &'a str) -> Self {
        let mut words = text.split_whitespace().skip(1);
        let mut message = Self {
            question: words.next().unwrap_or_default().trim_end_matches('.'),
            kind: words.next().unwrap_or_default().trim_end_matches(':'),
            error: true,
            ..Self::default()
        };
        if let Some("read" | "write" | "dial") = words.next()
            && let (Some(protocol), Some(ends)) = (words.next(), words.next())
        {
            let ends = ends.trim_end_matches(':');
            message.protocol = protocol;
            (message.source, message.target) = ends.split_once("->").unwrap_or(("", ends));
        }
        message
    }

    /// What the text tells, in a row.
    pub(super) fn fill(&self, row: &mut Row<'_>) {
        row.text(Column::Method, self.protocol);
        put_text(self.source, To::SourceAddress, row);
        if !put_text(self.target, To::PeerAddress, row)
            && let Some((host, port)) = self.target.rsplit_once(':')
        {
            row.text(Column::Peer, host);
            put_text(port, To::PeerPort, row);
        }
        if let Some(path) = self.url.find('/').and_then(|at| self.url.get(at..)) {
            put_text(path, To::Url, row);
        }
        put_text(self.response, To::OutcomeOf(ANSWERS), row);
        decide(self.action, row);
        if self.error {
            row.outcome(nepho_core::tables::Outcome::Failure);
        }
        if !self.seconds.is_empty() {
            put_text(self.seconds, To::Duration(1e9), row);
        }
        put_text(self.priority, To::SeverityOf(super::SEVERITIES), row);
    }

    /// Normalised names and values of what has no column.
    pub(super) fn extras(&self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let rules = [self.rule, self.threat, self.signature];
        // With a signature the rule is only its number.
        let rule = match self.signature {
            "" => rules.into_iter().find(|rule| !rule.is_empty()),
            signature => Some(signature),
        };
        let translated = address(self.translated).map_or("", |(address, _)| address);
        [
            ("rule", rule.unwrap_or_default()),
            ("rule_collection", self.collection),
            ("rule_collection_group", self.group),
            ("policy", self.policy),
            ("reason", self.reason),
            ("web_category", self.category),
            ("dns_question", self.question),
            ("dns_type", self.kind),
            ("dns_response", self.response),
            ("translated_ip", translated),
            ("protocol", self.protocol),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
    }
}

/// What stands before ` was denied`.
fn until_refusal(text: &str) -> &str {
    let refusals = [" was denied", " was Deny", " was Denied"];
    let before = refusals.iter().find_map(|end| text.strip_suffix(end));
    before.unwrap_or(text)
}

/// Text up to the next `. Key: `, and what follows the point.
fn until_key(text: &str) -> (&str, &str) {
    for (at, point) in text.match_indices(". ") {
        let (value, rest) = text.split_at(at);
        let rest = rest.strip_prefix(point).unwrap_or(rest);
        let key = rest.split(':').next().unwrap_or_default();
        let is_key = rest.len() > key.len()
            && key.starts_with(|letter: char| letter.is_ascii_uppercase())
            && key.split(' ').count() <= 3
            && !key.contains('.');
        if is_key {
            return (value, rest);
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn a_text_is_taken_apart() {
        let text = "HTTPS request from 10.0.0.4:49553 to api.example.com:443. Action: Allow. \
            Policy: p. Rule Collection Group: G. \
            Rule Collection: c. Rule: to the shop. Web Category: W";
        let message = Message::parse(text);
        assert_eq!(
            (message.protocol, message.source, message.target),
            ("HTTPS", "10.0.0.4:49553", "api.example.com:443")
        );
        assert_eq!(
            (
                message.action,
                message.rule,
                message.collection,
                message.group
            ),
            ("Allow", "to the shop", "c", "G")
        );
        let message =
            Message::parse("ICMP Type=8 request from 10.0.0.4: to 203.0.113.9:. Action: Deny. ");
        assert_eq!(
            (
                message.protocol,
                message.source,
                message.target,
                message.action
            ),
            ("ICMP", "10.0.0.4", "203.0.113.9", "Deny")
        );
        let message = Message::parse(
            "TCP request from 203.0.113.9:5000 to 203.0.113.1:80 was DNAT'ed to 10.0.0.4:8080",
        );
        assert_eq!(
            (message.target, message.translated),
            ("203.0.113.1:80", "10.0.0.4:8080")
        );
        let message = Message::parse(
            "DNS Request: 10.0.0.4:61248 - 6513 A IN db.example.com. udp 43 false 512 \
            NXDOMAIN qr 145 0.0028s",
        );
        assert_eq!(
            (message.question, message.response, message.seconds),
            ("db.example.com", "NXDOMAIN", "0.0028s")
        );
        let message = Message::parse(
            "HTTP request from 10.0.2.4:45678 to 203.0.113.4:80. Action: Deny. No rule matched. \
            Proceeding with default action",
        );
        assert_eq!((message.target, message.action), ("203.0.113.4:80", "Deny"));
        let message = Message::parse(
            "HTTPS request from 10.0.0.4:1234 was denied. Reason: SNI TLS extension was missing.",
        );
        assert_eq!(
            (message.source, message.action, message.reason),
            ("10.0.0.4:1234", "Deny", "SNI TLS extension was missing")
        );
        let message = Message::parse(
            "HTTPS request from 10.0.0.4:1234 to api.example.com:443 was denied. Reason: x",
        );
        assert_eq!(
            (message.target, message.action),
            ("api.example.com:443", "Deny")
        );
        assert_eq!(Message::parse("anything else"), Message::default());
    }

    #[test]
    fn an_error_of_the_network_has_its_ends() {
        let message = Message::parse(
            " Error: 2 db.example.com. A: read udp 10.0.0.5:49126->168.63.129.16:53: i/o timeout",
        );
        assert_eq!(
            (message.question, message.kind, message.protocol),
            ("db.example.com", "A", "udp")
        );
        assert_eq!(
            (message.source, message.target),
            ("10.0.0.5:49126", "168.63.129.16:53")
        );
        let message = Message::parse(
            "Error: 2 db.example.com. AAAA: dial tcp [2001:db8::1]:53: connect: connection refused",
        );
        assert_eq!(
            (message.protocol, message.source, message.target),
            ("tcp", "", "[2001:db8::1]:53")
        );
    }
}
