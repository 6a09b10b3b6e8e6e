//! A stream of UTF-16, as Windows PowerShell writes what a tool prints (`terraform show -json
//! tfplan > plan.json`), as one of UTF-8.

use std::io::{self, Read};

use nepho_codec::encoding;

/// Bytes that are read at once.
const CHUNK: usize = 16 << 10;

/// The text of a stream of UTF-16 in UTF-8. A byte order mark stays one.
pub(super) struct Utf16<R> {
    stream: R,
    is_big_endian: bool,
    /// Bytes of a unit or of a pair of units whose end was not read yet.
    cut: Vec<u8>,
    /// Text, and how much of it was given.
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(stream: R, is_big_endian: bool) -> Self {
        Self {
            stream,
            is_big_endian,
            cut: Vec::new(),
            ready: Vec::new(),
            given: 0,
        }
    }

    /// Makes more text ready; `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let mut bytes = std::mem::take(&mut self.cut);
        let read = self
            .stream
            .by_ref()
            .take(CHUNK as u64)
            .read_to_end(&mut bytes)?;
        let whole = match read {
            // Nothing follows that would end the last character.
            0 => bytes.len(),
            _ => self.whole(&bytes),
        };
        self.cut = bytes.split_off(whole);
        self.ready = encoding::from_utf16(&bytes, self.is_big_endian).into_bytes();
        self.given = 0;
        Ok(read > 0 || !self.ready.is_empty())
    }

    /// Length of `bytes` without half a unit, or half a pair of units, at the end.
    fn whole(&self, bytes: &[u8]) -> usize {
        let even = bytes.len() & !1;
        let last = even.checked_sub(2).and_then(|at| bytes.get(at..even));
        let high = match (last, self.is_big_endian) {
            (Some([high, _]), true) | (Some([_, high]), false) => *high,
            _ => 0,
        };
        match high {
            0xD8..=0xDB => even - 2,
            _ => even,
        }
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let ready = &self.ready[self.given..];
            if !ready.is_empty() || buffer.is_empty() {
                let count = ready.len().min(buffer.len());
                buffer[..count].copy_from_slice(&ready[..count]);
                self.given += count;
                return Ok(count);
            }
            if !self.fill()? {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_that_of_the_whole_wherever_it_is_cut() {
        let text = format!(
            "\u{feff}{{\"a\": \"\u{e9}\u{1f600}\"}}{}",
            "\u{1f600}x".repeat(5000)
        );
        for is_big_endian in [false, true] {
            let bytes: Vec<u8> = text
                .encode_utf16()
                .flat_map(|unit| match is_big_endian {
                    true => unit.to_be_bytes(),
                    false => unit.to_le_bytes(),
                })
                .collect();
            for shift in 0..4 {
                // Chunks end at other places.
                let bytes = &bytes[2 * shift..];
                let mut read = String::new();
                let stream = Utf16::new(bytes, is_big_endian).read_to_string(&mut read);
                assert!(stream.is_ok());
                assert_eq!(read, encoding::from_utf16(bytes, is_big_endian));
            }
        }
        let mut half = String::new();
        assert!(
            Utf16::new(&b"a\0\x3d\xd8x"[..], false)
                .read_to_string(&mut half)
                .is_ok()
        );
        assert_eq!(half, "a\u{fffd}\u{fffd}");
    }
}
