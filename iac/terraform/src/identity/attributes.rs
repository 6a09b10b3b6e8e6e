//! Reads the allow-listed attributes of one instance and skips all others while parsing.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::OnceLock;

use nepho_codec::json::{fields, unescape};
use nepho_core::key::types;
use nepho_iac_diff::fingerprint::{self, Fingerprint};
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::hidden::Hidden;
use super::variables::{self, Variable, Variables};
use super::{aliases, facets, flatmap, owner, references, text};

/// Attributes that no other table names and that are needed all the same.
const OTHERS: [&str; 15] = [
    "id",
    "arn",
    "self_link",
    "project",
    "region",
    "location",
    "zone",
    "availability_zone",
    "number",
    "owner_id",
    "account_id",
    "subscription_id",
    "metadata.name",
    "metadata.namespace",
    "identity.account_id",
];

/// Fingerprints of attributes, by name, where they are wanted.
#[derive(Clone, Debug, Default)]
pub struct Prints {
    is_wanted: bool,
    /// Names, which repeat in the order of the schema, and fingerprints.
    pub list: Vec<(String, u64)>,
}

impl Prints {
    /// Takes fingerprints.
    pub fn wanted() -> Self {
        Self {
            is_wanted: true,
            list: Vec::new(),
        }
    }

    /// Takes none.
    pub fn unwanted() -> Self {
        Self::default()
    }

    fn take(&mut self, name: &str, json: &str) {
        if self.is_wanted {
            self.list
                .push((name.to_owned(), fingerprint::of_json(json)));
        }
    }
}

/// Hashes the few short paths of a fixed table.
#[derive(Default)]
struct PathHasher(Fingerprint);

impl std::hash::Hasher for PathHasher {
    fn write(&mut self, bytes: &[u8]) {
        // The byte behind a text, which tells it from a longer one, is not needed: its length
        // counts.
        if bytes.len() > 1 {
            self.0 = self.0.with(bytes);
        }
    }

    fn finish(&self) -> u64 {
        self.0.finish()
    }
}

type Paths = HashSet<&'static str, std::hash::BuildHasherDefault<PathHasher>>;
/// Numbers of paths.
type Numbers = HashMap<&'static str, u16, std::hash::BuildHasherDefault<PathHasher>>;

/// Name of an attribute, borrowed from the document unless it has escapes.
#[derive(serde::Deserialize)]
pub(super) struct Name<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// The allow-listed attributes of an instance: paths without positions in lists, and what stands
/// there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes {
    /// Path and value, in the order of the document. There are few: a search is faster than a map.
    values: Vec<(&'static str, String)>,
    /// Owner tags: (tag, value), only of tags that name an owner.
    pub(super) tags: Vec<(String, String)>,
    /// Environment variables that name a resource.
    variables: Vec<Variable>,
}

impl Attributes {
    /// Reads the JSON object `json` (`attributes`, `values`, `before`, `after`). `null` has no
    /// attributes. The fingerprint of each attribute goes to `prints`, also of those that are not
    /// read.
    ///
    /// # Errors
    /// When it is no object or nests too deep on an allow-listed path.
    pub fn read(json: &str, hidden: &Hidden, prints: &mut Prints) -> serde_json::Result<Self> {
        let mut found = Self::default();
        if json == "null" {
            return Ok(found);
        }
        if !json.starts_with('{') {
            return Err(serde::de::Error::custom("attributes are no object"));
        }
        let known = prints.list.len();
        let mut top = Top {
            found: &mut found,
            hidden,
            prints,
        };
        let mut read = Ok(());
        let end = fields::walk(json, 0, &mut |name, value| {
            if read.is_ok() {
                read = top.attribute(&unescape(name), value);
            }
        });
        // What is odd, as by its depth, is read once more by somebody who takes more time.
        if end.is_err() {
            found = Self::default();
            prints.list.truncate(known);
            let top = Top {
                found: &mut found,
                hidden,
                prints,
            };
            read = serde_json::Deserializer::from_str(json).deserialize_map(top);
        }
        read.map(|()| found)
    }

    /// Reads attributes in the flat spelling of Terraform before 0.12 (`tags.Name`,
    /// `subnets.1359096304`).
    ///
    /// # Errors
    /// When it is no object of texts.
    pub fn read_flat(json: &RawValue, prints: &mut Prints) -> serde_json::Result<Self> {
        flatmap::read(json, prints)
    }

    /// First value at a path.
    pub fn first(&self, path: &str) -> Option<&str> {
        let mut values = self.values.iter();
        values
            .find(|(known, _)| *known == path)
            .map(|(_, value)| value.as_str())
    }

    /// All values at a path, in the order of the document.
    pub fn all<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self.values.iter().filter(move |(known, _)| *known == path);
        values.map(|(_, value)| value.as_str())
    }

    /// Paths and values, in the order of the document.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let values = self.values.iter();
        values.map(|(path, value)| (*path, value.as_str()))
    }

    /// Environment variables that name a resource, without the rest.
    pub(crate) fn into_variables(self) -> Vec<Variable> {
        self.variables
    }

    /// Environment variables that name a resource.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Whether the value at a path may be read.
    pub(super) fn allows(path: &str) -> bool {
        allowed().leaves.contains(path)
    }

    /// Keeps `value` if its path is allow-listed and it does not look like a secret.
    pub(crate) fn offer(&mut self, path: &str, value: &str) {
        if let Some(path) = allowed().leaves.get(path)
            && text::may_be_kept(value)
        {
            self.values.push((path, value.to_owned()));
        }
    }

    /// Keeps the tag if it names an owner.
    pub(super) fn offer_tag(&mut self, tag: &str, value: &str) {
        if owner::is_owner_tag(tag) {
            self.keep_tag(tag, value.to_owned());
        }
    }

    /// Keeps a tag that names an owner.
    fn keep_tag(&mut self, tag: &str, value: String) {
        if text::may_be_kept(&value) {
            self.tags.push((tag.to_owned(), value));
        }
    }
}

/// Number of a path that may be read; `u16::MAX` of all others.
pub(crate) fn number(path: &str) -> u16 {
    let number = allowed().numbers.get(path);
    number.copied().unwrap_or(u16::MAX)
}

/// Paths that may be read, and the paths on the way to them.
struct Allowed {
    numbers: Numbers,
    leaves: Paths,
    containers: Paths,
}

fn allowed() -> &'static Allowed {
    static ALLOWED: OnceLock<Allowed> = OnceLock::new();
    ALLOWED.get_or_init(|| {
        let mut leaves: Paths = OTHERS.into_iter().collect();
        leaves.extend(aliases::paths());
        leaves.extend(facets::paths());
        leaves.extend(references::paths());
        leaves.extend(types::google::attributes());
        leaves.extend(crate::graph::permits::paths());
        let dots = |path: &'static str| {
            path.match_indices('.')
                .filter_map(move |(dot, _)| path.get(..dot))
        };
        let containers = leaves
            .iter()
            .copied()
            .chain(owner::TAG_MAPS)
            .chain(variables::MAPS)
            .flat_map(dots)
            .collect();
        let numbers = leaves.iter().copied().zip(0..).collect();
        Allowed {
            numbers,
            leaves,
            containers,
        }
    })
}

/// The attributes themselves: each is passed over as a whole, its fingerprint is taken, and what is
/// allow-listed is looked into.
struct Top<'a> {
    found: &'a mut Attributes,
    hidden: &'a Hidden,
    prints: &'a mut Prints,
}

impl Top<'_> {
    /// Takes the attribute with this name and JSON value.
    fn attribute(&mut self, name: &str, value: &str) -> serde_json::Result<()> {
        self.prints.take(name, value);
        if self.hidden.covers(name) {
            return Ok(());
        }
        let mut deserializer = serde_json::Deserializer::from_str(value);
        let is_map = variables::MAPS.contains(&name);
        let read = if owner::TAG_MAPS.contains(&name) {
            deserializer.deserialize_any(Tags {
                found: self.found,
                hidden: self.hidden,
                path: name,
            })
        } else if is_map || name == variables::DOCUMENT {
            let mut variables = Variables {
                found: &mut self.found.variables,
                hidden: self.hidden,
                path: name,
            };
            match is_map {
                true => variables.deserialize(&mut deserializer),
                false => {
                    variables.document(value);
                    Ok(())
                }
            }
        } else if let Some(text) = plain(value) {
            self.found.offer(name, text);
            Ok(())
        } else if is_allowed(name) {
            deserializer.deserialize_any(Level {
                found: self.found,
                hidden: self.hidden,
                path: name,
                is_in_list: false,
            })
        } else {
            Ok(())
        };
        match read {
            // What nests too deep for an id holds none.
            Err(error) if error.classify() != Category::Syntax => {
                Err(serde::de::Error::custom("an attribute cannot be read"))
            }
            _ => Ok(()),
        }
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("attributes")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            let value: &RawValue = map.next_value()?;
            let read = self.attribute(&name, value.get());
            read.map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}

/// The text in a JSON string without escapes.
fn plain(value: &str) -> Option<&str> {
    let text = value.strip_prefix('"')?.strip_suffix('"')?;
    memchr::memchr(b'\\', text.as_bytes())
        .is_none()
        .then_some(text)
}

/// Whether something at this path, or in it, may be read.
fn is_allowed(path: &str) -> bool {
    allowed().leaves.contains(path) || allowed().containers.contains(path)
}

/// One level of the attributes: an object, a list of objects, or a value.
struct Level<'a> {
    found: &'a mut Attributes,
    hidden: &'a Hidden,
    path: &'a str,
    is_in_list: bool,
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            let path = format!("{}.{name}", self.path);
            if self.hidden.covers(&path) {
                map.next_value::<IgnoredAny>()?;
            } else if owner::TAG_MAPS.contains(&path.as_str()) {
                map.next_value_seed(Tags {
                    found: self.found,
                    hidden: self.hidden,
                    path: &path,
                })?;
            } else if variables::MAPS.contains(&path.as_str()) {
                map.next_value_seed(Variables {
                    found: &mut self.found.variables,
                    hidden: self.hidden,
                    path: &path,
                })?;
            } else if path == variables::DOCUMENT {
                let text = map.next_value::<&RawValue>()?;
                Variables {
                    found: &mut self.found.variables,
                    hidden: self.hidden,
                    path: &path,
                }
                .document(text.get());
            } else if is_allowed(&path) {
                map.next_value_seed(Level {
                    found: self.found,
                    hidden: self.hidden,
                    path: &path,
                    is_in_list: false,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        // Lists of lists hold no ids, and could nest without end.
        if self.is_in_list {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        let Self {
            found,
            hidden,
            path,
            ..
        } = self;
        while list
            .next_element_seed(Level {
                found: &mut *found,
                hidden,
                path,
                is_in_list: true,
            })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.found.offer(self.path, value);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// A map of tags, or the list of blocks that auto-scaling groups have in its place.
struct Tags<'a> {
    found: &'a mut Attributes,
    hidden: &'a Hidden,
    path: &'a str,
}

impl<'de> DeserializeSeed<'de> for Tags<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// A tag as a block.
#[derive(serde::Deserialize)]
struct Block<'a> {
    #[serde(borrow)]
    key: Option<&'a RawValue>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
}

impl<'de> Visitor<'de> for Tags<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tags")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(tag)) = map.next_key()? {
            let is_wanted =
                owner::is_owner_tag(&tag) && !self.hidden.covers(&format!("{}.{tag}", self.path));
            if !is_wanted {
                map.next_value::<IgnoredAny>()?;
            } else if let Some(value) = text_of(map.next_value::<&RawValue>()?) {
                self.found.keep_tag(&tag, value);
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(block) = list.next_element::<&RawValue>()? {
            // Network tags of Google are plain words.
            if let Some(word) = text_of(block).filter(|_| block.get().starts_with('"')) {
                self.found.offer(self.path, &word);
            }
            let Ok(block) = serde_json::from_str::<Block<'_>>(block.get()) else {
                continue;
            };
            let Some(tag) = block
                .key
                .and_then(text_of)
                .filter(|tag| owner::is_owner_tag(tag))
            else {
                continue;
            };
            if let Some(value) = block.value.and_then(text_of) {
                self.found.offer_tag(&tag, &value);
            }
        }
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

fn text_of(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str, hidden: &str) -> Attributes {
        let json = RawValue::from_string(json.to_owned()).unwrap();
        let hidden = RawValue::from_string(hidden.to_owned()).unwrap();
        let mut prints = Prints::wanted();
        let hidden = Hidden::from_mirror(Some(&hidden));
        Attributes::read(json.get(), &hidden, &mut prints).unwrap()
    }

    #[test]
    fn only_what_is_allowed_is_kept() {
        let attributes = read(
            r#"{"id":"i-0a1b2c3d4e5f60718","password":"canary","user_data":"canary","private_ip":"10.0.0.7",
                "vpc_security_group_ids":["sg-1","sg-2"],"environment":[{"variables":{"KEY":"canary"}}],
                "network_configuration":[{"subnets":["subnet-1"],"x":"canary"}],
                "tags":{"Team":"payments","License":"canary"},"tag":[{"key":"app","value":"shop"},{"key":"x","value":"canary"}]}"#,
            r#"{"private_ip":true}"#,
        );
        assert_eq!(attributes.first("id"), Some("i-0a1b2c3d4e5f60718"));
        let groups: Vec<&str> = attributes.all("vpc_security_group_ids").collect();
        assert_eq!(groups, ["sg-1", "sg-2"]);
        assert_eq!(
            attributes.first("network_configuration.subnets"),
            Some("subnet-1")
        );
        assert_eq!(attributes.first("private_ip"), None, "sensitive");
        assert_eq!(attributes.tags.len(), 2);
        assert!(!format!("{attributes:?}").contains("canary"));
    }

    #[test]
    fn variables_are_found_wherever_they_stand() {
        let attributes = read(
            r#"{"app_settings":{"BUCKET":"s3://shop-media","LEVEL":"canary"},
                "environment":[{"variables":{"TABLE":"arn:aws:dynamodb:eu-west-1:111122223333:table/carts"}}],
                "container_definitions":"[{\"environment\":[{\"name\":\"QUEUE\",\"value\":\"arn:aws:sqs:eu-west-1:111122223333:orders\"}]}]"}"#,
            "{}",
        );
        let names: Vec<&str> = attributes
            .variables()
            .iter()
            .map(|variable| variable.name.as_str())
            .collect();
        assert_eq!(names, ["BUCKET", "TABLE", "QUEUE"]);
    }

    #[test]
    fn odd_shapes_are_skipped() {
        let attributes = read(
            r#"{"id":5,"arn":{"a":1},"name":[[["x"]]],"subnet_ids":[null,"s",{"id":"q"}],"tags":[1,"x"]}"#,
            "{}",
        );
        assert_eq!(attributes.all("subnet_ids").collect::<Vec<_>>(), ["s"]);
        assert_eq!(attributes.first("id"), None);
        assert_eq!(read("null", "{}"), Attributes::default());
    }

    #[test]
    fn deep_nesting_neither_overflows_nor_is_read() {
        let deep = format!(
            r#"{{"id":"i-1","name":{}{},"x":{}{}}}"#,
            "[".repeat(9000),
            "]".repeat(9000),
            "[".repeat(9000),
            "]".repeat(9000)
        );
        assert_eq!(read(&deep, "{}").first("id"), Some("i-1"));
    }
}
