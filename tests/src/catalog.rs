//! The linked components in the forms that are committed under `docs/reference`.

use nepho as _;
use nepho_core::registry::{Component, components};
use serde_json::{Value, json};

/// Content of `docs/reference/catalog.json`: kind, name, summary and permissions of every linked
/// component.
pub fn json() -> String {
    let list: Vec<Value> = components().into_iter().map(entry).collect();
    let mut text = serde_json::to_string_pretty(&list).unwrap_or_default();
    text.push('\n');
    text
}

fn entry(component: &Component) -> Value {
    json!({
        "kind": component.kind,
        "name": component.name,
        "summary": component.summary,
        "permissions": component.permissions,
    })
}
