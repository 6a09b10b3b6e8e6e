//! Documents of Elasticsearch and OpenSearch as searches and exports give them: an answer,
//! `{"took":1,"hits":{"hits":[{"_index":"a","_source":{...}}]}}`, or one hit a line, as
//! `elasticdump` writes them.
//!
//! Source: elastic.co/docs/api/doc/elasticsearch/operation/operation-search, as of 2026-11-30.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements, pick};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let mut members = fields.members().iter();
    if !members.any(|(key, _)| matches!(*key, "_source" | "hits")) {
        return Opened::No;
    }
    let hits = match fields.raw("hits.hits").filter(|hits| hits.starts_with('[')) {
        Some(hits) if fields.raw("took").is_some() => elements(hits),
        Some(_) => return Opened::No,
        None => vec![record.text.trim()],
    };
    let documents: Option<Vec<&str>> = hits.into_iter().map(document).collect();
    match documents {
        Some(documents) if !documents.is_empty() => {
            let inside = documents.into_iter().map(|text| Inner {
                text: text.into(),
                envelope: envelope(record),
            });
            Opened::Inside(inside.collect())
        }
        _ => Opened::No,
    }
}

/// The document of a hit.
fn document(hit: &str) -> Option<&str> {
    let [index, source] = pick(hit, ["_index", "_source"])?;
    index?;
    source.filter(|source| source.starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hit_has_a_document() {
        let hit = r#"{"_index":"a","_id":"1","_source":{"message":"x"}}"#;
        assert_eq!(document(hit), Some(r#"{"message":"x"}"#));
        assert_eq!(document(r#"{"_source":{"message":"x"}}"#), None);
        assert_eq!(document(r#"{"_index":"a","_source":"x"}"#), None);
    }
}
