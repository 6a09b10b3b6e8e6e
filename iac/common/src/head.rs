//! What the beginning of a document tells, without parsing it.
//!
//! Every file of logs is looked at by every feed, so nothing here may cost more than a search.

use memchr::memmem;

/// Whether `head` has an object key `name`, outside of strings within strings.
pub fn has_key(head: &str, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    memmem::find_iter(head.as_bytes(), &quoted).any(|at| {
        let rest = head.get(at + quoted.len()..).unwrap_or_default();
        rest.trim_start().starts_with(':')
    })
}

/// Text of the first field `name` in `head`; `None` for one that is no plain text.
pub fn text_of<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let quoted = format!("\"{name}\"");
    memmem::find_iter(head.as_bytes(), &quoted).find_map(|at| {
        let rest = head.get(at + quoted.len()..)?.trim_start();
        let value = rest.strip_prefix(':')?.trim_start().strip_prefix('"')?;
        let text = value.get(..value.find('"')?)?;
        (!text.contains('\\')).then_some(text)
    })
}

/// Whether `text` contains `part`, which is in lower case, in whatever case.
pub fn contains(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some(first) = part.first() else {
        return true;
    };
    memchr::memchr2_iter(*first, first.to_ascii_uppercase(), text).any(|at| {
        let window = text.get(at..at + part.len());
        window.is_some_and(|window| window.eq_ignore_ascii_case(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_field_is_found() {
        assert_eq!(
            text_of(r#"{"a":1,"kind" : "x","kind":"y"}"#, "kind"),
            Some("x")
        );
        assert_eq!(text_of(r#"{"kind":"a\"b"}"#, "kind"), None);
        assert_eq!(text_of(r#"{"kind":"a"#, "kind"), None);
    }

    #[test]
    fn a_key_is_not_found_within_a_string() {
        assert!(has_key(r#"{"checkpoint" : {}}"#, "checkpoint"));
        assert!(!has_key(r#"{"m":"{\"checkpoint\":{}}"}"#, "checkpoint"));
        assert!(!has_key(r#"{"m":"checkpoint"}"#, "checkpoint"));
    }

    #[test]
    fn parts_are_found_in_whatever_case() {
        assert!(contains("/providers/Microsoft.Web/sites", "microsoft.web"));
        assert!(!contains("microsoft", "microsoft.web"));
        assert!(contains("a", ""));
    }
}
