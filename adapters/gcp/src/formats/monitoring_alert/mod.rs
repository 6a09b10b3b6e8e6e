//! Incidents of Cloud Monitoring, as webhooks and Pub/Sub channels notify of them.
//!
//! Source: cloud.google.com/monitoring/support/notification-options (schema of webhooks and
//! Pub/Sub), as of 2026-11-27.

use nepho_codec::table::{
    JsonFormat, Need, Table, outcome_of, part, resource, resource_of, severity_of, text, time,
    value,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.monitoring_alert",
    summary: "Google Cloud Monitoring incidents: alerting policies that fired and recovered",
    permissions: &["monitoring.alertPolicies.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const OUTCOMES: &[(&str, Outcome)] = &[("OPEN", Outcome::Failure), ("CLOSED", Outcome::Success)];

static TABLE: Table = Table {
    name: "gcp.monitoring_alert",
    needs: &[
        Need::Has("incident.incident_id"),
        Need::HasAny(&["incident.policy_name", "incident.condition_name"]),
        Need::HasAny(&["incident.state", "incident.started_at"]),
    ],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "monitoring.googleapis.com"),
    ],
    fields: &[
        // A closed incident tells of its end.
        time(&["incident.ended_at", "incident.started_at"]),
        severity_of(&["incident.severity"], entry::SEVERITIES),
        text(
            &[
                "incident.scoping_project_id",
                "incident.resource.labels.project_id",
            ],
            Column::Account,
        ),
        part(
            &[
                "incident.resource.labels.region",
                "incident.resource.labels.location",
                "incident.resource.labels.zone",
            ],
            Column::Region,
            entry::region,
        ),
        text(&["incident.state"], Column::Action),
        outcome_of(&["incident.state"], OUTCOMES),
        text(&["incident.incident_id"], Column::RequestId),
        text(&["incident.metric.type"], Column::Metric),
        value(&["incident.observed_value"]),
        text(
            &[
                "incident.summary",
                "incident.documentation.content",
                "incident.condition_name",
            ],
            Column::Body,
        ),
        text(
            &[
                "incident.resource_display_name",
                "incident.resource.labels.instance_id",
            ],
            Column::Host,
        ),
        resource(&["incident.resource_id", "incident.resource_display_name"]),
        resource_of(
            &["incident.condition.name"],
            "//monitoring.googleapis.com/{}",
        ),
    ],
    extras: &[
        ("incident.policy_name", "rule"),
        ("incident.condition_name", "condition"),
        ("incident.threshold_value", "threshold"),
        ("incident.resource.type", "resource_type"),
        ("incident.resource_type_display_name", "resource_type"),
        ("incident.url", "link"),
        ("incident.severity", "alert_severity"),
    ],
    finish: None,
};
