//! One JSON object a row. Names are the columns of table `logs`; a column without a value is left
//! out.

use std::io::Write;

use arrow_array::RecordBatch;
use nepho_core::tables::{Column, LogsView};
use nepho_core::{Error, ErrorKind, Result};

use super::RawColumn;

/// Writes the rows of a batch.
pub(super) fn write(stream: &mut impl Write, batch: &RecordBatch, raw: RawColumn) -> Result<()> {
    let view = LogsView::new(batch)?;
    let mut line = Vec::with_capacity(1024);
    for row in 0..view.len() {
        line.clear();
        push_row(&view, row, raw, &mut line);
        stream.write_all(&line).map_err(|error| {
            Error::new(ErrorKind::Unavailable, "write rows", error.to_string()).because(error)
        })?;
    }
    Ok(())
}

fn push_row(view: &LogsView<'_>, row: usize, raw: RawColumn, line: &mut Vec<u8>) {
    let mut object = Object { line, first: true };
    object.line.push(b'{');
    if view.is_timed(row) {
        object.text("time", &view.time(row).to_string());
    }
    object.text("observed_time", &view.observed(row).to_string());
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
        if column == Column::Raw && raw == RawColumn::LeftOut {
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
            push_string(object.line, id);
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
    fn key(&mut self, name: &str) {
        if !self.first {
            self.line.push(b',');
        }
        self.first = false;
        push_string(self.line, name);
        self.line.push(b':');
    }

    fn text(&mut self, name: &str, value: &str) {
        self.key(name);
        push_string(self.line, value);
    }

    fn number(&mut self, name: &str, value: impl std::fmt::Display) {
        self.key(name);
        let _ = write!(self.line, "{value}");
    }
}

fn push_string(line: &mut Vec<u8>, text: &str) {
    // Writing to a vector does not fail.
    let _ = serde_json::to_writer(line, text);
}
