//! Rows as documents of the Elastic Common Schema.

use serde_json::{Value as Json, json};

use nepho_core::tables::{Column, Outcome};

use super::class::{Class, is_permit, is_refusal};
use super::convert::{self, Protocol, User};
use super::row::{Found, SchemaRow, Value};
use super::tree::Tree;
use super::{ECS_VERSION, Kind, dns};

/// The document of a row.
pub(super) fn document(row: &SchemaRow<'_>) -> Json {
    let mut tree = Tree::default();
    tree.put("@timestamp", row.time.unwrap_or(row.observed).to_string());
    if row.time.is_none() {
        // The schema asks for a time; this one is that of the observation.
        tree.put("nepho.untimed", true);
    }
    tree.put("ecs.version", ECS_VERSION);
    put_event(row, &mut tree);
    put_own(row, &mut tree);
    for found in &row.found {
        if !put_found(row, found, &mut tree) {
            tree.put(&format!("nepho.{}", found.name), namespaced(&found.value));
        }
    }
    for kind in ["bytes", "packets"] {
        let ends = ["source", "destination"].map(|end| tree.number(&format!("{end}.{kind}")));
        if let [Some(one), Some(other)] = ends {
            tree.put(&format!("network.{kind}"), one.saturating_add(other));
        }
    }
    put_related(&mut tree);
    tree.into_value()
}

fn put_event(row: &SchemaRow<'_>, tree: &mut Tree) {
    tree.put("event.created", row.observed.to_string());
    let is_reading = row.text(Column::Metric).is_some();
    let kind = match row.class {
        Class::Finding => "alert",
        Class::Other if is_reading => "metric",
        _ => "event",
    };
    tree.put("event.kind", kind);
    let (categories, types) = categories(row);
    if !categories.is_empty() {
        tree.put("event.category", categories);
        tree.put("event.type", types);
    }
    if let Some(outcome) = row.outcome {
        tree.put("event.outcome", outcome.name());
    }
    if let Some(action) = row.action() {
        tree.put("event.action", action);
    }
    if let Some(asked_for) = row.asked_for() {
        tree.put("nepho.action", asked_for);
    }
    if let Some(duration) = row.duration {
        tree.put("event.duration", duration);
    }
    if !row.format().is_empty() {
        tree.put("event.dataset", row.format());
        let module = row.format().split('.').next().unwrap_or_default();
        tree.put("event.module", module);
    }
    if row.class == Class::Api
        && let Some(service) = row.text(Column::Service)
    {
        tree.put("event.provider", service);
    }
    if let Some(raw) = row.original() {
        tree.put("event.original", raw);
    }
}

/// Categories and types of the event.
///
/// Source: elastic.co/docs/reference/ecs/ecs-allowed-values-event-category, as of 2026-11-27.
fn categories(row: &SchemaRow<'_>) -> (Vec<&'static str>, Vec<&'static str>) {
    let action = row.text(Column::Action);
    let activity = row.class.activity(action, None, row.outcome);
    let action = action.unwrap_or_default();
    match row.class {
        Class::Api => {
            let done = match activity.name {
                "Create" => "creation",
                "Read" => "access",
                "Update" => "change",
                "Delete" => "deletion",
                _ => "info",
            };
            (vec!["api"], vec![done])
        }
        Class::Network => {
            let passed = match row.outcome {
                Some(Outcome::Failure) => Some("denied"),
                _ if is_refusal(action) => Some("denied"),
                _ if is_permit(action) => Some("allowed"),
                _ => None,
            };
            let types = ["connection"].into_iter().chain(passed);
            (vec!["network"], types.collect())
        }
        Class::Http => {
            let is_error = row.status.is_some_and(|status| status >= 400);
            let types = ["access"].into_iter().chain(is_error.then_some("error"));
            (vec!["web"], types.collect())
        }
        Class::Dns => (vec!["network"], vec!["protocol"]),
        Class::Authentication if action.starts_with("session_") => {
            let is_end = activity.name == "Logoff";
            (vec!["session"], vec![if is_end { "end" } else { "start" }])
        }
        Class::Authentication if activity.name == "Logoff" => (vec!["authentication"], vec!["end"]),
        Class::Authentication => (vec!["authentication"], vec!["start"]),
        Class::Finding if is_scan(row) => (vec!["vulnerability"], vec!["info"]),
        Class::Finding => (vec!["intrusion_detection"], vec!["info"]),
        Class::Other => of_host(row.format(), action).unwrap_or_default(),
    }
}

/// Whether a finding is of a scan for vulnerabilities, not of somebody who used one.
fn is_scan(row: &SchemaRow<'_>) -> bool {
    let is_told = |found: &Found<'_>| {
        found
            .mapping
            .is_some_and(|mapping| mapping.kind == Kind::Vulnerability)
    };
    let of_scanners = ["aws.inspector", "aws.securityhub_finding"];
    let is_told = of_scanners.contains(&row.format()) && row.found.iter().any(is_told);
    is_told || row.format() == "aws.ecr_scan"
}

/// Categories and types of what programs of a host did to users and as users.
fn of_host(format: &str, action: &str) -> Option<(Vec<&'static str>, Vec<&'static str>)> {
    if !format.starts_with("linux.") {
        return None;
    }
    let (what, done) = action.rsplit_once('_').unwrap_or((action, ""));
    let kind = match what {
        "user" | "account" | "password" => "user",
        "group" | "group_member" => "group",
        "sudo" | "su" | "doas" | "pkexec" => return Some((vec!["process"], vec!["start"])),
        _ => return None,
    };
    let done = match done {
        "add" if what != "group_member" => "creation",
        "delete" if what != "group_member" => "deletion",
        _ => "change",
    };
    Some((vec!["iam"], vec![kind, done]))
}

fn put_own(row: &SchemaRow<'_>, tree: &mut Tree) {
    if let Some(severity) = row.severity {
        tree.put(
            "log.level",
            row.severity_text.as_deref().unwrap_or(severity.name()),
        );
        tree.put("nepho.severity", severity.0);
    }
    match (row.http_status(), row.status) {
        (Some(status), _) => tree.put("http.response.status_code", status),
        (None, Some(status)) => tree.put("nepho.status", status),
        (None, None) => false,
    };
    if let Some(port) = row.peer_port {
        tree.put("destination.port", port);
    }
    let provider = match row.cloud() {
        Some(_) => "cloud.provider",
        None => "nepho.provider",
    };
    for (column, path) in [
        (Column::Provider, provider),
        (Column::TraceId, "trace.id"),
        (Column::SpanId, "span.id"),
        (Column::Body, "message"),
        (Column::Uri, "log.file.path"),
    ] {
        if let Some(text) = row.text(column).filter(|text| !text.is_empty()) {
            tree.put(path, text);
        }
    }
    if let Some(function) = row.function() {
        tree.put("faas.name", function);
    }
    if !row.resources.is_empty() {
        tree.put("nepho.resources", json!(row.resources));
    }
}

fn put_found(row: &SchemaRow<'_>, found: &Found<'_>, tree: &mut Tree) -> bool {
    let Some(mapping) = found.mapping.filter(|mapping| !mapping.ecs.is_empty()) else {
        return false;
    };
    let value = &found.value;
    let told = value.text();
    let path = mapping.ecs;
    match mapping.kind {
        // `event.action` stands there already.
        Kind::Text if path == "event.action" => true,
        Kind::Text if path.ends_with("country_iso_code") && told.len() != 2 => false,
        Kind::Text if path == "event.id" && row.class == Class::Http => false,
        _ if path == "error.code" && !is_error(row.outcome, &told) => false,
        Kind::Text | Kind::List | Kind::Error => tree.put(path, told),
        Kind::Direction => convert::direction(&told).is_some_and(|(word, _)| tree.put(path, word)),
        Kind::Lower => tree.put(path, told.to_ascii_lowercase()),
        Kind::Int => value.int().is_some_and(|number| tree.put(path, number)),
        Kind::Float => value.float().is_some_and(|number| tree.put(path, number)),
        Kind::Ip => convert::is_ip(&told) && tree.put(path, told),
        Kind::End => {
            let exact = match (convert::is_ip(&told), path) {
                (true, _) => "ip",
                (false, _) => "domain",
            };
            tree.put(&format!("{path}.{exact}"), &*told);
            tree.put(&format!("{path}.address"), told)
        }
        Kind::DnsCode => dns::code(&told).is_some_and(|(_, name, _)| tree.put(path, name)),
        Kind::DnsType => tree.put(path, dns::record_type(&told)),
        Kind::DnsAnswer => tree.put(path, json!([{"data": told}])),
        Kind::Vulnerability => tree.put(path, told),
        Kind::Bool => convert::truth(&told).is_some_and(|truth| tree.put(path, truth)),
        Kind::Enum(_) => false,
        Kind::Process if row.is_of_logger() => tree.put("log.logger", told),
        Kind::Process => tree.put("process.name", told),
        Kind::Logger => tree.put(path, told),
        Kind::Host => !convert::is_instance(&told) && tree.put(path, told),
        Kind::Actor => {
            let path = match convert::user(&told) {
                User::Id => "user.id",
                User::Email => "user.email",
                User::Name => "user.name",
            };
            tree.put(path, told)
        }
        Kind::Protocol => put_protocol(&told, tree),
        Kind::Method => match convert::protocol(&told) {
            Protocol::Transport(..) => put_protocol(&told, tree),
            _ if convert::is_http_method(&told) => tree.put(path, told),
            _ => false,
        },
        Kind::HttpVersion => {
            convert::http_version(&told).is_some_and(|version| tree.put(path, version))
        }
        Kind::TlsVersion => convert::tls_version(&told).is_some_and(|(name, version)| {
            tree.put("tls.version_protocol", name);
            tree.put("tls.version", version)
        }),
        Kind::Own => false,
    }
}

/// Whether a code tells of an error: not where all went well, and zeros are no error anywhere.
fn is_error(outcome: Option<Outcome>, code: &str) -> bool {
    outcome != Some(Outcome::Success) && code.bytes().any(|byte| byte != b'0')
}

fn put_protocol(told: &str, tree: &mut Tree) -> bool {
    match convert::protocol(told) {
        Protocol::Transport(name, number) => {
            if let Some(number) = number {
                tree.put("network.iana_number", number.to_string());
            }
            tree.put("network.transport", name)
        }
        Protocol::Http(version) => {
            tree.put("network.protocol", "http");
            tree.put("http.version", version)
        }
        Protocol::Method => tree.put("http.request.method", told),
        Protocol::Scheme(scheme) => tree.put("url.scheme", scheme),
        Protocol::Other(name) => tree.put("network.protocol", name),
    }
}

/// The fields that Elastic searches for an address or a user whatever it was.
fn put_related(tree: &mut Tree) {
    for (path, from) in [
        ("related.ip", &["source.ip", "destination.ip"][..]),
        ("related.user", &["user.name", "user.id", "user.email"][..]),
        (
            "related.hosts",
            &["host.name", "source.domain", "destination.domain"][..],
        ),
    ] {
        let found = from.iter().filter_map(|from| tree.get(from).cloned());
        let found: Vec<Json> = found.collect();
        if !found.is_empty() {
            tree.put(path, found);
        }
    }
}

/// A value without a word.
fn namespaced(value: &Value<'_>) -> Json {
    match value {
        Value::Int(number) => json!(number),
        Value::Float(number) => json!(number),
        _ => value.text().into(),
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::tables::Outcome;

    use super::is_error;

    #[test]
    fn codes_of_successes_are_no_errors() {
        assert!(!is_error(None, "00000"));
        assert!(!is_error(Some(Outcome::Success), "50140"));
        assert!(is_error(Some(Outcome::Failure), "50126"));
        assert!(is_error(None, "42P01"));
    }
}
