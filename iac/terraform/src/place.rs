//! Where a part of a document stands, and errors that say so without quoting it.

use nepho_core::feed::Document;
use nepho_core::tables::Reject;
use nepho_core::{Error, ErrorKind, Origin};
use serde_json::error::Category;

/// Finds lines and bytes of parts of one document.
pub(crate) struct Places<'a> {
    uri: &'a str,
    text: &'a str,
    newlines: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(document: &Document<'a>) -> Self {
        let newlines = document.text.bytes().enumerate();
        Self {
            uri: document.uri,
            text: document.text,
            newlines: newlines
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(at, _)| at)
                .collect(),
        }
    }

    /// First byte of `part`, which must be a slice of the document.
    fn offset(&self, part: &str) -> usize {
        let start = self.text.as_ptr() as usize;
        (part.as_ptr() as usize)
            .saturating_sub(start)
            .min(self.text.len())
    }

    /// Line of the first byte of `part`, from one.
    pub(crate) fn line(&self, part: &str) -> u64 {
        let offset = self.offset(part);
        self.newlines.partition_point(|newline| *newline < offset) as u64 + 1
    }

    /// Reject for `part` with this reason.
    pub(crate) fn reject(&self, part: &str, reason: impl Into<String>) -> Reject {
        let start = self.offset(part);
        Reject {
            uri: self.uri.to_owned(),
            start: start as u64,
            end: start.saturating_add(part.len()) as u64,
            line: self.line(part),
            reason: reason.into(),
        }
    }

    /// Error of `kind` for the whole of `part`.
    pub(crate) fn error(
        &self,
        kind: ErrorKind,
        operation: &str,
        message: &str,
        part: &str,
    ) -> Error {
        let start = self.offset(part);
        Error::new(kind, operation, message).at(Origin {
            uri: self.uri.to_owned(),
            bytes: Some((start as u64, start.saturating_add(part.len()) as u64)),
            line: Some(self.line(part)),
        })
    }

    /// Error for JSON in `part` that could not be parsed, at the line and column where that showed.
    pub(crate) fn json_error(
        &self,
        operation: &str,
        error: &serde_json::Error,
        part: &str,
    ) -> Error {
        let line = self.line(part) + (error.line() as u64).saturating_sub(1);
        let message = format!("{} (column {})", describe(error), error.column());
        Error::new(ErrorKind::InvalidData, operation, message).at(Origin {
            uri: self.uri.to_owned(),
            bytes: None,
            line: Some(line),
        })
    }
}

/// What is wrong with a piece of JSON. The text of `serde_json` quotes values of wrong type, which
/// may be secrets.
pub(crate) fn describe(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        Category::Eof => "the JSON ends in the middle",
        Category::Data => "a field is missing or has another type than the format says",
        Category::Syntax | Category::Io => "this is not valid JSON",
    }
}

/// `text` without a byte order mark and blanks at both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim()
}
