//! Looks into the original event of the few rows that tell of scaling.

use serde_json::{Map, Value};

/// Larger events are not opened: none that tells of scaling comes near.
const LARGEST: usize = 256 * 1024;

/// The object in `text`, if it is one.
pub(super) fn object(text: &str) -> Option<Map<String, Value>> {
    if text.len() > LARGEST {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// The value at a path of keys.
pub(super) fn at<'a>(object: &'a Map<String, Value>, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let mut value = object.get(*first)?;
    for key in rest {
        value = value.get(key)?;
    }
    Some(value)
}

/// The text at a path; empty text is none.
pub(super) fn text<'a>(object: &'a Map<String, Value>, path: &[&str]) -> Option<&'a str> {
    at(object, path)?.as_str().filter(|text| !text.is_empty())
}

/// The whole number at a path, also where it is written as text.
pub(super) fn number(object: &Map<String, Value>, path: &[&str]) -> Option<u64> {
    as_number(at(object, path)?)
}

/// A whole number, also where it is written as text.
pub(super) fn as_number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The value of a key in any case.
pub(super) fn any_case<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    object
        .iter()
        .find(|(held, _)| held.eq_ignore_ascii_case(key))
        .map(|(_, value)| value)
}

/// An object that stands there as such or as JSON text.
pub(super) fn as_object(value: &Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map.clone()),
        Value::String(text) => object(text),
        _ => None,
    }
}
