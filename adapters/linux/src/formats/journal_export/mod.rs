//! Entries of the systemd journal as `journalctl -o export` and journal-remote write them: a block
//! of fields, one a line.
//!
//! Source: systemd.io/JOURNAL_EXPORT_FORMATS, as of 2026-11-27.

use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

use crate::journal::{EXTRAS, Entries, Entry};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Entries of the systemd journal in its export format",
    permissions: &[],
    make: Make::Format(|| Box::new(JournalExport)),
});

const NAME: &str = "linux.journal_export";

/// Reads entries of the journal in its export format.
#[derive(Debug)]
pub struct JournalExport;

impl Format for JournalExport {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let begins_right = |c: char| c == '_' || c.is_ascii_uppercase();
        match sample.text.starts_with(begins_right) && is_entry(sample.text) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn first_bytes(&self) -> Option<[bool; 256]> {
        let mut bytes = [false; 256];
        for (byte, may_begin) in (0..=u8::MAX).zip(&mut bytes) {
            *may_begin = byte == b'_' || byte.is_ascii_uppercase();
        }
        Some(bytes)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(ExportDecoder(Entries::default()))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        fields(raw, &mut |key, value| {
            if let Some((_, name)) = EXTRAS.iter().find(|(held, _)| *held == key) {
                found(name, value);
            }
        });
    }
}

/// Whether a record is an entry: every one has both of its times.
fn is_entry(text: &str) -> bool {
    text.contains('\n')
        && (text.starts_with("__") || text.contains("\n__"))
        && text.contains("__REALTIME_TIMESTAMP=")
}

/// Calls `found` for each field of an entry.
///
/// A field is `KEY=text`, or, where its value is no text of one line, `KEY`, the length of the
/// value as eight bytes, and the value. The length is no text, so such a value is taken to go on up
/// to the next line that looks like a field.
fn fields<'a>(text: &'a str, found: &mut dyn FnMut(&'a str, &'a str)) {
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        match line.split_once('=') {
            Some((key, value)) if is_key(key) => found(key, value.trim_end_matches('\r')),
            None if is_key(line) => {
                let end = binary_end(rest);
                let (value, after) = rest.split_at(end);
                rest = after.strip_prefix('\n').unwrap_or(after);
                found(line, without_length(value).trim_end_matches('\n'));
            }
            _ => {}
        }
    }
}

/// Position of the line end before the next field.
fn binary_end(text: &str) -> usize {
    let mut at = 0;
    for (newline, _) in text.match_indices('\n') {
        let next = text.get(newline + 1..).unwrap_or_default();
        let line = next.split('\n').next().unwrap_or_default();
        let key = line.split('=').next().unwrap_or_default();
        if newline > 0 && is_key(key) && (line.contains('=') || key.starts_with('_')) {
            return newline;
        }
        at = newline;
    }
    at.max(text.len())
}

/// A value without the eight bytes of its length, of which those that are no UTF-8 were replaced.
fn without_length(value: &str) -> &str {
    let is_of_length = |c: char| c.is_control() || c == '\u{fffd}' || c == ' ';
    match value.char_indices().nth(8) {
        // The upper half of the length is zero for all values that can be met.
        Some((end, _)) if value.chars().skip(3).take(5).all(is_of_length) => {
            value.get(end..).unwrap_or(value)
        }
        _ => value.trim_start_matches(is_of_length),
    }
}

/// Whether a word is the name of a field: capital letters, digits and underscores.
fn is_key(word: &str) -> bool {
    (1..=64).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && !word.starts_with(|c: char| c.is_ascii_digit())
}

fn entry(text: &str) -> Entry<'_> {
    let mut entry = Entry::default();
    let mut received = "";
    fields(text, &mut |key, value| match key {
        "__REALTIME_TIMESTAMP" => entry.time = value,
        "_SOURCE_REALTIME_TIMESTAMP" => received = value,
        _ => entry.set(key, value),
    });
    if entry.time.is_empty() {
        entry.time = received;
    }
    entry
}

struct ExportDecoder(Entries);

impl Decoder for ExportDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !is_entry(record.text) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        self.0.fill(&entry(record.text), &mut row);
        row.commit();
        Verdict::Rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_text_and_of_bytes() {
        let text = "__REALTIME_TIMESTAMP=1778594400000000\n\
                    MESSAGE\n\u{c}\0\0\0\0\0\0\0two\nlines=2 x\n\
                    _HOSTNAME=web-1\n\
                    _SELINUX_CONTEXT\n\u{b}\0\0\0\0\0\0\0unconfined\n\n\
                    _COMM=shop\n";
        let mut all = Vec::new();
        fields(text, &mut |key, value| all.push((key, value)));
        assert_eq!(
            all,
            [
                ("__REALTIME_TIMESTAMP", "1778594400000000"),
                ("MESSAGE", "two\nlines=2 x"),
                ("_HOSTNAME", "web-1"),
                ("_SELINUX_CONTEXT", "unconfined"),
                ("_COMM", "shop"),
            ]
        );
    }
}
