//! What a framer sees of a stream: the bytes that were read and not handed out yet.

use std::io::{self, BufRead, Read};
use std::ops::Deref;

use arrow_buffer::Buffer;

use super::BLOCK_BYTES;
use crate::encoding::{self, Text};
use crate::look::Look;

/// A window that moves over a stream; it derefs to the bytes in it.
pub(super) struct Window<R> {
    source: Source<R>,
    is_ended: bool,
    /// Byte order of a UTF-16 stream, whose text is what is in the window.
    utf16: Option<bool>,
    failed: Option<io::Error>,
}

enum Source<R> {
    /// A stream, what was read of it, and how more is; the window begins at `at`.
    Stream {
        stream: R,
        read: Vec<u8>,
        at: usize,
        append: Append<R>,
    },
    /// A text in memory, whose blocks are slices of it; the window is `at..seen`.
    Memory {
        text: Buffer,
        at: usize,
        seen: usize,
    },
}

/// Puts up to so many bytes of a stream behind those that were read; fewer only at its end.
type Append<R> = fn(&mut R, &mut Vec<u8>, usize) -> io::Result<usize>;

impl<R> Deref for Window<R> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.source {
            Source::Stream { read, at, .. } => read.get(*at..).unwrap_or_default(),
            Source::Memory { text, at, seen } => text.get(*at..*seen).unwrap_or_default(),
        }
    }
}

impl<R> Window<R> {
    fn of(source: Source<R>) -> Self {
        Self {
            source,
            is_ended: false,
            utf16: None,
            failed: None,
        }
    }

    /// Window on a text in memory.
    pub(super) fn on(text: Buffer) -> Self {
        Self::of(Source::Memory {
            text,
            at: 0,
            seen: 0,
        })
    }

    /// Whether nothing follows what is in the window.
    pub(super) fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// Whether the stream is UTF-16.
    pub(super) fn is_transcoded(&self) -> bool {
        self.utf16.is_some()
    }

    /// Whether an error ended the stream.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// The error that ended the stream.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.failed.take()
    }

    /// Moves over the first `count` bytes.
    pub(super) fn consume(&mut self, count: usize) {
        match &mut self.source {
            Source::Stream { read, at, .. } => {
                *at += count;
                // Seldom, as what is left is moved.
                if *at >= read.len() / 2 {
                    #[cfg(test)]
                    crate::work::add(read.len().saturating_sub(*at));
                    drop(read.drain(..std::mem::take(at)));
                }
            }
            Source::Memory { at, .. } => *at += count,
        }
    }

    /// Drops what is in the window, and what would follow.
    pub(super) fn end(&mut self) {
        self.consume(self.len());
        self.is_ended = true;
    }

    /// Takes the first `count` bytes, as they are where they are no UTF-8, and what they hold.
    pub(super) fn take(&mut self, count: usize) -> (Result<Text, Vec<u8>>, Look) {
        let (text, look) = Text::of(self.take_bytes(count));
        (text.map_err(|bytes| bytes.to_vec()), look)
    }

    fn take_bytes(&mut self, count: usize) -> Buffer {
        match &mut self.source {
            Source::Stream { read, at, .. } => {
                let start = *at;
                let end = start + count;
                let left = read.get(end..).unwrap_or_default();
                // Of a few records between what is skipped, less is copied.
                if count < left.len() / 8 {
                    let part = Buffer::from(read.get(start..end).unwrap_or_default());
                    self.consume(count);
                    return part;
                }
                #[cfg(test)]
                crate::work::add(left.len());
                // As large as the next block will be, so that it does not grow step by step.
                let room = match self.is_ended {
                    true => left.len(),
                    false => BLOCK_BYTES + (64 << 10),
                };
                let mut rest = Vec::with_capacity(room);
                rest.extend_from_slice(left);
                read.truncate(end);
                *at = 0;
                let block = Buffer::from_vec(std::mem::replace(read, rest));
                block.slice_with_length(start, count)
            }
            Source::Memory { text, at, .. } => {
                let part = text.slice_with_length(*at, count);
                *at += count;
                part
            }
        }
    }
}

impl<R: BufRead> Window<R> {
    /// Window on a stream that holds its bytes: they are copied once, and into room that was not
    /// cleared before.
    pub(super) fn buffered(stream: R) -> Self {
        Self::of(Source::Stream {
            stream,
            read: Vec::new(),
            at: 0,
            append: append_held,
        })
    }
}

impl<R: Read> Window<R> {
    /// Window on a stream.
    pub(super) fn new(stream: R) -> Self {
        Self::of(Source::Stream {
            stream,
            read: Vec::new(),
            at: 0,
            append: |stream, read, most| stream.take(most as u64).read_to_end(read),
        })
    }

    /// Widens the window until it holds `count` bytes or the stream ends.
    pub(super) fn fill(&mut self, count: usize) {
        while self.len() < count && !self.is_ended {
            let wanted = (count - self.len()).max(16 << 10);
            match &mut self.source {
                Source::Stream {
                    stream,
                    read,
                    append,
                    ..
                } => {
                    let filled = read.len();
                    // What is larger than its beginning is read into room of the right size, so
                    // that it need not grow step by step.
                    if filled > 0 {
                        read.reserve(wanted);
                    }
                    match append(stream, read, wanted) {
                        Ok(count) => self.is_ended = count < wanted,
                        Err(error) => {
                            self.failed = Some(error);
                            self.is_ended = true;
                        }
                    }
                    if let Some(big_endian) = self.utf16 {
                        transcode(stream, read, filled, big_endian);
                    }
                }
                Source::Memory { text, seen, .. } => {
                    *seen = seen.saturating_add(wanted).min(text.len());
                    self.is_ended = *seen == text.len();
                }
            }
        }
    }

    /// Reads the stream as UTF-16 from here on, with what is in the window.
    pub(super) fn read_utf16(&mut self, big_endian: bool) {
        self.utf16 = Some(big_endian);
        match &mut self.source {
            Source::Stream {
                stream, read, at, ..
            } => transcode(stream, read, *at, big_endian),
            Source::Memory { text, at, seen } => {
                let part = text.get(*at..).unwrap_or_default();
                let part = encoding::from_utf16(part, big_endian);
                *text = Buffer::from_vec(part.into_bytes());
                (*at, *seen) = (0, text.len());
                self.is_ended = true;
            }
        }
    }
}

fn append_held(stream: &mut impl BufRead, read: &mut Vec<u8>, most: usize) -> io::Result<usize> {
    let mut count = 0;
    while count < most {
        let held = match stream.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            held => held?,
        };
        if held.is_empty() {
            break;
        }
        let part = held.len().min(most - count);
        read.extend_from_slice(held.get(..part).unwrap_or_default());
        stream.consume(part);
        count += part;
    }
    Ok(count)
}

/// Turns what was read behind `from` into UTF-8.
fn transcode(stream: &mut impl Read, read: &mut Vec<u8>, from: usize, big_endian: bool) {
    let mut fresh = read.split_off(from);
    // A unit or a surrogate pair may be cut in two.
    let mut more = [0_u8; 1];
    while fresh.len() % 2 == 1 || ends_in_high_surrogate(&fresh, big_endian) {
        match stream.read(&mut more) {
            Ok(1) => fresh.push(more[0]),
            _ => break,
        }
    }
    read.extend(encoding::from_utf16(&fresh, big_endian).into_bytes());
}

fn ends_in_high_surrogate(bytes: &[u8], big_endian: bool) -> bool {
    let high = match bytes {
        [.., high, _] if big_endian => *high,
        [.., _, high] => *high,
        _ => return false,
    };
    (0xD8..0xDC).contains(&high)
}
