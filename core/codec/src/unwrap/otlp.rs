//! Export requests of OpenTelemetry as JSON:
//! `{"resourceLogs":[{"resource":...,"scopeLogs":[...]}]}`, and the same for traces
//! (`resourceSpans`) and metrics (`resourceMetrics`).
//!
//! What is inside are log records, spans, and data points of metrics. What the resource tells of
//! all of them goes to their envelope.
//!
//! Sources: github.com/open-telemetry/opentelemetry-proto (logs, trace and metrics, v1),
//! opentelemetry.io/docs/specs/semconv/resource, as of 2026-11-27.

use std::borrow::Cow;
use std::sync::Arc;

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements, pick, text_of};
use crate::json::unescape;

/// Keys under which one kind of telemetry stands: resources, scopes, and what they hold. The
/// second of each is an older or another writing.
struct Signal {
    resources: [&'static str; 2],
    scopes: [&'static str; 3],
    items: [&'static str; 3],
    /// Whether the items are metrics, which hold data points.
    are_metrics: bool,
}

const SIGNALS: [Signal; 3] = [
    Signal {
        resources: ["resourceLogs", "resource_logs"],
        scopes: ["scopeLogs", "scope_logs", "instrumentationLibraryLogs"],
        // `logs` before version 0.15.
        items: ["logRecords", "log_records", "logs"],
        are_metrics: false,
    },
    Signal {
        resources: ["resourceSpans", "resource_spans"],
        scopes: ["scopeSpans", "scope_spans", "instrumentationLibrarySpans"],
        items: ["spans", "spans", "spans"],
        are_metrics: false,
    },
    Signal {
        resources: ["resourceMetrics", "resource_metrics"],
        scopes: [
            "scopeMetrics",
            "scope_metrics",
            "instrumentationLibraryMetrics",
        ],
        items: ["metrics", "metrics", "metrics"],
        are_metrics: true,
    },
];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    // Most records are none, and each of them is asked.
    let may_be = |key: &str| key.starts_with("resource") || key.contains("scope") || is_older(key);
    if !fields.members().iter().any(|(key, _)| may_be(key)) {
        return Opened::No;
    }
    let mut inside = Vec::new();
    let mut is_mine = false;
    for signal in &SIGNALS {
        let mut keys = signal.resources.iter();
        if let Some(resources) = keys.find_map(|key| array(fields.raw(key))) {
            is_mine = true;
            for resource in elements(resources) {
                open_resource(record, resource, signal, &mut inside);
            }
        }
        // One resource of a request, as a line of its own.
        let mut keys = signal.scopes.iter();
        if keys.any(|key| array(fields.raw(key)).is_some()) {
            is_mine = true;
            open_resource(record, record.text.trim(), signal, &mut inside);
        }
    }
    match is_mine {
        true => Opened::Inside(inside),
        false => Opened::No,
    }
}

fn is_older(key: &str) -> bool {
    key.starts_with("instrumentationLibrary")
}

fn array(raw: Option<&str>) -> Option<&str> {
    raw.filter(|raw| raw.starts_with('['))
}

/// Hands out what stands under one resource.
fn open_resource<'a>(
    record: &Record<'_>,
    resource: &'a str,
    signal: &Signal,
    inside: &mut Vec<Inner<'a>>,
) {
    let [first, second, third] = signal.scopes;
    let picked = pick(resource, ["resource", first, second, third]).unwrap_or_default();
    let [about, scopes @ ..] = picked;
    let common = resource_envelope(envelope(record), about.unwrap_or_default());
    let common = Arc::new(common);
    for scope in scopes.into_iter().flatten().flat_map(elements) {
        let [first, second, third] = signal.items;
        let keys = ["scope", "instrumentationLibrary", first, second, third];
        let [about, older, items, others, oldest] = pick(scope, keys).unwrap_or_default();
        let mut within = Envelope::within(Arc::clone(&common));
        if let Some(name) = about.or(older).and_then(name_of) {
            within = within.with(Column::Process, name);
        }
        let within = Arc::new(within);
        for item in elements(items.or(others).or(oldest).unwrap_or_default()) {
            match signal.are_metrics {
                true => open_metric(item, &within, inside),
                false => inside.push(Inner {
                    text: item.into(),
                    envelope: Envelope::within(Arc::clone(&within)),
                }),
            }
        }
    }
}

fn name_of(scope: &str) -> Option<Cow<'_, str>> {
    let [name] = pick(scope, ["name"])?;
    let name = unescape(text_of(name?)?);
    (!name.is_empty()).then_some(name)
}

/// Hands out the data points of one metric, which is named in their envelope.
fn open_metric<'a>(metric: &'a str, scope: &Arc<Envelope>, inside: &mut Vec<Inner<'a>>) {
    let kinds = [
        "gauge",
        "sum",
        "histogram",
        "exponentialHistogram",
        "summary",
    ];
    let mut within = Envelope::within(Arc::clone(scope));
    if let Some(name) = name_of(metric) {
        within = within.with(Column::Metric, name);
    }
    let within = Arc::new(within);
    for kind in pick(metric, kinds)
        .unwrap_or_default()
        .into_iter()
        .flatten()
    {
        let [points, others] = pick(kind, ["dataPoints", "data_points"]).unwrap_or_default();
        for point in elements(points.or(others).unwrap_or_default()) {
            inside.push(Inner {
                text: point.into(),
                envelope: Envelope::within(Arc::clone(&within)),
            });
        }
    }
}

/// What the attributes of a resource tell, the first of a column's names first.
const RESOURCE: [(&str, Column); 21] = [
    ("service.name", Column::Service),
    ("k8s.deployment.name", Column::Service),
    ("k8s.statefulset.name", Column::Service),
    ("k8s.daemonset.name", Column::Service),
    ("k8s.cronjob.name", Column::Service),
    ("k8s.job.name", Column::Service),
    ("k8s.container.name", Column::Service),
    ("deployment.environment.name", Column::Environment),
    ("deployment.environment", Column::Environment),
    ("cloud.account.id", Column::Account),
    ("cloud.region", Column::Region),
    ("k8s.pod.name", Column::Host),
    ("host.name", Column::Host),
    ("host.id", Column::Host),
    ("container.name", Column::Host),
    ("container.id", Column::Host),
    ("service.instance.id", Column::Host),
    ("process.executable.name", Column::Process),
    ("process.command", Column::Process),
    ("service.team", Column::Team),
    ("team", Column::Team),
];

/// Attributes that are ids of resources.
const IDS: [&str; 4] = [
    "cloud.resource_id",
    "faas.id",
    "aws.ecs.task.arn",
    "aws.eks.cluster.arn",
];

/// Attributes that name the cluster of Kubernetes, the best first.
const CLUSTERS: [&str; 3] = ["k8s.cluster.uid", "aws.eks.cluster.arn", "k8s.cluster.name"];

fn resource_envelope(mut envelope: Envelope, resource: &str) -> Envelope {
    let [attributes] = pick(resource, ["attributes"]).unwrap_or_default();
    let attributes = attributes.map(attributes_of).unwrap_or_default();
    let value_of = |name: &str| {
        let mut found = attributes.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| &**value)
    };
    for (name, column) in RESOURCE {
        let Some(value) = value_of(name) else {
            continue;
        };
        // What SDKs write where nobody named the service.
        let is_unknown = column == Column::Service && value.starts_with("unknown_service");
        let is_set = envelope.values.iter().any(|(held, _)| *held == column);
        if !is_set && !is_unknown && !value.is_empty() {
            envelope = envelope.with(column, value);
        }
    }
    let provider = match value_of("cloud.provider") {
        Some("aws") => Some("aws"),
        Some("azure") => Some("azure"),
        Some("gcp") => Some("gcp"),
        _ => None,
    };
    if let Some(provider) = provider {
        envelope = envelope.with(Column::Provider, provider);
    }
    let cluster = CLUSTERS.iter().find_map(|name| value_of(name));
    if let Some(cluster) = cluster.filter(|cluster| !cluster.is_empty()) {
        envelope.cluster = Some(cluster.to_owned());
    }
    let ids = IDS.iter().filter_map(|name| value_of(name));
    let ids: Vec<String> = ids.map(str::to_owned).collect();
    envelope.resources.extend(ids);
    if let (Some(namespace), Some(pod)) = (value_of("k8s.namespace.name"), value_of("k8s.pod.name"))
    {
        let pod = match &envelope.cluster {
            Some(cluster) => nepho_core::key::kubernetes(cluster, "", "pod", namespace, pod),
            None => format!("{namespace}/{pod}"),
        };
        envelope.resources.push(pod);
    }
    envelope
}

/// Keys and values of a JSON array of attributes, `[{"key":...,"value":{"stringValue":...}}]`, or
/// of an object, as exporters for storage write them.
pub fn attributes_of(raw: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let mut found = Vec::new();
    if raw.starts_with('{') {
        let fields = JsonFields::parse(raw);
        let members = fields.as_ref().map(JsonFields::members).unwrap_or_default();
        let plain = members.iter().filter_map(|(key, value)| {
            let is_plain = !value.starts_with(['{', '[', 'n']);
            let value = is_plain.then(|| text_of(value)).flatten()?;
            Some((unescape(key), unescape(value)))
        });
        found.extend(plain);
        return found;
    }
    for attribute in elements(raw) {
        let [Some(key), Some(value)] = pick(attribute, ["key", "value"]).unwrap_or_default() else {
            continue;
        };
        if let (Some(key), Some(value)) = (text_of(key), value_text(value)) {
            found.push((unescape(key), value));
        }
    }
    found
}

/// Text of a value such as `{"stringValue":"x"}` or `{"intValue":"7"}`.
///
/// That of an array is the text of its first element; a map has none.
pub fn value_text(value: &str) -> Option<Cow<'_, str>> {
    value_text_within(value, 0)
}

/// Arrays within arrays are looked into to this depth.
const MAX_DEPTH: usize = 4;

fn value_text_within(value: &str, depth: usize) -> Option<Cow<'_, str>> {
    let keys = [
        "stringValue",
        "intValue",
        "doubleValue",
        "boolValue",
        "arrayValue",
    ];
    let [text, int, double, boolean, array] = pick(value, keys)?;
    if let Some(plain) = text.or(int).or(double).or(boolean) {
        return text_of(plain).map(unescape);
    }
    let Some(array) = array else {
        return other_text(value);
    };
    let [values] = pick(Some(array).filter(|_| depth < MAX_DEPTH)?, ["values"])?;
    let first = elements(values?).into_iter().next()?;
    value_text_within(first, depth + 1)
}

/// Text of a value whose key is that of the protocol itself, as some libraries write it:
/// `{"string_value":"x"}`.
fn other_text(value: &str) -> Option<Cow<'_, str>> {
    let keys = ["string_value", "int_value", "double_value", "bool_value"];
    let found = pick(value, keys)?.into_iter().flatten().next()?;
    text_of(found).map(unescape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_a_text() {
        let check = |value: &str, expected: Option<&str>| {
            assert_eq!(value_text(value).as_deref(), expected, "{value}");
        };
        check(r#"{"stringValue":"a\nb"}"#, Some("a\nb"));
        check(r#"{"intValue":"7"}"#, Some("7"));
        check(r#"{"string_value":"x"}"#, Some("x"));
        check(r#"{"intValue":7}"#, Some("7"));
        check(r#"{"boolValue":true}"#, Some("true"));
        check(
            r#"{"arrayValue":{"values":[{"stringValue":"x"}]}}"#,
            Some("x"),
        );
        check(r#"{"kvlistValue":{"values":[]}}"#, None);
        check("7", None);
    }

    #[test]
    fn attributes_may_be_an_object() {
        let found = attributes_of(r#"{"a.b":"x\ny","c":7,"d":null,"e":{"f":1}}"#);
        let expected = [("a.b", "x\ny"), ("c", "7")];
        assert_eq!(
            found,
            expected.map(|(key, value)| (key.into(), value.into()))
        );
    }

    #[test]
    fn attributes_of_a_resource_go_to_the_envelope() {
        let resource = r#"{"attributes":[
            {"key":"deployment.environment","value":{"stringValue":"staging"}},
            {"key":"deployment.environment.name","value":{"stringValue":"production"}},
            {"key":"service.name","value":{"stringValue":"unknown_service:java"}},
            {"key":"cloud.provider","value":{"stringValue":"aws"}},
            {"key":"k8s.pod.name","value":{"stringValue":"pay-1"}},
            {"key":"host.name","value":{"stringValue":"node-1"}}]}"#;
        let envelope = resource_envelope(Envelope::default(), resource);
        assert_eq!(envelope.get(Column::Environment), Some("production"));
        assert_eq!(envelope.get(Column::Service), None);
        assert_eq!(envelope.get(Column::Provider), Some("aws"));
        assert_eq!(envelope.get(Column::Host), Some("pay-1"));
    }
}
