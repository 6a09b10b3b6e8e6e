//! Where the normalised names go that formats tell beyond the columns.

use super::Class::{self, Api, Authentication, Dns, Finding, Http, Network};
use super::Kind::{
    Bool, Direction, DnsAnswer, DnsCode, DnsType, Enum, Error, HttpVersion, Int, Ip, List, Logger,
    Lower, Method, Own, Protocol, Text, TlsVersion, Vulnerability,
};
use super::Mapping;
use super::mapping::extra;

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
    "nginx.access",
    "ingress_nginx.",
    "apache.",
    "proxies.access_log",
    "caddy.",
    "traefik.",
];
/// Formats that tell the size of a response, also where they are logs of operations.
const RESPONSES: &[&str] = &[
    "aws.apigateway_access",
    "azure.cosmos_db",
    "azure.graph_activity",
    "azure.storage",
    "gcp.storage_access",
    "workspace.activity",
];
/// Formats that tell the size of a file or object.
const OBJECTS: &[&str] = &[
    "aws.s3_event",
    "aws.storage_gateway_audit",
    "azure.event_grid",
    "gcp.storage_object",
    "vsftpd.",
];
/// Formats that tell first what the source of a connection sent, and then what it received.
const FROM_SOURCE: &[&str] = &[
    "azure.nsg_flow",
    "azure.traffic_flow",
    "azure.vnet_flow",
    "cloudflare.network_flow",
    "cloudflare.spectrum_flow",
    "fortinet.",
    "leef.",
    "paloalto.",
    "suricata.",
    "zeek.",
];
/// Those of them whose packets are not of both directions together.
const PACKETS_FROM_SOURCE: &[&str] = &[
    "azure.nsg_flow",
    "azure.vnet_flow",
    "azure.traffic_flow",
    "fortinet.",
    "suricata.",
    "zeek.",
];
/// Formats that tell first what was sent to the source of a connection, which are those of servers
/// and proxies, and CEF, whose `out` is what "was flowing from destination to source" (`bytesOut`
/// of its dictionary).
const TO_SOURCE: &[&str] = &[
    "aws.alb",
    "aws.client_vpn",
    "aws.elb",
    "aws.lattice_access",
    "aws.nlb",
    "azure.agent_cef",
    "cef.",
    "envoy.",
    "gcp.lb_flow",
    "haproxy.",
    "mysql.slow_query",
    "nginx.stream_access",
    "ztunnel.",
];
const SOURCE_BYTES: &str = "nepho.source_bytes";
const DESTINATION_BYTES: &str = "nepho.destination_bytes";
const SOURCE_PACKETS: &str = "nepho.source_packets";
const DESTINATION_PACKETS: &str = "nepho.destination_packets";
const KUBERNETES: &[&str] = &["kubernetes.", "azure.kube_", "azure.containers", "gcp.log"];
/// Formats whose containers are of no pod.
const DOCKER: &[&str] = &["kubernetes.compose", "docker."];
/// Formats whose components are loggers.
const LOGGERS: &[&str] = &["elasticsearch.", "rabbitmq.log_json"];
/// Kinds of sign-ins to Windows, by number and name.
///
/// Source: OCSF 1.5.0, class `authentication`, `logon_type_id`.
const LOGON_TYPES: &[(&str, u8, &str)] = &[
    ("0", 1, "System"),
    ("2", 2, "Interactive"),
    ("3", 3, "Network"),
    ("4", 4, "Batch"),
    ("5", 5, "OS Service"),
    ("7", 7, "Unlock"),
    ("8", 8, "Network Cleartext"),
    ("9", 9, "New Credentials"),
    ("10", 10, "Remote Interactive"),
    ("11", 11, "Cached Interactive"),
    ("12", 12, "Cached Remote Interactive"),
    ("13", 13, "Cached Unlock"),
    ("Interactive", 2, "Interactive"),
    ("Network", 3, "Network"),
    ("RemoteInteractive", 10, "Remote Interactive"),
];
/// Protocols that users prove with who they are.
///
/// Source: OCSF 1.5.0, class `authentication`, `auth_protocol_id`.
const PROTOCOLS: &[(&str, u8, &str)] = &[
    ("NTLM", 1, "NTLM"),
    ("NTLM V1", 1, "NTLM"),
    ("NTLM V2", 1, "NTLM"),
    ("Kerberos", 2, "Kerberos"),
    ("OpenID Connect", 4, "OpenID"),
    ("OIDC", 4, "OpenID"),
    ("SAML", 5, "SAML"),
    ("SAML2", 5, "SAML"),
    ("SAML 2.0", 5, "SAML"),
    ("OAuth2", 6, "OAUTH 2.0"),
    ("OAuth 2.0", 6, "OAUTH 2.0"),
    ("RADIUS", 10, "RADIUS"),
    ("LDAP", 12, "LDAP"),
];
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

/// The entries. The first entry of a name that fits the row counts; a name that has none goes to
/// the namespace.
pub static EXTRAS: &[Mapping] = &[
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
        "http.response.size",
        "http.response.bytes",
        "http_response.length",
    )
    .in_formats(RESPONSES),
    extra(
        "received_bytes",
        Int,
        "http.request.size",
        "http.request.bytes",
        "traffic.bytes_out",
    )
    .of(REQUESTS),
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
        "received_bytes",
        Int,
        "http.request.size",
        "http.request.bytes",
        "",
    )
    .in_formats(RESPONSES),
    extra("bytes", Int, "file.size", "file.size", "").in_formats(OBJECTS),
    // What the ends of a connection sent.
    extra(
        "bytes",
        Int,
        SOURCE_BYTES,
        "source.bytes",
        "traffic.bytes_out",
    )
    .in_formats(FROM_SOURCE),
    extra(
        "bytes",
        Int,
        DESTINATION_BYTES,
        "destination.bytes",
        "traffic.bytes_in",
    )
    .in_formats(TO_SOURCE),
    extra("bytes", Int, "", "network.bytes", "traffic.bytes").of(CONNECTIONS),
    extra(
        "received_bytes",
        Int,
        DESTINATION_BYTES,
        "destination.bytes",
        "traffic.bytes_in",
    )
    .in_formats(FROM_SOURCE),
    extra(
        "received_bytes",
        Int,
        SOURCE_BYTES,
        "source.bytes",
        "traffic.bytes_out",
    )
    .in_formats(TO_SOURCE),
    extra(
        "bytes_received",
        Int,
        DESTINATION_BYTES,
        "destination.bytes",
        "traffic.bytes_in",
    )
    .in_formats(FROM_SOURCE),
    extra(
        "bytes_received",
        Int,
        SOURCE_BYTES,
        "source.bytes",
        "traffic.bytes_out",
    )
    .in_formats(TO_SOURCE),
    extra(
        "response_bytes",
        Int,
        DESTINATION_BYTES,
        "destination.bytes",
        "traffic.bytes_in",
    )
    .in_formats(FROM_SOURCE),
    extra(
        "source_bytes",
        Int,
        SOURCE_BYTES,
        "source.bytes",
        "traffic.bytes_out",
    ),
    extra(
        "destination_bytes",
        Int,
        DESTINATION_BYTES,
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
    extra("protocol", Enum(PROTOCOLS), "", "", "auth_protocol").of(SIGN_INS),
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
    extra(
        "packets",
        Int,
        SOURCE_PACKETS,
        "source.packets",
        "traffic.packets_out",
    )
    .in_formats(PACKETS_FROM_SOURCE),
    extra(
        "packets",
        Int,
        DESTINATION_PACKETS,
        "destination.packets",
        "traffic.packets_in",
    )
    .in_formats(TO_SOURCE),
    extra("packets", Int, "", "network.packets", "traffic.packets"),
    extra(
        "received_packets",
        Int,
        DESTINATION_PACKETS,
        "destination.packets",
        "traffic.packets_in",
    )
    .in_formats(PACKETS_FROM_SOURCE),
    extra(
        "received_packets",
        Int,
        SOURCE_PACKETS,
        "source.packets",
        "traffic.packets_out",
    )
    .in_formats(TO_SOURCE),
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
    extra("dns_type", DnsType, "", "dns.question.type", "query.type"),
    extra(
        "dns_response_code",
        DnsCode,
        "",
        "dns.response_code",
        "rcode",
    ),
    extra("response_code", DnsCode, "", "dns.response_code", "rcode").of(&[Dns]),
    extra("dns_response", DnsCode, "", "dns.response_code", "rcode"),
    extra("dns_answer_code", DnsCode, "", "dns.response_code", "rcode"),
    extra("dns_answer", DnsAnswer, "", "dns.answers", "answers"),
    extra("dns_id", Text, "", "dns.id", ""),
    // Who, and in which session.
    extra("user_id", Text, "user.id", "user.id", "user.uid").of(SIGN_INS),
    extra("user_id", Text, "user.id", "user.id", "actor.user.uid"),
    extra("access_key_id", Text, "", "", "user.credential_uid").of(SIGN_INS),
    extra("access_key_id", Text, "", "", "actor.user.credential_uid"),
    extra("identity_type", Text, "", "", "user.type").of(SIGN_INS),
    extra("identity_type", Text, "", "", "actor.user.type"),
    extra("target_user", Text, "", "user.target.name", ""),
    extra("mfa_used", Bool, "", "", "is_mfa").of(SIGN_INS),
    extra("logon_type", Enum(LOGON_TYPES), "", "", "logon_type").of(SIGN_INS),
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
    extra(
        "cve",
        Vulnerability,
        "",
        "vulnerability.id",
        "vulnerabilities[].cve.uid",
    ),
    extra(
        "vulnerability",
        Vulnerability,
        "",
        "vulnerability.id",
        "vulnerabilities[].cve.uid",
    ),
    // Where it ran.
    extra(
        "zone",
        Text,
        "cloud.availability_zone",
        "cloud.availability_zone",
        "cloud.zone",
    )
    .in_formats(&["aws.", "gcp.", "azure."]),
    extra("resource_kind", Text, "", "", "resources[].type"),
    extra(
        "namespace",
        Text,
        "k8s.namespace.name",
        "orchestrator.namespace",
        "resources[].namespace",
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
        "container.name",
    )
    .of(FINDINGS),
    extra("container", Text, "container.name", "container.name", "").in_formats(DOCKER),
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
    extra(
        "logger",
        Logger,
        "InstrumentationScope.name",
        "log.logger",
        "",
    ),
    extra(
        "component",
        Logger,
        "InstrumentationScope.name",
        "log.logger",
        "",
    )
    .in_formats(LOGGERS),
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
