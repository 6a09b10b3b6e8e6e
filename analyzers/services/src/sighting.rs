//! The row that first told of something, held small until it is known whether it matters.

use nepho_core::Timestamp;
use nepho_core::findings::Evidence;
use nepho_core::tables::{Column, LogsView};
use nepho_core::words::Words;

/// Messages up to this many bytes are kept as they are; longer ones are masked and cut at once,
/// since a secret that is cut in two could no longer be recognized.
const SHORT: usize = 256;

/// Place, time and message of a row.
#[derive(Clone, Debug)]
pub(crate) struct Sighting {
    pub(crate) time: Option<Timestamp>,
    pub(crate) text: Box<str>,
    pub(crate) place: RowPlace,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowPlace {
    /// Number of the file.
    pub(crate) file: u32,
    pub(crate) line: u32,
}

/// Files that rows came from, so that one name is held once.
#[derive(Default)]
pub(crate) struct Files {
    names: Words,
    last: u32,
}

impl Files {
    /// Where a row stands. Neighbors mostly stand in one file.
    pub(crate) fn place(&mut self, rows: &LogsView<'_>, row: usize) -> RowPlace {
        let uri = rows.text(Column::Uri, row).unwrap_or_default();
        if self.names.is_empty() || self.names.name(self.last) != uri {
            // There is no limit: every file has a summary, which holds more of it.
            self.last = self.names.number(uri, usize::MAX).unwrap_or(u32::MAX);
        }
        RowPlace {
            file: self.last,
            line: rows.line(row),
        }
    }

    /// Evidence of the row at a place, which quotes `text`.
    pub(crate) fn evidence(
        &self,
        place: RowPlace,
        time: Option<Timestamp>,
        text: &str,
    ) -> Evidence {
        let uri = self.names.name(place.file);
        Evidence::new(uri, u64::from(place.line), time, text)
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
            text: Box::default(),
            place: files.place(rows, row),
        }
    }

    pub(crate) fn evidence(&self, files: &Files) -> Evidence {
        files.evidence(self.place, self.time, &self.text)
    }

    /// Evidence with `text` where the message was not kept.
    pub(crate) fn evidence_or(&self, files: &Files, text: &str) -> Evidence {
        if self.text.is_empty() {
            return files.evidence(self.place, self.time, text);
        }
        self.evidence(files)
    }
}
