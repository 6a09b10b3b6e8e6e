//! One folder per format.

pub mod json;
pub mod logfmt;
pub mod text;

use nepho_codec::message::stream;
use nepho_core::format::Record;
use nepho_core::tables::{Column, Row};

/// Takes the service from the name of the file when neither the message nor the wrapping tells one.
fn default_service<'a>(record: &'a Record<'a>, row: &mut Row<'_>) {
    if !row.has(Column::Service) && record.envelope.get(Column::Service).is_none() {
        if let Some(service) = stream::service(record.stream) {
            row.text(Column::Service, service);
        }
    }
}
