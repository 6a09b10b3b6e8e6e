//! Telemetry of Application Insights as its libraries send it to the channel, one envelope an item.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, duration, keep, outcome_of, part, severity_of, text, time,
    url, value,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use super::app_insights::{SEVERITIES, SUCCESS, is_database};
use crate::record::parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.app_insights_item",
    summary: "Application Insights telemetry as libraries send it and queries answer it",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const KIND: usize = 0;
const CODE: usize = 1;
const DEPENDENCY: usize = 2;

static TABLES: [&Table; 2] = [&ITEM, &ROW];

static ITEM: Table = Table {
    name: "azure.app_insights_item",
    needs: &[
        Need::Has("data.baseType"),
        Need::Has("data.baseData"),
        Need::Has("time"),
        Need::HasAny(&["iKey", "tags"]),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["time"]),
        part(&["tags.ai.cloud.role"], Column::Service, role),
        text(
            &["tags.ai.cloud.roleInstance", "tags.ai.device.id"],
            Column::Host,
        ),
        text(&["tags.ai.operation.id"], Column::TraceId),
        text(
            &["data.baseData.id", "tags.ai.operation.parentId"],
            Column::SpanId,
        ),
        text(
            &["tags.ai.user.authUserId", "tags.ai.user.id"],
            Column::Actor,
        ),
        part(&["tags.ai.location.ip"], Column::SourceIp, parts::address),
        severity_of(&["data.baseData.severityLevel"], SEVERITIES),
        outcome_of(&["data.baseData.success"], SUCCESS),
        duration(&["data.baseData.duration"], 1e6),
        url(&["data.baseData.url"]),
        part(&["data.baseData.name"], Column::Method, parts::method),
        part(&["data.baseData.target"], Column::Peer, parts::target),
        text(&["data.baseData.metrics[0].name"], Column::Metric),
        value(&["data.baseData.metrics[0].value"]),
        text(
            &[
                "data.baseData.message",
                "data.baseData.exceptions[0].message",
                "data.baseData.exceptions[0].typeName",
                "data.baseData.name",
            ],
            Column::Body,
        ),
        keep(&["data.baseType"], KIND),
        keep(
            &["data.baseData.responseCode", "data.baseData.resultCode"],
            CODE,
        ),
        keep(&["data.baseData.type"], DEPENDENCY),
    ],
    extras: &[
        ("data.baseType", "table"),
        ("data.baseData.type", "dependency_type"),
        ("data.baseData.data", "data"),
        ("data.baseData.exceptions[0].typeName", "exception"),
        ("data.baseData.problemId", "problem"),
        ("tags.ai.operation.name", "operation"),
        ("tags.ai.operation.parentId", "parent_span"),
        ("tags.ai.internal.sdkVersion", "sdk"),
        ("tags.ai.application.ver", "version"),
        ("sampleRate", "sampling_percent"),
    ],
    finish: Some(finish),
};

/// A row of an answer of the query API of a component, where the columns are not those of a
/// workspace.
///
/// Source: learn.microsoft.com/previous-versions/azure/azure-monitor/app/apm-tables, as of
/// 2026-11-30.
static ROW: Table = Table {
    name: "azure.app_insights_item",
    needs: &[
        Need::Has("timestamp"),
        Need::Has("itemType"),
        Need::Has("operation_Id"),
        Need::HasAny(&["cloud_RoleName", "appId", "iKey", "itemId"]),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["timestamp"]),
        part(&["cloud_RoleName"], Column::Service, role),
        text(&["cloud_RoleInstance"], Column::Host),
        text(&["operation_Id"], Column::TraceId),
        text(&["id", "operation_ParentId"], Column::SpanId),
        text(&["user_AuthenticatedId", "user_Id"], Column::Actor),
        part(&["client_IP"], Column::SourceIp, parts::address),
        severity_of(&["severityLevel"], SEVERITIES),
        outcome_of(&["success"], SUCCESS),
        duration(&["duration"], 1e6),
        url(&["url"]),
        part(&["name"], Column::Method, parts::method),
        part(&["target"], Column::Peer, parts::target),
        text(
            &["outerMessage", "innermostMessage", "message", "name"],
            Column::Body,
        ),
        value(&["value"]),
        keep(&["itemType"], KIND),
        keep(&["resultCode"], CODE),
        keep(&["type"], DEPENDENCY),
    ],
    extras: &[
        ("itemType", "table"),
        ("type", "dependency_type"),
        ("data", "data"),
        ("problemId", "problem"),
        ("operation_Name", "operation"),
        ("operation_ParentId", "parent_span"),
        ("sdkVersion", "sdk"),
        ("application_Version", "version"),
    ],
    finish: Some(finish),
};

/// An exception is a failure; of databases, the code is no status.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND).unwrap_or_default();
    if matches!(&*kind, "ExceptionData" | "exception") {
        row.outcome(Outcome::Failure);
        if !row.has_severity() {
            row.severity(Severity::ERROR);
        }
    }
    if let Some(status) = event.kept(CODE).and_then(|code| code.parse().ok())
        && (100..=599).contains(&status)
        && !is_database(&event.kept(DEPENDENCY).unwrap_or_default())
    {
        row.status(status);
    }
}

/// Name of the service of a role: exporters of OpenTelemetry put its namespace before it,
/// `[shop]/checkout` or `shop.checkout`, of which only the first is told apart.
fn role(text: &str) -> &str {
    let behind = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]/"));
    behind.map_or(text, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::role;

    #[test]
    fn roles_are_services() {
        assert_eq!(role("checkout"), "checkout");
        assert_eq!(role("[shop]/checkout"), "checkout");
        assert_eq!(role("[shop"), "[shop");
    }
}
