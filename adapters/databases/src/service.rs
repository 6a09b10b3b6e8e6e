//! The service that a database's rows are of.

use nepho_codec::message::stream;
use nepho_core::tables::{Column, Row};

/// Names of files that tell the kind of a log, not whose it is.
const KINDS: [&str; 12] = [
    "audit",
    "server_audit",
    "auditlog",
    "general",
    "slow",
    "slowlog",
    "slowquery",
    "slow_query",
    "slow-query",
    "query",
    "deprecation",
    "errorlog",
];

/// Sets the service by the name of the file, or else to that of the product, unless the record or
/// its wrapping tells one: a log group or a container knows better which database this is.
pub(crate) fn fill(row: &mut Row<'_>, product: &'static str) {
    if row.has(Column::Service) || row.record().envelope.get(Column::Service).is_some() {
        return;
    }
    let service = stream::service(row.record().stream);
    match service.filter(|service| !KINDS.contains(service)) {
        Some(service) => row.text(Column::Service, service),
        None => row.constant(Column::Service, product),
    };
}
