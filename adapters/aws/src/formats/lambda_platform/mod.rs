//! Events of the platform of AWS Lambda as JSON: invocations that began, ended, failed, and what
//! they took.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, keep, outcome_of, part, resource, text, time,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::last_step;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.lambda_platform",
    summary: "Lambda platform events as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

/// How an invocation ended.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("success", Outcome::Success),
    ("failure", Outcome::Failure),
    ("error", Outcome::Failure),
    ("timeout", Outcome::Failure),
];

const KIND: usize = 0;
const STATUS: usize = 1;
const ERROR: usize = 2;
const DURATION: usize = 3;
const MEMORY: usize = 4;
const REASON: usize = 5;
const MILLISECOND: f64 = 1e6;

static TABLE: Table = Table {
    name: "aws.lambda_platform",
    needs: &[
        Need::Starts("type", "platform."),
        Need::Has("time"),
        Need::Has("record"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        text(&["type"], Column::Action),
        part(
            &["record.functionName", "record.functionArn"],
            Column::Service,
            last_step,
        ),
        resource(&["record.functionArn", "record.invokedFunctionArn"]),
        text(&["record.requestId"], Column::RequestId),
        part(&["record.tracing.value"], Column::TraceId, root),
        text(&["record.tracing.spanId"], Column::SpanId),
        outcome_of(&["record.status"], OUTCOMES),
        duration(&["record.metrics.durationMs"], MILLISECOND),
        keep(&["type"], KIND),
        keep(&["record.status"], STATUS),
        keep(&["record.errorType"], ERROR),
        keep(&["record.metrics.durationMs"], DURATION),
        keep(&["record.metrics.maxMemoryUsedMB"], MEMORY),
        keep(&["record.reason"], REASON),
    ],
    extras: &[
        ("record.version", "version"),
        ("record.functionVersion", "version"),
        ("record.runtimeVersion", "runtime"),
        ("record.initializationType", "initialization"),
        ("record.metrics.billedDurationMs", "billed_ms"),
        ("record.metrics.initDurationMs", "init_ms"),
        ("record.metrics.memorySizeMB", "memory_mb"),
        ("record.metrics.maxMemoryUsedMB", "max_memory_mb"),
        ("record.errorType", "error_type"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND).unwrap_or_default();
    let mut body = kind.strip_prefix("platform.").unwrap_or(&kind).to_owned();
    let told = [
        (STATUS, " ", ""),
        (ERROR, ": ", ""),
        (REASON, ": ", ""),
        (DURATION, ", ", " ms"),
        (MEMORY, ", ", " MB"),
    ];
    for (number, before, after) in told {
        if let Some(value) = event.kept(number) {
            body.push_str(&format!("{before}{value}{after}"));
        }
    }
    row.text(Column::Body, &body);
    let has_failed = event.kept(STATUS).is_some_and(|status| status != "success");
    if has_failed || event.kept(ERROR).is_some() || kind == "platform.fault" {
        row.severity(Severity::ERROR).outcome(Outcome::Failure);
    } else if kind == "platform.logsDropped" {
        row.severity(Severity::WARN);
    }
}

/// Trace id of `Root=1-...;Parent=...;Sampled=1`.
fn root(header: &str) -> &str {
    let mut parts = header.split(';');
    parts
        .find_map(|part| part.strip_prefix("Root="))
        .unwrap_or_default()
}
