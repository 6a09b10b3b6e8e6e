//! Places in a document, for rejects and errors that say where and quote nothing.

use std::fmt;

use nepho_core::feed::Document;
use nepho_core::tables::Reject;
use nepho_core::{Error, ErrorKind, Origin};

use crate::lines::Lines;

/// Finds lines and byte ranges of parts of a document.
pub struct Places<'a> {
    /// File path or object address.
    pub uri: &'a str,
    /// The whole document.
    pub text: &'a str,
    lines: Lines<'a>,
}

impl fmt::Debug for Places<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").finish_non_exhaustive()
    }
}

impl<'a> Places<'a> {
    /// Places of a document.
    pub fn of(document: &Document<'a>) -> Self {
        Self {
            uri: document.uri,
            text: document.text,
            lines: Lines::of(document.text),
        }
    }

    /// First byte of `part`, which is a slice of the document.
    pub fn offset_of(&self, part: &str) -> usize {
        self.lines.offset_of(part)
    }

    /// Line of the byte at `offset`, from one.
    pub fn line(&self, offset: usize) -> u64 {
        self.lines.line(offset)
    }

    /// Line on which `part` begins, from one.
    pub fn line_of(&self, part: &str) -> u64 {
        self.lines.line_of(part)
    }

    /// Reject of the bytes from `start` to `end`.
    pub fn reject(&self, start: usize, end: usize, reason: impl Into<String>) -> Reject {
        Reject {
            uri: self.uri.to_owned(),
            start: start as u64,
            end: end as u64,
            line: self.line(start),
            reason: reason.into(),
        }
    }

    /// Reject of `part`, which is a slice of the document.
    pub fn reject_part(&self, part: &str, reason: impl Into<String>) -> Reject {
        let start = self.offset_of(part);
        self.reject(start, start + part.len(), reason)
    }

    /// Error of invalid data at a byte of the document.
    pub fn error(&self, feed: &str, message: impl Into<String>, offset: usize) -> Error {
        self.error_of(ErrorKind::InvalidData, feed, message, offset)
    }

    /// Error of `kind` at a byte of the document.
    pub fn error_of(
        &self,
        kind: ErrorKind,
        feed: &str,
        message: impl Into<String>,
        offset: usize,
    ) -> Error {
        Error::new(kind, format!("{feed}: read the document"), message).at(Origin {
            uri: self.uri.to_owned(),
            bytes: Some((offset as u64, self.text.len() as u64)),
            line: Some(self.line(offset)),
        })
    }
}

/// Byte at which parsing `text` stopped: errors of the parser tell line and column. Their own words
/// are not used, for they quote values.
pub fn stop(text: &str, error: &serde_json::Error) -> usize {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines
        .by_ref()
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    (before + error.column().saturating_sub(1)).min(text.len())
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
        assert_eq!(places.line_of(&document.text[2..5]), 2);
        let reject = places.reject_part(&document.text[7..8], "x");
        assert_eq!((reject.start, reject.end, reject.line), (7, 8, 3));
        let error = places.error("f", "y", 7);
        assert_eq!(error.origin().and_then(|origin| origin.line), Some(3));
    }

    #[test]
    fn the_parser_tells_where_it_stopped() {
        let text = "{\n\"a\": }";
        let error = serde_json::from_str::<serde_json::Value>(text).err();
        assert_eq!(error.map(|error| stop(text, &error)), Some(7));
    }
}
