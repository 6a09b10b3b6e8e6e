//! What databases of Azure SQL, managed instances and Synapse pools report.

use nepho_codec::table::{
    Event, Table, duration, keep, outcome_of, part, severity_of, source_address, text, time,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{Family, FamilyFormat, details, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure SQL: audit, errors, timeouts, deadlocks, blocks, waits, insights",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.sql";

/// The family.
pub(super) static FAMILY: Family = Family {
    namespaces: &["Microsoft.Sql", "Microsoft.Synapse"],
    extras: &[
        ("database_name", "database"),
        ("DatabaseName", "database"),
        ("server_instance_name", "server"),
        ("LogicalServerName", "server"),
        ("ElasticPoolName", "pool"),
        ("statement", "statement"),
        ("affected_rows", "affected_rows"),
        ("response_rows", "rows"),
        ("error_number", "error_code"),
        ("error_code", "error_code"),
        ("state", "state"),
        ("user_defined", "user_defined"),
        ("query_hash", "query_hash"),
        ("wait_type", "wait_type"),
        ("resource_owner_type", "owner_type"),
        ("lock_mode", "lock_mode"),
        ("duration", "microseconds"),
    ],
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 17] = [
    "SQLSecurityAuditEvents",
    "SQLInsights",
    "Errors",
    "Timeouts",
    "Deadlocks",
    "Blocks",
    "DatabaseWaitStatistics",
    "QueryStoreRuntimeStatistics",
    "QueryStoreWaitStatistics",
    "AutomaticTuning",
    "DevOpsOperationsAudit",
    "ResourceUsageStats",
    "ExecRequests",
    "RequestSteps",
    "SqlRequests",
    "DmsWorkers",
    "Waits",
];

const CATEGORY: usize = 20;

const SUCCESS: &[(&str, Outcome)] = &[
    ("true", Outcome::Success),
    ("false", Outcome::Failure),
    ("1", Outcome::Success),
    ("0", Outcome::Failure),
];

/// Severity of an error of the database engine, by its class.
///
/// Source: learn.microsoft.com/sql/relational-databases/errors-events/ (page
/// `database-engine-error-severities`), as of 2026-11-27.
const SEVERITIES: &[(&str, Severity)] = &[
    ("0", Severity::INFO),
    ("10", Severity::INFO),
    ("11", Severity::ERROR),
    ("12", Severity::ERROR),
    ("13", Severity::ERROR),
    ("14", Severity::ERROR),
    ("15", Severity::ERROR),
    ("16", Severity::ERROR),
    ("17", Severity::ERROR),
    ("18", Severity::ERROR),
    ("19", Severity::ERROR),
    ("20", Severity::FATAL),
    ("21", Severity::FATAL),
    ("22", Severity::FATAL),
    ("23", Severity::FATAL),
    ("24", Severity::FATAL),
    ("25", Severity::FATAL),
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        time(&["event_time", "event_time_t", "EventTime"]),
        text(
            &["action_name", "ActionName", "action_id", "ActionId"],
            Column::Action,
        ),
        part(
            &[
                "server_principal_name",
                "ServerPrincipalName",
                "session_server_principal_name",
                "SessionServerPrincipalName",
                "database_principal_name",
                "DatabasePrincipalName",
            ],
            Column::Actor,
            parts::plain,
        ),
        source_address(&["client_ip", "ClientIp"]),
        text(&["application_name", "ApplicationName"], Column::UserAgent),
        text(&["host_name", "HostName"], Column::Host),
        part(
            &["object_name", "ObjectName"],
            Column::Process,
            parts::plain,
        ),
        text(
            &["event_id", "EventId", "session_id", "SessionId"],
            Column::RequestId,
        ),
        outcome_of(&["succeeded", "is_success", "success"], SUCCESS),
        severity_of(&["Severity"], SEVERITIES),
        duration(&["duration_milliseconds"], 1e6),
        keep(&["message", "error_message", "Message"], details::MESSAGE),
        keep(&["category"], CATEGORY),
    ],
    extras: &[],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let category = event.kept(CATEGORY).unwrap_or_default();
    let is = |word: &str| category.eq_ignore_ascii_case(word);
    if is("Errors") || is("Timeouts") || is("Deadlocks") {
        row.outcome(Outcome::Failure);
    }
    if is("Timeouts") || is("Deadlocks") {
        row.severity(Severity::ERROR);
    }
    if is("Blocks") {
        row.severity(Severity::WARN);
    }
}
