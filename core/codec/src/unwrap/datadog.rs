//! Lines as they are sent to Datadog:
//! `{"ddsource":"nginx","ddtags":"env:prod","hostname":"i-1","message":"...","service":"shop"}`.
//!
//! The function that forwards logs of AWS adds where they are from:
//! `"aws":{"awslogs":{"logGroup":...,"logStream":...,"owner":...},"invoked_function_arn":...}`.
//!
//! Sources: docs.datadoghq.com/api/latest/logs ("Send logs"),
//! docs.datadoghq.com/logs/guide/forwarder, read 2026-11-30,
//! docs.datadoghq.com/logs/log_configuration/attributes_naming_convention, as of 2026-11-29.

use nepho_core::format::Record;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Envelope};

use super::cloudwatch_subscription::group_of_function;
use super::{Inner, Opened, envelope, with};
use crate::json::fields::{elements, pick};
use crate::json::{JsonFields, unescape};

/// Members that say something of the line. A record with any other is that of a program which
/// tells more than its line.
const MEMBERS: [&str; 14] = [
    "aws",
    "date",
    "ddsource",
    "ddsourcecategory",
    "ddtags",
    "host",
    "hostname",
    "id",
    "lambda",
    "message",
    "service",
    "source",
    "status",
    "timestamp",
];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let found = fields.raw("data").filter(|data| data.starts_with('['));
    if let Some(logs) = found.and_then(|data| elements(data).into_iter().map(archived).collect()) {
        let logs: Vec<String> = logs;
        let inside = logs.into_iter().map(|text| Inner {
            text: text.into(),
            envelope: envelope(record),
        });
        let inside: Vec<_> = inside.collect();
        return match inside.is_empty() {
            true => Opened::No,
            false => Opened::Inside(inside),
        };
    }
    let mut members = fields.members().iter();
    if !members.any(|(key, _)| matches!(*key, "ddsource" | "ddtags")) {
        return Opened::No;
    }
    let mut members = fields.members().iter();
    let is_alone = members.all(|(key, _)| MEMBERS.binary_search(key).is_ok());
    // An event without text is one of its members alone.
    let has_line = fields
        .raw("message")
        .is_some_and(|raw| raw.starts_with('"'))
        && fields
            .text("message")
            .is_some_and(|text| !text.trim().is_empty());
    if !is_alone || !has_line {
        return Opened::No;
    }
    let text = |path: &str| fields.text(path).filter(|text| !text.is_empty());
    let mut envelope = with_tags(envelope(record), text("ddtags").unwrap_or_default());
    envelope = with(envelope, Column::Service, text("service"));
    envelope = with(envelope, Column::Host, text("hostname").or(text("host")));
    if fields.raw("aws").is_some_and(|aws| aws.starts_with('{')) {
        envelope = envelope.with(Column::Provider, "aws");
        envelope = with(envelope, Column::Account, text("aws.awslogs.owner"));
        envelope = with(envelope, Column::Host, text("aws.awslogs.logStream"));
        let group = text("aws.awslogs.logGroup").unwrap_or_default();
        envelope.resources.extend(group_of_function(group));
    }
    let time = text("timestamp")
        .or(text("date"))
        .and_then(crate::time::parse);
    envelope.time = time.or(envelope.time);
    let severity = text("status").and_then(severity);
    envelope.severity = severity.or(envelope.severity);
    let line = fields.text("message").unwrap_or_default();
    Opened::Inside(vec![Inner {
        text: unescape(line),
        envelope,
    }])
}

/// A log of an answer of the API,
/// `{"id":"...","type":"log","attributes":{"timestamp":"...",...}}`, as archives hold it
/// (docs.datadoghq.com/api/latest/logs, "Search logs", as of 2026-11-30).
fn archived(log: &str) -> Option<String> {
    let [kind, id, attributes] = pick(log, ["type", "id", "attributes"])?;
    if kind? != "\"log\"" {
        return None;
    }
    let attributes = JsonFields::parse(attributes?).ok()?;
    let mut text = format!("{{\"_id\":{}", id?);
    for (key, value) in attributes.members() {
        let key = if *key == "timestamp" { "date" } else { key };
        text.push_str(&format!(",\"{key}\":{value}"));
    }
    text.push('}');
    Some(text)
}

/// Severity of a status: a word, or a number of syslog.
fn severity(status: &str) -> Option<Severity> {
    match status.as_bytes() {
        [number @ b'0'..=b'7'] => Severity::from_syslog(number - b'0'),
        _ => Severity::from_word(status),
    }
}

/// Adds what the reserved tags and those of the guides tell: `env:prod,team:shop`.
fn with_tags(mut envelope: Envelope, tags: &str) -> Envelope {
    for tag in tags.split(',') {
        let Some((name, value)) = tag.trim().split_once(':') else {
            continue;
        };
        let column = match name {
            "env" => Column::Environment,
            "service" => Column::Service,
            "team" => Column::Team,
            "region" => Column::Region,
            "host" => Column::Host,
            _ => continue,
        };
        envelope = with(envelope, column, Some(value));
    }
    envelope
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_of_the_api_become_those_of_archives() {
        let log = r#"{"id":"A","type":"log","attributes":{"timestamp":"t","service":"shop","attributes":{"a":1}}}"#;
        assert_eq!(
            archived(log).as_deref(),
            Some(r#"{"_id":"A","date":"t","service":"shop","attributes":{"a":1}}"#)
        );
        assert_eq!(
            archived(r#"{"id":"A","type":"event","attributes":{}}"#),
            None
        );
        assert_eq!(archived("7"), None);
    }

    #[test]
    fn statuses_are_words_or_numbers_of_syslog() {
        assert!(MEMBERS.is_sorted());
        assert_eq!(severity("error"), Some(Severity::ERROR));
        assert_eq!(severity("3"), Some(Severity::ERROR));
        assert_eq!(severity("done"), None);
    }
}
