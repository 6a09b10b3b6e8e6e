//! Telemetry of Application Insights as its continuous export wrote it into storage.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, keep, outcome_of, part, severity, source_address,
    status, text, time, url, value,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.app_insights_export",
    summary: "Application Insights telemetry of the classic continuous export",
    permissions: &["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const EXCEPTION: usize = 0;

/// Durations are in units of 100 nanoseconds.
const TICK: f64 = 100.0;

const SUCCESS: &[(&str, Outcome)] = &[("true", Outcome::Success), ("false", Outcome::Failure)];

static TABLE: Table = Table {
    name: "azure.app_insights_export",
    needs: &[
        Need::Has("context.data.eventTime"),
        Need::HasAny(&[
            "request",
            "remoteDependency",
            "rddEvent",
            "message",
            "exception",
            "basicException",
            "event",
            "view",
            "clientPerformance",
            "viewPerformance",
            "performanceCounter",
            "availability",
            "metric",
        ]),
        Need::HasAny(&[
            "internal",
            "context.application",
            "context.operation",
            "context.device",
        ]),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["context.data.eventTime"]),
        text(
            &[
                "context.cloud.roleName",
                "context.device.roleName",
                "context.application.name",
            ],
            Column::Service,
        ),
        text(
            &[
                "context.cloud.roleInstance",
                "context.device.roleInstance",
                "context.device.id",
            ],
            Column::Host,
        ),
        text(&["context.operation.id"], Column::TraceId),
        text(
            &[
                "request[0].id",
                "remoteDependency[0].id",
                "rddEvent[0].id",
                "context.operation.parentId",
            ],
            Column::SpanId,
        ),
        text(&["internal.data.id"], Column::RequestId),
        text(
            &["context.user.authId", "context.user.accountId"],
            Column::Actor,
        ),
        source_address(&["context.location.clientip"]),
        status(&[
            "request[0].responseCode",
            "remoteDependency[0].resultCode",
            "rddEvent[0].resultCode",
        ]),
        outcome_of(
            &[
                "request[0].success",
                "remoteDependency[0].success",
                "rddEvent[0].success",
                "availability[0].success",
            ],
            SUCCESS,
        ),
        duration(
            &[
                "request[0].durationMetric.value",
                "remoteDependency[0].durationMetric.value",
                "rddEvent[0].durationMetric.value",
                "availability[0].durationMetric.value",
                "view[0].durationMetric.value",
            ],
            TICK,
        ),
        url(&["request[0].url", "request[0].urlData.base", "view[0].url"]),
        part(
            &[
                "request[0].name",
                "remoteDependency[0].name",
                "context.operation.name",
            ],
            Column::Method,
            parts::method,
        ),
        part(
            &[
                "remoteDependency[0].target",
                "remoteDependency[0].urlData.host",
                "remoteDependency[0].baseName",
                "rddEvent[0].target",
            ],
            Column::Peer,
            parts::target,
        ),
        severity(&[
            "message[0].severityLevel",
            "basicException[0].severityLevel",
            "exception[0].severityLevel",
        ]),
        text(
            &[
                "performanceCounter[0].name",
                "metric[0].name",
                "context.custom.metrics[0].name",
            ],
            Column::Metric,
        ),
        value(&["performanceCounter[0].value", "metric[0].value"]),
        text(
            &[
                "message[0].messageRaw",
                "message[0].message",
                "basicException[0].outerExceptionMessage",
                "basicException[0].message",
                "basicException[0].innermostExceptionMessage",
                "basicException[0].exceptionType",
                "exception[0].outerExceptionMessage",
                "exception[0].message",
                "exception[0].exceptionType",
                "availability[0].message",
                "request[0].name",
                "remoteDependency[0].name",
                "rddEvent[0].name",
                "event[0].name",
                "view[0].name",
            ],
            Column::Body,
        ),
        keep(&["basicException", "exception"], EXCEPTION),
    ],
    extras: &[
        ("context.operation.name", "operation"),
        ("context.application.version", "version"),
        ("context.location.country", "country"),
        ("context.session.id", "session"),
        ("remoteDependency[0].dependencyTypeName", "dependency_type"),
        ("remoteDependency[0].commandName", "data"),
        ("basicException[0].exceptionType", "exception"),
        ("basicException[0].method", "method"),
        ("context.data.samplingRate", "sampling_percent"),
    ],
    finish: Some(finish),
};

/// An exception is a failure.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept_value(EXCEPTION).is_some() {
        row.outcome(Outcome::Failure);
        if !row.has_severity() {
            row.severity(nepho_core::severity::Severity::ERROR);
        }
    }
}
