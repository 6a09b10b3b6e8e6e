//! The table `settings.txt`: calls that give plain settings, whose values documents tell as well.

use std::collections::HashMap;
use std::sync::LazyLock;

use nepho_core::setting;

use super::json::Json;
use super::{Cloud, Event};

/// Deepest object that is looked into.
const DEPTH: usize = 6;

/// Plain settings, and hashes of their values, in order.
pub(crate) type Given = Box<[(&'static str, u64)]>;

/// A call of the table.
struct Call {
    api: &'static str,
    plain: Vec<&'static str>,
    /// Paths, and the attributes that have the same values.
    attributes: Vec<(&'static str, &'static str)>,
}

/// Calls by operation.
static TABLE: LazyLock<HashMap<&'static str, Vec<Call>>> = LazyLock::new(|| {
    let mut table: HashMap<&'static str, Vec<Call>> = HashMap::new();
    for line in include_str!("../../data/settings.txt").lines() {
        if let Some((operation, call)) = parse(line) {
            table.entry(operation).or_default().push(call);
        }
    }
    table
});

/// What a write gives its target, if plain settings are all that it gives.
pub(super) fn settings(event: &Event, json: &Json<'_>) -> Given {
    let operation = match event.cloud {
        Cloud::Aws => event.operation.as_str(),
        Cloud::Azure => &event.operation.to_ascii_lowercase(),
        Cloud::Google => without_version(&event.operation),
        Cloud::Kubernetes => return Given::default(),
    };
    let api = event.api.strip_suffix(".amazonaws.com");
    let api = api.unwrap_or(&event.api);
    let mut calls = TABLE.get(operation).into_iter().flatten();
    let Some(call) = calls.find(|call| call.api.eq_ignore_ascii_case(api)) else {
        return Given::default();
    };
    let body = json["properties"]["requestbody"].as_str();
    let body = body.map(Json::parse).unwrap_or_default();
    let request = match event.cloud {
        Cloud::Azure => &body,
        Cloud::Google => &json["protoPayload"]["request"],
        _ => &json["requestParameters"],
    };
    let mut given = Vec::new();
    match collect(call, request, "", 0, &mut given) {
        Some(()) => {
            given.sort_unstable();
            given.into()
        }
        None => Given::default(),
    }
}

/// `compute.instances.setMachineType` of `v1.compute.instances.setMachineType`.
fn without_version(operation: &str) -> &str {
    let mut versions = ["v1.", "beta.", "alpha."].into_iter();
    let bare = versions.find_map(|version| operation.strip_prefix(version));
    bare.unwrap_or(operation)
}

/// Adds the settings within a part of a request; `None` where it tells something else.
fn collect(
    call: &Call,
    value: &Json<'_>,
    path: &str,
    depth: usize,
    given: &mut Vec<(&'static str, u64)>,
) -> Option<()> {
    let text = match value {
        Json::Null => return Some(()),
        Json::Object(fields) if depth < DEPTH => {
            for (key, value) in fields {
                let inner = match path {
                    "" if call.plain.contains(&key.as_ref()) => continue,
                    "" => key.to_string(),
                    path => format!("{path}.{key}"),
                };
                collect(call, value, &inner, depth + 1, given)?;
            }
            return Some(());
        }
        Json::Text(text) => text.to_string(),
        Json::Number(Some(number)) => number.to_string(),
        Json::Bool(told) => told.to_string(),
        _ => return None,
    };
    let (_, name) = call.attributes.iter().find(|(at, _)| *at == path)?;
    given.push((*name, setting::hash(name, &text)?));
    Some(())
}

/// A line of the table: an operation, and the call.
fn parse(line: &'static str) -> Option<(&'static str, Call)> {
    let words: Vec<&'static str> = line.split_ascii_whitespace().collect();
    let [api, operation, plain, attributes @ ..] = words.as_slice() else {
        return None;
    };
    if line.starts_with('#') {
        return None;
    }
    let attribute = |word: &&'static str| {
        let (attribute, path) = word.split_once('=')?;
        Some((path, setting::name(attribute)?))
    };
    let call = Call {
        api,
        plain: plain.split(',').collect(),
        attributes: attributes.iter().filter_map(attribute).collect(),
    };
    Some((*operation, call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_understood() {
        let text = include_str!("../../data/settings.txt");
        let lines = text.lines();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (_, call) = parse(line).unwrap();
            let count = line.split_ascii_whitespace().count();
            assert_eq!(call.attributes.len() + 3, count, "{line}");
            assert!(!call.attributes.is_empty(), "{line}");
        }
    }
}
