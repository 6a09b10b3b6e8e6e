//! Results of searches of the Microsoft 365 audit log: the record stands in `AuditData`, as text
//! (`Search-UnifiedAuditLog`, its export) or as an object (Microsoft Graph).
//!
//! Sources: learn.microsoft.com/purview/audit-log-export-records,
//! learn.microsoft.com/graph/api/resources/security-auditlogrecord, as of 2026-11-27.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let is_result = ["CreationDate", "auditLogRecordType"]
        .iter()
        .any(|key| fields.raw(key).is_some());
    let data = ["AuditData", "auditData"]
        .iter()
        .find_map(|key| fields.raw(key))
        .filter(|_| is_result);
    let text = match data {
        Some(raw) if raw.starts_with('"') => {
            unescape(crate::json::fields::text_of(raw).unwrap_or_default())
        }
        Some(raw) if raw.starts_with('{') => raw.into(),
        _ => return Opened::No,
    };
    if !text.starts_with('{') {
        return Opened::No;
    }
    Opened::Inside(vec![Inner {
        text,
        envelope: envelope(record),
    }])
}
