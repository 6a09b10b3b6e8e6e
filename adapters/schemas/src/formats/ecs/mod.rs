//! Events in the Elastic Common Schema (ECS) as JSON.

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::{Describer, logfmt_like, syslog};
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, TableDecoder, To, duration, http_status, keep, outcome_of,
    peer_port, put_text, severity, source_address, source_port, status, text, url,
};
use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream, Verdict};
use nepho_core::registry::Sharper;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::provider;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "schemas.ecs",
    summary: "Elastic Common Schema (ECS) events as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(Ecs(JsonFormat(&TABLE)))),
});

const CLOUD: usize = 0;
const SHIPPED: usize = 1;
const PARSED: usize = 2;
const LINE: usize = 3;
const DATASET: usize = 4;
const NODE: usize = 5;
const CLUSTER: usize = 6;
const LOGGER: usize = 7;
const SLOW: usize = 8;
const ACTION: usize = 9;
const MESSAGE: usize = 10;
/// The number of the severity, which `nepho parse --as ecs` writes beside its word.
const OWN_SEVERITY: usize = 11;
const TIME: usize = 12;
/// Whether the time is that of the observation, as `nepho parse --as ecs` says of what has none.
const UNTIMED: usize = 13;

/// What was taken apart already stands in these.
const TAKEN_APART: &[&str] = &["log.level", "event.action", "event.outcome"];

static TABLE: Table = Table {
    name: "schemas.ecs",
    needs: &[Need::Has("@timestamp"), Need::Has("ecs.version")],
    constants: &[],
    fields: &[
        severity(&["log.level", "log.syslog.severity.name"]),
        text(&["service.name"], Column::Service),
        text(&["service.environment", "labels.env"], Column::Environment),
        text(&["event.action", "nepho.action"], Column::Action),
        duration(&["event.duration"], 1.0),
        text(
            &[
                "http.request.id",
                "event.id",
                "transaction.id",
                "faas.execution",
            ],
            Column::RequestId,
        ),
        text(&["trace.id"], Column::TraceId),
        text(&["span.id", "transaction.id"], Column::SpanId),
        text(
            &[
                "user.name",
                "user.email",
                "user.id",
                "client.user.name",
                "source.user.name",
            ],
            Column::Actor,
        ),
        source_address(&["source.ip", "client.ip", "source.address", "client.address"]),
        source_port(&["source.port", "client.port"]),
        text(
            &[
                "destination.ip",
                "server.ip",
                "destination.address",
                "server.address",
                "destination.domain",
            ],
            Column::Peer,
        ),
        peer_port(&["destination.port", "server.port"]),
        text(
            &["http.request.method", "network.transport"],
            Column::Method,
        ),
        url(&["url.path", "url.original", "url.full"]),
        text(&["user_agent.original"], Column::UserAgent),
        http_status(&["http.response.status_code"]),
        status(&["nepho.status"]),
        outcome_of(
            &["event.outcome"],
            &[("success", Outcome::Success), ("failure", Outcome::Failure)],
        ),
        text(
            &[
                "kubernetes.pod.name",
                "host.name",
                "host.hostname",
                "container.name",
                "service.node.name",
                "nepho.host",
            ],
            Column::Host,
        ),
        text(&["process.name", "log.logger"], Column::Process),
        text(&["cloud.account.id", "cloud.project.id"], Column::Account),
        text(&["cloud.region"], Column::Region),
        text(&["message", "error.message", "event.reason"], Column::Body),
        text(&["nepho.provider"], Column::Provider),
        keep(&["nepho.severity"], OWN_SEVERITY),
        keep(&["@timestamp"], TIME),
        keep(&["nepho.untimed"], UNTIMED),
        keep(&["cloud.provider"], CLOUD),
        keep(&["input.type", "agent.type"], SHIPPED),
        keep(TAKEN_APART, PARSED),
        keep(&["message", "event.original"], LINE),
        keep(&["message"], MESSAGE),
        keep(&["event.dataset"], DATASET),
        keep(&["elasticsearch.node.name"], NODE),
        keep(&["elasticsearch.cluster.name"], CLUSTER),
        keep(&["log.logger"], LOGGER),
        keep(&["elasticsearch.slowlog.took"], SLOW),
        keep(&["event.action"], ACTION),
    ],
    extras: &[
        ("log.level", "severity_text"),
        ("rule.name", "rule"),
        ("dns.question.name", "dns_question"),
        ("network.bytes", "bytes"),
        ("source.bytes", "source_bytes"),
        ("destination.bytes", "destination_bytes"),
        ("http.response.bytes", "bytes"),
        ("http.response.body.bytes", "bytes"),
        ("network.packets", "packets"),
        ("event.dataset", "dataset"),
        ("event.code", "event_code"),
        ("error.type", "error_code"),
        ("process.pid", "pid"),
        ("log.file.path", "file"),
        ("kubernetes.namespace", "namespace"),
        ("stream", "stream"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let time = event.kept(TIME).unwrap_or_default();
    if event.kept(UNTIMED).as_deref() != Some("true") {
        put_text(&time, To::Time, row);
    }
    provider::put(&event.kept(CLOUD).unwrap_or_default(), row);
    let own = event
        .kept(OWN_SEVERITY)
        .and_then(|number| number.parse().ok());
    if let Some(number) = own.filter(|number| (1..=24).contains(number)) {
        row.severity(Severity(number));
    }
}

/// The table, and the line that stands in an event which a shipper made of a file.
struct Ecs(JsonFormat);

/// Fields that a shipper knows of the line besides the line itself.
const OUTSIDE: [(&str, Column); 12] = [
    ("trace.id", Column::TraceId),
    ("span.id", Column::SpanId),
    ("transaction.id", Column::SpanId),
    ("service.name", Column::Service),
    ("service.environment", Column::Environment),
    ("kubernetes.pod.name", Column::Host),
    ("host.name", Column::Host),
    ("container.name", Column::Host),
    ("cloud.account.id", Column::Account),
    ("cloud.project.id", Column::Account),
    ("cloud.region", Column::Region),
    ("event.id", Column::RequestId),
];

impl Format for Ecs {
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
        let is_shipped = fields.text("input.type").is_some() || fields.text("agent.type").is_some();
        let is_parsed = TAKEN_APART.iter().any(|path| fields.text(path).is_some());
        if !is_shipped || fields.text("ecs.version").is_none() {
            return None;
        }
        // The event as it was received tells more than what was made of it, unless it is pairs of
        // which any program may have written some, and others beside them.
        let original = fields.text("event.original").map(unescape);
        let original = original.filter(|line| !is_parsed || !logfmt_like(line.trim()));
        let message = fields.text("message").filter(|_| !is_parsed);
        let message = [original, message.map(unescape)]
            .into_iter()
            .flatten()
            .find(|message| !message.is_empty())?;
        let mut envelope = record.envelope.clone();
        envelope.time = fields.text("@timestamp").and_then(nepho_codec::time::parse);
        let level = fields.text("log.level").and_then(Severity::from_word);
        envelope.severity = level.or(envelope.severity);
        for (path, column) in OUTSIDE {
            let is_set = envelope.values.iter().any(|(held, _)| *held == column);
            if let Some(value) = fields.text(path).filter(|_| !is_set) {
                envelope = envelope.with(column, unescape(value));
            }
        }
        if let Some(cloud @ ("aws" | "azure" | "gcp")) = fields.text("cloud.provider") {
            envelope = envelope.with(Column::Provider, cloud);
        }
        let text = match of_journal(&fields, envelope.time, &message) {
            Some(line) => line.into(),
            None => message,
        };
        Some(Inside { text, envelope })
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(EcsDecoder {
            table: TableDecoder::new(&TABLE),
            line: Describer::default(),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, found);
    }
}

/// The line of syslog that an entry of the journal would be, of which Filebeat tells the parts
/// (elastic.co/docs/reference/beats/filebeat/filebeat-input-journald, as of 2026-11-30).
fn of_journal(fields: &JsonFields<'_>, time: Option<Timestamp>, message: &str) -> Option<String> {
    let first = |paths: [&str; 2]| {
        paths
            .iter()
            .find_map(|path| fields.text(path))
            .map(unescape)
    };
    let program = first(["syslog.identifier", "log.syslog.appname"])?;
    let host = first(["host.hostname", "host.name"])?;
    let pid = first(["process.pid", "log.syslog.procid"]).unwrap_or_default();
    syslog::line(time?, &host, &program, &pid, message)
}

/// Whether there are formats for what Elasticsearch itself logs.
static ELASTICSEARCH: Sharper = Sharper::new("elasticsearch.server");

/// Whether an event is a line of the server log of Elasticsearch, or of its slow log, which have
/// formats of their own.
fn is_of_elasticsearch(event: &Event<'_>) -> bool {
    let has = |number| event.kept_value(number).is_some();
    let is_own = || {
        let dataset = event.kept(DATASET);
        dataset.is_some_and(|dataset| dataset.starts_with("elasticsearch."))
    };
    let is_slow = has(SLOW) && (has(NODE) || has(CLUSTER));
    let is_server = has(NODE) && has(CLUSTER) && has(LOGGER) && has(MESSAGE) && !has(ACTION);
    (is_slow || is_server) && is_own()
}

/// Reads events, and what the lines tell that no format knows and nobody took apart.
struct EcsDecoder {
    table: TableDecoder,
    line: Describer,
}

impl Decoder for EcsDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !self.table.scan(record.text) {
            return self.table.decode(record, out);
        }
        if ELASTICSEARCH.is_linked() && is_of_elasticsearch(&self.table.event(record.text)) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.complete().constant(Column::Format, TABLE.name);
        self.table.fill(record.text, &mut row);
        let event = self.table.event(record.text);
        if event.kept_value(SHIPPED).is_some()
            && event.kept_value(PARSED).is_none()
            && let Some(line) = event.kept(LINE)
        {
            self.line.describe_shipped(&line, &mut row);
        }
        row.commit();
        Verdict::Rows
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::tables::Envelope;

    use super::*;

    fn inside_of(event: &str) -> Option<(String, Envelope)> {
        let text = format!(
            r#"{{"@timestamp":"2026-05-12T14:00:04Z","agent":{{"type":"filebeat"}},"ecs":{{"version":"8.0.0"}},"log":{{"level":"error"}},"trace":{{"id":"t1"}},{event}}}"#
        );
        let mut out = LogsBuilder::new(Timestamp(0));
        let stream = Stream::default();
        let envelope = Envelope::default();
        let block = nepho_codec::encoding::Text::from(text.clone());
        let record = Record {
            text: &text,
            block: out.attach(block.buffer()),
            offset: 0,
            line: 1,
            bytes: 0,
            envelope: &envelope,
            stream: &stream,
        };
        let found = Ecs(JsonFormat(&TABLE)).inside(&record);
        found.map(|found| (found.text.into_owned(), found.envelope))
    }

    #[test]
    fn an_original_is_told_the_level_and_the_trace() {
        let found = inside_of(r#""event":{"original":"GET / 502"}"#);
        let (text, envelope) = found.unwrap_or_default();
        assert_eq!(text, "GET / 502");
        assert_eq!(envelope.severity, Some(Severity::ERROR));
        assert_eq!(envelope.get(Column::TraceId), Some("t1"));
    }

    #[test]
    fn pairs_know_less_than_the_event_that_was_made_of_them() {
        let event = r#""event":{"original":"user=mona op=pay order=7","outcome":"failure"}"#;
        assert!(inside_of(event).is_none());
    }
}
