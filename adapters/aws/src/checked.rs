//! Formats of lines that need a look at the words themselves, beyond what a pattern can say.

use nepho_codec::table::{LineDecoder, LineFormat, Lines};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::LogsBuilder;

/// A table of lines, and a check that a line must pass as well.
pub(crate) struct Checked {
    table: &'static Lines,
    lines: LineFormat,
    is_mine: fn(&str) -> bool,
}

impl Checked {
    /// Format of a table, for lines that `is_mine` knows.
    pub(crate) fn new(table: &'static Lines, is_mine: fn(&str) -> bool) -> Self {
        Self {
            table,
            lines: LineFormat::new(table),
            is_mine,
        }
    }
}

impl Format for Checked {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match (self.is_mine)(sample.text) {
            true => self.lines.sniff(sample),
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        self.lines.marks()
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(CheckedDecoder {
            lines: LineDecoder::new(self.table),
            is_mine: self.is_mine,
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.lines.extras(raw, stream, found);
    }
}

struct CheckedDecoder {
    lines: LineDecoder,
    is_mine: fn(&str) -> bool,
}

impl Decoder for CheckedDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        match (self.is_mine)(record.text) {
            true => self.lines.decode(record, out),
            false => Verdict::NotMine,
        }
    }
}
