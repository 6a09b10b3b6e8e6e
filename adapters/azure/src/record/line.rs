//! The line that an application wrote, found without taking its record apart.

use std::borrow::Cow;

use nepho_codec::json::fields::{pick, text_of};
use nepho_codec::json::unescape;

use super::kind::is_one_of;

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

/// A record that is written in an unusual way.
#[derive(Debug, PartialEq, Eq)]
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
    use super::*;

    const LINE: QuickLine = QuickLine {
        categories: &["Console", "Pods"],
        names: ["Log", "Line", "", ""],
    };

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
