//! Message templates: `Hello, {Name}` with the values that stand in the record beside it.
//!
//! Sources, as of 2026-11-30: messagetemplates.org; github.com/serilog/serilog-formatting-compact
//! (`@mt`, and `@r` with the values of the holes that have a format).

use std::borrow::Cow;

use crate::json::{JsonFields, unescape};

/// No hole is longer, and no template has more of them or makes more of a text.
const LONGEST_HOLE: usize = 100;
const MOST_HOLES: usize = 50;
const MOST_BYTES: usize = 64 << 10;

/// Text of a template. Holes whose value the record does not have stay as they are; `None` for a
/// template without holes, and for a record that is no JSON object.
pub(super) fn render(template: &str, record: &str) -> Option<String> {
    if !template.contains('{') {
        return None;
    }
    let fields = JsonFields::parse(record).ok()?;
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    let (mut holes, mut formatted) = (0, 0);
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
        let hole = after.strip_prefix('{').and_then(|inner| {
            let near = inner.get(..inner.floor_char_boundary(LONGEST_HOLE))?;
            let end = near.find(['{', '}'])?;
            let behind = inner.get(end..)?.strip_prefix('}')?;
            Some((name_of(&near[..end])?, &near[..end], behind))
        });
        let Some((name, hole, behind)) = hole else {
            out.push_str(after.get(..1).unwrap_or_default());
            rest = after.get(1..).unwrap_or_default();
            continue;
        };
        holes += 1;
        if holes > MOST_HOLES || out.len() > MOST_BYTES {
            return None;
        }
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
    let (hole, _format) = hole.split_once(':').unwrap_or((hole, ""));
    let (name, width) = hole.split_once(',').unwrap_or((hole, "0"));
    let name = name.trim_start_matches(['@', '$']);
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_one = !name.is_empty() && name.bytes().all(is_part) && width.parse::<i32>().is_ok();
    (is_one && !is_secret(name)).then_some(name)
}

/// Whether a hole is one for a secret, which stays open.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = [
        "password",
        "passwd",
        "secret",
        "token",
        "authorization",
        "apikey",
        "api_key",
    ];
    words.iter().any(|word| name.contains(word))
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
        check("{Password}", r#"{"Password":"x"}"#, Some("{Password}"));
        check("set {A, B}", r#"{"A":1}"#, Some("set {A, B}"));
        let many = "{A}".repeat(1000);
        check(&many, r#"{"A":1}"#, None);
        let open = "{a".repeat(100_000);
        check(&open, r#"{"a":1}"#, Some(&open));
        let long = format!(r#"{{"A":"{}"}}"#, "x".repeat(40_000));
        check("{A}{A}{A}{A}", &long, None);
        check(
            "caf\u{e9} {A} caf\u{e9}",
            r#"{"A":1}"#,
            Some("caf\u{e9} 1 caf\u{e9}"),
        );
    }
}
