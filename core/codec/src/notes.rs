//! What a stream that makes text of records had to leave out.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Notes that are kept; those beyond are counted.
const MAX_NOTES: usize = 1000;

/// A piece of a stored object that no text could be made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Bytes of the object as it is stored, without compression.
    pub range: Range<u64>,
    /// What is wrong.
    pub reason: String,
}

/// Notes of one stream. Whoever reads the stream takes them when it was read; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Notes(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    notes: Vec<Note>,
    beyond: u64,
}

impl Notes {
    /// Adds a note.
    pub fn add(&self, range: Range<u64>, reason: String) {
        let mut kept = self.kept();
        if kept.notes.len() < MAX_NOTES {
            kept.notes.push(Note { range, reason });
        } else {
            kept.beyond += 1;
        }
    }

    /// Takes all notes so far.
    pub fn take(&self) -> Vec<Note> {
        let mut kept = std::mem::take(&mut *self.kept());
        if kept.beyond > 0 {
            let end = kept.notes.last().map_or(0, |note| note.range.end);
            kept.notes.push(Note {
                range: end..end,
                reason: format!("{} more pieces cannot be read", kept.beyond),
            });
        }
        kept.notes
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
