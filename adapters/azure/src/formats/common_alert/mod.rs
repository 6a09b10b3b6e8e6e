//! Alerts of Azure Monitor in the common schema, as action groups send them.

pub(super) mod condition;

use std::borrow::Cow;

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, part, resource, severity_of, text, time,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::record::{namespace, resource_id, subscription};
use condition::Parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.common_alert",
    summary: "Alerts of Azure Monitor in the common alert schema",
    permissions: &["Microsoft.AlertsManagement/alerts/read"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TARGET: usize = 0;
pub(super) const RULE: usize = 1;
pub(super) const DESCRIPTION: usize = 2;
pub(super) const METRIC: usize = 3;
pub(super) const VALUE: usize = 4;
pub(super) const OPERATOR: usize = 5;
pub(super) const THRESHOLD: usize = 6;
pub(super) const AGGREGATION: usize = 7;
pub(super) const CAUSE: usize = 8;
const ITEM: usize = 9;

static TABLE: Table = Table {
    name: "azure.common_alert",
    needs: &[
        Need::Is("schemaId", "azureMonitorCommonAlertSchema"),
        Need::Has("data.essentials"),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&[
            "data.essentials.resolvedDateTime",
            "data.essentials.firedDateTime",
        ]),
        severity_of(&["data.essentials.severity"], SEVERITIES),
        text(&["data.essentials.monitorCondition"], Column::Action),
        text(
            &["data.essentials.originAlertId", "data.essentials.alertId"],
            Column::RequestId,
        ),
        text(&["data.alertContext.caller"], Column::Actor),
        resource(&[
            "data.essentials.alertTargetIDs[]",
            "data.alertContext.AlertData.BudgetId",
        ]),
        part(
            &[
                "data.essentials.alertTargetIDs[0]",
                "data.essentials.alertId",
            ],
            Column::Account,
            subscription,
        ),
        keep(
            &[
                "data.essentials.alertTargetIDs[0]",
                "data.alertContext.AlertData.BudgetId",
            ],
            TARGET,
        ),
        // Of a target that is a whole subscription, only the alert tells a namespace.
        part(&["data.essentials.alertId"], Column::Service, provider),
        keep(&["data.essentials.configurationItems[0]"], ITEM),
        keep(&["data.essentials.alertRule"], RULE),
        keep(&["data.essentials.description"], DESCRIPTION),
        keep(&["data.alertContext.condition.allOf[0].metricName"], METRIC),
        keep(&["data.alertContext.condition.allOf[0].metricValue"], VALUE),
        keep(
            &[
                "data.alertContext.condition.allOf[0].operator",
                "data.alertContext.Operator",
            ],
            OPERATOR,
        ),
        keep(
            &[
                "data.alertContext.condition.allOf[0].threshold",
                "data.alertContext.Threshold",
            ],
            THRESHOLD,
        ),
        keep(
            &[
                "data.alertContext.condition.allOf[0].timeAggregation",
                "data.alertContext.AlertType",
            ],
            AGGREGATION,
        ),
        keep(
            &[
                "data.alertContext.DetectionSummary",
                "data.alertContext.properties.title",
                "data.alertContext.operationName",
                "data.alertContext.expression",
            ],
            CAUSE,
        ),
    ],
    extras: &[
        ("data.essentials.alertRule", "rule"),
        ("data.essentials.monitoringService", "monitoring_service"),
        ("data.essentials.signalType", "signal_type"),
        ("data.essentials.firedDateTime", "fired"),
        ("data.essentials.severity", "severity_text"),
        ("data.alertContext.condition.windowSize", "window"),
        (
            "data.alertContext.condition.allOf[0].threshold",
            "threshold",
        ),
        ("data.alertContext.Threshold", "threshold"),
        ("data.alertContext.operationName", "operation"),
        ("data.alertContext.status", "state"),
        ("data.alertContext.correlationId", "correlation_id"),
        ("data.alertContext.properties.currentHealthStatus", "health"),
        ("data.alertContext.properties.trackingId", "tracking_id"),
        ("data.alertContext.expressionValue", "value"),
    ],
    finish: Some(finish),
};

/// Severities of Azure Monitor: critical, error, warning, informational, verbose.
const SEVERITIES: &[(&str, Severity)] = &[
    ("Sev0", Severity::CRITICAL),
    ("Sev1", Severity::ERROR),
    ("Sev2", Severity::WARN),
    ("Sev3", Severity::INFO),
    ("Sev4", Severity::DEBUG),
];

/// Provider namespace of a resource id; empty where it has none.
fn provider(id: &str) -> &str {
    namespace(id, "").unwrap_or_default()
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let target = event.kept(TARGET).unwrap_or_default();
    row.text(Column::Service, provider(&target));
    // Names of computers stand here as well, and often the target once more.
    let item = event.kept(ITEM).unwrap_or_default();
    if !item.eq_ignore_ascii_case(&target) {
        row.resource(resource_id(&item));
    }
    put_condition(event, row);
}

/// Puts the metric with its value, and what the alert is of with its condition.
pub(super) fn put_condition(event: &Event<'_>, row: &mut Row<'_>) {
    let metric = filled(event, METRIC);
    let value = filled(event, VALUE);
    let number = value.as_deref().and_then(|value| value.parse().ok());
    let number = number.filter(|number: &f64| number.is_finite());
    if let (Some(metric), Some(number)) = (&metric, number) {
        row.text(Column::Metric, metric).value(number);
    }
    let head = filled(event, DESCRIPTION).or_else(|| filled(event, RULE));
    let told = [AGGREGATION, OPERATOR, THRESHOLD].map(|number| filled(event, number));
    let [aggregation, operator, threshold] = told.each_ref().map(|text| text.as_deref());
    let parts = Parts {
        metric: metric.as_deref(),
        aggregation,
        operator,
        threshold,
        value: value.as_deref(),
    };
    put_body(head.as_deref(), &parts, filled(event, CAUSE), row);
}

/// Puts what the alert is of, and behind it the condition, or else the cause.
fn put_body(head: Option<&str>, parts: &Parts<'_>, cause: Option<Cow<'_, str>>, row: &mut Row<'_>) {
    let cause = condition::text_of(parts).or_else(|| cause.map(Into::into));
    match (head, cause) {
        (Some(head), Some(cause)) if head != cause.as_str() => {
            row.text_of(Column::Body, &[head, ": ", &cause])
        }
        (Some(head), _) => row.text(Column::Body, head),
        (None, Some(cause)) => row.text(Column::Body, &cause),
        (None, None) => row,
    };
}

/// Text that was kept under this number, if there is any.
pub(super) fn filled<'a>(event: &Event<'a>, number: usize) -> Option<Cow<'a, str>> {
    event.kept(number).filter(|text| !text.trim().is_empty())
}
