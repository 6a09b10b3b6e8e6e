//! The outermost fields of a state, in any order, and its instances one after the other. Outputs
//! and everything else is skipped while it is parsed.

use std::fmt;

use nepho_core::feed::FeedOutput;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::lenient::{Key, Object};
use super::{Depth, v4};
use crate::graph::Instance;
use crate::place::Places;

/// Outermost fields of all versions of a state.
#[derive(Default)]
pub(super) struct Document<'a> {
    pub version: Option<&'a RawValue>,
    pub serial: Option<&'a RawValue>,
    pub lineage: Option<&'a RawValue>,
    pub format_version: Option<&'a RawValue>,
    pub encryption_version: Option<&'a RawValue>,
    pub encrypted_data: Option<&'a RawValue>,
    /// Versions 1 to 3.
    pub modules: Option<&'a RawValue>,
    /// Of `show -json`.
    pub values: Option<&'a RawValue>,
    /// Whether there were `resources`, and whether something in them was no object.
    pub has_resources: bool,
    pub is_odd: bool,
}

/// Reads a document and gives each instance of its `resources` to `take`.
pub(super) struct Reader<'r, 'p> {
    pub places: &'r Places<'p>,
    pub depth: Depth,
    pub out: &'r mut FeedOutput,
    pub take: &'r mut dyn FnMut(Instance),
}

impl<'de> DeserializeSeed<'de> for Reader<'_, '_> {
    type Value = Document<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_, '_> {
    type Value = Document<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Document::default();
        while let Some(Key(key)) = map.next_key()? {
            let field = match key.as_ref() {
                "version" => &mut found.version,
                "serial" => &mut found.serial,
                "lineage" => &mut found.lineage,
                "format_version" => &mut found.format_version,
                "encryption_version" => &mut found.encryption_version,
                "encrypted_data" => &mut found.encrypted_data,
                "modules" => &mut found.modules,
                "values" => &mut found.values,
                "resources" => {
                    found.has_resources = true;
                    found.is_odd |= map.next_value_seed(Resources(&mut self))?;
                    continue;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *field = Some(map.next_value()?);
        }
        Ok(found)
    }
}

/// The list of resources; tells whether something in it was no object.
struct Resources<'s, 'r, 'p>(&'s mut Reader<'r, 'p>);

impl<'de> DeserializeSeed<'de> for Resources<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Resources<'_, '_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("resources")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        let mut is_odd = false;
        while let Some(Object(resource)) = list.next_element::<Object<v4::Resource<'de>>>()? {
            match resource {
                Some(resource) => {
                    is_odd |= v4::is_odd(&resource);
                    v4::read(
                        &resource,
                        self.0.depth,
                        self.0.places,
                        self.0.out,
                        self.0.take,
                    );
                }
                None => is_odd = true,
            }
        }
        Ok(is_odd)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(true)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(true)
    }
}
