//! Reads the allow-listed properties of a resource and skips all others.

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use nepho_core::key::types;
use nepho_iac_common::edges;
use nepho_iac_common::owner::Owner;
use nepho_iac_common::variables::{self, Variable};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{aliases, facets, owner, text, token};
use crate::reason::SIGNATURE;

/// Properties that no other table names and that are needed all the same.
const OTHERS: [&str; 8] = [
    "arn",
    "selfLink",
    "project",
    "region",
    "location",
    "availabilityZone",
    "zone",
    "zones",
];

/// The allow-listed properties of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Properties {
    values: BTreeMap<String, Vec<String>>,
    /// Owner tags: tag and value, only of tags that name an owner.
    pub(super) tags: Vec<(String, String)>,
    /// Paths of properties that may name other resources, and ids in them.
    references: Vec<(String, String)>,
    /// Environment variables and settings that name other resources.
    variables: Vec<Variable>,
}

type Fields<'a> = BTreeMap<String, &'a RawValue>;

impl Properties {
    /// Reads a JSON object of outputs or inputs. Properties named in `hidden` are secret and left
    /// out, and so is every value that Pulumi wraps as a secret: it is an object where a text is
    /// expected.
    pub(crate) fn read(json: Option<&RawValue>, hidden: &[String]) -> Self {
        let mut found = Self::default();
        let fields: Fields<'_> = json
            .and_then(|json| serde_json::from_str(json.get()).ok())
            .unwrap_or_default();
        for (name, value) in fields.iter().filter(|(name, _)| !hidden.contains(name)) {
            if owner::TAG_MAPS.contains(&name.as_str()) {
                found.offer_tags(value);
            } else if name == "metadata" {
                found.read_metadata(value);
            } else if is_allowed(name) {
                found.offer(name, value);
            }
            if edges::may_refer(name) || SETTINGS.contains(&name.as_str()) {
                found.offer_references(name, value);
            }
        }
        found
    }

    /// Ids and variables in a property, without what Pulumi wraps as a secret.
    fn offer_references(&mut self, name: &str, value: &RawValue) {
        let Ok(mut value) = serde_json::from_str::<Value>(value.get()) else {
            return;
        };
        remove_secrets(&mut value);
        if let (true, Value::String(text)) = (DOCUMENTS.contains(&name), &value) {
            value = serde_json::from_str(text).unwrap_or_default();
        }
        texts_below(&value, name, &mut |path, text| {
            let key = edges::key_of(path, text).filter(|_| text != text::UNKNOWN);
            self.references
                .extend(key.map(|key| (path.to_owned(), key)));
        });
        if SETTINGS.contains(&name) {
            let of_name = Map::from_iter([(name.to_owned(), value)]);
            self.variables.extend(variables::all(&of_name.into()));
        }
    }

    /// These properties, and those of `others` whose names are not among them.
    pub(crate) fn or(mut self, others: Self) -> Self {
        if self == Self::default() {
            return others;
        }
        let is_other = |path: &str| !self.references.iter().any(|(known, _)| known == path);
        let missing = others.references.into_iter();
        let missing: Vec<(String, String)> = missing.filter(|(path, _)| is_other(path)).collect();
        self.references.extend(missing);
        for (name, values) in others.values {
            self.values.entry(name).or_insert(values);
        }
        if self.tags.is_empty() {
            self.tags = others.tags;
        }
        self
    }

    /// Owner as the tags name it.
    pub(super) fn owner(&self) -> Owner {
        let tags = self.tags.iter();
        Owner::of(tags.map(|(tag, value)| (tag.as_str(), value.as_str())))
    }

    /// Ids of other resources in properties that may name them, with the paths of these.
    pub(crate) fn references(&self) -> &[(String, String)] {
        &self.references
    }

    /// Environment variables and settings, and what their values name.
    pub(crate) fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// First value of a property.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a property: one, or the elements of a list.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values
            .get(name)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    fn offer(&mut self, name: &str, value: &RawValue) {
        let texts = match value.get().as_bytes().first() {
            Some(b'"') => serde_json::from_str(value.get())
                .map(|text| vec![text])
                .unwrap_or_default(),
            Some(b'[') => texts_of(value),
            _ => Vec::new(),
        };
        let kept: Vec<String> = texts
            .into_iter()
            .filter(|text| text::may_be_kept(text))
            .collect();
        if !kept.is_empty() {
            self.values.insert(name.to_owned(), kept);
        }
    }

    fn offer_tags(&mut self, value: &RawValue) {
        let Ok(fields) = serde_json::from_str::<Fields<'_>>(value.get()) else {
            return self.offer_tag_list(value);
        };
        for (tag, value) in &fields {
            self.offer_tag(tag, value);
        }
    }

    /// Tags as packages made from cloud schemas have them: a list of objects with key and value.
    fn offer_tag_list(&mut self, value: &RawValue) {
        let tags: Vec<Fields<'_>> = serde_json::from_str(value.get()).unwrap_or_default();
        for tag in &tags {
            let field = |names: [&str; 2]| names.iter().find_map(|name| tag.get(*name));
            if let (Some(name), Some(value)) = (field(["key", "Key"]), field(["value", "Value"])) {
                let name: String = serde_json::from_str(name.get()).unwrap_or_default();
                self.offer_tag(&name, value);
            }
        }
    }

    fn offer_tag(&mut self, tag: &str, value: &RawValue) {
        if !owner::is_owner_tag(tag) {
            return;
        }
        let value: String = serde_json::from_str(value.get()).unwrap_or_default();
        if text::may_be_kept(&value) && !self.tags.iter().any(|(known, _)| known == tag) {
            self.tags.push((tag.to_owned(), value));
        }
    }

    fn read_metadata(&mut self, value: &RawValue) {
        let fields: Fields<'_> = serde_json::from_str(value.get()).unwrap_or_default();
        for name in ["name", "namespace"] {
            if let Some(value) = fields.get(name) {
                self.offer(name, value);
            }
        }
        if let Some(labels) = fields.get("labels") {
            self.offer_tags(labels);
        }
    }
}

/// Properties that hold environment variables and settings, also deep below.
const SETTINGS: [&str; 8] = [
    "environment",
    "environmentVariables",
    "buildEnvironmentVariables",
    "serviceConfig",
    "template",
    "siteConfig",
    "appSettings",
    "containerDefinitions",
];

/// Properties that hold a document of JSON as a text: where messages go that nobody could take, or
/// where they come from; the containers of a task.
///
/// docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html, read
/// 2026-11-29.
const DOCUMENTS: [&str; 3] = [
    "redrivePolicy",
    "redriveAllowPolicy",
    "containerDefinitions",
];

fn is_allowed(name: &str) -> bool {
    OTHERS.contains(&name)
        || aliases::is_alias(name)
        || facets::is_named(name)
        || generated().contains(name)
}

/// Properties that the generated tables make names of, or find parents by.
fn generated() -> &'static HashSet<String> {
    static GENERATED: OnceLock<HashSet<String>> = OnceLock::new();
    GENERATED.get_or_init(|| {
        let parents = types::aws::parent_attributes().map(|parent| parent.name);
        types::google::attributes()
            .chain(parents)
            .map(token::property)
            .collect()
    })
}

/// Empties all that Pulumi wraps: secrets, files, references.
pub(crate) fn remove_secrets(value: &mut Value) {
    match value {
        Value::Object(map) if map.contains_key(SIGNATURE) => *value = Value::Null,
        Value::Object(map) => map.values_mut().for_each(remove_secrets),
        Value::Array(list) => list.iter_mut().for_each(remove_secrets),
        _ => {}
    }
}

/// Calls `found` with every text below a value, and its path without positions in lists.
pub(crate) fn texts_below(value: &Value, path: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => found(path, text),
        Value::Array(list) => list
            .iter()
            .for_each(|value| texts_below(value, path, found)),
        Value::Object(map) => map
            .iter()
            .for_each(|(name, value)| texts_below(value, &format!("{path}.{name}"), found)),
        _ => {}
    }
}

fn texts_of(list: &RawValue) -> Vec<String> {
    let elements: Vec<&RawValue> = serde_json::from_str(list.get()).unwrap_or_default();
    elements
        .into_iter()
        .filter_map(|element| serde_json::from_str(element.get()).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str, hidden: &[String]) -> Properties {
        Properties::read(serde_json::from_str::<&RawValue>(json).ok(), hidden)
    }

    #[test]
    fn only_what_is_allowed_is_read() {
        let json = r#"{"arn":"arn:aws:s3:::a","password":"canary-1","policy":"canary-2","endpoint":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"\"canary-3\""},
            "name":"canary-4","tags":{"Team":"pay","Secret":"canary-5","env":{"plaintext":"canary-6"}},"metadata":{"name":"web","annotations":{"a":"canary-7"},"labels":{"app":"shop"}}}"#;
        let found = read(json, &["name".to_owned()]);
        assert!(!format!("{found:?}").contains("canary"));
        assert_eq!(found.first("arn"), Some("arn:aws:s3:::a"));
        assert_eq!(found.first("name"), Some("web"));
        assert_eq!(
            found.tags,
            [
                ("app".to_owned(), "shop".to_owned()),
                ("Team".to_owned(), "pay".to_owned())
            ]
        );
    }

    #[test]
    fn other_shapes_are_nothing_or_lists() {
        assert_eq!(read("[]", &[]), Properties::default());
        assert_eq!(
            read(
                r#"{"arn":7,"tags":[{"Key":"env","Value":"prod"},{"Key":"x"}]}"#,
                &[]
            )
            .tags
            .len(),
            1
        );
        let addresses = read(r#"{"privateIp":["10.0.0.1",7]}"#, &[]);
        assert_eq!(addresses.all("privateIp").collect::<Vec<_>>(), ["10.0.0.1"]);
    }
}
