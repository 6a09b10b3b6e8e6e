//! Cuts a stream into blocks of whole records.
//!
//! Two shapes: lines (text, or one JSON value a line), and a sequence of JSON values that may span
//! lines (pretty-printed, concatenated, the elements of one big array such as
//! `{"Records": [...]}`).
//! The reader of a stream only looks for places to cut; the records within a block are found by
//! whoever decodes it, so that this can happen on several threads.

mod broken;
mod lines;
mod place;
mod values;
mod window;

use std::fmt;
use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::sync::Arc;

use arrow_buffer::Buffer;
use nepho_core::time::DateOrder;

use crate::ansi;
use crate::bytes::skip_space;
use crate::csv;
use crate::encoding::{self, Encoding, Text};
use crate::group::{self, Grouping};
use crate::json::skip::skip_value;
use crate::values::{Array, array_start};
pub(crate) use lines::Lines;
pub use place::Place;
use window::Window;

/// Bytes of a block, unless a single record is larger.
pub const BLOCK_BYTES: usize = 512 << 10;
/// A record may not be larger than this; a larger one is skipped and reported.
pub const MAX_RECORD_BYTES: usize = 16 << 20;
/// Bytes by which the encoding and the shape of a stream are found.
const BEGIN_BYTES: usize = 64 << 10;

/// How the records of a stream stand beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Lines, of which one or more make a record; see [`Grouping`].
    Lines,
    /// JSON values.
    Values,
}

/// A piece of a stream that holds whole records.
#[derive(Debug)]
pub struct Block {
    /// The records (bytes that were no UTF-8 are replaced by U+FFFD, colors of a terminal in lines
    /// of text are left out).
    pub text: Text,
    /// Position of the first byte in the decompressed stream.
    pub offset: u64,
    /// Line of the first byte, from one.
    pub line: u32,
    /// How lines make records, where the block is of lines.
    pub grouping: Grouping,
    /// The names of the columns, where the block is of rows of a table.
    pub header: Option<Arc<csv::Header>>,
    /// Records in the block; `None` for lines, which whoever decodes the block finds.
    pub records: Option<Vec<Range<usize>>>,
    /// Ends of lines in the block.
    pub newlines: usize,
    /// Whether bytes that were no UTF-8 had to be replaced.
    pub repaired: bool,
    /// Where the text is not that of the stream, because bytes were replaced or colors of a
    /// terminal taken away: positions in the text, and where the same stands in the stream, counted
    /// from `offset`. Between two of these, positions move alike.
    moved: Vec<(usize, usize)>,
}

impl Block {
    /// Position in the stream of what stands at `at` in the text.
    pub fn position(&self, at: usize) -> u64 {
        self.offset + moved(&self.moved, at) as u64
    }
}

/// A piece of a stream that is no record, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Bytes in the decompressed stream.
    pub range: Range<u64>,
    /// Line of the first one.
    pub line: u32,
    /// What is wrong.
    pub reason: String,
}

/// What the framer gives next.
#[derive(Debug)]
pub enum Piece {
    /// Records.
    Block(Block),
    /// Something that is no record.
    Skipped(Skipped),
}

/// Cuts one stream into blocks.
pub struct Framer<R> {
    window: Window<R>,
    offset: u64,
    line: u32,
    shape: Option<Shape>,
    grouping: Grouping,
    columns: Option<Arc<csv::Header>>,
    array: Array,
    /// The first line, where it was asked for and names fields.
    named: Option<String>,
    /// Order of day and month, where it was asked for.
    date_order: DateOrder,
    /// Position and line of the last record of a stream of lines.
    last: Option<(u64, u32)>,
    /// Values that the next block may hold.
    expected: usize,
    /// Values that are still skipped with care, because one before them broke off.
    careful: usize,
}

impl<R> fmt::Debug for Framer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Framer")
            .field("offset", &self.offset)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl<R: BufRead> Framer<R> {
    /// Framer of a decompressed stream that holds some of its bytes in memory, as those that
    /// [`crate::decompress::open`] gives do: they are copied once.
    pub fn buffered(stream: R) -> Self {
        Self::of(Window::buffered(stream))
    }
}

impl<R: Read> Framer<R> {
    /// Framer of a decompressed stream, such as a file, that is read straight into the blocks.
    pub fn new(stream: R) -> Self {
        Self::of(Window::new(stream))
    }

    /// Framer of a decompressed text in memory, such as an object that was fetched: its blocks are
    /// slices of it, nothing is copied.
    pub fn in_memory(text: Buffer) -> Self {
        Self::of(Window::on(text))
    }

    fn of(window: Window<R>) -> Self {
        Self {
            window,
            offset: 0,
            line: 1,
            shape: None,
            grouping: Grouping::Plain,
            columns: None,
            array: Array::None,
            named: None,
            date_order: DateOrder::Untold,
            last: None,
            expected: 0,
            careful: 0,
        }
    }

    /// The first bytes, at least `count` of them if the stream has so many. Only before the first
    /// call of `next`.
    pub fn head(&mut self, count: usize) -> &[u8] {
        self.window.fill(count);
        &self.window
    }

    /// The first line of a text, which may name the fields of the others; where the text begins
    /// with directives, the one that does (`#Fields: date time ...`). Only before the first call of
    /// `next`.
    pub fn header(&mut self) -> Option<String> {
        if self.shape.is_none() {
            self.named = self.first_line();
        }
        self.named.clone()
    }

    /// Whether day or month stands first in the dates of a text, as far as its beginning tells.
    /// Only before the first call of `next`.
    pub fn date_order(&mut self) -> DateOrder {
        if self.shape.is_none() {
            let head = self.head(BEGIN_BYTES);
            let of_utf16 = |text: &[u8], big_endian| {
                crate::time::date_order(encoding::from_utf16(text, big_endian).as_bytes())
            };
            self.date_order = match head {
                [0xFF, 0xFE, text @ ..] => of_utf16(text, false),
                [0xFE, 0xFF, text @ ..] => of_utf16(text, true),
                _ => crate::time::date_order(head),
            };
        }
        self.date_order
    }

    fn first_line(&mut self) -> Option<String> {
        let head = self.head(4096);
        let is_before = |line: &&[u8]| {
            let line = std::str::from_utf8(line).unwrap_or_default();
            csv::is_before(line.trim_start_matches('\u{feff}'))
        };
        let lines = head.split(|byte| *byte == b'\n');
        let mut lines = lines.skip_while(is_before);
        let first = lines.next()?;
        let mut directives = lines.take_while(|line| line.starts_with(b"#"));
        let line = match first.starts_with(b"#") && !first.starts_with(b"#Fields:") {
            true => directives
                .find(|line| line.starts_with(b"#Fields:"))
                .unwrap_or(first),
            false => first,
        };
        let line = std::str::from_utf8(line).ok()?;
        let line = line.trim_start_matches('\u{feff}').trim();
        (!line.is_empty() && !line.starts_with(['{', '['])).then(|| line.to_owned())
    }

    /// Shape of the stream, known after the first call of [`Framer::next`].
    pub fn shape(&self) -> Option<Shape> {
        self.shape
    }

    /// The error that ended the stream early, such as that of a truncated gzip member.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.window.take_error()
    }

    /// Bytes of the decompressed stream that were handed out or skipped so far.
    pub fn position(&self) -> u64 {
        self.offset
    }

    /// The next piece, or `None` at the end of the stream. A read error ends the stream; see
    /// [`Framer::take_error`].
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator would hide `take_error`"
    )]
    pub fn next(&mut self) -> Option<Piece> {
        if self.shape.is_none()
            && let Some(skipped) = self.begin()
        {
            return Some(Piece::Skipped(skipped));
        }
        match self.shape? {
            Shape::Lines => self.next_lines(),
            Shape::Values => self.next_values(),
        }
    }

    /// Finds encoding and shape; gives what is wrong with a stream that is not text.
    fn begin(&mut self) -> Option<Skipped> {
        self.window.fill(BEGIN_BYTES);
        match encoding::detect(&self.window) {
            Encoding::Utf8(mark) => self.consume(mark),
            Encoding::Utf16(big_endian) => {
                self.consume(2);
                self.window.read_utf16(big_endian);
            }
            Encoding::Binary(what) => {
                let size = self.window.len() as u64;
                self.window.end();
                self.shape = Some(Shape::Lines);
                return Some(Skipped {
                    range: 0..size,
                    line: 1,
                    reason: format!("not text: {what}"),
                });
            }
        }
        let head = ansi::plain(&self.window);
        self.shape = Some(shape(&head));
        self.columns = match self.shape {
            Some(Shape::Lines) => csv::Header::find(&head, self.window.is_ended()).map(Arc::new),
            _ => None,
        };
        self.grouping = match &self.columns {
            Some(header) => Grouping::Csv(header.delimiter()),
            None => Grouping::of(&head),
        };
        None
    }

    fn consume(&mut self, count: usize) {
        let newlines = memchr::memchr_iter(b'\n', &self.window[..count]).count();
        self.line = self
            .line
            .saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        self.window.consume(count);
        self.offset += count as u64;
    }

    /// Takes the first `count` bytes as a block.
    fn take_block(&mut self, count: usize, records: Option<Vec<Range<usize>>>) -> Block {
        let (text, look) = self.window.take(count);
        let newlines = look.newlines;
        let offset = self.offset;
        let line = self.line;
        self.line = self
            .line
            .saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        self.offset += count as u64;
        let (text, records, moved, repaired) = match text {
            Ok(text) => (text, records, Vec::new(), false),
            Err(bytes) => {
                let (text, records, moved) = repair(&bytes, records);
                (text, records, moved, true)
            }
        };
        // Within JSON, colors are escaped.
        let plain = match records {
            None if look.has_escape => ansi::stripped(text.as_str()),
            _ => None,
        };
        let (text, moved) = match plain {
            Some((plain, stripped)) => (plain.into(), composed(&stripped, &moved)),
            None => (text, moved),
        };
        Block {
            text,
            offset,
            line,
            grouping: self.grouping,
            header: self.columns.clone(),
            records,
            newlines,
            repaired,
            moved,
        }
    }

    fn next_lines(&mut self) -> Option<Piece> {
        let mut wanted = BLOCK_BYTES;
        loop {
            self.window.fill(wanted);
            if self.window.is_empty() {
                return None;
            }
            if self.window.is_ended() && self.window.len() <= MAX_RECORD_BYTES {
                if let Some(piece) = self.broken_off() {
                    return Some(piece);
                }
                let count = self.window.len();
                self.note_last();
                return Some(Piece::Block(self.take_block(count, None)));
            }
            if let Some(cut) =
                group::cut(&self.window[..self.window.len().min(wanted)], self.grouping)
            {
                return Some(Piece::Block(self.take_block(cut, None)));
            }
            if self.window.len() >= MAX_RECORD_BYTES {
                return Some(Piece::Skipped(self.skip_line()));
            }
            wanted = (self.window.len() * 2).min(MAX_RECORD_BYTES);
        }
    }

    /// Passes over the rest of a line that is too long, without holding it.
    fn skip_line(&mut self) -> Skipped {
        let start = self.offset;
        let line = self.line;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.window) {
                self.consume(end + 1);
                break;
            }
            self.consume(self.window.len());
            self.window.fill(BLOCK_BYTES);
            if self.window.is_empty() {
                break;
            }
        }
        let reason = format!(
            "a record of {} bytes is longer than the limit of {MAX_RECORD_BYTES}",
            self.offset - start
        );
        Skipped {
            range: start..self.offset,
            line,
            reason,
        }
    }
}

/// A text that was mended, the ranges of its records, and [`Block::moved`].
type Repaired = (Text, Option<Vec<Range<usize>>>, Vec<(usize, usize)>);

/// Text of a block that is no UTF-8, with what is none replaced. Ranges of records would no longer
/// fit, so each record is mended on its own.
fn repair(bytes: &[u8], records: Option<Vec<Range<usize>>>) -> Repaired {
    let mut text = String::with_capacity(bytes.len() + 64);
    let mut moved = Vec::new();
    let Some(records) = records else {
        mend(bytes, 0, &mut text, &mut moved);
        return (text.into(), None, moved);
    };
    let mended = records.into_iter().map(|record| {
        let start = text.len();
        moved.push((start, record.start));
        let part = bytes.get(record.clone()).unwrap_or_default();
        mend(part, record.start, &mut text, &mut moved);
        let range = start..text.len();
        text.push('\n');
        range
    });
    let mended = mended.collect();
    (text.into(), Some(mended), moved)
}

/// Adds the part of a block that begins at `start` to `text`.
fn mend(part: &[u8], start: usize, text: &mut String, moved: &mut Vec<(usize, usize)>) {
    let mut at = start;
    for chunk in part.utf8_chunks() {
        text.push_str(chunk.valid());
        at += chunk.valid().len() + chunk.invalid().len();
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            moved.push((text.len(), at));
        }
    }
}

/// Moves of a text that was made of another one, whose own moves are `inner`.
fn composed(outer: &[(usize, usize)], inner: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let ahead = outer
        .iter()
        .map(|(text, middle)| (*text, moved(inner, *middle)));
    let back: Vec<_> = outer
        .iter()
        .map(|(text, middle)| (*middle, *text))
        .collect();
    let behind = inner
        .iter()
        .map(|(middle, bytes)| (moved(&back, *middle), *bytes));
    let mut all: Vec<_> = ahead.chain(behind).collect();
    all.sort_unstable();
    all
}

/// Where `at` stands after these moves.
fn moved(moves: &[(usize, usize)], at: usize) -> usize {
    let next = moves.partition_point(|(from, _)| *from <= at);
    let last = next.checked_sub(1).and_then(|last| moves.get(last));
    let (from, to) = last.copied().unwrap_or_default();
    to + (at - from)
}

/// Shape of a stream that begins with `head`.
fn shape(head: &[u8]) -> Shape {
    let start = skip_space(head, 0);
    match head.get(start) {
        Some(b'[') => {
            let next = skip_space(head, start + 1);
            match head.get(next) {
                Some(b'{' | b'[' | b']') => Shape::Values,
                // Objects that were written as strings.
                Some(b'"') if head.get(next + 1) == Some(&b'{') => Shape::Values,
                _ => Shape::Lines,
            }
        }
        Some(b'{') => {
            if array_start(head, start).is_some() {
                return Shape::Values;
            }
            match skip_value(head, start) {
                // One value a line; `{}{}` and values over several lines are a sequence.
                Ok(end) if memchr::memchr(b'\n', &head[start..end]).is_none() => {
                    let next = head[end..]
                        .iter()
                        .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
                    match next {
                        Some(b'\n') | None => Shape::Lines,
                        Some(_) => Shape::Values,
                    }
                }
                Ok(_) => Shape::Values,
                // A first line that is cut off does not spoil those after it.
                Err(_) => match memchr::memchr(b'\n', &head[start..]) {
                    Some(newline) if is_object_line(&head[start + newline + 1..]) => Shape::Lines,
                    Some(_) => Shape::Values,
                    None => Shape::Lines,
                },
            }
        }
        _ => Shape::Lines,
    }
}

fn is_object_line(text: &[u8]) -> bool {
    text.first() == Some(&b'{') && skip_value(text, 0).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records of a text, which are the same whether it is read or lies in memory.
    fn records(text: &[u8]) -> Vec<String> {
        let found = records_of(Framer::new(text));
        let memory = Framer::<io::Empty>::in_memory(Buffer::from(text));
        assert_eq!(found, records_of(memory));
        found
    }

    fn records_of(mut framer: Framer<impl Read>) -> Vec<String> {
        let mut found = Vec::new();
        while let Some(piece) = framer.next() {
            match piece {
                Piece::Block(block) => {
                    let text = block.text.as_str();
                    match block.records {
                        Some(records) => {
                            found.extend(records.into_iter().map(|range| text[range].to_owned()))
                        }
                        None => found.extend(group::lines(text, block.grouping, &|_| false).map(
                            |(range, line)| format!("{}:{}", line + block.line, &text[range]),
                        )),
                    }
                }
                Piece::Skipped(skipped) => {
                    found.push(format!("skipped {:?} {}", skipped.range, skipped.reason))
                }
            }
        }
        found
    }

    #[test]
    fn lines_and_what_goes_on_with_them() {
        let text =
            b"one\ntwo\n\tat x\na.b.IoException: z\nCaused by: y\n\n{\"a\":1}\r\n  {\"b\":2}\nlast";
        assert_eq!(
            records(text),
            [
                "1:one",
                "2:two\n\tat x",
                "4:a.b.IoException: z\nCaused by: y",
                "7:{\"a\":1}",
                "8:  {\"b\":2}",
                "9:last"
            ]
        );
    }

    #[test]
    fn values_in_arrays_and_behind_each_other() {
        assert_eq!(
            records(b"{\"Records\":[{\"a\":1},{\"a\":2}],\"x\":{\"y\":[1]}}"),
            ["{\"a\":1}", "{\"a\":2}"]
        );
        assert_eq!(
            records(b"{\"Records\":[{\"a\":1}],\"x\":[{}],\"Records\":[{\"a\":2}],\"value\":[]}"),
            ["{\"a\":1}", "{\"a\":2}"]
        );
        assert_eq!(
            records(b"[\n {\"a\":1},\n {\"a\":2}\n]\n"),
            ["{\"a\":1}", "{\"a\":2}"]
        );
        assert_eq!(records(b"{\"a\":1}{\"a\":2}"), ["{\"a\":1}", "{\"a\":2}"]);
        assert_eq!(
            records(b"{\n\"a\":1\n}\n{\n\"a\":2\n}"),
            ["{\n\"a\":1\n}", "{\n\"a\":2\n}"]
        );
        assert_eq!(
            records(br#"["{\"a\":1}", "{\"a\":2}"]"#),
            [r#""{\"a\":1}""#, r#""{\"a\":2}""#]
        );
        assert_eq!(records(b""), Vec::<String>::new());
        assert_eq!(records(b"{\"Records\":[]}"), Vec::<String>::new());
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_is_read() {
        assert_eq!(
            records(b"{\"a\"} [], \"b\": {\"c\":1}}"),
            ["{\"a\"}", "skipped 8..23 broken JSON"]
        );
        assert_eq!(
            records(b"[{\"a\":1},\n"),
            [
                "{\"a\":1}",
                "skipped 10..10 the file is cut off: its array has no end"
            ]
        );
        assert_eq!(
            records(b"{\"Records\":[{\"a\":\"x\n{\"Records\":[{\"a\":2}]}\n"),
            ["skipped 12..20 broken JSON", "{\"a\":2}"]
        );
        assert_eq!(
            records(b"{\"Records\":[{\"a\":1}],\"b\":{\"c\":\"d\" \"e\":1}}"),
            ["{\"a\":1}", "skipped 20..41 broken JSON"]
        );
        assert_eq!(
            records(b"{\"Records\":[{\"a\":1},{\"a\":"),
            ["{\"a\":1}", "skipped 20..25 the last JSON value is cut off"]
        );
        assert_eq!(
            records(b"[2024-12-08 12:34:56.789] ERROR - x"),
            ["1:[2024-12-08 12:34:56.789] ERROR - x"]
        );
        assert_eq!(
            records(b"\x00\x01\x02\x03"),
            ["skipped 0..4 not text: binary data"]
        );
        assert_eq!(
            records(b"caf\xe9 au lait\nok"),
            ["1:caf\u{fffd} au lait", "2:ok"]
        );
        assert_eq!(records(b"\xff\xfeh\x00i\x00"), ["1:hi"]);
    }

    #[test]
    fn what_follows_an_array_may_lie_behind_the_end_of_a_block() {
        for more in 0..40 {
            let tail = "],\"more\": [1, {\"b\": 2}]  }\n";
            let pad = BLOCK_BYTES - "{\"Records\":[{\"a\":\"\"}".len() - more;
            let text = format!("{{\"Records\":[{{\"a\":\"{}\"}}{tail}", "p".repeat(pad));
            let found = records(text.as_bytes());
            assert_eq!(found.len(), 1, "{more}: {:?}", found.last());
        }
    }

    #[test]
    fn positions_are_those_of_the_stream_also_where_text_was_mended() {
        let check = |bytes: &[u8], expected: &[u64]| {
            let Some(Piece::Block(block)) = Framer::new(bytes).next() else {
                panic!("a block");
            };
            let text = block.text.as_str();
            let found: Vec<_> = match &block.records {
                Some(records) => records.iter().map(|range| range.start).collect(),
                None => group::lines(text, block.grouping, &|_| false)
                    .map(|(range, _)| range.start)
                    .collect(),
            };
            let found: Vec<_> = found.into_iter().map(|at| block.position(at)).collect();
            assert_eq!(found, expected);
        };
        check(b"one\ntwo\n", &[0, 4]);
        check(b"caf\xe9\n\xff\xfe\xfdz\nok\nend", &[0, 5, 10, 13]);
        check(b"[ {\"a\":\"\xe9\"},  {\"b\":1},{\"c\":2}]", &[2, 14, 22]);
    }

    #[test]
    fn a_line_beyond_the_limit_is_skipped_without_being_held() {
        let text = "x".repeat(MAX_RECORD_BYTES + 10) + "\nnext\n";
        let found = records(text.as_bytes());
        assert_eq!(found.len(), 2);
        assert!(
            found[0].starts_with("skipped 0..16777227 a record of 16777227 bytes"),
            "{}",
            found[0]
        );
        assert_eq!(found[1], "2:next");
    }

    #[test]
    fn the_header_is_the_line_that_names_the_fields() {
        let check = |text: &str, expected: Option<&str>| {
            let header = Framer::new(text.as_bytes()).header();
            assert_eq!(header.as_deref(), expected, "{text}");
        };
        check("version account-id\n2 1", Some("version account-id"));
        check(
            "#Software: x\n#Fields: date time\n1 2",
            Some("#Fields: date time"),
        );
        check("#Fields: a b\n#Fields: c d", Some("#Fields: a b"));
        check("# a comment\n1\n#Fields: a", Some("# a comment"));
        check("{}\n", None);
        // What stands before the header of a table.
        check("#TYPE System.Object\r\na,b\r\n1,2", Some("a,b"));
        check("\u{feff}sep=;\na;b\n1;2", Some("a;b"));
        check("#TYPE a,b\n1,2", Some("#TYPE a,b"));
    }

    #[test]
    fn blocks_are_cut_between_records_wherever_the_reader_stops() {
        struct Slow<'a>(&'a [u8], usize);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = self.1.min(self.0.len()).min(buffer.len());
                buffer[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let text: String = (0..40_000)
            .map(|n| format!("{{\"n\":{n},\"pad\":\"{}\"}}\n", "p".repeat(n % 50)))
            .collect();
        let slow = |step| io::BufReader::with_capacity(step, Slow(text.as_bytes(), step));
        let both = |step| [Framer::new(slow(step)), Framer::buffered(slow(step))];
        for mut framer in [977, 65_536].into_iter().flat_map(both) {
            let (mut count, mut bytes) = (0, 0);
            while let Some(Piece::Block(block)) = framer.next() {
                let text = block.text.as_str();
                bytes += text.len();
                for (range, _) in group::lines(text, block.grouping, &|_| false) {
                    assert!(text[range].starts_with(&format!("{{\"n\":{count},")));
                    count += 1;
                }
            }
            assert_eq!((count, bytes), (40_000, text.len()));
        }
        assert_eq!(records(text.as_bytes()).len(), 40_000);
    }

    #[test]
    fn blocks_of_a_text_in_memory_are_parts_of_it() {
        let text = Buffer::from("{\"a\":1}\n".repeat(200_000).as_bytes());
        let mut framer = Framer::<io::Empty>::in_memory(text.clone());
        let (mut blocks, mut at) = (0, text.as_ptr());
        while let Some(Piece::Block(block)) = framer.next() {
            let part = block.text.buffer();
            assert_eq!(part.as_ptr(), at);
            at = part.as_ptr_range().end;
            blocks += 1;
        }
        assert!(blocks > 2);
        assert_eq!(at, text.as_ptr_range().end);
    }
}
