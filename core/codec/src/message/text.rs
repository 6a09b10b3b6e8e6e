//! Plain text messages of applications.

use nepho_core::tables::{Column, Row};

use crate::time;

/// Sets what a text message tells, and the body.
pub fn describe(message: &str, row: &mut Row<'_>) {
    let mut rest = message;
    if let Some((found, length)) = time::prefix(message, row.record().stream.modified) {
        row.time(found);
        rest = message[length..].trim_start();
    }
    row.text(Column::Body, rest);
}
