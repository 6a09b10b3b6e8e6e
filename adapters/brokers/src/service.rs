//! The service that a broker's rows are of.

use nepho_codec::message::stream;
use nepho_core::tables::{Column, Row};

/// Sets the service by the name of the file, or else to that of the product where the record is
/// surely of it, unless the record or its wrapping tells one.
pub(crate) fn fill(row: &mut Row<'_>, product: Option<&'static str>) {
    let told = row.record().envelope.get(Column::Service);
    if row.has(Column::Service) || told.is_some_and(|service| !service.is_empty()) {
        return;
    }
    // An empty one: the wrapping knows that the file is not the broker's own.
    let file = Some(row.record().stream).filter(|_| told.is_none());
    if let Some(service) = file.and_then(stream::service) {
        row.text(Column::Service, service);
    } else if let Some(product) = product {
        row.constant(Column::Service, product);
    }
}
