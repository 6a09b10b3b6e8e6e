//! Export requests of OpenTelemetry as protocol buffers, made into the lines of JSON that the
//! wrapping `otlp` reads.
//!
//! Files hold them in four ways: one message alone (several behind each other are one as well),
//! each behind its length in four bytes with the highest first (the file exporter of the collector,
//! where each may be compressed with zstd), or each behind its length as a varint.
//!
//! Sources: github.com/open-telemetry/opentelemetry-proto (v1),
//! github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/fileexporter, read
//! 2026-11-28.

mod json;
mod messages;

use std::fmt;
use std::io::{self, BufRead, Read};

use crate::decompress::read_held;
use crate::notes::Notes;
use crate::wire::{Varint, Wire, fields, varint};
use messages::Signal;

/// What stands under one resource, or one message with its length, may not be larger: it is held.
const MAX_MESSAGE_BYTES: usize = 16 << 20;
/// Broken items of one message that are told one by one.
const MAX_TOLD: usize = 10;

/// How messages stand in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// The fields of one message, or of several.
    Alone,
    /// Each behind its length in four bytes.
    Prefixed,
    /// Each behind its length as a varint.
    Delimited,
}

impl Framing {
    /// How the messages of a stream stand that begins with `head`; `None` if it holds none.
    ///
    /// `head` should be some kilobytes at least, or the whole stream.
    pub fn of(head: &[u8]) -> Option<Self> {
        if is_request(head) {
            return Some(Self::Alone);
        }
        if let Some((length, rest)) = head.split_first_chunk::<4>() {
            let length = u32::from_be_bytes(*length) as usize;
            if (1..=MAX_MESSAGE_BYTES).contains(&length) && is_frame(cut(rest, length)) {
                return Some(Self::Prefixed);
            }
        }
        match varint(head) {
            Varint::Is(length, width) if length <= MAX_MESSAGE_BYTES as u64 => {
                let rest = head.get(width..).unwrap_or_default();
                is_request(cut(rest, usize::try_from(length).ok()?)).then_some(Self::Delimited)
            }
            _ => None,
        }
    }
}

fn cut(bytes: &[u8], length: usize) -> &[u8] {
    bytes.get(..length).unwrap_or(bytes)
}

/// Whether a frame of the collector's file exporter begins so.
fn is_frame(frame: &[u8]) -> bool {
    frame.starts_with(&ZSTD) || frame.starts_with(b"{\"resource") || is_request(frame)
}

const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Whether a request begins so: with a resource that has the shape of one. As much of it as is
/// there must fit.
fn is_request(head: &[u8]) -> bool {
    let Some((0x0a, rest)) = head.split_first() else {
        return false;
    };
    let Varint::Is(length, width) = varint(rest) else {
        return false;
    };
    let Ok(length) = usize::try_from(length) else {
        return false;
    };
    let resource = rest.get(width..).unwrap_or_default();
    let is_whole = length <= resource.len();
    // A line end and a letter are two bytes that may stand here too; an empty resource tells too
    // little.
    length > 3
        && length <= MAX_MESSAGE_BYTES
        && matches!(resource.first(), Some(0x0a | 0x12))
        && json::signal_of(cut(resource, length), is_whole).is_some()
}

/// The messages of a stream as lines of JSON.
pub struct OtlpText<R> {
    stream: R,
    framing: Framing,
    notes: Notes,
    /// Position in the stream.
    position: u64,
    message: Vec<u8>,
    text: Vec<u8>,
    text_at: usize,
}

impl<R> fmt::Debug for OtlpText<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtlpText")
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl<R: Read> OtlpText<R> {
    /// Reads `stream`, and puts what is broken into `notes`.
    pub fn new(stream: R, framing: Framing, notes: Notes) -> Self {
        Self {
            stream,
            framing,
            notes,
            position: 0,
            message: Vec::new(),
            text: Vec::new(),
            text_at: 0,
        }
    }

    /// Makes text of the next message; `false` at the end.
    fn advance(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.text_at = 0;
        let start = self.position;
        let length = match self.framing {
            Framing::Alone => return self.advance_field(),
            Framing::Prefixed => match self.prefix()? {
                Some(length) => u64::from(length),
                None => return Ok(false),
            },
            Framing::Delimited => match self.varint()? {
                Some(length) => length,
                None => return Ok(false),
            },
        };
        self.take_message(length)?;
        let message = std::mem::take(&mut self.message);
        match inflated(&message) {
            Ok(Some(inflated)) => self.push_frame(&inflated, start),
            Ok(None) => self.push_frame(&message, start),
            Err(error) => self.notes.add(start..self.position, error),
        }
        self.message = message;
        Ok(true)
    }

    fn push_frame(&mut self, frame: &[u8], start: u64) {
        if frame.starts_with(b"{") {
            self.text.extend_from_slice(frame);
            self.text.push(b'\n');
            return;
        }
        let mut told = Vec::new();
        for field in fields(frame) {
            match field {
                Ok((1, Wire::Bytes(resource))) => {
                    if let Err(error) = push(resource, &mut self.text, &mut told) {
                        told.push(error);
                    }
                }
                Ok(_) => {}
                Err(error) => told.push(error),
            }
        }
        self.tell(start, told);
    }

    /// Makes text of the next field of a message that stands alone.
    fn advance_field(&mut self) -> io::Result<bool> {
        let start = self.position;
        let Some(tag) = self.varint()? else {
            return Ok(false);
        };
        match tag & 7 {
            0 => {
                self.varint()?;
            }
            1 => self.take_message(8)?,
            5 => self.take_message(4)?,
            2 => {
                let length = self.varint()?.ok_or_else(|| self.cut_off())?;
                self.take_message(length)?;
                if tag >> 3 == 1 {
                    let mut told = Vec::new();
                    if let Err(error) = push(&self.message, &mut self.text, &mut told) {
                        told.push(error);
                    }
                    self.tell(start, told);
                }
            }
            other => {
                let what = format!("a field with the unknown wire type {other}");
                return Err(self.broken(start, &what));
            }
        }
        Ok(true)
    }

    fn tell(&self, start: u64, told: Vec<String>) {
        let count = told.len();
        for error in told.into_iter().take(MAX_TOLD) {
            let reason = format!("otlp: a message is broken: {error}");
            self.notes.add(start..self.position, reason);
        }
        if count > MAX_TOLD {
            let reason = format!("otlp: {} more items are broken", count - MAX_TOLD);
            self.notes.add(start..self.position, reason);
        }
    }

    /// Reads `length` bytes into `message`.
    fn take_message(&mut self, length: u64) -> io::Result<()> {
        let start = self.position;
        if length > MAX_MESSAGE_BYTES as u64 {
            let what = format!(
                "a message of {length} bytes is longer than the limit of {MAX_MESSAGE_BYTES}"
            );
            return Err(self.broken(start, &what));
        }
        self.message.clear();
        let mut part = self.stream.by_ref().take(length);
        let read = part.read_to_end(&mut self.message)? as u64;
        self.position += read;
        match read == length {
            true => Ok(()),
            false => Err(self.cut_off()),
        }
    }

    /// Length in four bytes, or `None` at the end.
    fn prefix(&mut self) -> io::Result<Option<u32>> {
        let mut prefix = Vec::new();
        self.stream.by_ref().take(4).read_to_end(&mut prefix)?;
        self.position += prefix.len() as u64;
        match prefix.first_chunk::<4>() {
            Some(prefix) => Ok(Some(u32::from_be_bytes(*prefix))),
            None if prefix.is_empty() => Ok(None),
            None => Err(self.cut_off()),
        }
    }

    /// A number, or `None` at the end.
    fn varint(&mut self) -> io::Result<Option<u64>> {
        let mut bytes = Vec::new();
        loop {
            let before = bytes.len();
            self.stream.by_ref().take(1).read_to_end(&mut bytes)?;
            self.position += (bytes.len() - before) as u64;
            match varint(&bytes) {
                Varint::Is(value, _) => return Ok(Some(value)),
                Varint::CutOff if bytes.is_empty() => return Ok(None),
                Varint::CutOff if bytes.len() > before => {}
                Varint::CutOff => return Err(self.cut_off()),
                Varint::TooLong => {
                    let start = self.position;
                    return Err(self.broken(start, "a number of more than ten bytes"));
                }
            }
        }
    }

    fn cut_off(&self) -> io::Error {
        self.broken(self.position, "the last message is cut off")
    }

    fn broken(&self, position: u64, what: &str) -> io::Error {
        let message = format!("otlp: at byte {position}: {what}");
        io::Error::new(io::ErrorKind::InvalidData, message)
    }
}

impl<R: Read> Read for OtlpText<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_held(self, buffer)
    }
}

impl<R: Read> BufRead for OtlpText<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.text_at == self.text.len() && self.advance()? {}
        Ok(self.text.get(self.text_at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.text_at = (self.text_at + count).min(self.text.len());
    }
}

/// Adds the lines of one resource.
fn push(resource: &[u8], out: &mut Vec<u8>, broken: &mut Vec<String>) -> Result<(), String> {
    let signal: &Signal = json::signal_of(resource, true)
        .ok_or("it is of no resource with logs, spans or metrics")?;
    json::push_resource(signal, resource, out, broken)
}

/// Text of a frame that is compressed on its own.
fn inflated(frame: &[u8]) -> Result<Option<Vec<u8>>, String> {
    if !frame.starts_with(&ZSTD) {
        return Ok(None);
    }
    let mut text = Vec::new();
    let decoder = zstd::stream::read::Decoder::new(frame).map_err(|error| error.to_string())?;
    let mut bounded = decoder.take(MAX_MESSAGE_BYTES as u64 + 1);
    let read = bounded.read_to_end(&mut text);
    read.map_err(|error| format!("otlp: a compressed message is broken: {error}"))?;
    match text.len() > MAX_MESSAGE_BYTES {
        true => Err(format!(
            "otlp: a compressed message is longer than the limit of {MAX_MESSAGE_BYTES} bytes"
        )),
        false => Ok(Some(text)),
    }
}

#[cfg(test)]
mod tests;
