//! Names of resources as Google's APIs have them, from their discovery documents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::text;

/// Paths that can be read, with `*` for what varies: service and kind of what they answer.
pub(super) struct Discovery(BTreeMap<String, BTreeSet<(String, String)>>);

/// Reads all documents.
pub(super) fn read(folder: &Path) -> Result<Discovery> {
    let mut found = Discovery(BTreeMap::new());
    for document in text::files(folder, ".json")? {
        let document: Value = serde_json::from_str(&document).context("discovery document")?;
        let is_google = document
            .get("rootUrl")
            .and_then(Value::as_str)
            .is_some_and(|url| url.ends_with(".googleapis.com/"));
        if let (true, Some(name)) = (is_google, document.get("name").and_then(Value::as_str)) {
            found.walk(name, &document);
        }
    }
    Ok(found)
}

impl Discovery {
    /// Services that answer at a path, and the kind of what they answer.
    pub(super) fn at(&self, path: &str) -> impl Iterator<Item = (&str, &str)> {
        let found = self.0.get(path).into_iter().flatten();
        found.map(|(service, kind)| (service.as_str(), kind.as_str()))
    }

    /// The one path of a service that ends so; `None` if there are several.
    pub(super) fn path_ending(&self, service: &str, end: &str) -> Option<&str> {
        let mut paths = self.0.iter().filter(|(path, answers)| {
            path.starts_with("projects/")
                && path.ends_with(end)
                && answers.iter().any(|(known, _)| known == service)
        });
        let (path, _) = paths.next()?;
        paths.next().is_none().then_some(path)
    }

    fn walk(&mut self, service: &str, node: &Value) {
        let children = |name: &str| {
            let children = node.get(name).and_then(Value::as_object);
            children.into_iter().flat_map(|map| map.values())
        };
        for method in children("methods") {
            let text = |name: &str| method.get(name).and_then(Value::as_str);
            let kind = method.pointer("/response/$ref").and_then(Value::as_str);
            let path = text("flatPath").or(text("path"));
            if let (Some("GET"), Some(kind), Some(path)) = (text("httpMethod"), kind, path) {
                let answers = self.0.entry(pattern(path)).or_default();
                answers.insert((service.to_owned(), kind.to_owned()));
            }
        }
        for child in children("resources") {
            self.walk(service, child);
        }
    }
}

/// Path with `*` for variables, without the version in front.
fn pattern(path: &str) -> String {
    let is_version = |part: &str| {
        part.starts_with('v') && part.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
    };
    let mut parts: Vec<&str> = path.split('/').collect();
    if let Some(at) = parts.iter().take(2).position(|part| is_version(part)) {
        parts.drain(..=at);
    }
    stars(&parts.join("/"))
}

/// `projects/{project}/topics/{{name}}` as `projects/*/topics/*`.
pub(super) fn stars(template: &str) -> String {
    let mut stars = String::new();
    let mut depth = 0_usize;
    for letter in template.chars() {
        match letter {
            '{' => {
                if depth == 0 {
                    stars.push('*');
                }
                depth += 1;
            }
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => stars.push(letter),
            _ => {}
        }
    }
    stars
}
