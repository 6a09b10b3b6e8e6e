//! The header of a file and its blocks, each without its compression.

use std::io::{self, Read};
use std::ops::Range;

use flate2::read::DeflateDecoder;
use liblzma::stream::Stream;

use super::MAGIC;
use super::value::unzigzag;

/// A block, compressed or not, may not be larger: it is held.
const MAX_BLOCK_BYTES: usize = 64 << 20;
/// Bytes of the header.
const MAX_HEADER_BYTES: u64 = 4 << 20;
/// Memory that the dictionary of a block of xz may take.
const MAX_XZ_BYTES: u64 = 80 << 20;
/// Bytes of the mark behind a block.
const MARK_BYTES: usize = 16;

/// How blocks are compressed.
#[derive(Clone, Copy)]
enum Codec {
    Null,
    Deflate,
    Snappy,
    Zstandard,
    Bzip2,
    Xz,
}

/// What stands next in a file.
pub(super) enum Found {
    /// A block of so many records.
    Block(u64),
    /// One that cannot be read, and why.
    Broken(String),
    /// Nothing.
    End,
}

/// Reads a file block by block.
pub(super) struct Blocks<R> {
    stream: R,
    /// Bytes that were taken from the stream and are read again.
    again: Vec<u8>,
    again_at: usize,
    position: u64,
    codec: Codec,
    mark: [u8; MARK_BYTES],
    /// Position of the last block.
    start: u64,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(stream: R) -> Self {
        Self {
            stream,
            again: Vec::new(),
            again_at: 0,
            position: 0,
            codec: Codec::Null,
            mark: [0; MARK_BYTES],
            start: 0,
        }
    }

    /// Where the last block stands in the stream.
    pub(super) fn range(&self) -> Range<u64> {
        self.start..self.position
    }

    /// Reads the header; gives the text of the schema.
    pub(super) fn header(&mut self) -> io::Result<String> {
        if self.exact(MAGIC.len())? != MAGIC {
            return Err(broken("it has no header"));
        }
        let mut schema = None;
        loop {
            let mut count = self.long()?;
            if count < 0 {
                self.long()?;
                count = count.saturating_neg();
            }
            if count == 0 {
                break;
            }
            for _ in 0..count {
                let (key, value) = (self.counted()?, self.counted()?);
                match key.as_slice() {
                    b"avro.schema" => schema = String::from_utf8(value).ok(),
                    b"avro.codec" => self.codec = codec(&value)?,
                    _ => {}
                }
            }
        }
        let mark = self.exact(MARK_BYTES)?;
        self.mark.copy_from_slice(&mark);
        schema.ok_or_else(|| broken("it has no schema"))
    }

    /// Reads the next block into `out`, without its compression.
    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> io::Result<Found> {
        out.clear();
        self.start = self.position;
        let first = self.some(1)?;
        if first.is_empty() {
            return Ok(Found::End);
        }
        self.give_back(first);
        let (count, size) = (self.long()?, self.long()?);
        let sized = usize::try_from(size)
            .ok()
            .filter(|size| *size <= MAX_BLOCK_BYTES);
        let (Ok(count), Some(size)) = (u64::try_from(count), sized) else {
            self.find_mark()?;
            return Ok(Found::Broken(format!("{count} records in {size} bytes")));
        };
        let mut stored = self.some(size)?;
        let mark = self.some(MARK_BYTES)?;
        if mark != self.mark {
            let is_cut_off = mark.len() < MARK_BYTES;
            stored.extend(mark);
            self.give_back(stored);
            return match self.find_mark()? || !is_cut_off {
                true => Ok(Found::Broken(
                    "the mark behind it is another one".to_owned(),
                )),
                false => Err(broken("the last block is cut off")),
            };
        }
        Ok(match inflate(self.codec, stored, out) {
            Ok(()) => Found::Block(count),
            Err(reason) => Found::Broken(reason),
        })
    }

    /// Passes over what stands before the next mark, and over the mark; `false` if there is none.
    fn find_mark(&mut self) -> io::Result<bool> {
        let mark = self.mark;
        let mut window = Vec::new();
        loop {
            let part = self.some(64 << 10)?;
            let is_end = part.is_empty();
            window.extend(part);
            if let Some(at) = memchr::memmem::find(&window, &mark) {
                self.give_back(window.split_off(at + MARK_BYTES));
                return Ok(true);
            }
            if is_end {
                return Ok(false);
            }
            // A mark may begin at the end of the part.
            window.drain(..window.len().saturating_sub(MARK_BYTES));
        }
    }

    /// At most `count` bytes; fewer at the end of the stream.
    fn some(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let kept = self.again.get(self.again_at..).unwrap_or_default();
        let mut bytes = kept.get(..count).unwrap_or(kept).to_vec();
        self.again_at += bytes.len();
        let missing = count - bytes.len();
        if missing > 0 {
            let mut part = self.stream.by_ref().take(missing as u64);
            part.read_to_end(&mut bytes)?;
        }
        self.position += bytes.len() as u64;
        Ok(bytes)
    }

    /// Has bytes read again that were taken last.
    fn give_back(&mut self, mut bytes: Vec<u8>) {
        self.position -= bytes.len() as u64;
        bytes.extend(self.again.drain(..).skip(self.again_at));
        self.again = bytes;
        self.again_at = 0;
    }

    fn exact(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let bytes = self.some(count)?;
        match bytes.len() == count {
            true => Ok(bytes),
            false => Err(broken("it is cut off")),
        }
    }

    /// Bytes of the header behind their length.
    fn counted(&mut self) -> io::Result<Vec<u8>> {
        let count = self.long()?;
        let left = MAX_HEADER_BYTES.saturating_sub(self.position);
        match u64::try_from(count).ok().filter(|count| *count <= left) {
            Some(count) => self.exact(usize::try_from(count).unwrap_or(0)),
            None => Err(broken("its header is too long")),
        }
    }

    fn long(&mut self) -> io::Result<i64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.exact(1)?.first().copied().unwrap_or(0);
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        Ok(unzigzag(value))
    }
}

fn codec(name: &[u8]) -> io::Result<Codec> {
    Ok(match name {
        b"" | b"null" => Codec::Null,
        b"deflate" => Codec::Deflate,
        b"snappy" => Codec::Snappy,
        b"zstandard" => Codec::Zstandard,
        b"bzip2" => Codec::Bzip2,
        b"xz" => Codec::Xz,
        other => {
            let name = String::from_utf8_lossy(other.get(..40).unwrap_or(other));
            return Err(broken(&format!("blocks are compressed with `{name}`")));
        }
    })
}

/// Undoes the compression of a block.
fn inflate(codec: Codec, stored: Vec<u8>, out: &mut Vec<u8>) -> Result<(), String> {
    let stream: Box<dyn Read + '_> = match codec {
        Codec::Null => {
            *out = stored;
            return Ok(());
        }
        Codec::Snappy => return unsnap(&stored, out),
        Codec::Deflate => Box::new(DeflateDecoder::new(&*stored)),
        Codec::Bzip2 => Box::new(bzip2::read::BzDecoder::new(&*stored)),
        Codec::Zstandard => {
            let decoder = zstd::stream::read::Decoder::with_buffer(&*stored);
            Box::new(decoder.map_err(|error| error.to_string())?)
        }
        Codec::Xz => {
            let state = Stream::new_stream_decoder(MAX_XZ_BYTES, 0);
            let state = state.map_err(|error| error.to_string())?;
            Box::new(liblzma::read::XzDecoder::new_stream(&*stored, state))
        }
    };
    let mut bounded = stream.take(MAX_BLOCK_BYTES as u64 + 1);
    bounded
        .read_to_end(out)
        .map_err(|error| error.to_string())?;
    match out.len() > MAX_BLOCK_BYTES {
        true => Err(format!(
            "it is longer than the limit of {MAX_BLOCK_BYTES} bytes"
        )),
        false => Ok(()),
    }
}

/// A block of Snappy has the CRC-32 of its text behind it.
fn unsnap(stored: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    let (compressed, sum) = stored.split_last_chunk::<4>().ok_or("it is cut off")?;
    let length = snap::raw::decompress_len(compressed).map_err(|error| error.to_string())?;
    if length > MAX_BLOCK_BYTES {
        return Err(format!(
            "it is longer than the limit of {MAX_BLOCK_BYTES} bytes"
        ));
    }
    let text = snap::raw::Decoder::new().decompress_vec(compressed);
    *out = text.map_err(|error| error.to_string())?;
    let mut crc = flate2::Crc::new();
    crc.update(out);
    match crc.sum() == u32::from_be_bytes(*sum) {
        true => Ok(()),
        false => Err("its checksum is another one".to_owned()),
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("avro: {what}"))
}
