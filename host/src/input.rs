//! What was read: one summary per file.

use std::collections::BTreeMap;

use nepho_core::Timestamp;

/// A file that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InputSummary {
    /// Its path.
    pub uri: String,
    /// Bytes as stored.
    pub stored_bytes: u64,
    /// Bytes after decompression.
    pub bytes: u64,
    /// Compression that was undone, outermost first: `gzip`, `zstd`.
    pub compression: Vec<String>,
    /// Log rows by format; for a document of an infrastructure tool the name of the feed, with the
    /// number of changes and resources.
    pub formats: BTreeMap<String, u64>,
    /// Records by the wrapping that was undone.
    pub wrappings: BTreeMap<String, u64>,
    /// Rows by provider.
    pub providers: BTreeMap<String, u64>,
    /// Log rows.
    pub rows: u64,
    /// Changes, of a document of an infrastructure tool.
    pub changes: u64,
    /// Resources, of a document of an infrastructure tool.
    pub resources: u64,
    /// Pieces that could not be read.
    pub rejects: u64,
    /// Records that are part of a format but no events: headers, comments, control messages.
    pub structure: u64,
    /// Blocks in which bytes that are no UTF-8 were replaced.
    pub repaired_blocks: u64,
    /// Rows whose time could not be read.
    pub untimed_rows: u64,
    /// Rows that are not kept, since they lie outside of the range of times.
    pub left_out: LeftOut,
    /// Earliest time.
    pub first: Option<Timestamp>,
    /// Latest time.
    pub last: Option<Timestamp>,
    /// Whether it is a document of an infrastructure tool.
    pub is_feed: bool,
}

impl InputSummary {
    /// Whether something was there to read, and none of it could be.
    pub fn is_all_broken(&self) -> bool {
        self.rejects > 0 && self.rows + self.changes + self.resources + self.structure == 0
    }

    /// Adds what a part of the file tells.
    pub(crate) fn add(&mut self, part: Self) {
        for (counts, more) in [
            (&mut self.formats, part.formats),
            (&mut self.wrappings, part.wrappings),
            (&mut self.providers, part.providers),
        ] {
            for (name, count) in more {
                *counts.entry(name).or_default() += count;
            }
        }
        self.rows += part.rows;
        self.rejects += part.rejects;
        self.structure += part.structure;
        self.repaired_blocks += part.repaired_blocks;
        self.untimed_rows += part.untimed_rows;
        self.left_out.add(part.left_out);
        part.first
            .into_iter()
            .chain(part.last)
            .for_each(|time| self.see(time));
    }

    /// Widens the range of times.
    pub(crate) fn see(&mut self, time: Timestamp) {
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
    }
}

/// Rows that lie outside of a range of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// How many.
    pub rows: u64,
    /// Earliest time of them.
    pub first: Option<Timestamp>,
    /// Latest time of them.
    pub last: Option<Timestamp>,
}

impl LeftOut {
    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.into_iter().chain(other.last).max();
    }
}

/// A path that was not read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedInput {
    /// The path.
    pub uri: String,
    /// Why.
    pub reason: String,
    /// Whether it was to be read.
    pub kind: SkipKind,
}

impl SkippedInput {
    /// A path that was to be read, and why it was not.
    pub(crate) fn unread(uri: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            reason: reason.into(),
            kind: SkipKind::Unread,
        }
    }

    /// A path that was passed over, and by what rule.
    pub(crate) fn passed_over(uri: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            reason: reason.into(),
            kind: SkipKind::PassedOver,
        }
    }
}

/// Whether a path that was not read was to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipKind {
    /// It was: it is not there, has nothing in it, or could not be read.
    Unread,
    /// It was not, unless it is named itself: what holds no logs by its ending, is a pipe, a device
    /// or a link to a folder, or is written meanwhile.
    PassedOver,
}
