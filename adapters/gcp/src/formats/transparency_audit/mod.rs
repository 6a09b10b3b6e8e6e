//! Access Transparency: what people at Google did with the data of a customer.
//!
//! Source: cloud.google.com/assured-workloads/access-transparency/docs/reading-logs, read
//! 2026-11-27.

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, text};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.transparency_audit",
    summary: "Google Cloud Access Transparency: accesses by people at Google",
    permissions: &["logging.privateLogEntries.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const DETAIL: usize = 0;
const REASON: usize = 1;
const ACCESSES: usize = 2;

static TABLE: Table = Table {
    name: "gcp.transparency_audit",
    needs: &[
        entry::NO_ROW,
        Need::Contains("jsonPayload.@type", "TransparencyLog"),
        Need::HasAny(&[
            "jsonPayload.accesses",
            "jsonPayload.reason",
            "jsonPayload.product",
        ]),
    ],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        text(&["jsonPayload.product[0]"], Column::Service),
        text(&["jsonPayload.accesses[0].methodName"], Column::Action),
        text(
            &[
                "jsonPayload.location.principalEmployingEntity",
                "jsonPayload.principalJobTitle",
            ],
            Column::Actor,
        ),
        keep(&["jsonPayload.accesses"], ACCESSES),
        keep(&["jsonPayload.reason[0].detail"], DETAIL),
        keep(&["jsonPayload.reason[0].type"], REASON),
    ],
    extras: &[
        ("jsonPayload.eventId", "event_id"),
        ("jsonPayload.reason[0].type", "reason"),
        ("jsonPayload.principalJobTitle", "job_title"),
        ("jsonPayload.location.principalOfficeCountry", "country"),
        ("jsonPayload.accessApprovals[0]", "approval"),
        (
            "jsonPayload.permissionDetails[0].permissionType",
            "permission",
        ),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    for access in elements(event.kept_container(ACCESSES).unwrap_or_default()) {
        let fields = JsonFields::parse(access);
        let name = fields.ok().and_then(|fields| fields.text("resourceName"));
        row.resource(&unescape(name.unwrap_or_default()));
    }
    match (event.kept(REASON), event.kept(DETAIL)) {
        (Some(reason), Some(detail)) => row.text_of(Column::Body, &[&reason, ": ", &detail]),
        (Some(text), None) | (None, Some(text)) => row.text(Column::Body, &text),
        (None, None) => row,
    };
}
