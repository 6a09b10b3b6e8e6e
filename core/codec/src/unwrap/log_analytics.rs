//! Results of queries of Azure Log Analytics: `{"tables":[{"name","columns","rows"}]}`, where the
//! values of a row stand in the order of the columns. Each row becomes an object.
//!
//! Rows of queries that chose their columns, as the portal and `az monitor log-analytics query`
//! give them, do not tell their table; of containers the columns do, and it is added.
//!
//! Source: learn.microsoft.com/azure/azure-monitor/logs/api/response-format, as of 2026-11-27; an
//! older version writes the same keys with capitals.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements};

/// Tables, the column that only they have, and those of which they have one besides
/// (learn.microsoft.com/azure/azure-monitor/reference/tables/containerlogv2, `containerlog` and
/// `containerappconsolelogs`, as of 2026-11-30).
const TABLES: [(&str, &str, &[&str]); 4] = [
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
];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
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
    use super::{JsonFields, rows, table_of};

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
