//! Properties that stand in a record as text in single quotes: `{'message':'it broke','level':2}`.
//!
//! The logs of Functions are written so: learn.microsoft.com/azure/azure-functions/
//! monitor-functions-reference, as of 2026-11-27.

use std::borrow::Cow;

/// `text` as JSON, if it is an object in single quotes; as it is otherwise.
pub(super) fn undone(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.starts_with("{'") {
        return text;
    }
    let mut json = String::with_capacity(text.len() + 8);
    let mut is_inside = false;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        let rest = text.get(at + letter.len_utf8()..).unwrap_or_default();
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
    }
    json.into()
}

fn ends_value(rest: &str) -> bool {
    rest.starts_with(",'") || rest.starts_with(':') || matches!(rest.trim(), "}" | "")
}

#[cfg(test)]
mod tests {
    use super::undone;

    #[test]
    fn single_quotes_become_those_of_json() {
        let text = r#"{'message':'Ran 'f' (Failed, Reason='x', "y")','levelId':4}"#;
        let json = r#"{"message":"Ran 'f' (Failed, Reason='x', \"y\")","levelId":4}"#;
        assert_eq!(undone(text.into()), json);
        assert_eq!(undone("{\"a\":1}".into()), "{\"a\":1}");
        assert_eq!(undone("{'".into()), "{\"");
    }
}
