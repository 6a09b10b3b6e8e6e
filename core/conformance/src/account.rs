//! Accounts for every byte of a stream: each lies in a record that became rows, rejects or
//! structure, in a piece that was rejected whole, or between records.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use nepho_codec::detect::{Decoding, Formats};
use nepho_codec::frame::{Block, Framer, Piece, Shape};
use nepho_codec::group;
use nepho_codec::values::is_events_key;
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, LogsBuilder, LogsView, Reject};
use serde::de::IgnoredAny;
use serde_json::Value;

/// What became of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Bytes of the stream.
    pub bytes: u64,
    /// Bytes in records.
    pub record_bytes: u64,
    /// Bytes that were rejected without being a record.
    pub skipped_bytes: u64,
    /// Bytes between records: line ends, white space, punctuation of JSON, the envelope of an
    /// array.
    pub between_bytes: u64,
    /// Rows.
    pub rows: u64,
    /// Rejects.
    pub rejects: u64,
    /// Records that are no events.
    pub structure: u64,
    /// Formats of the rows, with counts.
    pub formats: Vec<(&'static str, u64)>,
}

/// Decodes a decompressed stream, with detection, and accounts for its bytes.
///
/// # Errors
/// What is not accounted for, or twice.
pub fn account(text: &[u8], stream: &Stream, formats: &Arc<Formats>) -> Result<Account, String> {
    Accountant::new(stream, formats).account(text)
}

/// Accounts for many small texts, which it decodes as one stream until one begins with another
/// header.
pub struct Accountant {
    formats: Arc<Formats>,
    stream: Arc<Stream>,
    decoding: Option<Decoding>,
}

impl fmt::Debug for Accountant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accountant").finish_non_exhaustive()
    }
}

impl Accountant {
    /// Accountant for texts that come from `stream`.
    pub fn new(stream: &Stream, formats: &Arc<Formats>) -> Self {
        Self {
            formats: Arc::clone(formats),
            stream: Arc::new(stream.clone()),
            decoding: None,
        }
    }

    /// Decodes a text and accounts for its bytes.
    ///
    /// # Errors
    /// What is not accounted for, or twice.
    pub fn account(&mut self, text: &[u8]) -> Result<Account, String> {
        let mut framer = Framer::new(text);
        let header = framer.header();
        // Decoders are costly to make. A first line with digits in it hardly names fields.
        let names_fields = |line: &str| !line.bytes().any(|byte| byte.is_ascii_digit());
        let is_other = self.stream.header != header;
        if is_other && (self.decoding.is_none() || header.as_deref().is_some_and(names_fields)) {
            let stream = (*self.stream).clone();
            self.stream = Arc::new(Stream { header, ..stream });
            self.decoding = None;
        }
        let decoding = match &mut self.decoding {
            Some(decoding) => decoding,
            None => {
                let (formats, stream) = (Arc::clone(&self.formats), Arc::clone(&self.stream));
                let fresh = Decoding::new(formats, stream, None).map_err(of)?;
                self.decoding.insert(fresh)
            }
        };
        told(text, framer, decoding, &self.formats, &self.stream)
    }
}

fn told(
    text: &[u8],
    mut framer: Framer<&[u8]>,
    decoding: &mut Decoding,
    formats: &Formats,
    stream: &Stream,
) -> Result<Account, String> {
    let mut out = LogsBuilder::new(Timestamp(0));
    let mut pieces = Pieces::default();
    while let Some(piece) = framer.next() {
        match piece {
            Piece::Block(block) => {
                pieces.records(&block, formats, stream);
                decoding.block(block, &mut out);
            }
            Piece::Skipped(skipped) => {
                let is_all = skipped.reason.starts_with("not text");
                let end = if is_all {
                    text.len() as u64
                } else {
                    skipped.range.end
                };
                pieces.skipped.push(skipped.range.start..end);
            }
        }
    }
    let counts = decoding.take_counts();
    let rejects = out.take_rejects();
    let batch = out.finish().map_err(of)?;
    let rows = LogsView::new(&batch).map_err(of)?;
    let is_wrapped = !counts.wrappings.is_empty();
    pieces.fates(&rows, &rejects, counts.structure, is_wrapped)?;
    let between_bytes = match text {
        // Positions are those of the text as UTF-8.
        [0xff, 0xfe, ..] => wide_blanks(text, false),
        [0xfe, 0xff, ..] => wide_blanks(text, true),
        _ => pieces.between(text, framer.shape() == Some(Shape::Values))?,
    };
    let sum = |ranges: &[Range<u64>]| ranges.iter().map(|range| range.end - range.start).sum();
    Ok(Account {
        bytes: text.len() as u64,
        record_bytes: sum(&pieces.records),
        skipped_bytes: sum(&pieces.skipped),
        between_bytes,
        rows: rows.len() as u64,
        rejects: counts.rejects + pieces.skipped.len() as u64,
        structure: counts.structure,
        formats: counts.formats,
    })
}

/// Bytes of a text as UTF-16 if all of it is blank or empty lists, and otherwise none.
fn wide_blanks(text: &[u8], big_endian: bool) -> u64 {
    let wide = nepho_codec::encoding::from_utf16(&text[2..], big_endian);
    let plain = uncolored(&wide);
    let mut lists = serde_json::Deserializer::from_str(plain.trim()).into_iter::<Vec<IgnoredAny>>();
    match lists.all(|list| list.is_ok_and(|list| list.is_empty())) {
        true => text.len() as u64,
        false => 0,
    }
}

fn of(error: nepho_core::Error) -> String {
    error.to_string()
}

/// What the framer made of a stream, in positions of the stream.
#[derive(Default)]
struct Pieces {
    records: Vec<Range<u64>>,
    skipped: Vec<Range<u64>>,
}

impl Pieces {
    /// Adds the records of a block.
    fn records(&mut self, block: &Block, formats: &Formats, stream: &Stream) {
        let mut add = |range: Range<usize>| {
            let range = block.position(range.start)..block.position(range.end);
            self.records.push(range);
        };
        match &block.records {
            Some(records) => records.iter().cloned().for_each(&mut add),
            None => {
                let knows = |line: &[u8]| formats.know(line, stream);
                for (range, _) in group::lines(block.text.as_str(), block.grouping, &knows) {
                    add(range);
                }
            }
        }
    }

    /// Checks that each record became rows, rejects or structure, and that nothing else did.
    fn fates(
        &self,
        rows: &LogsView<'_>,
        rejects: &[Reject],
        structure: u64,
        is_wrapped: bool,
    ) -> Result<(), String> {
        let records: HashMap<u64, u64> = self
            .records
            .iter()
            .map(|range| (range.start, range.end))
            .collect();
        if records.len() != self.records.len() {
            return Err("two records begin at the same byte".to_owned());
        }
        let mut told = HashSet::new();
        for row in 0..rows.len() {
            let start = rows.offset(row);
            let Some(end) = records.get(&start) else {
                return Err(format!(
                    "row {row} is of byte {start}, where no record begins"
                ));
            };
            let bytes = u64::from(rows.bytes(row));
            // A decoder that splits an event into several gives each its own part of the text,
            // which is longer than the bytes where some of them had to be replaced.
            let text = rows.text(Column::Raw, row).unwrap_or_default();
            let is_mended = text.contains(char::REPLACEMENT_CHARACTER);
            if !is_wrapped && !is_mended && bytes > end - start {
                return Err(format!(
                    "row {row} has {bytes} bytes, its record {start}..{end}"
                ));
            }
            told.insert(start);
        }
        for reject in rejects {
            if !records.contains_key(&reject.start) {
                return Err(format!("a reject is of byte {}: {reject:?}", reject.start));
            }
            told.insert(reject.start);
        }
        let untold = self.records.iter();
        let untold: Vec<_> = untold
            .filter(|range| !told.contains(&range.start))
            .collect();
        if untold.len() as u64 > structure {
            return Err(format!(
                "{} records gave neither row nor reject, but only {structure} are structure: {:?}",
                untold.len(),
                untold.first()
            ));
        }
        Ok(())
    }

    /// Checks that pieces do not overlap and what stands between them is no event; gives its bytes.
    fn between(&self, text: &[u8], is_values: bool) -> Result<u64, String> {
        let mut pieces: Vec<_> = self
            .records
            .iter()
            .map(|range| (range, false))
            .chain(self.skipped.iter().map(|range| (range, true)))
            .collect();
        pieces.sort_by_key(|(range, _)| (range.start, range.end));
        let mut at = match text {
            [0xef, 0xbb, 0xbf, ..] => 3,
            _ => 0,
        };
        let mut bytes = at;
        let mut frame = Vec::new();
        let end = text.len() as u64..text.len() as u64;
        for (range, is_skipped) in pieces.into_iter().chain([(&end, true)]) {
            if range.start < at {
                return Err(format!("a piece at {range:?} begins before {at}"));
            }
            let gap = slice(text, at..range.start)?;
            bytes += gap.len() as u64;
            if !is_values && !gap.iter().all(u8::is_ascii_whitespace) && !is_blank(gap) {
                return Err(format!(
                    "{at}..{} is in no record: {:?}",
                    range.start,
                    String::from_utf8_lossy(gap)
                ));
            }
            frame.extend_from_slice(gap);
            if !is_skipped {
                frame.extend_from_slice(b" 0 ");
            }
            at = range.end;
        }
        if is_values && self.skipped.is_empty() {
            check_frame(&frame)?;
        }
        Ok(bytes)
    }
}

fn slice(text: &[u8], range: Range<u64>) -> Result<&[u8], String> {
    let start = usize::try_from(range.start).unwrap_or(usize::MAX);
    let end = usize::try_from(range.end).unwrap_or(usize::MAX);
    text.get(start..end)
        .ok_or_else(|| format!("{range:?} lies beyond the end, {}", text.len()))
}

/// White space of Unicode is no event either, nor are colors of a terminal.
fn is_blank(gap: &[u8]) -> bool {
    std::str::from_utf8(gap).is_ok_and(|gap| uncolored(gap).trim().is_empty())
}

/// `text` without the control sequences of a terminal (ECMA-48, 5.4).
pub(crate) fn uncolored(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !matches!(c, '0'..='?'));
        match end.and_then(|end| part.get(end..)) {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                plain.push_str(&rest[1..]);
            }
            _ => plain.extend(["\x1b[", part]),
        }
    }
    plain
}

/// Whether an object stands within another value of what is no whole JSON.
fn holds_an_object(frame: &[u8]) -> bool {
    let (mut in_string, mut is_escaped, mut previous) = (false, false, b' ');
    for byte in frame {
        match byte {
            b'"' if !is_escaped => in_string = !in_string,
            b'{' if !in_string && matches!(previous, b':' | b'[') => return true,
            _ => {}
        }
        is_escaped = *byte == b'\\' && !is_escaped;
        if !byte.is_ascii_whitespace() && !in_string {
            previous = *byte;
        }
    }
    false
}

/// Checks what stands around the records of a stream of JSON values, each of which is written as 0:
/// arrays of them, or objects that hold such an array and nothing else that looks like events.
fn check_frame(frame: &[u8]) -> Result<(), String> {
    let told = |what: &str| {
        let frame = String::from_utf8_lossy(frame);
        Err(format!(
            "{what}: {}",
            frame.chars().take(200).collect::<String>()
        ))
    };
    // Bytes that are no text are replaced before anything is read.
    let text = String::from_utf8_lossy(frame);
    // Half of a surrogate pair is no fault of the framer, and this reader takes none.
    let text = text.replace("\\ud", "\\u0").replace("\\uD", "\\u0");
    for value in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
        match value {
            Ok(Value::Object(members)) => {
                let is_event = |value: &Value| value.is_object();
                let events = members.iter();
                let events = events.filter(|(key, _)| is_events_key(key.as_bytes()));
                let mut lists = events.filter_map(|(_, value)| value.as_array());
                if lists.any(|list| list.iter().any(is_event)) {
                    return told("events beside the array that was read");
                }
            }
            Ok(_) => {}
            // The framer is lenient with commas and missing ends; no object may hide there.
            Err(_) if !holds_an_object(frame) => {}
            // Deeper than this reader goes, which is no fault of the framer.
            Err(error) if error.to_string().starts_with("recursion limit") => {}
            Err(_) => return told("no JSON around the records"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_frame;

    #[test]
    fn half_a_surrogate_pair_is_json() {
        assert_eq!(
            check_frame(br#"{"events": [0], "a\ud83d": {"b": 1}}"#),
            Ok(())
        );
        assert!(check_frame(br#"{"events": [{"a": 1}]}"#).is_err());
    }
}
