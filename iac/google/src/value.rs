//! Looks into parsed JSON.

use nepho_core::Timestamp;
use nepho_iac_common::text::may_be_kept;
use serde_json::Value;

/// Text at a path of names, if there is any.
pub(crate) fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    at(value, path)?.as_str().filter(|text| !text.is_empty())
}

/// Text at a path of names that looks like no secret: the name of something.
pub(crate) fn name<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    text(value, path).filter(|text| may_be_kept(text))
}

/// Value at a path of names.
pub(crate) fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| value.get(*name))
}

/// Elements of the array at a path; none if there is no array.
pub(crate) fn list<'a>(value: &'a Value, path: &[&str]) -> &'a [Value] {
    at(value, path)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Time at a path.
pub(crate) fn time(value: &Value, path: &[&str]) -> Option<Timestamp> {
    text(value, path).and_then(Timestamp::parse_rfc3339)
}

/// Names at `path` of the elements of a list, sorted.
pub(crate) fn names(list: &[Value], path: &[&str]) -> Vec<String> {
    let names = list.iter().filter_map(|one| name(one, path));
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}
