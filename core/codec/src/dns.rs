//! Names of the DNS in logs of resolvers.

use crate::json::fields::JsonFields;
use crate::json::unescape;
use crate::table::is_nothing;

/// Gives the name at `path` as what the DNS was asked for, without the full stop of the root.
pub fn dns_question(fields: &JsonFields<'_>, path: &str, found: &mut dyn FnMut(&str, &str)) {
    if let Some(name) = fields.text(path).filter(|name| !is_nothing(name)) {
        found("dns_question", without_root(&unescape(name)));
    }
}

/// A name of the DNS without the full stop that stands for the root: `example.com` of
/// `example.com.`. The root itself stays.
pub fn without_root(name: &str) -> &str {
    name.strip_suffix('.')
        .filter(|name| !name.is_empty())
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_without_the_root() {
        assert_eq!(without_root("example.com."), "example.com");
        assert_eq!(without_root("example.com"), "example.com");
        assert_eq!(without_root("."), ".");
    }

    #[test]
    fn questions_are_told_as_they_were_asked() {
        let check = |text: &str, expected: &[&str]| {
            let fields = JsonFields::parse(text).expect("an object");
            let mut names = Vec::new();
            dns_question(&fields, "q.name", &mut |extra, name| {
                assert_eq!(extra, "dns_question");
                names.push(name.to_owned());
            });
            assert_eq!(names, expected, "{text}");
        };
        check(r#"{"q":{"name":"a.example.com."}}"#, &["a.example.com"]);
        check(
            r#"{"q":{"name":"\\052.example.com."}}"#,
            &[r"\052.example.com"],
        );
        check(r#"{"q":{"name":"."}}"#, &["."]);
        check(r#"{"q":{"name":"-"}}"#, &[]);
        check(r#"{"q":{"name":""}}"#, &[]);
        check(r#"{"q":{}}"#, &[]);
    }
}
