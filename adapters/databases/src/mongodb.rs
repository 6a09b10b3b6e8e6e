//! What the JSON and the older text log of MongoDB have in common.

use nepho_codec::table::address;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

/// Severity by its letter; debug has five levels.
pub(crate) const SEVERITIES: &[(&str, Severity)] = &[
    ("F", Severity::FATAL),
    ("E", Severity::ERROR),
    ("W", Severity::WARN),
    ("I", Severity::INFO),
    ("D", Severity::DEBUG),
    ("D1", Severity::DEBUG),
    ("D2", Severity::DEBUG),
    ("D3", Severity::DEBUG),
    ("D4", Severity::DEBUG),
    ("D5", Severity::DEBUG),
];

/// Sets the client of `10.0.0.7:55404`.
pub(crate) fn client(text: &str, row: &mut Row<'_>) {
    if let Some((address, port)) = address(text) {
        row.text(Column::SourceIp, address);
        if let Some(port) = port {
            row.source_port(port);
        }
    }
}
