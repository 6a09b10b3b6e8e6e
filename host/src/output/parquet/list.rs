//! A column of lists of text: levels tell where a list begins and what it holds.

use ::parquet::basic::Encoding;
use ::parquet::schema::types::ColumnDescPtr;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use nepho_core::Result;

use super::bits::{push_hybrid, width_of};
use super::dictionary::{Dictionary, with_text};
use super::page::{Chunk, PageEncoder};
use super::text::{PAGE_BYTES, dictionary_page, range_of, text_statistics};
use super::validity::write_length;
use super::{Closed, PAGE_ROWS, unknown_type};

/// Definition levels of a list that is never null with elements that may be.
const EMPTY: u32 = 0;
const NULL: u32 = 1;
const VALUE: u32 = 2;

/// A column of lists in the row group that is being written.
#[derive(Default)]
pub(super) struct ListColumn {
    dictionary: Dictionary,
    /// Texts of the page that is being filled, once the dictionary is full.
    plain: Option<Vec<u8>>,
    indices: Vec<u32>,
    definitions: Vec<u32>,
    repetitions: Vec<u32>,
    values: usize,
    rows: usize,
    pub(super) chunk: Chunk,
}

impl ListColumn {
    /// Adds the rows of arrays.
    pub(super) fn push(&mut self, arrays: &[ArrayRef], encoder: &mut PageEncoder) -> Result<()> {
        for array in arrays {
            self.extend(array)?;
            if self.plain.is_none() && self.dictionary.is_poor() {
                // What the dictionary has stays in it; from here on texts are written as they are.
                self.flush(encoder)?;
                self.plain = Some(Vec::new());
            } else if self.rows >= PAGE_ROWS || self.plain_bytes() >= PAGE_BYTES {
                self.flush(encoder)?;
            }
        }
        Ok(())
    }

    /// Bytes of the texts of the page that is being filled.
    fn plain_bytes(&self) -> usize {
        self.plain.as_ref().map_or(0, Vec::len)
    }

    fn extend(&mut self, array: &ArrayRef) -> Result<()> {
        let lists = array
            .as_list_opt::<i32>()
            .ok_or_else(|| unknown_type(array.data_type()))?;
        let texts = lists
            .values()
            .as_string_view_opt()
            .ok_or_else(|| unknown_type(array.data_type()))?;
        let (views, buffers) = (texts.views(), texts.data_buffers());
        self.rows += lists.len();
        for ends in lists.value_offsets().windows(2) {
            let &[start, end] = ends else { continue };
            if start == end {
                self.definitions.push(EMPTY);
                self.repetitions.push(0);
            }
            for element in start..end {
                self.repetitions.push(u32::from(element > start));
                let element = element as usize;
                let Some(view) = views.get(element).filter(|_| texts.is_valid(element)) else {
                    self.definitions.push(NULL);
                    continue;
                };
                self.definitions.push(VALUE);
                self.values += 1;
                match &mut self.plain {
                    Some(plain) => with_text(*view, buffers, |text| {
                        plain.extend_from_slice(&(text.len() as u32).to_le_bytes());
                        plain.extend_from_slice(text);
                    }),
                    None => self.indices.push(self.dictionary.intern(*view, buffers)),
                }
            }
        }
        Ok(())
    }

    /// Writes the rows of the page that is being filled.
    fn flush(&mut self, encoder: &mut PageEncoder) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let levels = self.definitions.len();
        let encoding = if self.indices.is_empty() {
            Encoding::PLAIN
        } else {
            Encoding::RLE_DICTIONARY
        };
        let page = encoder.data_page(levels, encoding, |out| {
            push_levels(&self.repetitions, 1, out);
            push_levels(&self.definitions, 2, out);
            match &self.plain {
                Some(plain) => out.extend_from_slice(plain),
                None if self.indices.is_empty() => {}
                None => {
                    let width = width_of(self.dictionary.len().saturating_sub(1) as u64);
                    out.push(width as u8);
                    push_hybrid(&self.indices, width, out);
                }
            }
        })?;
        self.chunk.push(page, levels - self.values);
        self.plain.iter_mut().for_each(Vec::clear);
        self.indices.clear();
        self.definitions.clear();
        self.repetitions.clear();
        (self.values, self.rows) = (0, 0);
        Ok(())
    }

    /// Ends the row group.
    pub(super) fn close(
        &mut self,
        column: ColumnDescPtr,
        rows: u64,
        encoder: &mut PageEncoder,
    ) -> Result<Closed> {
        self.flush(encoder)?;
        let range = match self.plain.take() {
            None => range_of(&self.dictionary),
            Some(_) => None,
        };
        let statistics = text_statistics(range, self.chunk.nulls());
        let dictionary = match self.chunk.has_indices() {
            true => Some(dictionary_page(&self.dictionary, encoder)?),
            false => None,
        };
        self.dictionary.clear();
        self.chunk.close(column, rows, dictionary, statistics)
    }
}

/// Adds levels, with their length in front.
fn push_levels(levels: &[u32], width: u32, out: &mut Vec<u8>) {
    let head = out.len();
    out.extend_from_slice(&[0; 4]);
    push_hybrid(levels, width, out);
    write_length(head, out);
}
