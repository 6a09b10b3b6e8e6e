//! Entries of the systemd journal as `journalctl -o json` writes them.
//!
//! Source: systemd.io/JOURNAL_EXPORT_FORMATS, journalctl(1) and systemd.journal-fields(7), read
//! 2026-11-27.

use std::borrow::Cow;

use nepho_codec::json::fields::{elements, pick, text_of};
use nepho_codec::json::{JsonFields, unescape};
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

use crate::header;
use crate::journal::{EXTRAS, Entries, Entry};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Entries of the systemd journal as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JournalJson)),
});

const NAME: &str = "linux.journal_json";

/// Keys that entries are read by. Collectors write the names without the underscores or in lower
/// case; those are other formats.
const KEYS: [&str; 10] = [
    "__REALTIME_TIMESTAMP",
    "PRIORITY",
    "MESSAGE",
    "_HOSTNAME",
    "SYSLOG_IDENTIFIER",
    "_COMM",
    "_SYSTEMD_UNIT",
    "CONTAINER_NAME",
    "_SOURCE_REALTIME_TIMESTAMP",
    "UNIT",
];

/// Reads entries of the journal as JSON.
#[derive(Debug)]
pub struct JournalJson;

impl Format for JournalJson {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let Some(fields) = sample.json else {
            return Confidence::NO;
        };
        let has = |key: &str| fields.get(key).is_some();
        // A message that is too long is written as `null`.
        let has_message = || has("MESSAGE") || sample.text.contains("\"MESSAGE\"");
        let is_timed = has("__REALTIME_TIMESTAMP");
        let is_entry = match has_message() {
            true => is_timed || has("_BOOT_ID") && has("_PID"),
            false => is_timed && is_without_message(sample.text),
        };
        match is_entry {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        match has_key("MESSAGE") {
            true => has_key("__REALTIME_TIMESTAMP") || has_key("_BOOT_ID"),
            false => has_key("__REALTIME_TIMESTAMP") && has_key("__CURSOR"),
        }
    }

    fn reads_text(&self) -> bool {
        false
    }

    /// The message, which programs may write in formats of their own.
    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        if !record.text.contains("\"MESSAGE\"") {
            return None;
        }
        let values = Values::of(record.text)?;
        let entry = values.entry();
        if entry.message.len() < 16 || entry.is_of_accounts() {
            return None;
        }
        let mut envelope = record.envelope.clone();
        // The journal counts microseconds of UTC.
        let time = entry.time();
        envelope.is_clock |= time.is_some();
        envelope.time = time.or(envelope.time);
        envelope.severity = entry.severity().or(envelope.severity);
        envelope = header::with_host(envelope, entry.host);
        for (column, value) in [
            (Column::Process, entry.process()),
            (Column::Service, entry.service()),
        ] {
            if !value.is_empty() {
                envelope = envelope.with(column, value);
            }
        }
        let text = values.into_message();
        Some(Inside { text, envelope })
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(JournalDecoder(Entries::default()))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        for (path, name) in EXTRAS {
            if let Some(value) = fields.text(path) {
                found(name, &unescape(value));
            }
        }
    }
}

/// Whether an entry that has no `MESSAGE` never had one: it still tells its place in the journal,
/// and no collector gave the message another name.
fn is_without_message(text: &str) -> bool {
    text.contains("\"__CURSOR\"") && !text.contains("\"message\"")
}

/// Texts of the keys in their order.
struct Values<'a>([Cow<'a, str>; KEYS.len()]);

impl<'a> Values<'a> {
    /// Values of an entry; `None` if the record is none.
    fn of(text: &'a str) -> Option<Self> {
        let raw = pick(text.trim(), KEYS)?;
        let is_entry = match raw[2] {
            Some(_) => raw[0].is_some() || raw[6].is_some(),
            None => raw[0].is_some() && is_without_message(text),
        };
        is_entry.then(|| Self(raw.map(|value| value.map_or(Cow::Borrowed(""), text_value))))
    }

    fn entry(&self) -> Entry<'_> {
        let [
            time,
            priority,
            message,
            host,
            identifier,
            command,
            unit,
            container,
            source,
            of_unit,
        ] = &self.0;
        Entry {
            time: if time.is_empty() { source } else { time },
            priority,
            message,
            host,
            identifier,
            command,
            // What systemd itself says of a unit.
            unit: if of_unit.is_empty() { unit } else { of_unit },
            container,
        }
    }

    fn into_message(self) -> Cow<'a, str> {
        let [_, _, message, ..] = self.0;
        message
    }
}

/// Text of a value: a string, an array of bytes where it is no text, or an array of both where the
/// field stood several times.
fn text_value(raw: &str) -> Cow<'_, str> {
    if !raw.starts_with('[') {
        return text_of(raw).map_or(Cow::Borrowed(""), unescape);
    }
    let parts = elements(raw);
    let bytes: Option<Vec<u8>> = parts.iter().map(|part| part.parse().ok()).collect();
    match bytes {
        Some(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        None => parts
            .first()
            .map_or(Cow::Borrowed(""), |first| text_value(first)),
    }
}

struct JournalDecoder(Entries);

impl Decoder for JournalDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(values) = Values::of(record.text) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        self.0.fill(&values.entry(), &mut row);
        row.commit();
        Verdict::Rows
    }
}
