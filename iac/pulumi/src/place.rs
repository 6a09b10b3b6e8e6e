//! Places in a document, and what tells documents apart.

use nepho_core::feed::Document;
use nepho_core::tables::Reject;
use nepho_core::{Error, ErrorKind, Origin};

/// Finds lines and byte ranges of parts of a document.
pub(crate) struct Places<'a> {
    uri: &'a str,
    text: &'a str,
    line_starts: Vec<usize>,
}

impl<'a> Places<'a> {
    /// Places of a document.
    pub(crate) fn of(document: &Document<'a>) -> Self {
        let ends = document
            .text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        Self {
            uri: document.uri,
            text: document.text,
            line_starts,
        }
    }

    /// First byte of `part`, which is a slice of the document.
    pub(crate) fn offset(&self, part: &str) -> usize {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        offset.min(self.text.len())
    }

    /// Line of this byte, from one.
    pub(crate) fn line_at(&self, offset: usize) -> u64 {
        self.line_starts.partition_point(|start| *start <= offset) as u64
    }

    /// Line on which `part` begins.
    pub(crate) fn line(&self, part: &str) -> u64 {
        self.line_at(self.offset(part))
    }

    /// Reject of `part`.
    pub(crate) fn reject(&self, part: &str, reason: impl Into<String>) -> Reject {
        let start = self.offset(part);
        Reject {
            uri: self.uri.to_owned(),
            start: start as u64,
            end: (start + part.len()) as u64,
            line: self.line_at(start),
            reason: reason.into(),
        }
    }

    /// Error at a byte of the document.
    pub(crate) fn error(
        &self,
        kind: ErrorKind,
        feed: &str,
        message: impl Into<String>,
        offset: usize,
    ) -> Error {
        Error::new(kind, format!("{feed}: read the document"), message).at(Origin {
            uri: self.uri.to_owned(),
            bytes: Some((offset as u64, self.text.len() as u64)),
            line: Some(self.line_at(offset)),
        })
    }
}

/// Byte at which parsing `text` stopped: errors of the parser tell line and column. Their own words
/// are not used, for they quote values.
pub(crate) fn stop(text: &str, error: &serde_json::Error) -> usize {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines
        .by_ref()
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    (before + error.column().saturating_sub(1)).min(text.len())
}

/// Whether `head` has an object key `name`, outside of strings within strings.
pub(crate) fn has_key(head: &str, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    head.match_indices(&quoted).any(|(at, _)| {
        let rest = head.get(at + quoted.len()..).unwrap_or_default();
        rest.trim_start().starts_with(':')
    })
}

/// Text of the first field `name` in `head`; `None` for one that is no plain text.
pub(crate) fn text_of<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let quoted = format!("\"{name}\"");
    head.match_indices(&quoted).find_map(|(at, _)| {
        let rest = head.get(at + quoted.len()..)?.trim_start();
        let value = rest.strip_prefix(':')?.trim_start().strip_prefix('"')?;
        let text = value.get(..value.find('"')?)?;
        (!text.contains('\\')).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_know_their_line() {
        let document = Document {
            uri: "d",
            text: "{\n\"a\":\n1}",
            modified: None,
        };
        let places = Places::of(&document);
        assert_eq!(places.line(&document.text[2..5]), 2);
        let reject = places.reject(&document.text[7..8], "x");
        assert_eq!((reject.start, reject.end, reject.line), (7, 8, 3));
    }

    #[test]
    fn the_parser_tells_where_it_stopped() {
        let text = "{\n\"a\": }";
        let error = serde_json::from_str::<serde_json::Value>(text).err();
        assert_eq!(error.map(|error| stop(text, &error)), Some(7));
    }

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
    }
}
