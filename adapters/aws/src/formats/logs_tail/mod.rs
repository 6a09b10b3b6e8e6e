//! What `aws logs tail` prints: the time of an event, its stream, and its message.
//!
//! Source: docs.aws.amazon.com/cli/latest/reference/logs/tail.html (`--format detailed`),
//! `awscli/customizations/logs/tail.py` of github.com/aws/aws-cli, read 2026-11-30.

use std::borrow::Cow;

use nepho_codec::message::{Describer, logfmt_like};
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::tables::{Column, LogsBuilder};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Events of CloudWatch Logs as aws logs tail prints them",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(LogsTail)),
});

const NAME: &str = "aws.logs_tail";
/// Bytes of a time with microseconds, and of one without any.
const TIMES: [usize; 2] = [32, 25];

struct LogsTail;

impl Format for LogsTail {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match Line::parse(sample.text) {
            Some(_) => Confidence(86),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning(bytes_of(b"0123456789")).with(&["+00:00 ", "/"])]
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let line = Line::parse(record.text)?;
        let message = line.message.trim();
        if message.is_empty() {
            return None;
        }
        let mut envelope = record.envelope.clone();
        envelope = envelope
            .with(Column::Provider, "aws")
            .with(Column::Host, line.stream);
        envelope.time = Some(line.time);
        Some(Inside {
            text: Cow::Borrowed(message),
            envelope,
        })
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(TailDecoder(Describer::default()))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(line) = Line::parse(raw) {
            found("stream", line.stream);
        }
    }
}

struct TailDecoder(Describer);

impl Decoder for TailDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(line) = Line::parse(record.text) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME)
            .constant(Column::Provider, "aws");
        self.0.describe(line.message, &mut row);
        let trimmed = line.message.trim();
        if !trimmed.starts_with('{') && !logfmt_like(trimmed) {
            row.text(Column::Body, line.message.trim_end());
        }
        row.text(Column::Host, line.stream).time(line.time);
        row.commit();
        Verdict::Rows
    }
}

/// An event.
#[derive(Debug, PartialEq)]
struct Line<'a> {
    time: Timestamp,
    stream: &'a str,
    message: &'a str,
}

impl<'a> Line<'a> {
    /// `2026-05-12T14:00:00.250000+00:00 ecs/cart/0123 message`. Lines of syslog look alike, but no
    /// host has a slash in its name, as streams of services have.
    fn parse(text: &'a str) -> Option<Self> {
        let (time, rest) = text.split_once(' ')?;
        let is_time = TIMES.contains(&time.len()) && time.ends_with("+00:00");
        let time = Timestamp::parse_rfc3339(time).filter(|_| is_time)?;
        let (stream, message) = rest.split_once(' ').unwrap_or((rest, ""));
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"/_.-[]$#".contains(&byte);
        let is_stream = stream.contains('/')
            && stream.len() <= 512
            && stream.starts_with(|first: char| first.is_ascii_alphanumeric())
            && stream.bytes().all(is_part);
        is_stream.then_some(Self {
            time,
            stream,
            message,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_have_a_slash_in_their_names() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let found = Line::parse(text).map(|line| (line.stream, line.message));
            assert_eq!(found, expected, "{text}");
        };
        check(
            "2026-05-12T14:00:00.250000+00:00 ecs/cart/01 a b",
            Some(("ecs/cart/01", "a b")),
        );
        check(
            "2026-05-12T14:00:00+00:00 2026/05/12/[$LATEST]01 ",
            Some(("2026/05/12/[$LATEST]01", "")),
        );
        check("2026-05-12T14:00:00.250000+00:00 web-1 cart[1]: a/b", None);
        check("2026-05-12T14:00:00.250000+00:00 /cart 503", None);
        check("2026-05-12T14:00:00.250Z ecs/cart/01 a", None);
        check("2026-05-12T14:00:00.250000+02:00 ecs/cart/01 a", None);
    }
}
