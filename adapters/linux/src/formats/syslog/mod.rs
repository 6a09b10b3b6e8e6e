//! Lines of syslog: RFC 3164, RFC 5424, and what daemons write like them.
//!
//! Sources: see `header.rs`.

use std::borrow::Cow;

use nepho_codec::message::{Describer, logfmt_like};
use nepho_codec::table::{To, put_text};
use nepho_codec::time::{prefix, zones_apart};
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict,
};
use nepho_core::register;
use nepho_core::registry::Sharper;
use nepho_core::tables::{Column, LogsBuilder, Row};
use nepho_core::time::{NANOS, Reference};

use super::cisco_firewall;
use crate::accounts::{is_account_line, unrepeated};
use crate::devices::{self, Devices};
use crate::header::{self, Header};
use crate::{cloud_foundry, daemons};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Lines of syslog (RFC 3164, RFC 5424)",
    permissions: &[],
    make: Make::Format(|| Box::new(Syslog)),
});

const NAME: &str = "linux.syslog";

/// Reads lines of syslog.
#[derive(Debug)]
pub struct Syslog;

impl Format for Syslog {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text, sample.stream.reference()) {
            Some(found) if found.is_bare() => Confidence::LIKELY,
            Some(found) if found.priority.is_some() => Confidence(80),
            Some(_) => Confidence(60),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        header::marks()
    }

    /// The message, so that whatever a program sends to syslog is found.
    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let found = parse(record.text, reference(record))?;
        let message = match unrepeated(found.message) {
            inner if inner.len() < found.message.trim().len() => inner,
            _ => behind_cookie(found.message.trim_start()),
        };
        // Programs may pass on lines of the kernel, which are theirs then.
        let is_passed_on = found.process != "kernel" && header::has_uptime(message);
        let is_own = is_plain_kernel(&found) || is_passed_on || devices::is_pairs(&found);
        if message.len() < 16 || is_own {
            return None;
        }
        let mut envelope = record.envelope.clone();
        envelope.time = found.time.or(envelope.time);
        envelope.is_clock |= found.time.is_some() && tells_zone(record.text);
        envelope.severity = found.severity().or(envelope.severity);
        envelope = header::with_host(envelope, found.host);
        for (column, value) in [
            (Column::Process, process_of(&found)),
            (Column::Service, service_of(&found)),
        ] {
            if !value.is_empty() {
                envelope = envelope.with(column, value);
            }
        }
        Some(Inside {
            text: Cow::Borrowed(message),
            envelope,
        })
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(SyslogDecoder {
            describer: Describer::default(),
            devices: Devices::default(),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(header) = parse(raw, stream.reference()) {
            extras(&header, found);
            devices::extras(&header, found);
        }
    }
}

/// Whether the header of a line has a time with its zone and finer than seconds:
/// `<14>1 2026-05-12T14:00:00.25+02:00 ...`.
fn tells_zone(line: &str) -> bool {
    let behind = line.split_once('>').filter(|_| line.starts_with('<'));
    let text = behind.map_or(line, |(_, rest)| rest);
    let text = text.strip_prefix("1 ").unwrap_or(text);
    let time = text.split(' ').next().unwrap_or_default();
    time.contains('.') && Timestamp::parse_rfc3339(time).is_some()
}

/// Whether there are formats for the lines of HAProxy, which read them with their header.
static HAPROXY: Sharper = Sharper::new("haproxy.log");

/// Whether a line is of HAProxy, with a header before that of RFC 5424.
fn is_of_haproxy(found: &Header<'_>, text: &str) -> bool {
    found.program() == "haproxy"
        && HAPROXY.is_linked()
        && (text.contains("haproxy[") || text.contains("haproxy: "))
}

/// A line of syslog that no other format takes with its header.
fn parse(text: &str, reference: Reference) -> Option<Header<'_>> {
    if !header::may_begin(text) {
        return None;
    }
    let found = header::parse(text, reference)?;
    let is_other = is_account_line(found.process, found.message)
        || cisco_firewall::knows(&found)
        || has_no_program(&found)
        || is_of_haproxy(&found, text);
    (!is_other).then_some(found)
}

/// Whether what stands before the message only looks like a program: `PID[7] Error` of web apps on
/// Azure, `AUDIT: id="7"` of old API servers of Kubernetes, and of `docker events`, which sorts its
/// attributes, `container health_status: healthy 7 (image=shop)` and `container exec_start: top 7
/// (execID=5, image=shop)`.
fn has_no_program(found: &Header<'_>) -> bool {
    match (found.host, found.process) {
        ("", "PID") => true,
        ("", "AUDIT") => found.message.trim_start().starts_with("id=\""),
        ("container", "health_status" | "exec_create" | "exec_start") => {
            let lists = found.message.split_once(" (");
            lists.is_some_and(|(_, list)| list.contains("image="))
        }
        _ => false,
    }
}

/// What wrote a line.
fn process_of<'a>(header: &Header<'a>) -> &'a str {
    cloud_foundry::process(header).unwrap_or(header.process)
}

/// The service that a line is of: the program, or the app that a drain names.
fn service_of<'a>(header: &Header<'a>) -> &'a str {
    cloud_foundry::app(header).unwrap_or(header::program(header.process))
}

/// Whether the kernel tells what no other format reads better.
fn is_plain_kernel(header: &Header<'_>) -> bool {
    header.process == "kernel"
        && !header.message.contains("audit(")
        && !header.message.contains(" OUT=")
}

/// What times are read by: the time of the envelope tells the year, where there is one.
pub(crate) fn reference(record: &Record<'_>) -> Reference {
    let reference = record.stream.reference();
    Reference {
        near: record.envelope.time.or(reference.near),
        ..reference
    }
}

/// Hands out what of a header has no column. A structured message names its own level.
pub(crate) fn extras(header: &Header<'_>, found: &mut dyn FnMut(&str, &str)) {
    let level = header
        .severity_text()
        .filter(|_| !is_structured(behind_cookie(header.message.trim())));
    let named = [
        ("pid", header.pid),
        ("message_id", header.message_id),
        ("structured_data", header.structured),
        ("facility", header.facility().unwrap_or_default()),
        ("severity_text", level.unwrap_or_default()),
    ];
    for (name, value) in named {
        if !value.is_empty() {
            found(name, value);
        }
    }
}

/// Sets what a header tells.
pub(crate) fn fill(header: &Header<'_>, row: &mut Row<'_>) {
    header::fill_host(header.host, row);
    row.text(Column::Process, process_of(header))
        .text(Column::Service, service_of(header))
        .text(Column::Body, header.message.trim());
    if let Some(time) = header.time {
        row.time(time);
    }
    if let Some(severity) = header.severity() {
        row.severity(severity);
    }
}

struct SyslogDecoder {
    describer: Describer,
    devices: Devices,
}

impl Decoder for SyslogDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(found) = parse(record.text, reference(record)) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        let message = behind_cookie(found.message.trim());
        if !devices::is_pairs(&found) {
            self.describer.describe(message, &mut row);
        }
        let own = row
            .time_so_far()
            .filter(|own| is_same_time(*own, record.text));
        describe_over(&found, message, &mut row);
        if let Some(own) = own {
            row.time(own);
        }
        row.text(Column::Actor, user_of_cron(&found));
        put_ends(found.structured, &mut row);
        if let Some(outcome) = daemons::outcome(found.program(), found.message) {
            row.outcome(outcome);
        }
        self.devices.fill(&found, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Ends and user of a session, of which the firewalls of Juniper tell in structured data:
/// `[junos@2636.1.1.1.2.40 source-address="10.0.0.7" source-port="50000" ...]` (juniper.net,
/// System Log Explorer, `RT_FLOW_SESSION_CREATE`, as of 2026-12-01).
fn put_ends(structured: &str, row: &mut Row<'_>) {
    if !structured.starts_with("[junos@") {
        return;
    }
    for (key, to) in [
        (" source-address=\"", To::SourceAddress),
        (" source-port=\"", To::SourcePort),
        (" destination-address=\"", To::PeerAddress),
        (" destination-port=\"", To::PeerPort),
        (" username=\"", To::Text(Column::Actor)),
    ] {
        let found = structured.split_once(key);
        let value = found.and_then(|(_, rest)| rest.split('"').next());
        if let Some(value) = value.filter(|value| !matches!(*value, "" | "N/A")) {
            put_text(value, to, row);
        }
    }
}

/// Whether the time that a message tells itself, with a year, is that of a header without one
/// (RFC 3164). It is the better one then: it has the year, and mostly the zone and a fraction.
fn is_same_time(own: Timestamp, line: &str) -> bool {
    let line = match line.strip_prefix('<').and_then(|line| line.split_once('>')) {
        Some((_, behind)) => behind,
        None => line,
    };
    // `May 12 14:00:00`.
    let has_no_year = line.starts_with(|first: char| first.is_ascii_alphabetic())
        && line.as_bytes().get(9) == Some(&b':');
    // The header may be in another zone.
    let day = 26 * 3600 * NANOS;
    let near = Reference {
        near: Some(own.plus(day)),
        ..Reference::default()
    };
    let header = prefix(line, near).filter(|_| has_no_year);
    header.is_some_and(|(time, _)| zones_apart(own, time))
}

/// The JSON behind the cookie of CEE (cee.mitre.org/language/1.0-beta1/clt.html, section 2.2).
fn behind_cookie(message: &str) -> &str {
    let json = message.strip_prefix("@cee:").map(str::trim_start);
    json.filter(|json| json.starts_with('{')).unwrap_or(message)
}

/// User whose table cron reads or whose job it runs: `(mona) CMD (/usr/bin/backup)`; empty for
/// what it says of itself and of tables that are no user's, `(*system*backup)` (`do_command.c` and
/// `misc.c` of Vixie cron 3.0 and of github.com/cronie-crond/cronie).
fn user_of_cron<'a>(header: &Header<'a>) -> &'a str {
    if !matches!(
        header.program(),
        "CRON" | "cron" | "crond" | "crontab" | "CROND"
    ) {
        return "";
    }
    let inner = header.message.trim_start().strip_prefix('(');
    let user = inner
        .and_then(|inner| inner.split_once(") "))
        .map(|(user, _)| user);
    let is_user = |user: &&str| !matches!(*user, "CRON" | "system") && !user.contains([' ', '*']);
    user.filter(is_user).unwrap_or_default()
}

fn is_structured(message: &str) -> bool {
    message.starts_with('{') || logfmt_like(message)
}

/// The header over what the message tells, but for values that a structured message knows better.
fn describe_over(header: &Header<'_>, message: &str, row: &mut Row<'_>) {
    header::fill_host(header.host, row);
    row.text(Column::Process, process_of(header));
    if !row.has(Column::Service) {
        row.text(Column::Service, service_of(header));
    }
    cloud_foundry::fill_reading(header, row);
    if !is_structured(message) {
        row.text(Column::Body, message);
    }
    if let Some(time) = header.time {
        row.time(time);
    }
    // Most programs send all that they write with one priority, so a level in the text counts more.
    if !row.has_severity()
        && let Some(severity) = header.severity()
    {
        row.severity(severity);
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::Timestamp;
    use nepho_core::time::Reference;

    use super::{is_same_time, parse};

    #[test]
    fn a_message_tells_the_year_that_its_header_leaves_out() {
        let check = |own: &str, line: &str, expected: bool| {
            let own = Timestamp::parse_rfc3339(own).expect("a time");
            assert_eq!(is_same_time(own, line), expected, "{own} {line}");
        };
        check(
            "2024-05-12T12:00:00.5Z",
            "May 12 14:00:00 web shop[7]: x",
            true,
        );
        check(
            "2024-05-12T12:00:00.5Z",
            "<30>May 12 14:00:00 web shop: x",
            true,
        );
        check("2025-01-01T02:00:07Z", "Dec 31 23:00:07 web shop: x", true);
        // What it tells of.
        check("2024-05-12T02:00:00Z", "May 12 14:00:00 web shop: x", false);
        check("2024-05-12T12:20:07Z", "May 12 14:00:00 web shop: x", false);
        check("2024-05-02T12:00:00Z", "May 12 14:00:00 web shop: x", false);
        check(
            "2024-05-12T12:00:00Z",
            "May 12 2024 14:00:00 web shop: x",
            false,
        );
        check(
            "2024-05-12T12:00:00Z",
            "2024-05-12T14:00:00Z web shop: x",
            false,
        );
    }

    #[test]
    fn events_of_docker_are_no_lines_of_a_program() {
        let check = |text: &str, expected: bool| {
            let found = parse(text, Reference::ANY);
            assert_eq!(found.is_some(), expected, "{text}");
        };
        check(
            "2026-05-12T14:00:00.25+02:00 container health_status: healthy 7 (image=shop)",
            false,
        );
        check(
            "2026-05-12T14:00:00.25+02:00 container exec_start: top 7 (execID=5, image=shop)",
            false,
        );
        check(
            "2026-05-12T14:00:00.25+02:00 container cron: ran (image=shop)",
            true,
        );
    }
}
