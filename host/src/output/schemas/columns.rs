//! Where the columns of table `logs` go.

use super::Class::{self, Api, Authentication, Dns, Finding, Http, Network};
use super::Kind::{Actor, End, Float, Host, Int, Method, Own, Process, Protocol, Text};
use super::Mapping;
use super::mapping::column;

const FLOWS: &[Class] = &[Network];
/// Classes whose method is a protocol.
const PROTOCOLS: &[Class] = &[Network, Dns, Finding];
const REQUESTS: &[Class] = &[Http];
const CALLS: &[Class] = &[Api];
const SIGN_INS: &[Class] = &[Authentication];
const ON_THE_WIRE: &[Class] = &[Network, Http, Dns];
/// Formats whose host is a pod.
const PODS: &[&str] = &["kubernetes.cri", "kubernetes.docker", "kubernetes.agent"];

const LAMBDA: &[&str] = &["aws.lambda"];
/// Formats of what asks functions, whose ids are those of the askers.
const CALLS_OF_LAMBDA: &[&str] = &["aws.lambda_request", "aws.lambda_trigger"];

/// The entries, in the order of the columns. The first entry of a column that fits the row counts.
pub static COLUMNS: &[Mapping] = &[
    column(
        "time",
        Own,
        "Timestamp",
        "@timestamp",
        "time, metadata.original_time",
    ),
    column(
        "observed_time",
        Own,
        "ObservedTimestamp",
        "event.created",
        "metadata.logged_time",
    ),
    column(
        "severity",
        Own,
        "SeverityNumber, SeverityText",
        "log.level",
        "severity_id, severity",
    ),
    column(
        "outcome",
        Own,
        "nepho.outcome",
        "event.outcome",
        "status_id, status; of findings unmapped.outcome",
    ),
    column(
        "status",
        Int,
        "http.response.status_code",
        "http.response.status_code",
        "http_response.code",
    )
    .of(REQUESTS),
    column(
        "status",
        Own,
        "http.response.status_code, rpc.response.status_code or nepho.status",
        "http.response.status_code or nepho.status",
        "status_code",
    ),
    column(
        "duration",
        Own,
        "nepho.duration",
        "event.duration",
        "duration",
    ),
    column(
        "source_port",
        Int,
        "source.port",
        "source.port",
        "src_endpoint.port",
    )
    .of(FLOWS),
    column(
        "source_port",
        Int,
        "client.port",
        "source.port",
        "src_endpoint.port",
    ),
    column(
        "peer_port",
        Own,
        "destination.port or server.port",
        "destination.port",
        "dst_endpoint.port",
    ),
    column("value", Float, "", "", ""),
    column(
        "bytes",
        Int,
        "nepho.record_bytes",
        "nepho.record_bytes",
        "unmapped.record_bytes",
    ),
    column("offset", Int, "", "", ""),
    column("line", Int, "", "", ""),
    column(
        "provider",
        Own,
        "cloud.provider",
        "cloud.provider",
        "cloud.provider",
    ),
    column(
        "account",
        Text,
        "cloud.account.id",
        "cloud.account.id",
        "cloud.account.uid",
    ),
    column(
        "region",
        Text,
        "cloud.region",
        "cloud.region",
        "cloud.region",
    ),
    column(
        "format",
        Own,
        "nepho.format",
        "event.dataset, event.module",
        "metadata.product.name, metadata.log_name",
    ),
    column(
        "service",
        Text,
        "service.name",
        "service.name",
        "api.service.name",
    )
    .of(CALLS),
    column(
        "service",
        Text,
        "service.name",
        "service.name",
        "dst_endpoint.svc_name",
    )
    .of(ON_THE_WIRE),
    column(
        "service",
        Text,
        "service.name",
        "service.name",
        "service.name",
    ),
    column("action", Text, "EventName", "event.action", "api.operation").of(CALLS),
    column(
        "action",
        Own,
        "EventName",
        "event.action",
        "metadata.event_code or activity_name",
    ),
    column(
        "actor",
        Actor,
        "user.id, user.email or user.name",
        "user.id, user.email or user.name",
        "user.uid, user.email_addr or user.name",
    )
    .of(SIGN_INS),
    column(
        "actor",
        Actor,
        "user.id, user.email or user.name",
        "user.id, user.email or user.name",
        "actor.user.uid, actor.user.email_addr or actor.user.name",
    ),
    column("source_ip", End, "source.address", "source", "src_endpoint").of(FLOWS),
    column("source_ip", End, "client.address", "source", "src_endpoint"),
    column(
        "user_agent",
        Text,
        "user_agent.original",
        "user_agent.original",
        "http_request.user_agent",
    ),
    column(
        "peer",
        End,
        "destination.address or server.address",
        "destination",
        "dst_endpoint",
    ),
    column(
        "method",
        Protocol,
        "network.transport or network.protocol.name",
        "network.transport or network.protocol",
        "connection_info.protocol_name",
    )
    .of(PROTOCOLS),
    column(
        "method",
        Method,
        "http.request.method",
        "http.request.method",
        "http_request.http_method",
    ),
    column(
        "path",
        Text,
        "url.path",
        "url.path",
        "http_request.url.path",
    ),
    column(
        "trace_id",
        Own,
        "TraceId",
        "trace.id",
        "metadata.correlation_uid",
    ),
    column("span_id", Own, "SpanId", "span.id", "unmapped.span_id"),
    column(
        "request_id",
        Text,
        "aws.request_id",
        "http.request.id",
        "http_request.uid",
    )
    .in_formats(&[
        "aws.s3_access",
        "aws.alb",
        "aws.elb",
        "aws.cloudfront",
        "aws.apigateway",
    ]),
    column(
        "request_id",
        Text,
        "aws.request_id",
        "event.id",
        "metadata.uid",
    )
    .in_formats(CALLS_OF_LAMBDA),
    column(
        "request_id",
        Text,
        "faas.invocation_id",
        "faas.execution",
        "metadata.uid",
    )
    .in_formats(LAMBDA),
    column(
        "request_id",
        Text,
        "azure.service.request.id",
        "http.request.id",
        "http_request.uid",
    )
    .in_formats(&["azure.frontdoor_access", "azure.waf", "azure.storage"]),
    column(
        "request_id",
        Text,
        "log.record.uid",
        "http.request.id",
        "http_request.uid",
    )
    .of(REQUESTS),
    column(
        "request_id",
        Text,
        "log.record.uid",
        "event.id",
        "api.request.uid",
    )
    .of(CALLS),
    column(
        "request_id",
        Text,
        "log.record.uid",
        "event.id",
        "metadata.uid",
    ),
    column("host", Text, "k8s.pod.name", "host.name", "device.hostname").in_formats(PODS),
    column(
        "host",
        Host,
        "host.name or faas.instance",
        "host.name",
        "device.hostname",
    ),
    column(
        "process",
        Process,
        "process.executable.name or InstrumentationScope.name",
        "process.name or log.logger",
        "actor.process.name",
    ),
    column(
        "environment",
        Text,
        "deployment.environment.name",
        "service.environment",
        "",
    ),
    column("team", Text, "", "", ""),
    column("metric", Text, "", "", ""),
    column("body", Own, "Body", "message", "message"),
    column(
        "raw",
        Own,
        "log.record.original",
        "event.original",
        "raw_data",
    ),
    column(
        "outer",
        Own,
        "log.record.original",
        "event.original",
        "raw_data",
    ),
    column("uri", Own, "log.file.path", "log.file.path", "unmapped.uri"),
    column(
        "resources",
        Own,
        "nepho.resources; cloud.resource_id if it is one of a cloud",
        "nepho.resources",
        "resources[].uid",
    ),
];
