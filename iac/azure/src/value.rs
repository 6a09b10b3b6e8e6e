//! Looks into parsed JSON.

use serde_json::Value;

/// Text at a path of names, if there is any.
pub(crate) fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    at(value, path)?.as_str().filter(|text| !text.is_empty())
}

/// Value at a path of names. Names are compared without case, as Azure does.
pub(crate) fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| {
        let object = value.as_object()?;
        object.get(*name).or_else(|| {
            let mut entries = object.iter();
            entries
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        })
    })
}

/// Whether there is an array at a path, be it empty.
pub(crate) fn is_list(value: &Value, path: &[&str]) -> bool {
    at(value, path).is_some_and(Value::is_array)
}

/// Elements of the array at a path; none if there is no array.
pub(crate) fn list<'a>(value: &'a Value, path: &[&str]) -> &'a [Value] {
    at(value, path)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// `properties` as the API gives it, or the object itself, into which the command line puts what is
/// in `properties`.
pub(crate) fn properties(value: &Value) -> &Value {
    at(value, &["properties"])
        .filter(|found| found.is_object())
        .unwrap_or(value)
}
