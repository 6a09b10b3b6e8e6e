//! Fields that every `LogEntry` has, and parts of their values.
//!
//! Source: cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry, read 2026-11-21. Exports to
//! BigQuery and other stores change the case of keys and write times with a blank; keys compare
//! without case.

use std::net::IpAddr;

use nepho_codec::table::{Field, To};
use nepho_core::key;
use nepho_core::severity::Severity;
use nepho_core::tables::Column;

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
];

/// When it happened; when it was received stands in where that is missing.
pub(crate) const TIME: Field = Field {
    from: &["timestamp", "receiveTimestamp"],
    to: To::Time,
};
/// When Cloud Logging received it.
pub(crate) const OBSERVED: Field = Field {
    from: &["receiveTimestamp"],
    to: To::Observed,
};
/// Severity of the entry.
pub(crate) const SEVERITY: Field = Field {
    from: &["severity"],
    to: To::SeverityOf(SEVERITIES),
};
/// Id of the entry.
pub(crate) const INSERT_ID: Field = text(&["insertId"], Column::RequestId);
/// Trace that it is part of.
pub(crate) const TRACE: Field = Field {
    from: &["trace"],
    to: To::Part(Column::TraceId, last_segment),
};
/// Span that it is part of.
pub(crate) const SPAN: Field = text(&["spanId"], Column::SpanId);
/// Project, from the labels of the resource.
pub(crate) const PROJECT: Field = text(
    &["resource.labels.project_id", "resource.labels.project"],
    Column::Account,
);
/// Project, folder or organization, from the name of the log; comes before [`PROJECT`], which is
/// surer.
pub(crate) const LOG_PROJECT: Field = Field {
    from: &["logName"],
    to: To::Part(Column::Account, log_owner),
};
/// Region, from the labels of the resource.
pub(crate) const REGION: Field = Field {
    from: &[
        "resource.labels.region",
        "resource.labels.location",
        "resource.labels.zone",
    ],
    to: To::Part(Column::Region, region),
};

/// The first of these paths that has text goes to a column.
pub(crate) const fn text(from: &'static [&'static str], column: Column) -> Field {
    Field {
        from,
        to: To::Text(column),
    }
}

/// The first of these paths that has a value is kept for `finish` under this number.
pub(crate) const fn keep(from: &'static [&'static str], number: usize) -> Field {
    Field {
        from,
        to: To::Keep(number),
    }
}

/// Last part of a path: the id in `projects/p/traces/id`.
pub(crate) fn last_segment(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

/// Project of a log's name, or else the organization or folder it is of.
fn log_owner(name: &str) -> &str {
    key::google_project(name).unwrap_or_else(|| name.split('/').nth(1).unwrap_or_default())
}

/// Region of a location: `europe-west1` of the zone `europe-west1-b`.
pub(crate) fn region(location: &str) -> &str {
    match location.rsplit_once('-') {
        Some((region, zone)) if zone.len() == 1 && region.contains('-') => region,
        _ => location,
    }
}

/// `text` if it is an IP address, without its port; Google writes `private` and `gce-internal-ip`
/// for its own.
pub(crate) fn address(text: &str) -> &str {
    if text.parse::<IpAddr>().is_ok() {
        return text;
    }
    let host = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => text.rsplit_once(':').map_or("", |(host, _)| host),
    };
    if host.parse::<IpAddr>().is_ok() {
        host
    } else {
        ""
    }
}

/// Port of `10.0.0.1:443` or `[::1]:443`.
pub(crate) fn port(text: &str) -> Option<u16> {
    if text.parse::<IpAddr>().is_ok() {
        return None;
    }
    text.rsplit_once(':')?.1.parse().ok()
}

/// API in the name of a log: `run.googleapis.com` of
/// `projects/p/logs/run.googleapis.com%2Frequests`.
pub(crate) fn log_api(name: &str) -> Option<&str> {
    let id = name.split_once("/logs/")?.1;
    let api = id.split("%2F").next()?.split('/').next()?;
    api.ends_with(".googleapis.com").then_some(api)
}

/// Full name of a resource of an API: `//compute.googleapis.com/projects/p/...`; `None` for names
/// that have no project, folder or organization.
///
/// Source: cloud.google.com/asset-inventory/docs/resource-name-format, read 2026-11-21.
pub(crate) fn full_name(api: &str, name: &str) -> Option<String> {
    if let Some(bucket) = name.strip_prefix("projects/_/buckets/") {
        let bucket = bucket.split('/').next().unwrap_or(bucket);
        return Some(format!("//storage.googleapis.com/{bucket}"));
    }
    let is_owned = ["projects/", "folders/", "organizations/"]
        .iter()
        .any(|start| name.starts_with(start));
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
        assert_eq!(address("10.0.0.1:443"), "10.0.0.1");
        assert_eq!(address("gce-internal-ip"), "");
        assert_eq!(port("[2001:db8::1]:443"), Some(443));
        assert_eq!(port("2001:db8::1"), None);
        assert_eq!(
            log_api("projects/p/logs/run.googleapis.com%2Frequests"),
            Some("run.googleapis.com")
        );
        assert_eq!(log_api("projects/p/logs/stdout"), None);
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
