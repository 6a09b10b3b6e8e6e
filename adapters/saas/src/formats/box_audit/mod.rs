//! Enterprise events of Box.
//!
//! Source: developer.box.com/reference/resources/event, as of 2026-12-01.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, resource, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "box.audit",
    summary: "Box enterprise events",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TYPE: usize = 0;

static TABLE: Table = Table {
    name: "box.audit",
    needs: &[
        Need::Is("type", "event"),
        Need::Has("event_id"),
        Need::Has("event_type"),
        Need::Has("created_at"),
        Need::HasAny(&["created_by.login", "created_by.id", "created_by.type"]),
    ],
    constants: &[(Column::Provider, "box"), (Column::Service, "box")],
    fields: &[
        time(&["created_at"]),
        text(&["event_type"], Column::Action),
        text(
            &["created_by.login", "created_by.name", "created_by.id"],
            Column::Actor,
        ),
        source_address(&["ip_address"]),
        text(&["event_id"], Column::RequestId),
        resource(&["source.item_id", "source.id", "source.user_id"]),
        keep(&["event_type"], TYPE),
    ],
    extras: &[
        ("source.item_type", "target_kind"),
        ("source.type", "target_kind"),
        ("source.item_name", "target"),
        ("source.name", "target"),
        ("session_id", "session"),
        ("additional_details.service_name", "client"),
    ],
    finish: Some(finish),
};

/// `FAILED_LOGIN`, and beside it `LOGIN`; what was done is else told by nothing but its name.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match event.kept(TYPE).unwrap_or_default().as_ref() {
        "FAILED_LOGIN" => {
            row.outcome(Outcome::Failure);
        }
        "LOGIN" => {
            row.outcome(Outcome::Success);
        }
        _ => {}
    }
}
