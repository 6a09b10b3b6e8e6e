//! Rows of the tables of Microsoft Sentinel that hold events of other clouds under names of their
//! own: findings of GuardDuty, audit logs of Google Cloud. They become the event that the vendor
//! writes.
//!
//! Sources: learn.microsoft.com/azure/azure-monitor/reference/tables/ `awsguardduty` and
//! `gcpauditlogs`, from memory.

use std::borrow::Cow;

use nepho_core::format::Record;

use super::{Inner, Opened, envelope, json_text};
use crate::json::JsonFields;

/// A table: its name, columns that a row has, what stands around those of [`Self::inner`], and how
/// the columns are called in the event.
struct Rows {
    table: &'static str,
    needs: [&'static str; 2],
    outer: &'static [(&'static str, &'static str)],
    /// Name of the object for the other columns, and these.
    inner: (&'static str, &'static [(&'static str, &'static str)]),
}

const TABLES: [Rows; 2] = [
    Rows {
        table: "AWSGuardDuty",
        needs: ["ActivityType", "ServiceDetails"],
        outer: &[
            ("SchemaVersion", "schemaVersion"),
            ("AccountId", "accountId"),
            ("Region", "region"),
            ("Partition", "partition"),
            ("Id", "id"),
            ("Arn", "arn"),
            ("ActivityType", "type"),
            ("ResourceDetails", "resource"),
            ("ServiceDetails", "service"),
            ("Severity", "severity"),
            ("TimeCreated", "createdAt"),
            ("TimeGenerated", "updatedAt"),
            ("Title", "title"),
            ("Description", "description"),
        ],
        inner: ("", &[]),
    },
    Rows {
        table: "GCPAuditLogs",
        needs: ["MethodName", "ServiceName"],
        outer: &[
            ("InsertId", "insertId"),
            ("LogName", "logName"),
            ("Severity", "severity"),
            ("Timestamp", "timestamp"),
            ("TimeGenerated", "receiveTimestamp"),
        ],
        inner: (
            "protoPayload",
            &[
                ("ServiceName", "serviceName"),
                ("MethodName", "methodName"),
                ("GCPResourceName", "resourceName"),
                ("AuthenticationInfo", "authenticationInfo"),
                ("AuthorizationInfo", "authorizationInfo"),
                ("RequestMetadata", "requestMetadata"),
                ("Request", "request"),
                ("Response", "response"),
                ("Metadata", "metadata"),
                ("ServiceData", "serviceData"),
                ("ResourceLocation", "resourceLocation"),
                ("Status", "status"),
            ],
        ),
    },
];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let is_of = |rows: &&Rows| {
        fields.text("Type") == Some(rows.table)
            && rows.needs.iter().all(|name| fields.raw(name).is_some())
    };
    match TABLES.iter().find(is_of) {
        Some(rows) => Opened::Inside(vec![Inner {
            text: event(rows, fields).into(),
            envelope: envelope(record),
        }]),
        None => Opened::No,
    }
}

/// The event of a row.
fn event(rows: &Rows, fields: &JsonFields<'_>) -> String {
    let mut text = object(rows.outer, fields);
    let (name, inner) = rows.inner;
    if !name.is_empty() {
        let mut inner = object(inner, fields);
        // Where the whole of it was left out, the caller has a column.
        let caller = fields.raw("PrincipalEmail");
        if let Some(caller) = caller.filter(|_| fields.raw("AuthenticationInfo").is_none()) {
            let info = format!("{{\"principalEmail\":{caller}}}");
            add(&mut inner, "authenticationInfo", &info);
        }
        add(&mut text, name, &inner);
    }
    text
}

/// The columns under the names that the event has, objects in place of their texts.
fn object(names: &[(&str, &str)], fields: &JsonFields<'_>) -> String {
    let mut text = String::from("{}");
    for (column, name) in names {
        let value = fields.raw(column).map(|raw| match json_text(raw) {
            Some(inner) if JsonFields::parse(&format!("{{\"x\":{inner}}}")).is_ok() => inner,
            _ => Cow::Borrowed(raw),
        });
        if let Some(value) = value.filter(|value| !matches!(&**value, "null" | "\"\"")) {
            add(&mut text, name, &value);
        }
    }
    text
}

/// Adds a member to an object.
fn add(object: &mut String, name: &str, value: &str) {
    object.pop();
    if object.len() > 1 {
        object.push(',');
    }
    object.push_str(&format!("\"{name}\":{value}}}"));
}

#[cfg(test)]
mod tests {
    use super::super::tests::inside;
    use super::*;

    #[test]
    fn rows_become_events() {
        let check = |text: &str, expected: Option<&str>| {
            let found = inside(open, text);
            let found = found.first().map(|inner| inner.text.as_ref());
            assert_eq!(found, expected, "{text}");
        };
        check(
            r#"{"Type":"AWSGuardDuty","ActivityType":"a","ServiceDetails":"{\"detectorId\":\"d\"}","Severity":2,"Title":""}"#,
            Some(r#"{"type":"a","service":{"detectorId":"d"},"severity":2}"#),
        );
        check(
            r#"{"Type":"GCPAuditLogs","MethodName":"m","ServiceName":"s","InsertId":"i","PrincipalEmail":"e"}"#,
            Some(
                r#"{"insertId":"i","protoPayload":{"serviceName":"s","methodName":"m","authenticationInfo":{"principalEmail":"e"}}}"#,
            ),
        );
        check(r#"{"Type":"GCPAuditLogs","MethodName":"m"}"#, None);
        check(r#"{"MethodName":"m","ServiceName":"s"}"#, None);
    }
}
