//! Undoes compression of a stream, told by its first bytes: gzip (with several members), zstd,
//! bzip2 and xz, also nested.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::{Mutex, PoisonError};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use liblzma::bufread::XzDecoder;
use liblzma::stream::{CONCATENATED, Stream};

use crate::inflate::{Inflated, Inflater};

/// How often compression is undone before a stream is taken as it is.
const MAX_LAYERS: usize = 4;
/// Bytes that tell how a stream is compressed.
const MAGIC_BYTES: usize = 10;
/// Gzip objects up to this size are held whole, and inflated member by member.
const MAX_WHOLE_BYTES: u64 = 8 << 20;
/// Text of one member that is held; a larger one is streamed.
const MAX_MEMBER_BYTES: usize = if cfg!(test) { 1 << 20 } else { 32 << 20 };
/// Deflate makes no more than this many bytes of one (1,032 : 1, zlib.net/zlib_tech.html).
const MAX_DEFLATE_RATIO: usize = 1032;
/// Memory that an xz stream may ask for, mostly its dictionary: that of preset 6 is 8 MiB, that of
/// the highest preset 64 MiB.
const MAX_XZ_BYTES: u64 = 80 << 20;

/// Bytes of text that decoders make at a time.
const TEXT_BYTES: usize = 64 << 10;

/// A stream of bytes, of which those at hand can be looked at where they lie.
pub type Bytes<'a> = Box<dyn BufRead + Send + 'a>;

/// Reader of the decompressed stream, and the names of the layers that were undone, outermost
/// first.
///
/// # Errors
/// Those of reading the first bytes.
pub fn open<'a>(stream: Bytes<'a>) -> io::Result<(Bytes<'a>, Vec<&'static str>)> {
    undo(stream, None)
}

/// As [`open`], for an object of `stored_bytes` that is read to its end: a gzip object that is
/// small enough is held in memory and inflated at once, which is faster.
///
/// # Errors
/// As [`open`].
pub fn open_object<'a>(
    stream: Bytes<'a>,
    stored_bytes: u64,
) -> io::Result<(Bytes<'a>, Vec<&'static str>)> {
    undo(stream, Some(stored_bytes))
}

fn undo<'a>(
    stream: Bytes<'a>,
    stored_bytes: Option<u64>,
) -> io::Result<(Bytes<'a>, Vec<&'static str>)> {
    let mut stream = stream;
    let mut layers = Vec::new();
    while layers.len() < MAX_LAYERS {
        let (head, whole) = peek(stream, MAGIC_BYTES)?;
        stream = whole;
        match head.as_slice() {
            [0x1f, 0x8b, 8, ..] => {
                // Only of the outermost layer the size is known.
                let is_small = stored_bytes.is_some_and(|bytes| bytes <= MAX_WHOLE_BYTES);
                stream = match is_small && layers.is_empty() {
                    true => whole_gzip(stream)?,
                    false => gzip(stream),
                };
                layers.push("gzip");
            }
            [0x28, 0xb5, 0x2f, 0xfd, ..] => {
                layers.push("zstd");
                stream = buffered(zstd::stream::read::Decoder::with_buffer(stream)?);
            }
            [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x31,
                0x41,
                0x59,
                0x26,
                0x53,
                0x59,
            ] => {
                layers.push("bzip2");
                stream = buffered(MultiBzDecoder::new(stream));
            }
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
                layers.push("xz");
                let state = Stream::new_stream_decoder(MAX_XZ_BYTES, CONCATENATED)?;
                stream = buffered(XzDecoder::new_stream(stream, state));
            }
            _ => break,
        }
    }
    if !layers.is_empty() {
        stream = Box::new(Lasting {
            stream,
            failure: None,
        });
    }
    Ok((stream, layers))
}

/// A stream whose errors come again. Decoders tell a wrong checksum once and end then as if all
/// were well, but whoever looks at the beginning of a stream leaves its errors to whoever reads it.
struct Lasting<'a> {
    stream: Bytes<'a>,
    failure: Option<(io::ErrorKind, String)>,
}

impl Lasting<'_> {
    fn told_before(&self) -> io::Result<()> {
        match &self.failure {
            Some((kind, message)) => Err(io::Error::new(*kind, message.clone())),
            None => Ok(()),
        }
    }
}

/// What is told again of an error.
fn lasting(error: &io::Error) -> Option<(io::ErrorKind, String)> {
    let lasts = error.kind() != io::ErrorKind::Interrupted;
    lasts.then(|| (error.kind(), error.to_string()))
}

impl Read for Lasting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.told_before()?;
        let read = self.stream.read(buffer);
        if let Err(error) = &read {
            self.failure = lasting(error);
        }
        read
    }
}

impl BufRead for Lasting<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.told_before()?;
        match self.stream.fill_buf() {
            Ok(bytes) => Ok(bytes),
            Err(error) => {
                self.failure = lasting(&error);
                Err(error)
            }
        }
    }

    fn consume(&mut self, count: usize) {
        self.stream.consume(count);
    }
}

fn gzip(stream: Bytes<'_>) -> Bytes<'_> {
    buffered(MultiGzDecoder::new(stream))
}

fn buffered<'a>(stream: impl Read + Send + 'a) -> Bytes<'a> {
    Box::new(BufReader::with_capacity(TEXT_BYTES, stream))
}

/// Copies the bytes that are at hand: what `Read::read` of a stream does that holds its text.
///
/// # Errors
/// Those of the stream.
pub fn read_held(stream: &mut impl BufRead, buffer: &mut [u8]) -> io::Result<usize> {
    let text = stream.fill_buf()?;
    let count = text.len().min(buffer.len());
    buffer[..count].copy_from_slice(&text[..count]);
    stream.consume(count);
    Ok(count)
}

/// Reads a small object into memory. One that grew meanwhile is streamed.
fn whole_gzip(mut stream: Bytes<'_>) -> io::Result<Bytes<'_>> {
    let mut stored = Vec::new();
    stream
        .by_ref()
        .take(MAX_WHOLE_BYTES + 1)
        .read_to_end(&mut stored)?;
    let is_whole = stored.len() as u64 <= MAX_WHOLE_BYTES;
    match Inflater::new().filter(|_| is_whole) {
        Some(inflater) => Ok(Box::new(Members {
            inflater,
            stored,
            at: 0,
            text: std::mem::take(&mut *room()),
            text_at: 0,
            text_end: 0,
            streamed: None,
        })),
        None => Ok(gzip(Box::new(Cursor::new(stored).chain(stream)))),
    }
}

/// Memory that the last gzip object was inflated in, for the next one.
static ROOM: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn room() -> std::sync::MutexGuard<'static, Vec<u8>> {
    ROOM.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives back the memory that is kept for the next gzip object; to be called when all are read.
pub fn give_back() {
    *room() = Vec::new();
}

/// Text of the members of a gzip object in memory.
struct Members {
    inflater: Inflater,
    stored: Vec<u8>,
    /// Position of the next member.
    at: usize,
    /// Room that is used again for each member, and what of it is text.
    text: Vec<u8>,
    text_at: usize,
    text_end: usize,
    /// Reads what is left when the next member is damaged, cut off, or too large to be held, so
    /// that all of it that can be read is, and errors have the same words.
    streamed: Option<BufReader<MultiGzDecoder<Cursor<Vec<u8>>>>>,
}

impl Members {
    /// Inflates the next member that has a text, if there is one that can be held.
    fn advance(&mut self) {
        while self.at < self.stored.len() {
            let rest = self.stored.get(self.at..).unwrap_or_default();
            match inflate_member(&mut self.inflater, rest, &mut self.text, MAX_MEMBER_BYTES) {
                Some((read, written)) => {
                    self.at += read;
                    (self.text_at, self.text_end) = (0, written);
                    if written > 0 {
                        return;
                    }
                }
                None => {
                    self.text = Vec::new();
                    let mut rest = Cursor::new(std::mem::take(&mut self.stored));
                    rest.set_position(self.at as u64);
                    let rest = MultiGzDecoder::new(rest);
                    self.streamed = Some(BufReader::with_capacity(TEXT_BYTES, rest));
                    return;
                }
            }
        }
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        let mut room = room();
        if self.text.len() > room.len() {
            *room = std::mem::take(&mut self.text);
        }
    }
}

impl Read for Members {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_held(self, buffer)
    }
}

impl BufRead for Members {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.streamed.is_none() && self.text_at == self.text_end {
            self.advance();
        }
        match &mut self.streamed {
            Some(streamed) => streamed.fill_buf(),
            None => Ok(self
                .text
                .get(self.text_at..self.text_end)
                .unwrap_or_default()),
        }
    }

    fn consume(&mut self, count: usize) {
        match &mut self.streamed {
            Some(streamed) => streamed.consume(count),
            None => self.text_at = (self.text_at + count).min(self.text_end),
        }
    }
}

/// Inflates the member at the beginning of `stored` into `room`, which grows to at most `limit`
/// bytes; gives how many were read and written. `None` if the member is broken or too large.
fn inflate_member(
    inflater: &mut Inflater,
    stored: &[u8],
    room: &mut Vec<u8>,
    limit: usize,
) -> Option<(usize, usize)> {
    let most = stored.len().saturating_mul(MAX_DEFLATE_RATIO).min(limit);
    // The trailer tells the size of a member, and where there is one member it stands at the end.
    let told = stored
        .last_chunk::<4>()
        .map(|size| u32::from_le_bytes(*size));
    let told = usize::try_from(told?).unwrap_or(usize::MAX);
    let mut wanted = match told <= most {
        true => told,
        false => most.min(stored.len().saturating_mul(8)),
    };
    loop {
        if room.len() < wanted {
            // Fresh zeroed memory costs less than growing what is there.
            *room = vec![0; wanted];
        }
        match inflater.member(stored, room) {
            Inflated::Member { read, written } => return Some((read, written)),
            Inflated::TooSmall if room.len() < most => {
                wanted = room
                    .len()
                    .saturating_mul(2)
                    .clamp(64 << 10, most.max(64 << 10));
            }
            Inflated::TooSmall | Inflated::Broken => return None,
        }
    }
}

/// The first bytes of a stream, and the stream with them still in front.
type Peeked<'a> = (Vec<u8>, Bytes<'a>);

fn peek(mut stream: Bytes<'_>, count: usize) -> io::Result<Peeked<'_>> {
    let mut head = vec![0; count];
    let mut filled = 0;
    while filled < count {
        match stream.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    head.truncate(filled);
    let whole = Cursor::new(head.clone()).chain(stream);
    Ok((head, Box::new(whole)))
}

/// Text of a small gzip payload within a record, at most `limit` bytes.
///
/// # Errors
/// Those of the decoder, and one for a payload that is larger.
pub fn gunzip(payload: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    if let Some(text) = gunzip_whole(payload, usize::try_from(limit).unwrap_or(usize::MAX)) {
        return Ok(text);
    }
    let mut text = Vec::new();
    MultiGzDecoder::new(payload)
        .take(limit + 1)
        .read_to_end(&mut text)?;
    if text.len() as u64 > limit {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the payload is larger than the limit",
        ));
    }
    Ok(text)
}

/// As [`gunzip`] for a payload of zlib; `None` if it is none, is damaged, or is larger.
pub(crate) fn inflate_zlib(payload: &[u8], limit: u64) -> Option<Vec<u8>> {
    // RFC 1950, section 2.2: deflate with a window of 32 KiB, and a number that 31 divides.
    let [0x78, flags, ..] = payload else {
        return None;
    };
    if !u16::from_be_bytes([0x78, *flags]).is_multiple_of(31) {
        return None;
    }
    let mut text = Vec::new();
    let mut source = ZlibDecoder::new(payload).take(limit + 1);
    source.read_to_end(&mut text).ok()?;
    (text.len() as u64 <= limit).then_some(text)
}

/// As [`gunzip`] for a payload without a flaw; `None` for any other.
fn gunzip_whole(payload: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut inflater = Inflater::new()?;
    let mut room = Vec::new();
    let (read, written) = inflate_member(&mut inflater, payload, &mut room, limit)?;
    room.truncate(written);
    let mut text = room;
    let mut rest = payload.get(read..).unwrap_or_default();
    while !rest.is_empty() {
        let mut room = Vec::new();
        let left = limit.checked_sub(text.len())?;
        let (read, written) = inflate_member(&mut inflater, rest, &mut room, left)?;
        text.extend_from_slice(room.get(..written).unwrap_or_default());
        rest = rest.get(read..).unwrap_or_default();
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn zipped(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).expect("compressed");
        encoder.finish().expect("compressed")
    }

    fn read(stored: &[u8], is_object: bool) -> (Vec<u8>, Option<String>) {
        let stream = Box::new(Cursor::new(stored.to_vec()));
        let opened = match is_object {
            true => open_object(stream, stored.len() as u64),
            false => open(stream),
        };
        let mut text = Vec::new();
        let error = match opened {
            Ok((mut stream, _)) => stream.read_to_end(&mut text).err(),
            Err(error) => Some(error),
        };
        (text, error.map(|error| error.to_string()))
    }

    /// Reads an object whole and as a stream, which must give the same.
    fn check(stored: &[u8], expected: &[u8]) -> Option<String> {
        let (streamed, error) = read(stored, false);
        let (whole, whole_error) = read(stored, true);
        assert!(streamed == whole, "{} {}", streamed.len(), whole.len());
        assert_eq!(error, whole_error);
        assert!(whole.starts_with(expected) || expected.starts_with(&whole));
        error
    }

    #[test]
    fn errors_come_again() {
        let sound = zipped(b"a line of text\n");
        let mut wrong = sound.clone();
        let checksum = wrong.len() - 8;
        wrong[checksum] ^= 1;
        for stored in [wrong, [&sound[..], b"more text in plain"].concat()] {
            let size = stored.len() as u64;
            let stream = Box::new(Cursor::new(stored));
            let (mut stream, _) = open_object(stream, size).expect("gzip");
            let mut text = Vec::new();
            let first = stream.read_to_end(&mut text).expect_err("damage");
            let second = stream.read_to_end(&mut text).expect_err("damage");
            assert_eq!(first.to_string(), second.to_string());
            assert_eq!(text, b"a line of text\n");
        }
    }

    #[test]
    fn an_object_reads_the_same_whole_and_as_a_stream() {
        let text: Vec<u8> = (0..40_000_u32).flat_map(|n| n.to_le_bytes()).collect();
        let one = zipped(&text);
        assert_eq!(check(&one, &text), None);
        // Two equal members, an empty one, and a large one before a small one.
        let twice = [one.clone(), zipped(b""), one.clone(), zipped(b"x")].concat();
        assert_eq!(check(&twice, &[&text[..], &text[..], b"x"].concat()), None);
        assert_eq!(check(&zipped(b""), b""), None);
        assert_eq!(check(&zipped(&one), &text), None);
        // A member that is larger than what is held.
        let large = vec![b'a'; MAX_MEMBER_BYTES + 1];
        assert_eq!(check(&zipped(&large), &large), None);
    }

    #[test]
    fn what_is_damaged_is_read_as_far_as_it_goes() {
        let text: Vec<u8> = (0..40_000_u32).flat_map(|n| n.to_le_bytes()).collect();
        let one = zipped(&text);
        let two = [one.clone(), one.clone()].concat();
        let twice = [text.clone(), text.clone()].concat();
        for end in [one.len() / 2, one.len() - 1, one.len() + 5, two.len() - 9] {
            assert!(check(&two[..end], &twice).is_some(), "{end}");
        }
        let mut flipped = two.clone();
        flipped[one.len() - 6] ^= 1;
        assert!(check(&flipped, &text).is_some(), "a wrong checksum");
        assert!(check(&[&one[..], b"rubbish"].concat(), &text).is_some());
    }

    #[test]
    fn payloads_of_several_members_are_bounded() {
        let payload = [zipped(b"one "), zipped(b"two")].concat();
        assert_eq!(gunzip(&payload, 100).expect("read"), b"one two");
        assert_eq!(gunzip(&payload, 7).expect("read"), b"one two");
        assert!(gunzip(&payload, 6).is_err());
        assert!(gunzip(&zipped(&vec![0; 1 << 20]), 1 << 19).is_err());
        assert!(gunzip(b"\x1f\x8b", 100).is_err());
    }

    #[test]
    fn payloads_of_zlib_are_bounded_and_told_from_text() {
        let level = flate2::Compression::best();
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
        encoder.write_all(b"hello").expect("compressed");
        let zlib = encoder.finish().expect("compressed");
        assert_eq!(inflate_zlib(&zlib, 5), Some(b"hello".to_vec()));
        assert_eq!(inflate_zlib(&zlib, 4), None);
        assert_eq!(inflate_zlib(&zlib[..zlib.len() - 1], 5), None);
        assert_eq!(inflate_zlib(b"x^2 + y^2", 100), None);
        assert_eq!(inflate_zlib(b"hello", 100), None);
        assert_eq!(inflate_zlib(b"x", 100), None);
    }

    #[test]
    fn bzip2_and_xz_are_undone() {
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bzip2.write_all(b"hello").expect("compressed");
        let bzip2 = bzip2.finish().expect("compressed");
        assert_eq!(read(&bzip2, true), (b"hello".to_vec(), None));
        let twice = [bzip2.clone(), bzip2.clone()].concat();
        assert_eq!(read(&twice, true), (b"hellohello".to_vec(), None));
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 6);
        xz.write_all(b"hello").expect("compressed");
        let xz = xz.finish().expect("compressed");
        assert_eq!(read(&xz, true), (b"hello".to_vec(), None));
        assert!(read(&xz[..xz.len() - 20], true).1.is_some());
    }
}
