//! Reads objects and lists where a document may hold anything: what has another shape is skipped
//! and told, and the rest of the document is read.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Key of an object. Borrowed from the document unless it has escapes.
#[derive(Deserialize)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// What is made of an object.
pub(crate) trait FromObject<'de>: Sized {
    /// # Errors
    /// Those of the map.
    fn from_object<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

/// An object, or `None` of anything else.
pub(crate) struct Object<T>(pub Option<T>);

impl<'de, T: FromObject<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

/// The methods of a visitor that finds a value which is no container.
macro_rules! scalars_are {
    ($none:expr) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a part of a state")
        }
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($none)
        }
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($none)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($none)
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($none)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($none)
        }
    };
}

impl<'de, T: FromObject<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    scalars_are!(Object(None));

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::from_object(map).map(|object| Object(Some(object)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object(None))
    }
}

/// The objects of a list.
pub(crate) struct Objects<T> {
    pub objects: Vec<T>,
    /// Whether anything but objects was in the list, or there was no list. `null` is an empty list.
    pub is_odd: bool,
}

impl<T> Objects<T> {
    pub(crate) fn none(is_odd: bool) -> Self {
        Self {
            objects: Vec::new(),
            is_odd,
        }
    }
}

impl<'de, T: FromObject<'de>> Deserialize<'de> for Objects<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectsVisitor(PhantomData))
    }
}

struct ObjectsVisitor<T>(PhantomData<T>);

impl<'de, T: FromObject<'de>> Visitor<'de> for ObjectsVisitor<T> {
    type Value = Objects<T>;

    scalars_are!(Objects::none(true));

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Objects::none(false))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Objects::none(true))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = Objects::none(false);
        while let Some(Object(element)) = list.next_element::<Object<T>>()? {
            match element {
                Some(object) => found.objects.push(object),
                None => found.is_odd = true,
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Size(usize);

    impl<'de> FromObject<'de> for Size {
        fn from_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
            let mut size = 0;
            while map.next_entry::<Key<'_>, IgnoredAny>()?.is_some() {
                size += 1;
            }
            Ok(Self(size))
        }
    }

    #[test]
    fn what_is_no_object_is_skipped_and_told() {
        let check = |json: &str, sizes: &[usize], is_odd: bool| {
            let found: Objects<Size> = serde_json::from_str(json).unwrap();
            let found_sizes: Vec<usize> = found.objects.iter().map(|size| size.0).collect();
            assert_eq!(
                (found_sizes.as_slice(), found.is_odd),
                (sizes, is_odd),
                "{json}"
            );
        };
        check(r#"[{"a":1,"a":{"b":[]}},{}]"#, &[2, 0], false);
        check(r#"[{"a":1},5,[[1],"x"],null,{"a":1}]"#, &[1, 1], true);
        check("null", &[], false);
        for odd in ["1", "-1", "1.5", "\"x\"", "true", "{\"a\":{}}"] {
            check(odd, &[], true);
        }
    }
}
