//! Names of the attributes in which two objects differ. Values are compared where they stand and
//! never copied.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use serde_json::value::RawValue;

/// Attributes of one object.
pub(super) type Fields<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// Fields of an object; none of `null` or anything else.
pub(super) fn fields(object: Option<&RawValue>) -> Fields<'_> {
    let fields =
        object.and_then(|object| serde_json::from_str::<Option<Fields<'_>>>(object.get()).ok());
    fields.flatten().unwrap_or_default()
}

/// Attributes that have another value after the change, sorted.
///
/// An attribute that is known only after the change counts when `unknown` says so and it had a
/// value before.
pub(super) fn changed(
    before: &Fields<'_>,
    after: &Fields<'_>,
    unknown: &Fields<'_>,
) -> Vec<String> {
    let mut names = BTreeSet::new();
    for (name, value) in before {
        let other = after.get(name).map_or("null", |other| other.get());
        let is_unknown = unknown
            .get(name)
            .is_some_and(|mark| contains_true(mark.get()));
        if is_unknown || !is_same(value.get(), other) {
            names.insert(name.to_string());
        }
    }
    for (name, value) in after {
        if !before.contains_key(name) && value.get() != "null" {
            names.insert(name.to_string());
        }
    }
    names.into_iter().collect()
}

/// First parts of the paths that force a replacement.
pub(super) fn replacing(paths: Option<&RawValue>) -> Vec<String> {
    let paths =
        paths.and_then(|paths| serde_json::from_str::<Vec<Vec<&RawValue>>>(paths.get()).ok());
    let first = paths
        .into_iter()
        .flatten()
        .filter_map(|path| serde_json::from_str(path.first()?.get()).ok());
    first.collect()
}

/// Whether a mark of unknown values is `true` anywhere.
fn contains_true(mark: &str) -> bool {
    fn is_marked(mark: &Value) -> bool {
        match mark {
            Value::Bool(is_unknown) => *is_unknown,
            Value::Array(elements) => elements.iter().any(is_marked),
            Value::Object(fields) => fields.values().any(is_marked),
            _ => false,
        }
    }
    serde_json::from_str(mark).is_ok_and(|mark| is_marked(&mark))
}

/// Whether two JSON texts of one writer are the same but for blanks outside of strings.
fn is_same(one: &str, other: &str) -> bool {
    one == other || significant(one).eq(significant(other))
}

fn significant(text: &str) -> impl Iterator<Item = u8> {
    let (mut in_string, mut is_escaped) = (false, false);
    text.bytes().filter(move |byte| {
        if in_string {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            return true;
        }
        in_string = *byte == b'"';
        !byte.is_ascii_whitespace()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, unknown: &str, expected: &[&str]) {
        let raw = |json: &str| RawValue::from_string(json.to_owned()).unwrap();
        let (before, after, unknown) = (raw(before), raw(after), raw(unknown));
        let names = changed(
            &fields(Some(&before)),
            &fields(Some(&after)),
            &fields(Some(&unknown)),
        );
        assert_eq!(names, expected);
    }

    #[test]
    fn names_of_changed_attributes_are_found() {
        check(
            r#"{"a":1,"b":[1, 2],"c":null}"#,
            r#"{"a":2,"b":[1,2],"c":null}"#,
            "{}",
            &["a"],
        );
        check(r#"{"a":"x y"}"#, r#"{"a":"xy"}"#, "{}", &["a"]);
        check(r#"{"a":"x","b":1}"#, r#"{"b":1}"#, "{}", &["a"]);
        check(r#"{"a":null}"#, "{}", "{}", &[]);
        check("{}", r#"{"a":null,"b":""}"#, "{}", &["b"]);
        check(
            r#"{"a":"x","b":"y"}"#,
            r#"{"b":"y"}"#,
            r#"{"a":true,"b":false,"c":true}"#,
            &["a"],
        );
        check("null", "null", "[]", &[]);
    }
}
