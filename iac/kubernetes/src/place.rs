//! Places in a document.

use nepho_core::feed::Document;
use nepho_core::tables::Reject;
use nepho_core::{Error, ErrorKind, Origin};

/// Finds lines and byte ranges of parts of a document.
pub(crate) struct Places<'a> {
    pub(crate) uri: &'a str,
    pub(crate) text: &'a str,
    line_starts: Vec<usize>,
}

impl<'a> Places<'a> {
    /// Places of a document.
    pub(crate) fn of(document: &Document<'a>) -> Self {
        let bytes = document.text.bytes().enumerate();
        let ends = bytes.filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        Self {
            uri: document.uri,
            text: document.text,
            line_starts,
        }
    }

    /// Line of this byte, from one.
    pub(crate) fn line(&self, offset: usize) -> u64 {
        self.line_starts.partition_point(|start| *start <= offset) as u64
    }

    /// Reject of the bytes from `start` to `end`.
    pub(crate) fn reject(&self, start: usize, end: usize, reason: &str) -> Reject {
        Reject {
            uri: self.uri.to_owned(),
            start: start as u64,
            end: end as u64,
            line: self.line(start),
            reason: reason.to_owned(),
        }
    }

    /// Error at a byte of the document.
    pub(crate) fn error(&self, feed: &str, message: &str, offset: usize) -> Error {
        Error::new(
            ErrorKind::InvalidData,
            format!("{feed}: read the document"),
            message,
        )
        .at(Origin {
            uri: self.uri.to_owned(),
            bytes: Some((offset as u64, self.text.len() as u64)),
            line: Some(self.line(offset)),
        })
    }
}

/// Whether `head` has an object key `name`, outside of strings within strings.
pub(crate) fn has_key(head: &str, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    head.match_indices(&quoted).any(|(at, _)| {
        let rest = head.get(at + quoted.len()..).unwrap_or_default();
        rest.trim_start().starts_with(':')
    })
}
