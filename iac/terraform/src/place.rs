//! Where a part of a document stands, and errors that say so without quoting it.

use std::cell::Cell;

use nepho_core::feed::Document;
use nepho_core::tables::Reject;
use nepho_core::{Error, ErrorKind, Origin};
use serde_json::error::Category;

/// Finds lines and bytes of parts of one document.
pub(crate) struct Places<'a> {
    uri: &'a str,
    text: &'a str,
    /// Where a line was last asked for, and which it was: parts are asked for from front to back.
    last: Cell<(usize, u64)>,
    /// Offset and line of the first byte of the text, where it is a part of the document.
    base: (u64, u64),
}

impl<'a> Places<'a> {
    pub(crate) fn new(document: &Document<'a>) -> Self {
        Self {
            uri: document.uri,
            text: document.text,
            last: Cell::new((0, 0)),
            base: (0, 1),
        }
    }

    /// Places of a part of a document that begins at this offset and line.
    pub(crate) fn within(part: &Document<'a>, base: (u64, u64)) -> Self {
        Self {
            base,
            ..Self::new(part)
        }
    }

    /// File path or object address.
    pub(crate) fn uri(&self) -> &'a str {
        self.uri
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
        let (from, line) = match self.last.get() {
            (last, line) if last <= offset => (last, line),
            _ => (0, 0),
        };
        let between = self.text.as_bytes().get(from..offset).unwrap_or_default();
        let line = line + memchr::memchr_iter(b'\n', between).count() as u64;
        self.last.set((offset, line));
        self.base.1 + line
    }

    /// Reject for `part` with this reason.
    pub(crate) fn reject(&self, part: &str, reason: impl Into<String>) -> Reject {
        let start = self.base.0 + self.offset(part) as u64;
        Reject {
            uri: self.uri.to_owned(),
            start,
            end: start + part.len() as u64,
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
