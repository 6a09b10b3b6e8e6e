//! The flat spelling of attributes before Terraform 0.12: one level of texts, with positions and
//! hashes in the names.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::attributes::Attributes;
use super::owner;

pub(super) fn read(json: &RawValue) -> serde_json::Result<Attributes> {
    serde_json::Deserializer::from_str(json.get()).deserialize_map(Flat)
}

struct Flat;

impl<'de> Visitor<'de> for Flat {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("flat attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
        let mut found = Attributes::default();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            let tag = owner::TAG_MAPS
                .iter()
                .find_map(|tags| name.strip_prefix(tags)?.strip_prefix('.'));
            if name.ends_with('#')
                || name.ends_with('%')
                || tag.is_some_and(|tag| !owner::is_owner_tag(tag))
            {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let raw = map.next_value::<&RawValue>()?;
            let path = without_positions(&name);
            if tag.is_none() && !Attributes::allows(&path) {
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
        let attributes = read(&RawValue::from_string(json.to_owned()).unwrap()).unwrap();
        assert_eq!(attributes.first("security_groups"), Some("sg-1"));
        assert_eq!(
            attributes.first("subnet_mapping.subnet_id"),
            Some("subnet-1")
        );
        assert_eq!(attributes.tags, [("Name".to_owned(), "web".to_owned())]);
        assert!(!format!("{attributes:?}").contains("canary"));
    }
}
