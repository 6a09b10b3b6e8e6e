//! Audit log of Azure DevOps: what was done to projects, pipelines, repositories and permissions.
//!
//! Sources (read 2026-11-28): learn.microsoft.com/azure/azure-monitor/reference/tables/
//! azuredevopsauditing for the columns of Log Analytics, learn.microsoft.com/rest/api/azure/devops/
//! audit/audit-log/query (`DecoratedAuditLogEntry`) for streams and the API, which call the
//! operation `actionId` and the time `timestamp`.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, part, source_address, text, time};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::record::parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.devops_audit",
    summary: "Azure DevOps audit log: streams, the API and table AzureDevOpsAuditing",
    permissions: &["vso.auditlog"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const SCOPE: usize = 0;
const PROJECT: usize = 1;
const KIND: usize = 2;

static TABLE: Table = Table {
    name: "azure.devops_audit",
    needs: &[
        Need::HasAny(&["actionId", "ActionId", "OperationName"]),
        Need::HasAny(&["actorCUID", "actorUPN", "actorUserId", "actorDisplayName"]),
        Need::HasAny(&["scopeDisplayName", "scopeId", "scopeType"]),
        Need::HasAny(&["timestamp", "TimeGenerated"]),
        Need::HasAny(&["area", "category", "details"]),
    ],
    constants: &[
        (Column::Provider, "azure"),
        (Column::Service, "Azure DevOps"),
    ],
    fields: &[
        time(&["timestamp", "TimeGenerated"]),
        text(&["actionId", "OperationName"], Column::Action),
        part(
            &["actorUPN", "actorDisplayName", "actorUserId", "actorCUID"],
            Column::Actor,
            parts::plain,
        ),
        source_address(&["ipAddress"]),
        text(&["userAgent"], Column::UserAgent),
        text(&["correlationId", "activityId", "id"], Column::RequestId),
        text(&["details"], Column::Body),
        keep(&["scopeDisplayName"], SCOPE),
        keep(&["scopeType"], KIND),
        keep(&["projectName"], PROJECT),
    ],
    extras: &[
        ("area", "area"),
        ("category", "category"),
        ("authenticationMechanism", "authentication"),
        ("scopeType", "scope_type"),
        ("scopeDisplayName", "scope"),
        ("projectName", "project"),
        ("actorDisplayName", "actor_name"),
        ("id", "audit_id"),
    ],
    finish: Some(finish),
};

/// The organization, and the project in it: `shop (Organization)` is called `shop`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let scope = event.kept(SCOPE).unwrap_or_default();
    let scope = scope
        .rsplit_once(" (")
        .map_or(scope.as_ref(), |(name, _)| name);
    let is_organization = event
        .kept(KIND)
        .is_some_and(|kind| kind.eq_ignore_ascii_case("organization"));
    if is_organization {
        row.text(Column::Account, scope);
    }
    row.resource(scope);
    if let Some(project) = event
        .kept(PROJECT)
        .filter(|name| !name.is_empty() && *name != scope)
    {
        row.resource(&project);
    }
}
