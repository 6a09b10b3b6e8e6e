//! `serde_json::Value`: every event becomes a tree, the fields are looked up in it, columns are
//! built.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::columns::{Columns, lines};
use crate::corpora::{Corpus, Field};

/// The arrays of CloudTrail files and of Azure messages, cut but not parsed.
#[derive(Deserialize)]
struct Array<'a> {
    #[serde(borrow, alias = "Records")]
    records: Vec<&'a RawValue>,
}

/// Reads the file of a corpus; gives the number of rows.
pub(crate) fn read(corpus: Corpus, text: &str) -> Result<u64> {
    let fields = corpus.fields();
    let mut columns = Columns::new(text, fields.len().max(14) + 6);
    for line in lines(text) {
        match corpus {
            Corpus::CloudTrail | Corpus::Google => event(line, fields, &mut columns)?,
            Corpus::CloudTrailRecords | Corpus::Azure => {
                let array: Array<'_> = serde_json::from_str(line)?;
                for record in array.records {
                    event(record.get(), fields, &mut columns)?;
                }
            }
            Corpus::CloudWatch => envelope(line, fields, &mut columns)?,
            Corpus::VpcFlow => words(line, &mut columns),
        }
    }
    Ok(columns.rows)
}

fn event(raw: &str, fields: &[Field], columns: &mut Columns<'_>) -> Result<()> {
    let value: Value = serde_json::from_str(raw)?;
    pick(&value, fields, columns);
    columns.text(fields.len(), Some(raw));
    columns.end_row();
    Ok(())
}

fn pick(value: &Value, fields: &[Field], columns: &mut Columns<'_>) {
    for (column, (_, keys)) in fields.iter().enumerate() {
        put(columns, column, find(value, keys));
    }
}

fn find<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v Value> {
    keys.iter().try_fold(value, |value, key| match value {
        Value::Array(elements) => elements.get(key.parse::<usize>().ok()?),
        value => value.get(key),
    })
}

fn put(columns: &mut Columns<'_>, column: usize, value: Option<&Value>) {
    match value {
        None | Some(Value::Null) => columns.text(column, None),
        Some(Value::String(text)) => columns.text(column, Some(text)),
        Some(other) => columns.display(column, other),
    }
}

fn envelope(line: &str, fields: &[Field], columns: &mut Columns<'_>) -> Result<()> {
    let envelope: Value = serde_json::from_str(line)?;
    let events = envelope.get("logEvents").and_then(Value::as_array);
    for event in events.context("no logEvents")? {
        let message = event.get("message").and_then(Value::as_str);
        let message = message.context("no message")?;
        if message.starts_with('{') {
            let inner: Value = serde_json::from_str(message)?;
            pick(&inner, fields, columns);
        }
        let rest = ["id", "timestamp"].map(|key| event.get(key));
        let outer = ["owner", "logGroup", "logStream"].map(|key| envelope.get(key));
        for (place, value) in rest.into_iter().chain(outer).enumerate() {
            put(columns, fields.len() + place, value);
        }
        columns.text(fields.len() + 5, Some(message));
        columns.end_row();
    }
    Ok(())
}

/// Text has no tree: its words are the columns.
pub(crate) fn words(line: &str, columns: &mut Columns<'_>) {
    for (place, word) in line.split(' ').enumerate() {
        columns.text(place, Some(word));
    }
    columns.text(14, Some(line));
    columns.end_row();
}
