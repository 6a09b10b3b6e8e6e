//! Looks for ids in the configuration of a resource.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use nepho_core::key;
use serde_json::Value;

use super::Says;
use super::kinds::{self, plain};
use super::text::{bucket_of_host, document, host_of, is_host_or_address, reference};
use crate::identity::{is_public_host, normal};

/// Deeper nesting than this holds no ids that matter.
const DEEPEST: usize = 24;
/// References of one item that are kept.
const MOST: usize = 512;
/// Percent of certainty: told as a relation, as an id, in an environment variable.
const TOLD: u8 = 95;
const NAMED: u8 = 85;
const IN_VARIABLE: u8 = 60;

/// Attributes whose host names and addresses are the resource's own.
const OWN: [&str; 12] = [
    "endpoint",
    "endpoints",
    "readerendpoint",
    "address",
    "dnsname",
    "domainname",
    "privateipaddress",
    "privatednsname",
    "publicip",
    "publicdnsname",
    "publicipaddress",
    "vpc",
];

/// A reference to another resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Id or name of the other; `None` if only the number of a word is known.
    pub word: Option<String>,
    /// Number of the word.
    pub number: u64,
    /// What the reference says.
    pub kind: Says,
    /// Whether the other is the dependent.
    pub is_reversed: bool,
    /// How sure it is, in percent.
    pub percent: u8,
    /// Attribute or variable.
    pub path: String,
}

/// Number of a word, to know again without keeping it.
pub(crate) fn number(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    normal(word).hash(&mut hasher);
    hasher.finish()
}

/// What was found in one item so far.
pub(super) struct Scanner<'a> {
    account: &'a str,
    pub found: BTreeSet<Found>,
    /// Host names and addresses of the resource itself.
    pub own_words: Vec<String>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(account: &'a str) -> Self {
        Self {
            account,
            found: BTreeSet::new(),
            own_words: Vec::new(),
        }
    }

    /// Takes note of list `relationships`.
    pub(super) fn relationships(&mut self, list: Option<&Value>) {
        let list = list.and_then(Value::as_array);
        for relationship in list.into_iter().flatten() {
            let text = |name: &str| relationship.get(name).and_then(Value::as_str);
            let word = text("arn").or(text("resourceId")).or(text("resourceName"));
            let name = text("relationshipName")
                .or(text("name"))
                .unwrap_or_default();
            let other_type = text("resourceType").unwrap_or_default();
            let (kind, is_reversed) = kinds::relationship(name, other_type);
            if let Some(word) = word.filter(|word| !word.is_empty()) {
                let word = match (other_type, word.starts_with("arn:")) {
                    ("AWS::S3::Bucket", false) => format!("arn:aws:s3:::{word}"),
                    _ => key::canonical(word),
                };
                self.add(Found {
                    number: number(&word),
                    word: Some(word),
                    kind,
                    is_reversed,
                    percent: TOLD,
                    path: "relationships".to_owned(),
                });
            }
        }
    }

    /// Takes note of what a configuration holds.
    pub(super) fn value(&mut self, value: &Value) {
        self.walk(value, &mut Vec::new());
    }

    fn walk<'v>(&mut self, value: &'v Value, path: &mut Vec<&'v str>) {
        if path.len() > DEEPEST {
            return;
        }
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    if plain(name).starts_with("environment") {
                        self.variables(value);
                    } else if !is_passed_over(name) {
                        path.push(name);
                        self.walk(value, path);
                        path.pop();
                    }
                }
            }
            Value::Array(values) => {
                for value in values {
                    self.walk(value, path);
                }
            }
            Value::String(text) => self.text(text, path),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, path: &mut Vec<&str>) {
        if let Some(inner) = document(text) {
            // The names within belong to another text than those on the path.
            let mut below = Vec::new();
            self.walk(&inner, &mut below);
            return;
        }
        for part in text.split(',').map(str::trim) {
            if let Some(word) = reference(part) {
                self.named(word, path);
            } else if let Some(word) = kinds::named(path, part, self.account) {
                self.named(word, path);
            } else if is_own(path) && is_host_or_address(part) {
                self.own_words.push(part.to_ascii_lowercase());
            } else if is_public_host(part) {
                self.named(
                    bucket_of_host(part).unwrap_or_else(|| part.to_owned()),
                    path,
                );
            }
        }
    }

    fn named(&mut self, word: String, path: &[&str]) {
        self.add(Found {
            number: number(&word),
            word: Some(word),
            kind: kinds::says(path),
            is_reversed: kinds::is_reversed(path),
            percent: NAMED,
            path: path.join("."),
        });
    }

    /// Environment variables: an object of names and values, such an object under `variables`, or a
    /// list of `{name, value}`. Of the values only a number is kept.
    fn variables(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) => self.variable(name, text),
                        inner => self.variables(inner),
                    }
                }
            }
            Value::Array(pairs) => {
                for pair in pairs {
                    let text = |names: [&str; 2]| {
                        let found = names.iter().find_map(|name| pair.get(*name));
                        found.and_then(Value::as_str)
                    };
                    if let (Some(name), Some(value)) =
                        (text(["name", "Name"]), text(["value", "Value"]))
                    {
                        self.variable(name, value);
                    }
                }
            }
            _ => {}
        }
    }

    fn variable(&mut self, name: &str, value: &str) {
        let value = value.trim();
        let host = host_of(value);
        for word in [Some(value), host].into_iter().flatten() {
            // An account id, a number or a switch names no resource.
            let is_plain = word.len() < 4
                || word.len() > 1024
                || word.bytes().all(|byte| byte.is_ascii_digit())
                || [
                    "true",
                    "false",
                    "none",
                    "null",
                    "default",
                    "info",
                    "debug",
                    "production",
                ]
                .contains(&word.to_ascii_lowercase().as_str());
            if !is_plain {
                self.add(Found {
                    word: reference(word).filter(|_| !word.contains(char::is_whitespace)),
                    number: number(word),
                    kind: Says::Uses,
                    is_reversed: false,
                    percent: IN_VARIABLE,
                    path: format!("environment variable {name}"),
                });
            }
        }
    }

    fn add(&mut self, found: Found) {
        if self.found.len() < MOST {
            self.found.insert(found);
        }
    }
}

/// Tags and descriptions name what they like.
fn is_passed_over(name: &str) -> bool {
    ["tags", "tag", "description", "comment", "sid", "ownerid"].contains(&plain(name).as_str())
}

fn is_own(path: &[&str]) -> bool {
    path.last().is_some_and(|name| {
        let name = plain(name);
        let outer = path
            .iter()
            .any(|name| plain(name).ends_with("endpoint") || plain(name).ends_with("endpoints"));
        OWN.contains(&name.as_str()) || (outer && ["value", "address", "vpc"].contains(&&*name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_variables_are_not_kept() {
        let mut scanner = Scanner::new("111122223333");
        let value = serde_json::json!({"environment": {"variables": {
            "DB_HOST": "postgres://admin:s3cr3t-canary@orders.example.com:5432/orders",
            "ACCOUNT": "111122223333", "DEBUG": "true", "BUCKET": "shop-exports",
        }}});
        scanner.value(&value);
        let text = format!("{:?}", scanner.found);
        assert!(
            !text.contains("canary") && !text.contains("shop-exports"),
            "{text}"
        );
        assert!(
            !text.contains("ACCOUNT") && !text.contains("DEBUG"),
            "{text}"
        );
        let numbers: Vec<u64> = scanner.found.iter().map(|found| found.number).collect();
        assert!(numbers.contains(&number("orders.example.com")));
        assert!(numbers.contains(&number("shop-exports")));
    }
}
