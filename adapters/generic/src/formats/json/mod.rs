//! JSON objects of any application.

use nepho_codec::message::Describer;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

use super::DefaultService;

register!(Component {
    kind: Kind::Format,
    name: "generic.json",
    summary: "JSON log lines of any application, by the names that logging libraries use",
    permissions: &[],
    make: Make::Format(|| Box::new(Json)),
});

/// Takes any JSON object that no other format knows.
pub struct Json;

impl Format for Json {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        if sample.json.is_some() {
            Confidence::FALLBACK
        } else {
            Confidence::NO
        }
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(JsonDecoder {
            describer: Describer::default(),
            service: DefaultService::of(stream),
        })
    }
}

struct JsonDecoder {
    describer: Describer,
    service: DefaultService,
}

impl Decoder for JsonDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let mut row = out.row(record);
        row.constant(Column::Format, "generic.json");
        if !self.describer.json(record.text, &mut row) {
            return Verdict::NotMine;
        }
        self.service.fill(&mut row);
        row.commit();
        Verdict::Rows
    }
}
