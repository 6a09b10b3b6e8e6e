//! Looks into parsed documents.

use nepho_core::Timestamp;
use serde_json::Value;

/// Value at a path of names.
pub(crate) fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| value.get(*name))
}

/// Text at a path of names, if there is any.
pub(crate) fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    at(value, path)?.as_str().filter(|text| !text.is_empty())
}

/// Time at a path of names.
pub(crate) fn time(value: &Value, path: &[&str]) -> Option<Timestamp> {
    text(value, path).and_then(Timestamp::parse_rfc3339)
}

/// Elements of the array at a path; none if there is no array.
pub(crate) fn list<'a>(value: &'a Value, path: &[&str]) -> &'a [Value] {
    at(value, path)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Members of the object at a path; none if there is no object.
pub(crate) fn members<'a>(
    value: &'a Value,
    path: &[&str],
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let object = at(value, path).and_then(Value::as_object);
    let members = object.into_iter().flatten();
    members.map(|(name, value)| (name.as_str(), value))
}

/// Whether the value at a path is `true`.
pub(crate) fn is_true(value: &Value, path: &[&str]) -> bool {
    at(value, path).and_then(Value::as_bool).unwrap_or(false)
}

/// The condition of this type in `status.conditions`.
pub(crate) fn condition<'a>(value: &'a Value, kind: &str) -> Option<&'a Value> {
    let mut conditions = list(value, &["status", "conditions"]).iter();
    conditions.rfind(|one| text(one, &["type"]) == Some(kind))
}
