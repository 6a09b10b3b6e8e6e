//! One JSON object a row. Names are the columns of table `logs`; a column without a value is left
//! out.

use std::io::Write;

use arrow_array::RecordBatch;
use nepho_codec::quote::push_quoted;
use nepho_core::tables::{Column, LogsView};
use nepho_core::{Result, Timestamp};

use super::RawColumn;

/// Adds the rows of a batch to `out`.
pub(super) fn push(batch: &RecordBatch, raw: RawColumn, out: &mut Vec<u8>) -> Result<()> {
    let view = LogsView::new(batch)?;
    for row in 0..view.len() {
        push_row(&view, row, raw, out);
    }
    Ok(())
}

fn push_row(view: &LogsView<'_>, row: usize, raw: RawColumn, line: &mut Vec<u8>) {
    let mut object = Object { line, first: true };
    object.line.push(b'{');
    if let Some(time) = view.time(row) {
        object.time("time", time);
    }
    object.time("observed_time", view.observed(row));
    if let Some(severity) = view.severity(row) {
        object.number("severity", severity.0);
    }
    if let Some(outcome) = view.outcome(row) {
        object.text("outcome", outcome.name());
    }
    if let Some(status) = view.status(row) {
        object.number("status", status);
    }
    if let Some(duration) = view.duration(row) {
        object.number("duration", duration);
    }
    if let Some(port) = view.source_port(row) {
        object.number("source_port", port);
    }
    if let Some(port) = view.peer_port(row) {
        object.number("peer_port", port);
    }
    if let Some(value) = view.value(row) {
        object.number("value", value);
    }
    object.number("bytes", view.bytes(row));
    object.number("offset", view.offset(row));
    object.number("line", view.line(row));
    for column in Column::ALL {
        if column.is_original() && raw == RawColumn::LeftOut {
            continue;
        }
        if let Some(text) = view.text(column, row) {
            object.text(column.name(), text);
        }
    }
    let mut resources = view.resources(row).peekable();
    if resources.peek().is_some() {
        object.key("resources");
        object.line.push(b'[');
        for (position, id) in resources.enumerate() {
            if position > 0 {
                object.line.push(b',');
            }
            push_quoted(id, object.line);
        }
        object.line.push(b']');
    }
    object.line.extend_from_slice(b"}\n");
}

struct Object<'a> {
    line: &'a mut Vec<u8>,
    first: bool,
}

impl Object<'_> {
    /// Begins a member; the names of columns need no escapes.
    fn key(&mut self, name: &str) {
        if !self.first {
            self.line.push(b',');
        }
        self.first = false;
        self.line.push(b'"');
        self.line.extend_from_slice(name.as_bytes());
        self.line.extend_from_slice(b"\":");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.key(name);
        push_quoted(value, self.line);
    }

    fn time(&mut self, name: &str, value: Timestamp) {
        self.key(name);
        let _ = write!(self.line, "\"{value}\"");
    }

    fn number(&mut self, name: &str, value: impl std::fmt::Display) {
        self.key(name);
        // Writing to a vector does not fail.
        let _ = write!(self.line, "{value}");
    }
}
