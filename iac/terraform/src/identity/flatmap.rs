//! The flat spelling of attributes before Terraform 0.12: one level of texts, with positions and
//! hashes in the names.

use std::collections::BTreeMap;
use std::fmt;

use nepho_iac_common::fingerprint::{self, Fingerprint, NOTHING};
use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::attributes::{Attributes, Name, Prints};
use super::{documents, owner};

pub(super) fn read(json: &str, prints: &mut Prints) -> serde_json::Result<Attributes> {
    serde_json::Deserializer::from_str(json).deserialize_map(Flat(prints))
}

struct Flat<'p>(&'p mut Prints);

impl<'de> Visitor<'de> for Flat<'_> {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("flat attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
        let mut found = Attributes::default();
        let mut prints: BTreeMap<String, u64> = BTreeMap::new();
        while let Some(Name(name)) = map.next_key()? {
            let raw: &RawValue = map.next_value()?;
            // The parts of one attribute have any order: their fingerprints are added up.
            let outer = name.split('.').next().unwrap_or("").to_owned();
            let part = match fingerprint::of_json(raw.get()) {
                NOTHING => NOTHING,
                print => Fingerprint::default()
                    .with(name.as_bytes())
                    .with(&print.to_le_bytes())
                    .finish(),
            };
            let print = prints.entry(outer).or_default();
            *print = print.wrapping_add(part);
            let tag = owner::TAG_MAPS
                .iter()
                .find_map(|tags| name.strip_prefix(tags)?.strip_prefix('.'));
            if name.ends_with('#')
                || name.ends_with('%')
                || tag.is_some_and(|tag| !owner::is_owner_tag(tag))
            {
                continue;
            }
            let path = without_positions(&name);
            if tag.is_none() && !Attributes::allows(&path) {
                if let Some(kind) = documents::at(&path) {
                    documents::read_json(&mut found, &path, kind, raw);
                }
                continue;
            }
            let Ok(value) = serde_json::from_str::<String>(raw.get()) else {
                continue;
            };
            match tag {
                Some(tag) => found.offer_tag(tag, &value),
                None => found.offer(&path, &value),
            }
        }
        self.0.list.extend(prints);
        Ok(found)
    }
}

/// `subnet_mapping.1243641484.subnet_id` without the part that is a number.
fn without_positions(name: &str) -> String {
    let is_position =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    name.split('.')
        .filter(|part| !is_position(part))
        .collect::<Vec<_>>()
        .join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_names_lead_to_the_same_paths() {
        let json = r##"{"id":"i-1","security_groups.#":"1","security_groups.3982542233":"sg-1","password":"canary",
            "subnet_mapping.7.subnet_id":"subnet-1","tags.%":"2","tags.Name":"web","tags.secret":"canary","private_ip":7}"##;
        let mut prints = Prints::wanted();
        let attributes = read(json, &mut prints).unwrap();
        let names: Vec<&str> = prints.list.iter().map(|(name, _)| name.as_str()).collect();
        let expected = [
            "id",
            "password",
            "private_ip",
            "security_groups",
            "subnet_mapping",
            "tags",
        ];
        assert_eq!(names, expected);
        assert_eq!(attributes.first("security_groups"), Some("sg-1"));
        assert_eq!(
            attributes.first("subnet_mapping.subnet_id"),
            Some("subnet-1")
        );
        assert_eq!(attributes.tags, [("Name".to_owned(), "web".to_owned())]);
        assert!(!format!("{attributes:?}").contains("canary"));
    }
}
