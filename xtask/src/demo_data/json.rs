//! JSON whose keys stay in the order in which the vendors write them.

use std::fmt::{self, Write as _};

/// A JSON value.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A number, as it is to be written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

/// A JSON object: `object! { "id" => 7, "name" => "order-db" }`.
macro_rules! object {
    ($($key:expr => $value:expr),* $(,)?) => {
        $crate::demo_data::json::Json::Map(vec![
            $(($key.to_string(), $crate::demo_data::json::Json::from($value))),*
        ])
    };
}

/// A JSON array: `list!["a", 7]`.
macro_rules! list {
    ($($value:expr),* $(,)?) => {
        $crate::demo_data::json::Json::List(vec![$($crate::demo_data::json::Json::from($value)),*])
    };
}

pub(crate) use {list, object};

impl Json {
    /// The object with one more key at its end.
    pub(crate) fn with(self, key: &str, value: impl Into<Json>) -> Self {
        match self {
            Self::Map(mut fields) => {
                fields.push((key.to_owned(), value.into()));
                Self::Map(fields)
            }
            other => other,
        }
    }

    /// Text over several lines, indented by two blanks, with a line end.
    pub(crate) fn pretty(&self) -> String {
        let mut text = String::new();
        self.write_pretty(&mut text, 0);
        text.push('\n');
        text
    }

    fn write_pretty(&self, text: &mut String, depth: usize) {
        let (open, close, count) = match self {
            Self::List(values) => ('[', ']', values.len()),
            Self::Map(fields) => ('{', '}', fields.len()),
            scalar => return text.push_str(&scalar.to_string()),
        };
        text.push(open);
        for index in 0..count {
            text.push_str(if index == 0 { "\n" } else { ",\n" });
            text.push_str(&"  ".repeat(depth + 1));
            match self {
                Self::List(values) => values[index].write_pretty(text, depth + 1),
                Self::Map(fields) => {
                    text.push_str(&quoted(&fields[index].0));
                    text.push_str(": ");
                    fields[index].1.write_pretty(text, depth + 1);
                }
                _ => {}
            }
        }
        if count > 0 {
            text.push('\n');
            text.push_str(&"  ".repeat(depth));
        }
        text.push(close);
    }
}

/// Text without blanks, as logs hold it.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => f.write_str(value),
            Self::Text(value) => f.write_str(&quoted(value)),
            Self::List(values) => {
                f.write_char('[')?;
                for (index, value) in values.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{value}")?;
                }
                f.write_char(']')
            }
            Self::Map(fields) => {
                f.write_char('{')?;
                for (index, (key, value)) in fields.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{}:{value}", quoted(key))?;
                }
                f.write_char('}')
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for Json {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&Json> for Json {
    fn from(value: &Json) -> Self {
        value.clone()
    }
}

macro_rules! from_number {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Json {
            fn from(value: $kind) -> Self {
                Self::Number(value.to_string())
            }
        })*
    };
}

from_number!(i32, i64, u8, u16, u64, usize, f64);

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_text_is_escaped() {
        let value = object! { "b" => "a \"quote\"\n", "a" => list![1, 2.5, Json::Null, true] };
        assert_eq!(
            value.to_string(),
            r#"{"b":"a \"quote\"\n","a":[1,2.5,null,true]}"#
        );
        assert_eq!(
            object! { "a" => object! {} }.pretty(),
            "{\n  \"a\": {}\n}\n"
        );
    }
}
