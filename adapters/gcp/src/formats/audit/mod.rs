//! Cloud Audit Logs: a `LogEntry` whose `protoPayload` is an `AuditLog`.

mod delegation;

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{
    Event, Need, Table, duration, keep, part, peer_address, peer_port, severity_of, source_address,
    status, text, time, url,
};
use nepho_core::key;
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;
use crate::exported::{self, Exported};

register!(Component {
    kind: Kind::Format,
    name: "gcp.audit",
    summary: "Google Cloud audit logs: admin activity, data access, system events, policy denied",
    permissions: &["logging.logEntries.list", "logging.privateLogEntries.list"],
    make: Make::Format(|| Box::new(Exported {
        table: &TABLE,
        extras: delegation::extras,
        payload: exported::AUDIT,
    })),
});

const SERVICE: usize = 0;
const METHOD: usize = 1;
const RESOURCE: usize = 2;
const STATUS: usize = 3;
const AUTHORIZATION: usize = 4;
const FIRST: usize = 5;
const LAST: usize = 6;
const SIZE: usize = 7;
const ENTRY_SEVERITY: usize = 8;
const LOCATION: usize = 9;
const JOB_ERROR: usize = 10;
const TABLES: usize = 11;
const REQUEST_TYPE: usize = 12;
const REQUEST_USER: usize = 13;
const DRY_RUN: usize = 14;
const START: usize = 15;
const END: usize = 16;
const OLD_TABLES: usize = 17;
const CLUSTER: usize = 18;
const PROJECT: usize = 19;
const EMAIL: usize = 20;

static TABLE: Table = Table {
    name: "gcp.audit",
    needs: &[
        entry::NO_ROW,
        Need::HasAny(&[
            "protoPayload.methodName",
            "protoPayload.authenticationInfo",
            "protoPayload.authorizationInfo",
            "protoPayload.serviceName",
            // Each of these may be all that a reduced record has.
            "protoPayload.resourceName",
            "protoPayload.requestMetadata",
            "protoPayload.status.code",
            "protopayload.methodName",
            "protopayload.authenticationInfo",
            "protopayload.methodname",
            // The names that Log Analytics has.
            "proto_payload.audit_log.method_name",
            "proto_payload.audit_log.authentication_info",
            "proto_payload.audit_log.service_name",
        ]),
    ],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        time(&[
            "timestamp",
            "timestamp.seconds",
            "protoPayload.timestamp",
            "receiveTimestamp",
            "protoPayload.requestMetadata.requestAttributes.time",
        ]),
        entry::OBSERVED,
        severity_of(&["severity", "protoPayload.severity"], entry::SEVERITIES),
        entry::INSERT_ID,
        entry::TRACE,
        entry::SPAN,
        entry::LOG_PROJECT,
        text(
            &[
                "resource.labels.project_id",
                "protoPayload.resource.labels.project_id",
            ],
            Column::Account,
        ),
        entry::REGION,
        part(
            &["protoPayload.resourceLocation.currentLocations[0]"],
            Column::Region,
            entry::region,
        ),
        text(
            &[
                "protoPayload.serviceName",
                "proto_payload.audit_log.service_name",
                "serviceName",
            ],
            Column::Service,
        ),
        text(
            &[
                "protoPayload.methodName",
                "proto_payload.audit_log.method_name",
                "methodName",
            ],
            Column::Action,
        ),
        text(
            &[
                "protoPayload.authenticationInfo.principalEmail",
                "proto_payload.audit_log.authentication_info.principal_email",
                "proto_payload.audit_log.authentication_info.principal_subject",
                "protoPayload.authenticationInfo.principalSubject",
                "protoPayload.authenticationInfo.authoritySelector",
            ],
            Column::Actor,
        ),
        source_address(&[
            "protoPayload.requestMetadata.callerIp",
            "proto_payload.audit_log.request_metadata.caller_ip",
            "httpRequest.remoteIp",
        ]),
        // Machines that Identity-Aware Proxy opened a tunnel to.
        peer_address(&["protoPayload.requestMetadata.destinationAttributes.ip"]),
        peer_port(&["protoPayload.requestMetadata.destinationAttributes.port"]),
        text(
            &[
                "protoPayload.requestMetadata.callerSuppliedUserAgent",
                "proto_payload.audit_log.request_metadata.caller_supplied_user_agent",
                "httpRequest.userAgent",
            ],
            Column::UserAgent,
        ),
        // Of those that a proxy asks for a user.
        text(
            &["protoPayload.requestMetadata.requestAttributes.method"],
            Column::Method,
        ),
        url(&["protoPayload.requestMetadata.requestAttributes.path"]),
        // Spanner.
        duration(&["protoPayload.metadata.processingDuration"], 1e9),
        status(&[
            "protoPayload.status.code",
            "proto_payload.audit_log.status.code",
        ]),
        text(
            &[
                "protoPayload.status.message",
                "proto_payload.audit_log.status.message",
            ],
            Column::Body,
        ),
        keep(
            &[
                "protoPayload.serviceName",
                "proto_payload.audit_log.service_name",
                "serviceName",
            ],
            SERVICE,
        ),
        keep(
            &[
                "protoPayload.methodName",
                "proto_payload.audit_log.method_name",
            ],
            METHOD,
        ),
        keep(
            &[
                "protoPayload.resourceName",
                "proto_payload.audit_log.resource_name",
            ],
            RESOURCE,
        ),
        keep(
            &["protoPayload.status", "proto_payload.audit_log.status"],
            STATUS,
        ),
        keep(
            &[
                "protoPayload.authorizationInfo",
                "proto_payload.audit_log.authorization_info",
            ],
            AUTHORIZATION,
        ),
        keep(&["protoPayload.request.@type"], REQUEST_TYPE),
        keep(&["protoPayload.request.user"], REQUEST_USER),
        keep(&["operation.first"], FIRST),
        keep(&["operation.last"], LAST),
        keep(
            &[
                "protoPayload.request.size",
                "protoPayload.request.targetSize",
            ],
            SIZE,
        ),
        keep(&["severity"], ENTRY_SEVERITY),
        keep(
            &[
                "protoPayload.resourceLocation.currentLocations[0]",
                "resource.labels.location",
            ],
            LOCATION,
        ),
        // BigQuery tells of failed jobs in its own part, in the newer and in the older shape.
        keep(
            &[
                "protoPayload.metadata.jobChange.job.jobStatus.errorResult.message",
                "protoPayload.metadata.jobInsertion.job.jobStatus.errorResult.message",
                "protoPayload.serviceData.jobCompletedEvent.job.jobStatus.error.message",
                "proto_payload.audit_log.metadata.jobChange.job.jobStatus.errorResult.message",
                "proto_payload.audit_log.metadata.jobInsertion.job.jobStatus.errorResult.message",
            ],
            JOB_ERROR,
        ),
        keep(
            &[
                "protoPayload.metadata.jobChange.job.jobStats.queryStats.referencedTables",
                "protoPayload.metadata.jobInsertion.job.jobStats.queryStats.referencedTables",
            ],
            TABLES,
        ),
        keep(
            &["protoPayload.serviceData.jobCompletedEvent.job.jobStatistics.referencedTables"],
            OLD_TABLES,
        ),
        keep(
            &[
                "protoPayload.metadata.jobChange.job.jobStats.startTime",
                "protoPayload.serviceData.jobCompletedEvent.job.jobStatistics.startTime",
            ],
            START,
        ),
        keep(
            &[
                "protoPayload.metadata.jobChange.job.jobStats.endTime",
                "protoPayload.serviceData.jobCompletedEvent.job.jobStatistics.endTime",
            ],
            END,
        ),
        keep(&["resource.labels.cluster_name"], CLUSTER),
        keep(&["resource.labels.project_id"], PROJECT),
        keep(
            &[
                "protoPayload.metadata.dryRun",
                "proto_payload.audit_log.metadata.dryRun",
            ],
            DRY_RUN,
        ),
        keep(&["resource.labels.email_id"], EMAIL),
    ],
    extras: &[
        ("resource.type", "resource_type"),
        ("operation.id", "operation_id"),
        ("protoPayload.requestMetadata.callerNetwork", "network"),
        ("resource.labels.namespace_name", "namespace"),
        ("protoPayload.metadata.event[0].eventName", "event"),
        // What users ran in Cloud SQL and AlloyDB, as pgAudit tells it.
        ("protoPayload.request.database", "database"),
        ("protoPayload.request.command", "command"),
        ("protoPayload.request.statement", "statement"),
        (
            "protoPayload.metadata.jobChange.job.jobStats.queryStats.totalBilledBytes",
            "billed_bytes",
        ),
        (
            "protoPayload.serviceData.jobCompletedEvent.job.jobStatistics.totalBilledBytes",
            "billed_bytes",
        ),
        (
            "protoPayload.requestMetadata.requestAttributes.host",
            "host",
        ),
        ("protoPayload.metadata.dryRun", "dry_run"),
        ("protoPayload.metadata.violationReason", "violation"),
        (
            "protoPayload.metadata.vpcServiceControlsUniqueId",
            "violation_id",
        ),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // A user of the database, where nobody of the cloud is told.
    //
    // Source: cloud.google.com/alloydb/docs/pgaudit/view-audit-log and
    // cloud.google.com/sql/docs/postgres/pg-audit, as of 2026-11-28.
    let is_pg_audit = event
        .kept(REQUEST_TYPE)
        .is_some_and(|kind| kind.ends_with("PgAuditEntry"));
    if is_pg_audit && !row.has(Column::Actor) {
        row.text(Column::Actor, &event.kept(REQUEST_USER).unwrap_or_default());
    }
    let service = event.kept(SERVICE).unwrap_or_default();
    let method = event.kept(METHOD).unwrap_or_default();
    let grants = event
        .kept_container(AUTHORIZATION)
        .map(Grants::of)
        .unwrap_or_default();
    let name = event
        .kept(RESOURCE)
        .or_else(|| grants.resource.map(unescape))
        .unwrap_or_default();
    let named = match event.kept(EMAIL) {
        Some(email) if service == "iam.googleapis.com" => by_email(&name, &email),
        _ => None,
    };
    // By its number as well, which is how other events of it may be found.
    let number = named.is_some().then(|| name.clone());
    let name = named.map_or(name, Into::into);
    let location = event.kept(LOCATION).unwrap_or_default();
    resources(&service, &name, &location, row);
    if let Some(number) = number {
        resources(&service, &number, &location, row);
    }
    if service == "k8s.io" {
        object(&name, event, row);
    }
    for table in elements(event.kept_container(TABLES).unwrap_or_default()) {
        row.resource(&format!(
            "//bigquery.googleapis.com/{}",
            unescape(table.trim_matches('"'))
        ));
    }
    for table in elements(event.kept_container(OLD_TABLES).unwrap_or_default()) {
        if let Some(name) = old_table(table) {
            row.resource(&name);
        }
    }
    entry::span(event, START, END, row);
    // What a dry run would have refused went through.
    if event.kept(DRY_RUN).as_deref() == Some("true") && is_error(event) {
        row.severity(Severity::NOTICE);
    }
    if let Some(outcome) = outcome(event, &method, grants.is_denied, row) {
        row.outcome(outcome);
    }
    if let Some(error) = event.kept(JOB_ERROR) {
        row.outcome(Outcome::Failure).text(Column::Body, &error);
    }
    if row.has(Column::Body) {
        return;
    }
    if let Some(permission) = grants.denied {
        row.text(Column::Body, &format!("permission `{permission}` denied"));
    } else if let Some(size) = event
        .kept(SIZE)
        .filter(|_| method.ends_with("instanceGroupManagers.resize"))
    {
        row.text(Column::Body, &format!("resize to {size}"));
    }
}

/// Full name of a table as the first audit logs of `BigQuery` tell it.
fn old_table(object: &str) -> Option<String> {
    let fields = JsonFields::parse(object).ok()?;
    let [project, dataset, table] =
        ["projectId", "datasetId", "tableId"].map(|key| fields.text(key));
    let (project, dataset, table) = (project?, dataset?, table?);
    Some(format!(
        "//bigquery.googleapis.com/projects/{project}/datasets/{dataset}/tables/{table}"
    ))
}

/// A service account by its address, where the call names it by its number, as one that is
/// undeleted must be.
///
/// cloud.google.com/iam/docs/service-accounts-delete-undelete, as of 2026-11-29.
fn by_email(name: &str, email: &str) -> Option<String> {
    let (front, rest) = name.split_once("serviceAccounts/")?;
    let (number, behind) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !email.is_empty()).then(|| format!("{front}serviceAccounts/{email}{behind}"))
}

/// The resource by its full name, and as the log names it where the full name leaves a part out.
fn resources(service: &str, name: &str, location: &str, row: &mut Row<'_>) {
    // Cloud Run's first API has names in the manner of Kubernetes:
    // `namespaces/<project>/services/<name>`.
    let knative = name
        .strip_prefix("namespaces/")
        .and_then(|rest| rest.split_once('/'));
    if let Some((project, rest)) =
        knative.filter(|_| service == "run.googleapis.com" && !location.is_empty())
    {
        row.resource(&format!(
            "//run.googleapis.com/projects/{project}/locations/{location}/{rest}"
        ))
        .resource(name);
        return;
    }
    match entry::full_name(service, name) {
        Some(full) if full.ends_with(name) => row.resource(&full),
        Some(full) => row.resource(&full).resource(name),
        None => row.resource(name),
    };
}

/// The object of a cluster that the name of the resource is the path of.
fn object(path: &str, event: &Event<'_>, row: &mut Row<'_>) {
    let told = row.record().stream.cluster.clone();
    let cluster = told.unwrap_or_else(|| {
        let kept = |number| event.kept(number).unwrap_or_default();
        let (project, place, name) = (kept(PROJECT), kept(LOCATION), kept(CLUSTER));
        match name.is_empty() {
            true => String::new(),
            false => format!(
                "//container.googleapis.com/projects/{project}/locations/{place}/clusters/{name}"
            ),
        }
    });
    if let Some(id) = key::ObjectPath::parse(path).and_then(|object| object.id(&cluster)) {
        row.resource(&id);
    }
}

/// What the entry says of permissions.
#[derive(Default)]
struct Grants<'a> {
    resource: Option<&'a str>,
    denied: Option<&'a str>,
    is_denied: bool,
}

impl<'a> Grants<'a> {
    /// Reads `authorizationInfo`.
    fn of(array: &'a str) -> Self {
        let mut grants = Self::default();
        for element in elements(array) {
            let Ok(fields) = JsonFields::parse(element) else {
                continue;
            };
            grants.resource = grants.resource.or_else(|| fields.text("resource"));
            if fields.text("granted") == Some("false") {
                grants.is_denied = true;
                grants.denied = grants.denied.or_else(|| fields.text("permission"));
            }
        }
        grants
    }
}

/// Whether the entry says that it is of an error.
fn is_error(event: &Event<'_>) -> bool {
    let severity = event.kept(ENTRY_SEVERITY);
    let severity = severity.as_deref().and_then(Severity::from_word);
    severity.is_some_and(|severity| severity >= Severity::ERROR)
}

/// Outcome by `status` (gRPC code, absent or 0 is OK), refused permissions, and failed sign-ins.
///
/// The first entry of a long operation has no outcome yet, and what a dry run of VPC Service
/// Controls would have refused went through.
/// Source: cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog, read
/// 2026-11-21.
fn outcome(event: &Event<'_>, method: &str, is_denied: bool, row: &Row<'_>) -> Option<Outcome> {
    let is_true = |number| event.kept(number).as_deref() == Some("true");
    if is_true(DRY_RUN) {
        return None;
    }
    let is_failed = row.status_so_far().is_some_and(|code| code != 0);
    if is_failed || is_denied || method.ends_with("loginFailure") {
        return Some(Outcome::Failure);
    }
    if is_error(event) {
        return Some(Outcome::Failure);
    }
    let is_begun = is_true(FIRST) && !is_true(LAST);
    let is_told = event.kept_value(STATUS).is_some() || !method.is_empty();
    (is_told && !is_begun).then_some(Outcome::Success)
}
