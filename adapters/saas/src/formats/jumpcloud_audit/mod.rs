//! Events of Directory Insights of JumpCloud.
//!
//! Source: docs.jumpcloud.com/api/insights/directory/1.0/index.html, as of 2026-12-01.

use nepho_codec::table::{
    JsonFormat, Need, Table, outcome_of, resource, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "jumpcloud.audit",
    summary: "JumpCloud Directory Insights events",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const RESULTS: &[(&str, Outcome)] = &[("true", Outcome::Success), ("false", Outcome::Failure)];

static TABLE: Table = Table {
    name: "jumpcloud.audit",
    needs: &[
        Need::Has("event_type"),
        Need::Has("service"),
        Need::Has("organization"),
        Need::Has("timestamp"),
        Need::HasAny(&[
            "initiated_by.type",
            "initiated_by.id",
            "initiated_by.username",
        ]),
    ],
    constants: &[
        (Column::Provider, "jumpcloud"),
        (Column::Service, "jumpcloud"),
    ],
    fields: &[
        time(&["timestamp"]),
        text(&["organization"], Column::Account),
        text(&["event_type"], Column::Action),
        text(
            &[
                "initiated_by.email",
                "initiated_by.username",
                "initiated_by.id",
            ],
            Column::Actor,
        ),
        source_address(&["client_ip"]),
        outcome_of(&["success"], RESULTS),
        text(&["error_message", "message"], Column::Body),
        text(&["useragent.name"], Column::UserAgent),
        text(&["id"], Column::RequestId),
        resource(&[
            "resource.id",
            "application.id",
            "system.id",
            "association.connection.to.object_id",
        ]),
    ],
    extras: &[
        ("service", "product"),
        ("initiated_by.type", "actor_kind"),
        ("resource.type", "target_kind"),
        ("application.name", "application"),
        ("system.hostname", "device"),
        ("geoip.country_code", "country"),
        ("mfa", "mfa"),
    ],
    finish: None,
};
