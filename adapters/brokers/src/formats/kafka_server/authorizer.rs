//! Decisions that the authorizer logs:
//! `Principal = User:app is Denied Operation = Read from host = 10.0.0.7 on resource = Topic:cart`
//!
//! Source: Apache Kafka, `AclAuthorizer.logAuditMessage` and, from 3.3 on,
//! `StandardAuthorizerData.buildAuditMessage` (github.com/apache/kafka, as of 2026-11-27).

use nepho_codec::table::address;
use nepho_core::tables::{Column, Outcome, Row};

/// Sets who asked for what, and whether it was allowed.
pub(super) fn describe(message: &str, row: &mut Row<'_>) {
    let Some((who, rest)) = message
        .strip_prefix("Principal = ")
        .and_then(|rest| rest.split_once(" is "))
    else {
        return;
    };
    row.text(Column::Actor, who.strip_prefix("User:").unwrap_or(who));
    match rest.split(' ').next() {
        Some("Allowed") => {
            row.outcome(Outcome::Success);
        }
        Some("Denied") => {
            row.outcome(Outcome::Failure);
        }
        _ => {}
    }
    let value = |name: &str| {
        let (_, rest) = rest.split_once(name)?;
        rest.split(' ').next()
    };
    // From 2.0 on the names begin with a small letter.
    if let Some(operation) = value("peration = ") {
        row.text(Column::Action, operation);
    }
    if let Some((host, _)) = value("host = ").and_then(address) {
        row.text(Column::SourceIp, host);
    }
    if let Some(resource) = value("resource = ") {
        row.resource(resource);
    }
}
