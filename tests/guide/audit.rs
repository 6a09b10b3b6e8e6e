//! Audit log of the Foundry registry.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, http_status, keep, outcome_of, resource_of, source_address,
    text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "foundry.audit",
    summary: "Audit log of the Foundry registry",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "foundry.audit",
    needs: &[Need::Is("kind", "audit"), Need::Has("registry.project")],
    constants: &[(Column::Provider, "foundry")],
    fields: &[
        time(&["at", "received_at"]),
        text(&["operation"], Column::Action),
        text(&["user.email", "user.id"], Column::Actor),
        source_address(&["client.address"]),
        outcome_of(&["result"], RESULTS),
        http_status(&["status"]),
        resource_of(&["registry.project"], "foundry://{}"),
        text(&["error"], Column::Body),
        keep(&["image.name"], NAME),
        keep(&["image.tag"], TAG),
    ],
    extras: &[("image.size", "bytes")],
    finish: Some(finish),
};

const RESULTS: &[(&str, Outcome)] = &[
    ("ok", Outcome::Success),
    ("denied", Outcome::Failure),
    ("error", Outcome::Failure),
];

const NAME: usize = 0;
const TAG: usize = 1;

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let (Some(name), Some(tag)) = (event.kept(NAME), event.kept(TAG)) {
        row.resource(&format!("{name}:{tag}"));
    }
}
