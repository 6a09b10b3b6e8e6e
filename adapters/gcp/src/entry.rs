//! Fields that every `LogEntry` has, and parts of their values.
//!
//! Source: cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry, read 2026-11-21. Exports to
//! BigQuery and other stores change the case of keys and write times with a blank; keys compare
//! without case.

use nepho_codec::table::{Event, Field, Need, observed, part, severity_of, text, time};
use nepho_core::key;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

/// Severities of Cloud Logging; `DEFAULT` says nothing.
///
/// The numbers follow the OpenTelemetry Collector's decoder of this format (CRITICAL and above are
/// fatal).
pub(crate) const SEVERITIES: &[(&str, Severity)] = &[
    ("DEBUG", Severity::DEBUG),
    ("INFO", Severity::INFO),
    ("NOTICE", Severity::NOTICE),
    ("WARNING", Severity::WARN),
    ("WARN", Severity::WARN),
    ("ERROR", Severity::ERROR),
    ("CRITICAL", Severity::FATAL),
    ("ALERT", Severity(22)),
    ("EMERGENCY", Severity(24)),
    // The same by their numbers in the API, as some of its clients write them.
    ("100", Severity::DEBUG),
    ("200", Severity::INFO),
    ("300", Severity::NOTICE),
    ("400", Severity::WARN),
    ("500", Severity::ERROR),
    ("600", Severity::FATAL),
    ("700", Severity(22)),
    ("800", Severity(24)),
];

/// Lacks the column of a row that Logs Explorer saved, which is no entry before it is opened: its
/// paths are keys.
pub(crate) const NO_ROW: Need = Need::Lacks("resource\\.type");

/// Severity that a word stands for.
pub(crate) fn severity(word: &str) -> Option<Severity> {
    let found = SEVERITIES
        .iter()
        .find(|(held, _)| held.eq_ignore_ascii_case(word));
    found.map(|(_, severity)| *severity)
}

/// When it happened; when it was received stands in where that is missing. The client of Node.js
/// writes it as an object of seconds and nanoseconds.
pub(crate) const TIME: Field = time(&[
    "timestamp",
    "timestamp.seconds",
    "receiveTimestamp",
    "receive_timestamp",
]);
/// When Cloud Logging received it.
pub(crate) const OBSERVED: Field = observed(&["receiveTimestamp", "receive_timestamp"]);
/// Severity of the entry.
pub(crate) const SEVERITY: Field = severity_of(&["severity"], SEVERITIES);
/// Id of the entry.
pub(crate) const INSERT_ID: Field = text(&["insertId", "insert_id"], Column::RequestId);
/// Trace that it is part of.
pub(crate) const TRACE: Field = part(&["trace"], Column::TraceId, last_segment);
/// Span that it is part of.
pub(crate) const SPAN: Field = text(&["spanId", "span_id"], Column::SpanId);
/// Project, from the labels of the resource.
pub(crate) const PROJECT: Field = text(
    &["resource.labels.project_id", "resource.labels.project"],
    Column::Account,
);
/// Project, folder or organization, from the name of the log; comes before [`PROJECT`], which is
/// surer.
pub(crate) const LOG_PROJECT: Field = part(&["logName", "log_name"], Column::Account, log_owner);
/// Region, from the labels of the resource.
pub(crate) const REGION: Field = part(
    &[
        "resource.labels.region",
        "resource.labels.location",
        "resource.labels.zone",
    ],
    Column::Region,
    region,
);

/// Last part of a path: the id in `projects/p/traces/id`.
pub(crate) fn last_segment(text: &str) -> &str {
    let slash = memchr::memrchr(b'/', text.as_bytes());
    slash.map_or(text, |slash| &text[slash + 1..])
}

/// Project of a log's name, or else the organization or folder it is of.
pub(crate) fn log_owner(name: &str) -> &str {
    key::google_project(name).unwrap_or_else(|| name.split('/').nth(1).unwrap_or_default())
}

/// Region of a location: `europe-west1` of the zone `europe-west1-b`.
pub(crate) fn region(location: &str) -> &str {
    match location.as_bytes() {
        [region @ .., b'-', zone] if zone.is_ascii() && region.contains(&b'-') => {
            &location[..region.len()]
        }
        _ => location,
    }
}

/// First part of a path: the API in `compute.googleapis.com/Instance`.
pub(crate) fn first_segment(text: &str) -> &str {
    text.split('/').next().unwrap_or(text)
}

/// Owner at the start of a name: `123` of `organizations/123/sources/456`; of a full name, its
/// project.
pub(crate) fn owner(name: &str) -> &str {
    let mut parts = name.split('/');
    match parts.next() {
        Some("projects" | "folders" | "organizations") => parts.next().unwrap_or_default(),
        _ => project(name),
    }
}

/// Project within a name; empty text if it is in none.
pub(crate) fn project(name: &str) -> &str {
    key::google_project(name).unwrap_or_default()
}

/// Name of an IP protocol number (IANA, "Protocol Numbers"), or the number itself.
pub(crate) fn protocol(number: &str) -> &str {
    // Exports from BigQuery have numbers with a fraction.
    match number.strip_suffix(".0").unwrap_or(number) {
        "1" => "ICMP",
        "4" => "IPIP",
        "6" => "TCP",
        "17" => "UDP",
        "47" => "GRE",
        "50" => "ESP",
        "51" => "AH",
        "58" => "ICMPv6",
        "132" => "SCTP",
        other => other,
    }
}

/// Sets the duration from the times that were kept under two numbers.
pub(crate) fn span(event: &Event<'_>, start: usize, end: usize, row: &mut Row<'_>) {
    let time = |number| nepho_codec::time::parse(&event.kept(number)?);
    if let (Some(start), Some(end)) = (time(start), time(end))
        && end >= start
    {
        row.duration(end.since(start));
    }
}

/// Full name of a machine from its project, zone and name, or its name alone where the others are
/// not told.
pub(crate) fn machine(event: &Event<'_>, parts: [usize; 3]) -> Option<String> {
    let [project, zone, name] = parts.map(|number| event.kept(number));
    let name = name?;
    Some(match (project, zone) {
        (Some(project), Some(zone)) => {
            format!("//compute.googleapis.com/projects/{project}/zones/{zone}/instances/{name}")
        }
        _ => name.into_owned(),
    })
}

/// API in the name of a log: `run.googleapis.com` of
/// `projects/p/logs/run.googleapis.com%2Frequests`.
pub(crate) fn log_api(name: &str) -> Option<&str> {
    let id = name.split_once("/logs/")?.1;
    let api = id.split("%2F").next()?.split('/').next()?;
    api.ends_with(".googleapis.com").then_some(api)
}

/// Full name of a resource of an API: `//compute.googleapis.com/projects/p/...`; `None` for names
/// that have no project, folder, organization or application.
///
/// Source: cloud.google.com/asset-inventory/docs/resource-name-format, read 2026-11-21.
pub(crate) fn full_name(api: &str, name: &str) -> Option<String> {
    if let Some(bucket) = name.strip_prefix("projects/_/buckets/") {
        let bucket = bucket.split('/').next().unwrap_or(bucket);
        return Some(format!("//storage.googleapis.com/{bucket}"));
    }
    let is_owned = ["projects/", "folders/", "organizations/"]
        .iter()
        .any(|start| name.starts_with(start))
        || (api == "appengine.googleapis.com" && name.starts_with("apps/"));
    (is_owned && api.ends_with(".googleapis.com")).then(|| format!("//{api}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_values_are_found() {
        assert_eq!(last_segment("projects/p/traces/0af7"), "0af7");
        assert_eq!(log_owner("projects/shop/logs/x"), "shop");
        assert_eq!(log_owner("organizations/123/logs/x"), "123");
        assert_eq!(region("europe-west1-b"), "europe-west1");
        assert_eq!(region("europe-west1"), "europe-west1");
        assert_eq!(region("global"), "global");
        assert_eq!(
            log_api("projects/p/logs/run.googleapis.com%2Frequests"),
            Some("run.googleapis.com")
        );
        assert_eq!(log_api("projects/p/logs/stdout"), None);
        let (engine, name) = ("appengine.googleapis.com", "apps/shop/services/web");
        assert_eq!(full_name(engine, name), Some(format!("//{engine}/{name}")));
        assert_eq!(full_name("other.googleapis.com", name), None);
    }

    #[test]
    fn resources_have_full_names() {
        let check = |api: &str, name: &str, expected: Option<&str>| {
            assert_eq!(full_name(api, name).as_deref(), expected)
        };
        check(
            "compute.googleapis.com",
            "projects/p/zones/z/instances/i",
            Some("//compute.googleapis.com/projects/p/zones/z/instances/i"),
        );
        check(
            "storage.googleapis.com",
            "projects/_/buckets/b/objects/o",
            Some("//storage.googleapis.com/b"),
        );
        check("k8s.io", "core/v1/namespaces/shop/pods/p", None);
    }
}
