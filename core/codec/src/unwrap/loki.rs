//! Streams of Grafana Loki, as they are pushed and as queries give them:
//! `{"streams":[{"stream":{"app":"shop"},"values":[["1778594400000000000","line"]]}]}`.
//!
//! Source: grafana.com/docs/loki/latest/reference/loki-http-api, as of 2026-11-28.

use std::borrow::Cow;
use std::sync::Arc;

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements, pick, text_of};
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
    let labels = fields.raw("labels").or_else(|| fields.raw("fields"));
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
    let (labels, line) = text.strip_prefix('{')?.split_once("\"} ")?;
    let is_label = labels.split_once("=\"").is_some_and(|(name, _)| {
        let mut bytes = name.bytes();
        !name.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    is_label.then_some((labels, line.trim_start()))
}

/// Adds what labels tell that are written as [`labels_of`] gives them.
pub(super) fn with_written(envelope: Envelope, labels: &str) -> Envelope {
    let pairs = labels
        .split("\", ")
        .filter_map(|label| label.split_once("=\""));
    let pairs = pairs.map(|(name, value)| format!("\"{name}\":\"{value}\""));
    let object = format!("{{{}}}", pairs.collect::<Vec<_>>().join(","));
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

    #[test]
    fn labels_stand_before_a_line() {
        assert_eq!(
            labels_of(r#"{app="shop", pod="shop-0"} {"a":1}"#),
            Some((r#"app="shop", pod="shop-0"#, r#"{"a":1}"#))
        );
        assert_eq!(labels_of(r#"{"a":"b"} c"#), None);
        assert_eq!(labels_of(r#"{a b="c"} d"#), None);
        let told = with_written(Envelope::default(), r#"app="shop", pod="shop-0"#);
        assert_eq!(told.get(Column::Service), Some("shop"));
        assert_eq!(told.get(Column::Host), Some("shop-0"));
    }
}
