//! Documents of Elasticsearch and OpenSearch as searches and exports give them: an answer,
//! `{"took":1,"hits":{"hits":[{"_index":"a","_source":{...}}]}}`, or one hit a line, as
//! `elasticdump` writes them.
//!
//! Searches that ask for fields, as Kibana does, give those in place of the document, each an
//! array: `"fields":{"message":["..."],"log.level":["error"]}`. One value stands for itself then.
//!
//! Source: elastic.co/docs/api/doc/elasticsearch/operation/operation-search, as of 2026-11-30.

use std::borrow::Cow;

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements, pick};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
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
