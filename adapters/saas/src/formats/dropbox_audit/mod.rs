//! Events of the team log of Dropbox.
//!
//! Source: dropbox.com/developers/documentation/http/teams (`team_log/get_events`), as of
//! 2026-12-01.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, resource, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "dropbox.audit",
    summary: "Dropbox team events",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TYPE: usize = 0;

static TABLE: Table = Table {
    name: "dropbox.audit",
    needs: &[
        Need::Has("timestamp"),
        Need::Has(r"event_type.\.tag"),
        Need::Has(r"event_category.\.tag"),
        Need::Has(r"details.\.tag"),
    ],
    constants: &[(Column::Provider, "dropbox"), (Column::Service, "dropbox")],
    fields: &[
        time(&["timestamp"]),
        text(&[r"event_type.\.tag"], Column::Action),
        text(
            &[
                "actor.user.email",
                "actor.admin.email",
                "actor.user.display_name",
                "actor.admin.display_name",
                "actor.app.display_name",
                "actor.reseller.reseller_email",
                r"actor.\.tag",
            ],
            Column::Actor,
        ),
        source_address(&["origin.geo_location.ip_address"]),
        text(
            &[
                "origin.access_method.request_id",
                "origin.access_method.end_user.session_id",
            ],
            Column::RequestId,
        ),
        text(&["event_type.description"], Column::Body),
        resource(&[
            "assets[0].path.contextual",
            "assets[0].file_id",
            "participants[0].user.email",
            "participants[0].group.display_name",
        ]),
        keep(&[r"event_type.\.tag"], TYPE),
    ],
    extras: &[
        (r"event_category.\.tag", "category"),
        (r"actor.\.tag", "actor_kind"),
        ("origin.geo_location.country", "country"),
        ("details.error_details.user_friendly_message", "error"),
    ],
    finish: Some(finish),
};

/// Events of sign-ins tell in their names how it ended: `login_success`, `sso_error`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(TYPE).unwrap_or_default();
    if kind.ends_with("_fail") || kind.ends_with("_error") {
        row.outcome(Outcome::Failure);
    } else if kind.ends_with("_success") {
        row.outcome(Outcome::Success);
    }
}
