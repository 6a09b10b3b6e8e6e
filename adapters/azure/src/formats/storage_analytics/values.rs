//! Values of a line of Storage Analytics: with semicolons between them; those that may hold one are
//! in quotes, with the escapes of HTML.

use std::borrow::Cow;

/// Values of a line, in order.
pub(super) fn values(line: &str) -> Vec<Cow<'_, str>> {
    let mut values = Vec::with_capacity(40);
    let mut rest = Some(line.trim_end());
    while let Some(text) = rest {
        let (value, after) = match text.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted),
            None => plain_value(text),
        };
        values.push(without_escapes(value));
        rest = after;
    }
    values
}

/// A value behind its first quote, and what follows. The quotes of an `ETag` are not escaped by
/// old writers, so it ends where a semicolon follows.
fn quoted_value(text: &str) -> (&str, Option<&str>) {
    match text.split_once("\";") {
        Some((value, after)) => (value, Some(after)),
        None => (text.strip_suffix('"').unwrap_or(text), None),
    }
}

/// A value without quotes, and what follows; the semicolon of an escape does not end it.
fn plain_value(text: &str) -> (&str, Option<&str>) {
    let mut ends = memchr::memchr_iter(b';', text.as_bytes());
    let end = ends.find(|end| !is_escape(&text[..*end]));
    match end {
        Some(end) => (&text[..end], text.get(end + 1..)),
        None => (text, None),
    }
}

/// Whether a text ends with an escape that lacks its semicolon: `&amp`.
fn is_escape(text: &str) -> bool {
    let tail = text.rsplit_once('&').map(|(_, tail)| tail);
    tail.is_some_and(|name| {
        matches!(name, "amp" | "quot" | "lt" | "gt" | "apos")
            || name.strip_prefix('#').is_some_and(|number| {
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_alphanumeric())
            })
    })
}

/// The text without the escapes of HTML that stand for one character of ASCII.
fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let pairs = [
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#59;", ";"),
        ("&amp;", "&"),
    ];
    let mut text = text.to_owned();
    for (escape, sign) in pairs {
        if text.contains(escape) {
            text = text.replace(escape, sign);
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn values_stand_between_semicolons() {
        let check = |line: &str, expected: &[&str]| assert_eq!(values(line), expected, "{line}");
        check("1.0;a;;b", &["1.0", "a", "", "b"]);
        check(r#"a;"b;c";"";d"#, &["a", "b;c", "", "d"]);
        check(r#"a;""0x8D"";b"#, &["a", "\"0x8D\"", "b"]);
        check(r#""&quot;0x8D&quot;";"x""#, &["\"0x8D\"", "x"]);
        check("http://a/?b&amp;c=d;e", &["http://a/?b&c=d", "e"]);
        check("a;", &["a", ""]);
    }
}
