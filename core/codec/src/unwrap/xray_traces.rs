//! Traces as X-Ray answers with them (`BatchGetTraces`): each holds the documents of its segments
//! as text.
//!
//! `{"Traces":[{"Id","Duration","Segments":[{"Id","Document":"{...}"}]}],"UnprocessedTraceIds":[]}`
//!
//! Source: docs.aws.amazon.com/xray/latest/api/API_BatchGetTraces.html, read 2026-11-30.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, json_text};
use crate::json::JsonFields;
use crate::json::fields::elements;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let traces = match (fields.raw("Traces"), fields.raw("Segments")) {
        (Some(traces), _) => elements(traces),
        (_, Some(_)) if fields.raw("Id").is_some() => vec![record.text],
        _ => return Opened::No,
    };
    let common = envelope(record).with(Column::Provider, "aws");
    let mut inside = Vec::new();
    for trace in traces {
        let Ok(trace) = JsonFields::parse(trace) else {
            return Opened::No;
        };
        for segment in elements(trace.raw("Segments").unwrap_or_default()) {
            let segment = JsonFields::parse(segment).ok();
            let document = segment.and_then(|segment| segment.raw("Document"));
            let Some(text) = document.and_then(json_text) else {
                return Opened::No;
            };
            let envelope = common.clone();
            inside.push(Inner { text, envelope });
        }
    }
    match inside.is_empty() {
        true => Opened::No,
        false => Opened::Inside(inside),
    }
}
