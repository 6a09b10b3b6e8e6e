//! Framing: pieces do not depend on how the bytes arrive, and stand one behind the other.
#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use nepho_adapter_generic as _;
use nepho_codec::frame::{Framer, Piece};

/// Gives at most so many bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((step, text)) = input.split_first() else {
        return;
    };
    let whole = pieces(Framer::new(text));
    let slow = pieces(Framer::new(Slow(text, usize::from(*step % 16) + 1)));
    assert_eq!(whole, slow);
    let memory = Framer::<&[u8]>::in_memory(text.to_vec().into());
    assert_eq!(whole, pieces(memory));
    nepho_fuzz::decode(text);
});

fn pieces(mut framer: Framer<impl Read>) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(piece) = framer.next() {
        found.push(match piece {
            Piece::Block(block) => format!(
                "{} {} {:?} {}",
                block.offset,
                block.line,
                block.records,
                block.text.as_str()
            ),
            Piece::Skipped(skipped) => format!("{skipped:?}"),
        });
    }
    found
}
