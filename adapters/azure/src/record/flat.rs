//! Rows of the table `AzureDiagnostics`, whose columns carry their type at the end of their names.
//!
//! Source: learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics, read
//! 2026-11-27: `_s` text, `_d` number, `_b` truth, `_g` id, `_t` time.

use nepho_codec::json::JsonFields;

/// The row `record` with the names that the columns had before, if `table` is the one that renames
/// them.
pub(super) fn undone(table: Option<impl AsRef<str>>, record: &str) -> Option<String> {
    let is_renamed = table.is_some_and(|table| table.as_ref() == "AzureDiagnostics");
    let fields = is_renamed.then(|| JsonFields::parse(record).ok())??;
    let mut text = String::with_capacity(record.len());
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
    use super::undone;

    #[test]
    fn columns_lose_their_types() {
        let row =
            r#"{"Category":"x","clientIP_s":"10.0.0.1","httpStatus_d":200,"_ResourceId":"/"}"#;
        assert_eq!(
            undone(Some("AzureDiagnostics"), row).as_deref(),
            Some(r#"{"Category":"x","clientIP":"10.0.0.1","httpStatus":200,"_ResourceId":"/"}"#)
        );
        assert_eq!(undone(Some("SigninLogs"), row), None);
    }
}
