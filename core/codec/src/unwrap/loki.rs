//! Streams of Grafana Loki, as they are pushed and as queries give them:
//! `{"streams":[{"stream":{"app":"shop"},"values":[["1778594400000000000","line"]]}]}`.
//!
//! Source: grafana.com/docs/loki/latest/reference/loki-http-api, as of 2026-11-28.

use std::borrow::Cow;
use std::sync::Arc;

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements, pick, text_of, walk};
use crate::json::skip::string_end;
use crate::json::unescape;

/// Labels that agents set, the first of a column's names first.
const LABELS: [(&str, Column); 13] = [
    ("service_name", Column::Service),
    ("service", Column::Service),
    ("app", Column::Service),
    ("container", Column::Service),
    ("environment", Column::Environment),
    ("env", Column::Environment),
    ("pod", Column::Host),
    ("host", Column::Host),
    ("hostname", Column::Host),
    ("nodename", Column::Host),
    ("team", Column::Team),
    ("region", Column::Region),
    ("syslog_identifier", Column::Process),
];

/// Labels that name the cluster, the best first.
const CLUSTERS: [&str; 4] = [
    "k8s_cluster_uid",
    "k8s_cluster_name",
    "cluster",
    "cluster_name",
];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    // Most records are none, and each of them is asked.
    let mut members = fields.members().iter();
    if !members.any(|(key, _)| matches!(*key, "streams" | "data" | "stream" | "line")) {
        return Opened::No;
    }
    if let Some(line) = printed(record, fields) {
        return Opened::Inside(vec![line]);
    }
    let streams = match fields.text("data.resultType") {
        Some("streams") => fields.raw("data.result"),
        _ => fields.raw("streams"),
    };
    let mut inside = Vec::new();
    let is_mine = match streams.filter(|streams| streams.starts_with('[')) {
        Some(streams) => elements(streams).into_iter().fold(false, |any, stream| {
            open_stream(record, stream, &mut inside) | any
        }),
        // One of them, as a line of its own.
        None => open_stream(record, record.text.trim(), &mut inside),
    };
    match is_mine {
        true => Opened::Inside(inside),
        false => Opened::No,
    }
}

/// The line of `{"labels":{"app":"shop"},"line":"...","timestamp":"..."}`, as `logcli` prints it
/// with `--output=jsonl` (grafana.com/docs/loki/latest/query/logcli, as of 2026-11-30), and as
/// Grafana saves it, with `fields` for the labels and a `date` besides
/// (grafana.com/docs/grafana/latest/explore/logs-integration, as of 2026-11-30).
fn printed<'a>(record: &Record<'_>, fields: &JsonFields<'a>) -> Option<Inner<'a>> {
    let names = ["labels", "fields", "line", "timestamp", "date"];
    let mut members = fields.members().iter();
    if !members.all(|(key, _)| names.contains(key)) {
        return None;
    }
    let labels = match fields.raw("fields") {
        // Other programs have fields as well; those of Grafana are texts, beside a date.
        Some(labels) => {
            let mut are_texts = fields.raw("date").is_some();
            let end = walk(labels, 0, &mut |_, value| {
                are_texts &= value.starts_with('"');
            });
            (end.is_ok() && are_texts).then_some(labels)
        }
        None => fields.raw("labels"),
    };
    let labels = labels.filter(|labels| labels.starts_with('{'))?;
    let line = fields.raw("line").filter(|line| line.starts_with('"'))?;
    let time = fields.text("timestamp").and_then(crate::time::parse)?;
    let mut envelope = with_labels(envelope(record), labels);
    envelope.time = Some(time);
    Some(Inner {
        text: unescape(text_of(line)?),
        envelope,
    })
}

/// Hands out the lines of a stream; gives whether it is one.
fn open_stream<'a>(record: &Record<'_>, stream: &'a str, inside: &mut Vec<Inner<'a>>) -> bool {
    let Some([Some(labels), Some(values)]) = pick(stream, ["stream", "values"]) else {
        return false;
    };
    let values = elements(values);
    // Queries of numbers have values without quotes.
    let is_line = |value: &&str| {
        let parts = elements(value);
        value.starts_with('[') && parts.get(1).is_some_and(|line| line.starts_with('"'))
    };
    if !labels.starts_with('{') || !values.iter().any(is_line) {
        return false;
    }
    let common = Arc::new(with_labels(envelope(record), labels));
    for value in values {
        let mut envelope = Envelope::within(Arc::clone(&common));
        // What has no line stands for itself, so that nothing is lost.
        let text = match elements(value)[..] {
            [time, line, ..] if line.starts_with('"') => {
                envelope.time = text_of(time).and_then(crate::time::parse);
                text_of(line).map_or(Cow::Borrowed(value), unescape)
            }
            _ => Cow::Borrowed(value),
        };
        inside.push(Inner { text, envelope });
    }
    true
}

/// The labels of `{app="shop", pod="shop-0"} line`, and the line behind them.
pub(super) fn labels_of(text: &str) -> Option<(&str, &str)> {
    let mut rest = text.strip_prefix('{')?;
    loop {
        let (_, _, behind) = first_label(rest)?;
        if let Some(line) = behind.strip_prefix("} ") {
            let labels = text.get(1..text.len() - behind.len())?;
            return Some((labels, line.trim_start()));
        }
        rest = behind.strip_prefix(", ")?;
    }
}

/// Name and value, with its escapes, of the label that a text begins with, and what is behind it.
fn first_label(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once("=\"")?;
    let mut bytes = name.bytes();
    let is_name =
        !name.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let (end, _) = string_end(rest.as_bytes(), 0).ok().filter(|_| is_name)?;
    Some((name, rest.get(..end)?, rest.get(end + 1..)?))
}

/// Adds what labels tell that are written as [`labels_of`] gives them.
pub(super) fn with_written(envelope: Envelope, labels: &str) -> Envelope {
    let mut object = String::from("{");
    let mut rest = labels;
    while let Some((name, value, behind)) = first_label(rest) {
        object.push_str(if object.len() > 1 { ",\"" } else { "\"" });
        object.push_str(name);
        object.push_str("\":\"");
        object.push_str(value);
        object.push('"');
        rest = behind.strip_prefix(", ").unwrap_or_default();
    }
    object.push('}');
    with_labels(envelope, &object)
}

fn with_labels(mut envelope: Envelope, labels: &str) -> Envelope {
    let clusters = pick(labels, CLUSTERS).unwrap_or_default();
    let mut clusters = clusters.into_iter().flatten().filter_map(text_of);
    if let Some(cluster) = clusters.find(|cluster| !cluster.is_empty()) {
        envelope.cluster = Some(unescape(cluster).into_owned());
    }
    let names = LABELS.map(|(name, _)| name);
    let values = pick(labels, names).unwrap_or_default();
    for ((_, column), value) in LABELS.into_iter().zip(values) {
        let is_set = envelope.values.iter().any(|(held, _)| *held == column);
        if let Some(text) = value.and_then(text_of).filter(|text| !text.is_empty())
            && !is_set
        {
            envelope = envelope.with(column, unescape(text));
        }
    }
    envelope
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwrap::tests::inside;

    #[test]
    fn labels_stand_before_a_line() {
        assert_eq!(
            labels_of(r#"{app="shop", pod="shop-0"} {"a":1}"#),
            Some((r#"app="shop", pod="shop-0""#, r#"{"a":1}"#))
        );
        let quoted = r#"app="{a=\"b\"} c, \", d", pod="p"} e"#;
        let labels = r#"app="{a=\"b\"} c, \", d", pod="p""#;
        assert_eq!(labels_of(&format!("{{{quoted}")), Some((labels, "e")));
        let told = with_written(Envelope::default(), labels);
        assert_eq!(told.get(Column::Host), Some("p"));
        assert_eq!(labels_of(r#"{"a":"b"} c"#), None);
        assert_eq!(labels_of(r#"{a b="c"} d"#), None);
        let told = with_written(Envelope::default(), r#"app="shop", pod="shop-0""#);
        assert_eq!(told.get(Column::Service), Some("shop"));
        assert_eq!(told.get(Column::Host), Some("shop-0"));
    }

    fn written<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
        printed(record, fields).map_or(Opened::No, |inner| Opened::Inside(vec![inner]))
    }

    #[test]
    fn lines_of_other_programs_are_none_of_grafana() {
        let line = |text: &str| {
            let first = inside(written, text).into_iter().next();
            first.map(|inner| inner.text.into_owned())
        };
        let time = r#""timestamp":"2026-05-12T14:00:00Z""#;
        let date = r#""date":"2026-05-12T14:00:00Z""#;
        let one = format!(r#"{{{time},"line":"a","labels":{{"app":"b"}}}}"#);
        assert_eq!(line(&one).as_deref(), Some("a"));
        let one = format!(r#"{{{time},{date},"line":"a","fields":{{"app":"b"}}}}"#);
        assert_eq!(line(&one).as_deref(), Some("a"));
        let one = format!(r#"{{{time},"line":"17","fields":{{"message":"b"}}}}"#);
        assert_eq!(line(&one), None);
        let one = format!(r#"{{{time},{date},"line":"17","fields":{{"count":1}}}}"#);
        assert_eq!(line(&one), None);
    }
}
