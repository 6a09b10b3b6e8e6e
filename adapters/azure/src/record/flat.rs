//! Rows of Log Analytics: those of the table `AzureDiagnostics`, whose columns carry their type at
//! the end of their names, and those of other tables, whose objects may stand there as text.
//!
//! Source: learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics, read
//! 2026-11-27: `_s` text, `_d` number, `_b` truth, `_g` id, `_t` time.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use nepho_codec::json::{JsonFields, unescape};

use super::is_one_of;

/// Columns of type `dynamic`, which the query API and the files that the portal makes give as text.
/// Not those with what programs wrote.
///
/// Source: learn.microsoft.com/azure/azure-monitor/reference/tables/ auditlogs, signinlogs,
/// aadprovisioninglogs, aksaudit, azkvauditlogs, azureactivity, as of 2026-11-28.
const OBJECTS: [&str; 31] = [
    "AdditionalDetails",
    "InitiatedBy",
    "TargetResources",
    "AuthenticationDetails",
    "AuthenticationProcessingDetails",
    "AuthenticationRequirementPolicies",
    "ConditionalAccessPolicies",
    "DeviceDetail",
    "LocationDetails",
    "Location",
    "MfaDetail",
    "NetworkLocationDetails",
    "Status",
    "ModifiedProperties",
    "ProvisioningSteps",
    "ServicePrincipal",
    "SourceIdentity",
    "SourceSystemDetails",
    "StatusInfo",
    "TargetIdentity",
    "TargetSystem",
    "Authorization",
    "Claims",
    "HTTPRequest",
    "User",
    "SourceIps",
    "ObjectRef",
    "ResponseStatus",
    "Annotations",
    "Identity",
    "ImpersonatedUser",
];

static TABLE_KEY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\"TimeGenerated\""));
static OBJECT: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\"{\\\""));
static ARRAY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\"["));

/// The row `record` with objects in place of their texts; `None` if it has no such text.
pub(super) fn opened(record: &str) -> Option<String> {
    let bytes = record.as_bytes();
    let may_be = TABLE_KEY.find(bytes).is_some()
        && (OBJECT.find(bytes).is_some() || ARRAY.find(bytes).is_some());
    let fields = may_be.then(|| JsonFields::parse(record).ok())??;
    // Most rows with such a text have it in another column.
    let mut members = fields.members().iter();
    members.find(|(key, value)| object(key, value).is_some())?;
    let mut text = String::with_capacity(record.len());
    for (key, value) in fields.members() {
        text.push(if text.is_empty() { '{' } else { ',' });
        text.push('"');
        text.push_str(key);
        text.push_str("\":");
        match object(key, value) {
            Some(object) => text.push_str(&object),
            None => text.push_str(value),
        }
    }
    text.push('}');
    Some(text)
}

/// The object or array that the text of a column is.
fn object(key: &str, value: &str) -> Option<String> {
    let text = value.strip_prefix('"')?.strip_suffix('"')?;
    if !text.starts_with(['{', '[']) || !is_one_of(key, &OBJECTS) {
        return None;
    }
    let text = unescape(text);
    let is_whole = JsonFields::parse(&format!("{{\"x\":{text}}}")).is_ok();
    is_whole.then(|| text.into_owned())
}

/// The row `record` with the names that the columns had before, if `table` is the one that renames
/// them.
pub(super) fn undone(table: Option<impl AsRef<str>>, record: &str) -> Option<String> {
    let is_renamed = table.is_some_and(|table| table.as_ref() == "AzureDiagnostics");
    is_renamed.then(|| renamed(&JsonFields::parse(record).ok()?))?
}

/// As [`undone`] for a row that does not tell its table, if any column is one of text with its type
/// at the end.
pub(super) fn undone_if_typed(record: &str) -> Option<String> {
    let fields = JsonFields::parse(record).ok()?;
    let mut members = fields.members().iter();
    members.find(|(key, _)| key.ends_with("_s"))?;
    renamed(&fields)
}

/// The row with names of columns that do not tell their types.
fn renamed(fields: &JsonFields<'_>) -> Option<String> {
    let mut text = String::new();
    for (key, value) in fields.members() {
        text.push(if text.is_empty() { '{' } else { ',' });
        text.push('"');
        text.push_str(name(key));
        text.push_str("\":");
        text.push_str(value);
    }
    text.push('}');
    Some(text)
}

/// Name of a column without its type.
pub(super) fn name(key: &str) -> &str {
    ["_s", "_d", "_b", "_g", "_t"]
        .iter()
        .find_map(|kind| key.strip_suffix(kind))
        .unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::{opened, undone, undone_if_typed};

    #[test]
    fn objects_stand_in_place_of_their_texts() {
        let row = r#"{"TimeGenerated":"x","User":"{\"a\":\"b\"}","SourceIps":"[\"10.0.0.1\"]","Log":"{\"c\":1}","Status":"{"}"#;
        assert_eq!(
            opened(row).as_deref(),
            Some(
                r#"{"TimeGenerated":"x","User":{"a":"b"},"SourceIps":["10.0.0.1"],"Log":"{\"c\":1}","Status":"{"}"#
            )
        );
        assert_eq!(opened(r#"{"User":"{\"a\":1}"}"#), None);
        assert_eq!(opened(r#"{"TimeGenerated":"x","Log":"[1]"}"#), None);
    }

    #[test]
    fn columns_lose_their_types() {
        let row =
            r#"{"Category":"x","clientIP_s":"10.0.0.1","httpStatus_d":200,"_ResourceId":"/"}"#;
        assert_eq!(
            undone(Some("AzureDiagnostics"), row).as_deref(),
            Some(r#"{"Category":"x","clientIP":"10.0.0.1","httpStatus":200,"_ResourceId":"/"}"#)
        );
        assert_eq!(undone(Some("SigninLogs"), row), None);
        assert_eq!(undone_if_typed(row), undone(Some("AzureDiagnostics"), row));
        assert_eq!(undone_if_typed(r#"{"Category":"x","Level_d":1}"#), None);
    }
}
