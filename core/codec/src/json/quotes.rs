//! Objects in single quotes, `{'message':'it broke','level':2}`, which are no JSON.
//!
//! The `properties` of Azure Functions are written so, as text or as they are: learn.microsoft.com/
//! azure/azure-functions/monitor-functions-reference, as of 2026-11-27.

use std::borrow::Cow;

/// `text` as JSON, if it begins with an object in single quotes; as it is otherwise.
pub fn undone(text: Cow<'_, str>) -> Cow<'_, str> {
    if !begins_object(&text) {
        return text;
    }
    let mut json = String::with_capacity(text.len() + 8);
    let end = put_object(&text, &mut json);
    json.push_str(text.get(end..).unwrap_or_default());
    json.into()
}

/// A record as JSON, in which values are objects in single quotes; `None` if none is.
pub fn undone_inside(record: &str) -> Option<String> {
    let mut json = String::new();
    let mut done = 0;
    for (at, _) in record.match_indices("{'") {
        let before = record.get(done..at).unwrap_or_default();
        // One that stands in a string has been passed over, or is no value.
        if at < done || !before.trim_end().ends_with(':') {
            continue;
        }
        json.push_str(before);
        done = at + put_object(record.get(at..).unwrap_or_default(), &mut json);
    }
    if done == 0 {
        return None;
    }
    json.push_str(record.get(done..).unwrap_or_default());
    Some(json)
}

fn begins_object(text: &str) -> bool {
    text.starts_with("{'")
}

/// Adds the object that `text` begins with to `json`; gives where it ends.
fn put_object(text: &str, json: &mut String) -> usize {
    let mut is_inside = false;
    let mut depth = 0_usize;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        let end = at + letter.len_utf8();
        let rest = text.get(end..).unwrap_or_default();
        match letter {
            // Quotes within a value are those that nothing of the structure follows.
            '\'' if !is_inside || ends_value(rest) => {
                is_inside = !is_inside;
                json.push('"');
            }
            '\\' if rest.starts_with('\'') => {
                letters.next();
                json.push('\'');
            }
            '"' if is_inside => json.push_str("\\\""),
            '\n' if is_inside => json.push_str("\\n"),
            '\r' if is_inside => json.push_str("\\r"),
            '\t' if is_inside => json.push_str("\\t"),
            other => json.push(other),
        }
        match letter {
            '{' | '[' if !is_inside => depth += 1,
            '}' | ']' if !is_inside => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return end;
        }
    }
    text.len()
}

/// Whether what follows a quote goes on after a value, or after a key.
fn ends_value(rest: &str) -> bool {
    let rest = rest.trim_start();
    let goes_on = |mark: char| rest.strip_prefix(mark).map(str::trim_start);
    rest.is_empty()
        || rest.starts_with(':')
        || goes_on(',').is_some_and(|next| next.starts_with(['\'', '{', '[']))
        || goes_on('}').is_some_and(|next| next.is_empty() || next.starts_with(['}', ',', ']']))
        || goes_on(']').is_some_and(|next| next.starts_with(['}', ',']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_quotes_become_those_of_json() {
        let text = r#"{'message':'Ran 'f' (Failed, Reason='x', "y")','levelId':4}"#;
        let json = r#"{"message":"Ran 'f' (Failed, Reason='x', \"y\")","levelId":4}"#;
        assert_eq!(undone(text.into()), json);
        assert_eq!(undone("{\"a\":1}".into()), "{\"a\":1}");
        assert_eq!(undone("{'".into()), "{\"");
    }

    #[test]
    fn an_object_in_single_quotes_may_be_a_value() {
        let record = r#"{"a": {'b': 'it's {1}', 'c':[{'d':1}], 'e':['f']}, "g": {'h':'i'}}"#;
        let json = r#"{"a": {"b": "it's {1}", "c":[{"d":1}], "e":["f"]}, "g": {"h":"i"}}"#;
        assert_eq!(undone_inside(record).as_deref(), Some(json));
        assert_eq!(undone_inside(r#"{"a":"{'b':1}"}"#), None);
        assert_eq!(undone_inside(r#"{"a":{"b":1}}"#), None);
        assert_eq!(undone_inside("{'a':1}"), None);
    }
}
