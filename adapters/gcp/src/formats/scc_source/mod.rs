//! Sources of findings in Security Command Center, as the API lists them.
//!
//! Source: cloud.google.com/security-command-center/docs/reference/rest/v1/organizations.sources,
//! as of 2026-11-27.

use nepho_codec::table::{JsonFormat, Need, Table, part, resource, text};
use nepho_core::register;
use nepho_core::tables::Column;

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.scc_source",
    summary: "Google Cloud Security Command Center: sources of findings",
    permissions: &["securitycenter.sources.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "gcp.scc_source",
    needs: &[
        Need::Contains("name", "/sources/"),
        Need::Has("displayName"),
        Need::HasAny(&["canonicalName", "description"]),
        Need::Lacks("category"),
    ],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "securitycenter.googleapis.com"),
    ],
    fields: &[
        part(&["name", "canonicalName"], Column::Account, entry::owner),
        text(&["description", "displayName"], Column::Body),
        resource(&["name"]),
    ],
    extras: &[("displayName", "source")],
    finish: None,
};
