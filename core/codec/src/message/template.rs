//! Message templates: `Hello, {Name}` with the values that stand in the record beside it.
//!
//! Sources, as of 2026-11-30: messagetemplates.org; github.com/serilog/serilog-formatting-compact
//! (`@mt`, and `@r` with the values of the holes that have a format).

use std::borrow::Cow;

use crate::json::{JsonFields, unescape};

/// Text of a template. Holes whose value the record does not have stay as they are; `None` for a
/// template without holes, and for a record that is no JSON object.
pub(super) fn render(template: &str, record: &str) -> Option<String> {
    if !template.contains('{') {
        return None;
    }
    let fields = JsonFields::parse(record).ok()?;
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    let mut formatted = 0;
    while let Some(place) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(place);
        out.push_str(before);
        // `{{` and `}}` stand for the signs themselves.
        if let Some(behind) = after
            .strip_prefix("{{")
            .or_else(|| after.strip_prefix("}}"))
        {
            out.push_str(after.get(..1).unwrap_or_default());
            rest = behind;
            continue;
        }
        let hole = after
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'))
            .and_then(|(hole, behind)| Some((name_of(hole)?, hole, behind)));
        let Some((name, hole, behind)) = hole else {
            out.push_str(after.get(..1).unwrap_or_default());
            rest = after.get(1..).unwrap_or_default();
            continue;
        };
        let rendered = match hole.contains(':') {
            true => {
                formatted += 1;
                fields.text(&format!("@r[{}]", formatted - 1))
            }
            false => None,
        };
        match rendered.map(unescape).or_else(|| value(&fields, name)) {
            Some(value) => out.push_str(&value),
            None => out.push_str(after.get(..hole.len() + 2).unwrap_or_default()),
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

/// Name in a hole: `Name`, `@Cart`, `$Cart`, `Elapsed:0.0`, `Name,10`. `None` for other braces.
fn name_of(hole: &str) -> Option<&str> {
    let name = hole
        .trim_start_matches(['@', '$'])
        .split([',', ':'])
        .next()?;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (!name.is_empty() && name.bytes().all(is_part)).then_some(name)
}

/// Value of a property: a member of the record, or of its `Properties`.
fn value<'a>(fields: &JsonFields<'a>, name: &str) -> Option<Cow<'a, str>> {
    let raw = fields
        .raw(name)
        .or_else(|| fields.raw(&format!("Properties.{name}")))?;
    let inner = raw
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    Some(inner.map_or(Cow::Borrowed(raw), unescape))
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn holes_get_the_values_of_the_record() {
        let check = |template: &str, record: &str, expected: Option<&str>| {
            assert_eq!(render(template, record).as_deref(), expected, "{template}");
        };
        check(
            "Hello, {Name}!",
            r#"{"Name":"a \"b\""}"#,
            Some(r#"Hello, a "b"!"#),
        );
        check(
            "{@Cart} of {$User,10} in {Elapsed:0.0} ms",
            r#"{"Cart":{"Items":2},"User":7,"Elapsed":1.25,"@r":["1.3"]}"#,
            Some(r#"{"Items":2} of 7 in 1.3 ms"#),
        );
        check(
            "{A:0} {A}",
            r#"{"Properties":{"A":null}}"#,
            Some("null null"),
        );
        check("{{{A}}} {B}", r#"{"A":1}"#, Some("{1} {B}"));
        check("{ \"a\": {} }", r#"{"a":1}"#, Some("{ \"a\": {} }"));
        check("no hole", r#"{"A":1}"#, None);
        check("{A}", "A=1", None);
        check("{A", r#"{"A":1}"#, Some("{A"));
        check(
            "caf\u{e9} {A} caf\u{e9}",
            r#"{"A":1}"#,
            Some("caf\u{e9} 1 caf\u{e9}"),
        );
    }
}
