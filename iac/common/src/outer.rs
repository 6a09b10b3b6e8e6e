//! The keys of the outermost object of a document of which only the beginning may be known.

/// Keys of the outermost object of `text`, as far as it goes, at most `limit`. Empty if `text` is
/// no object.
///
/// Looks at brackets and strings only: deep nesting costs nothing, and a key inside a value is
/// never taken for an outer one.
pub fn keys(text: &str, limit: usize) -> Vec<&str> {
    entries(text, limit)
        .into_iter()
        .map(|(key, _)| key)
        .collect()
}

/// What follows an outermost key among the first `limit`: its value and all that comes behind.
pub fn value<'a>(text: &'a str, key: &str, limit: usize) -> Option<&'a str> {
    let entries = entries(text, limit);
    let (_, rest) = entries.into_iter().find(|(found, _)| *found == key)?;
    let value = rest.trim_start().strip_prefix(':')?;
    Some(value.trim_start())
}

/// Text of an outermost key among the first `limit`; `None` for one that is no plain text.
pub fn text<'a>(object: &'a str, key: &str, limit: usize) -> Option<&'a str> {
    let rest = value(object, key, limit)?.strip_prefix('"')?;
    let text = rest.get(..rest.find('"')?)?;
    (!text.contains('\\')).then_some(text)
}

/// The first object of a document: the first of a list, which may be a member with one of the names
/// `lists`, or the object itself.
pub fn first<'a>(document: &'a str, lists: &[&str], limit: usize) -> &'a str {
    let document = document.trim_start_matches('\u{feff}').trim_start();
    if let Some(list) = document.strip_prefix('[') {
        return list.trim_start();
    }
    let list = lists.iter().find_map(|name| {
        let list = value(document, name, limit)?.strip_prefix('[')?;
        Some(list.trim_start())
    });
    list.unwrap_or(document)
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
    use super::{first, keys, text, value};

    #[test]
    fn outer_keys_are_told_from_inner_ones() {
        let text = r#"{"a":{"x":[1,{"y":2}]},"b\"":"{\"c\":1,","d":["e","f"],"g"#;
        assert_eq!(keys(text, 9), ["a", "b\\\"", "d", "g"]);
        assert_eq!(keys(text, 2), ["a", "b\\\""]);
        assert_eq!(value(text, "d", 9), Some(r#"["e","f"],"g"#));
        assert_eq!(value(text, "x", 9), None);
        assert!(keys("[{\"a\":1}]", 9).is_empty());
    }

    #[test]
    fn the_text_of_an_outer_key_is_found() {
        let object = r#"{"a":{"name":"x"},"name" : "y","z":"a\"b","n":1"#;
        assert_eq!(text(object, "name", 9), Some("y"));
        assert_eq!(text(object, "z", 9), None);
        assert_eq!(text(object, "n", 9), None);
    }

    #[test]
    fn the_first_object_of_a_list_is_found() {
        for document in [
            "{\"a\":1}",
            " [ {\"a\":1}]",
            "{\"n\":\"x\",\"items\": [\n{\"a\":1},2]}",
        ] {
            let found = first(document, &["items"], 9);
            assert!(found.starts_with("{\"a\":1}"), "{document}");
        }
        assert_eq!(first("{\"items\":[]}", &["items"], 9), "]}");
    }
}
