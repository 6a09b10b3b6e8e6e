//! The service that a broker's rows are of.

use nepho_codec::message::stream;
use nepho_core::tables::{Column, Row};

/// Sets the service by the name of the file, or else to that of the product where the record is
/// surely of it, unless the record or its wrapping tells one.
pub(crate) fn fill(row: &mut Row<'_>, product: Option<&'static str>) {
    if row.has(Column::Service) || row.record().envelope.get(Column::Service).is_some() {
        return;
    }
    if let Some(service) = stream::service(row.record().stream) {
        row.text(Column::Service, service);
    } else if let Some(product) = product {
        row.constant(Column::Service, product);
    }
}
