//! Tables of lines behind a look at the line, for what no pattern says: that the words are those of
//! the format and not of any application, or that a line is not worth trying.

use std::fmt;

use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::LogsBuilder;

use super::lines::{LineDecoder, LineFormat, Lines};

/// Whether a line may be of the format.
type Guard = fn(&str) -> bool;

/// A table that is asked about the lines that its guard lets through.
pub struct GuardedLines {
    format: LineFormat,
    lines: &'static Lines,
    may_fit: Guard,
}

impl fmt::Debug for GuardedLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedLines")
            .field("name", &self.lines.name)
            .finish_non_exhaustive()
    }
}

impl GuardedLines {
    /// Format of a table, for lines that `may_fit` knows.
    pub fn new(lines: &'static Lines, may_fit: Guard) -> Self {
        Self {
            format: LineFormat::new(lines),
            lines,
            may_fit,
        }
    }
}

impl Format for GuardedLines {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match (self.may_fit)(sample.text) {
            true => self.format.sniff(sample),
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        self.format.marks()
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(GuardedDecoder {
            decoder: LineDecoder::new(self.lines),
            may_fit: self.may_fit,
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.format.extras(raw, stream, found);
    }
}

struct GuardedDecoder {
    decoder: LineDecoder,
    may_fit: Guard,
}

impl Decoder for GuardedDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        match (self.may_fit)(record.text) {
            true => self.decoder.decode(record, out),
            false => Verdict::NotMine,
        }
    }
}
