//! Alerts of Azure Monitor in the schemas that came before the common one, and that action groups
//! still send where nobody has asked for that.

use nepho_codec::table::{
    JsonFormats, Need, Table, keep, outcome_of, part, resource, severity_of, text, time,
};
use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome};

use super::common_alert::{
    AGGREGATION, CAUSE, DESCRIPTION, METRIC, OPERATOR, RULE, THRESHOLD, VALUE, put_condition,
};
use crate::record::{namespace, subscription};

register!(Component {
    kind: Kind::Format,
    name: "azure.monitor_alert",
    summary: "Alerts of Azure Monitor in the schemas before the common one",
    permissions: &[],
    make: Make::Format(|| Box::new(MonitorAlert)),
});

/// Severities by number; log alerts may write the words, and the activity log has levels of its
/// own.
const SEVERITIES: &[(&str, Severity)] = &[
    ("0", Severity::CRITICAL),
    ("1", Severity::ERROR),
    ("2", Severity::WARN),
    ("3", Severity::INFO),
    ("4", Severity::DEBUG),
    ("Critical", Severity::CRITICAL),
    ("Error", Severity::ERROR),
    ("Warning", Severity::WARN),
    ("Informational", Severity::INFO),
    ("Verbose", Severity::DEBUG),
];

/// How what the activity log tells of ended.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("Succeeded", Outcome::Success),
    ("Failed", Outcome::Failure),
];

const BASE: Table = Table {
    name: "azure.monitor_alert",
    needs: &[],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&[
            "data.context.timestamp",
            "data.context.activityLog.eventTimestamp",
            "SearchIntervalEndtimeUtc",
            "data.SearchIntervalEndtimeUtc",
        ]),
        severity_of(
            &[
                "data.context.severity",
                "data.context.activityLog.level",
                "Severity",
                "data.Severity",
            ],
            SEVERITIES,
        ),
        outcome_of(&["data.context.activityLog.status"], OUTCOMES),
        text(
            &["data.context.activityLog.operationName", "data.status"],
            Column::Action,
        ),
        text(&["data.context.activityLog.caller"], Column::Actor),
        text(
            &["data.context.activityLog.correlationId"],
            Column::RequestId,
        ),
        resource(RESOURCE),
        text(
            &[
                "data.context.subscriptionId",
                "data.context.activityLog.subscriptionId",
                "SubscriptionId",
                "data.SubscriptionId",
            ],
            Column::Account,
        ),
        part(RESOURCE, Column::Account, subscription),
        // What is of no resource, such as an event of Service Health.
        part(
            &["data.context.activityLog.operationName"],
            Column::Service,
            of_operation,
        ),
        part(RESOURCE, Column::Service, of_resource),
        keep(
            &["data.context.name", "AlertRuleName", "data.AlertRuleName"],
            RULE,
        ),
        keep(
            &[
                "data.context.description",
                "Description",
                "data.Description",
            ],
            DESCRIPTION,
        ),
        keep(&["data.context.condition.allOf[0].metricName"], METRIC),
        keep(
            &[
                "data.context.condition.allOf[0].metricValue",
                "ResultCount",
                "data.ResultCount",
            ],
            VALUE,
        ),
        keep(
            &[
                "data.context.condition.allOf[0].operator",
                "AlertThresholdOperator",
                "data.AlertThresholdOperator",
            ],
            OPERATOR,
        ),
        keep(
            &[
                "data.context.condition.allOf[0].threshold",
                "AlertThresholdValue",
                "data.AlertThresholdValue",
            ],
            THRESHOLD,
        ),
        keep(
            &[
                "data.context.condition.allOf[0].timeAggregation",
                "AlertType",
                "data.AlertType",
            ],
            AGGREGATION,
        ),
        keep(
            &[
                "data.context.activityLog.properties.title",
                "data.context.activityLog.description",
                "data.context.activityLog.operationName",
            ],
            CAUSE,
        ),
    ],
    extras: &[
        ("data.context.name", "rule"),
        ("AlertRuleName", "rule"),
        ("data.AlertRuleName", "rule"),
        ("data.context.condition.windowSize", "window"),
        ("data.context.condition.allOf[0].threshold", "threshold"),
        ("AlertThresholdValue", "threshold"),
        ("data.AlertThresholdValue", "threshold"),
        ("data.status", "alert_state"),
        ("data.context.activityLog.status", "state"),
        ("data.context.activityLog.eventSource", "event_category"),
        (
            "data.context.activityLog.properties.currentHealthStatus",
            "health",
        ),
        (
            "data.context.activityLog.properties.trackingId",
            "tracking_id",
        ),
        ("SearchQuery", "query"),
        ("data.SearchQuery", "query"),
    ],
    finish: Some(put_condition),
};

/// What the alert is on.
const RESOURCE: &[&str] = &[
    "data.context.resourceId",
    "data.context.activityLog.resourceId",
    "ResourceId",
    "data.ResourceId",
];

static OF_METRIC: Table = Table {
    needs: &[
        Need::Is("schemaId", "AzureMonitorMetricAlert"),
        Need::Has("data.context.timestamp"),
    ],
    ..BASE
};

static OF_ACTIVITY: Table = Table {
    needs: &[
        Need::Is("schemaId", "Microsoft.Insights/activityLogs"),
        Need::Has("data.context.activityLog.eventTimestamp"),
    ],
    ..BASE
};

/// Those of searches say so by what they have; older ones stand in `data`.
static OF_SEARCH: Table = Table {
    needs: &[
        Need::HasAny(&["AlertRuleName", "data.AlertRuleName"]),
        Need::HasAny(&["SearchQuery", "data.SearchQuery"]),
        Need::HasAny(&["SubscriptionId", "data.SubscriptionId"]),
        Need::HasAny(&["SearchIntervalEndtimeUtc", "data.SearchIntervalEndtimeUtc"]),
    ],
    ..BASE
};

const SHAPES: JsonFormats = JsonFormats(&[&OF_METRIC, &OF_ACTIVITY, &OF_SEARCH]);

struct MonitorAlert;

impl Format for MonitorAlert {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        SHAPES.sniff(sample)
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        SHAPES.may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        SHAPES.decoder(stream)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        SHAPES.extras(raw, stream, found);
    }
}

fn of_resource(id: &str) -> &str {
    namespace(id, "").unwrap_or_default()
}

fn of_operation(operation: &str) -> &str {
    namespace("", operation).unwrap_or_default()
}
