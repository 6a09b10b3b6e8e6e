//! Events of the platform of AWS Lambda as JSON: invocations that began, ended, failed, and what
//! they took; and what functions and extensions wrote, as the Telemetry API hands it on.

use std::borrow::Cow;

use nepho_codec::json::fields::{pick, text_of};
use nepho_codec::json::unescape;
use nepho_codec::message::severity_of;
use nepho_codec::table::{
    Event, JsonFormats, Need, Table, duration, keep, outcome_of, part, resource, text, time,
};
use nepho_codec::time::parse;
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, last_step, region_of, trace_root};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.lambda_platform",
    summary: "Lambda platform events as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(Platform(JsonFormats(&TABLES)))),
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
const NAME: usize = 6;
const STATE: usize = 7;
const RECORD: usize = 8;
const LEVEL: usize = 9;
const MILLISECOND: f64 = 1e6;

static TABLES: [&Table; 3] = [&TABLE, &WRITTEN, &INVOCATION];

/// Conditions under which an asynchronous invocation is told to a destination.
const CONDITIONS: &[(&str, Outcome)] = &[
    ("Success", Outcome::Success),
    ("RetriesExhausted", Outcome::Failure),
    ("EventAgeExceeded", Outcome::Failure),
];

/// An asynchronous invocation, as a destination gets it.
///
/// Source: docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html, read
/// 2026-11-30.
static INVOCATION: Table = Table {
    name: "aws.lambda_platform",
    needs: &[
        Need::Has("timestamp"),
        Need::Has("requestContext.functionArn"),
        Need::Has("requestContext.condition"),
        Need::HasAny(&["requestPayload", "responseContext"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["timestamp"]),
        part(&["requestContext.functionArn"], Column::Account, account_of),
        part(&["requestContext.functionArn"], Column::Region, region_of),
        part(
            &["requestContext.functionArn"],
            Column::Service,
            function_name,
        ),
        resource(&["requestContext.functionArn"]),
        text(&["requestContext.requestId"], Column::RequestId),
        text(&["requestContext.condition"], Column::Action),
        outcome_of(&["requestContext.condition"], CONDITIONS),
        text(&["responsePayload.errorMessage"], Column::Body),
    ],
    extras: &[
        ("responsePayload.errorType", "error_type"),
        ("requestContext.approximateInvokeCount", "attempts"),
    ],
    finish: None,
};

/// Name of a function: `pay` of `arn:aws:lambda:eu-west-1:111122223333:function:pay:$LATEST`.
fn function_name(arn: &str) -> &str {
    arn.split(':').nth(6).unwrap_or_default()
}

/// What a function or an extension wrote.
///
/// Source: docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html, "Extension" and
/// "Function", as of 2026-11-28.
static WRITTEN: Table = Table {
    name: "aws.lambda_platform",
    needs: &[
        Need::IsAny("type", &["function", "extension"]),
        Need::Has("time"),
        Need::Has("record"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        text(
            &["record.requestId", "record.AWSRequestId"],
            Column::RequestId,
        ),
        nepho_codec::table::severity(&["record.level"]),
        part(&["record.message", "record"], Column::Body, str::trim_end),
        keep(&["record.level"], LEVEL),
        keep(&["record"], RECORD),
    ],
    extras: &[("type", "source")],
    finish: Some(finish_written),
};

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
        part(
            &["record.functionArn", "record.invokedFunctionArn"],
            Column::Account,
            account_of,
        ),
        part(
            &["record.functionArn", "record.invokedFunctionArn"],
            Column::Region,
            region_of,
        ),
        text(&["record.requestId"], Column::RequestId),
        part(&["record.tracing.value"], Column::TraceId, trace_root),
        text(&["record.tracing.spanId"], Column::SpanId),
        outcome_of(&["record.status"], OUTCOMES),
        duration(&["record.metrics.durationMs"], MILLISECOND),
        keep(&["type"], KIND),
        keep(&["record.status"], STATUS),
        keep(&["record.errorType"], ERROR),
        keep(&["record.metrics.durationMs"], DURATION),
        keep(&["record.metrics.maxMemoryUsedMB"], MEMORY),
        keep(&["record.reason"], REASON),
        keep(&["record.name"], NAME),
        keep(&["record.state"], STATE),
        keep(&["record"], RECORD),
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
        // An extension, and what it is at.
        (NAME, " ", ""),
        (STATE, " ", ""),
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
    // A fault is told by text.
    if event.kept_container(RECORD).is_none()
        && let Some(text) = event.kept(RECORD)
    {
        body.push_str(&format!(": {}", text.trim_end()));
    }
    row.text(Column::Body, &body);
    let has_failed = event.kept(STATUS).is_some_and(|status| status != "success");
    if has_failed || event.kept(ERROR).is_some() || kind == "platform.fault" {
        row.severity(Severity::ERROR).outcome(Outcome::Failure);
    } else if kind == "platform.logsDropped" {
        row.severity(Severity::WARN);
    }
}

/// What a function printed has a level at most within its text.
fn finish_written(event: &Event<'_>, row: &mut Row<'_>) {
    let is_text = event.kept_container(RECORD).is_none() && event.kept(LEVEL).is_none();
    let text = event.kept(RECORD).filter(|_| is_text);
    if let Some(severity) = text.and_then(|text| severity_of(&text)) {
        row.severity(severity);
    }
}

/// The tables, and what stands in a record of a function.
struct Platform(JsonFormats);

impl Format for Platform {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        self.0.sniff(sample)
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.0.may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let [time, ..] = members(record.text)?;
        let mut envelope = record.envelope.clone().with(Column::Provider, "aws");
        envelope.time = time.and_then(text_of).and_then(parse).or(envelope.time);
        let text = self.inside_text(record)?;
        Some(Inside { text, envelope })
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        let [_, kind, written] = members(record.text)?;
        if !matches!(kind.and_then(text_of), Some("function" | "extension")) {
            return None;
        }
        Some(match written?.starts_with('"') {
            true => unescape(text_of(written?)?).trim_end().to_owned().into(),
            false => written?.into(),
        })
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        self.0.decoder(stream)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, found);
    }
}

/// JSON texts of time, type and record.
fn members(text: &str) -> Option<[Option<&str>; 3]> {
    pick(text.trim(), ["time", "type", "record"])
}
