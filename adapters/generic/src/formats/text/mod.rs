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
    /// each event, or the time and the stream that `aws logs tail` does; JSON behind a cookie.
    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        if let Some(json) = behind_cookie(record.text) {
            let envelope = record.envelope.clone();
            let text = json.into();
            return Some(Inside { text, envelope });
        }
        let exported = Exported::of(record.text)?;
        let mut envelope = record.envelope.clone();
        envelope.time = Some(exported.time);
        if !exported.stream.is_empty() {
            envelope = envelope.with(Column::Host, exported.stream);
        }
        let text = exported.event.into();
        Some(Inside { text, envelope })
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        let event = || Exported::of(record.text).map(|exported| exported.event);
        behind_cookie(record.text).or_else(event).map(Cow::from)
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

/// Parts of `2026-05-12T14:00:00.000Z event` and of
/// `2026-05-12T14:00:00.000000+00:00 2026/05/12/[$LATEST]0a1b event`.
///
/// Sources: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasksConsole.html, as of
/// 2026-11-28; docs.aws.amazon.com/cli/latest/reference/logs/tail.html, read 2026-11-30.
struct Exported<'a> {
    time: Timestamp,
    /// Stream of Lambda, which only `aws logs tail` tells.
    stream: &'a str,
    event: &'a str,
}

impl<'a> Exported<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let head = text.as_bytes().get(..36.min(text.len()))?;
        (head.get(10) == Some(&b'T')).then_some(())?;
        // The time is at least `2026-05-12T14:00:00Z`.
        let blank = 16 + find_near(head.get(16..)?, b' ')?;
        let rest = text.get(blank + 1..)?;
        let (stream, event) = match begins_with_stream(rest) {
            true => rest.split_once(' ')?,
            false => ("", rest),
        };
        (!stream.is_empty() || is_worth_a_look(event)).then_some(())?;
        let time = Timestamp::parse_rfc3339(text.get(..blank)?)?;
        Some(Self {
            time,
            stream,
            event,
        })
    }
}

/// Whether text begins with a stream of Lambda: `2026/05/12/[$LATEST]0a1b`.
fn begins_with_stream(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        [b'2', _, _, _, b'/', _, _, b'/', _, _, b'/', b'[', ..]
    )
}

/// Length of a time as Lambda writes it, `2026-05-12T14:00:00.000Z`, and of the id of an
/// invocation.
const TIME_BYTES: usize = 24;
const ID_BYTES: usize = 36;

/// Whether an event begins as JSON does, or as what Lambda writes.
fn is_worth_a_look(event: &str) -> bool {
    match event.as_bytes() {
        [b'{', ..] => true,
        [b'S', ..] => event.starts_with("START Req"),
        [b'E', ..] => event.starts_with("END Req"),
        [b'R', ..] => event.starts_with("REPORT Req") || event.starts_with("RequestId: "),
        [b'I', ..] => event.starts_with("INIT_START "),
        [b'[', ..] => event.get(..12).is_some_and(|head| head.contains("]\t")),
        [b'2', rest @ ..] => {
            let after_id = event.get(TIME_BYTES + 1 + ID_BYTES..);
            rest.get(TIME_BYTES - 1) == Some(&b'\t')
                || after_id.is_some_and(|rest| rest.starts_with(" Task timed out"))
        }
        _ => false,
    }
}

struct TextDecoder {
    describer: Describer,
    service: DefaultService,
}

impl Decoder for TextDecoder {
    fn may_hold(&mut self, record: &Record<'_>) -> bool {
        behind_cookie(record.text).is_some() || Exported::of(record.text).is_some()
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
