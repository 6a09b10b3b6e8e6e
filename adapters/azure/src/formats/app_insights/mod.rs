//! Telemetry of Application Insights as diagnostic settings and Log Analytics export it.
//!
//! Older exports are [`super::app_insights_export`], what libraries send
//! [`super::app_insights_item`].

use nepho_codec::table::{
    Event, Table, duration, keep, outcome_of, part, severity_of, text, url, value,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::extras::Values;
use crate::record::{Family, FamilyFormat, Place, details, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Application Insights telemetry of a workspace: requests, dependencies, traces, exceptions, events",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.app_insights";

/// The family.
pub(super) static FAMILY: Family = Family {
    place: Place::Beside,
    extras: &[
        ("Type", "table"),
        ("DependencyType", "dependency_type"),
        ("Data", "data"),
        ("ExceptionType", "exception"),
        ("ProblemId", "problem"),
        ("OuterMethod", "method"),
        ("OperationName", "operation"),
        ("ParentId", "parent_span"),
        ("SDKVersion", "sdk"),
        ("AppVersion", "version"),
        ("ClientCountryOrRegion", "country"),
        ("ItemCount", "item_count"),
        ("PerformanceBucket", "performance_bucket"),
    ],
    more: Some(codes),
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 11] = [
    "AppRequests",
    "AppDependencies",
    "AppTraces",
    "AppExceptions",
    "AppEvents",
    "AppPageViews",
    "AppAvailabilityResults",
    "AppBrowserTimings",
    "AppSystemEvents",
    "AppPerformanceCounters",
    "AppMetrics",
];

const CODE: usize = 20;
const DEPENDENCY: usize = 21;

/// `SeverityLevel` of traces and exceptions, by number and by name.
pub(super) const SEVERITIES: &[(&str, Severity)] = &[
    ("0", Severity::DEBUG),
    ("1", Severity::INFO),
    ("2", Severity::WARN),
    ("3", Severity::ERROR),
    ("4", Severity::FATAL),
    ("Verbose", Severity::DEBUG),
    ("Information", Severity::INFO),
    ("Warning", Severity::WARN),
    ("Error", Severity::ERROR),
    ("Critical", Severity::FATAL),
];

pub(super) const SUCCESS: &[(&str, Outcome)] =
    &[("true", Outcome::Success), ("false", Outcome::Failure)];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        severity_of(&["SeverityLevel"], SEVERITIES),
        text(&["OperationId"], Column::TraceId),
        text(&["Id", "ParentId"], Column::SpanId),
        text(&["AppRoleInstance"], Column::Host),
        keep(&["ResultCode"], CODE),
        keep(&["DependencyType"], DEPENDENCY),
        outcome_of(&["Success"], SUCCESS),
        duration(&["DurationMs", "TotalDurationMs"], 1e6),
        url(&["Url"]),
        part(&["Target"], Column::Peer, parts::target),
        part(&["ClientIP"], Column::SourceIp, parts::address),
        text(&["UserAuthenticatedId", "UserId"], Column::Actor),
        part(&["Name"], Column::Method, parts::method),
        text(&["Category"], Column::Process),
        value(&["Value", "Sum"]),
        keep(&["AppRoleName"], details::APPLICATION),
        keep(
            &["OuterMessage", "InnermostMessage", "Message", "Name"],
            details::MESSAGE,
        ),
    ],
    extras: &[],
    finish: Some(finish),
};

/// The status of a request. Databases have codes of their own, as `-2` for a timeout of SQL.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(status) = event.kept(CODE).and_then(|code| code.parse().ok())
        && (100..=599).contains(&status)
        && !is_database(&event.kept(DEPENDENCY).unwrap_or_default())
    {
        row.status(status);
    }
}

/// Whether a dependency is a database that is not asked by HTTP.
pub(super) fn is_database(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    ["sql", "redis", "mongo", "oracle"]
        .iter()
        .any(|name| kind.contains(name))
}

/// Codes that are no status.
fn codes(values: &Values<'_>, found: &mut dyn FnMut(&str, &str)) {
    let code = values.text(&["ResultCode"]).unwrap_or_default();
    let is_status = code.parse().is_ok_and(|code| (100..=599).contains(&code))
        && !is_database(&values.text(&["DependencyType"]).unwrap_or_default());
    if !code.is_empty() && code != "0" && !is_status {
        found("error_code", &code);
    }
}
