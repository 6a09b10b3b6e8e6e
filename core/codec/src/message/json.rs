//! JSON messages of applications: the names that logging libraries give to the same things.

use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

pub use super::parts::url_path;
use super::parts::{agent, method, plain, put_outcome, stage, target, trace};
use crate::json::scan::ValueKind;
use crate::table::{Event, Field, Table, To};
use crate::time;

const LEVEL_NUMBER: usize = 0;

/// Number of a `priority`, and what tells that it is one of syslog.
const PRIORITY: usize = 1;
const SYSLOG: usize = 2;

/// What tells that levels are those of Windows.
const WINDOWS: usize = 3;

/// Seconds since 1970 and what is beyond them, in places of their own.
const SECONDS: usize = 4;
const NANOS: usize = 5;

/// Durations whose unit other fields tell.
const DURATION: usize = 6;
const CONTROLLER: usize = 7;
const LATENCY: usize = 8;
const ACTION: usize = 9;
const TOLD: usize = 10;

/// What tells that a record is one of Serilog, and whether that names a level.
const SERILOG: usize = 11;
const SERILOG_LEVEL: usize = 12;

/// What the loggers of Go call the time and the message.
const GO_TS: usize = 13;
const GO_TIME: usize = 14;
const GO_MESSAGE: usize = 15;

/// Name of the logger in the console format of .NET.
const CATEGORY: usize = 16;

/// Time and zone of Monolog 1.
const DATE: usize = 17;
const ZONE: usize = 18;

/// Words of `priority`. Its numbers are levels of syslog only beside other fields of the journal:
/// queues and schedulers number their jobs by the same name.
const PRIORITIES: &[(&str, Severity)] = &[
    ("emergency", Severity::FATAL),
    ("emerg", Severity::FATAL),
    ("fatal", Severity::FATAL),
    ("alert", Severity::ALERT),
    ("critical", Severity::CRITICAL),
    ("crit", Severity::CRITICAL),
    ("error", Severity::ERROR),
    ("err", Severity::ERROR),
    ("warning", Severity::WARN),
    ("warn", Severity::WARN),
    ("notice", Severity::NOTICE),
    ("info", Severity::INFO),
    ("informational", Severity::INFO),
    ("debug", Severity::DEBUG),
    ("trace", Severity::TRACE),
];

/// Codes of gRPC that are a server's doing; those of clients say nothing of it
/// (github.com/grpc-ecosystem/go-grpc-middleware, `logging`; grpc.io/docs/guides/status-codes, as
/// of 2026-11-29).
const CODES: &[(&str, Outcome)] = &[
    ("OK", Outcome::Success),
    ("DataLoss", Outcome::Failure),
    ("DeadlineExceeded", Outcome::Failure),
    ("Internal", Outcome::Failure),
    ("Unavailable", Outcome::Failure),
    ("Unimplemented", Outcome::Failure),
    ("Unknown", Outcome::Failure),
];

/// Durations by names that tell no unit.
const UNTOLD: &[&str] = &["duration", "latency", "elapsed", "elapsed_time"];

/// Fields by the names that are in use, the most specific first.
///
/// Sources (read 2026-11-21): Elastic Common Schema field reference, OpenTelemetry semantic
/// conventions, and the default output of logback, log4j2, zap, zerolog, slog, pino, bunyan,
/// winston, serilog, structlog; github.com/serilog/serilog-formatting-compact and
/// cloud.google.com/logging/docs/structured-logging (read 2026-11-28).
pub static TABLE: Table = Table {
    name: "generic.json",
    needs: &[],
    constants: &[],
    fields: &[
        Field {
            from: &[
                "@timestamp",
                "timestamp",
                "time",
                "ts",
                "datetime",
                "date",
                "eventTime",
                "event_time",
                "@t",
                "asctime",
                "TimeGenerated",
                "timeMillis",
                "timereported",
                "started_at",
                "logged_at",
                "created_at",
                "record.time.timestamp",
                "t",
                "date_time",
                "event_timestamp",
                "attributes.time",
                "time_iso8601",
                "msec",
                "time_local",
            ],
            to: To::Time,
        },
        // A level, where there is one, counts more.
        Field {
            from: &["priority"],
            to: To::SeverityOf(PRIORITIES),
        },
        Field {
            from: &["severityNumber", "severity_number"],
            to: To::Severity,
        },
        Field {
            from: &[
                "level_name",
                "severity_label",
                "level",
                "severity",
                "log.level",
                "@level",
                "lvl",
                "levelname",
                "loglevel",
                "log_level",
                "logLevel",
                "severityText",
                "severity_text",
                "@l",
                "record.level.name",
            ],
            to: To::Level,
        },
        Field {
            from: &["level", "severity"],
            to: To::Keep(LEVEL_NUMBER),
        },
        Field {
            from: &["EventID", "ProviderGuid", "ProviderName", "Keywords"],
            to: To::Keep(WINDOWS),
        },
        Field {
            from: &[
                "instant.epochSecond",
                "timestampSeconds",
                "timestamp.seconds",
            ],
            to: To::Keep(SECONDS),
        },
        Field {
            from: &["instant.nanoOfSecond", "timestampNanos", "timestamp.nanos"],
            to: To::Keep(NANOS),
        },
        Field {
            from: UNTOLD,
            to: To::Keep(DURATION),
        },
        Field {
            from: UNTOLD,
            to: To::Latency,
        },
        Field {
            from: &["controller"],
            to: To::Keep(CONTROLLER),
        },
        Field {
            from: &["action"],
            to: To::Keep(ACTION),
        },
        Field {
            from: &[
                "duration_ms",
                "latency_ms",
                "elapsed_ms",
                "durationMs",
                "latencyMs",
                "elapsedMs",
                "duration_ns",
                "latency_ns",
                "elapsed_ns",
                "event.duration",
                "duration_us",
                "latency_us",
                "elapsed_us",
                "duration_s",
                "request_time",
            ],
            to: To::Keep(TOLD),
        },
        Field {
            from: &["@t", "@mt", "MessageTemplate"],
            to: To::Keep(SERILOG),
        },
        Field {
            from: &["@l", "Level"],
            to: To::Keep(SERILOG_LEVEL),
        },
        Field {
            from: &["ts"],
            to: To::Keep(GO_TS),
        },
        Field {
            from: &["time"],
            to: To::Keep(GO_TIME),
        },
        Field {
            from: &["msg"],
            to: To::Keep(GO_MESSAGE),
        },
        Field {
            from: &["Category"],
            to: To::Keep(CATEGORY),
        },
        Field {
            from: &["datetime.date"],
            to: To::Keep(DATE),
        },
        Field {
            from: &["datetime.timezone"],
            to: To::Keep(ZONE),
        },
        Field {
            from: &["latency_human"],
            to: To::Keep(LATENCY),
        },
        Field {
            from: &["priority"],
            to: To::Keep(PRIORITY),
        },
        Field {
            from: &[
                "SYSLOG_IDENTIFIER",
                "SYSLOG_FACILITY",
                "_TRANSPORT",
                "_SYSTEMD_UNIT",
                "_COMM",
                "_PID",
            ],
            to: To::Keep(SYSLOG),
        },
        Field {
            from: &[
                "message",
                "msg",
                "@m",
                "short_message",
                "fields.message",
                "RenderedMessage",
                "@message",
                "record.message",
                "body.stringValue",
                "body",
                "log",
                "event.original",
                "event",
                "text",
                "error.message",
                "err.message",
                "error",
                "@mt",
                "MessageTemplate",
            ],
            to: To::Text(Column::Body),
        },
        Field {
            from: &[
                "service.name",
                "service",
                "service_name",
                "serviceName",
                "resource.service.name",
                "app",
                "application",
                "app_name",
                "appName",
                "component",
                "kubernetes.labels.app",
                "labels.app",
                "serviceContext.service",
                "dd.service",
                "otelServiceName",
                "_service",
            ],
            to: To::Part(Column::Service, plain),
        },
        Field {
            from: &["stage"],
            to: To::Part(Column::Environment, stage),
        },
        Field {
            from: &[
                "service.environment",
                "deployment.environment",
                "deployment.environment.name",
                "environment",
                "env",
                "labels.env",
                "labels.environment",
                "dd.env",
            ],
            to: To::Text(Column::Environment),
        },
        Field {
            from: &["team", "owner", "labels.team", "team_name", "squad"],
            to: To::Part(Column::Team, plain),
        },
        Field {
            from: &[
                "trace.id",
                "trace_id",
                "traceId",
                "traceID",
                "trace",
                "dd.trace_id",
                "otel.trace_id",
                "TraceId",
                "x-trace-id",
                "@tr",
                "mdc.traceId",
                "mdc.trace_id",
                "contextMap.traceId",
                "contextMap.trace_id",
                "context_map.trace_id",
                "Scopes[0].TraceId",
                "Scopes[1].TraceId",
                "logging.googleapis.com/trace",
                "otelTraceID",
                "xray_trace_id",
                "_trace_id",
                "_traceId",
            ],
            to: To::Part(Column::TraceId, trace),
        },
        Field {
            from: &[
                "span.id",
                "span_id",
                "spanId",
                "spanID",
                "dd.span_id",
                "SpanId",
                "@sp",
                "mdc.spanId",
                "mdc.span_id",
                "contextMap.spanId",
                "contextMap.span_id",
                "context_map.span_id",
                "Scopes[0].SpanId",
                "Scopes[1].SpanId",
                "logging.googleapis.com/spanId",
                "otelSpanID",
                "_span_id",
                "_spanId",
            ],
            to: To::Part(Column::SpanId, plain),
        },
        Field {
            from: &[
                "request_id",
                "requestId",
                "request.id",
                "req_id",
                "reqId",
                "http.request.id",
                "correlation_id",
                "correlationId",
                "x_request_id",
                "x-request-id",
                "req.id",
                "named_tags.request_id",
                "_request_id",
                "_requestId",
                "function_request_id",
            ],
            to: To::Part(Column::RequestId, plain),
        },
        Field {
            from: &[
                "http.response.status_code",
                "status_code",
                "statusCode",
                "http.status_code",
                "http_status",
                "status",
                "res.statusCode",
                "response.status",
                "code",
                "Properties.StatusCode",
                "http.status",
                "payload.status",
            ],
            to: To::Status,
        },
        Field {
            from: &[
                "httpRequest.status",
                "context.httpRequest.responseStatusCode",
            ],
            to: To::HttpStatus,
        },
        Field {
            from: &["duration_ns", "latency_ns", "elapsed_ns", "event.duration"],
            to: To::Duration(1.0),
        },
        Field {
            from: &["duration_us", "latency_us", "elapsed_us"],
            to: To::Duration(1e3),
        },
        Field {
            from: &[
                "duration_ms",
                "durationMs",
                "latency_ms",
                "latencyMs",
                "elapsed_ms",
                "elapsedMs",
                "response_time_ms",
                "took_ms",
                "responseTime",
                "response_time",
                "request_time_ms",
                "latencies.request",
                "took",
                "grpc.time_ms",
            ],
            to: To::Duration(1e6),
        },
        Field {
            from: &["request_time", "duration_s", "httpRequest.latency"],
            to: To::Duration(1e9),
        },
        Field {
            from: &["Properties.Elapsed"],
            to: To::Duration(1e6),
        },
        Field {
            from: &[
                "http.request.method",
                "http.method",
                "method",
                "http_method",
                "request.method",
                "req.method",
                "verb",
                "httpRequest.requestMethod",
                "context.httpRequest.method",
                "RequestMethod",
                "Properties.RequestMethod",
                "extra.http_method",
                "request_method",
                "payload.method",
            ],
            to: To::Part(Column::Method, method),
        },
        Field {
            from: &["endpoint", "request"],
            to: To::Part(Column::Path, target),
        },
        Field {
            from: &[
                "url.path",
                "http.target",
                "http.route",
                "path",
                "uri",
                "request.path",
                "request.uri",
                "req.url",
                "url",
                "request_uri",
                "Properties.RequestPath",
                "RequestPath",
                "httpRequest.requestUrl",
                "context.httpRequest.url",
                "extra.url",
                "route",
                "http.url",
                "http.url_details.path",
                "payload.path",
            ],
            to: To::Part(Column::Path, url_path),
        },
        Field {
            from: &[
                "peer.service",
                "peer",
                "upstream",
                "target_service",
                "targetService",
                "downstream",
                "dependency",
                "remote_service",
                "callee",
                "server.address",
                "db.host",
                "upstream_host",
            ],
            to: To::Part(Column::Peer, plain),
        },
        Field {
            from: &["dest_ip", "dstip", "dst_ip"],
            to: To::PeerAddress,
        },
        Field {
            from: &["dest_port", "dstport", "dst_port"],
            to: To::PeerPort,
        },
        // What goes by these names may be anything but an address as well.
        Field {
            from: &[
                "src_ip",
                "srcip",
                "remote-addr",
                "addr.remote",
                "remoteAddress",
                "network.client.ip",
                "id.orig_h",
                "client",
                "extra.ip",
            ],
            to: To::SourceAddress,
        },
        Field {
            from: &["src_port", "srcport"],
            to: To::SourcePort,
        },
        Field {
            from: &[
                "client.address",
                "client.ip",
                "source.ip",
                "client_ip",
                "clientIp",
                "remote_addr",
                "remoteAddr",
                "remote_ip",
                "req.remoteAddress",
                "req.ip",
                "ip",
                "ip_address",
                "ipAddress",
                "httpRequest.remoteIp",
                "context.httpRequest.remoteIp",
                "x_forwarded_for",
                "fwd",
                "peer.address",
                "remoteIp",
                "client_addr",
                "http.client_ip",
                "real_ip",
                "x-real-ip",
            ],
            to: To::Client,
        },
        Field {
            from: &["req.remotePort"],
            to: To::SourcePort,
        },
        Field {
            from: &["ua"],
            to: To::Part(Column::UserAgent, agent),
        },
        Field {
            from: &[
                "user_agent.original",
                "user_agent",
                "userAgent",
                "http.user_agent",
                "http_user_agent",
                "req.headers.user-agent",
                "httpRequest.userAgent",
                "context.httpRequest.userAgent",
                "http.useragent",
            ],
            to: To::Part(Column::UserAgent, plain),
        },
        Field {
            from: &[
                "user.name",
                "user.id",
                "user",
                "username",
                "user_id",
                "userId",
                "actor",
                "actor.user",
                "actor.id",
                "principal",
                "user.email",
                "usr.email",
                "usr.id",
                "author_name",
                "authorKey",
                "meta.user",
                "context.user",
                "usr.name",
            ],
            to: To::Part(Column::Actor, plain),
        },
        Field {
            from: &[
                "event.action",
                "action",
                "operation",
                "operationName",
                "eventName",
                "grpc.method",
            ],
            to: To::Part(Column::Action, plain),
        },
        Field {
            from: &["grpc.code"],
            to: To::OutcomeOf(CODES),
        },
        Field {
            from: &[
                "host.name",
                "hostname",
                "host",
                "pod",
                "pod_name",
                "kubernetes.pod_name",
                "kubernetes.pod.name",
                "instance",
                "node",
                "container_name",
            ],
            to: To::Part(Column::Host, plain),
        },
        Field {
            from: &[
                "process.name",
                "logger",
                "logger_name",
                "log.logger",
                "loggerName",
                "@module",
                "controller",
                "Properties.SourceContext",
                "_log_logger",
                "_logger",
                "_loggerName",
                "SourceContext",
                "record.name",
                "name",
                "process",
                "caller",
                "channel",
                "target",
                "thread",
            ],
            to: To::Part(Column::Process, plain),
        },
        Field {
            from: &["cloud.provider"],
            to: To::Text(Column::Provider),
        },
        Field {
            from: &["cloud.account.id", "account_id", "accountId"],
            to: To::Part(Column::Account, plain),
        },
        Field {
            from: &["cloud.region", "region", "aws_region"],
            to: To::Part(Column::Region, plain),
        },
        Field {
            from: &["metric", "metric_name", "metricName"],
            to: To::Part(Column::Metric, plain),
        },
        Field {
            from: &["value", "metric_value", "average"],
            to: To::Value,
        },
    ],
    extras: &[],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if !row.has_time() {
        finish_time(event, row);
    }
    finish_duration(event, row);
    let number = |place| event.kept(place)?.trim().parse::<u8>().ok();
    if event.kept_value(WINDOWS).is_some()
        && let Some(severity) = number(LEVEL_NUMBER).and_then(windows_severity)
    {
        row.severity(severity);
    }
    // The journal writes the level of syslog as `PRIORITY` (systemd.journal-fields(7)).
    if !row.has_severity()
        && event.kept_value(SYSLOG).is_some()
        && let Some(severity) = number(PRIORITY).and_then(Severity::from_syslog)
    {
        row.severity(severity);
    }
    // The compact format of Serilog leaves the level out where it is that of information.
    if !row.has_severity()
        && event.kept_value(SERILOG).is_some()
        && event.kept_value(SERILOG_LEVEL).is_none()
    {
        row.severity(Severity::INFO);
    }
    put_outcome(row);
    if !row.has(Column::Process)
        && event.kept_value(WINDOWS).is_some()
        && let Some(category) = event.kept(CATEGORY)
    {
        row.text(Column::Process, plain(&category));
    }
}

/// Time of `{"instant":{"epochSecond":1,"nanoOfSecond":2}}` (log4j2 `JsonLayout`) and
/// `"timestampSeconds":1,"timestampNanos":2` (logging libraries of Google).
fn finish_time(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept_value(SECONDS).is_none() {
        return finish_date(event, row);
    }
    let number = |place| event.kept(place)?.parse::<i64>().ok();
    if let Some(seconds) = number(SECONDS).filter(|seconds| (0..1 << 33).contains(seconds)) {
        let nanos = number(NANOS).filter(|nanos| (0..1_000_000_000).contains(nanos));
        row.time(Timestamp(seconds * 1_000_000_000 + nanos.unwrap_or(0)));
    }
}

/// Time of `"datetime":{"date":"2026-05-12 14:00:00.5","timezone":"+02:00"}` (Monolog 1). The name of
/// a region does not tell how far its clock is ahead.
fn finish_date(event: &Event<'_>, row: &mut Row<'_>) {
    let (Some(date), Some(zone)) = (event.kept(DATE), event.kept(ZONE)) else {
        return;
    };
    let is_offset = matches!(zone.as_bytes(), [b'+' | b'-', ..]);
    let zone = if zone.eq_ignore_ascii_case("UTC") {
        "Z"
    } else {
        &zone
    };
    if (is_offset || zone == "Z")
        && let Some(time) = time::parse(&format!("{date}{zone}"))
    {
        row.time(time);
    }
}

/// Durations by names that tell no unit, where another member of the record tells it.
fn finish_duration(event: &Event<'_>, row: &mut Row<'_>) {
    let Some(text) = event.kept(DURATION) else {
        return;
    };
    // A name that tells the unit is surer.
    if event.kept_value(TOLD).is_some() {
        return;
    }
    if let Some(human) = event.kept(LATENCY)
        && let Some(nanos) = time::duration(&human, 1e9)
    {
        row.duration(nanos);
        return;
    }
    // Text with a unit of its own is what it says, whatever the record tells.
    if let Some(unit) = unit(event, &text)
        && let Some(nanos) = time::duration(&text, unit)
    {
        row.duration(nanos);
    }
}

/// Nanoseconds of the unit of a bare number.
///
/// Serilog and lograge (`controller` and `action` beside it) write milliseconds. The loggers of Go,
/// which are known by `msg` with `ts` or a `time` that is text, write a `time.Duration` as
/// nanoseconds or, with a fraction, as seconds (zap); a whole number below a million is of no unit
/// that could be told.
fn unit(event: &Event<'_>, text: &str) -> Option<f64> {
    let is_there = |place| event.kept_value(place).is_some();
    let is_fraction = text.contains('.');
    if is_there(SERILOG) || is_fraction && is_there(CONTROLLER) && is_there(ACTION) {
        return Some(1e6);
    }
    let is_zap = is_there(GO_TS);
    let time = event.kept_value(GO_TIME).map(|value| value.kind);
    if !is_there(GO_MESSAGE) || !is_zap && time != Some(ValueKind::Text) {
        return None;
    }
    match text.parse::<u64>() {
        Ok(1_000_000..) => Some(1.0),
        Err(_) if is_zap => Some(1e9),
        _ => None,
    }
}

/// Severity of a level of Windows events (learn.microsoft.com/windows/win32/wes/
/// eventmanifestschema-leveltype-complextype): 1 critical to 5 verbose.
fn windows_severity(level: u8) -> Option<Severity> {
    Some(match level {
        1 => Severity::CRITICAL,
        2 => Severity::ERROR,
        3 => Severity::WARN,
        0 | 4 => Severity::INFO,
        5 => Severity::TRACE,
        _ => return None,
    })
}
