//! Values of which only objects, lists, texts, a few numbers and truth values tell something.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Reads a value that may be anything. Nothing, and numbers but for whole ones, are passed over.
pub(super) trait Shape<'de>: Sized {
    /// # Errors
    /// Those of the map.
    fn object<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error>;

    /// # Errors
    /// Those of the list.
    fn list<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error>;

    fn text(self, _text: &str) {}

    fn whole(self, _number: u64) {}

    fn truth(self, _is_so: bool) {}
}

/// Passes over what is left of a list.
///
/// # Errors
/// Those of the list.
pub(super) fn pass<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Seed and visitor of a shape.
pub(super) struct Shaped<T>(pub T);

impl<'de, T: Shape<'de>> DeserializeSeed<'de> for Shaped<T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Shape<'de>> Visitor<'de> for Shaped<T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.object(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.0.list(list)
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.text(text);
        Ok(())
    }

    fn visit_bool<E>(self, is_so: bool) -> Result<(), E> {
        self.0.truth(is_so);
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.whole(number);
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
