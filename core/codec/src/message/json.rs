//! JSON messages of applications: the names that logging libraries give to the same things.

use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::table::{Event, Field, Table, To};

const LEVEL_NUMBER: usize = 0;

/// Number of a `priority`, and what tells that it is one of syslog.
const PRIORITY: usize = 1;
const SYSLOG: usize = 2;

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
                "logged_at",
                "created_at",
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
            from: &[
                "level",
                "severity",
                "log.level",
                "lvl",
                "levelname",
                "loglevel",
                "log_level",
                "logLevel",
                "severityText",
                "severity_text",
                "@l",
            ],
            to: To::Severity,
        },
        Field {
            from: &["level", "severityNumber", "severity_number"],
            to: To::Keep(LEVEL_NUMBER),
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
            to: To::Text(Column::Service),
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
            to: To::Text(Column::Team),
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
            to: To::Text(Column::Method),
        },
        Field {
            from: &[
                "url.path",
                "http.target",
                "http.route",
                "path",
                "uri",
                "request.path",
                "req.url",
                "url",
                "request_uri",
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
                "target",
                "upstream_host",
            ],
            to: To::Text(Column::Peer),
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
                "ip",
                "x_forwarded_for",
            ],
            to: To::Text(Column::SourceIp),
        },
        Field {
            from: &[
                "user_agent.original",
                "user_agent",
                "userAgent",
                "http.user_agent",
                "http_user_agent",
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
                "principal",
            ],
            to: To::Text(Column::Actor),
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
            to: To::Text(Column::Host),
        },
        Field {
            from: &[
                "process.name",
                "logger",
                "logger_name",
                "log.logger",
                "name",
                "process",
                "caller",
                "thread",
            ],
            to: To::Text(Column::Process),
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
    if row.has_severity() {
        return;
    }
    let number = |place| event.kept(place)?.trim().parse::<u32>().ok();
    // The journal writes the level of syslog as `PRIORITY` (systemd.journal-fields(7)).
    let of_syslog = match event.kept_value(SYSLOG) {
        Some(_) => number(PRIORITY)
            .and_then(|level| u8::try_from(level).ok())
            .and_then(Severity::from_syslog),
        None => None,
    };
    if let Some(severity) = of_syslog.or_else(|| number(LEVEL_NUMBER).and_then(bunyan_severity)) {
        row.severity(severity);
    }
}

/// Severity of the numbers of bunyan and pino: 10 trace, 20 debug, ... 60 fatal
/// (github.com/trentm/node-bunyan, "Levels").
fn bunyan_severity(number: u32) -> Option<Severity> {
    Some(match number {
        10 => Severity::TRACE,
        20 => Severity::DEBUG,
        30 => Severity::INFO,
        40 => Severity::WARN,
        50 => Severity::ERROR,
        60 => Severity::FATAL,
        _ => return None,
    })
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
