//! A stream of bytes as UTF-8, one piece after the other.

use std::io::{self, Read};

use nepho_codec::encoding;

/// Longest beginning of a character whose end is missing.
const CUT: usize = 3;
/// Least room in which text is read at once.
const ROOM: usize = 64;

/// The text of a stream: what is no UTF-8 is replaced by U+FFFD.
pub(super) struct Utf8<R> {
    stream: R,
    /// Beginning of a character whose end was not read yet.
    cut: Vec<u8>,
    /// Text that is given before the stream is read on, and how much of it was given.
    ready: Vec<u8>,
    given: usize,
    /// Bytes that were read in all.
    pub(super) count: u64,
    /// Whether something was replaced.
    pub(super) is_repaired: bool,
    /// The first error of the stream. Whoever reads the text may tell less of it.
    pub(super) failure: Option<io::Error>,
}

impl<R: Read> Utf8<R> {
    pub(super) fn new(stream: R) -> Self {
        Self {
            stream,
            cut: Vec::new(),
            ready: Vec::new(),
            given: 0,
            count: 0,
            is_repaired: false,
            failure: None,
        }
    }

    /// Reads text into `buffer`, which has room for some; gives its length. What had to be repaired
    /// is made ready instead.
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let cut = self.cut.len();
        let read = match self.stream.read(&mut buffer[cut..]) {
            Ok(read) => read,
            Err(error) => return Err(self.failed(error)),
        };
        self.count += read as u64;
        buffer[..cut].copy_from_slice(&self.cut);
        let bytes = &buffer[..cut + read];
        let whole = match read {
            // Nothing follows that would end the last character.
            0 => bytes.len(),
            _ => bytes.len() - cut_off(bytes),
        };
        let (bytes, rest) = bytes.split_at(whole);
        self.cut = rest.to_vec();
        if let (text, true) = encoding::to_text(bytes) {
            self.ready = text.into_owned().into_bytes();
            self.given = 0;
            self.is_repaired = true;
            return Ok(0);
        }
        Ok(whole)
    }

    /// Keeps an error of the stream, and gives another one of its kind.
    fn failed(&mut self, error: io::Error) -> io::Error {
        let kind = error.kind();
        // What was interrupted is read again.
        if kind != io::ErrorKind::Interrupted {
            self.failure.get_or_insert(error);
        }
        kind.into()
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let ready = &self.ready[self.given..];
            if !ready.is_empty() || buffer.is_empty() {
                let count = ready.len().min(buffer.len());
                buffer[..count].copy_from_slice(&ready[..count]);
                self.given += count;
                return Ok(count);
            }
            let before = self.count;
            if buffer.len() >= ROOM {
                let length = self.fill(buffer)?;
                if length > 0 {
                    return Ok(length);
                }
            } else {
                let mut room = [0; ROOM];
                let length = self.fill(&mut room)?;
                if length > 0 {
                    self.ready = room[..length].to_vec();
                    self.given = 0;
                }
            }
            let is_over = self.count == before && self.given == self.ready.len();
            if is_over {
                return Ok(0);
            }
        }
    }
}

/// Bytes at the end that begin a character and do not end it.
fn cut_off(bytes: &[u8]) -> usize {
    let last = bytes.iter().rev().take(CUT).enumerate();
    for (behind, byte) in last {
        let length = match byte {
            0x80..=0xBF => continue,
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xFF => 4,
            _ => 1,
        };
        return match behind + 1 < length {
            true => behind + 1,
            false => 0,
        };
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            let (first, rest) = self.0.split_at(count);
            buffer[..count].copy_from_slice(first);
            self.0 = rest;
            Ok(count)
        }
    }

    #[test]
    fn text_is_that_of_the_whole_wherever_it_is_cut() {
        for bytes in [
            "a\u{e9}\u{20ac}\u{1f600}z".as_bytes(),
            b"a\xff\xc3\xa9\xe2\x82",
            b"\xf0\x9f\x98",
            b"\x80\x80\x80\x80",
            b"",
        ] {
            for size in 1..6 {
                let mut text = String::new();
                let mut stream = Utf8::new(Drops(bytes, size));
                stream.read_to_string(&mut text).unwrap();
                let expected = String::from_utf8_lossy(bytes);
                let is_repaired = std::str::from_utf8(bytes).is_err();
                assert_eq!(stream.is_repaired, is_repaired, "{bytes:?}");
                assert_eq!(stream.count, bytes.len() as u64);
                // How many marks stand for what is broken depends on where it is cut.
                let plain = |text: &str| text.replace('\u{fffd}', "");
                assert_eq!(plain(&text), plain(&expected), "{bytes:?} by {size}");
            }
        }
    }
}
