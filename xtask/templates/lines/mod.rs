//! SUMMARY.

use nepho_codec::table::{LineFormat, Lines, severity, source_address, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "template.lines",
    summary: "SUMMARY",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

static TABLE: Lines = Lines {
    name: "template.lines",
    patterns: &[
        "template.lines {time:time} {level:level} {client:address} {operation}: {message:rest}",
    ],
    confidence: 80,
    constants: &[(Column::Provider, "template")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        source_address(&["client"]),
        text(&["operation"], Column::Action),
        text(&["message"], Column::Body),
    ],
    extras: &[],
    finish: None,
};
