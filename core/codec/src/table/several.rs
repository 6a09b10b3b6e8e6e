//! JSON formats whose records come in several shapes: a table for each.

use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::LogsBuilder;

use super::json::{JsonFormat, Table, TableDecoder};
use crate::json::fields::JsonFields;

/// A format that is several [`Table`]s of one name: the first whose needs hold reads a record.
#[derive(Debug)]
pub struct JsonFormats(pub &'static [&'static Table]);

impl JsonFormats {
    fn formats(&self) -> impl Iterator<Item = JsonFormat> + '_ {
        self.0.iter().map(|table| JsonFormat(table))
    }
}

impl Format for JsonFormats {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let sure = self.formats().map(|format| format.sniff(sample));
        sure.max().unwrap_or(Confidence::NO)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        let decoders = self.0.iter().map(|table| TableDecoder::new(table));
        Box::new(Several(decoders.collect()))
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.formats().any(|format| format.may_fit(has_key))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        let sample = Sample {
            text: raw,
            json: Some(&fields),
            stream,
        };
        let mine = self
            .formats()
            .find(|format| format.sniff(&sample) > Confidence::NO);
        if let Some(format) = mine {
            format.extras(raw, stream, found);
        }
    }
}

/// Decoders of the tables, in their order.
struct Several(Vec<TableDecoder>);

impl Decoder for Several {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        for decoder in &mut self.0 {
            match decoder.decode(record, out) {
                Verdict::NotMine => {}
                verdict => return verdict,
            }
        }
        Verdict::NotMine
    }
}
