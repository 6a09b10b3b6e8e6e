//! Results of queries of Azure Log Analytics: `{"tables":[{"name","columns","rows"}]}`, where the
//! values of a row stand in the order of the columns. Each row becomes an object.
//!
//! Rows of queries that chose their columns, as the portal and `az monitor log-analytics query`
//! give them, do not tell their table; of some the columns do, and it is added.
//!
//! Rows of tables that connectors of Microsoft Sentinel fill with events of other vendors hold the
//! event of the vendor, with the type of each value behind its name; they get their names back.
//!
//! Sources: learn.microsoft.com/azure/azure-monitor/logs/api/response-format, as of 2026-11-27; an
//! older version writes the same keys with capitals.
//! learn.microsoft.com/azure/azure-monitor/logs/data-collector-api, "Record type and properties",
//! as of 2026-11-30; the table of Cloudflare in the sample data of github.com/Azure/Azure-Sentinel,
//! read 2026-12-01; those of Okta and GitHub from memory.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope, time};
use crate::json::fields::{JsonFields, elements};

/// Tables, the column that only they have, and those of which they have one besides
/// (learn.microsoft.com/azure/azure-monitor/reference/tables/containerlogv2, `containerlog` and
/// `containerappconsolelogs`, as of 2026-11-30; the same of `signinlogs`, `auditlogs`,
/// `microsoftgraphactivitylogs`, `azfwnatrule`, `azfwapplicationrule`, `azfwnetworkrule`,
/// `agwaccesslogs`, `storagebloblogs`, `appservicehttplogs`, as of 2026-12-01).
const TABLES: [(&str, &str, &[&str]); 13] = [
    (
        "ContainerLogV2",
        "LogMessage",
        &["PodName", "ContainerName", "ContainerId", "LogSource"],
    ),
    (
        "ContainerLog",
        "LogEntry",
        &["ContainerID", "LogEntrySource", "Name"],
    ),
    ("ContainerAppConsoleLogs", "Log", &["ContainerAppName"]),
    (
        "ContainerAppConsoleLogs_CL",
        "Log_s",
        &["ContainerAppName_s"],
    ),
    (
        "SigninLogs",
        "ResultType",
        &["UserPrincipalName", "AppDisplayName"],
    ),
    (
        "AuditLogs",
        "InitiatedBy",
        &["TargetResources", "LoggedByService", "ActivityDisplayName"],
    ),
    (
        "MicrosoftGraphActivityLogs",
        "RequestUri",
        &["ResponseStatusCode"],
    ),
    (
        "AZFWNatRule",
        "TranslatedIp",
        &["SourceIp", "DestinationIp"],
    ),
    (
        "AZFWApplicationRule",
        "RuleCollectionGroup",
        &["Fqdn", "TargetUrl"],
    ),
    ("AZFWNetworkRule", "RuleCollectionGroup", &["DestinationIp"]),
    (
        "AGWAccessLogs",
        "HttpStatus",
        &["RequestUri", "ServerRouted", "ListenerName"],
    ),
    (
        "StorageBlobLogs",
        "AuthenticationType",
        &["ObjectKey", "Uri"],
    ),
    ("AppServiceHTTPLogs", "CsMethod", &["CsUriStem", "ScStatus"]),
];

/// Tables of the events of another vendor, a column that each row has, and whether a `_` within a
/// name stands between the names of nested members: those of Okta have none, those of GitHub are
/// not nested.
const OF_VENDORS: [(&str, &str, bool); 3] = [
    ("Okta_CL", "eventType_s", true),
    ("Cloudflare_CL", "RayID_s", false),
    ("GitHubAuditLogPolling_CL", "action_s", false),
];

/// Columns that Log Analytics has beside those of the vendor.
const BESIDE: [&str; 10] = [
    "TenantId",
    "SourceSystem",
    "MG",
    "ManagementGroupName",
    "TimeGenerated",
    "Computer",
    "RawData",
    "Type",
    "_ResourceId",
    "_SubscriptionId",
];

/// Ends of names: text, number, truth, time, id.
const TYPES: [&str; 5] = ["_s", "_d", "_b", "_t", "_g"];

/// The event of a vendor that a row of its table is.
fn of_vendor(fields: &JsonFields<'_>) -> Option<String> {
    let table = fields.text("Type").filter(|table| table.ends_with("_CL"))?;
    let (_, column, is_nested) = OF_VENDORS.iter().find(|(name, ..)| *name == table)?;
    fields.raw(column)?;
    let mut text = String::from("{");
    for (key, value) in fields.members() {
        // The portal adds the zone to the names of times.
        let key = key.strip_suffix(" [UTC]").unwrap_or(key);
        let typed = TYPES.iter().find_map(|end| key.strip_suffix(end));
        let Some(name) = typed.filter(|_| !BESIDE.contains(&key)) else {
            continue;
        };
        let name = match is_nested {
            true => name.replace('_', "."),
            false => name.to_owned(),
        };
        add(&mut text, &format!("\"{name}\""), value);
    }
    text.push('}');
    Some(text)
}

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    if let Some(text) = of_vendor(fields) {
        let mut envelope = envelope(record);
        envelope.time = time(fields, "TimeGenerated").or(envelope.time);
        return Opened::Inside(vec![Inner {
            text: text.into(),
            envelope,
        }]);
    }
    if let Some(table) = table_of(fields) {
        let mut text = String::from("{");
        for (key, value) in fields.members() {
            add(&mut text, &format!("\"{key}\""), value);
        }
        add(&mut text, "\"Type\"", &format!("\"{table}\""));
        text.push('}');
        return Opened::Inside(vec![Inner {
            text: text.into(),
            envelope: envelope(record),
        }]);
    }
    if let Some(text) = without_zones(fields) {
        return Opened::Inside(vec![Inner {
            text: text.into(),
            envelope: envelope(record),
        }]);
    }
    let tables = either(fields, "tables", "Tables").filter(|tables| tables.starts_with('['));
    let mut inside = Vec::new();
    let mut is_result = false;
    for table in tables.map(elements).unwrap_or_default() {
        let Some(rows) = JsonFields::parse(table).ok().as_ref().and_then(rows) else {
            return Opened::No;
        };
        is_result = true;
        inside.extend(rows.into_iter().map(|text| Inner {
            text: text.into(),
            envelope: envelope(record),
        }));
    }
    match is_result {
        true => Opened::Inside(inside),
        false => Opened::No,
    }
}

/// A row of a table that the portal saved, where somebody made an object of it: the portal adds the
/// zone to the names of times.
fn without_zones(fields: &JsonFields<'_>) -> Option<String> {
    let mut members = fields.members().iter();
    members.find(|(key, _)| *key == "TimeGenerated [UTC]")?;
    let mut text = String::from("{");
    for (key, value) in fields.members() {
        let key = key.strip_suffix(" [UTC]").unwrap_or(key);
        add(&mut text, &format!("\"{key}\""), value);
    }
    text.push('}');
    Some(text)
}

/// The table that a row is of by its columns, where it does not tell it.
fn table_of(fields: &JsonFields<'_>) -> Option<&'static str> {
    let has = |name: &str| fields.members().iter().any(|(key, _)| *key == name);
    if !has("TimeGenerated") || has("Type") || has("category") {
        return None;
    }
    let mut tables = TABLES.iter();
    let is_it = |(_, line, others): &&(&str, &str, &[&str])| {
        has(line) && others.iter().any(|name| has(name))
    };
    tables.find(is_it).map(|(table, _, _)| *table)
}

/// Rows of a table as JSON objects; `None` if this is no table.
fn rows(table: &JsonFields<'_>) -> Option<Vec<String>> {
    let columns: Vec<&str> = elements(either(table, "columns", "Columns")?)
        .into_iter()
        .filter_map(|column| either(&JsonFields::parse(column).ok()?, "name", "ColumnName"))
        .collect();
    let rows = either(table, "rows", "Rows").filter(|rows| rows.starts_with('['))?;
    if columns.is_empty() {
        return None;
    }
    let name = either(table, "name", "TableName").unwrap_or_default();
    // A result of a query has no name of its own; the table that a row is of is a column.
    let is_named = !name.contains("Result") && !name.contains("Table_");
    let has_type = columns.contains(&"\"Type\"");
    let rows = elements(rows).into_iter().map(|row| {
        let mut text = String::from("{");
        for (column, value) in columns.iter().zip(elements(row)) {
            add(&mut text, column, value);
        }
        if is_named && !has_type && !name.is_empty() {
            add(&mut text, "\"Type\"", name);
        }
        text.push('}');
        text
    });
    Some(rows.collect())
}

fn add(text: &mut String, key: &str, value: &str) {
    if text.len() > 1 {
        text.push(',');
    }
    text.push_str(key);
    text.push(':');
    text.push_str(value);
}

fn either<'a>(fields: &JsonFields<'a>, key: &str, old_key: &str) -> Option<&'a str> {
    fields.raw(key).or_else(|| fields.raw(old_key))
}

#[cfg(test)]
mod tests {
    use super::{JsonFields, of_vendor, rows, table_of, without_zones};

    #[test]
    fn names_of_times_have_no_zone() {
        let check = |text: &str, expected: Option<&str>| {
            let fields = JsonFields::parse(text).expect("an object");
            assert_eq!(without_zones(&fields).as_deref(), expected, "{text}");
        };
        check(
            r#"{"TimeGenerated [UTC]":"5/12/2026, 2:00:00.000 PM","Start [UTC]":"x","Level":"y"}"#,
            Some(r#"{"TimeGenerated":"5/12/2026, 2:00:00.000 PM","Start":"x","Level":"y"}"#),
        );
        check(r#"{"TimeGenerated":"x","Start [UTC]":"y"}"#, None);
        check(r#"{"time [UTC]":"x"}"#, None);
    }

    #[test]
    fn columns_tell_the_table() {
        let check = |text: &str, expected: Option<&str>| {
            let fields = JsonFields::parse(text).expect("an object");
            assert_eq!(table_of(&fields), expected, "{text}");
        };
        let row = r#"{"TimeGenerated":"2026-05-12T14:00:00Z","PodName":"a","LogMessage":"b"}"#;
        check(row, Some("ContainerLogV2"));
        check(&row.replace("PodName", "Type"), None);
        check(&row.replace("PodName", "Level"), None);
        check(&row.replace("TimeGenerated", "time"), None);
        let of = |columns: &str| format!(r#"{{"TimeGenerated":"x",{columns}}}"#);
        for (columns, table) in [
            (r#""UserPrincipalName":"a","ResultType":"0""#, "SigninLogs"),
            (r#""InitiatedBy":"{}","TargetResources":"[]""#, "AuditLogs"),
            (
                r#""RequestUri":"/","ResponseStatusCode":200"#,
                "MicrosoftGraphActivityLogs",
            ),
            (
                r#""RuleCollectionGroup":"a","DestinationIp":"b""#,
                "AZFWNetworkRule",
            ),
            (
                r#""RuleCollectionGroup":"a","Fqdn":"b","DestinationPort":443"#,
                "AZFWApplicationRule",
            ),
            (r#""HttpStatus":200,"RequestUri":"/""#, "AGWAccessLogs"),
        ] {
            check(&of(columns), Some(table));
        }
        for columns in [
            r#""UserPrincipalName":"a","RiskEventType":"b""#,
            r#""ResultType":"Success","OperationName":"SecretGet""#,
            r#""RequestUri":"/","RequestMethod":"GET""#,
            r#""HttpStatus":200,"Message":"b""#,
            r#""Rule":"a","DestinationIp":"b""#,
        ] {
            check(&of(columns), None);
        }
    }

    #[test]
    fn events_of_vendors_get_their_names_back() {
        let check = |text: &str, expected: Option<&str>| {
            let fields = JsonFields::parse(text).expect("an object");
            assert_eq!(of_vendor(&fields).as_deref(), expected, "{text}");
        };
        check(
            r#"{"TenantId":"t","eventType_s":"a.b","outcome_result_s":"SUCCESS","published_t [UTC]":"x","Type":"Okta_CL"}"#,
            Some(r#"{"eventType":"a.b","outcome.result":"SUCCESS","published":"x"}"#),
        );
        check(
            r#"{"RayID_s":"7","EdgeResponseStatus_d":200,"Computer":"","Type":"Cloudflare_CL"}"#,
            Some(r#"{"RayID":"7","EdgeResponseStatus":200}"#),
        );
        check(
            r#"{"action_s":"repo.create","created_at_d":1,"Type":"GitHubAuditLogPolling_CL"}"#,
            Some(r#"{"action":"repo.create","created_at":1}"#),
        );
        check(r#"{"action_s":"a","Type":"Shop_CL"}"#, None);
        check(r#"{"action_s":"a","Type":"Okta_CL"}"#, None);
        check(r#"{"eventType_s":"a","Type":"Okta"}"#, None);
        check(r#"{"eventType_s":"a"}"#, None);
    }

    #[test]
    fn a_row_gets_the_names_of_its_columns() {
        let table = r#"{"name":"SigninLogs","columns":[{"name":"a","type":"string"},
            {"name":"b"}],"rows":[["x",[1,2]],["y"]]}"#;
        let rows = rows(&JsonFields::parse(table).expect("an object")).expect("a table");
        assert_eq!(
            rows,
            [
                r#"{"a":"x","b":[1,2],"Type":"SigninLogs"}"#,
                r#"{"a":"y","Type":"SigninLogs"}"#
            ]
        );
        let other = r#"{"columns":"a","rows":3}"#;
        assert!(super::rows(&JsonFields::parse(other).expect("an object")).is_none());
    }
}
