//! Events of Atlassian organizations, and audit records of Jira.
//!
//! Source: developer.atlassian.com/cloud/admin/organization/rest (events),
//! developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-audit-records, as of 2026-11-28.

use nepho_codec::table::{JsonFormats, Need, Table, resource, source_address, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "atlassian.audit",
    summary: "Atlassian organization events and Jira audit records",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&ORGANIZATION, &JIRA];

static ORGANIZATION: Table = Table {
    name: "atlassian.audit",
    needs: &[
        Need::Is("type", "events"),
        Need::Has("attributes.time"),
        Need::Has("attributes.action"),
    ],
    constants: &[
        (Column::Provider, "atlassian"),
        (Column::Service, "atlassian"),
    ],
    fields: &[
        time(&["attributes.time"]),
        text(&["attributes.action"], Column::Action),
        text(
            &[
                "attributes.actor.email",
                "attributes.actor.name",
                "attributes.actor.id",
            ],
            Column::Actor,
        ),
        source_address(&["attributes.location.ip"]),
        text(&["message.content"], Column::Body),
        text(&["id"], Column::RequestId),
        resource(&["attributes.context[].id"]),
    ],
    extras: &[
        ("attributes.context[0].type", "target_type"),
        ("attributes.container[0].id", "container"),
    ],
    finish: None,
};

static JIRA: Table = Table {
    name: "atlassian.audit",
    needs: &[
        Need::Has("created"),
        Need::Has("summary"),
        Need::Has("category"),
        Need::HasAny(&["objectItem.typeName", "eventSource"]),
        Need::HasAny(&["authorKey", "authorAccountId", "remoteAddress"]),
    ],
    constants: &[(Column::Provider, "atlassian"), (Column::Service, "jira")],
    fields: &[
        time(&["created"]),
        text(&["summary"], Column::Action),
        text(&["authorKey", "authorAccountId"], Column::Actor),
        source_address(&["remoteAddress"]),
        text(&["description", "summary"], Column::Body),
        text(&["id"], Column::RequestId),
        resource(&["objectItem.name"]),
    ],
    extras: &[
        ("category", "category"),
        ("objectItem.typeName", "target_type"),
        ("associatedItems[0].name", "target"),
    ],
    finish: None,
};
