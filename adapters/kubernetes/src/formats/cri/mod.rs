//! Lines of the container runtime interface, as containerd and CRI-O write them:
//! `time stream tag message`.
//!
//! Source: github.com/kubernetes/design-proposals-archive, node/kubelet-cri-logging.md, read
//! 2026-11-21.

use std::borrow::Cow;

use memchr::memchr;
use nepho_codec::bytes::find_near;
use nepho_codec::message::Describer;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict,
};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Row};

use crate::message;
use crate::place::{Around, Place};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Container log lines of containerd and CRI-O",
    permissions: &["pods/log: get"],
    make: Make::Format(|| Box::new(Cri::default())),
});

const NAME: &str = "kubernetes.cri";

/// Reads lines of the container runtime interface.
#[derive(Debug, Default)]
pub struct Cri {
    around: Around,
}

impl Format for Cri {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text) {
            Some(Ok(_)) => Confidence::CERTAIN,
            _ => Confidence::NO,
        }
    }

    /// What the container wrote, which may be of any format.
    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let text = self.inside_text(record)?;
        let line = parse(record.text)?.ok()?;
        let mut envelope = self.around.envelope(record);
        envelope.time = Some(line.time);
        envelope.is_clock = true;
        Some(Inside { text, envelope })
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        // The time is at least `2026-05-12T14:00:00Z`.
        if record.text.as_bytes().get(10) != Some(&b'T') {
            return None;
        }
        let line = parse(record.text)?.ok()?;
        let text = match line.joined() {
            (_, true) => return None,
            (Cow::Borrowed(message), _) => Cow::Borrowed(message.trim()),
            (Cow::Owned(message), _) => Cow::Owned(message),
        };
        (!text.is_empty()).then_some(text)
    }

    fn marks(&self) -> Vec<Marks> {
        let first = nepho_core::format::bytes_of(b"0123456789");
        let written_to = [" stdout ", " stderr "];
        let marks = written_to.map(|stream| Marks::beginning(first).with(&[stream]));
        marks.into()
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(CriDecoder {
            place: Place::of(stream),
            describer: Describer::default(),
            held: None,
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(Ok(line)) = parse(raw) {
            found("stream", line.stream);
            if line.joined().1 {
                found("partial", "true");
            }
        }
        if let Some(place) = Place::of(stream) {
            place.extras(found);
        }
    }
}

/// The parts of a line.
struct Line<'a> {
    time: Timestamp,
    stream: &'a str,
    is_partial: bool,
    message: &'a str,
}

impl<'a> Line<'a> {
    /// The message, put together of the parts that the runtime has split a line into, and of the
    /// lines of a stack trace, and whether its end is missing.
    fn joined(&self) -> (Cow<'a, str>, bool) {
        let Some((first, others)) = cut(self.message, b'\n') else {
            return (Cow::Borrowed(self.message), self.is_partial);
        };
        let mut message = String::with_capacity(self.message.len());
        message.push_str(first.trim_end_matches('\r'));
        let mut is_partial = self.is_partial;
        for text in others.split('\n') {
            let text = text.trim_end_matches('\r');
            if !is_partial {
                message.push('\n');
            }
            match parse(text) {
                Some(Ok(line)) => {
                    message.push_str(line.message);
                    is_partial = line.is_partial;
                }
                _ => message.push_str(text),
            }
        }
        (Cow::Owned(message), is_partial)
    }
}

/// What stands before and behind the first of these signs.
fn cut(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = find_near(text.as_bytes(), sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Parts of a line; `None` if it is not of this format, an error if only its time is broken.
fn parse(text: &str) -> Option<Result<Line<'_>, &str>> {
    let (time, rest) = cut(text, b' ')?;
    let (stream, rest) = rest.split_at_checked(6)?;
    if !matches!(stream, "stdout" | "stderr") {
        return None;
    }
    let rest = rest.strip_prefix(' ')?;
    // A blank line has nothing behind its tag, not even the blank.
    let (tags, message) = cut(rest, b' ').unwrap_or((rest, ""));
    // Further tags may follow the first one, behind a colon.
    let is_partial = match tags.as_bytes() {
        [b'P'] | [b'P', b':', ..] => true,
        [b'F'] | [b'F', b':', ..] => false,
        _ => return None,
    };
    Some(match Timestamp::parse_rfc3339(time) {
        Some(time) => Ok(Line {
            time,
            stream,
            is_partial,
            message,
        }),
        None => Err(time),
    })
}

struct CriDecoder {
    place: Option<Place>,
    describer: Describer,
    /// What was found out about the record that is decoded next.
    held: Option<Held>,
}

/// A line whose message is a JSON object, the one that the describer scanned last.
struct Held {
    /// Address and length of the record.
    record: (usize, usize),
    time: Timestamp,
    /// Where the message begins.
    start: usize,
    shape: u64,
}

impl Held {
    /// Looks at a line that is whole.
    fn of(record: &Record<'_>, describer: &mut Describer) -> Option<Self> {
        let text = record.text;
        let line = parse(text)?.ok()?;
        let message = line.message;
        let is_object = message.starts_with('{') && !line.is_partial;
        if !is_object || memchr(b'\n', message.as_bytes()).is_some() {
            return None;
        }
        // Most messages end with their object.
        let trimmed = match message.ends_with('}') {
            true => message,
            false => message.trim(),
        };
        let shape = describer.scan_json(trimmed)?;
        Some(Self {
            record: (text.as_ptr().addr(), text.len()),
            time: line.time,
            start: text.len() - line.message.len(),
            shape,
        })
    }
}

impl CriDecoder {
    /// Adds the row of a line.
    fn add(
        &mut self,
        record: &Record<'_>,
        time: Timestamp,
        out: &mut LogsBuilder,
        describe: impl FnOnce(&mut Describer, &mut Row<'_>),
    ) {
        let mut row = out.row(record);
        row.constant(Column::Format, NAME)
            .constant(Column::Provider, "kubernetes")
            .known_time(time);
        describe(&mut self.describer, &mut row);
        if let Some(place) = &self.place {
            place.fill(&mut row);
        }
        row.commit();
    }
}

impl Decoder for CriDecoder {
    fn may_hold(&mut self, record: &Record<'_>) -> bool {
        self.held = Held::of(record, &mut self.describer);
        true
    }

    fn shape_inside(&self) -> u64 {
        self.held.as_ref().map_or(0, |held| held.shape)
    }

    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let text = record.text;
        let held = self.held.take();
        let is_it = |held: &Held| held.record == (text.as_ptr().addr(), text.len());
        if let Some(held) = held.filter(is_it) {
            let message = text.get(held.start..).unwrap_or_default();
            self.add(record, held.time, out, |describer, row| {
                describer.describe_scanned(message, row);
            });
            return Verdict::Rows;
        }
        let line = match parse(text) {
            Some(Ok(line)) => line,
            Some(Err(time)) => {
                let shown: String = time.chars().take(80).collect();
                return Verdict::Reject(format!("time: `{shown}` is no RFC 3339 time"));
            }
            None => return Verdict::NotMine,
        };
        self.add(record, line.time, out, |describer, row| {
            message::describe(describer, &line.joined().0, row);
        });
        Verdict::Rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_apart() {
        let time = "2026-05-12T14:00:00.123456789Z";
        let check = |rest: &str, expected: Option<(&str, bool, &str)>| {
            let text = format!("{time} {rest}");
            let found = parse(&text)
                .and_then(Result::ok)
                .map(|line| (line.stream, line.is_partial, line.message));
            assert_eq!(found, expected, "{rest}");
        };
        check(
            "stdout F hello  world",
            Some(("stdout", false, "hello  world")),
        );
        check("stderr P begin", Some(("stderr", true, "begin")));
        check("stdout F", Some(("stdout", false, "")));
        check("stdout F:x y", Some(("stdout", false, "y")));
        check("INFO F hello", None);
        check("stdout started in 3 ms", None);
        assert!(matches!(
            parse("yesterday stdout F hello"),
            Some(Err("yesterday"))
        ));
    }

    #[test]
    fn parts_are_put_together() {
        let time = "2026-05-12T14:00:00Z";
        let check = |text: &str, expected: (&str, bool)| {
            let line = parse(text).and_then(Result::ok).expect("a line");
            let (message, is_partial) = line.joined();
            assert_eq!((&*message, is_partial), expected, "{text}");
        };
        check(
            &format!("{time} stdout P one \n{time} stdout P two\n{time} stdout F , three"),
            ("one two, three", false),
        );
        check(
            &format!("{time} stderr F a\n{time} stderr F \n{time} stderr F \tb"),
            ("a\n\n\tb", false),
        );
        check(&format!("{time} stdout P one"), ("one", true));
        check(&format!("{time} stdout F one"), ("one", false));
    }
}
