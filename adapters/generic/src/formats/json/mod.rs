//! JSON objects of any application, and the lines that shippers put into JSON.

mod shipped;

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::{Describer, logfmt_like, severity_of};
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder};

use super::DefaultService;

register!(Component {
    kind: Kind::Format,
    name: "generic.json",
    summary: "JSON log lines of any application, by the names that logging libraries use",
    permissions: &[],
    make: Make::Format(|| Box::new(Json)),
});

/// Members that hold the text that an application wrote.
const MESSAGES: [&str; 3] = ["message", "msg", "text"];

/// Takes any JSON object that no other format knows.
#[derive(Debug)]
pub struct Json;

impl Format for Json {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        if sample.json.is_some() {
            Confidence::FALLBACK
        } else {
            Confidence::NO
        }
    }

    fn reads_text(&self) -> bool {
        false
    }

    /// The line within a record of a shipper, so that the format it is of is found.
    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        shipped::inside(record)
    }

    /// Where in the source code a line was written, as logging libraries of Google tell it
    /// (cloud.google.com/logging/docs/structured-logging, as of 2026-11-28).
    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        let mut members = fields.members().iter();
        let place = members.find(|(key, _)| *key == "logging.googleapis.com/sourceLocation");
        let Some(Ok(place)) = place.map(|(_, place)| JsonFields::parse(place)) else {
            return;
        };
        for (path, name) in [
            ("file", "source_file"),
            ("line", "source_line"),
            ("function", "source_function"),
        ] {
            if let Some(value) = place.text(path).filter(|value| !value.is_empty()) {
                found(name, &unescape(value));
            }
        }
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(JsonDecoder {
            is_shipped: false,
            describer: Describer::default(),
            line: Describer::default(),
            service: DefaultService::of(stream),
        })
    }
}

struct JsonDecoder {
    /// Whether the last record was one of a shipper: what is in the next may be of another format.
    is_shipped: bool,
    describer: Describer,
    /// Reads the lines within records of shippers.
    line: Describer,
    service: DefaultService,
}

impl JsonDecoder {
    /// Adds the row of a record that was scanned; `fields` are those of the record, if they are
    /// known already, and `line` is what a shipper put into it.
    fn add(
        &mut self,
        record: &Record<'_>,
        fields: Option<&JsonFields<'_>>,
        line: Option<&str>,
        out: &mut LogsBuilder,
    ) {
        let mut row = out.row(record);
        row.constant(Column::Format, "generic.json");
        self.describer.fill_json(record.text, &mut row);
        if let Some(line) = line {
            self.line.describe_shipped(line, &mut row);
        }
        let tells_end = row.has_severity() || row.has_outcome() || row.status_so_far().is_some();
        let severity = || match fields {
            Some(fields) => severity_in_message(fields),
            None => severity_in_message(&JsonFields::parse(record.text).ok()?),
        };
        if !tells_end && let Some(severity) = severity() {
            row.severity(severity);
        }
        self.service.fill(&mut row);
        row.commit();
    }
}

/// Level that stands in the message itself: `{"time": ..., "msg": "ERROR could not connect"}`.
fn severity_in_message(fields: &JsonFields<'_>) -> Option<Severity> {
    let line = MESSAGES.iter().find_map(|name| fields.text(name))?;
    let line = unescape(line);
    severity_of(&line).filter(|_| logfmt_like(line.trim()) || !begins_as_sentence(&line))
}

/// Whether the first word of a line is the name of a level as sentences have it: not in capitals,
/// and with nothing but a blank behind it: `Error page was viewed`.
fn begins_as_sentence(line: &str) -> bool {
    let line = line.trim_start();
    let end = line.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = line.split_at(end);
    word.bytes().any(|byte| byte.is_ascii_lowercase())
        && Severity::from_word(word).is_some()
        && rest.starts_with(' ')
        && !rest.trim_start().starts_with(['[', ':', '|'])
}

impl Decoder for JsonDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if self.describer.scan_json(record.text).is_none() {
            return Verdict::NotMine;
        }
        let fields = JsonFields::parse(record.text).ok();
        let line = fields.as_ref().filter(|fields| shipped::may_be(fields));
        let line = line.map(shipped::line);
        self.is_shipped = line.is_some() || fields.as_ref().is_some_and(shipped::has_original);
        let line = line.flatten();
        self.add(record, fields.as_ref(), line.as_deref(), out);
        Verdict::Rows
    }

    fn last_shape(&self) -> u64 {
        match self.is_shipped {
            true => 0,
            false => self.describer.last_shape(),
        }
    }

    fn decode_shaped(
        &mut self,
        record: &Record<'_>,
        accepts: &dyn Fn(u64) -> bool,
        out: &mut LogsBuilder,
    ) -> Option<Verdict> {
        let shape = self.describer.scan_json(record.text)?;
        accepts(shape).then(|| {
            self.add(record, None, None, out);
            Verdict::Rows
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_have_no_level() {
        let check = |message: &str, expected: Option<Severity>| {
            let text = format!(r#"{{"msg":"{message}"}}"#);
            let found = JsonFields::parse(&text).ok();
            let found = found.and_then(|fields| severity_in_message(&fields));
            assert_eq!(found, expected, "{message}");
        };
        check("Error page was viewed 3 times", None);
        check("Fatal attraction added to cart", None);
        check("Warning lamp of car 3 replaced", None);
        check("ERROR could not connect", Some(Severity::ERROR));
        check("Error: could not connect", Some(Severity::ERROR));
        check("[error] could not connect", Some(Severity::ERROR));
        check("2026-05-12 14:00:00 error: no stock", Some(Severity::ERROR));
        check("level=error msg=x user=mona", Some(Severity::ERROR));
    }
}
