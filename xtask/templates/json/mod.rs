//! SUMMARY.

use nepho_codec::table::{JsonFormat, Need, Table, severity, source_address, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "template.json",
    summary: "SUMMARY",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "template.json",
    needs: &[Need::Is("recordType", "template.json")],
    constants: &[(Column::Provider, "template")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        source_address(&["client.address"]),
        text(&["operation"], Column::Action),
        text(&["message"], Column::Body),
    ],
    extras: &[],
    finish: None,
};
