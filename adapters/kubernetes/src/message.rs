//! The message of a container within the line of its runtime.

use nepho_codec::message::{Describer, logfmt_like};
use nepho_core::tables::{Column, Row};

/// Reads what the container wrote. Of text, the body is all of it as it was written; the time is
/// left to the caller, as the runtime's own is better.
pub(crate) fn describe(describer: &mut Describer, message: &str, row: &mut Row<'_>) {
    describer.describe(message, row);
    let trimmed = message.trim();
    if !trimmed.starts_with('{') && !logfmt_like(trimmed) {
        row.text(Column::Body, message.trim_end());
    }
}
