//! The row that first told of something, held small until it is known whether it matters.

use std::sync::Arc;

use nepho_core::Timestamp;
use nepho_core::findings::Evidence;
use nepho_core::tables::{Column, LogsView};

/// Messages up to this many bytes are kept as they are; longer ones are masked and cut at once,
/// since a secret that is cut in two could no longer be recognized.
const SHORT: usize = 256;

/// Place, time and message of a row.
#[derive(Clone, Debug)]
pub(crate) struct Sighting {
    pub(crate) time: Timestamp,
    pub(crate) uri: Arc<str>,
    pub(crate) line: u64,
    pub(crate) text: Box<str>,
}

/// Files that rows came from, so that one name is held once.
pub(crate) struct Files {
    last: Arc<str>,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            last: Arc::from(""),
        }
    }
}

impl Files {
    pub(crate) fn of(&mut self, rows: &LogsView<'_>, row: usize) -> Arc<str> {
        let uri = rows.text(Column::Uri, row).unwrap_or_default();
        if *self.last != *uri {
            self.last = Arc::from(uri);
        }
        Arc::clone(&self.last)
    }
}

impl Sighting {
    /// The row with its message.
    pub(crate) fn of(rows: &LogsView<'_>, row: usize, files: &mut Files) -> Self {
        let text = rows
            .text(Column::Body, row)
            .or_else(|| rows.text(Column::Raw, row))
            .unwrap_or_default();
        let text = if text.len() <= SHORT {
            text.into()
        } else {
            rows.evidence(row).text.into()
        };
        Self {
            text,
            ..Self::place(rows, row, files)
        }
    }

    /// The row without its message.
    pub(crate) fn place(rows: &LogsView<'_>, row: usize, files: &mut Files) -> Self {
        Self {
            time: rows.time(row),
            uri: files.of(rows, row),
            line: u64::from(rows.line(row)),
            text: Box::default(),
        }
    }

    pub(crate) fn evidence(&self) -> Evidence {
        Evidence::new(&self.uri, self.line, self.time, &self.text)
    }

    /// Evidence with `text` where the message was not kept.
    pub(crate) fn evidence_or(&self, text: &str) -> Evidence {
        if self.text.is_empty() {
            return Evidence::new(&self.uri, self.line, self.time, text);
        }
        self.evidence()
    }
}
