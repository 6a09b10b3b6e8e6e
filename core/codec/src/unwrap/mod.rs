//! Undoes the wrappings in which clouds deliver events, so that any format is found inside any of
//! them.
//!
//! A wrapping is a small file with one function: it looks at the fields of a JSON record and either
//! says that the record is not of its kind, or hands out what is inside, with what the wrapping
//! tells of it. To add one, write the file and add a line to `WRAPPINGS`. Those that are no JSON
//! object look at the text, once no format knows it; they stand in `TEXT_WRAPPINGS`.

mod alertmanager;
mod audit_data;
mod aws_text;
mod azure_records;
mod base64_data;
mod base64_line;
mod brokers;
mod cloudevents;
mod cloudwatch_events;
mod cloudwatch_export;
mod cloudwatch_subscription;
mod config_rule;
mod container_app;
mod database_activity;
mod datadog;
mod dmesg;
mod ecs_services;
mod elasticsearch;
mod event_grid;
mod event_stream;
mod eventbridge;
mod firehose;
pub(crate) mod fluent_bit;
mod fluentd;
mod gelf;
mod google_client;
mod google_lists;
mod json_string;
mod kafka;
mod kpl;
mod kubernetes_list;
mod log_analytics;
mod log_explorer;
mod loggregator;
mod logs_insights;
mod loki;
mod lookup_events;
mod message;
mod message_queue;
mod messages;
mod new_relic;
mod otel_debug;
pub(crate) mod otel_lines;
pub mod otlp;
mod pages;
mod papertrail;
mod printed_time;
mod python_repr;
mod sentinel_rows;
mod splunk;
mod sudo;
mod wazuh;
mod xray_traces;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub(crate) use elasticsearch::is_told_by_values;
pub use eventbridge::event_is_opened;
use nepho_core::Timestamp;
pub use nepho_core::format::Inside as Inner;
use nepho_core::format::Record;
use nepho_core::key::Arn;
use nepho_core::tables::{Column, Envelope};
pub(crate) use printed_time::Printed;

use crate::encoding::checked;
use crate::json::JsonFields;

/// What a wrapping made of a record.
#[derive(Debug)]
pub enum Opened<'a> {
    /// It is not of this kind.
    No,
    /// What was inside; none for control messages and empty envelopes.
    Inside(Vec<Inner<'a>>),
    /// The same for a wrapping of many events that share an envelope.
    Events(Events<'a>),
    /// It is of this kind, but what is inside cannot be read, for this reason.
    Broken(String),
}

/// Many events of one wrapping.
pub struct Events<'a> {
    /// Text that parts of the record are ranges of.
    pub text: &'a str,
    /// Text, in UTF-8, of the events that had to be written anew, one behind the other, and more
    /// room.
    pub fresh: Vec<u8>,
    /// Length of the fresh text.
    pub written: usize,
    /// The events, in order.
    pub parts: Vec<Part>,
    /// What the wrapping tells of all of them.
    pub common: Arc<Envelope>,
}

impl fmt::Debug for Events<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("parts", &self.parts.len())
            .finish_non_exhaustive()
    }
}

/// One of [`Events`].
#[derive(Debug)]
pub struct Part {
    /// Its text.
    pub text: PartText,
    /// When it happened, where the wrapping tells.
    pub time: Option<Timestamp>,
}

/// Where the text of a [`Part`] stands.
#[derive(Debug)]
pub enum PartText {
    /// In the record.
    Record(Range<usize>),
    /// In the fresh text.
    Fresh(Range<usize>),
}

impl Events<'_> {
    /// The text of the events that had to be written anew.
    pub fn fresh(&self) -> &str {
        checked(self.fresh.get(..self.written).unwrap_or_default())
    }

    /// Texts of the events, in order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let fresh = self.fresh();
        self.parts.iter().map(move |part| match &part.text {
            PartText::Record(range) => self.text.get(range.clone()).unwrap_or_default(),
            PartText::Fresh(range) => fresh.get(range.clone()).unwrap_or_default(),
        })
    }
}

/// Memory that the events of one wrapping after the other are read into.
#[derive(Default)]
pub(crate) struct Room {
    fresh: Vec<u8>,
    parts: Vec<Part>,
    common: Option<Arc<Envelope>>,
}

impl Room {
    /// Takes back the memory of events that were decoded.
    pub(crate) fn keep(&mut self, events: Events<'_>) {
        self.fresh = events.fresh;
        self.parts = events.parts;
        self.parts.clear();
        self.common = Some(events.common);
    }
}

/// Undoes a wrapping of a kind that was undone before, if the record is one written as usual; gives
/// what [`open`] does.
pub(crate) fn open_again<'a>(
    record: &Record<'a>,
    room: &mut Room,
) -> Option<(&'static str, Events<'a>)> {
    let events = cloudwatch_subscription::open_again(record, room)?;
    Some(("cloudwatch_subscription", events))
}

/// Tries to undo one kind of wrapping.
type Open = for<'a> fn(&Record<'a>, &JsonFields<'a>) -> Opened<'a>;

/// All wrappings, by name, in the order in which they are tried.
const WRAPPINGS: &[(&str, Open)] = &[
    ("cloudwatch_subscription", cloudwatch_subscription::open),
    ("lambda_awslogs", base64_data::open_awslogs),
    ("kinesis", base64_data::open_kinesis),
    ("firehose", base64_data::open_firehose),
    ("firehose_failed", base64_data::open_failed),
    ("firehose_event", firehose::open),
    ("kafka", kafka::open),
    ("message_queue", message_queue::open),
    ("cloudwatch_export", cloudwatch_export::open),
    ("logs_insights", logs_insights::open),
    ("cloudtrail_lookup", lookup_events::open),
    ("eventbridge", eventbridge::open),
    ("pubsub", base64_data::open_pubsub),
    ("cloudevents", cloudevents::open),
    ("event_grid", event_grid::open),
    ("brokers", brokers::open),
    ("google_lists", google_lists::open),
    ("sns_sqs", messages::open),
    ("message", message::open),
    ("datadog", datadog::open),
    ("gelf", gelf::open),
    ("otlp", otlp::open),
    ("otel_debug_json", otel_debug::open_json),
    ("azure_records", azure_records::open),
    ("kubernetes_list", kubernetes_list::open),
    ("loki", loki::open),
    ("pages", pages::open),
    ("audit_data", audit_data::open),
    ("alertmanager", alertmanager::open),
    ("log_analytics", log_analytics::open),
    ("sentinel_rows", sentinel_rows::open),
    ("log_explorer", log_explorer::open),
    ("google_client", google_client::open),
    ("loggregator", loggregator::open),
    ("new_relic", new_relic::open),
    ("wazuh", wazuh::open),
    ("config_rule", config_rule::open),
    ("container_app", container_app::open),
    ("ecs_services", ecs_services::open),
    ("splunk", splunk::open),
    ("sudo", sudo::open),
    ("database_activity", database_activity::open),
    ("xray_traces", xray_traces::open),
    ("elasticsearch", elasticsearch::open),
    ("dmesg", dmesg::open),
];

/// What a text that no format knows wraps.
#[derive(Debug)]
pub enum Wrapped<'a> {
    /// Records, whatever they are.
    Records(Vec<Inner<'a>>),
    /// Records, if a format knows the first of them; otherwise it is no wrapping.
    Known(Vec<Inner<'a>>),
    /// The first of these that a format knows; if none does, it is no wrapping.
    OneOf(Vec<Inner<'a>>),
}

/// Tries to undo one kind of wrapping of a text.
type OpenText = for<'a> fn(&Record<'a>) -> Option<Wrapped<'a>>;

/// All wrappings that are no JSON object, by name. No text is of two of them.
const TEXT_WRAPPINGS: &[(&str, OpenText)] = &[
    ("json_string", json_string::open),
    ("base64", base64_line::open),
    ("aws_text", aws_text::open),
    ("event_stream", event_stream::open),
    ("fluentd", fluentd::open),
    ("wazuh_archive", wazuh::open_line),
    ("fluent_bit", fluent_bit::open),
    ("otel_debug", otel_debug::open),
    ("papertrail", papertrail::open),
    (PYTHON_REPR, python_repr::open),
    (PRINTED_TIME, printed_time::open),
];

const PRINTED_TIME: &str = "printed_time";
const PYTHON_REPR: &str = "python_repr";

/// Names of all wrappings, in the order in which they are tried.
pub fn names() -> impl Iterator<Item = &'static str> {
    let texts = TEXT_WRAPPINGS.iter().map(|(name, _)| *name);
    WRAPPINGS.iter().map(|(name, _)| *name).chain(texts)
}

/// Undoes the wrapping of a text that no format knows; gives its name and what it wraps.
pub fn open_text<'a>(record: &Record<'a>) -> Option<(&'static str, Wrapped<'a>)> {
    let mut all = TEXT_WRAPPINGS.iter();
    all.find_map(|(name, open)| Some((*name, open(record)?)))
}

/// As [`open_text`] for a line behind a time, which may stand within a record as well.
pub(crate) fn open_printed<'a>(record: &Record<'a>) -> Option<(&'static str, Wrapped<'a>)> {
    Some((PRINTED_TIME, printed_time::open(record)?))
}

/// As [`open_text`] for an object as Python prints it, which looks like JSON.
pub(crate) fn open_python<'a>(record: &Record<'a>) -> Option<(&'static str, Wrapped<'a>)> {
    Some((PYTHON_REPR, python_repr::open(record)?))
}

/// Undoes the outermost wrapping of a JSON record; gives its name and what is inside.
pub fn open<'a>(
    record: &Record<'a>,
    fields: &JsonFields<'a>,
) -> Option<(&'static str, Opened<'a>)> {
    WRAPPINGS
        .iter()
        .find_map(|(name, open)| match open(record, fields) {
            Opened::No => None,
            opened => Some((*name, opened)),
        })
}

/// Text of a JSON string that holds JSON in turn; `None` for other values.
fn json_text(raw: &str) -> Option<Cow<'_, str>> {
    let text = raw.strip_prefix('"')?.strip_suffix('"')?;
    let text = crate::json::unescape(text);
    text.trim_start().starts_with(['{', '[']).then_some(text)
}

/// Text of a base64 payload, decompressed if it is gzip or zlib; `None` if it is none, or no text.
pub fn base64_text(data: &str) -> Option<String> {
    base64_data::decode(&crate::json::unescape(data)).ok()
}

/// Envelope of the record, to add to.
fn envelope(record: &Record<'_>) -> Envelope {
    record.envelope.clone()
}

/// Envelope with a text value when there is one.
fn with(envelope: Envelope, column: Column, value: Option<&str>) -> Envelope {
    match value {
        Some(value) if !value.is_empty() => envelope.with(column, crate::json::unescape(value)),
        _ => envelope,
    }
}

/// Envelope with the region and the account that an ARN names.
fn with_arn(envelope: Envelope, arn: Option<&str>) -> Envelope {
    match arn.and_then(Arn::parse) {
        Some(arn) => with(
            with(envelope, Column::Region, Some(arn.region)),
            Column::Account,
            Some(arn.account),
        ),
        None => envelope,
    }
}

/// Time in a field, in any shape.
fn time(fields: &JsonFields<'_>, path: &str) -> Option<Timestamp> {
    crate::time::parse(fields.text(path)?)
}

#[cfg(test)]
mod tests {
    use nepho_core::format::Stream;
    use nepho_core::tables::BlockId;

    use super::*;

    /// Does what looks at a record with this text.
    pub(super) fn with_record<R>(text: &str, look: impl FnOnce(&Record<'_>) -> R) -> R {
        let (stream, envelope) = (Stream::default(), Envelope::default());
        look(&Record {
            text,
            block: BlockId::default(),
            offset: 0,
            line: 1,
            bytes: 0,
            envelope: &envelope,
            stream: &stream,
        })
    }

    fn owned(inner: Inner<'_>) -> Inner<'static> {
        Inner {
            text: inner.text.into_owned().into(),
            envelope: inner.envelope,
        }
    }

    /// What `open` finds in a record with this text: the kind, and what is inside.
    pub(super) fn opened(
        open: OpenText,
        text: &str,
    ) -> Option<(&'static str, Vec<Inner<'static>>)> {
        with_record(text, |record| {
            let (kind, inside) = match open(record)? {
                Wrapped::Records(inside) => ("records", inside),
                Wrapped::Known(inside) => ("known", inside),
                Wrapped::OneOf(inside) => ("one of", inside),
            };
            Some((kind, inside.into_iter().map(owned).collect()))
        })
    }

    /// What `open` finds inside of a JSON object.
    pub(super) fn inside(
        open: for<'a> fn(&Record<'a>, &JsonFields<'a>) -> Opened<'a>,
        text: &str,
    ) -> Vec<Inner<'static>> {
        let fields = JsonFields::parse(text).expect("an object");
        with_record(text, |record| {
            // The fields and the record are of the same text.
            let record = Record { text, ..*record };
            match open(&record, &fields) {
                Opened::Inside(inside) => inside.into_iter().map(owned).collect(),
                _ => Vec::new(),
            }
        })
    }
}
