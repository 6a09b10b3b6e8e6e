//! The schema of a file, as a list of types that refer to each other by their places, so that a
//! type may stand in itself.

use std::collections::HashMap;

use serde_json::Value;

/// Place of a type in the list.
pub(super) type Place = usize;

/// What a number or bytes stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meaning {
    /// Themselves.
    Itself,
    /// Days since 1970.
    Date,
    /// Time of day, in units of so many nanoseconds.
    TimeOfDay(i64),
    /// Time since 1970, in units of so many nanoseconds.
    Moment(i64),
    /// A decimal number with so many digits behind the point.
    Decimal(u32),
}

/// A type.
#[derive(Debug, PartialEq)]
pub(super) enum Type {
    Null,
    Boolean,
    /// `int` and `long` are written alike.
    Long(Meaning),
    Float,
    Double,
    Bytes(Meaning),
    Text,
    Fixed(usize, Meaning),
    Enum(Vec<String>),
    Array(Place),
    Map(Place),
    Union(Vec<Place>),
    /// Names of fields and their types.
    Record(Vec<(String, Place)>),
}

/// The types of a file.
#[derive(Debug)]
pub(super) struct Schema {
    types: Vec<Type>,
    root: Place,
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut types = Types::default();
        let root = types.add(&value, "")?;
        let schema = Self {
            types: types.types,
            root,
        };
        let is_record = |place: &Place| matches!(schema.get(*place), Type::Record(_));
        let is_of_records = match schema.get(root) {
            Type::Union(branches) => branches.iter().all(is_record),
            _ => is_record(&root),
        };
        match is_of_records {
            true => Ok(schema),
            false => Err("its values are no records".to_owned()),
        }
    }

    /// The type at a place.
    pub(super) fn get(&self, place: Place) -> &Type {
        self.types.get(place).unwrap_or(&Type::Null)
    }

    /// The type of the values of the file.
    pub(super) fn root(&self) -> Place {
        self.root
    }
}

#[derive(Default)]
struct Types {
    types: Vec<Type>,
    /// Places of types that have names, by their full names.
    named: HashMap<String, Place>,
}

impl Types {
    fn push(&mut self, made: Type) -> Place {
        self.types.push(made);
        self.types.len() - 1
    }

    /// Adds a type; `space` is the namespace around it.
    fn add(&mut self, value: &Value, space: &str) -> Result<Place, String> {
        match value {
            Value::String(name) => self.by_name(name, space, Meaning::Itself),
            Value::Array(branches) => {
                let branches = branches.iter().map(|branch| self.add(branch, space));
                let branches = branches.collect::<Result<_, _>>()?;
                Ok(self.push(Type::Union(branches)))
            }
            Value::Object(members) => match members.get("type") {
                Some(Value::String(kind)) => self.complex(kind, value, space),
                // `{"type": {"type": "string"}}`.
                Some(inner) => self.add(inner, space),
                None => Err("a type without a name".to_owned()),
            },
            other => Err(format!("a type cannot be `{other}`")),
        }
    }

    fn by_name(&mut self, name: &str, space: &str, meaning: Meaning) -> Result<Place, String> {
        let made = match name {
            "null" => Type::Null,
            "boolean" => Type::Boolean,
            "int" | "long" => Type::Long(meaning),
            "float" => Type::Float,
            "double" => Type::Double,
            "bytes" => Type::Bytes(meaning),
            "string" => Type::Text,
            _ => {
                let full = full_name(name, space);
                let place = self.named.get(&full).or_else(|| self.named.get(name));
                let place = place.copied();
                return place.ok_or_else(|| format!("a type `{name}` that is not there"));
            }
        };
        Ok(self.push(made))
    }

    fn complex(&mut self, kind: &str, value: &Value, space: &str) -> Result<Place, String> {
        let meaning = meaning(value);
        let inner = |key: &str| value.get(key).ok_or(format!("a {kind} without `{key}`"));
        match kind {
            "array" => {
                let items = self.add(inner("items")?, space)?;
                Ok(self.push(Type::Array(items)))
            }
            "map" => {
                let values = self.add(inner("values")?, space)?;
                Ok(self.push(Type::Map(values)))
            }
            "record" | "error" | "enum" | "fixed" => self.named(kind, value, space),
            _ => self.by_name(kind, space, meaning),
        }
    }

    fn named(&mut self, kind: &str, value: &Value, space: &str) -> Result<Place, String> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        let space = match text("namespace") {
            "" => space,
            inner => inner,
        };
        let name = full_name(text("name"), space);
        let space = name
            .rsplit_once('.')
            .map_or("", |(space, _)| space)
            .to_owned();
        // A record has its place before its fields, in which it may stand.
        let place = self.push(Type::Null);
        self.named.insert(name, place);
        let list = |key: &str| value.get(key).and_then(Value::as_array);
        let made = match kind {
            "fixed" => {
                let size = value.get("size").and_then(Value::as_u64);
                let size = size.and_then(|size| usize::try_from(size).ok());
                Type::Fixed(size.ok_or("a fixed without a size")?, meaning(value))
            }
            "enum" => {
                let symbols = list("symbols").ok_or("an enum without symbols")?;
                let symbols = symbols.iter().filter_map(Value::as_str);
                Type::Enum(symbols.map(str::to_owned).collect())
            }
            _ => {
                let mut fields = Vec::new();
                for field in list("fields").ok_or("a record without fields")? {
                    let name = field.get("name").and_then(Value::as_str);
                    let of = field.get("type").ok_or("a field without a type")?;
                    fields.push((name.unwrap_or_default().to_owned(), self.add(of, &space)?));
                }
                Type::Record(fields)
            }
        };
        if let Some(held) = self.types.get_mut(place) {
            *held = made;
        }
        Ok(place)
    }
}

fn full_name(name: &str, space: &str) -> String {
    match name.contains('.') || space.is_empty() {
        true => name.to_owned(),
        false => format!("{space}.{name}"),
    }
}

fn meaning(value: &Value) -> Meaning {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    match text("logicalType").unwrap_or_default() {
        "date" => Meaning::Date,
        "time-millis" => Meaning::TimeOfDay(1_000_000),
        "time-micros" => Meaning::TimeOfDay(1000),
        "timestamp-millis" | "local-timestamp-millis" => Meaning::Moment(1_000_000),
        "timestamp-micros" | "local-timestamp-micros" => Meaning::Moment(1000),
        "timestamp-nanos" | "local-timestamp-nanos" => Meaning::Moment(1),
        "decimal" => {
            let scale = value.get("scale").and_then(Value::as_u64).unwrap_or(0);
            Meaning::Decimal(u32::try_from(scale).unwrap_or(0))
        }
        _ => Meaning::Itself,
    }
}
