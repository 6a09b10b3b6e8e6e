//! What CEF and LEEF have in common: security devices tell of their events in pairs of key and
//! value.

use std::borrow::Cow;

use nepho_codec::message::json::url_path;
use nepho_codec::table::{To, put_text};
use nepho_codec::time;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::formats::firewall::known_protocol;

/// Keys of the columns; of several keys of a column the first that an event has counts.
pub(crate) struct Keys {
    pub(crate) time: &'static [&'static str],
    pub(crate) source: &'static [&'static str],
    pub(crate) source_port: &'static [&'static str],
    pub(crate) peer: &'static [&'static str],
    pub(crate) peer_port: &'static [&'static str],
    pub(crate) actor: &'static [&'static str],
    pub(crate) action: &'static [&'static str],
    pub(crate) outcome: &'static [&'static str],
    /// Methods of requests, else protocols.
    pub(crate) method: &'static [&'static str],
    pub(crate) url: &'static [&'static str],
    pub(crate) user_agent: &'static [&'static str],
    pub(crate) request_id: &'static [&'static str],
    pub(crate) host: &'static [&'static str],
    pub(crate) process: &'static [&'static str],
    pub(crate) body: &'static [&'static str],
    pub(crate) resource: &'static [&'static str],
}

/// Pairs of one event, with escapes undone.
pub(crate) type Pairs<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// Header of an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head<'a> {
    pub(crate) vendor: Cow<'a, str>,
    pub(crate) product: Cow<'a, str>,
    pub(crate) version: Cow<'a, str>,
    /// Number or name of the kind of event.
    pub(crate) class: Cow<'a, str>,
    /// Sentence that tells what happened.
    pub(crate) name: Cow<'a, str>,
    pub(crate) severity: Cow<'a, str>,
}

/// Sets what an event tells.
pub(crate) fn fill(head: &Head<'_>, pairs: &Pairs<'_>, keys: &Keys, row: &mut Row<'_>) {
    let value_of = |key: &&str| -> Option<&str> {
        let (_, value) = pairs.iter().find(|(held, _)| held == key)?;
        (!matches!(&**value, "" | "-")).then_some(value)
    };
    let first = |keys: &[&str]| keys.iter().find_map(value_of);
    for (to, keys) in [
        (To::SourceAddress, keys.source),
        (To::SourcePort, keys.source_port),
        (To::PeerAddress, keys.peer),
        (To::PeerPort, keys.peer_port),
        (To::Text(Column::Actor), keys.actor),
        (To::Text(Column::UserAgent), keys.user_agent),
        (To::Text(Column::RequestId), keys.request_id),
        (To::Text(Column::Host), keys.host),
        (To::Text(Column::Process), keys.process),
        (To::Part(Column::Path, url_path), keys.url),
    ] {
        // A host may stand where an address is looked for.
        let mut values = keys.iter().filter_map(value_of);
        values.any(|value| put_text(value, to, row));
    }
    if !row.has(Column::Peer)
        && let Some(host) = first(keys.peer)
    {
        row.text(Column::Peer, host);
    }
    if let Some(method) = first(keys.method) {
        row.text(Column::Method, known_protocol(method).unwrap_or(method));
    }
    if let Some(resource) = first(keys.resource) {
        row.resource(resource);
    }
    let reference = row.record().stream.reference();
    if let Some(time) = first(keys.time).and_then(|time| time::parse_near(time, reference)) {
        row.time(time);
    }
    let action = first(keys.action);
    let told = first(keys.outcome);
    let outcome = told
        .and_then(outcome_of)
        .or_else(|| action.and_then(outcome_of));
    if let Some(outcome) = outcome {
        row.outcome(outcome);
    }
    let name = match &*head.name {
        "" => &*head.class,
        name => name,
    };
    row.text(Column::Action, action.unwrap_or(name));
    row.text(Column::Body, first(keys.body).unwrap_or(name));
    row.text(Column::Service, &head.product);
    if let Some(severity) = severity_of(&head.severity) {
        row.severity(severity);
    }
}

/// Severity of the scale from 0 to 10 and of its words: up to 3 low, up to 6 medium, up to 8 high
/// (elastic.co/docs/reference/beats/filebeat/exported-fields-cef, read 2026-11-28).
fn severity_of(text: &str) -> Option<Severity> {
    let number = match text.trim().to_ascii_lowercase().as_str() {
        "low" => 3,
        "medium" => 6,
        "high" => 8,
        "very-high" => 10,
        text => text.parse::<u8>().ok()?,
    };
    Some(match number {
        0..=3 => Severity::INFO,
        4..=6 => Severity::WARN,
        7..=8 => Severity::ERROR,
        9..=10 => Severity::CRITICAL,
        _ => return None,
    })
}

/// What words of vendors say of how it ended.
fn outcome_of(text: &str) -> Option<Outcome> {
    const SUCCESS: [&str; 9] = [
        "success",
        "succeeded",
        "allow",
        "allowed",
        "accept",
        "accepted",
        "permit",
        "permitted",
        "pass",
    ];
    const FAILURE: [&str; 15] = [
        "failure",
        "failed",
        "fail",
        "deny",
        "denied",
        "block",
        "blocked",
        "drop",
        "dropped",
        "reject",
        "rejected",
        "reset",
        "prevented",
        "quarantined",
        "error",
    ];
    let is_any = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_any(&FAILURE) {
        return Some(Outcome::Failure);
    }
    is_any(&SUCCESS).then_some(Outcome::Success)
}

/// Hands out what of an event has no column.
pub(crate) fn extras(
    head: &Head<'_>,
    pairs: &Pairs<'_>,
    names: &[(&str, &str)],
    found: &mut dyn FnMut(&str, &str),
) {
    for (name, value) in [
        ("vendor", &head.vendor),
        ("product_version", &head.version),
        ("event_class", &head.class),
        ("severity_text", &head.severity),
    ] {
        if !value.is_empty() {
            found(name, value);
        }
    }
    for (key, name) in names {
        let pair = pairs.iter().find(|(held, _)| held == key);
        if let Some((_, value)) = pair.filter(|(_, value)| !value.is_empty()) {
            found(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_have_a_scale() {
        let check = |text: &str, expected| assert_eq!(severity_of(text), expected, "{text}");
        check("0", Some(Severity::INFO));
        check("5", Some(Severity::WARN));
        check("High", Some(Severity::ERROR));
        check("10", Some(Severity::CRITICAL));
        check("11", None);
        check("Unknown", None);
    }
}
