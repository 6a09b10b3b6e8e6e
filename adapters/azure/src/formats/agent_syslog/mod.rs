//! Table `Syslog` of Log Analytics: what the agents of machines received as syslog.

use std::borrow::Cow;

use nepho_codec::json::fields::{pick, text_of};
use nepho_codec::json::unescape;
use nepho_codec::message::syslog;
use nepho_codec::table::{
    JsonFormat, Need, Table, observed, part, resource, severity, text, time as when,
};
use nepho_codec::time;
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream};
use nepho_core::tables::{Column, Envelope};

use crate::record::parts;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "azure.agent_syslog",
    summary: "Syslog of machines as Azure Monitor has it: table Syslog",
    permissions: &["Microsoft.OperationalInsights/workspaces/query/read"],
    make: Make::Format(|| Box::new(AgentSyslog(JsonFormat(&TABLE)))),
});

static TABLE: Table = Table {
    name: "azure.agent_syslog",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("SyslogMessage"),
        Need::HasAny(&["Facility", "SeverityLevel"]),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        when(&["EventTime", "TimeGenerated"]),
        observed(&["TimeGenerated"]),
        severity(&["SeverityLevel"]),
        part(&["_ResourceId"], Column::Account, parts::subscription),
        text(&["HostName", "Computer"], Column::Host),
        text(&["ProcessName"], Column::Process),
        text(&["ProcessName"], Column::Service),
        text(&["SyslogMessage"], Column::Body),
        resource(&["_ResourceId"]),
    ],
    extras: &[
        ("Facility", "facility"),
        ("ProcessID", "pid"),
        ("HostIP", "host_ip"),
        ("CollectorHostName", "collector"),
    ],
    finish: None,
};

/// The table, what programs say of users, and lines of programs that have a format of their own.
struct AgentSyslog(JsonFormat);

impl Format for AgentSyslog {
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
        let row = Row::of(record.text)?;
        Some(Inside {
            text: row.line()?.into(),
            envelope: row.envelope(record.envelope),
        })
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        Some(Row::of(record.text)?.line()?.into())
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        self.0.decoder(stream)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, found);
    }
}

/// No line of a format that has a name is shorter.
const SHORTEST: usize = 16;

/// Columns that make a line of syslog.
struct Row<'a> {
    program: &'a str,
    message: Cow<'a, str>,
    pid: &'a str,
    host: Cow<'a, str>,
    level: &'a str,
    at: &'a str,
    resource: Cow<'a, str>,
}

impl<'a> Row<'a> {
    /// Columns of a record.
    fn of(record: &'a str) -> Option<Self> {
        let [
            program,
            message,
            pid,
            host,
            computer,
            level,
            at,
            generated,
            resource,
        ] = pick(
            record.trim(),
            [
                "ProcessName",
                "SyslogMessage",
                "ProcessID",
                "HostName",
                "Computer",
                "SeverityLevel",
                "EventTime",
                "TimeGenerated",
                "_ResourceId",
            ],
        )?;
        let value = |raw: Option<&'a str>| raw.and_then(text_of).unwrap_or_default();
        // The query API writes `null` and empty text for what is not told.
        let first = |one, other| match value(one) {
            "" | "null" => value(other),
            told => told,
        };
        Some(Self {
            program: value(program),
            message: unescape(value(message)),
            pid: value(pid),
            host: unescape(first(host, computer)),
            level: value(level),
            at: first(at, generated),
            resource: unescape(value(resource)),
        })
    }

    /// What the program wrote: of those that tell of users the whole line, of others the message;
    /// `None` where a part of it is missing.
    fn line(&self) -> Option<String> {
        let at = time::parse(self.at)?;
        if !self.is_of_accounts() {
            let message = self.message.trim();
            return (message.len() >= SHORTEST).then(|| message.to_owned());
        }
        syslog::line(at, &self.host, self.program, self.pid, &self.message)
    }

    fn is_of_accounts(&self) -> bool {
        syslog::ACCOUNT_PROGRAMS.contains(&self.program)
    }

    fn envelope(&self, outer: &Envelope) -> Envelope {
        let mut envelope = outer.clone().with(Column::Provider, "azure");
        if !self.is_of_accounts() {
            envelope.time = time::parse(self.at).or(envelope.time);
            for (column, value) in [
                (Column::Host, &*self.host),
                (Column::Service, self.program),
                (Column::Process, self.program),
            ] {
                if !value.is_empty() {
                    envelope = envelope.with(column, value);
                }
            }
        }
        envelope.severity = nepho_core::severity::Severity::from_word(self.level);
        if !self.resource.is_empty() {
            envelope = envelope.with(Column::Account, parts::subscription(&self.resource));
            envelope.resources.push(self.resource.clone().into_owned());
        }
        envelope
    }
}

#[cfg(test)]
mod tests {
    use super::Row;

    #[test]
    fn what_programs_say_of_users_becomes_their_line() {
        let line = |row: &str| Row::of(row).and_then(|row| row.line());
        let row = r#"{"EventTime":"2026-05-12T14:05:02Z","HostName":"web","ProcessName":"sshd","ProcessID":12,"SyslogMessage":"Invalid user \"x\""}"#;
        assert_eq!(
            line(row).as_deref(),
            Some("2026-05-12T14:05:02.000000+00:00 web sshd[12]: Invalid user \"x\"")
        );
        let other = row.replace("sshd", "shop");
        assert_eq!(line(&other).as_deref(), Some("Invalid user \"x\""));
        assert_eq!(line(&other.replace("Invalid user", "no")), None);
        assert_eq!(line(&row.replace("EventTime", "x")), None);
        let other = row.replace("\"web\"", "\"\",\"Computer\":\"db\"");
        let other = other.replace(
            "\"2026-05-12T14:05:02Z\"",
            "null,\"TimeGenerated\":\"2026-05-12T14:05:02Z\"",
        );
        assert_eq!(
            line(&other),
            line(row).map(|line| line.replace(" web ", " db "))
        );
    }
}
