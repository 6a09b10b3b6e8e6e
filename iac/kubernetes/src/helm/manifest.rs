//! The manifest of a release: the objects that it declares, as numbers that tell values apart.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use nepho_core::feed::Member;
use nepho_iac_common::yaml;
use serde_json::Value;

use crate::document::YAML;
use crate::kinds;
use crate::object::{Object, Place};

/// Fields within fields that are followed; deeper ones are one attribute.
const DEEPEST: usize = 64;

/// Objects of a manifest.
#[derive(Default)]
pub(super) struct Manifest {
    /// Each with its namespace filled in.
    pub(super) objects: Vec<Value>,
    /// Documents that cannot be read.
    pub(super) broken: usize,
}

/// Objects of the documents of `text`; those without a namespace lie in `namespace`, unless their
/// kind lies in none.
pub(super) fn read(text: &str, namespace: &str) -> Manifest {
    read_within(text, namespace, yaml::MOST_BYTES)
}

fn read_within(text: &str, namespace: &str, mut left: usize) -> Manifest {
    let mut manifest = Manifest::default();
    for (_, part) in yaml::documents(text) {
        let Ok(parsed) = yaml::parse_within(part, &YAML, &mut left) else {
            manifest.broken += 1;
            continue;
        };
        let mut value = parsed.value;
        let items = match value.get("kind").and_then(Value::as_str) {
            Some("List") => value.get_mut("items").map(Value::take),
            _ => None,
        };
        let values = match items {
            Some(Value::Array(values)) => values,
            _ => vec![value],
        };
        for value in values {
            match place_in(value, namespace) {
                Some(value) => manifest.objects.push(value),
                None => manifest.broken += 1,
            }
        }
    }
    manifest
}

fn place_in(mut value: Value, namespace: &str) -> Option<Value> {
    let kind = value.get("kind")?.as_str()?.to_owned();
    let metadata = value.get_mut("metadata")?.as_object_mut()?;
    metadata.get("name")?.as_str()?;
    let is_told = metadata.get("namespace").is_some_and(Value::is_string);
    if !is_told && !kinds::is_cluster_wide(&kind) {
        metadata.insert("namespace".to_owned(), Value::String(namespace.to_owned()));
    }
    Some(value)
}

/// Members of a snapshot, by address.
pub(super) fn members(objects: &[Value]) -> BTreeMap<String, Member> {
    let mut members = BTreeMap::new();
    let place = Place { uri: "", line: 0 };
    for value in objects {
        let Ok(object) = Object::of(value, place) else {
            continue;
        };
        let mut attributes = BTreeMap::new();
        let fields = value.as_object().into_iter().flatten();
        for (name, field) in fields {
            if name != "apiVersion" && name != "kind" {
                attributes_of(field, name, 0, &mut attributes);
            }
        }
        let member = Member {
            resource: Some(object.key()),
            resource_type: object.kind.to_owned(),
            attributes,
            ..Member::default()
        };
        members.insert(object.address(), member);
    }
    members
}

fn attributes_of(value: &Value, path: &str, depth: usize, found: &mut BTreeMap<String, u64>) {
    match value {
        Value::Object(members) if depth < DEEPEST && !members.is_empty() => {
            for (name, value) in members {
                attributes_of(value, &format!("{path}.{name}"), depth + 1, found);
            }
        }
        Value::Array(elements) if depth < DEEPEST && !elements.is_empty() => {
            for (at, value) in elements.iter().enumerate() {
                let index = at.to_string();
                let name = value.get("name").and_then(Value::as_str).filter(|name| {
                    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
                    name.len() <= 64 && name.bytes().all(fits)
                });
                let path = format!("{path}[{}]", name.unwrap_or(&index));
                attributes_of(value, &path, depth + 1, found);
            }
        }
        leaf => {
            found.insert(path.to_owned(), number(leaf));
        }
    }
}

/// Number that differs where values differ.
fn number(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.to_string().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_of_many_documents_have_an_end() {
        let names = "*x,".repeat(10);
        let object = "kind: Secret\nmetadata: {name: a}\n";
        let document = format!("{object}a: &x {}\nb: [{names}]\n---\n", "y".repeat(100));
        let manifest = read_within(&document.repeat(100), "shop", 10_000);
        assert!((1..10).contains(&manifest.objects.len()));
        assert_eq!(manifest.objects.len() + manifest.broken, 100);
    }
}
