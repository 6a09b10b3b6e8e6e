//! Results of searches of the Microsoft 365 audit log: the record stands in `AuditData`, as text
//! (`Search-UnifiedAuditLog`, its export) or as an object (Microsoft Graph).
//!
//! Sources: learn.microsoft.com/purview/audit-log-export-records,
//! learn.microsoft.com/graph/api/resources/security-auditlogrecord, as of 2026-11-27.

use std::borrow::Cow;

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
    let text = match fields.raw("auditLogRecordType") {
        Some(_) => completed(text, fields),
        None => text,
    };
    Opened::Inside(vec![Inner {
        text,
        envelope: envelope(record),
    }])
}

/// Members of a record, and those that Microsoft Graph has beside it.
const BESIDE: [(&str, &str); 9] = [
    ("Id", "id"),
    ("CreationTime", "createdDateTime"),
    ("RecordType", "auditLogRecordType"),
    ("Operation", "operation"),
    ("OrganizationId", "organizationId"),
    ("Workload", "service"),
    ("UserId", "userPrincipalName"),
    ("ClientIP", "clientIp"),
    ("ObjectId", "objectId"),
];

/// A record with what it lacks and Microsoft Graph tells beside it.
fn completed<'a>(text: Cow<'a, str>, fields: &JsonFields<'_>) -> Cow<'a, str> {
    let mut missing = String::new();
    let Ok(inside) = JsonFields::parse(&text) else {
        return text;
    };
    for (name, beside) in BESIDE {
        let value = fields.raw(beside).filter(|value| value.starts_with('"'));
        if let Some(value) = value
            && inside.raw(name).is_none()
        {
            let comma = if inside.members().is_empty() && missing.is_empty() {
                ""
            } else {
                ","
            };
            missing.push_str(&format!("{comma}\"{name}\":{value}"));
        }
    }
    match text.trim_end().strip_suffix('}') {
        Some(open) if !missing.is_empty() => format!("{open}{missing}}}").into(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_gets_what_stands_beside_it() {
        let check = |record: &str, inside: &str, expected: &str| {
            let fields = JsonFields::parse(record);
            let found = fields.map(|fields| completed(inside.into(), &fields).into_owned());
            assert_eq!(found.ok().as_deref(), Some(expected), "{record}");
        };
        let graph = r#"{"id":"1","operation":"Add","clientIp":null}"#;
        check(graph, r#"{"Id":"2"}"#, r#"{"Id":"2","Operation":"Add"}"#);
        check(graph, "{}", r#"{"Id":"1","Operation":"Add"}"#);
        check("{}", r#"{"Id":"2"}"#, r#"{"Id":"2"}"#);
    }
}
