//! The service that a database's rows are of.

use nepho_codec::message::stream;
use nepho_core::tables::{Column, Row};

/// Names of files that tell the kind of a log, not whose it is.
const KINDS: [&str; 14] = [
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
    "db2diag",
    "log.xml",
];

/// Sets the service by the name of the file, or else to that of the product, unless the record or
/// its wrapping tells one: a log group or a container knows better which database this is.
pub(crate) fn fill(row: &mut Row<'_>, product: &'static str) {
    let told = row.record().envelope.get(Column::Service);
    if row.has(Column::Service) || told.is_some_and(|service| !service.is_empty()) {
        return;
    }
    // An empty one: the wrapping knows that the file is not the database's own.
    let file = Some(row.record().stream).filter(|_| told.is_none());
    let service = file.and_then(stream::service);
    // Oracle calls the file after the instance: `alert_shop.log`.
    let service = service.map(|name| name.strip_prefix("alert_").unwrap_or(name));
    match service.filter(|service| !KINDS.contains(service)) {
        Some(service) => row.text(Column::Service, service),
        None => row.constant(Column::Service, product),
    };
}
