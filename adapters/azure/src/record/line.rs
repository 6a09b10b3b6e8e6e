//! The line that an application wrote, found without taking its record apart.

use std::borrow::Cow;

use nepho_codec::detect::text_shape;
use nepho_codec::json::fields::{pick, text_of};
use nepho_codec::json::scan::{Value, ValueKind};
use nepho_codec::json::unescape;
use nepho_codec::table::JointDecoder;

use super::family::Place;
use super::joint::{BESIDE, ENVELOPE, inside_part};
use super::kind::is_one_of;
use super::{common, details};

/// Where the line stands in most records of a family.
pub(crate) struct QuickLine {
    /// Categories and tables whose records have one.
    pub(crate) categories: &'static [&'static str],
    /// Its names in the properties or beside them; empty ones are none.
    pub(crate) names: [&'static str; 4],
}

impl QuickLine {
    /// The line; nothing in a record of another category.
    ///
    /// # Errors
    /// Where the record is written in a way that takes a closer look.
    pub(super) fn of<'a>(&self, record: &'a str) -> Result<Option<Cow<'a, str>>, Unusual> {
        let [a, b, c, d] = self.names;
        let keys = ["category", "Type", "properties", a, b, c, d];
        let [category, table, properties, beside @ ..] =
            pick(record.trim(), keys).ok_or(Unusual)?;
        let category = category.or(table).and_then(text_of).ok_or(Unusual)?;
        if !is_one_of(category, self.categories) {
            return Ok(None);
        }
        let inside: [Option<&str>; 4] = match properties {
            Some(properties) => pick(properties, self.names).ok_or(Unusual)?,
            None => [None; 4],
        };
        let found = self.names.iter().zip(inside.into_iter().zip(beside));
        let mut found = found.filter(|(name, _)| !name.is_empty());
        let raw = found.find_map(|(_, (inside, beside))| inside.or(beside));
        let text = raw.and_then(|raw| raw.strip_prefix('"')?.strip_suffix('"'));
        Ok(Some(match unescape(without_break(text.ok_or(Unusual)?)) {
            Cow::Borrowed(text) => text.trim_end().into(),
            Cow::Owned(text) => text.trim_end().to_owned().into(),
        }))
    }
}

impl QuickLine {
    /// Shape of the same line of a record that `joint` scanned last; nothing in a record of another
    /// category.
    ///
    /// # Errors
    /// Where the line, the category or the properties are written in a way that takes a closer
    /// look.
    pub(super) fn shape(
        &self,
        joint: &JointDecoder,
        place: Place,
        record: &str,
    ) -> Result<Option<u64>, Unusual> {
        let event_of = |part| joint.picked(part, record).map(|picked| picked.event());
        let envelope = event_of(ENVELOPE).ok_or(Unusual)?;
        let category = envelope.kept_value(common::CATEGORY).ok_or(Unusual)?;
        if category.kind != ValueKind::Text || key_of(&category, record) != "category" {
            return Err(Unusual);
        }
        if !is_one_of(category.raw(record), self.categories) {
            return Ok(None);
        }
        let beside = event_of(BESIDE).filter(|_| place != Place::Inside);
        let beside = beside.and_then(|event| event.kept_value(details::LINE));
        let inside = match envelope.kept_value(common::PROPERTIES) {
            Some(properties) => {
                let part = inside_part(place);
                let is_usual = key_of(&properties, record) == "properties"
                    && joint.is_of(part, properties.raw(record), record);
                let inside = event_of(part).filter(|_| is_usual).ok_or(Unusual)?;
                inside.kept_value(details::LINE)
            }
            None => None,
        };
        let line = match (inside, beside) {
            (Some(line), None) | (None, Some(line)) => line,
            _ => return Err(Unusual),
        };
        let key = key_of(&line, record);
        let name = self
            .names
            .iter()
            .find(|name| name.eq_ignore_ascii_case(key));
        match name {
            Some(name) if *name == key && line.kind == ValueKind::Text => {
                Ok(Some(text_shape(line.raw(record))))
            }
            _ => Err(Unusual),
        }
    }
}

/// Key of a value that has no blank in front; empty if there is one.
fn key_of<'a>(value: &Value, record: &'a str) -> &'a str {
    let before = value.before(record);
    let key = before
        .strip_suffix('"')
        .unwrap_or(before)
        .strip_suffix("\":");
    let key = key.and_then(|key| key.get(memchr::memrchr(b'"', key.as_bytes())? + 1..));
    key.unwrap_or_default()
}

/// A record that is written in an unusual way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unusual;

/// JSON text without the line breaks at its end.
fn without_break(mut text: &str) -> &str {
    let breaks = ["\\n", "\\r"];
    while let Some(rest) = breaks.iter().find_map(|end| text.strip_suffix(end)) {
        // The backslash itself may be escaped.
        if rest.ends_with('\\') {
            break;
        }
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use nepho_codec::table::{Table, keep};

    use super::*;
    use crate::record::joint;

    const LINE: QuickLine = QuickLine {
        categories: &["Console", "Pods"],
        names: ["Log", "Line", "", ""],
    };

    /// A table with the names of the line.
    static TABLE: Table = Table {
        name: "line",
        needs: &[],
        constants: &[],
        fields: &[keep(&["Log", "Line"], details::LINE)],
        extras: &[],
        finish: None,
    };

    #[test]
    fn the_shape_of_a_line_is_that_of_the_line_that_is_found() {
        let mut joint = JointDecoder::new(&joint::parts(Place::Both, &TABLE));
        let mut check = |record: &str, expected: Result<Option<&str>, Unusual>| {
            assert!(joint.scan(record));
            let found = LINE.shape(&joint, Place::Both, record);
            assert_eq!(found, expected.map(|line| line.map(text_shape)), "{record}");
            if let Ok(line) = expected {
                assert_eq!(LINE.of(record), Ok(line.map(Cow::from)), "{record}");
            }
        };
        check(r#"{"category":"Console","Line":"a"}"#, Ok(Some("a")));
        check(r#"{"Log":"a 1","category":"PODS"}"#, Ok(Some("a 1")));
        check(
            r#"{"category":"Pods","properties":{"x":1,"Log":"a"}}"#,
            Ok(Some("a")),
        );
        check(r#"{"category":"Other","Log":"a"}"#, Ok(None));
        for unusual in [
            r#"{"category":"Console","Log":"a\n"}"#,
            r#"{"category": "Console","Log":"a"}"#,
            r#"{"Category":"Console","Log":"a"}"#,
            r#"{"Type":"Console","Log":"a"}"#,
            r#"{"category":"Console","log":"a"}"#,
            r#"{"category":"Console","Log":"a","properties":{"Line":"b"}}"#,
            r#"{"category":"Console","Log":"a","properties":"{}"}"#,
            r#"{"category":"Console","Log":"a","Properties":{}}"#,
            r#"{"category":"Console","Log":{"a":1}}"#,
            r#"{"category":"Console","x":1}"#,
        ] {
            check(unusual, Err(Unusual));
        }
    }

    #[test]
    fn a_line_is_found_in_the_properties_or_beside_them() {
        let check = |record: &str, expected: Result<Option<&str>, Unusual>| {
            let found = LINE.of(record);
            assert_eq!(found, expected.map(|line| line.map(Cow::from)), "{record}");
        };
        check(r#"{"category":"Console","Line":"a\r\n"}"#, Ok(Some("a")));
        check(r#"{"category":"console","Line":"a\\n"}"#, Ok(Some("a\\n")));
        check(
            r#"{"Type":"Pods","properties":{"Log":"a \"b\" "}}"#,
            Ok(Some("a \"b\"")),
        );
        check(
            r#"{"Type":"Pods","Log":"a","properties":{}}"#,
            Ok(Some("a")),
        );
        check(r#"{"category":"Other","Log":"a"}"#, Ok(None));
        check(r#"{"category":"Console","":"a"}"#, Err(Unusual));
        check(r#"{"category":"Console","Log":{"a":1}}"#, Err(Unusual));
        check(r#"{"category":"Console","properties":"{}"}"#, Err(Unusual));
        check(r#"{"Category":"Console","Log":"a"}"#, Err(Unusual));
    }
}
