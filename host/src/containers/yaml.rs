//! Events that command line tools print as YAML, one document after the other or in one list, made
//! into lines of JSON, which the formats read.
//!
//! | tool | a stream begins with |
//! |---|---|
//! | `gcloud logging read` | a log entry, by its keys `insertId` and `logName`; documents |
//! | `kubectl get events -o yaml` | `items:` of which the first is an `Event`; one event alone |
//! | `az monitor activity-log list -o yaml` | a list of events |
//! | `aws logs filter-log-events --output yaml` | `events:`, or `Events:` of `cloudtrail` |
//!
//! A line `---` ends a document, and in a list a line `- ` an element: text of several lines is
//! indented, so that neither stands in one. Each is parsed by itself, and one that is broken loses
//! no other.
//!
//! Sources (read 2026-11-30): cloud.google.com/sdk/gcloud/reference/logging/read,
//! cloud.google.com/sdk/gcloud/reference#--format,
//! kubernetes.io/docs/reference/kubectl/generated/kubectl_get,
//! docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html ("YAML"),
//! learn.microsoft.com/cli/azure/format-output-azure-cli ("YAML"),
//! yaml.org/spec/1.2.2 (chapter 9.1, "Documents").

use std::io::{self, BufRead, Read};

use nepho_codec::decompress::read_held;
use nepho_codec::encoding;
use nepho_codec::frame::MAX_RECORD_BYTES;
use nepho_codec::notes::Notes;
use nepho_iac_common::yaml::{self, Dialect};
use serde_json::Value;

use super::Bytes;

/// Bytes that the values of one document may take. Those of a log entry take some three times as
/// much as its text; aliases of aliases would grow without end.
const MOST_BYTES: usize = 4 * MAX_RECORD_BYTES;

/// As the tools write it: no tags, numbers as they are.
const PLAIN: Dialect = Dialect {
    tagged: |_, value| value,
    has_numbers: true,
    lines_of: "",
};

/// Keys of lists that are cut into their elements.
const LISTS: [&str; 3] = ["items:", "events:", "Events:"];

/// Whether a stream that begins with `head` holds events as YAML.
pub(super) fn is_events(head: &[u8]) -> bool {
    let (text, _) = encoding::to_text(head);
    let text = text.trim_start_matches('\u{feff}');
    let Some(first) = text
        .lines()
        .find(|line| !is_mark(line) && !line.trim().is_empty())
    else {
        return false;
    };
    is_entry(first, text)
        || is_kubernetes(first, text)
        || is_aws(first, text)
        || is_azure(first, text)
}

/// Keys of a log entry that say what happened.
const PAYLOADS: [&str; 4] = [
    "httpRequest:",
    "jsonPayload:",
    "protoPayload:",
    "textPayload:",
];

/// A log entry of Google Cloud, or those members of it that were asked for.
fn is_entry(first: &str, text: &str) -> bool {
    let has = |keys: &[&str]| {
        let is_one = |line: &str| keys.iter().any(|key| line.starts_with(key));
        text.lines().any(is_one)
    };
    let names = ["insertId: ", "logName: "];
    let is_member = names
        .iter()
        .chain(&PAYLOADS)
        .any(|key| first.starts_with(key))
        || ["apphub", "errorGroups:"]
            .iter()
            .any(|key| first.starts_with(key));
    // Keys stand in the order of the alphabet; behind a large payload the others are not seen.
    is_member && has(&names) && (has(&PAYLOADS) || names.iter().all(|name| has(&[name])))
        || PAYLOADS.iter().any(|key| first.starts_with(key)) && has(&["timestamp: "])
}

/// A list whose first object is an event, or an event alone.
fn is_kubernetes(first: &str, text: &str) -> bool {
    if !first.starts_with("apiVersion: ") {
        return false;
    }
    let is_list = text.lines().any(|line| line.trim_end() == "items:");
    let indent = if is_list { "  " } else { "" };
    let member = |line: &str, key: &str| line.strip_prefix(indent).is_some_and(|rest| rest == key);
    let kind = text.lines().find(|line| {
        let inner = line.strip_prefix(indent).unwrap_or_default();
        inner.starts_with("kind: ")
    });
    let is_event = kind.is_some_and(|line| member(line.trim_end(), "kind: Event"));
    let mut lines = text.lines().map(str::trim_end);
    is_event && lines.any(|line| member(line, "involvedObject:") || member(line, "regarding:"))
}

/// Events of CloudWatch Logs, or those of a trail.
fn is_aws(first: &str, text: &str) -> bool {
    let wanted: &[&str] = match first.trim_end() {
        "events:" => &["logStreamName: ", "ingestionTime: "],
        "Events:" => &["CloudTrailEvent: "],
        _ => return false,
    };
    let mut lines = text.lines().skip(1);
    let is_list = lines.next().is_some_and(|line| line.starts_with("- "));
    let keys = || text.lines().filter_map(|line| line.get(2..));
    is_list && keys().any(|key| wanted.iter().any(|wanted| key.starts_with(wanted)))
}

/// Events of the activity log.
fn is_azure(first: &str, text: &str) -> bool {
    let keys = || text.lines().filter_map(|line| line.strip_prefix("  "));
    let has = |wanted: &str| keys().any(|key| key.starts_with(wanted));
    first.starts_with("- ") && has("eventTimestamp: ") && has("operationName:")
}

/// Whether a line ends a document and begins the next one.
fn is_mark(line: &str) -> bool {
    let rest = line.strip_prefix("---");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// The events of a stream as lines of JSON.
pub(super) struct YamlText<'a> {
    stream: Bytes<'a>,
    notes: Notes,
    /// Position of the end of `line` in the stream.
    position: u64,
    /// The line that was read last, and ended the document before it.
    line: Vec<u8>,
    document: Vec<u8>,
    /// Position of `document`.
    start: u64,
    /// Whether `document` grew beyond the limit, so that not all of it is there.
    is_too_long: bool,
    /// Whether `line` begins a line of the stream: a long one is read in parts.
    is_line_start: bool,
    /// Whether a list may begin: at the beginning of a document, and behind its key.
    is_list_key: bool,
    /// Whether elements of a list follow each other.
    is_list: bool,
    is_ended: bool,
    text: Vec<u8>,
    text_at: usize,
}

impl<'a> YamlText<'a> {
    /// Reads `stream`, and puts what is broken into `notes`.
    pub(super) fn new(stream: Bytes<'a>, notes: Notes) -> Self {
        Self {
            stream,
            notes,
            position: 0,
            line: Vec::new(),
            document: Vec::new(),
            start: 0,
            is_too_long: false,
            is_line_start: true,
            is_list_key: true,
            is_list: false,
            is_ended: false,
            text: Vec::new(),
            text_at: 0,
        }
    }

    /// Makes text of the next document or element; `false` at the end.
    fn advance(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.text_at = 0;
        if self.is_ended {
            return Ok(false);
        }
        loop {
            let line_start = self.position;
            let is_end = !self.read_line()?;
            if is_end || self.is_cut() {
                self.is_ended = is_end;
                self.push_document(line_start);
                self.start = line_start;
                self.keep_line();
                return Ok(true);
            }
            self.keep_line();
        }
    }

    /// Reads the next line, as much of it as a document may hold.
    fn read_line(&mut self) -> io::Result<bool> {
        self.is_line_start = self.line.is_empty() || self.line.ends_with(b"\n");
        self.line.clear();
        let mut limited = self.stream.by_ref().take(MAX_RECORD_BYTES as u64);
        let read = limited.read_until(b'\n', &mut self.line)?;
        self.position += read as u64;
        Ok(read > 0)
    }

    /// Whether the line begins something new; follows whether that is an element of a list.
    fn is_cut(&mut self) -> bool {
        let is_within = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'#');
        if !self.is_line_start || self.line.first().is_none_or(is_within) {
            return false;
        }
        let line = self.line.get(..16).unwrap_or(&self.line);
        let line = String::from_utf8_lossy(line).into_owned();
        let is_mark = is_mark(&line);
        let is_element = line.starts_with("- ") && (self.is_list || self.is_list_key);
        let is_cut = is_mark || is_element || self.is_list;
        self.is_list = is_element;
        self.is_list_key = is_mark || LISTS.contains(&line.trim_end());
        is_cut
    }

    fn keep_line(&mut self) {
        self.is_too_long |= self.document.len() + self.line.len() > MAX_RECORD_BYTES;
        if !self.is_too_long {
            self.document.extend_from_slice(&self.line);
        }
    }

    /// Makes text of the document, which ends at `end`.
    fn push_document(&mut self, end: u64) {
        let document = std::mem::take(&mut self.document);
        let range = self.start..end;
        if std::mem::take(&mut self.is_too_long) {
            let reason =
                format!("yaml: a document is longer than the limit of {MAX_RECORD_BYTES} bytes");
            self.notes.add(range, reason);
            return;
        }
        let (text, _) = encoding::to_text(&document);
        let parsed = yaml::parse_within(&text, &PLAIN, &mut { MOST_BYTES });
        match parsed.map(|parsed| parsed.value) {
            Ok(Value::Array(elements)) => {
                elements.iter().for_each(|element| self.push_value(element));
            }
            Ok(Value::Object(members)) if !is_around_list(&members) => {
                self.push_value(&Value::Object(members));
            }
            Ok(Value::String(text)) => {
                let reason = format!("yaml: text of {} bytes that is no document", text.len());
                self.notes.add(range, reason);
            }
            // An empty document, or what stands around a list.
            Ok(_) => {}
            Err(broken) => {
                let reason = format!(
                    "yaml: a document cannot be read: {} (its line {})",
                    broken.reason, broken.line
                );
                self.notes.add(range, reason);
            }
        }
        self.document = document;
        self.document.clear();
    }

    fn push_value(&mut self, value: &Value) {
        self.text.extend_from_slice(value.to_string().as_bytes());
        self.text.push(b'\n');
    }
}

/// Whether members are what a tool writes around a list that was cut into its elements.
fn is_around_list(members: &serde_json::Map<String, Value>) -> bool {
    members.iter().all(|(key, value)| match key.as_str() {
        "items" | "events" | "Events" => value.is_null(),
        "apiVersion" => value.is_string(),
        "kind" => value.as_str().is_some_and(|kind| kind.ends_with("List")),
        "metadata" => value.as_object().is_some_and(|metadata| {
            let mut values = metadata.values();
            values.all(|value| value.as_str() == Some(""))
                || metadata.contains_key("resourceVersion") && !metadata.contains_key("name")
        }),
        "nextToken" | "NextToken" | "searchedLogStreams" => true,
        _ => false,
    })
}

impl Read for YamlText<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_held(self, buffer)
    }
}

impl BufRead for YamlText<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.text_at == self.text.len() && self.advance()? {}
        Ok(self.text.get(self.text_at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.text_at = (self.text_at + count).min(self.text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of JSON, and what was left out.
    fn read(text: &[u8]) -> (String, Vec<String>) {
        let notes = Notes::default();
        let mut made = String::new();
        let mut stream = YamlText::new(Box::new(text), notes.clone());
        stream
            .read_to_string(&mut made)
            .expect("no error of the stream");
        let notes = notes.take().into_iter().map(|note| note.reason);
        (made, notes.collect())
    }

    #[test]
    fn streams_are_told_by_their_first_keys() {
        let check = |text: &str, expected: bool| {
            assert_eq!(is_events(text.as_bytes()), expected, "{text}");
        };
        check("---\ninsertId: a\nlogName: projects/p/logs/x\n", true);
        check("insertId: a\njsonPayload:\n  a: 1\n", true);
        check("textPayload: a\ntimestamp: '2026-05-12T14:00:00Z'\n", true);
        check("insertId: a\nname: b\n", false);
        check("a: 1\ninsertId: a\nlogName: projects/p/logs/x\n", false);
        let event = "apiVersion: v1\ninvolvedObject:\n  kind: Pod\nkind: Event\n";
        check(event, true);
        check("apiVersion: v1\nkind: Pod\n", false);
        let list = "apiVersion: v1\nitems:\n- apiVersion: v1\n  involvedObject:\n    kind: Pod\n  kind: Event\n";
        check(list, true);
        check(&list.replace("kind: Event", "kind: Pod"), false);
        check("events:\n- eventId: '1'\n  logStreamName: a\n", true);
        check("events:\n- name: a\n", false);
        check("Events:\n- CloudTrailEvent: '{}'\n", true);
        check(
            "- caller: a\n  eventTimestamp: b\n  operationName:\n    value: c\n",
            true,
        );
        check("- name: a\n", false);
        check("{\"insertId\":\"a\"}", false);
    }

    #[test]
    fn indented_lists_and_line_ends_of_windows_are_read() {
        let (text, notes) = read(b"kind: List\r\nitems:\r\n  - a: 1\r\n  - a: 2\r\n");
        assert_eq!(
            text,
            "{\"items\":[{\"a\":1},{\"a\":2}],\"kind\":\"List\"}\n"
        );
        assert!(notes.is_empty(), "{notes:?}");
        let (text, notes) = read(b"items:\r\n- a: 1\r\n- a: 2\r\nkind: List\r\n--- \r\nb: 3\r\n");
        assert_eq!(text, "{\"a\":1}\n{\"a\":2}\n{\"b\":3}\n");
        assert!(notes.is_empty(), "{notes:?}");
        let (text, notes) = read(b"- a: 1\n- a: {\n- a: 3\n---\n- b: 4\n- b: 5\n");
        assert_eq!(text, "{\"a\":1}\n{\"a\":3}\n{\"b\":4}\n{\"b\":5}\n");
        assert_eq!(notes.len(), 1, "{notes:?}");
    }

    #[test]
    fn a_document_beyond_the_limit_is_told_and_the_next_one_is_read() {
        let long = "x".repeat(MAX_RECORD_BYTES + 10);
        let (text, notes) = read(format!("a: {long}\n---\nb: 1\n").as_bytes());
        assert_eq!(text, "{\"b\":1}\n");
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].contains("longer than the limit"), "{notes:?}");
    }

    #[test]
    fn damage_loses_only_what_it_touches() {
        let text = b"---\na: {b: [1, 2]}\nc: |\n  d\n---\ne: 'f'\n---\ng: 1\n";
        for at in 0..text.len() {
            for byte in [b' ', b'\n', b'{', b'\'', b'&', 0, 0xff] {
                let mut damaged = text.to_vec();
                damaged[at] = byte;
                let (made, notes) = read(&damaged);
                let documents = made.lines().count() + notes.len();
                assert!(documents >= 1, "{at} {byte}");
                assert!(at > 33 || made.contains("{\"g\":1}"), "{at} {byte} {made}");
            }
        }
    }
}
