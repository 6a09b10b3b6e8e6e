//! Records of an Avro object container file, made into lines of JSON: the capture of Event Hubs,
//! exports of warehouses, sinks of Kafka.
//!
//! A file is a header with the schema, and blocks of records, each compressed by itself and ended
//! by a mark of the file. A block that is broken is noted, and the rest is read from the next mark
//! on.
//!
//! Sources (read 2026-11-30): avro.apache.org/docs/1.12.0/specification ("Object Container Files",
//! "Binary Encoding", "Logical Types"),
//! learn.microsoft.com/azure/event-hubs/event-hubs-capture-overview.

mod blocks;
mod schema;
mod value;

use std::fmt;
use std::io::{self, BufRead, Read};

use crate::decompress::read_held;
use crate::notes::Notes;
use blocks::{Blocks, Found};
use schema::Schema;
use value::Values;

/// Text that is made at a time.
const TEXT_BYTES: usize = 256 << 10;
/// What such a file begins with.
const MAGIC: [u8; 4] = *b"Obj\x01";

/// Whether a stream that begins with `head` is an Avro object container file.
pub fn is_avro(head: &[u8]) -> bool {
    head.starts_with(&MAGIC)
}

/// The records of a file as lines of JSON.
pub struct AvroText<R> {
    blocks: Blocks<R>,
    schema: Option<Schema>,
    notes: Notes,
    /// The block that is being read, without compression.
    block: Vec<u8>,
    /// How much of it was read.
    block_at: usize,
    /// Records of the block that were not read, and those that were.
    left: u64,
    records: u64,
    text: Vec<u8>,
    text_at: usize,
}

impl<R> fmt::Debug for AvroText<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AvroText")
            .field("records", &self.records)
            .finish_non_exhaustive()
    }
}

impl<R: Read> AvroText<R> {
    /// Reads `stream`, and puts what is broken into `notes`.
    pub fn new(stream: R, notes: Notes) -> Self {
        Self {
            blocks: Blocks::new(stream),
            schema: None,
            notes,
            block: Vec::new(),
            block_at: 0,
            left: 0,
            records: 0,
            text: Vec::new(),
            text_at: 0,
        }
    }

    /// Makes text of the next records; `false` at the end.
    fn advance(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.text_at = 0;
        if self.schema.is_none() {
            let text = self.blocks.header()?;
            let schema = Schema::parse(&text);
            self.schema = Some(schema.map_err(|error| {
                let message = format!("avro: the schema cannot be read: {error}");
                io::Error::new(io::ErrorKind::InvalidData, message)
            })?);
        }
        if self.left > 0 {
            self.push_records();
            return Ok(true);
        }
        match self.blocks.next(&mut self.block)? {
            Found::End => return Ok(false),
            Found::Broken(reason) => self.tell(&reason),
            Found::Block(count) => {
                self.block_at = 0;
                self.records = 0;
                self.left = count;
                // A record has at least one byte, or a small block could make text without end.
                if count > self.block.len() as u64 {
                    let reason = format!("{count} records in {} bytes", self.block.len());
                    self.left = 0;
                    self.tell(&reason);
                }
            }
        }
        Ok(true)
    }

    fn push_records(&mut self) {
        let Some(schema) = &self.schema else {
            return;
        };
        let mut values = Values {
            schema,
            rest: self.block.get(self.block_at..).unwrap_or_default(),
        };
        let mut broken = None;
        while self.left > 0 && self.text.len() < TEXT_BYTES {
            let before = self.text.len();
            if let Err(error) = values.push_record(&mut self.text) {
                self.text.truncate(before);
                let record = self.records + 1;
                broken = Some(format!("its record {record} cannot be read: {error}"));
                break;
            }
            self.text.push(b'\n');
            self.left -= 1;
            self.records += 1;
        }
        self.block_at = self.block.len() - values.rest.len();
        let rest = values.rest.len();
        if self.left == 0 && rest > 0 {
            broken = Some(format!("{rest} bytes stand behind its last record"));
        }
        if let Some(reason) = broken {
            self.left = 0;
            self.tell(&reason);
        }
    }

    /// Notes what is wrong with the block.
    fn tell(&self, reason: &str) {
        let reason = format!("avro: a block is broken: {reason}");
        self.notes.add(self.blocks.range(), reason);
    }
}

impl<R: Read> Read for AvroText<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_held(self, buffer)
    }
}

impl<R: Read> BufRead for AvroText<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.text_at == self.text.len() && self.advance()? {}
        Ok(self.text.get(self.text_at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.text_at = (self.text_at + count).min(self.text.len());
    }
}

#[cfg(test)]
mod tests;
