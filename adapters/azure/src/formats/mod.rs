//! One folder per format.

pub mod activity;
pub mod gateway_access;
pub mod metrics;
pub mod resource;

use nepho_codec::json::{JsonFields, unescape};

use crate::record::namespace;

/// Hands out the values of a record that have no column: those of `names`, which stand in its
/// properties or beside them, the provider namespace and the category.
fn extras(raw: &str, names: &[(&str, &str)], found: &mut dyn FnMut(&str, &str)) {
    let Ok(fields) = JsonFields::parse(raw) else {
        return;
    };
    let first = |paths: &[&str]| {
        paths
            .iter()
            .find_map(|path| fields.text(path))
            .map(unescape)
            .unwrap_or_default()
    };
    let resource = first(&["resourceId", "ResourceId", "resource_id", "_ResourceId"]);
    let operation = first(&[
        "operationName.value",
        "operation_name.value",
        "operationName",
        "OperationName",
    ]);
    if let Some(namespace) = namespace(&resource, &operation) {
        found("provider_namespace", namespace);
    }
    let category = first(&["category.value", "category", "Category", "CategoryValue"]);
    if !category.is_empty() {
        found("category", &category);
    }
    let properties = ["properties", "Properties"]
        .iter()
        .find_map(|path| fields.raw(path))
        .unwrap_or_default();
    let properties = match properties.strip_prefix('"') {
        Some(text) => unescape(text.strip_suffix('"').unwrap_or(text)),
        None => properties.into(),
    };
    let inside = JsonFields::parse(&properties).ok();
    for (name, word) in names {
        let value = inside
            .as_ref()
            .and_then(|inside| inside.text(name))
            .or_else(|| fields.text(name));
        if let Some(value) = value {
            found(word, &unescape(value));
        }
    }
}
