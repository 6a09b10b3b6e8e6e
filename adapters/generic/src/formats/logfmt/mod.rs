//! Lines of `key=value` pairs.

use nepho_codec::message::{Describer, logfmt_like};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

use super::DefaultService;

register!(Component {
    kind: Kind::Format,
    name: "generic.logfmt",
    summary: "Lines of key=value pairs (logfmt)",
    permissions: &[],
    make: Make::Format(|| Box::new(Logfmt)),
});

/// Takes lines that are mostly `key=value` pairs.
#[derive(Debug)]
pub struct Logfmt;

impl Format for Logfmt {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        if sample.json.is_none() && logfmt_like(sample.text) && !is_of_authenticator(sample.text) {
            Confidence(40)
        } else {
            Confidence::NO
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning([true; 256]).with(&["="])]
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(LogfmtDecoder {
            describer: Describer::default(),
            service: DefaultService::of(stream),
        })
    }
}

/// Whether a line is one in which the authenticator of EKS tells who was let in: the others that
/// it writes begin alike.
fn is_of_authenticator(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(72)).unwrap_or_default();
    let said = [" msg=\"access granted\" ", " msg=\"access denied\" "];
    text.starts_with("time=\"")
        && said.iter().any(|said| head.contains(said))
        && text.contains(" arn=")
}

struct LogfmtDecoder {
    describer: Describer,
    service: DefaultService,
}

impl Decoder for LogfmtDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !logfmt_like(record.text) || is_of_authenticator(record.text) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, "generic.logfmt");
        self.describer.logfmt(record.text, &mut row);
        self.service.fill(&mut row);
        if !row.has(Column::Body) {
            row.text(Column::Body, record.text);
        }
        row.commit();
        Verdict::Rows
    }
}
