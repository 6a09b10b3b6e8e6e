//! The outermost fields of a state, in any order. What lies in resources, in outputs and in
//! everything else is skipped while it is parsed.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Key of an object. Borrowed from the document unless it has escapes.
#[derive(serde::Deserialize)]
pub(super) struct Key<'a>(#[serde(borrow)] pub Cow<'a, str>);

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
    /// Whether there were `resources`.
    pub has_resources: bool,
}

impl<'de> Deserialize<'de> for Document<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Outermost)
    }
}

struct Outermost;

impl<'de> Visitor<'de> for Outermost {
    type Value = Document<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
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
                other => {
                    found.has_resources |= other == "resources";
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *field = Some(map.next_value()?);
        }
        Ok(found)
    }
}
