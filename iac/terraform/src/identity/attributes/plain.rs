//! Texts without escapes in JSON that was parsed before, which need no parser.

use nepho_codec::json::fields;

/// The text in a JSON string without escapes.
pub(crate) fn plain(value: &str) -> Option<&str> {
    let text = value.strip_prefix('"')?.strip_suffix('"')?;
    let has_escape = memchr::memchr(b'\\', text.as_bytes()).is_some();
    (!has_escape).then_some(text)
}

/// The elements of a list of strings without escapes; `None` of any other value.
pub(crate) fn plain_elements(value: &str) -> Option<Vec<&str>> {
    if !value.starts_with('[') {
        return None;
    }
    fields::elements(value).into_iter().map(plain).collect()
}

/// The members of an object of strings without escapes; `None` of any other value.
pub(super) fn plain_members(value: &str) -> Option<Vec<(&str, &str)>> {
    let mut members = Vec::new();
    let mut is_plain = true;
    let end = fields::walk(value, 0, &mut |name, value| {
        let text = plain(value).filter(|_| !name.contains('\\'));
        is_plain &= text.is_some();
        members.extend(text.map(|text| (name, text)));
    });
    (is_plain && end == Ok(value.len())).then_some(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_texts_are_taken() {
        assert_eq!(plain(r#""a b""#), Some("a b"));
        assert_eq!(plain_elements(r#"["a", "b"]"#), Some(vec!["a", "b"]));
        assert_eq!(plain_elements("[]"), Some(Vec::new()));
        assert_eq!(plain_members(r#"{"a": "b"}"#), Some(vec![("a", "b")]));
        for odd in [r#""a\n""#, "1", "null", "{}"] {
            assert_eq!(plain(odd), None, "{odd}");
            assert_eq!(plain_elements(&format!("[\"a\", {odd}]")), None, "{odd}");
            assert_eq!(plain_members(&format!("{{\"a\": {odd}}}")), None, "{odd}");
        }
        assert_eq!(plain_elements(r#"{"a": "b"}"#), None);
        assert_eq!(plain_members(r#"{"a\n": "b"}"#), None);
    }
}
