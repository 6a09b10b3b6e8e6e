//! Events of other formats inside an entry: a line that nginx, `PostgreSQL` or a component of
//! Kubernetes wrote, as text, and the events of a cluster, as JSON.
//!
//! Only text that does not look like a message is handed out, so that ordinary entries cost no
//! more than a look at their first bytes.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use nepho_codec::json::fields::{pick, text_of};
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::syslog::{self, ACCOUNT_PROGRAMS};
use nepho_core::Timestamp;
use nepho_core::format::{Inside, Record};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Envelope};
use nepho_core::time::{NANOS, Reference};

use super::kind::Kind;
use super::workload::Labels;
use crate::entry;

/// Key of the text of an entry, as the vendor writes it and as BigQuery does.
const TEXT_KEYS: [&str; 3] = ["textPayload", "textpayload", "text_payload"];
/// What those keys begin with.
static TEXT_KEY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\"text"));
/// Key of an object, in the same three ways.
const JSON_KEYS: [&str; 3] = ["jsonPayload", "jsonpayload", "json_payload"];
/// What those keys begin with.
static JSON_KEY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\"json"));
/// A field of the entries of the journal.
static JOURNAL_KEY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\"SYSLOG_IDENTIFIER\""));
/// Keys of a line, in the journal and beside other fields.
const LINE_KEYS: [&str; 2] = ["\"MESSAGE\"", "\"message\""];
/// A field that only the events of Kubernetes have.
static EVENT_KEY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\"involvedObject\""));

/// What stands in the entry that `record` is, if that may be an event of another format.
pub(super) fn inside<'a>(record: &Record<'a>) -> Option<Inside<'a>> {
    let text = inside_text(record)?;
    let fields = JsonFields::parse(record.text).ok()?;
    fields.text("resource.type")?;
    Some(Inside {
        text,
        envelope: envelope(&fields, record),
    })
}

/// Its text alone.
pub(super) fn inside_text<'a>(record: &Record<'a>) -> Option<Cow<'a, str>> {
    let text = record.text;
    let may_be = match payload(text) {
        Some(payload) => looks_foreign(payload),
        None => {
            object(text).is_some_and(has_line)
                || EVENT_KEY.find(text.as_bytes()).is_some()
                || is_of_account(text)
        }
    };
    if !may_be {
        return None;
    }
    let [
        text,
        lower,
        snake,
        json,
        lower_json,
        snake_json,
        name,
        lower_name,
        snake_name,
        time,
    ] = pick(
        text.trim(),
        [
            TEXT_KEYS[0],
            TEXT_KEYS[1],
            TEXT_KEYS[2],
            JSON_KEYS[0],
            JSON_KEYS[1],
            JSON_KEYS[2],
            "logName",
            "logname",
            "log_name",
            "timestamp",
        ],
    )?;
    name.or(lower_name).or(snake_name)?;
    let time = time.and_then(text_of).and_then(nepho_codec::time::parse);
    let inner = match text.or(lower).or(snake).and_then(text_of) {
        Some(text) => unescape(text),
        None => {
            let object = json.or(lower_json).or(snake_json)?;
            inside_object(object, time)?
        }
    };
    let dated = without_priority(&inner);
    if begins_dated(dated.as_bytes()) && !agrees(dated, time?, record) {
        return dated_anew(&inner, time?).map(Cow::Owned);
    }
    Some(match inner {
        Cow::Borrowed(text) => text.trim_end().into(),
        Cow::Owned(text) => text.trim_end().to_owned().into(),
    })
}

/// Text payload of an entry, in JSON, with what follows it; `None` if it has none.
fn payload(record: &str) -> Option<&str> {
    let found = TEXT_KEY.find_iter(record.as_bytes()).find_map(|at| {
        let rest = record.get(at + 1..)?;
        let key = TEXT_KEYS.iter().find(|key| rest.starts_with(**key))?;
        rest.get(key.len()..)?.strip_prefix('"')
    });
    let value = found.map(|rest| rest.trim_start_matches([' ', ':']));
    value.and_then(|value| value.strip_prefix('"'))
}

/// Whether a member says only where a line of a container came from
/// (docs.fluentbit.io/manual/pipeline/outputs/stackdriver, as of 2026-11-30).
fn is_beside((key, _): &(&str, &str)) -> bool {
    matches!(
        *key,
        "stream" | "logtag" | "tag" | "time" | "kubernetes" | "_p"
    )
}

/// What stands in an object: the line of a file that the Ops Agent read or of a container, where
/// nothing of the program stands beside it, an event of Kubernetes, or what a program says of
/// users in the journal.
///
/// Source: cloud.google.com/logging/docs/agent/ops-agent/configuration, "files" receivers, as of
/// 2026-11-28.
fn inside_object(json: &str, time: Option<Timestamp>) -> Option<Cow<'_, str>> {
    let fields = JsonFields::parse(json).ok()?;
    let members = fields.members();
    let is_line = |member: &&(&str, &str)| {
        let line = member.1.strip_prefix('"');
        member.0 == "message" && line.is_some_and(looks_foreign)
    };
    let is_plain = |member: &(&str, &str)| member.0 == "message" || is_beside(member);
    let line = members.iter().find(is_line);
    match line.filter(|_| members.iter().all(is_plain)) {
        Some((_, value)) => Some(unescape(text_of(value)?)),
        _ if fields.raw("involvedObject").is_some() => Some(json.into()),
        _ if let Some(line) = klog_line(&fields) => Some(unescape(line)),
        _ => journal_line(&fields, time?).map(Into::into),
    }
}

/// The line of a component of Kubernetes, which the agent of a node reads from the journal or from
/// a file.
fn klog_line<'a>(fields: &JsonFields<'a>) -> Option<&'a str> {
    let keys = LINE_KEYS.iter().map(|key| key.trim_matches('"'));
    let mut lines = keys.filter_map(|key| fields.text(key));
    lines.find(|line| is_klog(line))
}

/// Whether an object may have such a line, or any other that a server wrote.
fn has_line(object: &str) -> bool {
    LINE_KEYS.iter().any(|key| {
        let mut behind = object.split(key).skip(1);
        behind.any(|rest| {
            let value = rest.trim_start_matches(BLANK).strip_prefix('"');
            value.is_some_and(looks_foreign)
        })
    })
}

/// The line that a program wrote, of an entry of the journal.
fn journal_line(fields: &JsonFields<'_>, time: Timestamp) -> Option<String> {
    let text = |key: &str| fields.text(key).map(unescape);
    let program = text("SYSLOG_IDENTIFIER").filter(|name| ACCOUNT_PROGRAMS.contains(&&**name))?;
    let pid = text("_PID")
        .or_else(|| text("SYSLOG_PID"))
        .unwrap_or_default();
    syslog::line(time, &text("_HOSTNAME")?, &program, &pid, &text("MESSAGE")?)
}

/// Whether the journal has an entry of a program that tells of users.
fn is_of_account(text: &str) -> bool {
    let Some(at) = JOURNAL_KEY.find(text.as_bytes()) else {
        return false;
    };
    let rest = text.get(at + JOURNAL_KEY.needle().len()..);
    let value = rest.unwrap_or_default().trim_start_matches([' ', ':']);
    let value = value
        .strip_prefix('"')
        .and_then(|value| value.split('"').next());
    value.is_some_and(|program| ACCOUNT_PROGRAMS.contains(&program))
}

/// The most that the time of a line and that of its entry lie apart.
const NEAR: i64 = 600 * NANOS;

/// Severity of syslog that the journal tells, or the number before a line: `<86>`.
fn priority(fields: &JsonFields<'_>) -> Option<u8> {
    if let Some(number) = fields.text("jsonPayload.PRIORITY") {
        return number.parse().ok();
    }
    let line = fields
        .text("textPayload")
        .or_else(|| fields.text("jsonPayload.message"))?;
    let (number, _) = line.strip_prefix('<')?.split_once('>')?;
    Some(number.parse::<u8>().ok()? % 8)
}

/// The text behind the priority that syslog begins with: `<86>`.
fn without_priority(line: &str) -> &str {
    let rest = line.strip_prefix('<').and_then(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest.get(digits..)?.strip_prefix('>')
    });
    rest.unwrap_or(line)
}

/// A line with a date of syslog, behind its priority if it has one, with the time of its entry in
/// its place, as rsyslog writes and forwards it; `None` if a year stands behind the date.
fn dated_anew(line: &str, time: Timestamp) -> Option<String> {
    // `May 12 14:04:00`
    const DATE: usize = 15;
    let dated = without_priority(line);
    let priority = line.strip_suffix(dated)?;
    let rest = dated.get(DATE..)?.strip_prefix(' ')?.trim_end();
    let word = rest.split(' ').next().unwrap_or_default();
    if word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let time = time.to_string();
    let time = time.trim_end_matches('Z');
    let fraction = if time.contains('.') { "" } else { ".000000" };
    Some(format!("{priority}{time}{fraction}+00:00 {rest}"))
}

/// Whether a line with a date of syslog, which has no zone, was written by the clock that the entry
/// goes by. One of another zone would stand hours beside the rest; the entry tells its time.
fn agrees(line: &str, time: Timestamp, record: &Record<'_>) -> bool {
    let reference = Reference {
        near: Some(time),
        ..record.stream.reference()
    };
    let found = nepho_codec::time::prefix(line, reference);
    found.is_some_and(|(found, _)| (found.0 - time.0).abs() <= NEAR)
}

/// What stands between a key and its value.
const BLANK: [char; 5] = [' ', ':', '\n', '\r', '\t'];

/// The object of an entry, with what follows it.
fn object(record: &str) -> Option<&str> {
    let found = JSON_KEY.find_iter(record.as_bytes()).find_map(|at| {
        let rest = record.get(at + 1..)?;
        let key = JSON_KEYS.iter().find(|key| rest.starts_with(**key))?;
        rest.get(key.len()..)?.strip_prefix('"')
    })?;
    Some(found.trim_start_matches(BLANK))
}

/// Whether a line, in JSON with or without the quote that ends it, begins with an address, a year,
/// a bracket, the date of syslog: `May 12 14:04:00`, or the level and date of klog:
/// `I0512 14:04:00`; a line that begins with a number must also have brackets or quotes soon.
pub(super) fn looks_foreign(line: &str) -> bool {
    let bytes = line.as_bytes();
    match bytes.first() {
        Some(b'[' | b'<' | b'{') => true,
        Some(b'#') => true,
        Some(b'0'..=b'9') => {
            memchr::memchr2(b'[', b'"', head(bytes)).is_some() || is_numbered(bytes)
        }
        Some(b'I' | b'W' | b'E') => is_klog(line),
        Some(b'F') => is_klog(line) || begins_dated(bytes),
        // IPv6, and hosts in front of a request.
        Some(b'a'..=b'f' | b':') => head(bytes).windows(5).any(|part| part == b" - - "),
        Some(b'A'..=b'Z') => begins_dated(bytes),
        _ => false,
    }
}

/// The first bytes of a line in JSON, up to the quote that ends it.
fn head(line: &[u8]) -> &[u8] {
    let head = line.get(..160).unwrap_or(line);
    // Quotes that belong to the line are escaped.
    let mut ends = memchr::memchr_iter(b'"', head);
    let end = ends.find(|end| !head[..*end].ends_with(b"\\"));
    &head[..end.unwrap_or(head.len())]
}

/// Whether a line has the date of syslog, behind its priority if it has one.
pub(super) fn is_dated(line: &str) -> bool {
    begins_dated(without_priority(line).as_bytes())
}

/// Whether a line begins as those of syslog: `May 12 14:04:00`, `May  1 14:04:00`.
fn begins_dated(line: &[u8]) -> bool {
    let [a, b, c, b' ', d, e, b' ', h, _, b':', ..] = line else {
        return false;
    };
    let months = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    (d.is_ascii_digit() || *d == b' ')
        && e.is_ascii_digit()
        && h.is_ascii_digit()
        && months.chunks(3).any(|month| month == [*a, *b, *c])
}

/// Whether a line begins as those of Redis (`1:M 12 May 2026 ...`) or of Falco (`14:04:00.123: `).
fn is_numbered(line: &[u8]) -> bool {
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match line.get(digits..digits + 3) {
        Some([b':', b'M' | b'S' | b'C' | b'X', b' ']) => true,
        Some([b':', b'0'..=b'9', b'0'..=b'9']) => {
            let clock = line.get(..24).unwrap_or(line);
            digits == 2 && clock.windows(2).any(|pair| pair == b": ")
        }
        _ => false,
    }
}

/// Whether a line begins with the level and date of klog: `I0512 14:04:00`.
pub(super) fn is_klog(line: &str) -> bool {
    let [b'I' | b'W' | b'E' | b'F', date @ ..] = line.as_bytes() else {
        return false;
    };
    let date = date.get(..4).unwrap_or_default();
    date.len() == 4 && date.iter().all(u8::is_ascii_digit)
}

/// What the entry tells of its text.
fn envelope(fields: &JsonFields<'_>, record: &Record<'_>) -> Envelope {
    let label = |name: &str| {
        let value = fields.text(&format!("resource.labels.{name}"));
        value.unwrap_or_default()
    };
    let first = |paths: &[&str]| {
        let found = paths.iter().find_map(|path| fields.text(path));
        found.unwrap_or_default().to_owned()
    };
    let location = ["location", "region", "zone"].map(label);
    let location = location.into_iter().find(|text| !text.is_empty());
    let machine = first(&["labels.compute.googleapis.com/resource_name"]);
    let app = first(super::APP_PATHS);
    let service = first(super::SERVICE_PATHS);
    let cluster = first(super::CLUSTER_PATHS);
    let labels = Labels {
        project: label("project_id"),
        location: location.unwrap_or_default(),
        service: &service,
        container: label("container_name"),
        pod: label("pod_name"),
        namespace: label("namespace_name"),
        app: &app,
        cluster: &cluster,
        database: label("database_id"),
        instance: label("instance_id"),
        machine: &machine,
    };
    let kind = Kind::of(fields.text("resource.type").unwrap_or_default());
    // What a database wrote is of its instance.
    let workload = labels.workload(kind).or_else(|| labels.database());
    let host = first(super::HOST_PATHS);
    let process = first(&["jsonPayload.SYSLOG_IDENTIFIER"]);
    let trace = first(&["trace"]);
    let mut envelope = record.envelope.clone().with(Column::Provider, "gcp");
    let values = [
        (Column::Account, labels.project),
        (Column::Region, entry::region(labels.location)),
        (Column::Service, workload.unwrap_or_default()),
        (Column::Host, &host),
        (Column::Process, &process),
        (Column::TraceId, entry::last_segment(&trace)),
        (Column::SpanId, fields.text("spanId").unwrap_or_default()),
        (
            Column::RequestId,
            fields.text("insertId").unwrap_or_default(),
        ),
    ];
    for (column, value) in values.into_iter().filter(|(_, value)| !value.is_empty()) {
        envelope = envelope.with(column, value);
    }
    let times = ["timestamp", "receiveTimestamp"].map(|key| fields.text(key));
    let time = times
        .into_iter()
        .flatten()
        .find_map(nepho_codec::time::parse);
    envelope.time = time.or(envelope.time);
    let severity = fields.text("severity").and_then(entry::severity);
    envelope.severity = severity.or_else(|| Severity::from_syslog(priority(fields)?));
    envelope.resources.extend(labels.resource_name(kind));
    let told = record.stream.cluster.as_deref();
    envelope.resources.extend(labels.pod(kind, told));
    envelope
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_anywhere_among_what_says_where_they_came_from() {
        let check = |members: &str, expected: Option<&str>| {
            let object = format!("{{{members}}}");
            assert!(has_line(&object), "{members}");
            let found = inside_object(&object, None);
            assert_eq!(found.as_deref(), expected, "{members}");
        };
        let line = r#""message":"10.0.0.9 - - [12/May/2026] \"GET / HTTP/1.1\" 200 5""#;
        let expected = Some(r#"10.0.0.9 - - [12/May/2026] "GET / HTTP/1.1" 200 5"#);
        check(line, expected);
        check(
            &format!(r#""logtag":"F",{line},"stream":"stderr""#),
            expected,
        );
        check(&format!(r#""user":"mona",{line},"stream":"stderr""#), None);
    }

    #[test]
    fn only_lines_of_servers_are_looked_into() {
        let check = |text: &str, expected: bool| {
            let entry = format!(r#"{{"insertId":"1", "textPayload": "{text}","severity":"INFO"}}"#);
            assert_eq!(
                payload(&entry).is_some_and(looks_foreign),
                expected,
                "{text}"
            );
        };
        check(
            r#"10.0.0.1 - - [12/May/2026:14:04:00 +0000] \"GET / HTTP/1.1\" 200 5"#,
            true,
        );
        check("I0512 14:04:00.123456 1 main.go:10] started", true);
        check(
            "2026-05-12 14:04:00.1 UTC [12]: [1-1] db=shop LOG:  ready",
            true,
        );
        check("2026-05-12 14:04:00 ERROR could not connect", false);
        check(
            "1:M 12 May 2026 14:04:00.123 * Ready to accept connections",
            true,
        );
        check("14:04:00.123456789: Warning Shell spawned", true);
        check("14:04:00 started", false);
        check("Info: started", false);
        check("May  1 10:00:15 vm-1 sshd[123]: Failed password", true);
        check("May 12 is the day", false);
        check("May I ask", false);
        check("", false);
        let line = r#"{"insertId":"1","jsonPayload": {"message":"May  1 10:00:15 vm-1 x: y"}}"#;
        assert!(object(line).is_some_and(has_line));
        assert_eq!(inside_object(r#"{"message":"a","level":"b"}"#, None), None);
        let time = nepho_codec::time::parse("2026-05-12T14:05:00Z");
        let entry = r#"{"MESSAGE":"session opened","SYSLOG_IDENTIFIER":"sshd","_HOSTNAME":"vm","_PID":"3"}"#;
        assert_eq!(
            inside_object(entry, time).as_deref(),
            Some("2026-05-12T14:05:00.000000+00:00 vm sshd[3]: session opened")
        );
        let klog = r#"{"PRIORITY":"6","MESSAGE": "E0512 14:04:00.1 5 a.go:1] \"x\""}"#;
        assert!(has_line(klog) && !has_line(entry));
        let found = inside_object(klog, None);
        assert_eq!(found.as_deref(), Some(r#"E0512 14:04:00.1 5 a.go:1] "x""#));
        let other = entry.replace("sshd", "kubelet");
        assert_eq!(inside_object(&other, time), None);
        assert!(is_of_account(entry) && !is_of_account(&other));
        // A host that nobody names is not made up.
        assert_eq!(inside_object(&entry.replace("_HOSTNAME", "x"), time), None);
        assert!(payload(r#"{"insertId":"1","jsonPayload":{"a":1}}"#).is_none());
    }

    #[test]
    fn a_line_by_another_clock_gets_the_time_of_its_entry() {
        let time = nepho_codec::time::parse("2026-05-12T14:05:00Z").expect("a time");
        let check = |line: &str, expected: Option<&str>| {
            let found = dated_anew(line, time);
            assert_eq!(found.as_deref(), expected, "{line}");
        };
        let anew = "2026-05-12T14:05:00.000000+00:00 vm-1 sshd[12]: bye";
        check("May 12 16:05:00 vm-1 sshd[12]: bye\n", Some(anew));
        let prior = format!("<86>{anew}");
        check("<86>May  2 16:05:00 vm-1 sshd[12]: bye", Some(&prior));
        check("May 12 16:05:00 2026 vm-1 sshd[12]: bye", None);
        check("May 12 16:05:00", None);
        assert_eq!(without_priority("<x>May"), "<x>May");
    }

    #[test]
    fn a_line_of_a_container_stands_beside_its_stream() {
        let inside =
            |object: &str| super::inside_object(object, None).map(|text| text.into_owned());
        let line = r#"{"message":"10.0.0.7 - - [x]","stream":"stderr"}"#;
        assert_eq!(inside(line).as_deref(), Some("10.0.0.7 - - [x]"));
        assert_eq!(inside(&line.replace("stream", "user")), None);
    }
}
