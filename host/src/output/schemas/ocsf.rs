//! Rows as events of the Open Cybersecurity Schema Framework.

use serde_json::{Map, Value as Json, json};

use nepho_core::tables::{Column, Outcome};

use super::class::{Class, is_permit, is_refusal};
use super::convert::{self, Protocol, User};
use super::row::{Found, SchemaRow, Value};
use super::tree::Tree;
use super::whole::make_whole;
use super::{Kind, OCSF_VERSION, dns};

/// Attributes that every class has, by itself or by a profile.
const OF_ALL: [&str; 14] = [
    "metadata",
    "time",
    "severity_id",
    "severity",
    "status_id",
    "status",
    "status_code",
    "status_detail",
    "duration",
    "message",
    "raw_data",
    "unmapped",
    "cloud",
    "device",
];

/// Where what a row tells of a resource goes: it is of the first.
const OF_FIRST: &str = "resources[].";

/// The event of a row, which is valid by the schema: what that cannot hold is told in `unmapped`.
///
/// The schema asks for who called an API and from where; where the event does not tell it, it says
/// so with [`UNKNOWN`](super::whole::UNKNOWN).
pub(super) fn event(row: &SchemaRow<'_>) -> Json {
    let mut tree = Tree::default();
    put_classification(row, &mut tree);
    put_occurrence(row, &mut tree);
    put_metadata(row, &mut tree);
    put_action(row, &mut tree);
    for found in &row.found {
        if !put_found(row, found, &mut tree) {
            put_unmapped(&found.name, namespaced(&found.value), &mut tree);
        }
    }
    for kind in ["bytes", "packets"] {
        let ways = ["in", "out"].map(|way| tree.number(&format!("traffic.{kind}_{way}")));
        if let [Some(one), Some(other)] = ways {
            tree.put(&format!("traffic.{kind}"), one.saturating_add(other));
        }
    }
    put_ids(row, &mut tree);
    make_whole(row, &mut tree);
    put_required(row, &mut tree);
    tree.into_value()
}

fn put_classification(row: &SchemaRow<'_>, tree: &mut Tree) {
    let action = row.action();
    let method = row.text(Column::Method);
    let activity = row.class.activity(action, method, row.outcome);
    let (class, class_name) = row.class.ocsf();
    let (category, category_name) = row.class.ocsf_category();
    tree.put("class_uid", class);
    tree.put("class_name", class_name);
    tree.put("category_uid", category);
    tree.put("category_name", category_name);
    tree.put("activity_id", activity.id);
    tree.put("type_uid", class * 100 + activity.id);
    // What the schema has no number for is told in the words of the source.
    let name = match activity.id {
        99 if row.class == Class::Http => method,
        99 => action,
        _ => None,
    };
    let name = name.unwrap_or(activity.name);
    tree.put("activity_name", name);
    tree.put("type_name", format!("{class_name}: {}", activity.name));
}

fn put_occurrence(row: &SchemaRow<'_>, tree: &mut Tree) {
    let time = row.time.unwrap_or(row.observed);
    tree.put("time", time.0.div_euclid(1_000_000));
    tree.put("metadata.original_time", time.to_string());
    if row.time.is_none() {
        // The schema asks for a time; this one is that of the observation.
        put_unmapped("untimed", true.into(), tree);
    }
    let (id, name) = severity(row);
    tree.put("severity_id", id);
    tree.put("severity", name);
    if let Some(severity) = row.severity {
        put_unmapped("severity", severity.0.into(), tree);
    }
    if let Some(text) = &row.severity_text {
        put_unmapped("severity_text", text.clone().into(), tree);
    }
    put_result(row, tree);
    if let Some(duration) = row.duration {
        tree.put("duration", duration / 1_000_000);
        if duration % 1_000_000 != 0 {
            put_unmapped("duration", duration.into(), tree);
        }
    }
    for (text, name) in [
        (row.text(Column::Body), "message"),
        (row.original(), "raw_data"),
    ] {
        if let Some(text) = text {
            tree.put(name, text);
        }
    }
}

/// The outcome; for a finding how far its handling is, and the outcome beside it.
fn put_result(row: &SchemaRow<'_>, tree: &mut Tree) {
    let result = match (row.class, row.outcome) {
        (Class::Finding, _) => state(row),
        (_, Some(Outcome::Success)) => Some((1, "Success")),
        (_, Some(Outcome::Failure)) => Some((2, "Failure")),
        (_, None) => None,
    };
    tree.put("status_id", result.map_or(0, |(id, _)| id));
    if let Some((_, name)) = result {
        tree.put("status", name);
    }
    if row.class == Class::Finding
        && let Some(outcome) = row.outcome
    {
        put_unmapped("outcome", outcome.name().into(), tree);
    }
}

/// How far the handling of a finding is, where the row tells it.
fn state(row: &SchemaRow<'_>) -> Option<(u8, &'static str)> {
    let mut states = row.found.iter();
    states.find_map(|found| match &*found.name {
        "state" | "status" => state_of(&found.value.text()),
        _ => None,
    })
}

/// Number and name of a state in the words of a source.
///
/// Source: OCSF 1.5.0, class `finding`, `status_id`.
fn state_of(word: &str) -> Option<(u8, &'static str)> {
    match word.to_ascii_lowercase().as_str() {
        "new" | "active" | "open" => Some((1, "New")),
        "in progress" | "in_progress" | "inprogress" | "notified" => Some((2, "In Progress")),
        "suppressed" => Some((3, "Suppressed")),
        "resolved" | "closed" => Some((4, "Resolved")),
        "archived" => Some((5, "Archived")),
        _ => None,
    }
}

/// Number and name of a severity. What detectors find has their ranks
/// ([`RANKS`](nepho_core::severity::RANKS)), and so has what the schema itself told; a service that
/// ends tells of something fatal.
///
/// Source: OCSF 1.5.0, dictionary, `severity_id`.
fn severity(row: &SchemaRow<'_>) -> (u8, &'static str) {
    let rank = row.severity_text.as_deref().unwrap_or_default();
    let is_ranked = is_rank(rank) || row.class == Class::Finding || row.format() == "schemas.ocsf";
    severity_of(row.severity.map(|severity| severity.0), is_ranked)
}

/// Whether a source's word for a severity is a rank, which no level of a program is called.
fn is_rank(word: &str) -> bool {
    let ranks = ["low", "medium", "high", "very-high"];
    ranks.iter().any(|rank| word.eq_ignore_ascii_case(rank))
}

fn severity_of(number: Option<u8>, is_ranked: bool) -> (u8, &'static str) {
    match number {
        None => (0, "Unknown"),
        Some(0..=12) => (1, "Informational"),
        Some(13..=16) => (2, "Low"),
        Some(17..=20) => (3, "Medium"),
        Some(21) if is_ranked => (4, "High"),
        Some(_) if is_ranked => (5, "Critical"),
        Some(_) => (6, "Fatal"),
    }
}

fn put_metadata(row: &SchemaRow<'_>, tree: &mut Tree) {
    tree.put("metadata.version", OCSF_VERSION);
    let vendor = match row.text(Column::Provider) {
        Some("aws") => "AWS",
        Some("azure") => "Microsoft Azure",
        Some("gcp") => "Google Cloud",
        _ => row.format().split('.').next().unwrap_or_default(),
    };
    tree.put("metadata.product.vendor_name", vendor);
    tree.put("metadata.product.name", row.format());
    tree.put("metadata.log_name", row.format());
    tree.put("metadata.log_provider", "Nephoscope");
    let observed = row.observed.0.div_euclid(1_000_000);
    tree.put("metadata.logged_time", observed);
    match row.cloud() {
        Some("aws") => tree.put("cloud.provider", "AWS"),
        Some("azure") => tree.put("cloud.provider", "Azure"),
        Some(_) => tree.put("cloud.provider", "GCP"),
        None => match row.text(Column::Provider) {
            Some(provider) => tree.put("unmapped.provider", provider),
            None => false,
        },
    };
}

/// Where the source's own word for what was done goes, and what a control made of it.
fn put_action(row: &SchemaRow<'_>, tree: &mut Tree) {
    if let Some(asked_for) = row.asked_for() {
        put_unmapped("action", asked_for.into(), tree);
    }
    let action = row.action().unwrap_or_default();
    if !action.is_empty() && !matches!(row.class, Class::Api | Class::Other) {
        tree.put("metadata.event_code", action);
    }
    let is_controlled = matches!(
        row.class,
        Class::Network | Class::Http | Class::Dns | Class::Finding
    );
    if is_controlled && is_permit(action) {
        tree.put("action_id", 1);
        tree.put("action", "Allowed");
    } else if is_controlled && is_refusal(action) {
        tree.put("action_id", 2);
        tree.put("action", "Denied");
    }
    match row.status {
        Some(status) if row.class == Class::Http => tree.put("http_response.code", status),
        Some(status) => {
            // The code of an error may stand in its place.
            put_unmapped("status", status.into(), tree);
            tree.put("status_code", status.to_string())
        }
        None => false,
    };
    if let Some(port) = row.peer_port
        && !put(row, "dst_endpoint.port", port.into(), tree)
    {
        put_unmapped("peer_port", port.into(), tree);
    }
}

/// Sets an attribute, if the class has it.
fn put(row: &SchemaRow<'_>, path: &str, value: Json, tree: &mut Tree) -> bool {
    let top = path.split('.').next().unwrap_or_default();
    // The cloud is told with its name or not at all.
    let is_known = match top {
        "cloud" => row.cloud().is_some(),
        _ => OF_ALL.contains(&top) || row.class.attributes().contains(&top),
    };
    is_known && !path.is_empty() && tree.put(path, value)
}

fn put_unmapped(name: &str, value: Json, tree: &mut Tree) {
    // Names have no dots, but a format may tell one that has.
    tree.put(&format!("unmapped.{}", name.replace('.', "_")), value);
}

fn put_found(row: &SchemaRow<'_>, found: &Found<'_>, tree: &mut Tree) -> bool {
    let Some(mapping) = found.mapping else {
        return false;
    };
    let value = &found.value;
    let told = value.text();
    let path = mapping.ocsf;
    match mapping.kind {
        // With the resources themselves.
        Kind::Text if path.starts_with(OF_FIRST) => {
            row.class.attributes().contains(&"resources") && !row.resources.is_empty()
        }
        Kind::Text if path.ends_with("svc_name") && !row.names_destination() => false,
        Kind::Text if path.ends_with("location.country") && told.len() != 2 => false,
        Kind::Text | Kind::Error => put(row, path, told.into(), tree),
        Kind::Direction => convert::direction(&told)
            .is_some_and(|(_, caption)| put(row, path, caption.into(), tree)),
        Kind::Lower => put(row, path, told.to_ascii_lowercase().into(), tree),
        Kind::Int => value
            .int()
            .is_some_and(|number| put(row, path, number.into(), tree)),
        Kind::Float => value
            .float()
            .is_some_and(|number| put(row, path, number.into(), tree)),
        // Only `x_forwarded_for` is a list in this schema.
        Kind::List if path.ends_with("x_forwarded_for") => put(row, path, json!([told]), tree),
        Kind::List => put(row, path, told.into(), tree),
        Kind::Ip => convert::is_ip(&told) && put(row, path, told.into(), tree),
        Kind::End => {
            let exact = match convert::is_ip(&told) {
                true => "ip",
                false => "hostname",
            };
            put(row, &format!("{path}.{exact}"), told.into(), tree)
        }
        Kind::DnsCode => dns::code(&told).is_some_and(|(number, _, name)| {
            put(row, path, name.into(), tree) && put(row, "rcode_id", number.into(), tree)
        }),
        Kind::DnsType => put(row, path, dns::record_type(&told).into(), tree),
        Kind::DnsAnswer => put(row, path, json!([{"rdata": told}]), tree),
        Kind::Vulnerability => {
            let list = json!([{"cve": {"uid": &told}}]);
            told.starts_with("CVE-") && put(row, "vulnerabilities", list, tree)
        }
        Kind::Bool => convert::truth(&told).is_some_and(|truth| put(row, path, truth.into(), tree)),
        Kind::Enum(words) => put_enum(row, path, words, &told, tree),
        Kind::Process => !row.is_of_logger() && put(row, path, told.into(), tree),
        Kind::Host => !convert::is_instance(&told) && put(row, path, told.into(), tree),
        Kind::Actor => {
            let exact = match convert::user(&told) {
                User::Id => "uid",
                User::Email => "email_addr",
                User::Name => "name",
            };
            let user = match row.class {
                Class::Authentication => "user",
                _ => "actor.user",
            };
            put(row, &format!("{user}.{exact}"), told.into(), tree)
        }
        Kind::Protocol => put_protocol(row, &told, tree),
        Kind::Method => match convert::protocol(&told) {
            Protocol::Transport(..) => put_protocol(row, &told, tree),
            _ => {
                let method = told.to_ascii_uppercase();
                convert::METHODS.contains(&&*method) && put(row, path, method.into(), tree)
            }
        },
        Kind::HttpVersion => {
            convert::http_version(&told).is_some_and(|version| put(row, path, version.into(), tree))
        }
        Kind::TlsVersion => convert::tls_version(&told)
            .is_some_and(|(_, version)| put(row, path, version.into(), tree)),
        Kind::Logger | Kind::Own => false,
    }
}

/// Sets a word of the schema, and its number beside it.
fn put_enum(
    row: &SchemaRow<'_>,
    path: &str,
    words: &[(&str, u8, &'static str)],
    told: &str,
    tree: &mut Tree,
) -> bool {
    let is_it = |(word, _, _): &&(&str, u8, &'static str)| word.eq_ignore_ascii_case(told);
    words
        .iter()
        .find(is_it)
        .is_some_and(|(_, number, caption)| {
            put(row, path, (*caption).into(), tree)
                && put(row, &format!("{path}_id"), (*number).into(), tree)
        })
}

fn put_protocol(row: &SchemaRow<'_>, told: &str, tree: &mut Tree) -> bool {
    match convert::protocol(told) {
        Protocol::Transport(name, number) => {
            if let Some(number) = number {
                put(row, "connection_info.protocol_num", number.into(), tree);
            }
            put(row, "connection_info.protocol_name", name.into(), tree)
        }
        Protocol::Http(version) => put(row, "http_request.version", version.into(), tree),
        Protocol::Scheme(scheme) => put(row, "http_request.url.scheme", scheme.into(), tree),
        Protocol::Method | Protocol::Other(_) => false,
    }
}

/// Ids: of the trace, of what was touched, and where the event stands.
fn put_ids(row: &SchemaRow<'_>, tree: &mut Tree) {
    if let Some(trace) = row.text(Column::TraceId) {
        tree.put("metadata.correlation_uid", trace);
    }
    if let Some(span) = row.text(Column::SpanId) {
        put_unmapped("span_id", span.into(), tree);
    }
    if let Some(uri) = row.text(Column::Uri).filter(|uri| !uri.is_empty()) {
        put_unmapped("uri", uri.into(), tree);
    }
    if !row.resources.is_empty() {
        let resources = row.resources.iter().map(|id| json!({"uid": id}));
        let mut resources: Vec<Json> = resources.collect();
        let first = resources.first_mut().and_then(Json::as_object_mut);
        if let Some(first) = first {
            for found in &row.found {
                let path = found.mapping.map_or("", |mapping| mapping.ocsf);
                if let Some(key) = path.strip_prefix(OF_FIRST) {
                    first.insert(key.to_owned(), found.value.text().into());
                }
            }
        }
        if !put(row, "resources", resources.into(), tree) {
            put_unmapped("resources", json!(row.resources), tree);
        }
    }
}

/// What objects and classes require.
fn put_required(row: &SchemaRow<'_>, tree: &mut Tree) {
    if tree.has("device") {
        tree.put("device.type_id", 0);
    }
    if tree.has("connection_info") {
        let direction = tree.get("connection_info.direction").and_then(Json::as_str);
        let id = match direction {
            Some("Inbound") => 1,
            Some("Outbound") => 2,
            _ => 0,
        };
        tree.put("connection_info.direction_id", id);
    }
    if row.class == Class::Finding {
        if tree.get("finding_info.analytic").is_some() {
            // A rule.
            tree.put("finding_info.analytic.type_id", 1);
        }
        let told = [Column::Body, Column::Action];
        if let Some(title) = told.iter().find_map(|column| row.text(*column)) {
            tree.put("finding_info.title", title);
        }
        let id = row.text(Column::RequestId).map(str::to_owned);
        let place = || {
            let uri = row.text(Column::Uri).unwrap_or_default();
            format!("{uri}#{}", row.offset)
        };
        tree.put("finding_info.uid", id.unwrap_or_else(place));
    }
    if row.class == Class::Finding {
        evidence(tree);
    }
    let profiles = [
        ("cloud", tree.has("cloud")),
        ("host", has_host(row.class, tree)),
        (
            "security_control",
            tree.has("action_id") || tree.has("firewall_rule"),
        ),
    ];
    let profiles = profiles.iter().filter(|(_, is_used)| *is_used);
    let profiles: Vec<&str> = profiles.map(|(name, _)| *name).collect();
    if !profiles.is_empty() {
        tree.put("metadata.profiles", json!(profiles));
    }
}

/// Where a finding tells the ends of a connection, a question to a name server or a container,
/// they are of what was seen. A container alone is no evidence.
fn evidence(tree: &mut Tree) {
    let parts = [
        "src_endpoint",
        "dst_endpoint",
        "connection_info",
        "query",
        "container",
    ];
    let told = parts.map(|part| Some((part.to_owned(), tree.take(part)?)));
    let told: Map<String, Json> = told.into_iter().flatten().collect();
    if told.keys().any(|part| part != "container") {
        tree.put("evidences", json!([told]));
    } else if let Some(name) = told.get("container").and_then(|held| held.get("name")) {
        put_unmapped("container", name.clone(), tree);
    }
}

/// Whether attributes of the profile for hosts are used; some classes have an actor of their own.
fn has_host(class: Class, tree: &Tree) -> bool {
    let is_own = matches!(class, Class::Api | Class::Authentication);
    tree.has("device") || tree.has("actor") && !is_own
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
    use nepho_core::severity::RANKS;

    use super::{is_rank, severity_of, state_of};

    #[test]
    fn states_of_findings_are_those_of_the_schema() {
        assert_eq!(state_of("ACTIVE"), Some((1, "New")));
        assert_eq!(state_of("Resolved"), Some((4, "Resolved")));
        assert_eq!(state_of("FAILED"), None);
    }

    #[test]
    fn ranks_are_no_levels() {
        assert!(is_rank("High"));
        assert!(is_rank("Very-High"));
        assert!(!is_rank("CRITICAL"));
    }

    #[test]
    fn ranks_of_findings_are_those_of_the_schema() {
        for (rank, severity) in RANKS {
            let (_, name) = severity_of(Some(severity.0), true);
            let is_plain = matches!(*rank, "none" | "untriaged" | "undefined");
            let expected = if is_plain { "informational" } else { rank };
            assert!(name.eq_ignore_ascii_case(expected), "{rank}: {name}");
        }
        assert_eq!(severity_of(Some(21), false), (6, "Fatal"));
        assert_eq!(severity_of(Some(19), false), (3, "Medium"));
        assert_eq!(severity_of(None, true), (0, "Unknown"));
    }
}
