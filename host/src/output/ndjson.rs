//! One JSON object a row. Names are the columns of table `logs`; a column without a value is left
//! out.

use arrow_array::RecordBatch;
use nepho_codec::quote::{push_float, push_quoted};
use nepho_core::tables::{Column, LogsView};
use nepho_core::{Result, Timestamp};

use super::RawColumn;

/// Adds the rows of a batch to `out`.
pub(super) fn push(batch: &RecordBatch, raw: RawColumn, out: &mut Vec<u8>) -> Result<()> {
    let view = LogsView::new(batch)?;
    let mut observed = Clock::default();
    for row in 0..view.len() {
        push_row(&view, row, raw, &mut observed, out);
    }
    Ok(())
}

fn push_row(
    view: &LogsView<'_>,
    row: usize,
    raw: RawColumn,
    observed: &mut Clock,
    line: &mut Vec<u8>,
) {
    let mut object = Object { line, first: true };
    object.line.push(b'{');
    if view.is_timed(row) {
        object.time("time", view.time(row).text(&mut [0; 30]));
    }
    object.time("observed_time", observed.text(view.observed(row)));
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

    /// Adds the text of a time, which needs no escapes.
    fn time(&mut self, name: &str, text: &str) {
        self.key(name);
        self.line.push(b'"');
        self.line.extend_from_slice(text.as_bytes());
        self.line.push(b'"');
    }

    fn number(&mut self, name: &str, value: impl Number) {
        self.key(name);
        value.push(self.line);
    }
}

/// A number of a column.
trait Number {
    fn push(self, line: &mut Vec<u8>);
}

macro_rules! whole {
    ($($number:ty),*) => {$(
        impl Number for $number {
            fn push(self, line: &mut Vec<u8>) {
                line.extend_from_slice(itoa::Buffer::new().format(self).as_bytes());
            }
        }
    )*};
}

whole!(u8, u16, u32, u64, i32, i64);

impl Number for f64 {
    fn push(self, line: &mut Vec<u8>) {
        push_float(self, line);
    }
}

/// Text of a time that is the same in most rows of a batch.
#[derive(Default)]
struct Clock {
    time: Timestamp,
    room: [u8; 30],
    length: usize,
}

impl Clock {
    fn text(&mut self, time: Timestamp) -> &str {
        if self.length == 0 || self.time != time {
            self.time = time;
            self.length = time.text(&mut self.room).len();
        }
        std::str::from_utf8(self.room.get(..self.length).unwrap_or_default()).unwrap_or_default()
    }
}
