//! Results of queries of Azure Log Analytics: `{"tables":[{"name","columns","rows"}]}`, where the
//! values of a row stand in the order of the columns. Each row becomes an object.
//!
//! Source: learn.microsoft.com/azure/azure-monitor/logs/api/response-format, as of 2026-11-27; an
//! older version writes the same keys with capitals.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
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
    use super::{JsonFields, rows};

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
