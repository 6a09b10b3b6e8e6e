//! Logs in archives of Datadog.
//!
//! Sources: docs.datadoghq.com/logs/log_configuration/archives ("Format of the archives"),
//! docs.datadoghq.com/standard-attributes, as of 2026-11-29.

use nepho_codec::json::fields::{elements, text_of};
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, peer_address, severity,
    source_address, text, time, url,
};
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "datadog.log",
    summary: "Logs in archives of Datadog",
    permissions: &[],
    make: Make::Format(|| Box::new(Archived(JsonFormat(&TABLE)))),
});

const TAGS: usize = 0;

static TABLE: Table = Table {
    name: "datadog.log",
    needs: &[
        Need::Has("_id"),
        Need::Has("date"),
        Need::Has("attributes"),
        Need::Has("status"),
        Need::HasAny(&["tags", "source"]),
        Need::HasAny(&["service", "host", "message"]),
    ],
    constants: &[],
    fields: &[
        time(&["date"]),
        severity(&["status"]),
        text(&["service"], Column::Service),
        text(&["host"], Column::Host),
        text(&["message"], Column::Body),
        text(&["attributes.http.method"], Column::Method),
        url(&["attributes.http.url_details.path", "attributes.http.url"]),
        http_status(&["attributes.http.status_code"]),
        text(&["attributes.http.useragent"], Column::UserAgent),
        text(&["attributes.http.request_id"], Column::RequestId),
        source_address(&["attributes.network.client.ip"]),
        peer_address(&["attributes.network.destination.ip"]),
        // Of all kinds of durations, in nanoseconds.
        duration(&["attributes.duration"], 1.0),
        text(
            &[
                "attributes.usr.email",
                "attributes.usr.id",
                "attributes.usr.name",
            ],
            Column::Actor,
        ),
        text(&["attributes.evt.name"], Column::Action),
        text(
            &["attributes.dd.trace_id", "attributes.trace_id"],
            Column::TraceId,
        ),
        text(
            &["attributes.dd.span_id", "attributes.span_id"],
            Column::SpanId,
        ),
        text(&["attributes.logger.thread_name"], Column::Process),
        keep(&["tags"], TAGS),
    ],
    extras: &[
        ("source", "source"),
        ("attributes.logger.name", "logger"),
        ("attributes.error.kind", "error_type"),
        ("attributes.error.message", "error"),
        ("attributes.error.stack", "stack_trace"),
    ],
    finish: Some(finish),
};

/// Tags that are columns: `["env:prod", "team:shop"]`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let tags = event.kept_container(TAGS).unwrap_or_default();
    for (column, value) in told(tags) {
        if column != Column::Service || !row.has(column) {
            row.text(column, value);
        }
    }
}

/// What a list of tags tells.
fn told(tags: &str) -> impl Iterator<Item = (Column, &str)> {
    let tags = elements(tags).into_iter().filter_map(text_of);
    tags.filter_map(|tag| {
        let (name, value) = tag.split_once(':')?;
        let column = match name {
            "env" => Column::Environment,
            "team" => Column::Team,
            "region" => Column::Region,
            "service" => Column::Service,
            _ => return None,
        };
        Some((column, value))
    })
}

/// The table, and the event that was sent: an object became the attributes, a line of text is
/// still the message.
struct Archived(JsonFormat);

impl Format for Archived {
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
        let attributes = fields.raw("attributes")?;
        let is_text = JsonFields::parse(attributes).ok()?.members().is_empty();
        let text = match is_text {
            true => unescape(fields.text("message").filter(|text| !text.is_empty())?),
            false => attributes.into(),
        };
        let mut envelope = record.envelope.clone();
        let time = fields.text("date").and_then(nepho_codec::time::parse);
        envelope.time = time.or(envelope.time);
        let severity = fields.text("status").and_then(Severity::from_word);
        envelope.severity = severity.or(envelope.severity);
        let plain = [("service", Column::Service), ("host", Column::Host)];
        let plain = plain
            .into_iter()
            .filter_map(|(key, column)| Some((column, fields.text(key)?)));
        for (column, value) in told(fields.raw("tags").unwrap_or_default()).chain(plain) {
            if !value.is_empty() {
                envelope = envelope.with(column, unescape(value));
            }
        }
        Some(Inside { text, envelope })
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        self.0.decoder(stream)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, found);
    }
}
