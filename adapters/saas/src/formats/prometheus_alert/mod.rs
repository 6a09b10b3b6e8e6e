//! Alerts of Prometheus and Grafana, as Alertmanager and Grafana send them to webhooks.
//!
//! Source: prometheus.io/docs/alerting/latest/configuration, `webhook_config`,
//! prometheus.io/docs/alerting/latest/alerts_api, grafana.com/docs/grafana/latest, "Webhook
//! notifier", and github.com/prometheus/alertmanager, `api/v2/openapi.yaml`, `gettableAlert`, as of
//! 2026-11-29.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, part, severity_of, text, time,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "prometheus.alert",
    summary: "Alerts of Prometheus Alertmanager and Grafana",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const STATUS: usize = 0;
const END: usize = 1;
const NAMESPACE: usize = 2;
const POD: usize = 3;
const JOB: usize = 4;

/// Values of the label that rules give by convention; the rules that come with Prometheus Operator
/// have the first three (github.com/kubernetes-monitoring/kubernetes-mixin).
const SEVERITIES: &[(&str, Severity)] = &[
    ("critical", Severity::CRITICAL),
    ("warning", Severity::WARN),
    ("info", Severity::INFO),
    ("page", Severity::CRITICAL),
    ("error", Severity::ERROR),
];

static TABLE: Table = Table {
    name: "prometheus.alert",
    needs: &[
        Need::Has("labels.alertname"),
        Need::Has("startsAt"),
        Need::HasAny(&["annotations", "generatorURL", "fingerprint"]),
    ],
    constants: &[],
    fields: &[
        time(&["startsAt"]),
        severity_of(&["labels.severity"], SEVERITIES),
        part(&["status.state", "status"], Column::Action, word),
        outcome_of(
            &["status.state", "status"],
            &[
                ("firing", Outcome::Failure),
                ("active", Outcome::Failure),
                ("resolved", Outcome::Success),
            ],
        ),
        text(
            &[
                "annotations.summary",
                "annotations.description",
                "annotations.message",
                "labels.alertname",
            ],
            Column::Body,
        ),
        text(
            &[
                "labels.service",
                "labels.app",
                "labels.deployment",
                "labels.container",
            ],
            Column::Service,
        ),
        part(&["labels.instance"], Column::Host, without_port),
        text(&["labels.pod", "labels.node"], Column::Host),
        text(&["labels.team"], Column::Team),
        text(&["labels.env", "labels.environment"], Column::Environment),
        text(&["labels.region"], Column::Region),
        text(&["fingerprint"], Column::RequestId),
        keep(&["status"], STATUS),
        keep(&["endsAt"], END),
        keep(&["labels.namespace"], NAMESPACE),
        keep(&["labels.pod"], POD),
        keep(&["labels.job"], JOB),
    ],
    extras: &[
        ("labels.alertname", "rule"),
        ("labels.severity", "severity_text"),
        ("labels.cluster", "cluster"),
        ("labels.namespace", "namespace"),
        ("labels.job", "job"),
        ("labels.instance", "instance"),
        ("annotations.runbook_url", "runbook"),
        ("generatorURL", "link"),
    ],
    finish: Some(finish),
};

/// The status, unless it is the object that its word stands in.
fn word(status: &str) -> &str {
    match status.starts_with('{') {
        true => "",
        false => status,
    }
}

/// `10.0.0.5` of `10.0.0.5:9100`: the port is that of an exporter.
fn without_port(instance: &str) -> &str {
    match instance.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => instance,
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // One that goes on ends in the year 1, or some time from now.
    if event.kept(STATUS).as_deref() == Some("resolved")
        && let Some(end) = event
            .kept(END)
            .as_deref()
            .and_then(nepho_codec::time::parse)
    {
        row.time(end);
    }
    let namespace = event.kept(NAMESPACE);
    // What is measured of a cluster comes from the job of an exporter.
    if namespace.is_none()
        && !row.has(Column::Service)
        && let Some(job) = event.kept(JOB)
    {
        row.text(Column::Service, &job);
    }
    if let (Some(namespace), Some(pod)) = (namespace, event.kept(POD)) {
        row.resource(&format!("{namespace}/{pod}"));
    }
}
