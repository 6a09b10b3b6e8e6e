//! Reads the allow-listed attributes of one instance and skips all others while parsing.

mod plain;
mod tags;
mod walk;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use nepho_core::key::types;
use nepho_core::setting;
use nepho_iac_common::fingerprint::{self, Fingerprint};
use nepho_iac_common::owner::Owner;
use nepho_iac_common::text;

pub(crate) use plain::{plain, plain_elements};

use super::hidden::Hidden;
use super::variables::{self, Variable};
use super::{aliases, documents, facets, flatmap, grants, owner, references};
use walk::Way;

/// Attributes that no other table names and that are needed all the same.
const OTHERS: [&str; 20] = [
    "id",
    "arn",
    "self_link",
    "resource_manager_id",
    "project",
    "region",
    "location",
    "zone",
    "zones",
    "availability_zone",
    "number",
    "owner_id",
    "account_id",
    "subscription_id",
    "metadata.name",
    "metadata.namespace",
    "identity.account_id",
    "set_identifier",
    "create_mode",
    "replication_role",
];

/// Values of an instance for which there is room at once.
const USUAL: usize = 12;

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
    /// Number of the path and where the value ends in `texts`, in the order of the document. There
    /// are few: a search is faster than a map.
    values: Vec<(u16, usize)>,
    /// Values behind each other.
    texts: String,
    /// Owner tags: (tag, value), only of tags that name an owner.
    pub(super) tags: Vec<(String, String)>,
    /// Environment variables that name a resource.
    variables: Vec<Variable>,
    /// Plain settings, and hashes of their values.
    settings: Vec<(&'static str, u64)>,
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
        walk::read(json, &mut found, hidden, prints)?;
        Ok(found)
    }

    /// Reads attributes in the flat spelling of Terraform before 0.12 (`tags.Name`,
    /// `subnets.1359096304`).
    ///
    /// # Errors
    /// When it is no object of texts.
    pub fn read_flat(json: &str, prints: &mut Prints) -> serde_json::Result<Self> {
        flatmap::read(json, prints)
    }

    /// First value at a path.
    pub fn first(&self, path: &str) -> Option<&str> {
        self.all(path).next()
    }

    /// All values at a path, in the order of the document.
    pub fn all<'a>(&'a self, path: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let number = number(path);
        let values = self.values();
        let values = values.filter(move |(known, _)| *known == number);
        values.map(|(_, value)| value)
    }

    /// Numbers of paths, and values, in the order of the document.
    pub(crate) fn values(&self) -> impl Iterator<Item = (u16, &str)> {
        let mut start = 0;
        self.values.iter().map(move |(path, end)| {
            let value = self.texts.get(start..*end).unwrap_or_default();
            start = *end;
            (*path, value)
        })
    }

    /// Environment variables that name a resource, without the rest.
    pub(crate) fn into_variables(self) -> Vec<Variable> {
        self.variables
    }

    /// Environment variables that name a resource.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Plain settings, and hashes of their values.
    pub(crate) fn settings(&self) -> &[(&'static str, u64)] {
        &self.settings
    }

    /// Keeps the hash of a value, given as JSON, if the attribute is a plain setting.
    fn offer_setting(&mut self, name: &str, value: &str) {
        let Some(name) = setting::name(name) else {
            return;
        };
        let is_bare = value != "null" && !value.starts_with(['"', '[', '{']);
        let text = plain(value).or_else(|| is_bare.then_some(value));
        let hash = text.and_then(|text| setting::hash(name, text));
        self.settings.extend(hash.map(|hash| (name, hash)));
    }

    /// Keeps the hash of the name of a service that a policy allows something of.
    pub(super) fn offer_service(&mut self, service: &str) {
        let hash = setting::hash(setting::POLICY, service);
        let told = hash.map(|hash| (setting::POLICY, hash));
        let told = told.filter(|told| !self.settings.contains(told));
        self.settings.extend(told);
    }

    /// Whether the value at a path may be read.
    pub(super) fn allows(path: &str) -> bool {
        allowed().leaves.contains(path)
    }

    /// Keeps `value` if its path is allow-listed and it does not look like a secret.
    pub(crate) fn offer(&mut self, path: &str, value: &str) {
        if let Some(number) = allowed().numbers.get(path)
            && text::may_be_kept(value)
        {
            if self.values.is_empty() {
                self.values.reserve(USUAL);
                self.texts.reserve(USUAL * 32);
            }
            self.texts.push_str(value);
            self.values.push((*number, self.texts.len()));
        }
    }

    /// Owner as the tags name it.
    pub(crate) fn owner(&self) -> Owner {
        let tags = self.tags.iter();
        Owner::of(tags.map(|(tag, value)| (tag.as_str(), value.as_str())))
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

/// Paths that may be read, in the order of their numbers.
pub(super) fn readable() -> impl Iterator<Item = &'static str> {
    allowed().leaves.iter().copied()
}

/// Numbers of paths that are asked for again and again.
pub(crate) fn numbers<const N: usize>(paths: [&str; N]) -> [u16; N] {
    paths.map(number)
}

/// Number of a path that may be read; `u16::MAX` of all others.
pub(crate) fn number(path: &str) -> u16 {
    let number = allowed().numbers.get(path);
    number.copied().unwrap_or(u16::MAX)
}

/// Paths that may be read, and how to read what stands at them or at a path on the way to them.
struct Allowed {
    numbers: Numbers,
    leaves: Paths,
    ways: HashMap<&'static str, Way, std::hash::BuildHasherDefault<PathHasher>>,
}

fn allowed() -> &'static Allowed {
    static ALLOWED: OnceLock<Allowed> = OnceLock::new();
    ALLOWED.get_or_init(|| {
        let mut leaves: Paths = OTHERS.into_iter().collect();
        leaves.extend(aliases::paths());
        leaves.extend(facets::paths());
        leaves.extend(references::paths());
        leaves.extend(grants::paths());
        leaves.extend(types::google::attributes());
        leaves.extend(crate::graph::permits::paths());
        let dots = |path: &'static str| {
            path.match_indices('.')
                .filter_map(move |(dot, _)| path.get(..dot))
        };
        let containers: Vec<&str> = leaves
            .iter()
            .copied()
            .chain(owner::TAG_MAPS)
            .chain(variables::MAPS)
            .chain(documents::DOCUMENTS.map(|(path, _)| path))
            .flat_map(dots)
            .collect();
        let numbers = leaves.iter().copied().zip(0..).collect();
        let ways = Way::all(containers.into_iter().chain(leaves.iter().copied())).collect();
        Allowed {
            numbers,
            leaves,
            ways,
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

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
        assert!(attributes.settings().is_empty());
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
    fn blocks_with_sensitive_fields_are_not_read() {
        let json = r#"{"template":[{"containers":[{"env":[{"name":"API","value":"https://canary-x.a.run.app"}]}]}],
            "tag":[{"key":"owner","value":"canary"}]}"#;
        let check = |hidden: &str, expected: usize| {
            let attributes = read(json, hidden);
            let found = attributes.variables().len() + attributes.tags.len();
            assert_eq!(found, expected, "{hidden}");
        };
        check("{}", 2);
        for field in ["name", "value"] {
            check(
                &format!(r#"{{"template":[{{"containers":[{{"env":[{{"{field}":true}}]}}]}}]}}"#),
                1,
            );
        }
        for field in ["key", "value"] {
            check(&format!(r#"{{"tag":[{{"{field}":true}}]}}"#), 1);
        }
    }

    #[test]
    fn of_plain_settings_hashes_are_kept() {
        let json = r#"{"instance_type":"t3.micro","min_size":2,"multi_az":true,"timeout":null,"size":"","runtime":[1],
            "password":"canary","direction":"CANARY","type":"egress","instance_class":"db.t3"}"#;
        let attributes = read(json, r#"{"instance_class":true}"#);
        let told = |name: &'static str, value| (name, setting::hash(name, value).unwrap());
        let expected = [
            told("instance_type", "t3.micro"),
            told("min_size", "2"),
            told("multi_az", "true"),
            told("type", "egress"),
        ];
        assert_eq!(attributes.settings(), expected);
        assert!(!format!("{attributes:?}").contains("micro"));
    }

    #[test]
    fn of_policies_the_services_are_kept_that_they_allow() {
        let services = |policy: &str| {
            let text = policy.replace('"', "\\\"");
            let json = format!("{{\"policy\":\"{text}\"}}");
            let attributes = read(&json, "{}");
            let mut told: Vec<u64> = attributes.settings().iter().map(|one| one.1).collect();
            told.sort_unstable();
            told
        };
        let check = |statement: &str, expected: &[&str]| {
            let expected = expected
                .iter()
                .filter_map(|one| setting::hash("policy", one));
            let mut expected: Vec<u64> = expected.collect();
            expected.sort_unstable();
            let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
            assert_eq!(services(&policy), expected, "{statement}");
        };
        let actions = r#""Action":["sqs:SendMessage","sqs:*","dynamodb:Get*"]"#;
        check(
            &format!(r#"{{"Effect":"Allow",{actions},"Resource":"*"}}"#),
            &["sqs", "dynamodb"],
        );
        check(
            &format!(r#"{{"Effect":"Deny",{actions},"Resource":"*"}}"#),
            &[],
        );
        check(
            r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
            &["*"],
        );
        check(
            r#"{"Effect":"Allow","Action":"s*:Get","Resource":"*"}"#,
            &["*"],
        );
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
