//! JSON messages of applications: the names that logging libraries give to the same things.

use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

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
const MILLISECONDS: usize = 10;

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

/// Fields by the names that are in use, the most specific first.
///
/// Sources (read 2026-11-21): Elastic Common Schema field reference, OpenTelemetry semantic
/// conventions, and the default output of logback, log4j2, zap, zerolog, slog, pino, bunyan,
/// winston, serilog, structlog.
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
            from: &["duration", "latency", "elapsed"],
            to: To::Keep(DURATION),
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
            ],
            to: To::Keep(MILLISECONDS),
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
            ],
            to: To::Part(Column::Service, plain),
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
                "stage",
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
            ],
            to: To::Text(Column::TraceId),
        },
        Field {
            from: &[
                "span.id",
                "span_id",
                "spanId",
                "spanID",
                "dd.span_id",
                "SpanId",
            ],
            to: To::Text(Column::SpanId),
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
            ],
            to: To::Text(Column::RequestId),
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
            ],
            to: To::Status,
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
            ],
            to: To::Duration(1e6),
        },
        Field {
            from: &[
                "duration",
                "latency",
                "elapsed",
                "request_time",
                "duration_s",
                "elapsed_time",
            ],
            to: To::Duration(1e9),
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
            ],
            to: To::Part(Column::Method, plain),
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
                "endpoint",
                "route",
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
                "x_forwarded_for",
                "fwd",
            ],
            to: To::Client,
        },
        Field {
            from: &["req.remotePort"],
            to: To::SourcePort,
        },
        Field {
            from: &[
                "user_agent.original",
                "user_agent",
                "userAgent",
                "http.user_agent",
                "http_user_agent",
                "req.headers.user-agent",
            ],
            to: To::Text(Column::UserAgent),
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
            ],
            to: To::Text(Column::Action),
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
            to: To::Text(Column::Account),
        },
        Field {
            from: &["cloud.region", "region", "aws_region"],
            to: To::Text(Column::Region),
        },
        Field {
            from: &["metric", "metric_name", "metricName"],
            to: To::Text(Column::Metric),
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
    finish_time(event, row);
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
}

/// Time of `{"instant":{"epochSecond":1,"nanoOfSecond":2}}` (log4j2 `JsonLayout`) and
/// `"timestampSeconds":1,"timestampNanos":2` (logging libraries of Google).
fn finish_time(event: &Event<'_>, row: &mut Row<'_>) {
    if row.has_time() || event.kept_value(SECONDS).is_none() {
        return;
    }
    let number = |place| event.kept(place)?.parse::<i64>().ok();
    if let Some(seconds) = number(SECONDS).filter(|seconds| (0..1 << 33).contains(seconds)) {
        let nanos = number(NANOS).filter(|nanos| (0..1_000_000_000).contains(nanos));
        row.time(Timestamp(seconds * 1_000_000_000 + nanos.unwrap_or(0)));
    }
}

/// A whole number from a million on is one of nanoseconds: Go writes its durations so (Echo,
/// `log/slog`). One beyond an hour of seconds may as well be milliseconds, so that nothing is said.
/// Beside `controller` and `action` a number is in milliseconds (lograge); with `latency_human`
/// that tells the unit.
fn finish_duration(event: &Event<'_>, row: &mut Row<'_>) {
    let Some(text) = event.kept(DURATION) else {
        return;
    };
    // A name that tells the unit is surer.
    if let Some(millis) = event.kept(MILLISECONDS)
        && let Some(nanos) = time::duration(&millis, 1e6)
    {
        row.duration(nanos);
        return;
    }
    if let Some(human) = event.kept(LATENCY)
        && let Some(nanos) = time::duration(&human, 1e9)
    {
        row.duration(nanos);
        return;
    }
    let Ok(number) = text.parse::<f64>() else {
        return;
    };
    let unit = match text.parse::<u64>() {
        Ok(1_000_000..) => 1.0,
        _ if event.kept_value(CONTROLLER).is_some()
            && event.kept_value(ACTION).is_some()
            && text.contains('.') =>
        {
            1e6
        }
        Ok(3_600..) => {
            row.no_duration();
            return;
        }
        _ => return,
    };
    if let Some(nanos) = time::duration(&number.to_string(), unit) {
        row.duration(nanos);
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

/// Text that is no object, no list, and no length of time (`service=12ms`).
fn plain(text: &str) -> &str {
    match text.as_bytes() {
        [b'{' | b'[', ..] => "",
        [b'0'..=b'9', .., b'm', b's'] if time::duration(text, 1e6).is_some() => "",
        _ => text,
    }
}

/// Path of a URL or of a request target, without host and query.
pub fn url_path(url: &str) -> &str {
    let bytes = url.as_bytes();
    let scheme = match bytes.first() {
        Some(b'/') => None,
        _ => memchr::memchr(b':', bytes),
    };
    let start = match scheme {
        Some(colon) if bytes.get(colon + 1..colon + 3) == Some(b"//") => {
            match memchr::memchr(b'/', bytes.get(colon + 3..).unwrap_or_default()) {
                Some(slash) => colon + 3 + slash,
                None => return "/",
            }
        }
        _ => 0,
    };
    let end =
        memchr::memchr2(b'?', b'#', &bytes[start..]).map_or(bytes.len(), |length| start + length);
    url.get(start..end).unwrap_or(url)
}
