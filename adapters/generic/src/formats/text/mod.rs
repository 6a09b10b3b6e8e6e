//! Text of any kind, with or without a time.

use std::borrow::Cow;

use nepho_codec::message::Describer;
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream, Verdict};
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
#[derive(Debug)]
pub struct Text;

impl Format for Text {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        if sample.json.is_none() {
            Confidence(Confidence::FALLBACK.0 - 1)
        } else {
            Confidence::NO
        }
    }

    /// JSON behind a cookie.
    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let json = behind_cookie(record.text)?;
        Some(Inside {
            text: json.into(),
            envelope: record.envelope.clone(),
        })
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        behind_cookie(record.text).map(Cow::from)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(TextDecoder {
            describer: Describer::default(),
            service: DefaultService::of(stream),
        })
    }
}

/// JSON behind the cookie of CEE, without a header of syslog: what programs are told to put before
/// each line that they write to a file, such as Vault.
///
/// Sources: cee.mitre.org/language/1.0-beta1/clt.html, section 2.2, as of 2026-11-30;
/// developer.hashicorp.com/vault/docs/audit/file (`prefix`), as of 2026-11-30.
fn behind_cookie(text: &str) -> Option<&str> {
    let json = text.strip_prefix("@cee:")?.trim_start();
    json.starts_with('{').then_some(json)
}

struct TextDecoder {
    describer: Describer,
    service: DefaultService,
}

impl Decoder for TextDecoder {
    fn may_hold(&mut self, record: &Record<'_>) -> bool {
        behind_cookie(record.text).is_some()
    }

    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let mut row = out.row(record);
        row.constant(Column::Format, "generic.text");
        match behind_cookie(record.text) {
            Some(json) => self.describer.describe(json, &mut row),
            None => self.describer.text(record.text, &mut row),
        }
        self.service.fill(&mut row);
        row.commit();
        Verdict::Rows
    }
}
