//! Text of any kind, with or without a time.

use std::borrow::Cow;

use nepho_codec::bytes::find_near;
use nepho_codec::message::Describer;
use nepho_core::Timestamp;
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
pub struct Text;

impl Format for Text {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        if sample.json.is_none() {
            Confidence(Confidence::FALLBACK.0 - 1)
        } else {
            Confidence::NO
        }
    }

    /// JSON and lines of Lambda behind the time that an export of CloudWatch Logs to S3 puts before
    /// each event.
    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let (time, text) = exported(record.text)?;
        let mut envelope = record.envelope.clone();
        envelope.time = Some(time);
        let text = text.into();
        Some(Inside { text, envelope })
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        exported(record.text).map(|(_, text)| text.into())
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(TextDecoder {
            describer: Describer::default(),
            service: DefaultService::of(stream),
        })
    }
}

/// Time and event of `2026-05-12T14:00:00.000Z event`.
///
/// Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasksConsole.html, as of
/// 2026-11-28.
fn exported(text: &str) -> Option<(Timestamp, &str)> {
    let head = text.as_bytes().get(..36.min(text.len()))?;
    (head.get(10) == Some(&b'T')).then_some(())?;
    // The time is at least `2026-05-12T14:00:00Z`.
    let blank = 16 + find_near(head.get(16..)?, b' ')?;
    let rest = text.get(blank + 1..)?;
    is_worth_a_look(rest).then_some(())?;
    Some((Timestamp::parse_rfc3339(text.get(..blank)?)?, rest))
}

/// Whether an event begins as JSON does, or as what Lambda writes.
fn is_worth_a_look(event: &str) -> bool {
    match event.as_bytes() {
        [b'{', ..] => true,
        [b'S', ..] => event.starts_with("START Req"),
        [b'E', ..] => event.starts_with("END Req"),
        [b'R', ..] => event.starts_with("REPORT Req"),
        [b'I', ..] => event.starts_with("INIT_START "),
        _ => false,
    }
}

struct TextDecoder {
    describer: Describer,
    service: DefaultService,
}

impl Decoder for TextDecoder {
    fn may_hold(&mut self, record: &Record<'_>) -> bool {
        exported(record.text).is_some()
    }

    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let mut row = out.row(record);
        row.constant(Column::Format, "generic.text");
        self.describer.text(record.text, &mut row);
        self.service.fill(&mut row);
        row.commit();
        Verdict::Rows
    }
}
