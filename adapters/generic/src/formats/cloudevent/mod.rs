//! Events in the envelope of `CloudEvents`, or in that of Azure Event Grid.
//!
//! If what they carry is an event of another format, or a line of one as text or base64, that
//! format reads it; otherwise the envelope tells what happened, and the data at most a message and
//! its severity.
//!
//! Sources (as of 2026-11-27): github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md,
//! learn.microsoft.com/azure/event-grid/event-schema.

use std::borrow::Cow;
use std::sync::LazyLock;

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::Describer;
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, TableDecoder, keep, part, resource, severity, text, time,
};
use nepho_codec::unwrap::{self, Opened};
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream, Verdict};
use nepho_core::key;
use nepho_core::register;
use nepho_core::registry::components;
use nepho_core::tables::{Column, Envelope, LogsBuilder, Row};

register!(Component {
    kind: Kind::Format,
    name: "generic.cloudevent",
    summary: "CloudEvents and Azure Event Grid events of any source",
    permissions: &[],
    make: Make::Format(|| Box::new(CloudEvent)),
});

const SOURCE: usize = 0;
const KIND: usize = 1;
const SUBJECT: usize = 2;

static TABLE: Table = Table {
    name: "generic.cloudevent",
    needs: &[
        Need::HasAny(&[
            "specversion",
            "cloudEventsVersion",
            "dataVersion",
            "metadataVersion",
        ]),
        Need::HasAny(&["type", "eventType"]),
        Need::HasAny(&["source", "topic", "subject"]),
        Need::HasAny(&["id", "eventID", "eventTime"]),
    ],
    constants: &[],
    fields: &[
        time(&["time", "eventTime"]),
        text(&["type", "eventType"], Column::Action),
        text(&["id", "eventID"], Column::RequestId),
        part(&["traceparent"], Column::TraceId, trace),
        part(&["traceparent"], Column::SpanId, span),
        resource(&["source", "topic"]),
        resource(&["subject"]),
        severity(&["data.severity", "data.level"]),
        text(
            &[
                "data.message",
                "data.description",
                "data.error.message",
                "data.errorMessage",
            ],
            Column::Body,
        ),
        keep(&["source", "topic", "subject"], SOURCE),
        keep(&["type", "eventType"], KIND),
        keep(&["subject"], SUBJECT),
    ],
    extras: &[
        ("dataschema", "schema"),
        ("datacontenttype", "content_type"),
        ("partitionkey", "partition_key"),
    ],
    finish: Some(finish),
};

/// Reads events of any source.
#[derive(Debug)]
pub struct CloudEvent;

impl Format for CloudEvent {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match JsonFormat(&TABLE).sniff(sample) {
            Confidence::NO => Confidence::NO,
            // Formats that know a certain source of events go first.
            _ => Confidence(Confidence::LIKELY.0 - 10),
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(&TABLE).may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let fields = JsonFields::parse(record.text).ok()?;
        let sample = Sample {
            text: record.text,
            json: Some(&fields),
            stream: record.stream,
        };
        let is_carrier = || is_of_google(&fields) && is_wrapping(record, &fields);
        if JsonFormat(&TABLE).sniff(&sample) == Confidence::NO || is_system(&fields) || is_carrier()
        {
            return None;
        }
        let data = data(&fields)?;
        let text = |paths: [&str; 2]| paths.iter().find_map(|path| fields.text(path));
        let mut envelope: Envelope = record.envelope.clone();
        envelope.time = text(["time", "eventTime"])
            .and_then(nepho_codec::time::parse)
            .or(envelope.time);
        for (column, paths) in [
            (Column::Action, ["type", "eventType"]),
            (Column::RequestId, ["id", "eventID"]),
        ] {
            if let Some(value) = text(paths) {
                envelope = envelope.with(column, unescape(value));
            }
        }
        let named = [text(["source", "topic"]), fields.text("subject")];
        envelope.resources.extend(
            named
                .into_iter()
                .flatten()
                .map(|name| unescape(name).into_owned()),
        );
        Some(Inside {
            text: data,
            envelope,
        })
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(CloudEventDecoder {
            table: TableDecoder::new(&TABLE),
            describer: Describer::default(),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormat(&TABLE).extras(raw, stream, found);
    }
}

/// What an event carries: an object, or the line that its text or its base64 is.
fn data<'a>(fields: &JsonFields<'a>) -> Option<Cow<'a, str>> {
    let data = fields.raw("data").filter(|data| data.starts_with('{'));
    data.map(Cow::Borrowed).or_else(|| line(fields))
}

/// The line that an event carries as text or as base64.
fn line<'a>(fields: &JsonFields<'a>) -> Option<Cow<'a, str>> {
    let text = match (fields.text("data_base64"), fields.raw("data")) {
        (Some(data), _) => Cow::Owned(unwrap::base64_text(data)?),
        (None, Some(data)) if data.starts_with('"') => unescape(fields.text("data")?),
        _ => return None,
    };
    // A word alone is an id or a name.
    text.trim().contains([' ', '\t']).then_some(text)
}

struct CloudEventDecoder {
    table: TableDecoder,
    describer: Describer,
}

impl Decoder for CloudEventDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let fields = JsonFields::parse(record.text).ok();
        let is_other = |fields: &JsonFields<'_>| is_system(fields) || is_wrapping(record, fields);
        if !self.table.scan(record.text) || fields.as_ref().is_some_and(is_other) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, TABLE.name);
        self.table.fill(record.text, &mut row);
        if let Some(line) = fields.as_ref().and_then(line) {
            row.text(Column::Body, line.trim_end());
            self.describer.describe(&line, &mut row);
        }
        row.commit();
        Verdict::Rows
    }
}

/// Whether a record only wraps others. It reaches this format when the one before it did not.
fn is_wrapping(record: &Record<'_>, fields: &JsonFields<'_>) -> bool {
    let opened = unwrap::open(record, fields);
    opened.is_some_and(|(_, opened)| matches!(opened, Opened::Inside(_) | Opened::Events(_)))
}

/// Whether it is an event of Google, some of which carry another as an object.
fn is_of_google(fields: &JsonFields<'_>) -> bool {
    let kind = fields.text("type");
    kind.is_some_and(|kind| kind.starts_with("google.cloud."))
}

/// Whether there is a format for the events of Azure's own.
static HAS_EVENT_GRID: LazyLock<bool> = LazyLock::new(|| {
    components()
        .iter()
        .any(|held| held.name == "azure.event_grid")
});

/// Whether it is an event of Azure's own, which `azure.event_grid` reads.
fn is_system(fields: &JsonFields<'_>) -> bool {
    let is_microsoft = |path| {
        let kind = fields.text(path);
        kind.is_some_and(|kind| kind.starts_with("Microsoft."))
    };
    let is_one = (is_microsoft("eventType") && fields.text("eventTime").is_some())
        || (is_microsoft("type") && fields.text("specversion").is_some());
    is_one && *HAS_EVENT_GRID
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(source) = event.kept(SOURCE) {
        place(&source, row);
    }
    if row.has(Column::Body) {
        return;
    }
    let kind = event.kept(KIND).unwrap_or_default();
    match event.kept(SUBJECT) {
        Some(subject) => row.text_of(Column::Body, &[&kind, ": ", &subject]),
        None => row.text(Column::Body, &kind),
    };
}

/// Cloud, account and service of a source: `//pubsub.googleapis.com/projects/p/topics/t`, a
/// resource id of Azure, a URL, a path or a name.
fn place(source: &str, row: &mut Row<'_>) {
    if let Some((host, _)) = source
        .strip_prefix("//")
        .and_then(|rest| rest.split_once('/'))
        && host.ends_with(".googleapis.com")
    {
        row.constant(Column::Provider, "gcp")
            .text(Column::Service, host);
        if let Some(project) = key::google_project(source).filter(|project| *project != "_") {
            row.text(Column::Account, project);
        }
        return;
    }
    if key::is_azure_id(source) {
        row.constant(Column::Provider, "azure");
        for (column, value) in [
            (Column::Account, key::azure_subscription(source)),
            (Column::Service, key::azure_namespace(source)),
        ] {
            row.text(column, value.unwrap_or_default());
        }
        return;
    }
    if !row.has(Column::Service) {
        row.text(Column::Service, application(source));
    }
}

/// Host of a URL, the first part of a path, or the name as it is.
fn application(source: &str) -> &str {
    let rest = source.split_once("://").map_or(source, |(_, rest)| rest);
    let name = rest.trim_start_matches('/');
    name.split(['/', '?', '#']).next().unwrap_or(name)
}

/// Trace of `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`.
fn trace(parent: &str) -> &str {
    parent.split('-').nth(1).unwrap_or_default()
}

/// Span of the same.
fn span(parent: &str) -> &str {
    parent.split('-').nth(2).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_names_an_application() {
        assert_eq!(
            application("https://shop.example.com/orders?x=1"),
            "shop.example.com"
        );
        assert_eq!(application("/checkout/eu"), "checkout");
        assert_eq!(application("com.example.checkout"), "com.example.checkout");
        assert_eq!(trace("00-0af7-b7ad-01"), "0af7");
        assert_eq!(span("00-0af7-b7ad-01"), "b7ad");
    }
}
