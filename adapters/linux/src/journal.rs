//! What the fields of an entry of the journal mean, in whichever form it was exported.
//!
//! Source: systemd.journal-fields(7), as of 2026-11-27.

use nepho_codec::message::{Describer, logfmt_like};
use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::accounts::{Accounts, is_account_line};
use crate::header;

/// Fields of an entry that have no column, and what they are called.
pub(crate) const EXTRAS: &[(&str, &str)] = &[
    ("_SYSTEMD_UNIT", "unit"),
    ("_PID", "pid"),
    ("_UID", "uid"),
    ("_TRANSPORT", "transport"),
    ("_BOOT_ID", "boot_id"),
    ("_MACHINE_ID", "machine_id"),
    ("MESSAGE_ID", "message_id"),
    ("PRIORITY", "severity_text"),
    ("CONTAINER_NAME", "container"),
];

/// Fields of an entry that go to columns; empty where it has none.
#[derive(Default)]
pub(crate) struct Entry<'a> {
    /// Microseconds since 1970.
    pub(crate) time: &'a str,
    pub(crate) priority: &'a str,
    pub(crate) message: &'a str,
    pub(crate) host: &'a str,
    pub(crate) identifier: &'a str,
    pub(crate) command: &'a str,
    pub(crate) unit: &'a str,
    /// Name of the container, where Docker or Podman wrote the entry.
    pub(crate) container: &'a str,
}

impl<'a> Entry<'a> {
    /// Takes a field that goes to a column, but for the time; any other is passed over.
    pub(crate) fn set(&mut self, key: &str, value: &'a str) {
        let place = match key {
            "PRIORITY" => &mut self.priority,
            "MESSAGE" => &mut self.message,
            "_HOSTNAME" => &mut self.host,
            "SYSLOG_IDENTIFIER" => &mut self.identifier,
            "_COMM" => &mut self.command,
            "_SYSTEMD_UNIT" if self.unit.is_empty() => &mut self.unit,
            "UNIT" => &mut self.unit,
            "CONTAINER_NAME" => &mut self.container,
            _ => return,
        };
        *place = value;
    }

    /// When it was received by the journal.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        let micros: i64 = self.time.trim().parse().ok()?;
        micros.checked_mul(1000).map(Timestamp)
    }

    /// Severity that the entry was written with.
    pub(crate) fn severity(&self) -> Option<Severity> {
        Severity::from_syslog(self.priority.trim().parse().ok()?)
    }

    /// The process as it calls itself.
    pub(crate) fn process(&self) -> &'a str {
        match self.identifier {
            "" => self.command,
            identifier => identifier,
        }
    }

    /// The workload: the container, else the unit without its kind and its instance, else the
    /// process.
    pub(crate) fn service(&self) -> &'a str {
        if !self.container.is_empty() {
            return self.container;
        }
        match self.unit.strip_suffix(".service") {
            // `user@1000.service` runs whatever a user starts.
            Some(unit) if !unit.starts_with("user@") => unit.split('@').next().unwrap_or(unit),
            _ => header::program(self.process()),
        }
    }

    /// Whether it is about signing in or about accounts.
    pub(crate) fn is_of_accounts(&self) -> bool {
        is_account_line(self.process(), self.message)
    }
}

/// Reads entries into rows.
#[derive(Default)]
pub(crate) struct Entries {
    describer: Describer,
    accounts: Accounts,
}

impl Entries {
    /// Sets the columns of an entry.
    pub(crate) fn fill(&mut self, entry: &Entry<'_>, row: &mut Row<'_>) {
        let message = entry.message.trim_end();
        if entry.is_of_accounts() {
            let program = header::program(entry.process());
            self.accounts.fill(program, message, row);
            row.text(Column::Body, message);
        } else {
            self.describer.describe(message, row);
            let trimmed = message.trim();
            if !trimmed.starts_with('{') && !logfmt_like(trimmed) {
                row.text(Column::Body, message);
            }
        }
        header::fill_host(entry.host, row);
        row.text(Column::Process, entry.process());
        if !row.has(Column::Service) {
            row.text(Column::Service, entry.service());
        }
        if let Some(time) = entry.time() {
            row.time(time);
        }
        if !row.has_severity()
            && let Some(severity) = entry.severity()
        {
            row.severity(severity);
        }
    }
}
