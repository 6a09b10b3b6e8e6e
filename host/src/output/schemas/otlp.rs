//! Rows as log records of OpenTelemetry, in the JSON of the protocol.

use serde_json::{Map, Value as Json, json};

use nepho_core::severity::Severity;
use nepho_core::tables::Column;

use super::Kind;
use super::class::Class;
use super::convert::{self, Protocol, User};
use super::row::{Found, SchemaRow, Value};

/// Bytes of a line after which it is ended: half of what the collector's file receiver takes.
const FULL: usize = 512 << 10;

/// Attributes that tell of the writer and not of the event.
///
/// Source: opentelemetry.io/docs/specs/semconv/resource, as of 2026-11-27.
const OF_RESOURCE: [&str; 16] = [
    "cloud.provider",
    "cloud.account.id",
    "cloud.region",
    "cloud.availability_zone",
    "service.name",
    "deployment.environment.name",
    "host.name",
    "faas.name",
    "faas.instance",
    "k8s.cluster.name",
    "k8s.namespace.name",
    "k8s.pod.name",
    "k8s.container.name",
    "container.name",
    "container.id",
    "process.executable.name",
];

/// Attributes of [`OF_RESOURCE`] that in a record about others tell of these: of the object of an
/// operation, of what a detector watched.
const OF_OBJECT: [&str; 6] = [
    "k8s.namespace.name",
    "k8s.pod.name",
    "k8s.container.name",
    "container.name",
    "container.id",
    "process.executable.name",
];

/// Records that will be one line, by resource and logger.
#[derive(Default)]
pub(super) struct Request {
    groups: Vec<Group>,
    bytes: usize,
}

/// Records of a resource.
struct Group {
    /// Attributes of the resource as JSON.
    resource: String,
    /// Loggers and their records.
    scopes: Vec<(Option<String>, Vec<u8>)>,
}

impl Request {
    /// Adds a row.
    pub(super) fn add(&mut self, row: &SchemaRow<'_>) {
        let record = record(row);
        let resource = Json::Array(record.resource).to_string();
        let is_it = |group: &Group| group.resource == resource;
        let position = self.groups.iter().position(is_it);
        let position = position.unwrap_or_else(|| {
            self.bytes += resource.len();
            self.groups.push(Group {
                resource,
                scopes: Vec::new(),
            });
            self.groups.len() - 1
        });
        let Some(Group { scopes, .. }) = self.groups.get_mut(position) else {
            return;
        };
        let position = scopes.iter().position(|(held, _)| *held == record.scope);
        let position = position.unwrap_or_else(|| {
            scopes.push((record.scope, Vec::new()));
            scopes.len() - 1
        });
        let Some((_, records)) = scopes.get_mut(position) else {
            return;
        };
        let before = records.len();
        if before > 0 {
            records.push(b',');
        }
        // Writing to a vector does not fail.
        let _ = serde_json::to_writer(&mut *records, &Json::Object(record.fields));
        self.bytes += records.len() - before;
    }

    /// Whether the line should be written.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= FULL
    }

    /// Writes the line, if there is something in it, and begins anew.
    pub(super) fn take(&mut self, line: &mut Vec<u8>) {
        self.bytes = 0;
        for (position, group) in self.groups.drain(..).enumerate() {
            line.extend_from_slice(match position {
                0 => br#"{"resourceLogs":["#,
                _ => b",",
            });
            line.extend_from_slice(br#"{"resource":{"attributes":"#);
            line.extend_from_slice(group.resource.as_bytes());
            line.extend_from_slice(br#"},"scopeLogs":["#);
            for (position, (scope, records)) in group.scopes.into_iter().enumerate() {
                if position > 0 {
                    line.push(b',');
                }
                line.push(b'{');
                if let Some(scope) = scope {
                    let scope = json!({"name": scope}).to_string();
                    line.extend_from_slice(br#""scope":"#);
                    line.extend_from_slice(scope.as_bytes());
                    line.push(b',');
                }
                line.extend_from_slice(br#""logRecords":["#);
                line.extend_from_slice(&records);
                line.extend_from_slice(b"]}");
            }
            line.extend_from_slice(b"]}");
        }
        if !line.is_empty() {
            line.extend_from_slice(b"]}\n");
        }
    }
}

/// One log record, and the attributes of its resource.
struct Record {
    fields: Map<String, Json>,
    resource: Vec<Json>,
    attributes: Vec<Json>,
    taken: Vec<(String, Json)>,
    is_about_others: bool,
    /// Logger that wrote it.
    scope: Option<String>,
}

impl Record {
    /// Adds an attribute, unless there is one of that name. Says whether it is there now with this
    /// value.
    fn put(&mut self, key: &str, value: Json) -> bool {
        if key.is_empty() {
            return false;
        }
        if let Some((_, held)) = self.taken.iter().find(|(taken, _)| taken == key) {
            return *held == value;
        }
        self.taken.push((key.to_owned(), value.clone()));
        let attribute = json!({"key": key, "value": value});
        let is_of_object = self.is_about_others && OF_OBJECT.contains(&key);
        match OF_RESOURCE.contains(&key) && !is_of_object {
            true => self.resource.push(attribute),
            false => self.attributes.push(attribute),
        }
        true
    }

    fn field(&mut self, name: &str, value: impl Into<Json>) {
        self.fields.insert(name.to_owned(), value.into());
    }
}

fn text(value: &str) -> Json {
    json!({"stringValue": value})
}

/// Whole numbers of 64 bits are text in the JSON of the protocol.
fn int(value: i64) -> Json {
    json!({"intValue": value.to_string()})
}

fn record(row: &SchemaRow<'_>) -> Record {
    let mut record = Record {
        fields: Map::new(),
        resource: Vec::new(),
        attributes: Vec::new(),
        taken: Vec::new(),
        is_about_others: row.is_about_others(),
        scope: None,
    };
    put_fields(row, &mut record);
    if let Some(cloud) = row.cloud() {
        record.put("cloud.provider", text(cloud));
    } else if let Some(provider) = row.text(Column::Provider) {
        record.put("nepho.provider", text(provider));
    }
    if !row.format().is_empty() {
        record.put("nepho.format", text(row.format()));
    }
    put_status(row, &mut record);
    for found in &row.found {
        if !put_found(row, found, &mut record) {
            let name = format!("nepho.{}", found.name);
            record.put(&name, namespaced(&found.value));
        }
    }
    put_resources(row, &mut record);
    if let Some(function) = row.function() {
        record.put("faas.name", text(function));
    }
    if let Some(uri) = row.text(Column::Uri).filter(|uri| !uri.is_empty()) {
        record.put("log.file.path", text(uri));
    }
    if let Some(raw) = row.original() {
        record.put("log.record.original", text(raw));
    }
    let attributes = std::mem::take(&mut record.attributes);
    record.field("attributes", attributes);
    record
}

/// What the log data model has a field for.
fn put_fields(row: &SchemaRow<'_>, record: &mut Record) {
    if let Some(time) = row.time {
        record.field("timeUnixNano", time.0.to_string());
    }
    record.field("observedTimeUnixNano", row.observed.0.to_string());
    if let Some(severity) = row.severity {
        record.field("severityNumber", severity.0);
        let short = severity_text(severity);
        record.field(
            "severityText",
            row.severity_text.as_deref().unwrap_or(short),
        );
    }
    if let Some(action) = row.action() {
        record.field("eventName", action);
    }
    if let Some(asked_for) = row.asked_for() {
        record.put("nepho.action", text(asked_for));
    }
    if let Some(body) = row.text(Column::Body) {
        record.field("body", text(body));
    }
    for (column, field, digits) in [
        (Column::TraceId, "traceId", 32),
        (Column::SpanId, "spanId", 16),
    ] {
        let Some(id) = row.text(column) else {
            continue;
        };
        match convert::hex_id(id, digits) {
            Some(id) => record.field(field, id),
            None => {
                record.put(&format!("nepho.{}", column.name()), text(id));
            }
        }
    }
}

/// Short name of a severity.
///
/// Source: log data model, "Displaying Severity".
fn severity_text(severity: Severity) -> &'static str {
    const NAMES: [&str; 24] = [
        "TRACE", "TRACE2", "TRACE3", "TRACE4", "DEBUG", "DEBUG2", "DEBUG3", "DEBUG4", "INFO",
        "INFO2", "INFO3", "INFO4", "WARN", "WARN2", "WARN3", "WARN4", "ERROR", "ERROR2", "ERROR3",
        "ERROR4", "FATAL", "FATAL2", "FATAL3", "FATAL4",
    ];
    let position = usize::from(severity.0).saturating_sub(1);
    NAMES.get(position).copied().unwrap_or_default()
}

fn put_status(row: &SchemaRow<'_>, record: &mut Record) {
    if let Some(outcome) = row.outcome {
        record.put("nepho.outcome", text(outcome.name()));
    }
    match row.status {
        Some(status) if row.http_status().is_some() => {
            record.put("http.response.status_code", int(status.into()));
        }
        // Codes of gRPC.
        Some(status @ 0..=16) if row.class == Class::Api => {
            record.put("rpc.response.status_code", text(&status.to_string()));
        }
        Some(status) => {
            record.put("nepho.status", int(status.into()));
        }
        None => {}
    }
    if let Some(duration) = row.duration {
        record.put("nepho.duration", int(duration));
    }
    if let Some(port) = row.peer_port {
        let key = match peer_key(row) {
            "server.address" => "server.port",
            _ => "destination.port",
        };
        record.put(key, int(port.into()));
    }
}

/// The other end is the server where the writer called it, and a destination where something that
/// has another client passed through the writer.
fn peer_key(row: &SchemaRow<'_>) -> &'static str {
    match row.text(Column::SourceIp) {
        Some(_) => "destination.address",
        None => "server.address",
    }
}

fn put_found(row: &SchemaRow<'_>, found: &Found<'_>, record: &mut Record) -> bool {
    let Some(mapping) = found.mapping else {
        return false;
    };
    let value = &found.value;
    let told = value.text();
    let key = mapping.otel;
    match mapping.kind {
        Kind::Text if key == "EventName" => true,
        // Some sources tell a country by its name.
        Kind::Text if key.ends_with("country.iso_code") && told.len() != 2 => false,
        Kind::Text => record.put(key, text(&told)),
        Kind::Direction | Kind::DnsCode | Kind::DnsType | Kind::DnsAnswer | Kind::Vulnerability => {
            false
        }
        Kind::Bool => {
            convert::truth(&told).is_some_and(|truth| record.put(key, json!({"boolValue": truth})))
        }
        Kind::Enum(_) => false,
        Kind::Lower => record.put(key, text(&told.to_ascii_lowercase())),
        Kind::Int => value
            .int()
            .is_some_and(|number| record.put(key, int(number))),
        Kind::Float => value
            .float()
            .is_some_and(|number| record.put(key, json!({"doubleValue": number}))),
        Kind::List => record.put(key, json!({"arrayValue": {"values": [text(&told)]}})),
        Kind::Ip => convert::is_ip(&told) && record.put(key, text(&told)),
        Kind::End if found.name == "peer" => record.put(peer_key(row), text(&told)),
        Kind::End => record.put(key, text(&told)),
        Kind::Process if !row.is_of_logger() => record.put("process.executable.name", text(&told)),
        Kind::Process | Kind::Logger => {
            let scope = record.scope.get_or_insert_with(|| told.clone());
            *scope == told
        }
        Kind::Host if convert::is_instance(&told) => record.put("faas.instance", text(&told)),
        Kind::Host => record.put("host.name", text(&told)),
        Kind::Actor => {
            let key = match convert::user(&told) {
                User::Id => "user.id",
                User::Email => "user.email",
                User::Name => "user.name",
            };
            record.put(key, text(&told))
        }
        Kind::Protocol => put_protocol(&told, record),
        Kind::Method => match convert::protocol(&told) {
            Protocol::Transport(..) => put_protocol(&told, record),
            _ if convert::is_http_method(&told) => record.put(key, text(&told)),
            _ => false,
        },
        Kind::HttpVersion => convert::http_version(&told).is_some_and(|version| {
            record.put("network.protocol.name", text("http"));
            record.put(key, text(version))
        }),
        Kind::TlsVersion => convert::tls_version(&told).is_some_and(|(name, version)| {
            record.put("tls.protocol.name", text(name));
            record.put("tls.protocol.version", text(&version))
        }),
        Kind::Error => row.is_failure() && record.put(key, text(&told)),
        Kind::Own => false,
    }
}

fn put_protocol(told: &str, record: &mut Record) -> bool {
    match convert::protocol(told) {
        Protocol::Transport(name, _) => record.put("network.transport", text(&name)),
        Protocol::Http(version) => {
            record.put("network.protocol.version", text(version));
            record.put("network.protocol.name", text("http"))
        }
        Protocol::Method => record.put("http.request.method", text(told)),
        Protocol::Scheme(scheme) => record.put("url.scheme", text(&scheme)),
        Protocol::Other(name) => record.put("network.protocol.name", text(&name)),
    }
}

/// A value without a word, as an attribute.
fn namespaced(value: &Value<'_>) -> Json {
    match value {
        Value::Int(number) => int(*number),
        Value::Float(number) if number.is_finite() => json!({"doubleValue": number}),
        _ => text(&value.text()),
    }
}

fn put_resources(row: &SchemaRow<'_>, record: &mut Record) {
    let Some(first) = row.resources.first() else {
        return;
    };
    if first.starts_with("eni-") {
        record.put("network.interface.name", text(first));
    }
    if row.cloud().is_some() && is_of_cloud(first) {
        record.put("cloud.resource_id", text(first));
    }
    let values: Vec<Json> = row.resources.iter().map(|id| text(id)).collect();
    record.put("nepho.resources", json!({"arrayValue": {"values": values}}));
}

/// Whether an id in a row of a cloud is the cloud's own: an ARN, a fully qualified id or a full
/// name of a resource.
///
/// Source: opentelemetry.io/docs/specs/semconv/registry/attributes/cloud, as of 2026-11-27.
fn is_of_cloud(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    let starts = ["arn:", "/", "projects/"];
    starts.iter().any(|start| id.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::is_of_cloud;

    #[test]
    fn ids_of_clouds_are_told_from_names() {
        for id in [
            "arn:aws:s3:::shop",
            "/SUBSCRIPTIONS/1/resourceGroups/shop",
            "//storage.googleapis.com/shop",
            "projects/shop/topics/orders",
        ] {
            assert!(is_of_cloud(id), "{id}");
        }
        for name in ["aol", "user@example.com", "my-org/my-repo", "eni-0a1b"] {
            assert!(!is_of_cloud(name), "{name}");
        }
    }
}
