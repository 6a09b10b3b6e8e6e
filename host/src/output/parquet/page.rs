//! Pages, and the column chunks that they make up.

use std::io::Read;

use ::parquet::basic::{Compression, Encoding, ZstdLevel};
use ::parquet::column::page::{CompressedPage, Page, PageWriter};
use ::parquet::column::writer::ColumnCloseResult;
use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::file::reader::{ChunkReader, Length};
use ::parquet::file::statistics::Statistics;
use ::parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use ::parquet::schema::types::ColumnDescPtr;
use bytes::Bytes;
use nepho_core::Result;
use zstd::zstd_safe::{CParameter, compress_bound};

use super::super::failed;

/// zstd level of all pages. A level more takes half as much time again, for a few percent.
const LEVEL: i32 = 1;

/// Entries of the table in which matches are looked for, as a power of two: its 32 KiB lie in the
/// cache of the first level, where the 64 KiB that the level asks for do not. Logs take a tenth to
/// a fifth less time, and about as many bytes.
const TABLE: u32 = 13;

/// Bytes that matches may lie back, as a power of two: half a page of text. Logs repeat what is
/// near: they take up to a twentieth less time, and a hundredth more bytes at most.
const WINDOW: u32 = 18;

/// Makes pages; keeps the compressor and the memory between them. One for each thread.
pub(super) struct PageEncoder {
    compressor: zstd::bulk::Compressor<'static>,
    page: Vec<u8>,
    compressed: Vec<u8>,
}

/// A page as it stands in the file, with its header.
#[derive(Clone)]
pub(super) struct EncodedPage {
    bytes: Bytes,
    /// Bytes before compression, header included.
    uncompressed_bytes: usize,
    /// Levels in it: rows, or elements of lists.
    levels: usize,
    encoding: Encoding,
}

impl PageEncoder {
    pub(super) fn new() -> Result<Self> {
        let mut compressor = zstd::bulk::Compressor::new(LEVEL).map_err(failed)?;
        for parameter in [CParameter::HashLog(TABLE), CParameter::WindowLog(WINDOW)] {
            compressor.set_parameter(parameter).map_err(failed)?;
        }
        Ok(Self {
            compressor,
            page: Vec::new(),
            compressed: Vec::new(),
        })
    }

    /// A data page of what `fill` writes: levels, then values.
    pub(super) fn data_page(
        &mut self,
        levels: usize,
        encoding: Encoding,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<EncodedPage> {
        let buf = self.compress(fill)?;
        let page = Page::DataPage {
            buf,
            num_values: u32::try_from(levels).map_err(failed)?,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        self.finish(page, levels, encoding)
    }

    /// A dictionary page of what `fill` writes.
    pub(super) fn dictionary_page(
        &mut self,
        entries: usize,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> Result<EncodedPage> {
        let buf = self.compress(fill)?;
        let page = Page::DictionaryPage {
            buf,
            num_values: u32::try_from(entries).map_err(failed)?,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        self.finish(page, entries, Encoding::PLAIN)
    }

    fn compress(&mut self, fill: impl FnOnce(&mut Vec<u8>)) -> Result<Bytes> {
        self.page.clear();
        fill(&mut self.page);
        self.compressed.clear();
        let bound = compress_bound(self.page.len());
        self.compressed.reserve(bound);
        self.compressor
            .compress_to_buffer(&self.page, &mut self.compressed)
            .map_err(failed)?;
        Ok(Bytes::copy_from_slice(&self.compressed))
    }

    fn finish(&self, page: Page, levels: usize, encoding: Encoding) -> Result<EncodedPage> {
        let mut file = TrackedWrite::new(Vec::with_capacity(page.buffer().len() + 64));
        let page = CompressedPage::new(page, self.page.len());
        let written = SerializedPageWriter::new(&mut file)
            .write_page(page)
            .map_err(failed)?;
        Ok(EncodedPage {
            bytes: file.into_inner().map_err(failed)?.into(),
            uncompressed_bytes: written.uncompressed_size,
            levels,
            encoding,
        })
    }
}

/// Pages of one column in the row group that is being written.
#[derive(Default)]
pub(super) struct Chunk {
    pages: Vec<EncodedPage>,
    /// Levels that stand for no value.
    nulls: u64,
    compressed_bytes: usize,
    uncompressed_bytes: usize,
}

impl Chunk {
    /// Adds a page with this many levels that stand for no value.
    pub(super) fn push(&mut self, page: EncodedPage, nulls: usize) {
        self.nulls += nulls as u64;
        self.count(&page);
        self.pages.push(page);
    }

    fn count(&mut self, page: &EncodedPage) {
        self.compressed_bytes += page.bytes.len();
        self.uncompressed_bytes += page.uncompressed_bytes;
    }

    /// Whether a page refers to a dictionary.
    pub(super) fn has_indices(&self) -> bool {
        let mut pages = self.pages.iter();
        pages.any(|page| page.encoding == Encoding::RLE_DICTIONARY)
    }

    /// Bytes of the pages so far, as stored.
    pub(super) fn compressed_bytes(&self) -> usize {
        self.compressed_bytes
    }

    /// Bytes of the pages so far, without compression.
    pub(super) fn uncompressed_bytes(&self) -> usize {
        self.uncompressed_bytes
    }

    /// Levels that stand for no value so far.
    pub(super) fn nulls(&self) -> u64 {
        self.nulls
    }

    /// The chunk as the row group takes it, and an empty one left behind.
    pub(super) fn close(
        &mut self,
        column: ColumnDescPtr,
        rows: u64,
        dictionary: Option<EncodedPage>,
        statistics: Statistics,
    ) -> Result<(ChunkBytes, ColumnCloseResult)> {
        let mut chunk = std::mem::take(self);
        let levels: usize = chunk.pages.iter().map(|page| page.levels).sum();
        let dictionary_bytes = dictionary.as_ref().map(|page| page.bytes.len());
        let mut encodings = vec![Encoding::RLE];
        encodings.extend(dictionary.iter().map(|page| page.encoding));
        encodings.extend(chunk.pages.iter().map(|page| page.encoding));
        if let Some(page) = dictionary {
            chunk.count(&page);
            chunk.pages.insert(0, page);
        }
        let metadata = ColumnChunkMetaData::builder(column)
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_encodings(encodings)
            .set_num_values(levels as i64)
            .set_total_compressed_size(chunk.compressed_bytes as i64)
            .set_total_uncompressed_size(chunk.uncompressed_bytes as i64)
            .set_dictionary_page_offset(dictionary_bytes.map(|_| 0))
            .set_data_page_offset(dictionary_bytes.unwrap_or(0) as i64)
            .set_statistics(statistics)
            .build()
            .map_err(failed)?;
        let result = ColumnCloseResult {
            bytes_written: chunk.compressed_bytes as u64,
            rows_written: rows,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        let pages = chunk.pages.into_iter().map(|page| page.bytes).collect();
        Ok((ChunkBytes(pages), result))
    }
}

/// The bytes of a chunk, page after page, so that they need not be put together in memory.
pub(super) struct ChunkBytes(Vec<Bytes>);

impl Length for ChunkBytes {
    fn len(&self) -> u64 {
        self.0.iter().map(|page| page.len() as u64).sum()
    }
}

impl ChunkReader for ChunkBytes {
    type T = PagesReader;

    fn get_read(&self, start: u64) -> parquet::errors::Result<PagesReader> {
        let mut reader = PagesReader(self.0.clone());
        // Pages are taken from the end.
        reader.0.reverse();
        std::io::copy(&mut reader.by_ref().take(start), &mut std::io::sink())?;
        Ok(reader)
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let mut bytes = vec![0; length];
        self.get_read(start)?.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Reads pages; the next one is the last.
pub(super) struct PagesReader(Vec<Bytes>);

impl Read for PagesReader {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while let Some(page) = self.0.last_mut() {
            if page.is_empty() {
                self.0.pop();
                continue;
            }
            let count = page.len().min(out.len());
            let part = page.split_to(count);
            if let Some(out) = out.get_mut(..count) {
                out.copy_from_slice(&part);
            }
            return Ok(count);
        }
        Ok(0)
    }
}
