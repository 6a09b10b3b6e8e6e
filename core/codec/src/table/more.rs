//! Tables that tell more extras than a path can say.

use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream};

use super::json::{JsonFormat, Table, is_nothing};
use crate::json::fields::JsonFields;
use crate::json::unescape;

/// Gives extras of an event: name and value.
pub type Extras = fn(&JsonFields<'_>, &mut dyn FnMut(&str, &str));

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

/// A format that is a [`Table`], and gives these extras besides those of the table.
pub struct JsonFormatWith(pub &'static Table, pub Extras);

impl Format for JsonFormatWith {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        JsonFormat(self.0).sniff(sample)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        JsonFormat(self.0).decoder(stream)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(self.0).may_fit(has_key)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormat(self.0).extras(raw, stream, found);
        if let Ok(fields) = JsonFields::parse(raw) {
            (self.1)(&fields, found);
        }
    }
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
