//! What an application's message tells: JSON, logfmt or plain text, alone or within another log.

pub mod json;
pub mod text;

use nepho_core::tables::Row;

use crate::table::TableDecoder;

/// Reads messages of applications into rows that already know where they come from.
pub struct Describer {
    json: TableDecoder,
}

impl Default for Describer {
    fn default() -> Self {
        Self {
            json: TableDecoder::new(&json::TABLE),
        }
    }
}

impl Describer {
    /// Sets what `message` tells of severity, service, trace, status, latency and so on, and the body.
    ///
    /// A time in the message is used; set the outer one afterwards if it is better.
    pub fn describe(&mut self, message: &str, row: &mut Row<'_>) {
        let trimmed = message.trim();
        if !(trimmed.starts_with('{') && self.json.apply(trimmed, row)) {
            text::describe(trimmed, row);
        }
        if !row.has(nepho_core::tables::Column::Body) {
            row.text(nepho_core::tables::Column::Body, message.trim_end());
        }
    }
}
