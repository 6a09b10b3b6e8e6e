//! Formats that are written as lines of text or as JSON, as whoever runs the program chooses.

use std::fmt;

use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::LogsBuilder;

use super::{JsonFormat, LineDecoder, LineFormat, Lines, Table, TableDecoder};

/// One log in two notations.
pub struct Either {
    json: JsonFormat,
    json_table: &'static Table,
    lines: LineFormat,
    lines_table: &'static Lines,
}

impl fmt::Debug for Either {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Either")
            .field("json", &self.json_table.name)
            .field("lines", &self.lines_table.name)
            .finish_non_exhaustive()
    }
}

impl Either {
    /// The format of two tables, which bear one name.
    pub fn new(json: &'static Table, lines: &'static Lines) -> Self {
        Self {
            json: JsonFormat(json),
            json_table: json,
            lines: LineFormat::new(lines),
            lines_table: lines,
        }
    }
}

impl Format for Either {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match sample.json {
            Some(_) => self.json.sniff(sample),
            None => self.lines.sniff(sample),
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.json.may_fit(has_key)
    }

    fn marks(&self) -> Vec<Marks> {
        self.lines.marks()
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(EitherDecoder {
            json: TableDecoder::new(self.json_table),
            lines: LineDecoder::new(self.lines_table),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        match is_json(raw) {
            true => self.json.extras(raw, stream, found),
            false => self.lines.extras(raw, stream, found),
        }
    }
}

struct EitherDecoder {
    json: TableDecoder,
    lines: LineDecoder,
}

impl Decoder for EitherDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        match is_json(record.text) {
            true => self.json.decode(record, out),
            false => self.lines.decode(record, out),
        }
    }
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}
