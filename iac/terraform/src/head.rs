//! Recognises a JSON document by the keys of its outermost object, even when only its beginning is
//! known.

/// Keys of the outermost object of `text`, as far as it goes, at most `limit`. Empty if `text` is
/// no object.
///
/// Looks at brackets and strings only: deep nesting costs nothing, and a key inside a value is
/// never taken for an outer one.
pub(crate) fn keys(text: &str, limit: usize) -> Vec<&str> {
    entries(text, limit)
        .into_iter()
        .map(|(key, _)| key)
        .collect()
}

/// What follows an outermost key among the first `limit`: its value and all that comes behind.
pub(crate) fn value<'a>(text: &'a str, key: &str, limit: usize) -> Option<&'a str> {
    let entries = entries(text, limit);
    let (_, rest) = entries.into_iter().find(|(found, _)| *found == key)?;
    let value = rest.trim_start().strip_prefix(':')?;
    Some(value.trim_start())
}

/// The outermost keys, each with what follows its closing quote.
fn entries(text: &str, limit: usize) -> Vec<(&str, &str)> {
    let mut keys = Vec::new();
    if !text.starts_with('{') {
        return keys;
    }
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    let mut key_may_follow = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                depth = depth.saturating_add(1);
                key_may_follow = depth == 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            b',' => key_may_follow = depth == 1,
            b'"' => {
                let end = string_end(bytes, at + 1);
                if key_may_follow {
                    let rest = text.get(end + 1..).unwrap_or("");
                    keys.extend(text.get(at + 1..end).map(|key| (key, rest)));
                    key_may_follow = false;
                    if keys.len() == limit {
                        break;
                    }
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

/// Position of the quote that closes the string whose content starts at `at`, or the end of the
/// text.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{keys, value};

    #[test]
    fn outer_keys_are_told_from_inner_ones() {
        let text = r#"{"a":{"x":[1,{"y":2}]},"b\"":"{\"c\":1,","d":["e","f"],"g"#;
        assert_eq!(keys(text, 9), ["a", "b\\\"", "d", "g"]);
        assert_eq!(keys(text, 2), ["a", "b\\\""]);
        assert_eq!(value(text, "d", 9), Some(r#"["e","f"],"g"#));
        assert_eq!(value(text, "x", 9), None);
        assert!(keys("[{\"a\":1}]", 9).is_empty());
    }
}
