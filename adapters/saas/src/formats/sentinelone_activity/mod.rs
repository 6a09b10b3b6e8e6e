//! Activities of the management console of SentinelOne.
//!
//! Source: `GET /web/api/v2.1/activities`, by docs.sekoia.io/integration/categories/endpoint/
//! sentinelone, as of 2026-12-01.

use nepho_codec::table::{JsonFormat, Need, Table, resource, source_address, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "sentinelone.activity",
    summary: "SentinelOne console activities",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "sentinelone.activity",
    needs: &[
        Need::Number("activityType"),
        Need::Has("primaryDescription"),
        Need::Has("createdAt"),
        Need::HasAny(&["accountId", "siteId", "userId", "agentId"]),
    ],
    constants: &[
        (Column::Provider, "sentinelone"),
        (Column::Service, "sentinelone"),
    ],
    fields: &[
        time(&["createdAt"]),
        text(&["accountId"], Column::Account),
        text(&["activityType"], Column::Action),
        text(&["data.username", "userId"], Column::Actor),
        source_address(&["data.ipAddress"]),
        text(&["data.computerName"], Column::Host),
        text(&["primaryDescription"], Column::Body),
        text(&["id"], Column::RequestId),
        resource(&["agentId", "threatId"]),
    ],
    extras: &[
        ("secondaryDescription", "description"),
        ("siteName", "site"),
        ("accountName", "account_name"),
        ("threatId", "threat"),
        ("data.role", "role"),
        ("data.source", "interface"),
    ],
    finish: None,
};
