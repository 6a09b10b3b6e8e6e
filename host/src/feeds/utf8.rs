//! A stream of bytes as UTF-8, one piece after the other.

use std::io::{self, Read};

use nepho_codec::encoding;

/// Bytes that are asked for at once.
const PIECE: usize = 64 << 10;
/// Longest beginning of a character whose end is missing.
const CUT: usize = 3;

/// The text of a stream: what is no UTF-8 is replaced by U+FFFD.
pub(super) struct Utf8<R> {
    stream: R,
    /// Bytes that were read; the first `ready` of them are text, of which `given` were given.
    bytes: Vec<u8>,
    ready: usize,
    given: usize,
    /// Bytes that were read in all.
    pub(super) count: u64,
    /// Whether something was replaced.
    pub(super) is_repaired: bool,
}

impl<R: Read> Utf8<R> {
    pub(super) fn new(stream: R) -> Self {
        Self {
            stream,
            bytes: Vec::new(),
            ready: 0,
            given: 0,
            count: 0,
            is_repaired: false,
        }
    }

    /// Reads on. Tells whether there was more.
    fn fill(&mut self) -> io::Result<bool> {
        self.bytes.drain(..self.ready);
        (self.ready, self.given) = (0, 0);
        let cut = self.bytes.len();
        self.bytes.resize(cut + PIECE, 0);
        let read = loop {
            let room = self.bytes.get_mut(cut..).unwrap_or_default();
            match self.stream.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let read = read.inspect_err(|_| self.bytes.truncate(cut))?;
        self.bytes.truncate(cut + read);
        self.count += read as u64;
        self.ready = match read {
            // Nothing follows that would end the last character.
            0 => self.bytes.len(),
            _ => self.bytes.len() - cut_off(&self.bytes),
        };
        let text = self.bytes.get(..self.ready).unwrap_or_default();
        if let (text, true) = encoding::to_text(text) {
            let rest = self.bytes.get(self.ready..).unwrap_or_default();
            let repaired = [text.as_bytes(), rest].concat();
            self.ready = text.len();
            self.bytes = repaired;
            self.is_repaired = true;
        }
        Ok(read > 0 || self.ready > 0)
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready {
            if !self.fill()? {
                return Ok(0);
            }
        }
        let text = self.bytes.get(self.given..self.ready).unwrap_or_default();
        let count = text.len().min(buffer.len());
        buffer[..count].copy_from_slice(&text[..count]);
        self.given += count;
        Ok(count)
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
