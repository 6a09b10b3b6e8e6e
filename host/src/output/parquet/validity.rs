//! Which rows of a page have a value.

use arrow_buffer::NullBuffer;

use super::bits::{push_bitmap, push_run};

/// One bit a row, set where there is a value.
#[derive(Default)]
pub(super) struct Validity {
    words: Vec<u64>,
    rows: usize,
    filled: usize,
}

impl Validity {
    /// Rows so far.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Rows with a value.
    pub(super) fn filled(&self) -> usize {
        self.filled
    }

    /// Adds the rows of an array.
    pub(super) fn push(&mut self, rows: usize, nulls: Option<&NullBuffer>) {
        let Some(nulls) = nulls else {
            return self.push_equal(true, rows);
        };
        if nulls.null_count() == rows {
            return self.push_equal(false, rows);
        }
        let chunks = nulls.inner().bit_chunks();
        for word in chunks.iter() {
            self.push_word(word, 64);
        }
        if chunks.remainder_len() > 0 {
            self.push_word(chunks.remainder_bits(), chunks.remainder_len());
        }
    }

    fn push_equal(&mut self, has_value: bool, rows: usize) {
        let word = if has_value { u64::MAX } else { 0 };
        for _ in 0..rows / 64 {
            self.push_word(word, 64);
        }
        if !rows.is_multiple_of(64) {
            self.push_word(word & ((1 << (rows % 64)) - 1), rows % 64);
        }
    }

    fn push_word(&mut self, word: u64, bits: usize) {
        self.filled += word.count_ones() as usize;
        let shift = self.rows % 64;
        if shift == 0 {
            self.words.push(word);
        } else {
            if let Some(last) = self.words.last_mut() {
                *last |= word << shift;
            }
            if shift + bits > 64 {
                self.words.push(word >> (64 - shift));
            }
        }
        self.rows += bits;
    }

    /// Adds the definition levels of a column without nesting, with the length in front of them.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let head = out.len();
        out.extend_from_slice(&[0; 4]);
        if self.filled == self.rows || self.filled == 0 {
            push_run(u32::from(self.filled > 0), self.rows, 1, out);
        } else {
            push_bitmap(&self.words, self.rows, out);
        }
        write_length(head, out);
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.words.clear();
        self.rows = 0;
        self.filled = 0;
    }
}

/// Fills in the four bytes at `head` with the length of what follows them.
pub(super) fn write_length(head: usize, out: &mut [u8]) {
    let length = out.len().saturating_sub(head + 4) as u32;
    if let Some(place) = out.get_mut(head..head + 4) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}
