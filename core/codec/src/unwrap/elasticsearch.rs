//! Documents of Elasticsearch and OpenSearch as searches and exports give them: an answer,
//! `{"took":1,"hits":{"hits":[{"_index":"a","_source":{...}}]}}`, or one hit a line, as
//! `elasticdump` writes them.
//!
//! Searches that ask for fields, as Kibana does, give those in place of the document, each an
//! array: `"fields":{"message":["..."],"log.level":["error"]}`. One value stands for itself then.
//!
//! In a body of the bulk interface, a line says what to do with the document of the next, and tells
//! nothing of it: `{"index":{"_index":"a"}}`. The document of an update stands in `doc`.
//!
//! Sources: elastic.co/docs/api/doc/elasticsearch/operation/operation-search and operation-bulk, as
//! of 2026-11-30.

use std::borrow::Cow;

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements, pick};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    if is_bulk_action(fields) {
        return Opened::Inside(Vec::new());
    }
    if let Some(part) = of_update(fields) {
        return Opened::Inside(vec![Inner {
            text: part.into(),
            envelope: envelope(record),
        }]);
    }
    let mut members = fields.members().iter();
    if !members.any(|(key, _)| matches!(*key, "_source" | "hits" | "fields")) {
        return Opened::No;
    }
    let hits = match fields.raw("hits.hits").filter(|hits| hits.starts_with('[')) {
        Some(hits) if fields.raw("took").is_some() => elements(hits),
        Some(_) => return Opened::No,
        None => vec![record.text.trim()],
    };
    let documents: Option<Vec<Cow<'a, str>>> = hits.into_iter().map(document).collect();
    match documents {
        Some(documents) if !documents.is_empty() => {
            let inside = documents.into_iter().map(|text| Inner {
                text,
                envelope: envelope(record),
            });
            Opened::Inside(inside.collect())
        }
        _ => Opened::No,
    }
}

/// What is done with a document, of which the next line holds all, a part, or nothing.
const ACTIONS: [&str; 4] = ["index", "create", "update", "delete"];

/// Whether an object is told from others by its values only: it may be a line that says what to do
/// with a document, while another with the same key is an event.
pub(crate) fn is_told_by_values(fields: &JsonFields<'_>) -> bool {
    matches!(fields.members(), [(action, _)] if ACTIONS.contains(action))
}

/// Whether an object says what to do with a document of a bulk request.
fn is_bulk_action(fields: &JsonFields<'_>) -> bool {
    const PARAMETERS: [&str; 11] = [
        "routing",
        "pipeline",
        "list_executed_pipelines",
        "version",
        "version_type",
        "if_seq_no",
        "if_primary_term",
        "dynamic_templates",
        "require_alias",
        "require_data_stream",
        "retry_on_conflict",
    ];
    let [(action, parameters)] = fields.members() else {
        return false;
    };
    if !ACTIONS.contains(action) {
        return false;
    }
    let Ok(parameters) = JsonFields::parse(parameters) else {
        return false;
    };
    let keys = || parameters.members().iter().map(|(key, _)| *key);
    let is_parameter = |key: &str| key.starts_with('_') || PARAMETERS.contains(&key);
    // Where the address names the index, documents that are added need no other parameter.
    let is_told = match keys().len() {
        0 => matches!(*action, "index" | "create"),
        _ => keys().any(|key| key.starts_with('_')),
    };
    is_told && keys().all(is_parameter)
}

/// The part of a document that an update of a bulk request holds.
fn of_update<'a>(fields: &JsonFields<'a>) -> Option<&'a str> {
    const MEMBERS: [&str; 6] = [
        "doc",
        "doc_as_upsert",
        "upsert",
        "detect_noop",
        "scripted_upsert",
        "_source",
    ];
    let mut keys = fields.members().iter().map(|(key, _)| *key);
    let is_update = keys.all(|key| MEMBERS.contains(&key));
    let part = fields.raw("doc").filter(|_| is_update)?;
    part.starts_with('{').then_some(part)
}

/// The document of a hit, or its fields.
fn document(hit: &str) -> Option<Cow<'_, str>> {
    let [index, source, fields] = pick(hit, ["_index", "_source", "fields"])?;
    index?;
    let source = source.filter(|source| source.starts_with('{'));
    let is_empty = |source: &&str| source[1..].trim_start().starts_with('}');
    match (source, fields.filter(|fields| fields.starts_with('{'))) {
        (Some(source), Some(fields)) if is_empty(&source) => of_fields(fields),
        (None, Some(fields)) => of_fields(fields),
        (source, _) => source.map(Cow::Borrowed),
    }
}

/// An object of fields without the arrays around single values.
fn of_fields(fields: &str) -> Option<Cow<'static, str>> {
    let fields = JsonFields::parse(fields).ok()?;
    let mut text = String::from("{");
    for (key, value) in fields.members() {
        let value = match elements(value)[..] {
            [alone] if value.starts_with('[') => alone,
            _ => value,
        };
        let separator = if text.len() == 1 { "" } else { "," };
        text.extend([separator, "\"", key, "\":", value]);
    }
    text.push('}');
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hit_has_a_document() {
        let hit = r#"{"_index":"a","_id":"1","_source":{"message":"x"}}"#;
        assert_eq!(document(hit).as_deref(), Some(r#"{"message":"x"}"#));
        assert_eq!(document(r#"{"_source":{"message":"x"}}"#), None);
        assert_eq!(document(r#"{"_index":"a","_source":"x"}"#), None);
    }

    #[test]
    fn actions_of_a_bulk_request_are_no_documents() {
        let check = |text: &str, expected: bool| {
            let fields = JsonFields::parse(text).expect("an object");
            assert_eq!(is_bulk_action(&fields), expected, "{text}");
        };
        check(r#"{"index":{"_index":"logs","_id":"1"}}"#, true);
        check(
            r#"{"index":{"_id":"1","list_executed_pipelines":true}}"#,
            true,
        );
        check(r#"{"create":{}}"#, true);
        check(r#"{"delete":{}}"#, false);
        check(r#"{"update":{"version":"1.2.3"}}"#, false);
        check(r#"{"index":{"_index":"logs","level":"error"}}"#, false);
        check(r#"{"index":{"_index":"logs"},"level":"error"}"#, false);
        check(r#"{"create":"x"}"#, false);
    }

    #[test]
    fn an_update_holds_a_part_of_a_document() {
        let check = |text: &str, expected: Option<&str>| {
            let fields = JsonFields::parse(text).expect("an object");
            assert_eq!(of_update(&fields), expected, "{text}");
        };
        let part = r#"{"level":"error"}"#;
        check(
            &format!(r#"{{"doc":{part},"doc_as_upsert":true}}"#),
            Some(part),
        );
        check(&format!(r#"{{"doc":{part},"level":"info"}}"#), None);
        check(r#"{"doc":"README.md"}"#, None);
    }

    #[test]
    fn fields_stand_for_a_document_that_was_not_asked_for() {
        let check = |members: &str, expected: Option<&str>| {
            let hit = format!(r#"{{"_index":"a","_id":"1",{members}}}"#);
            assert_eq!(document(&hit).as_deref(), expected, "{hit}");
        };
        let fields = r#""fields":{"log.level":["error"],"tags":["a","b"],"n":[7],"x":{"y":1}}"#;
        let flat = r#"{"log.level":"error","tags":["a","b"],"n":7,"x":{"y":1}}"#;
        check(fields, Some(flat));
        check(&format!(r#""_source":{{}},{fields}"#), Some(flat));
        let whole = r#"{"message":"x"}"#;
        check(&format!(r#""_source":{whole},{fields}"#), Some(whole));
        check(r#""fields":["a"]"#, None);
        check(r#""fields":{}"#, Some("{}"));
    }
}
