//! The message of a container within the line of its runtime.

use std::borrow::Cow;

use nepho_codec::message::{Describer, logfmt_like};
use nepho_core::Timestamp;
use nepho_core::format::{Inside, Record};
use nepho_core::tables::{Column, Row};

/// Reads what the container wrote. Of text, the body is all of it as it was written; the time is
/// left to the caller, as the runtime's own is better.
pub(crate) fn describe(describer: &mut Describer, message: &str, row: &mut Row<'_>) {
    describer.describe(message, row);
    let trimmed = message.trim();
    if !trimmed.starts_with('{') && !logfmt_like(trimmed) {
        row.text(Column::Body, message.trim_end());
    }
}

/// A line that a container wrote, behind what a command line tool printed before it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Printed<'a> {
    /// What the container is of, where its message names no service.
    pub(crate) service: &'a str,
    pub(crate) container: &'a str,
    /// Pod, or node of a swarm; empty where none is told.
    pub(crate) host: &'a str,
    /// All that stands behind what the tool printed: the time as well, which may be the line's own.
    pub(crate) line: &'a str,
    /// With `--timestamps`.
    pub(crate) time: Option<Timestamp>,
    pub(crate) message: &'a str,
}

impl<'a> Printed<'a> {
    /// A line of a container; `host` is empty where none is told.
    pub(crate) fn new(service: &'a str, container: &'a str, host: &'a str, line: &'a str) -> Self {
        let printed = Self {
            service,
            container,
            host,
            line,
            time: None,
            message: line,
        };
        printed.timed()
    }

    /// Takes the time from the message, if it begins with one.
    fn timed(self) -> Self {
        let found = self.message.split_once(' ').and_then(|(time, message)| {
            let time = Timestamp::parse_rfc3339(time).filter(|_| time.len() >= 20)?;
            Some((time, message))
        });
        match found {
            Some((time, message)) => Self {
                time: Some(time),
                message,
                ..self
            },
            None => self,
        }
    }

    /// Fills a row.
    pub(crate) fn fill(&self, describer: &mut Describer, row: &mut Row<'_>) {
        describe(describer, self.message, row);
        if !row.has(Column::Service) {
            row.text(Column::Service, self.service);
        }
        row.text(Column::Process, self.container)
            .text(Column::Host, self.host);
        if let Some(time) = self.time {
            row.time(time);
        }
    }

    /// What stands inside of `record`; `None` if that is nothing.
    pub(crate) fn inside(&self, record: &Record<'_>) -> Option<Inside<'a>> {
        let line = self.line.trim();
        if self.message.trim().is_empty() {
            return None;
        }
        let mut envelope = record.envelope.clone();
        let told = [
            (Column::Service, self.service),
            (Column::Process, self.container),
            (Column::Host, self.host),
        ];
        for (column, value) in told.into_iter().filter(|(_, value)| !value.is_empty()) {
            envelope = envelope.with(column, value);
        }
        Some(Inside {
            text: Cow::Borrowed(line),
            envelope,
        })
    }
}
