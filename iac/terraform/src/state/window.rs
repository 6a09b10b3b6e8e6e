//! A window that moves over the bytes of a JSON document and stops at values, so that a document
//! of any size is read in the memory of its largest kept value.

use std::io::{self, Read};

use memchr::memmem;
use nepho_codec::json::skip::skip_value;
use nepho_iac_common::fingerprint::Running;

/// Bytes that are asked for at once.
const CHUNK: usize = 256 << 10;

/// What tells of OpenTofu.
const SOUGHT: &[u8] = crate::scope::OPENTOFU.as_bytes();

/// The bytes that are in memory, and where they stand in the document.
pub(super) struct Window<'r> {
    reader: &'r mut dyn Read,
    /// What was read, and behind it room.
    bytes: Vec<u8>,
    /// Where what was read ends.
    end: usize,
    /// The next byte to look at.
    at: usize,
    /// The first byte that must be kept.
    kept: usize,
    /// Bytes of the document before `bytes`.
    passed: u64,
    /// How many of `bytes` were searched for newlines, and how many were before that.
    counted: usize,
    lines: u64,
    /// Fingerprint of what was read, where it is wanted.
    digest: Option<Running>,
    search: Search,
}

impl<'r> Window<'r> {
    pub(super) fn new(reader: &'r mut dyn Read, is_digested: bool) -> Self {
        Self {
            reader,
            bytes: Vec::new(),
            end: 0,
            at: 0,
            kept: 0,
            passed: 0,
            counted: 0,
            lines: 0,
            digest: is_digested.then(Running::default),
            search: Search::default(),
        }
    }

    /// Fingerprint of what was read; zero if it is not wanted.
    pub(super) fn digest(&self) -> u64 {
        self.digest.map_or(0, Running::finish)
    }

    /// What was read and not let go of.
    fn held(&self) -> &[u8] {
        self.bytes.get(..self.end).unwrap_or_default()
    }

    /// Whether [`SOUGHT`] was anywhere in what was read.
    pub(super) fn is_found(&self) -> bool {
        self.search.is_found
    }

    /// Offset and line (from one) of the first byte that is kept.
    pub(super) fn place(&mut self) -> (u64, u64) {
        self.count();
        (self.passed + self.kept as u64, self.lines + 1)
    }

    /// Counts the newlines before what is kept.
    fn count(&mut self) {
        let fresh = self.bytes.get(self.counted..self.kept).unwrap_or_default();
        self.lines += memchr::memchr_iter(b'\n', fresh).count() as u64;
        self.counted = self.kept;
    }

    /// What is kept, up to the next byte.
    pub(super) fn value(&self) -> &[u8] {
        self.bytes.get(self.kept..self.at).unwrap_or_default()
    }

    /// The next byte that is no blank, without going on; `None` at the end.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let rest = self.held().get(self.at..).unwrap_or_default();
            let blanks = rest.iter().position(|byte| !byte.is_ascii_whitespace());
            match blanks {
                Some(blanks) => {
                    self.at += blanks;
                    return Ok(self.held().get(self.at).copied());
                }
                None => {
                    self.at = self.end;
                    self.kept = self.at;
                    if !self.fill()? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Goes beyond the next byte, which was looked at.
    pub(super) fn step(&mut self) {
        self.at += 1;
        self.kept = self.at;
    }

    /// Goes beyond the value that begins at the next byte, and keeps it if that is wanted. Tells
    /// whether the document has all of it.
    pub(super) fn pass(&mut self, is_wanted: bool) -> io::Result<bool> {
        self.kept = self.at;
        // Most values lie in the window as a whole. A number or a word may go on behind it.
        if let Ok(end) = skip_value(self.held(), self.at)
            && end < self.end
        {
            self.at = end;
            return Ok(true);
        }
        let mut inside = Inside::default();
        loop {
            let rest = self.held().get(self.at..).unwrap_or_default();
            if let Some(length) = inside.end(rest) {
                self.at += length;
                return Ok(true);
            }
            self.at = self.end;
            if !is_wanted {
                self.kept = self.at;
            }
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    /// Lets go of what is not kept, and reads on. Tells whether there was more.
    fn fill(&mut self) -> io::Result<bool> {
        self.count();
        self.passed += self.kept as u64;
        self.counted = 0;
        self.bytes.copy_within(self.kept..self.end, 0);
        self.end -= self.kept;
        self.at -= self.kept;
        self.kept = 0;
        if self.bytes.len() < self.end + CHUNK {
            self.bytes.resize(self.end + 2 * CHUNK, 0);
        }
        let read = loop {
            let room = self.bytes.get_mut(self.end..).unwrap_or_default();
            match self.reader.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        let fresh = self.bytes.get(self.end..self.end + read);
        let fresh = fresh.unwrap_or_default();
        if let Some(digest) = &mut self.digest {
            digest.add(fresh);
        }
        self.search.add(fresh);
        self.end += read;
        Ok(read > 0)
    }
}

/// Looks for [`SOUGHT`] in what comes in pieces.
#[derive(Default)]
struct Search {
    is_found: bool,
    /// The end of what was searched.
    last: Vec<u8>,
}

impl Search {
    fn add(&mut self, piece: &[u8]) {
        if self.is_found {
            return;
        }
        let room = SOUGHT.len() - 1;
        let first = piece.get(..room).unwrap_or(piece);
        self.last.extend_from_slice(first);
        self.is_found =
            memmem::find(&self.last, SOUGHT).is_some() || memmem::find(piece, SOUGHT).is_some();
        if piece.len() > room {
            self.last.clear();
            self.last
                .extend_from_slice(piece.get(piece.len() - room..).unwrap_or_default());
        } else {
            self.last.drain(..self.last.len().saturating_sub(room));
        }
    }
}

/// How deep in a value the last byte was.
#[derive(Default)]
struct Inside {
    depth: usize,
    is_string: bool,
    is_escaped: bool,
    /// Whether it is a number or a word, which ends before what follows it.
    is_word: bool,
}

impl Inside {
    /// How many of `bytes`, which follow those that it was shown before, belong to the value;
    /// `None` if it goes on behind them.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            if self.is_string {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => {
                        self.is_string = false;
                        if self.depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' if !self.is_word => self.is_string = true,
                b'{' | b'[' if !self.is_word => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ if self.depth > 0 => {}
                b',' | b':' | b'}' | b']' | b'"' | b'{' | b'[' => return Some(at),
                byte if byte.is_ascii_whitespace() => return Some(at),
                _ => self.is_word = true,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time: every border of a chunk lies everywhere.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn values_are_whole_wherever_the_chunks_end() {
        let values = [
            r#"{"a":[1,{"b":"}\"]"}]}"#,
            "[]",
            "-1.5e3",
            "null",
            r#""\\""#,
            r#""x\"y""#,
        ];
        let text = format!(" \n[{} ]", values.join(" ,\n "));
        let mut drops = Drops(text.as_bytes());
        let mut window = Window::new(&mut drops, true);
        assert_eq!(window.peek().unwrap(), Some(b'['));
        window.step();
        for (position, value) in values.iter().enumerate() {
            window.peek().unwrap();
            assert!(window.pass(true).unwrap());
            assert_eq!(std::str::from_utf8(window.value()).unwrap(), *value);
            assert_eq!(window.place().1, position as u64 + 2, "{value}");
            let (offset, _) = window.place();
            let offset = usize::try_from(offset).unwrap();
            assert!(text[offset..].starts_with(value));
            if window.peek().unwrap() == Some(b',') {
                window.step();
            }
        }
        assert_eq!(window.peek().unwrap(), Some(b']'));
    }

    #[test]
    fn what_is_sought_is_found_wherever_it_is_cut() {
        let text = b"xx registry.opentofu.org/hashicorp/aws xx";
        for size in 1..text.len() {
            let mut search = Search::default();
            text.chunks(size).for_each(|piece| search.add(piece));
            assert!(search.is_found, "{size}");
            let mut search = Search::default();
            text[..20].chunks(size).for_each(|piece| search.add(piece));
            text[21..].chunks(size).for_each(|piece| search.add(piece));
            assert!(!search.is_found, "{size}");
        }
    }

    #[test]
    fn a_value_that_is_cut_is_told() {
        for text in ["{\"a\":1", "[\"x", "\"x\\", "[["] {
            let mut bytes = text.as_bytes();
            let mut window = Window::new(&mut bytes, false);
            window.peek().unwrap();
            assert!(!window.pass(false).unwrap(), "{text}");
        }
    }
}
