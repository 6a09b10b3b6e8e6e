//! What `EventBridge` logs of its own work: how event buses and pipes handled events.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, part, resource, severity, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.eventbridge_log",
    summary: "EventBridge logs of event buses and pipes",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const KIND: usize = 0;

static TABLES: [&Table; 2] = [&BUS, &PIPE];

static BUS: Table = Table {
    name: "aws.eventbridge_log",
    needs: &[
        Need::Has("resource_arn"),
        Need::Has("message_timestamp_ms"),
        Need::Has("message_type"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "events.amazonaws.com"),
    ],
    fields: &[
        time(&["message_timestamp_ms"]),
        part(&["resource_arn"], Column::Account, account_of),
        part(&["resource_arn"], Column::Region, region_of),
        text(&["message_type"], Column::Action),
        severity(&["log_level"]),
        text(&["event_id", "request_id"], Column::RequestId),
        resource(&["resource_arn"]),
        resource(&["details.rule_arn"]),
        resource(&["details.target_arn"]),
        text(&["error.error_message"], Column::Body),
        keep(&["message_type"], KIND),
    ],
    extras: &[
        ("request_id", "request_id"),
        ("invocation_id", "invocation_id"),
        ("error.aws_service", "failed_service"),
        ("error.http_status_code", "error_status"),
    ],
    finish: Some(finish),
};

static PIPE: Table = Table {
    name: "aws.eventbridge_log",
    needs: &[
        Need::Contains("resourceArn", ":pipe/"),
        Need::Has("executionId"),
        Need::Has("messageType"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "pipes.amazonaws.com"),
    ],
    fields: &[
        time(&["timestamp"]),
        part(&["resourceArn"], Column::Account, account_of),
        part(&["resourceArn"], Column::Region, region_of),
        text(&["messageType"], Column::Action),
        severity(&["logLevel"]),
        text(&["executionId"], Column::RequestId),
        resource(&["resourceArn"]),
        text(&["error.message"], Column::Body),
        keep(&["messageType"], KIND),
    ],
    extras: &[
        ("error.httpStatusCode", "error_status"),
        ("error.awsService", "failed_service"),
    ],
    finish: Some(finish),
};

/// Steps are named by what became of them: `EVENT_INGEST_SUCCESS`, `ExecutionFailed`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND).unwrap_or_default();
    let kind = kind.to_ascii_uppercase();
    let is = |endings: &[&str]| endings.iter().any(|ending| kind.ends_with(ending));
    if is(&["FAILURE", "FAILED", "THROTTLE", "_DLQ"]) {
        row.outcome(Outcome::Failure);
    } else if is(&["SUCCESS", "SUCCEEDED"]) {
        row.outcome(Outcome::Success);
    }
}
