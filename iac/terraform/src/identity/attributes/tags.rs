//! Tags and labels in the shapes that providers give them.

use serde::de::{IgnoredAny, MapAccess, SeqAccess};
use serde_json::value::RawValue;

use super::super::hidden::Hidden;
use super::super::shape::Shape;
use super::{Attributes, Name, owner};

/// A map of tags, or the list of blocks that auto-scaling groups have in its place.
pub(super) struct Tags<'a> {
    pub(super) found: &'a mut Attributes,
    pub(super) hidden: &'a Hidden,
    pub(super) path: &'a str,
}

/// A tag as a block.
#[derive(serde::Deserialize)]
struct Block<'a> {
    #[serde(borrow)]
    key: Option<&'a RawValue>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
}

impl<'de> Shape<'de> for Tags<'_> {
    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(tag)) = map.next_key()? {
            if self.hidden.covers_tag(self.path, &tag) || !owner::is_owner_tag(&tag) {
                map.next_value::<IgnoredAny>()?;
            } else if let Some(value) = text_of(map.next_value::<&RawValue>()?) {
                self.found.offer_tag(&tag, &value);
            }
        }
        Ok(())
    }

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let is_hidden = ["key", "value"]
            .iter()
            .any(|field| self.hidden.covers_tag(self.path, field));
        while let Some(block) = list.next_element::<&RawValue>()? {
            // Network tags of Google are plain words.
            if let Some(word) = text_of(block).filter(|_| block.get().starts_with('"')) {
                self.found.offer(self.path, &word);
            }
            if is_hidden {
                continue;
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
}

fn text_of(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}
