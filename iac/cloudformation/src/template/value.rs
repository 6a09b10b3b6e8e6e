//! A template as a tree of JSON values, with the line of each resource.

use std::collections::BTreeMap;

use nepho_core::feed::Document;
use nepho_core::{Error, ErrorKind, Origin, Result};
use nepho_iac_common::lines::Lines;
use nepho_iac_common::yaml;
use serde_json::Value;
use serde_json::value::RawValue;

use super::short_forms::TEMPLATE;

/// Wrappings around a template, in the output of `get-template` and in what scripts make of it.
const DEPTH: usize = 4;

/// A template. It has no `Debug`: the values in it must not be printed.
pub(super) struct Template {
    /// What stands in it.
    pub(super) root: Value,
    /// Line of each resource, from one.
    pub(super) lines: BTreeMap<String, u64>,
}

/// Reads the template of a document.
///
/// # Errors
/// [`ErrorKind::InvalidData`] with the place, when it is neither JSON nor YAML, or no template.
pub(super) fn read(document: &Document<'_>) -> Result<Template> {
    let text = document.text.trim_start_matches('\u{feff}');
    let skipped = document.text.len() - text.len();
    let template = if text.trim_start().starts_with('{') {
        from_json(document, text, 0)
    } else {
        from_yaml(text)
    };
    let template =
        template.map_err(|(line, reason)| error(document, line.max(1), skipped, reason))?;
    if !template.root.get("Resources").is_some_and(Value::is_object) {
        return Err(error(
            document,
            1,
            skipped,
            "the document holds no template: `Resources` is missing",
        ));
    }
    Ok(template)
}

type Parsed = std::result::Result<Template, (u64, &'static str)>;

fn from_yaml(text: &str) -> Parsed {
    let parsed = yaml::parse(text, &TEMPLATE).map_err(|broken| (broken.line, broken.reason))?;
    // As of the values, of what is told twice the first counts.
    let lines = parsed.lines.into_iter().rev().collect();
    Ok(Template {
        root: parsed.value,
        lines,
    })
}

/// The template in this JSON text: itself, or the first `TemplateBody` in it.
fn from_json(document: &Document<'_>, text: &str, depth: usize) -> Parsed {
    let is_invalid = |error: serde_json::Error| {
        let line = Lines::of(document.text).line_of(text);
        (
            line + (error.line() as u64).max(1) - 1,
            "the template is not valid JSON",
        )
    };
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    let raw = match values.next() {
        Some(raw) => raw.map_err(is_invalid)?,
        None => return Err((1, "the document is empty")),
    };
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    if let (Some(body), true) = (fields.get("TemplateBody"), depth < DEPTH) {
        // `get-template` gives a template in YAML as text in a JSON string.
        return match serde_json::from_str::<String>(body.get()) {
            Ok(inner) if inner.trim_start().starts_with('{') => {
                let root = serde_json::from_str(&inner);
                root.map(Template::without_lines).map_err(is_invalid)
            }
            Ok(inner) => from_yaml(&inner).map(|found| Template::without_lines(found.root)),
            Err(_) => from_json(document, body.get(), depth + 1),
        };
    }
    let root: Value = serde_json::from_str(raw.get()).map_err(is_invalid)?;
    let resources = fields.get("Resources").map_or("", |raw| raw.get());
    let resources: BTreeMap<String, &RawValue> =
        serde_json::from_str(resources).unwrap_or_default();
    let starts = Lines::of(document.text);
    let lines = resources
        .into_iter()
        .map(|(name, raw)| (name, starts.line_of(raw.get())))
        .collect();
    Ok(Template { root, lines })
}

impl Template {
    fn without_lines(root: Value) -> Self {
        Self {
            root,
            lines: BTreeMap::new(),
        }
    }
}

fn error(document: &Document<'_>, line: u64, start: usize, message: &str) -> Error {
    let operation = "cloudformation: read a template";
    let origin = Origin {
        uri: document.uri.to_owned(),
        bytes: Some((start as u64, document.text.len() as u64)),
        line: Some(line),
    };
    Error::new(ErrorKind::InvalidData, operation, message).at(origin)
}
