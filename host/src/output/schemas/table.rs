//! The mapping table.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Class::{self, Api, Authentication, Dns, Finding, Http, Network};
use super::Kind::{
    Actor, Direction, End, Error, Float, HttpVersion, Int, Ip, List, Lower, Method, Own, Protocol,
    Text, TlsVersion,
};
use super::Mapping;
use super::mapping::{column, extra};

const FLOWS: &[Class] = &[Network];
/// Classes whose method is a protocol.
const PROTOCOLS: &[Class] = &[Network, Dns, Finding];
/// Classes whose direction is that of a connection.
const CONNECTIONS: &[Class] = &[Network, Http, Dns, Finding];
const REQUESTS: &[Class] = &[Http];
const CALLS: &[Class] = &[Api];
const SIGN_INS: &[Class] = &[Authentication];
const FINDINGS: &[Class] = &[Finding];
const ON_THE_WIRE: &[Class] = &[Network, Http, Dns];
/// Formats that tell the size of the body only, without the header.
const BODY_ONLY: &[&str] = &[
    "aws.s3_access",
    "nginx.",
    "ingress_nginx.",
    "apache.",
    "proxies.access_log",
    "caddy.",
    "traefik.",
];
const KUBERNETES: &[&str] = &["kubernetes.", "azure.kube_", "azure.containers", "gcp.log"];
const PODS: &[&str] = &["kubernetes.cri", "kubernetes.docker", "kubernetes.agent"];
const DATABASES: &[&str] = &[
    "mongodb.",
    "mysql.",
    "postgresql.",
    "elasticsearch.",
    "aws.rds_",
    "azure.sql",
    "azure.cosmos_db",
];
const LAMBDA: &[&str] = &["aws.lambda"];

/// What goes where. Columns of table `logs` come first, in their order; then the normalised names
/// that formats tell beyond the columns. The first entry of a name that fits the row counts; a
/// name that has none goes to the namespace.
pub static MAPPINGS: &[Mapping] = &[
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
        "aws.lambda",
    ]),
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
    column("host", Text, "host.name", "host.name", "device.hostname"),
    column(
        "process",
        Text,
        "process.executable.name",
        "process.name",
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
    // Requests.
    extra(
        "bytes",
        Int,
        "http.response.body.size",
        "http.response.body.bytes",
        "http_response.length",
    )
    .in_formats(BODY_ONLY),
    extra(
        "bytes",
        Int,
        "http.response.size",
        "http.response.bytes",
        "traffic.bytes_in",
    )
    .of(REQUESTS),
    extra(
        "bytes",
        Int,
        "nepho.bytes",
        "network.bytes",
        "traffic.bytes",
    ),
    extra(
        "received_bytes",
        Int,
        "http.request.size",
        "http.request.bytes",
        "traffic.bytes_out",
    )
    .of(REQUESTS),
    extra(
        "received_bytes",
        Int,
        "nepho.received_bytes",
        "destination.bytes",
        "traffic.bytes_in",
    ),
    extra(
        "bytes_received",
        Int,
        "http.request.size",
        "http.request.bytes",
        "traffic.bytes_out",
    )
    .of(REQUESTS),
    extra(
        "request_bytes",
        Int,
        "http.request.size",
        "http.request.bytes",
        "traffic.bytes_out",
    )
    .of(REQUESTS),
    extra(
        "response_bytes",
        Int,
        "nepho.response_bytes",
        "destination.bytes",
        "traffic.bytes_in",
    ),
    extra(
        "http_method",
        Method,
        "http.request.method",
        "http.request.method",
        "http_request.http_method",
    ),
    extra(
        "http_version",
        HttpVersion,
        "network.protocol.version",
        "http.version",
        "http_request.version",
    ),
    extra(
        "url",
        Text,
        "url.full",
        "url.full",
        "http_request.url.url_string",
    ),
    extra(
        "request_host",
        Text,
        "server.address",
        "url.domain",
        "http_request.url.hostname",
    ),
    extra(
        "domain",
        Text,
        "server.address",
        "url.domain",
        "http_request.url.hostname",
    )
    .of(REQUESTS),
    extra(
        "host",
        Text,
        "server.address",
        "url.domain",
        "http_request.url.hostname",
    )
    .of(REQUESTS),
    extra(
        "referer",
        List,
        "http.request.header.referer",
        "http.request.referrer",
        "http_request.referrer",
    ),
    extra(
        "referrer",
        List,
        "http.request.header.referer",
        "http.request.referrer",
        "http_request.referrer",
    ),
    extra(
        "forwarded_for",
        List,
        "http.request.header.x-forwarded-for",
        "",
        "http_request.x_forwarded_for",
    ),
    extra(
        "x_forwarded_for",
        List,
        "http.request.header.x-forwarded-for",
        "",
        "http_request.x_forwarded_for",
    ),
    extra(
        "content_type",
        List,
        "http.response.header.content-type",
        "http.response.mime_type",
        "",
    )
    .of(REQUESTS),
    extra("route", Text, "http.route", "", ""),
    // Connections.
    extra(
        "protocol",
        Protocol,
        "network.transport, network.protocol.name or url.scheme",
        "network.transport, network.protocol or url.scheme",
        "connection_info.protocol_name or http_request.version",
    ),
    extra(
        "app_protocol",
        Lower,
        "network.protocol.name",
        "network.protocol",
        "",
    ),
    extra("packets", Int, "", "network.packets", "traffic.packets"),
    extra(
        "received_packets",
        Int,
        "",
        "destination.packets",
        "traffic.packets_in",
    ),
    extra(
        "flow_direction",
        Direction,
        "",
        "network.direction",
        "connection_info.direction",
    ),
    extra(
        "direction",
        Direction,
        "",
        "network.direction",
        "connection_info.direction",
    )
    .of(CONNECTIONS),
    extra(
        "dst_ip",
        Ip,
        "destination.address",
        "destination.ip",
        "dst_endpoint.ip",
    ),
    extra(
        "dst_port",
        Int,
        "destination.port",
        "destination.port",
        "dst_endpoint.port",
    ),
    extra("nat_ip", Ip, "", "source.nat.ip", ""),
    extra("nat_port", Int, "", "source.nat.port", ""),
    extra("translated_ip", Ip, "", "destination.nat.ip", ""),
    extra("translated_port", Int, "", "destination.nat.port", ""),
    extra(
        "tls_version",
        TlsVersion,
        "tls.protocol.version, tls.protocol.name",
        "tls.version, tls.version_protocol",
        "tls.version",
    ),
    extra("tls_cipher", Text, "tls.cipher", "tls.cipher", "tls.cipher"),
    extra("ja3", Text, "tls.client.ja3", "tls.client.ja3", ""),
    extra(
        "country",
        Text,
        "geo.country.iso_code",
        "source.geo.country_iso_code",
        "src_endpoint.location.country",
    ),
    extra(
        "city",
        Text,
        "geo.locality.name",
        "source.geo.city_name",
        "src_endpoint.location.city",
    ),
    // Names.
    extra(
        "dns_question",
        Text,
        "dns.question.name",
        "dns.question.name",
        "query.hostname",
    ),
    extra("dns_type", Text, "", "dns.question.type", "query.type"),
    extra("dns_response_code", Text, "", "dns.response_code", "rcode"),
    extra("response_code", Text, "", "dns.response_code", "rcode").of(&[Dns]),
    extra("dns_id", Text, "", "dns.id", ""),
    // Who, and in which session.
    extra("user_id", Text, "user.id", "user.id", "user.uid").of(SIGN_INS),
    extra("user_id", Text, "user.id", "user.id", "actor.user.uid"),
    extra("session_id", Text, "session.id", "", "session.uid"),
    extra("session", Text, "session.id", "", "session.uid"),
    // Errors, rules, findings.
    extra(
        "error_code",
        Error,
        "error.type",
        "error.code",
        "api.response.error",
    )
    .of(CALLS),
    extra(
        "error_code",
        Error,
        "error.type",
        "error.code",
        "status_code",
    ),
    extra(
        "error_type",
        Error,
        "error.type",
        "error.type",
        "api.response.error",
    )
    .of(CALLS),
    extra(
        "error_type",
        Error,
        "error.type",
        "error.type",
        "status_code",
    ),
    extra("error_message", Text, "", "error.message", "status_detail"),
    extra("reason", Text, "", "event.reason", "status_detail"),
    extra("reject_reason", Text, "", "event.reason", "status_detail"),
    extra("event_code", Text, "", "event.code", "metadata.event_code"),
    extra(
        "rule",
        Text,
        "security_rule.name",
        "rule.name",
        "finding_info.analytic.name",
    )
    .of(FINDINGS),
    extra(
        "rule",
        Text,
        "security_rule.name",
        "rule.name",
        "firewall_rule.name",
    )
    .of(ON_THE_WIRE),
    extra("rule", Text, "security_rule.name", "rule.name", ""),
    extra(
        "rule_set",
        Text,
        "security_rule.ruleset.name",
        "rule.ruleset",
        "",
    ),
    extra(
        "rule_group",
        Text,
        "security_rule.ruleset.name",
        "rule.ruleset",
        "",
    ),
    extra("link", Text, "", "event.reference", "finding_info.src_url"),
    extra("cve", Text, "", "vulnerability.id", ""),
    extra("vulnerability", Text, "", "vulnerability.id", ""),
    // Where it ran.
    extra(
        "zone",
        Text,
        "cloud.availability_zone",
        "cloud.availability_zone",
        "cloud.zone",
    )
    .in_formats(&["aws.", "gcp.", "azure."]),
    extra(
        "namespace",
        Text,
        "k8s.namespace.name",
        "orchestrator.namespace",
        "",
    )
    .in_formats(KUBERNETES),
    extra(
        "cluster",
        Text,
        "k8s.cluster.name",
        "orchestrator.cluster.name",
        "",
    )
    .in_formats(KUBERNETES),
    extra(
        "container",
        Text,
        "k8s.container.name",
        "container.name",
        "",
    )
    .in_formats(KUBERNETES),
    extra("container_id", Text, "container.id", "container.id", ""),
    extra(
        "image",
        Text,
        "container.image.name",
        "container.image.name",
        "",
    ),
    extra("version", Text, "faas.version", "faas.version", "").in_formats(LAMBDA),
    extra(
        "pid",
        Int,
        "process.pid",
        "process.pid",
        "actor.process.pid",
    ),
    extra(
        "process_id",
        Int,
        "process.pid",
        "process.pid",
        "actor.process.pid",
    ),
    extra(
        "command",
        Text,
        "process.command_line",
        "process.command_line",
        "actor.process.cmd_line",
    ),
    extra(
        "executable",
        Text,
        "process.executable.path",
        "process.executable",
        "",
    ),
    extra("thread", Text, "thread.name", "process.thread.name", ""),
    extra("stream", Text, "log.iostream", "", ""),
    extra("file", Text, "file.path", "file.path", ""),
    extra(
        "source_file",
        Text,
        "code.file.path",
        "log.origin.file.name",
        "",
    ),
    extra(
        "source_line",
        Int,
        "code.line.number",
        "log.origin.file.line",
        "",
    ),
    extra(
        "source_function",
        Text,
        "code.function.name",
        "log.origin.function",
        "",
    ),
    extra("severity_text", Own, "SeverityText", "log.level", ""),
    // Databases.
    extra("db_system", Text, "db.system.name", "", ""),
    extra("database", Text, "db.namespace", "", "").in_formats(DATABASES),
    extra("collection", Text, "db.collection.name", "", "").in_formats(DATABASES),
    extra("statement", Text, "db.query.text", "", "").in_formats(DATABASES),
    extra("query", Text, "db.query.text", "", "").in_formats(DATABASES),
    extra(
        "sql_state",
        Text,
        "db.response.status_code",
        "error.code",
        "status_code",
    ),
    extra("rows_sent", Int, "db.response.returned_rows", "", ""),
];

/// Entries by the name that they are for, in the order of the table.
static BY_NAME: LazyLock<HashMap<(bool, &str), Vec<&Mapping>>> = LazyLock::new(|| {
    let mut index: HashMap<_, Vec<_>> = HashMap::new();
    for entry in MAPPINGS {
        let key = (entry.is_column, entry.from);
        index.entry(key).or_default().push(entry);
    }
    index
});

/// The entry for a column or normalised name of a row of this class and format.
pub(super) fn entry(
    name: &str,
    is_column: bool,
    class: Class,
    format: &str,
) -> Option<&'static Mapping> {
    let entries = BY_NAME.get(&(is_column, name))?;
    entries
        .iter()
        .find(|entry| entry.fits(class, format))
        .copied()
}
