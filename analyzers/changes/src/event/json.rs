//! An event as a tree that borrows from its text: most of it is looked at once and forgotten.

use std::borrow::Cow;
use std::fmt;
use std::ops::Index;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A JSON value. Keys of an object are sorted, and of one that is repeated the last counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Json<'a> {
    #[default]
    Null,
    Bool(bool),
    /// The number, if it is a whole one that is not negative.
    Number(Option<u64>),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// What stands where nothing does.
static NULL: Json<'static> = Json::Null;

impl<'a> Json<'a> {
    /// The value that `text` is; null if it is not valid.
    pub(crate) fn parse(text: &'a str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Value of a key of an object.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let fields = self.as_object()?;
        let found = fields.iter().find(|(held, _)| held == key);
        found.map(|(_, value)| value)
    }

    /// The text, if it is one.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a whole one that is not negative.
    pub(crate) fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => *number,
            _ => None,
        }
    }

    /// Keys, if it is an object.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let fields = self.as_object().unwrap_or_default();
        fields.iter().map(|(key, _)| key.as_ref())
    }

    /// Keys and values, if it is an object.
    pub(crate) fn as_object(&self) -> Option<&[(Cow<'a, str>, Self)]> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }
}

impl<'a, K: AsRef<str>> Index<K> for Json<'a> {
    type Output = Json<'a>;

    fn index(&self, key: K) -> &Json<'a> {
        self.get(key.as_ref()).unwrap_or(&NULL)
    }
}

impl PartialEq<&str> for Json<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == Some(*other)
    }
}

impl PartialEq<bool> for Json<'_> {
    fn eq(&self, other: &bool) -> bool {
        matches!(self, Self::Bool(held) if held == other)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(u64::try_from(value).ok()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(Some(value)))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Json::Number(None))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields: Vec<(Cow<'de, str>, Json<'de>)> = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            fields.push((key, map.next_value()?));
        }
        // Reversed, so that of equal keys the last one comes first and stays.
        fields.reverse();
        fields.sort_by(|(one, _), (other, _)| one.cmp(other));
        fields.dedup_by(|(one, _), (other, _)| one == other);
        Ok(Json::Object(fields))
    }
}

#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// A tree as `serde_json::json!` writes it.
#[cfg(test)]
macro_rules! json {
    ($($tree:tt)*) => {
        $crate::event::json::Json::from(serde_json::json!($($tree)*))
    };
}
#[cfg(test)]
pub(crate) use json;

#[cfg(test)]
impl From<serde_json::Value> for Json<'static> {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number.as_u64()),
            Value::String(text) => Self::Text(Cow::Owned(text)),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(fields) => {
                let fields = fields.into_iter();
                let fields = fields.map(|(key, value)| (Cow::Owned(key), Self::from(value)));
                Self::Object(fields.collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn a_tree_is_that_of_serde_json() {
        for text in [
            r#"{"b":1,"a":{"x":[1,-2,2.5,"q\"\u00e9",true,null]},"b":"last","":{}}"#,
            r#"["\ud83d\ude00", 18446744073709551615, 1e3]"#,
            r#"{"a":1"#,
            r#"{"a":tru}"#,
            r#""\ud83d""#,
            "",
        ] {
            let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
            assert_eq!(Json::parse(text), Json::from(value), "{text}");
        }
    }

    #[test]
    fn values_are_found_by_key() {
        let tree = Json::parse(r#"{"a":{"b":"x","n":7}}"#);
        assert_eq!(tree["a"]["b"], "x");
        assert_eq!(tree["a"]["n"].as_u64(), Some(7));
        assert_eq!(tree["a"]["c"]["d"], Json::Null);
    }
}
