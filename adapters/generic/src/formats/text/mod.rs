//! Text of any kind, with or without a time.

use nepho_codec::message::Describer;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

use super::DefaultService;

register!(Component {
    kind: Kind::Format,
    name: "generic.text",
    summary: "Text lines: a time, a level and named values where they can be found",
    permissions: &[],
    make: Make::Format(|| Box::new(Text)),
});

/// Takes any text that no other format knows.
pub struct Text;

impl Format for Text {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        if sample.json.is_none() {
            Confidence(Confidence::FALLBACK.0 - 1)
        } else {
            Confidence::NO
        }
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(TextDecoder {
            describer: Describer::default(),
            service: DefaultService::of(stream),
        })
    }
}

struct TextDecoder {
    describer: Describer,
    service: DefaultService,
}

impl Decoder for TextDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let mut row = out.row(record);
        row.constant(Column::Format, "generic.text");
        self.describer.text(record.text, &mut row);
        self.service.fill(&mut row);
        row.commit();
        Verdict::Rows
    }
}
