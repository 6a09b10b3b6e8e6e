//! Alerts of the Alert Center, as its API and its Pub/Sub notifications hand them out.
//!
//! Source: developers.google.com/workspace/admin/alertcenter/reference/rest/v1beta1/alerts, read
//! 2026-11-27.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, resource, resource_of, severity_of, source_address, text,
    time,
};
use nepho_core::register;
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Row};

register!(Component {
    kind: Kind::Format,
    name: "workspace.alert",
    summary: "Google Workspace alerts of the Alert Center",
    permissions: &["https://www.googleapis.com/auth/apps.alerts"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TITLE: usize = 0;
const TYPE: usize = 1;

static TABLE: Table = Table {
    name: "workspace.alert",
    needs: &[
        Need::Has("alertId"),
        Need::HasAny(&["customerId", "securityInvestigationToolLink"]),
        Need::HasAny(&["type", "source"]),
        Need::HasAny(&["createTime", "startTime"]),
    ],
    constants: &[
        (Column::Provider, "workspace"),
        (Column::Service, "alertcenter.googleapis.com"),
    ],
    fields: &[
        time(&["createTime", "startTime"]),
        severity_of(
            &[
                "metadata.severity",
                "data.ruleViolationInfo.severity",
                "data.severity",
            ],
            RANKS,
        ),
        text(&["customerId"], Column::Account),
        text(&["type"], Column::Action),
        text(&["alertId"], Column::RequestId),
        text(
            &[
                "data.email",
                "data.maliciousEntity.fromHeader",
                "data.actorEmail",
                "data.ruleViolationInfo.triggeringUserEmail",
                "data.events[0].actorEmail",
            ],
            Column::Actor,
        ),
        source_address(&[
            "data.loginDetails.ipAddress",
            "data.sourceIp",
            "data.requestInfo[0].ipAddress",
        ]),
        // The target first, then the alert itself.
        resource(&[
            "data.email",
            "data.primaryAdminChangedEvent.updatedAdminEmail",
        ]),
        resource(&[
            "data.ruleViolationInfo.resourceInfo.documentId",
            "data.events[0].deviceId",
        ]),
        resource_of(&["alertId"], "alerts/{}"),
        keep(
            &[
                "data.title",
                "data.name",
                "data.ruleViolationInfo.ruleInfo.displayName",
            ],
            TITLE,
        ),
        keep(&["type"], TYPE),
        text(
            &["data.description", "data.incidentTrackingId"],
            Column::Body,
        ),
    ],
    extras: &[
        ("source", "source"),
        ("metadata.status", "state"),
        ("metadata.severity", "alert_severity"),
        ("metadata.assignee", "assignee"),
        ("data.@type", "alert_type"),
        ("securityInvestigationToolLink", "link"),
        // When what it warns of began and ended.
        ("startTime", "start_time"),
        ("endTime", "end_time"),
    ],
    finish: Some(finish),
};

/// The message: the title where the alert has one, and what describes it.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if row.has(Column::Body) {
        return;
    }
    let title = event.kept(TITLE).or_else(|| event.kept(TYPE));
    if let Some(title) = title {
        row.text(Column::Body, &title);
    }
}
