//! Lines of other programs within the JSON of a shipper: Vector, Logstash, Filebeat, Fluent Bit,
//! Splunk, and syslog as Fluentd, syslog-ng and rsyslog write it.
//!
//! Sources, as of 2026-11-28: vector.dev/docs/reference/configuration/sources/file,
//! elastic.co/guide/en/logstash/current/plugins-inputs-file.html,
//! docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector,
//! docs.fluentd.org/input/syslog, rsyslog.com/doc/configuration/properties.html.

use std::borrow::Cow;

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::syslog;
use nepho_codec::time;
use nepho_core::format::{Inside, Record};
use nepho_core::severity::Severity;
use nepho_core::tables::Column;

/// What shippers write around a line. A record with any other member is that of an application.
const OUTER: [&str; 39] = [
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

/// Where the line stands, and whether it may be an object.
const PAYLOADS: [(&str, bool); 5] = [
    ("message", false),
    ("log", false),
    ("event", true),
    ("event.original", false),
    ("result._raw", false),
];

const TIMES: [&str; 8] = [
    "@timestamp",
    "timestamp",
    "time",
    "date",
    "result._time",
    "timereported",
    "timegenerated",
    "ISODATE",
];

const HOSTS: [&str; 6] = [
    "host.name",
    "host.hostname",
    "host",
    "hostname",
    "result.host",
    "HOST",
];

/// Members that hold program, process id and message of syslog.
const SYSLOG: [[&str; 3]; 5] = [
    ["ident", "pid", "message"],
    ["PROGRAM", "PID", "MESSAGE"],
    ["programname", "procid", "msg"],
    ["programname", "procid", "message"],
    ["appname", "procid", "message"],
];

/// What else stands beside a message of syslog.
const SYSLOG_MORE: [&str; 31] = [
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
    "facility",
    "fromhost",
    "fromhost-ip",
    "inputname",
    "msgid",
    "pri",
    "severity",
    "source_ip",
    "syslogfacility",
    "syslogfacility-text",
    "syslogseverity",
    "syslogseverity-text",
    "syslogtag",
    "timegenerated",
    "timereported",
    "version",
];

/// Whether an object with these keys may be that of a shipper.
pub(super) fn may_be(fields: &JsonFields<'_>) -> bool {
    let members = fields.members();
    let is_outer = |(key, _): &(&str, &str)| OUTER.binary_search(key).is_ok();
    let is_own =
        |(key, _): &(&str, &str)| SYSLOG.as_flattened().contains(key) || SYSLOG_MORE.contains(key);
    members.len() > 1
        && (members.iter().all(is_outer)
            || syslog_of(fields).is_some()
                && members
                    .iter()
                    .all(|member| is_own(member) || is_outer(member)))
}

/// The line within a record of a shipper.
pub(super) fn inside<'a>(record: &Record<'a>) -> Option<Inside<'a>> {
    let fields = JsonFields::parse(record.text).ok()?;
    if !may_be(&fields) {
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
    if let Some([program, pid, message]) = syslog_of(&fields) {
        let severity = ["severity", "LEVEL", "syslogseverity-text", "PRIORITY"];
        let severity = severity
            .iter()
            .find_map(|path| Severity::from_word(plain(path)?));
        envelope.severity = severity.or(envelope.severity);
        let text = |name: &str| fields.text(name).map(unescape).unwrap_or_default();
        let (program, pid, message) = (text(program), text(pid), text(message));
        let text = syslog::line(time?, &host?, &program, &pid, &message)?;
        return Some(Inside {
            text: Cow::Owned(text),
            envelope,
        });
    }
    if let Some(host) = host {
        envelope = envelope.with(Column::Host, host);
    }
    let text = payload(&fields)?;
    Some(Inside { text, envelope })
}

/// The line within a record of a shipper, but for one of syslog, of which the record tells all.
pub(super) fn line(text: &str) -> Option<Cow<'_, str>> {
    let fields = JsonFields::parse(text).ok()?;
    match syslog_of(&fields) {
        Some(_) => None,
        None => payload(&fields),
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
    use nepho_core::tables::{Envelope, LogsBuilder};

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
        // Those of an application have more to tell.
        check(
            r#"{"time":"2026-05-12T14:00:00Z","level":"info","message":"x"}"#,
            None,
        );
        check(r#"{"message":"x"}"#, None);
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
    }
}
