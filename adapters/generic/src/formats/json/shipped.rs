//! Lines of other programs within the JSON of a shipper: Vector, Logstash, Filebeat, Fluent Bit,
//! Splunk, and syslog as Fluentd, syslog-ng and rsyslog write it.
//!
//! Sources, as of 2026-11-28: vector.dev/docs/reference/configuration/sources/file,
//! elastic.co/guide/en/logstash/current/plugins-inputs-file.html,
//! docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector,
//! docs.fluentd.org/input/syslog, rsyslog.com/doc/configuration/properties.html; as of 2026-11-30:
//! vector.dev/docs/reference/configuration/sources (journald, kafka, `aws_kinesis_firehose`,
//! `http_server`, amqp, nats), elastic.co/docs/reference/ecs/ecs-event (`event.original`),
//! rsyslog.com/doc/configuration/properties.html (`jsonmesg`).

use std::borrow::Cow;

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::syslog;
use nepho_codec::time;
use nepho_core::format::{Inside, Record};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Envelope};

/// What shippers write around a line. A record with any other member is that of an application.
const OUTER: [&str; 40] = [
    "@metadata",
    "@timestamp",
    "@version",
    "agent",
    "aws",
    "beat",
    "bucket",
    "cloud",
    "date",
    "ecs",
    "event",
    "fields",
    "file",
    "host",
    "hostname",
    "index",
    "input",
    "kafka",
    "lastrow",
    "log",
    "message",
    "object",
    "offset",
    "path",
    "port",
    "preview",
    "prospector",
    "region",
    "result",
    "source",
    "source_type",
    "sourcetype",
    "splunk_server",
    "stream",
    "tag",
    "tags",
    "time",
    "timestamp",
    "timestamp_end",
    "type",
];

/// The `source_type` of Vector, by source, with the older name of two
/// (vector.dev/docs/reference/configuration/sources, as of 2026-11-30).
const VECTOR_SOURCES: [&str; 34] = [
    "amqp",
    "aws_kinesis_firehose",
    "aws_s3",
    "aws_sqs",
    "datadog_agent",
    "demo_logs",
    "dnstap",
    "docker",
    "docker_logs",
    "exec",
    "file",
    "file_descriptor",
    "fluent",
    "gcp_pubsub",
    "heroku_logs",
    "http",
    "http_client",
    "http_server",
    "internal_logs",
    "journald",
    "kafka",
    "kubernetes_logs",
    "logstash",
    "mqtt",
    "nats",
    "okta",
    "opentelemetry",
    "pulsar",
    "redis",
    "socket",
    "splunk_hec",
    "stdin",
    "syslog",
    "vector",
];

/// What sources of Vector add besides, where `source_type` tells that it is Vector.
const VECTOR: [&str; 11] = [
    "exchange",
    "headers",
    "message_key",
    "partition",
    "path",
    "request_id",
    "routing",
    "source_arn",
    "source_ip",
    "subject",
    "topic",
];

/// Where the line stands, and whether it may be an object.
const PAYLOADS: [(&str, bool); 5] = [
    ("message", false),
    ("log", false),
    ("event", true),
    ("event.original", false),
    ("result._raw", false),
];

const TIMES: [&str; 11] = [
    "@timestamp",
    "timestamp",
    "time",
    "date",
    "result._time",
    "timereported",
    "timegenerated",
    "ISODATE",
    "DATE",
    "_time",
    "Timestamp",
];

const HOSTS: [&str; 7] = [
    "host.name",
    "host.hostname",
    "host",
    "hostname",
    "result.host",
    "HOST",
    "_HOSTNAME",
];

/// Members that hold program, process id and message of syslog. A tag is both, `sshd[12]:`.
const SYSLOG: [[&str; 3]; 9] = [
    ["ident", "pid", "message"],
    ["PROGRAM", "PID", "MESSAGE"],
    ["programname", "procid", "msg"],
    ["programname", "procid", "message"],
    ["appname", "procid", "message"],
    ["program", "pid", "message"],
    ["syslog-tag", "pid", "message"],
    ["SYSLOG_IDENTIFIER", "_PID", "MESSAGE"],
    ["SYSLOG_IDENTIFIER", "_PID", "message"],
];

/// What else stands beside a message of syslog.
const SYSLOG_MORE: [&str; 43] = [
    "$!",
    "DATE",
    "FACILITY",
    "HOST",
    "HOST_FROM",
    "ISODATE",
    "LEGACY_MSGHDR",
    "LEVEL",
    "MSGID",
    "PRI",
    "PRIORITY",
    "SEQNUM",
    "SOURCE",
    "SOURCEIP",
    "TAGS",
    "app-name",
    "end_msg",
    "facility",
    "facility_label",
    "fromhost",
    "fromhost-ip",
    "inputname",
    "logsource",
    "msgid",
    "pri",
    "priority",
    "protocol-version",
    "rawmsg",
    "relayhost",
    "relayip",
    "severity",
    "severity_label",
    "source_ip",
    "structured-data",
    "syslogfacility",
    "syslogfacility-text",
    "syslogseverity",
    "syslogseverity-text",
    "syslogtag",
    "timegenerated",
    "timereported",
    "uuid",
    "version",
];

/// Names of severities, words and numbers of syslog.
const SEVERITIES: [&str; 6] = [
    "severity_label",
    "severity",
    "LEVEL",
    "syslogseverity-text",
    "syslogseverity",
    "PRIORITY",
];

/// Names of levels beside an event as it was received.
const LEVELS: [&str; 5] = [
    "log.level",
    "level",
    "severity",
    "SeverityText",
    "severity_text",
];

/// What else stands beside an event as it was received, and it may not tell itself.
const BESIDE: [(Column, &[&str]); 4] = [
    (
        Column::Service,
        &["service.name", "ServiceName", "service_name", "service"],
    ),
    (
        Column::TraceId,
        &["trace.id", "trace_id", "traceId", "TraceId"],
    ),
    (Column::SpanId, &["span.id", "span_id", "spanId", "SpanId"]),
    (
        Column::RequestId,
        &["http.request.id", "request_id", "requestId"],
    ),
];

/// Whether an object with these keys may be that of a shipper.
pub(super) fn may_be(fields: &JsonFields<'_>) -> bool {
    let members = fields.members();
    let source = fields.text("source_type");
    let is_vector = source.is_some_and(|source| VECTOR_SOURCES.contains(&source));
    let is_outer = |(key, _): &(&str, &str)| match *key {
        "source_type" => is_vector,
        key => OUTER.binary_search(&key).is_ok() || is_vector && VECTOR.contains(&key),
    };
    // Elements of structured data stand beside the rest, by their names: `origin@32473`.
    let is_element = |key: &str| source == Some("syslog") && key.contains('@');
    let is_of_journal = fields.raw("SYSLOG_IDENTIFIER").is_some();
    let is_field = |key: &str| {
        let mut bytes = key.bytes();
        is_of_journal && bytes.all(|byte| byte == b'_' || byte.is_ascii_uppercase())
    };
    let is_own = |(key, _): &(&str, &str)| {
        SYSLOG.as_flattened().contains(key)
            || SYSLOG_MORE.contains(key)
            || is_element(key)
            || is_field(key)
    };
    members.len() > 1
        && (members.iter().all(is_outer)
            || syslog_of(fields).is_some()
                && members
                    .iter()
                    .all(|member| is_own(member) || is_outer(member)))
}

/// Where the event as it was received stands beside what Logstash or an agent made of it, or
/// `VictoriaLogs`, which tells the time in `_time`
/// (docs.victoriametrics.com/victorialogs/keyconcepts, as of 2026-11-30).
fn original<'a>(fields: &JsonFields<'a>) -> Option<&'a str> {
    let paths: [(&[&str], &str); 4] = [
        (&["@timestamp"], "event.original"),
        (&["_stream"], "_msg"),
        // What the exporter of OpenTelemetry keeps in ClickHouse.
        (&["SeverityText"], "Body"),
        // The patterns of Logstash for lines of web servers, which leave the line in place.
        (&["httpversion", "clientip", "verb"], "message"),
    ];
    paths.iter().find_map(|(signs, path)| {
        let is_it = signs.iter().all(|sign| fields.raw(sign).is_some());
        let is_text = is_it && fields.raw(path)?.starts_with('"');
        fields.text(path).filter(|_| is_text)
    })
}

/// Whether there is such an event.
pub(super) fn has_original(fields: &JsonFields<'_>) -> bool {
    original(fields).is_some()
}

/// Members that an event stands in when there is nothing else: `event` is all that the collector of
/// Splunk asks for, the others are what pipelines name the whole of what they read.
const ALONE: [&str; 8] = [
    "body", "data", "event", "log", "message", "payload", "raw", "record",
];

/// The object in the only member of a record, as such or as text.
fn alone<'a>(fields: &JsonFields<'a>) -> Option<Cow<'a, str>> {
    let [(key, value)] = fields.members() else {
        return None;
    };
    if !ALONE.contains(key) {
        return None;
    }
    match value.starts_with('{') {
        true => Some(Cow::Borrowed(value)),
        false => value
            .starts_with("\"{")
            .then(|| unescape(fields.text(key).unwrap_or_default())),
    }
}

/// The line within a record of a shipper.
pub(super) fn inside<'a>(record: &Record<'a>) -> Option<Inside<'a>> {
    let fields = JsonFields::parse(record.text).ok()?;
    if let Some(text) = alone(&fields) {
        let envelope = record.envelope.clone();
        return Some(Inside { text, envelope });
    }
    let is_shipped = may_be(&fields);
    if !is_shipped && !has_original(&fields) {
        return None;
    }
    let mut envelope = record.envelope.clone();
    let plain = |path: &&str| {
        let text = fields.text(path)?;
        (!text.starts_with(['{', '['])).then_some(text)
    };
    let time = TIMES
        .iter()
        .find_map(|path| time::parse_near(plain(path)?, record.stream.reference()));
    envelope.time = time.or(envelope.time);
    let host = HOSTS.iter().find_map(plain);
    let host = host.map(unescape).filter(|host| !host.is_empty());
    if let Some([program, pid, message]) = syslog_of(&fields).filter(|_| is_shipped) {
        let severity = SEVERITIES.iter().find_map(|path| severity(plain(path)?));
        envelope.severity = severity.or(envelope.severity);
        let text = |name: &str| fields.text(name).map(unescape).unwrap_or_default();
        let (program, pid, message) = (text(program), text(pid), text(message));
        let (program, pid) = match parts_of_tag(&program) {
            Some(parts) => parts,
            None => (&*program, &*pid),
        };
        let text = match time {
            Some(time) => syslog::line(time, &host?, program, pid, &message)?,
            None => undated_line(&fields, &host?, program, pid, &message)?,
        };
        return Some(Inside {
            text: Cow::Owned(text),
            envelope,
        });
    }
    if let Some(host) = host {
        envelope = envelope.with(Column::Host, host);
    }
    // What was taken out of the message still stands in the original.
    let text = match original(&fields) {
        Some(text) => {
            envelope = beside(&fields, envelope);
            unescape(text)
        }
        None => payload(&fields).or_else(|| object(&fields))?,
    };
    Some(Inside { text, envelope })
}

/// `envelope` with what stands beside an event as it was received: an application may have written
/// it there, and nothing of it into its message.
fn beside(fields: &JsonFields<'_>, mut envelope: Envelope) -> Envelope {
    let plain = |path: &&str| {
        let text = fields.text(path)?;
        (!text.is_empty() && !text.starts_with(['{', '['])).then_some(text)
    };
    let severity = LEVELS.iter().find_map(|path| severity(plain(path)?));
    envelope.severity = severity.or(envelope.severity);
    for (column, paths) in BESIDE {
        if let Some(value) = paths.iter().find_map(plain) {
            envelope = envelope.with(column, unescape(value));
        }
    }
    envelope
}

/// A line behind the date of syslog-ng, `May 12 14:00:00`, which tells no year.
fn undated_line(
    fields: &JsonFields<'_>,
    host: &str,
    program: &str,
    pid: &str,
    message: &str,
) -> Option<String> {
    let date = fields.text("DATE").filter(|date| date.len() == 15)?;
    let is_word = |text: &str| !text.is_empty() && !text.contains([' ', '[', ':']);
    let is_number = !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit());
    let pid = if is_number {
        format!("[{pid}]")
    } else {
        String::new()
    };
    (is_word(host) && is_word(program)).then(|| format!("{date} {host} {program}{pid}: {message}"))
}

/// Program and process id of a tag of syslog: `sshd[12]:`, `sshd:`.
fn parts_of_tag(tag: &str) -> Option<(&str, &str)> {
    let tag = tag.trim_end().strip_suffix(':')?;
    match tag.strip_suffix(']').and_then(|tag| tag.split_once('[')) {
        Some(parts) => Some(parts),
        None => Some((tag, "")),
    }
}

fn severity(text: &str) -> Option<Severity> {
    match text.as_bytes() {
        [number @ b'0'..=b'7'] => Severity::from_syslog(number - b'0'),
        _ => Severity::from_word(text),
    }
}

/// The line within a record of a shipper, but for one of syslog, of which the record tells all.
pub(super) fn line<'a>(fields: &JsonFields<'a>) -> Option<Cow<'a, str>> {
    match syslog_of(fields) {
        Some(_) => None,
        None => payload(fields),
    }
}

/// What stands in a record that is not of syslog.
fn payload<'a>(fields: &JsonFields<'a>) -> Option<Cow<'a, str>> {
    PAYLOADS.iter().find_map(|(path, may_be_object)| {
        let raw = fields.raw(path)?;
        match raw.as_bytes().first()? {
            b'"' => fields.text(path).map(unescape),
            b'{' if *may_be_object && fields.raw("event.original").is_none() => {
                Some(Cow::Borrowed(raw))
            }
            _ => None,
        }
    })
}

/// A message that a shipper read as JSON and left in its place.
fn object<'a>(fields: &JsonFields<'a>) -> Option<Cow<'a, str>> {
    let raw = ["message", "log"].iter().find_map(|path| {
        let raw = fields.raw(path)?;
        raw.starts_with('{').then_some(raw)
    });
    raw.map(Cow::Borrowed)
}

/// The names under which a record holds a message of syslog.
fn syslog_of(fields: &JsonFields<'_>) -> Option<[&'static str; 3]> {
    let has = |key: &str| {
        let mut members = fields.members().iter();
        members.any(|(held, raw)| *held == key && raw.starts_with('"'))
    };
    let is_it = |names: &&[&'static str; 3]| has(names[0]) && has(names[2]);
    SYSLOG.iter().find(is_it).copied()
}

#[cfg(test)]
mod tests {
    use nepho_core::Timestamp;
    use nepho_core::format::Stream;
    use nepho_core::tables::LogsBuilder;

    use super::*;

    fn check(text: &str, expected: Option<(&str, Option<&str>)>) {
        let mut out = LogsBuilder::new(Timestamp(0));
        let stream = Stream::default();
        let envelope = Envelope::default();
        let block = nepho_codec::encoding::Text::from(text.to_owned());
        let record = Record {
            text,
            block: out.attach(block.buffer()),
            offset: 0,
            line: 1,
            bytes: 0,
            envelope: &envelope,
            stream: &stream,
        };
        let found = inside(&record);
        let found = found
            .as_ref()
            .map(|found| (&*found.text, found.envelope.get(Column::Host)));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn lines_stand_in_the_records_of_shippers() {
        assert!(OUTER.is_sorted());
        check(
            "{\"file\":\"/a\",\"host\":\"h\",\"message\":\"x\\ty\",\
             \"source_type\":\"file\",\"timestamp\":\"2026-05-12T14:00:00Z\"}",
            Some(("x\ty", Some("h"))),
        );
        check(
            "{\"@timestamp\":\"2026-05-12T14:00:00Z\",\"message\":\"x\",\"host\":{\"name\":\"h\"},\
             \"log\":{\"file\":{\"path\":\"/a\"}},\"input\":{\"type\":\"log\"}}",
            Some(("x", Some("h"))),
        );
        check(r#"{"date":1778594400.5,"log":"x"}"#, Some(("x", None)));
        check(
            r#"{"time":1778594400,"host":"h","sourcetype":"s","event":{"a":1}}"#,
            Some((r#"{"a":1}"#, Some("h"))),
        );
        check(
            r#"{"preview":false,"result":{"_raw":"x","_time":"2026-05-12T14:00:00Z","host":"h"}}"#,
            Some(("x", Some("h"))),
        );
        check(
            r#"{"message":"x","source_type":"kafka","timestamp":"2026-05-12T14:00:00Z","topic":"t"}"#,
            Some(("x", None)),
        );
        check(
            "{\"@timestamp\":\"2026-05-12T14:00:00Z\",\"message\":\"x\",\"user\":\"mona\",\
             \"event\":{\"original\":\"<34>x\"}}",
            Some(("<34>x", None)),
        );
        check(
            "{\"@timestamp\":\"2026-05-12T14:00:00Z\",\"clientip\":\"10.0.0.7\",\"verb\":\"GET\",\
             \"httpversion\":\"1.1\",\"response\":\"502\",\"message\":\"x\",\"host\":\"h\"}",
            Some(("x", Some("h"))),
        );
        check(
            "{\"_time\":\"2026-05-12T14:00:00Z\",\"_stream\":\"{}\",\"_msg\":\"x\",\"app\":\"shop\"}",
            Some(("x", None)),
        );
        check(
            "{\"Timestamp\":\"2026-05-12 14:00:00.5\",\"TraceId\":\"\",\"SeverityText\":\"ERROR\",\
             \"ServiceName\":\"shop\",\"Body\":\"x\",\"LogAttributes\":{}}",
            Some(("x", None)),
        );
        // Those of an application have more to tell.
        check(
            r#"{"time":"2026-05-12T14:00:00Z","level":"info","message":"x"}"#,
            None,
        );
        check(r#"{"message":"x"}"#, None);
        check(
            "{\"timestamp\":\"2026-05-12T14:00:00Z\",\"message\":\"x\",\
             \"source_type\":\"invoice\",\"path\":\"/pay\"}",
            None,
        );
        check(
            r#"{"httpversion":"1.1","level":"error","trace_id":"t","message":"x"}"#,
            None,
        );
    }

    #[test]
    fn an_event_may_be_all_that_there_is() {
        check(r#"{"event":{"a":1}}"#, Some((r#"{"a":1}"#, None)));
        check(
            r#"{"record":"{\"a\":\"b\"}"}"#,
            Some((r#"{"a":"b"}"#, None)),
        );
        check(
            r#"{"message":{"a":1},"host":"h","@timestamp":"2026-05-12T14:00:00Z"}"#,
            Some((r#"{"a":1}"#, Some("h"))),
        );
        check(r#"{"event":"login"}"#, None);
        check(r#"{"user":{"a":1}}"#, None);
        check(r#"{"event":{"a":1},"user":"mona"}"#, None);
    }

    #[test]
    fn syslog_is_put_together_again() {
        let line = "2026-05-12T14:00:00.000000+00:00 h sshd[12]: Failed";
        check(
            "{\"ident\":\"sshd\",\"pid\":\"12\",\"message\":\"Failed\",\
             \"host\":\"h\",\"time\":\"2026-05-12T14:00:00Z\"}",
            Some((line, None)),
        );
        check(
            "{\"PROGRAM\":\"sshd\",\"PID\":\"12\",\"MESSAGE\":\"Failed\",\
             \"HOST\":\"h\",\"ISODATE\":\"2026-05-12T14:00:00+00:00\"}",
            Some((line, None)),
        );
        check(
            "{\"programname\":\"sshd\",\"procid\":\"12\",\"msg\":\" Failed\",\
             \"hostname\":\"h\",\"timereported\":\"2026-05-12T14:00:00Z\"}",
            Some((line, None)),
        );
        check(
            r#"{"ident":"sshd","message":"Failed","host":"h","time":"2026-05-02T14:00:00Z"}"#,
            Some(("2026-05-02T14:00:00.000000+00:00 h sshd: Failed", None)),
        );
        check(r#"{"ident":"sshd","message":"Failed"}"#, None);
        check(
            "{\"PROGRAM\":\"sshd\",\"PID\":\"12\",\"MESSAGE\":\"Failed\",\"PRIORITY\":\"err\",\
             \"HOST\":\"h\",\"DATE\":\"May 12 14:00:00\"}",
            Some(("May 12 14:00:00 h sshd[12]: Failed", None)),
        );
        check(
            "{\"syslog-tag\":\"sshd[12]:\",\"message\":\"Failed\",\"severity\":\"err\",\
             \"host\":\"h\",\"timestamp\":\"2026-05-12T14:00:00Z\"}",
            Some((line, None)),
        );
        check(
            "{\"SYSLOG_IDENTIFIER\":\"sshd\",\"_PID\":\"12\",\"message\":\"Failed\",\
             \"_SYSTEMD_UNIT\":\"ssh.service\",\"host\":\"h\",\"source_type\":\"journald\",\
             \"timestamp\":\"2026-05-12T14:00:00Z\"}",
            Some((line, None)),
        );
        check(
            "{\"appname\":\"sshd\",\"procid\":12,\"message\":\"Failed\",\"x@1\":{\"a\":\"b\"},\
             \"hostname\":\"h\",\"source_type\":\"syslog\",\
             \"timestamp\":\"2026-05-12T14:00:00Z\"}",
            Some((line, None)),
        );
        check(
            "{\"program\":\"sshd\",\"message\":\"Failed\",\"user\":\"mona\",\
             \"host\":\"h\",\"time\":\"2026-05-12T14:00:00Z\"}",
            None,
        );
    }
}
