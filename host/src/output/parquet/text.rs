//! Text columns: by number in a dictionary while that pays, or as they are.

use ::parquet::basic::Encoding;
use ::parquet::data_type::ByteArray;
use ::parquet::file::statistics::Statistics;
use arrow_array::{Array, StringViewArray};
use nepho_core::Result;

use super::bits::{push_deltas, push_hybrid, width_of};
use super::dictionary::{Dictionary, length, with_text};
use super::page::{Chunk, EncodedPage, PageEncoder};
use super::validity::Validity;
use super::{Closed, PAGE_ROWS};

/// Bytes of text in a page that is written without a dictionary.
pub(super) const PAGE_BYTES: usize = 512 << 10;

/// Longest text that is told as the least or the greatest one of a chunk.
const STATISTICS_BYTES: usize = 64;

/// A text column in the row group that is being written.
pub(super) struct TextColumn {
    dictionary: Dictionary,
    /// Whether values are looked up in the dictionary.
    is_interning: bool,
    /// Whether a dictionary is tried in the next row group.
    is_worth_trying: bool,
    /// Numbers of the values of the page that is being filled.
    indices: Vec<u32>,
    validity: Validity,
    pub(super) chunk: Chunk,
}

impl TextColumn {
    /// Column that is written without a dictionary if `is_plain`.
    pub(super) fn new(is_plain: bool) -> Self {
        Self {
            dictionary: Dictionary::default(),
            is_interning: !is_plain,
            is_worth_trying: !is_plain,
            indices: Vec::new(),
            validity: Validity::default(),
            chunk: Chunk::default(),
        }
    }

    /// Adds the rows of arrays.
    pub(super) fn push(
        &mut self,
        arrays: &[StringViewArray],
        encoder: &mut PageEncoder,
    ) -> Result<()> {
        let mut arrays = arrays.iter();
        while self.is_interning
            && let Some(array) = arrays.next()
        {
            self.intern(array);
            if self.dictionary.is_poor() {
                self.give_up(encoder)?;
            } else if self.validity.rows() >= PAGE_ROWS && self.validity.filled() > 0 {
                self.flush(encoder)?;
            }
        }
        let rest = arrays.as_slice();
        if rest.iter().all(|array| array.null_count() == array.len()) {
            // Nulls cost nothing until there is a value.
            for array in rest {
                self.validity.push(array.len(), array.nulls());
            }
            return Ok(());
        }
        self.flush(encoder)?;
        for arrays in cut(rest) {
            let (page, nulls) = plain_page(&arrays, self.plain_encoding(), encoder)?;
            self.chunk.push(page, nulls);
        }
        Ok(())
    }

    /// Adds pages that were made with [`plain_page`] of the same rows.
    pub(super) fn push_pages(
        &mut self,
        pages: impl Iterator<Item = (EncodedPage, usize)>,
        encoder: &mut PageEncoder,
    ) -> Result<()> {
        self.flush(encoder)?;
        pages.for_each(|(page, nulls)| self.chunk.push(page, nulls));
        Ok(())
    }

    fn intern(&mut self, array: &StringViewArray) {
        self.validity.push(array.len(), array.nulls());
        let (views, buffers) = (array.views(), array.data_buffers());
        // Neighbors often have the same value. The same view of the same array is the same text.
        let mut last = None;
        let mut same = 0;
        let mut intern = |view: u128| {
            let number = match last {
                Some((held, number)) if held == view => {
                    same += 1;
                    number
                }
                _ => self.dictionary.intern(view, buffers),
            };
            last = Some((view, number));
            number
        };
        match array.nulls() {
            None => self.indices.extend(views.iter().map(|view| intern(*view))),
            Some(nulls) => {
                let valid = nulls.valid_indices();
                let views = valid.filter_map(|row| views.get(row));
                self.indices.extend(views.map(|view| intern(*view)));
            }
        }
        self.dictionary.skip(same);
    }

    /// Encoding of pages without a dictionary. Behind pages with one it is the one that writers
    /// have always used there, and that every reader expects.
    fn plain_encoding(&self) -> Encoding {
        if self.chunk.has_indices() {
            Encoding::PLAIN
        } else {
            Encoding::DELTA_LENGTH_BYTE_ARRAY
        }
    }

    /// Writes the rows of the page that is being filled.
    fn flush(&mut self, encoder: &mut PageEncoder) -> Result<()> {
        if self.validity.rows() == 0 {
            return Ok(());
        }
        let (validity, indices) = (&self.validity, &self.indices);
        let page = if validity.filled() == 0 {
            encoder.data_page(validity.rows(), Encoding::PLAIN, |out| validity.encode(out))?
        } else {
            let width = width_of(self.dictionary.len().saturating_sub(1) as u64);
            encoder.data_page(validity.rows(), Encoding::RLE_DICTIONARY, |out| {
                validity.encode(out);
                out.push(width as u8);
                push_hybrid(indices, width, out);
            })?
        };
        self.chunk.push(page, validity.rows() - validity.filled());
        self.validity.clear();
        self.indices.clear();
        Ok(())
    }

    /// Goes on without a dictionary until the row group ends.
    fn give_up(&mut self, encoder: &mut PageEncoder) -> Result<()> {
        self.is_interning = false;
        if self.chunk.has_indices() {
            return self.flush(encoder);
        }
        self.is_worth_trying = false;
        let (validity, dictionary) = (&self.validity, &self.dictionary);
        let values = self.indices.iter().map(|number| dictionary.text(*number));
        let encoding = Encoding::DELTA_LENGTH_BYTE_ARRAY;
        let page = encoder.data_page(validity.rows(), encoding, |out| {
            validity.encode(out);
            let lengths: Vec<i64> = values.clone().map(|text| text.len() as i64).collect();
            push_deltas(&lengths, true, out);
            values.for_each(|text| out.extend_from_slice(text));
        })?;
        self.chunk.push(page, validity.rows() - validity.filled());
        self.validity.clear();
        self.indices.clear();
        self.dictionary.clear();
        Ok(())
    }

    /// Ends the row group.
    pub(super) fn close(
        &mut self,
        column: parquet::schema::types::ColumnDescPtr,
        rows: u64,
        encoder: &mut PageEncoder,
    ) -> Result<Closed> {
        self.flush(encoder)?;
        let range = self
            .is_interning
            .then(|| range_of(&self.dictionary))
            .flatten();
        let nulls = self.chunk.nulls();
        let statistics = text_statistics(range, nulls);
        let dictionary = match self.chunk.has_indices() {
            true => Some(dictionary_page(&self.dictionary, encoder)?),
            false => None,
        };
        self.dictionary.clear();
        self.is_interning = self.is_worth_trying;
        self.chunk.close(column, rows, dictionary, statistics)
    }
}

/// Statistics of a text column.
pub(super) fn text_statistics(range: Option<(&[u8], &[u8])>, nulls: u64) -> Statistics {
    let (least, greatest) = range.unzip();
    let bytes = |text: &[u8]| ByteArray::from(text.to_vec());
    Statistics::byte_array(
        least.map(bytes),
        greatest.map(bytes),
        None,
        Some(nulls),
        false,
    )
}

/// Least and greatest text of a dictionary, if both are short.
pub(super) fn range_of(dictionary: &Dictionary) -> Option<(&[u8], &[u8])> {
    let (least, greatest) = (dictionary.texts().min()?, dictionary.texts().max()?);
    let is_short = least.len().max(greatest.len()) <= STATISTICS_BYTES;
    is_short.then_some((least, greatest))
}

/// The texts of a dictionary as a page.
pub(super) fn dictionary_page(
    dictionary: &Dictionary,
    encoder: &mut PageEncoder,
) -> Result<EncodedPage> {
    encoder.dictionary_page(dictionary.len(), |out| {
        for text in dictionary.texts() {
            push_plain(text, out);
        }
    })
}

fn push_plain(text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text);
}

/// Cuts rows of arrays into pages of about [`PAGE_BYTES`].
pub(super) fn cut(arrays: &[StringViewArray]) -> Vec<Vec<StringViewArray>> {
    let mut pages = Vec::new();
    let mut page = Vec::new();
    let mut bytes = 0;
    for array in arrays {
        let mut start = 0;
        for (row, view) in array.views().iter().enumerate() {
            bytes += length(*view) as usize;
            if bytes >= PAGE_BYTES {
                page.push(array.slice(start, row + 1 - start));
                pages.push(std::mem::take(&mut page));
                (start, bytes) = (row + 1, 0);
            }
        }
        if start < array.len() {
            page.push(array.slice(start, array.len() - start));
        }
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages
}

/// A page of the rows of arrays, and how many of them are null.
pub(super) fn plain_page(
    arrays: &[StringViewArray],
    encoding: Encoding,
    encoder: &mut PageEncoder,
) -> Result<(EncodedPage, usize)> {
    let mut validity = Validity::default();
    for array in arrays {
        validity.push(array.len(), array.nulls());
    }
    let page = encoder.data_page(validity.rows(), encoding, |out| {
        validity.encode(out);
        if encoding == Encoding::PLAIN {
            for_each_view(arrays, |view, array| {
                with_text(view, array.data_buffers(), |text| push_plain(text, out));
            });
            return;
        }
        let mut lengths = Vec::with_capacity(validity.filled());
        for_each_view(arrays, |view, _| lengths.push(i64::from(length(view))));
        push_deltas(&lengths, true, out);
        for_each_view(arrays, |view, array| {
            with_text(view, array.data_buffers(), |text| {
                out.extend_from_slice(text)
            });
        });
    })?;
    Ok((page, validity.rows() - validity.filled()))
}

/// Calls `with` for each value that is not null.
pub(super) fn for_each_view(
    arrays: &[StringViewArray],
    mut with: impl FnMut(u128, &StringViewArray),
) {
    for array in arrays {
        let views = array.views();
        match array.nulls() {
            None => views.iter().for_each(|view| with(*view, array)),
            Some(nulls) => {
                let valid = nulls.valid_indices();
                let views = valid.filter_map(|row| views.get(row));
                views.for_each(|view| with(*view, array));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a dictionary is kept for 2,000 texts that stand in this many rows each.
    fn keeps_dictionary(rows_each: usize) -> bool {
        let mut column = TextColumn::new(false);
        let rows = (0..2000 * rows_each).map(|row| Some(format!("host-{}", row / rows_each)));
        let array = StringViewArray::from_iter(rows);
        column
            .push(&[array], &mut PageEncoder::new().unwrap())
            .unwrap();
        column.is_interning
    }

    #[test]
    fn a_dictionary_pays_for_texts_that_stand_in_rows_one_after_the_other() {
        assert!(keeps_dictionary(20));
        assert!(!keeps_dictionary(1));
    }
}
