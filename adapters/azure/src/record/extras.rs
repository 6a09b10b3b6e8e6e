//! The values of a record that have no column.

use std::borrow::Cow;

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, quotes, unescape};

use super::family::More;
use super::{flat, namespace};

/// A record and its properties, looked into without regard to the case of keys.
pub(crate) struct Values<'a> {
    beside: JsonFields<'a>,
    inside: Option<JsonFields<'a>>,
}

impl Values<'_> {
    /// Text of the first of these names that has any, in the properties or beside them.
    pub(crate) fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            let inside = self.inside.as_ref().and_then(|inside| text(inside, name));
            inside.or_else(|| text(&self.beside, name))
        })
    }

    /// JSON text of the value at a path, in the properties or beside them.
    pub(crate) fn raw(&self, path: &str) -> Option<&str> {
        let inside = self.inside.as_ref().and_then(|inside| value(inside, path));
        inside.or_else(|| value(&self.beside, path))
    }

    /// Text of the first of these names that has any, in the properties.
    pub(crate) fn inside(&self, names: &[&str]) -> Option<String> {
        let inside = self.inside.as_ref()?;
        names.iter().find_map(|name| text(inside, name))
    }
}

/// Looks into a record; `None` if it is no JSON object.
pub(crate) fn with<R>(raw: &str, look: impl FnOnce(&Values<'_>) -> R) -> Option<R> {
    let row = flat::opened(raw).or_else(|| quotes::undone_inside(raw));
    let beside = JsonFields::parse(row.as_deref().unwrap_or(raw)).ok()?;
    let properties = value(&beside, "properties").unwrap_or_default();
    let properties: Cow<'_, str> = match properties.strip_prefix('"') {
        Some(text) => quotes::undone(unescape(text.strip_suffix('"').unwrap_or(text))),
        None => properties.into(),
    };
    let inside = JsonFields::parse(&properties).ok();
    Some(look(&Values { beside, inside }))
}

/// Hands out the values of `names`, the provider namespace and the category.
pub(crate) fn found(
    raw: &str,
    names: &[(&str, &str)],
    more: Option<More>,
    found: &mut dyn FnMut(&str, &str),
) {
    with(raw, |values| hand_out(values, names, more, found));
}

fn hand_out(
    values: &Values<'_>,
    names: &[(&str, &str)],
    more: Option<More>,
    found: &mut dyn FnMut(&str, &str),
) {
    let first = |names: &[&str]| names.iter().find_map(|name| text(&values.beside, name));
    let resource = first(&["resourceId", "resource_id", "_ResourceId"]).unwrap_or_default();
    let operation = first(&[
        "operationName.value",
        "operation_name.value",
        "operationName",
    ]);
    if let Some(namespace) = namespace(&resource, operation.as_deref().unwrap_or_default()) {
        found("provider_namespace", namespace);
    }
    if let Some(category) = first(&["category.value", "category", "CategoryValue"]) {
        found("category", &category);
    }
    for (name, word) in names {
        if let Some(value) = values.text(&[name]) {
            found(word, &value);
        }
    }
    if let Some(more) = more {
        more(values, found);
    }
}

fn text(fields: &JsonFields<'_>, path: &str) -> Option<String> {
    let raw = value(fields, path)?;
    let text = match raw.strip_prefix('"') {
        Some(text) => unescape(text.strip_suffix('"').unwrap_or(text)).into_owned(),
        None if raw == "null" || raw.starts_with('{') => return None,
        None => raw.to_owned(),
    };
    (!text.is_empty()).then_some(text)
}

/// JSON text of the value at a path (`a.b`, `a[0].b`), whose names compare without case.
fn value<'a>(fields: &JsonFields<'a>, path: &str) -> Option<&'a str> {
    let member = |name: &str| {
        let mut members = fields.members().iter();
        let found = members.find(|(key, _)| {
            key.eq_ignore_ascii_case(name) || flat::name(key).eq_ignore_ascii_case(name)
        });
        found.map(|(_, value)| *value)
    };
    let Some((first, rest)) = path.split_once('.') else {
        return member(path);
    };
    let inside = match first.strip_suffix("[0]") {
        Some(array) => elements(member(array)?).into_iter().next()?,
        None => member(first)?,
    };
    value(&JsonFields::parse(inside).ok()?, rest)
}
