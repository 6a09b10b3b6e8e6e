//! What only some entries tell: calls of the old activity log, events of Windows, priorities of the
//! journal, owners of logs.

use nepho_codec::table::{Event, To, put_status, put_text};
use nepho_codec::windows::PROVIDER;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;

use super::{
    CALL, CALL_ERROR, CALL_TYPE, CODE, ENVOY, ENVOY_CLIENT, ENVOY_STATUS, EVENT_ID, EVENT_SOURCE,
    INSERTS, KEYWORDS, LINE, LOG, OWNER, PRIORITY, TYPE, services, windows,
};

/// Events of the security log of Windows.
pub(super) const AUDITS: &[(&str, Outcome)] = &[
    ("FailureAudit", Outcome::Failure),
    ("SuccessAudit", Outcome::Success),
];

/// States that a probe of a health check found.
pub(super) const HEALTH: &[(&str, Outcome)] = &[
    ("HEALTHY", Outcome::Success),
    ("UNHEALTHY", Outcome::Failure),
    ("TIMEOUT", Outcome::Failure),
];

/// How a transfer of objects ended.
pub(super) const TRANSFERS: &[(&str, Outcome)] =
    &[("OK", Outcome::Success), ("FAILED", Outcome::Failure)];

/// Names that Envoy alone, of meshes and gateways, gives what it tells of a request.
pub(super) const ENVOY_PATHS: &[&str] = &[
    "jsonPayload.response_code_details",
    "jsonPayload.upstream_cluster",
    "jsonPayload.upstream_host",
    "jsonPayload.downstream_remote_address",
];

/// Puts what an access log of Envoy tells. Others have response codes too, of what they call; and
/// the other end of a connection may be a proxy, before the client that is told by a name of its
/// own.
pub(super) fn put_envoy(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept_value(ENVOY).is_none() {
        return;
    }
    if let Some(status) = event.kept(ENVOY_STATUS)
        && row.status_so_far().is_none()
        && let Ok(status) = status.parse()
    {
        put_status(status, row);
    }
    if let Some(client) = event.kept(ENVOY_CLIENT)
        && !row.has(Column::SourceIp)
    {
        put_text(&client, To::SourceAddress, row);
    }
}

/// Names the project, folder or organization that the log is of, where no label tells the project.
pub(super) fn put_owner(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(OWNER).is_none_or(|project| project == "-")
        && let Some(log) = event.kept(LOG)
    {
        row.text(Column::Account, entry::log_owner(&log));
    }
}

/// Puts the call that an entry of the old activity log of Compute Engine tells of.
pub(super) fn put_call(event: &Event<'_>, row: &mut Row<'_>) {
    let is_of_log = |log: &str| log.contains("activity_log");
    if let Some(call) = event.kept(CALL)
        && event.kept(LOG).as_deref().is_some_and(is_of_log)
    {
        let kind = event.kept(CALL_TYPE).unwrap_or_default();
        services::compute_call(&call, &kind, event.kept_value(CALL_ERROR).is_some(), row);
    }
}

/// Puts how a request ended that a service of Google tells of, by its code of gRPC. Others have
/// codes of their own under this name.
pub(super) fn put_code(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(code) = event.kept(CODE)
        && event.kept(TYPE).is_some_and(|kind| kind.contains("google"))
    {
        match code.parse::<u8>() {
            Ok(0) => row.outcome(Outcome::Success),
            Ok(1..=16) => row.outcome(Outcome::Failure),
            _ => row,
        };
    }
}

/// Puts what an event of the security log of Windows tells.
pub(super) fn put_windows(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(id) = event.kept(EVENT_ID)
        && event.kept(EVENT_SOURCE).as_deref() == Some(PROVIDER)
    {
        let inserts = event.kept_container(INSERTS).unwrap_or_default();
        windows::put(&id, inserts, &event.kept(KEYWORDS).unwrap_or_default(), row);
    }
}

/// Puts the severity that a line of the journal tells, else its priority: the journal gives all
/// that a unit writes the same one. Of any other payload, the line tells what nothing else does.
pub(super) fn put_severity(event: &Event<'_>, row: &mut Row<'_>) {
    let priority = event.kept(PRIORITY);
    if row.has_severity() && priority.is_none() {
        return;
    }
    let line = event.kept(LINE);
    let told = line.and_then(|line| nepho_codec::message::severity_of(&line));
    let severity = told.or_else(|| {
        let priority = priority.filter(|_| !row.has_severity())?;
        Severity::from_syslog(priority.parse().ok()?)
    });
    if let Some(severity) = severity {
        row.severity(severity);
    }
}
