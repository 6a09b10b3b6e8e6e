//! Telemetry of Application Insights as diagnostic settings and Log Analytics export it.
//!
//! Older exports are [`super::app_insights_export`].

use nepho_codec::table::{
    Table, duration, keep, outcome_of, part, severity_of, status, text, url, value,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome};

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

/// `SeverityLevel` of traces and exceptions.
const SEVERITIES: &[(&str, Severity)] = &[
    ("0", Severity::DEBUG),
    ("1", Severity::INFO),
    ("2", Severity::WARN),
    ("3", Severity::ERROR),
    ("4", Severity::FATAL),
];

const SUCCESS: &[(&str, Outcome)] = &[("true", Outcome::Success), ("false", Outcome::Failure)];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        severity_of(&["SeverityLevel"], SEVERITIES),
        text(&["OperationId"], Column::TraceId),
        text(&["Id", "ParentId"], Column::SpanId),
        text(&["AppRoleInstance"], Column::Host),
        status(&["ResultCode"]),
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
    finish: None,
};
