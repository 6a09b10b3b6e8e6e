//! Events of Windows as XML: what the Event Viewer, `wevtutil` and `Get-WinEvent` export, and what
//! forwarders such as Splunk's (`renderXml`) send.
//!
//! Source: learn.microsoft.com/windows/win32/wes/eventschema-schema, as of 2026-11-28.

use std::borrow::Cow;

use nepho_codec::message::sql_server;
use nepho_codec::table::{To, put_text};
use nepho_codec::time;
use nepho_codec::windows::{
    PROVIDER, SYSMON, Security, by_keywords, known, sentence, sysmon_event,
};
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Row};

use crate::xml::{attribute, element, text, unescape};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Events of Windows as XML",
    permissions: &[],
    make: Make::Format(|| Box::new(EventXml)),
});

const NAME: &str = "windows.event_xml";

/// Name of the schema that every event names.
const SCHEMA: &str = "schemas.microsoft.com/win/2004/08/events/event";

/// Values of the event data that have no column.
const EXTRAS: [(&str, &str); 11] = [
    ("QueryName", "dns_question"),
    ("LogonType", "logon_type"),
    ("WorkstationName", "workstation"),
    ("Status", "status"),
    ("SubStatus", "sub_status"),
    ("NewProcessName", "file_path"),
    ("Image", "file_path"),
    ("CommandLine", "command"),
    ("ParentProcessName", "parent_process"),
    ("ServiceName", "service_name"),
    ("TaskName", "task_name"),
];

/// A body that is put together has so many bytes at most.
const MAX_BODY: usize = 2_000;

/// Reads events as XML.
struct EventXml;

impl Format for EventXml {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match events(sample.text).next() {
            Some(_) => Confidence(95),
            None if is_around(sample.text) => Confidence(60),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let marks = [SCHEMA, "Events>", "?>"];
        let mark = |mark| Marks::beginning(bytes_of(b"<")).with(&[mark]);
        let viewed = Marks::beginning(bytes_of(b"-")).with(&[SCHEMA]);
        marks.map(mark).into_iter().chain([viewed]).collect()
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(EventDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Some((_, event)) = events(raw).next() else {
            return;
        };
        let system = text(event, "System");
        for (name, value) in [
            ("event_id", text(system, "EventID")),
            ("channel", text(system, "Channel")),
            ("record", text(system, "EventRecordID")),
        ] {
            if !value.is_empty() {
                found(name, &unescape(value));
            }
        }
        let data = Data::of(event);
        for (name, normalised) in EXTRAS {
            let value = data.value(name);
            if !known(&value).is_empty() {
                found(normalised, &value);
            }
        }
    }
}

/// The events of a record, each with and without its element: exports put several on one line, and
/// an element around all of them.
fn events(text: &str) -> impl Iterator<Item = (&str, &str)> {
    // Behind a priority of syslog an event is found inside. The Event Viewer shows `- <Event`.
    let name = text.trim_start();
    let name = name.strip_prefix("- ").unwrap_or(name);
    let name = name.strip_prefix('<').unwrap_or_default();
    let is_element = name.starts_with(|first: char| !first.is_ascii_digit());
    let is_mine = is_element && text.contains(SCHEMA);
    let mut rest = if is_mine { text } else { "" };
    std::iter::from_fn(move || {
        let event = element(rest, "Event")?;
        let start = rest.find("<Event").filter(|start| *start < rest.len())?;
        let whole = rest.get(start..rest.len() - event.rest.len())?;
        rest = event.rest;
        Some((whole, event.inner))
    })
    .filter(|(_, event)| event.contains("<System>"))
}

/// Whether a line is the element around the events of an export, or the declaration before it.
fn is_around(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "<Events>" | "</Events>") || text.starts_with("<?xml ") && text.ends_with("?>")
}

/// What an event tells besides its system part.
struct Data<'a> {
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> Data<'a> {
    fn of(event: &'a str) -> Self {
        let mut rest = text(event, "EventData");
        let mut pairs = Vec::new();
        while let Some(data) = element(rest, "Data") {
            pairs.push((attribute(data.attributes, "Name"), data.inner.trim()));
            rest = data.rest;
        }
        Self { pairs }
    }

    /// Value of a name, or nothing.
    fn value(&self, name: &str) -> Cow<'a, str> {
        let found = self.pairs.iter().find(|(held, _)| *held == name);
        found.map_or(Cow::Borrowed(""), |(_, value)| unescape(value))
    }

    /// What programs write that know no names, or the pairs one behind another.
    fn body(&self) -> String {
        let mut body = String::new();
        for (name, value) in &self.pairs {
            let value = unescape(value);
            // Secrets may stand among arguments.
            let is_command = matches!(*name, "CommandLine" | "ParentCommandLine");
            if is_command || value.is_empty() || body.len() + name.len() + value.len() > MAX_BODY {
                continue;
            }
            if !body.is_empty() {
                body.push_str(", ");
            }
            if !name.is_empty() {
                body.push_str(name);
                body.push('=');
            }
            body.push_str(&value);
        }
        body
    }
}

struct EventDecoder;

impl Decoder for EventDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if is_around(record.text) {
            return Verdict::Structure;
        }
        let mut verdict = Verdict::NotMine;
        for (whole, event) in events(record.text) {
            let mut row = out.row(record);
            row.constant(Column::Format, NAME).text(Column::Raw, whole);
            fill(event, &mut row);
            row.commit();
            verdict = Verdict::Rows;
        }
        verdict
    }
}

fn fill(event: &str, row: &mut Row<'_>) {
    let system = text(event, "System");
    let of = |name: &str, key: &str| {
        let found = element(system, name);
        unescape(found.map_or("", |found| attribute(found.attributes, key)))
    };
    if let Some(time) = time::parse(&of("TimeCreated", "SystemTime")) {
        row.time(time);
    }
    let provider = of("Provider", "Name");
    let id = text(system, "EventID");
    row.text(Column::Process, &provider)
        .text(Column::Host, &unescape(text(system, "Computer")));
    if let Some(severity) = severity(text(system, "Level")) {
        row.severity(severity);
    }
    let data = Data::of(event);
    for name in ["IpAddress", "ClientAddress", "SourceIp"] {
        let value = data.value(name);
        // Sysmon and the security log write addresses alike.
        if put_text(&value, To::SourceAddress, row) {
            break;
        }
    }
    for name in ["IpPort", "SourcePort"] {
        let value = data.value(name);
        if known(&value) != "0" && put_text(&value, To::SourcePort, row) {
            break;
        }
    }
    put_text(&data.value("DestinationIp"), To::PeerAddress, row);
    put_text(&data.value("DestinationPort"), To::PeerPort, row);
    let is_security = provider == PROVIDER;
    if is_security {
        let security = Security {
            id,
            subject: &data.value("SubjectUserName"),
            target: &data.value("TargetUserName"),
            status: &data.value("Status"),
            outcome: by_keywords(text(system, "Keywords")),
        };
        security.fill(row);
    } else {
        row.text(Column::Actor, known(&data.value("User")));
        if let Some(outcome) = by_keywords(text(system, "Keywords")) {
            row.outcome(outcome);
        }
        if provider == SYSMON {
            if let Some(name) = sysmon_event(id) {
                row.constant(Column::Action, name);
            }
            row.text(Column::Method, &data.value("Protocol"));
        }
    }
    let message = unescape(text(event, "Message"));
    match sentence(id).filter(|_| is_security) {
        _ if !message.is_empty() => row.text(Column::Body, &message),
        Some(sentence) => row.constant(Column::Body, sentence),
        None => row.text(Column::Body, &data.body()),
    };
    if provider.starts_with("MSSQL") {
        match message.is_empty() {
            true => sign_in(id, &data.pairs, row),
            false => sql_server::sign_in(&message, row),
        }
    }
}

/// Sign-ins at SQL Server, of whose message only the values are here: the user, the reason and the
/// client (<https://learn.microsoft.com/sql/relational-databases/errors-events>, 18453 to 18456, as
/// of 2026-11-30).
fn sign_in(id: &str, values: &[(&str, &str)], row: &mut Row<'_>) {
    let word = match id {
        "18453" | "18454" | "18455" => "succeeded",
        "18456" => "failed",
        _ => return,
    };
    let mut values = values.iter().map(|(_, value)| unescape(value));
    let user = values.next().unwrap_or_default();
    let rest: Vec<_> = values.collect();
    let message = format!("Login {word} for user '{user}'. {}", rest.join(" "));
    sql_server::sign_in(&message, row);
}

/// Severity of `Level`: 1 critical to 5 verbose; 0 is what is always written, audits first of all.
fn severity(level: &str) -> Option<Severity> {
    Some(match level {
        "1" => Severity::CRITICAL,
        "2" => Severity::ERROR,
        "3" => Severity::WARN,
        "0" | "4" => Severity::INFO,
        "5" => Severity::TRACE,
        _ => return None,
    })
}
