//! Log records of OpenTelemetry as JSON.

use nepho_codec::json::JsonFields;
use nepho_codec::message::Describer;
use nepho_codec::quote::push_quoted;
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, TableDecoder, To, keep, observed, put_text, severity, text,
};
use nepho_codec::unwrap::otlp::{attributes_of, value_text};
use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream, Verdict};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Row};

use crate::attributes::{self, End};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "otlp.json",
    summary: "OpenTelemetry log records as JSON (OTLP)",
    permissions: &[],
    make: Make::Format(|| Box::new(LogRecord(JsonFormat(&TABLE)))),
});

const ATTRIBUTES: usize = 0;
const BODY: usize = 1;
const RESOURCE: usize = 2;
const NUMBER: usize = 3;
const OBSERVED: usize = 4;
const TIME: usize = 5;

/// Attribute of records that `nepho parse --as otlp` wrote: those without a time have none.
const OWN: &str = "nepho.format";

static TABLE: Table = Table {
    name: "otlp.json",
    needs: &[
        Need::HasAny(&[
            "timeUnixNano",
            "observedTimeUnixNano",
            "time_unix_nano",
            "observed_time_unix_nano",
        ]),
        Need::HasAny(&[
            "body",
            "severityNumber",
            "severityText",
            "attributes",
            "eventName",
        ]),
        Need::Lacks("asDouble"),
        Need::Lacks("asInt"),
        Need::Lacks("count"),
        Need::Lacks("startTimeUnixNano"),
    ],
    constants: &[],
    fields: &[
        observed(&["observedTimeUnixNano", "observed_time_unix_nano"]),
        severity(&[
            "severityNumber",
            "severity_number",
            "severityText",
            "severity_text",
        ]),
        text(&["eventName", "event_name"], Column::Action),
        text(&["traceId", "trace_id"], Column::TraceId),
        text(&["spanId", "span_id"], Column::SpanId),
        keep(&["attributes"], ATTRIBUTES),
        keep(&["body"], BODY),
        keep(&["resource.attributes"], RESOURCE),
        keep(&["severityNumber", "severity_number"], NUMBER),
        keep(&["timeUnixNano", "time_unix_nano"], TIME),
        keep(&["observedTimeUnixNano"], OBSERVED),
    ],
    extras: &[],
    finish: Some(finish),
};

/// Severity by its name in Protocol Buffers, as writers of their JSON put enumerations that do not
/// follow the specification (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding"):
/// `SEVERITY_NUMBER_WARN2`.
fn enumerated(name: &str) -> Option<Severity> {
    let name = name.strip_prefix("SEVERITY_NUMBER_")?;
    let (word, above) = match name.as_bytes().last() {
        Some(digit @ b'2'..=b'4') => (&name[..name.len() - 1], digit - b'1'),
        _ => (name, 0),
    };
    let lowest = Severity::from_word(word)?;
    Some(Severity(lowest.0 + above))
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(severity) = event.kept(NUMBER).and_then(|name| enumerated(&name)) {
        row.severity(severity);
    }
    let is_timed = event
        .kept(TIME)
        .is_some_and(|time| put_text(&time, To::Time, row));
    let attributes = event.kept_container(ATTRIBUTES).unwrap_or_default();
    if !is_timed && !attributes_of(attributes).iter().any(|(key, _)| key == OWN) {
        put_text(&event.kept(OBSERVED).unwrap_or_default(), To::Time, row);
    }
    if let Some(body) = event
        .kept_container(BODY)
        .filter(|_| !row.has(Column::Body))
    {
        match value_text(body) {
            Some(text) => drop(row.text(Column::Body, &text)),
            None => put_map(body, row),
        }
    }
    if let Some(raw) = event.kept_container(ATTRIBUTES) {
        attributes::put(raw, End::Unknown, row);
    }
    // Beside a record that stands alone.
    if let Some(raw) = event.kept_container(RESOURCE) {
        attributes::put(raw, End::Unknown, row);
    }
}

/// The message within a body that is a map: `{"kvlistValue":{"values":[{"key":"message",...}]}}`,
/// or `{"message":...}` as CloudWatch Logs keeps it.
fn put_map(body: &str, row: &mut Row<'_>) {
    let Ok(fields) = JsonFields::parse(body) else {
        return;
    };
    let entries = attributes_of(fields.raw("kvlistValue.values").unwrap_or(body));
    for name in ["message", "msg", "log", "body", "event"] {
        let mut entries = entries.iter();
        if let Some((_, value)) = entries.find(|(key, _)| key.eq_ignore_ascii_case(name)) {
            row.text(Column::Body, value);
            return;
        }
    }
}

/// The entry of the journal that a body is, as the journal writes it: the journald receiver makes
/// a map of it, and takes the time out
/// (github.com/open-telemetry/opentelemetry-collector-contrib, receiver/journaldreceiver, as of
/// 2026-11-28).
fn journal_entry(fields: &JsonFields<'_>, time: Timestamp) -> Option<String> {
    let entries = attributes_of(fields.raw("body.kvlistValue.values")?);
    let has = |name: &str| entries.iter().any(|(key, _)| key == name);
    if !has("MESSAGE") || !(has("_PID") || has("_BOOT_ID") || has("SYSLOG_IDENTIFIER")) {
        return None;
    }
    let mut text = b"{".to_vec();
    let micros = (time.0 / 1000).to_string();
    let is_told = has(JOURNAL_TIME);
    let own = (!is_told).then_some((JOURNAL_TIME, micros.as_str()));
    let entries = entries.iter().map(|(key, value)| (&**key, &**value));
    for (key, value) in own.into_iter().chain(entries) {
        if text.len() > 1 {
            text.push(b',');
        }
        push_quoted(key, &mut text);
        text.push(b':');
        push_quoted(value, &mut text);
    }
    text.push(b'}');
    String::from_utf8(text).ok()
}

const JOURNAL_TIME: &str = "__REALTIME_TIMESTAMP";

/// The table, and the line that stands in a record which only carries it.
struct LogRecord(JsonFormat);

impl Format for LogRecord {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        self.0.sniff(sample)
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.0.may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let fields = JsonFields::parse(record.text).ok()?;
        let mut times = ["timeUnixNano", "observedTimeUnixNano"].iter();
        let time = times.find_map(|key| nepho_codec::time::parse(fields.text(key)?))?;
        let mut envelope = record.envelope.clone();
        envelope.time = Some(time);
        if let Some(entry) = journal_entry(&fields, time) {
            return Some(Inside {
                text: entry.into(),
                envelope,
            });
        }
        // A record that a library wrote tells more than its body does; one that was made of a line
        // of a file has nothing else to tell.
        let is_library = ["severityText", "traceId", "eventName"]
            .iter()
            .any(|key| fields.text(key).is_some_and(|text| !text.is_empty()));
        let has_severity = fields
            .text("severityNumber")
            .is_some_and(|number| number != "0");
        if is_library || has_severity || is_taken_apart(&fields) {
            return None;
        }
        let plain = || fields.raw("body")?.strip_prefix('"')?.strip_suffix('"');
        let body = fields
            .text("body.stringValue")
            .or_else(plain)
            .or_else(|| fields.text("body.string_value"))
            .filter(|body| !body.is_empty())?;
        Some(Inside {
            text: nepho_codec::json::unescape(body),
            envelope,
        })
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(LogDecoder {
            table: TableDecoder::new(&TABLE),
            describer: Describer::default(),
        })
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        for (key, value) in attributes_of(fields.raw("attributes").unwrap_or_default()) {
            if let Some(name) = extra_named(&key) {
                found(name, &value);
            }
        }
    }
}

/// Attribute with the text that a record was made of: what is in it, the record tells.
const ORIGINAL: &str = "log.record.original";

/// Whether the record keeps the text that it was made of.
fn is_taken_apart(fields: &JsonFields<'_>) -> bool {
    let attributes = attributes_of(fields.raw("attributes").unwrap_or_default());
    attributes.iter().any(|(key, _)| key == ORIGINAL)
}

struct LogDecoder {
    table: TableDecoder,
    describer: Describer,
}

impl Decoder for LogDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !self.table.scan(record.text) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        let event = self.table.event(record.text);
        let text = match event.kept_container(BODY) {
            Some(body) => value_text(body),
            None => event.kept(BODY),
        };
        if let Some(text) = text {
            match record.text.contains(ORIGINAL) {
                true => {
                    row.text(Column::Body, &text);
                }
                // What the record itself tells is set afterwards and counts more.
                false => self.describer.describe(&text, &mut row),
            }
        }
        row.complete().constant(Column::Format, TABLE.name);
        self.table.fill(record.text, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Normalised names of attributes that have no column.
fn extra_named(key: &str) -> Option<&'static str> {
    Some(match key {
        "log.file.path" | "log.file.name" => "file",
        "log.iostream" => "stream",
        "exception.type" | "error.type" => "error_code",
        "http.response.body.size" | "http.response.size" | "http.response_content_length" => {
            "bytes"
        }
        "thread.name" => "thread",
        "db.system" | "db.system.name" => "db_system",
        _ => return None,
    })
}
