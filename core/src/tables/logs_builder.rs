//! Builds batches of table `logs` row by row, without copying text out of the blocks it stands in.

mod around;
mod debug;

use std::sync::Arc;

use arrow_array::types::{
    DurationNanosecondType, Float64Type, Int32Type, TimestampNanosecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, ListArray, RecordBatch};
use arrow_buffer::{Buffer, OffsetBuffer};
use arrow_schema::DataType;

use super::copies::Copies;
use super::log_columns::{NumberColumn, TextColumn};
use super::logs::{Column, Outcome, schema};
use super::rejects::Reject;
use super::room::{FEW_ROWS, Part, Placed, Room};
use super::views::{self, Place, SHORT, View, ViewSpace};
use crate::format::Record;
use crate::severity::Severity;
use crate::{Error, ErrorKind, Result, Timestamp};

const TEXT_COLUMNS: usize = Column::ALL.len();

/// Number of a block that was attached to a [`LogsBuilder`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockId(u32);

/// Builds one batch of table `logs`, and collects what was rejected on the way.
pub struct LogsBuilder {
    observed: Timestamp,
    expected: usize,
    space: ViewSpace,
    texts: [TextColumn; TEXT_COLUMNS],
    times: Vec<i64>,
    /// Rows that do not tell their time.
    untimed: Vec<usize>,
    /// Of the rows that tell it.
    observed_times: NumberColumn<TimestampNanosecondType>,
    bytes: Vec<u32>,
    offsets: Vec<u64>,
    lines: Vec<u32>,
    severity: NumberColumn<UInt8Type>,
    outcome: NumberColumn<UInt8Type>,
    status: NumberColumn<Int32Type>,
    duration: NumberColumn<DurationNanosecondType>,
    source_port: NumberColumn<UInt16Type>,
    peer_port: NumberColumn<UInt16Type>,
    value: NumberColumn<Float64Type>,
    resource_views: Vec<View>,
    resource_ends: Vec<i32>,
    copies: Copies,
    /// Bits of the text columns that every row has a value of.
    always: u32,
    /// The row that is being filled.
    row: Filled,
    /// What the rows stand inside of.
    outer: Option<View>,
    rejects: Vec<Reject>,
}

impl LogsBuilder {
    /// Empty builder. `observed` is when the input was read, for rows whose envelope does not tell
    /// it.
    pub fn new(observed: Timestamp) -> Self {
        Self {
            observed,
            expected: 0,
            space: ViewSpace::default(),
            texts: std::array::from_fn(|_| TextColumn::default()),
            times: Vec::new(),
            untimed: Vec::new(),
            observed_times: NumberColumn::new(),
            bytes: Vec::new(),
            offsets: Vec::new(),
            lines: Vec::new(),
            severity: NumberColumn::new(),
            outcome: NumberColumn::new(),
            status: NumberColumn::new(),
            duration: NumberColumn::new(),
            source_port: NumberColumn::new(),
            peer_port: NumberColumn::new(),
            value: NumberColumn::new(),
            resource_views: Vec::new(),
            resource_ends: vec![0],
            copies: Copies::default(),
            always: u32::MAX,
            row: Filled::default(),
            outer: None,
            rejects: Vec::new(),
        }
    }

    /// Makes room for about so many rows, so that columns need not grow step by step.
    pub fn expect(&mut self, rows: usize) {
        self.expected = rows;
        self.times.reserve(rows);
        self.bytes.reserve(rows);
        self.offsets.reserve(rows);
        self.lines.reserve(rows);
        self.resource_ends.reserve(rows);
    }

    /// Adds a block of input that records stand in, so that their text need not be copied.
    pub fn attach(&mut self, block: Buffer) -> BlockId {
        BlockId(self.space.attach(block))
    }

    /// Adds a copy of a text that records stand in, so that their text need not be copied one by
    /// one. Unlike a block, the text may be gone before the batch is.
    pub fn attach_copy(&mut self, text: &str) -> BlockId {
        BlockId(self.space.attach_copy(text))
    }

    /// Begins the row of `record`. Nothing is added before [`Row::commit`].
    pub fn row<'a>(&'a mut self, record: &'a Record<'a>) -> Row<'a> {
        let row = &mut self.row;
        row.place = self.space.place(record.block.0);
        row.number = self.times.len();
        row.time = None;
        row.is_time_known = false;
        row.is_complete = false;
        row.observed = None;
        row.severity = None;
        row.outcome = None;
        row.status = None;
        row.duration = None;
        row.source_port = None;
        row.peer_port = None;
        row.value = None;
        Row { out: self, record }
    }

    /// Records a piece of input that did not become a row.
    pub fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }

    /// How many blocks of so many rows go into one batch, so that it costs few allocations for
    /// each row and is small nevertheless.
    pub fn blocks_of_batch(rows: usize) -> usize {
        /// Blocks pin memory.
        const MOST: usize = 4;
        // Blocks of one stream differ a little.
        (FEW_ROWS / (rows + rows / 8).max(1)).clamp(1, MOST)
    }

    /// Rows so far.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no row so far.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Rows that do not tell their time.
    pub fn untimed(&self) -> u64 {
        self.untimed.len() as u64
    }

    /// Takes the rejects that were collected so far.
    pub fn take_rejects(&mut self) -> Vec<Reject> {
        std::mem::take(&mut self.rejects)
    }

    /// Batch of all rows.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] if the columns do not fit the schema, which would be a bug.
    pub fn finish(mut self) -> Result<RecordBatch> {
        self.take()
    }

    /// Batch of all rows; the builder is empty again, and keeps the memory that it collects them
    /// in. Rejects stay where they are.
    ///
    /// # Errors
    /// As [`LogsBuilder::finish`].
    pub fn take(&mut self) -> Result<RecordBatch> {
        let rows = self.times.len();
        let mut room = Room::new(rows, self.bytes());
        let room_of = &mut room;
        let times = Placed {
            values: room_of.put(&mut self.times),
            valid: self.timed(rows).map(|mut timed| room_of.put(&mut timed)),
        };
        let observed = self.observed_times.place_or(self.observed.0, rows, room_of);
        let severity = self.severity.place(rows, room_of);
        let outcome = self.outcome.place(rows, room_of);
        let status = self.status.place(rows, room_of);
        let duration = self.duration.place(rows, room_of);
        let source_port = self.source_port.place(rows, room_of);
        let peer_port = self.peer_port.place(rows, room_of);
        let value = self.value.place(rows, room_of);
        let bytes = whole(room_of.put(&mut self.bytes));
        let offsets = whole(room_of.put(&mut self.offsets));
        let lines = whole(room_of.put(&mut self.lines));
        let always = std::mem::replace(&mut self.always, u32::MAX);
        let mut bit = 1;
        let texts = self.texts.each_mut().map(|column| {
            let placed = column.place(rows, always & bit != 0, room_of);
            bit <<= 1;
            placed
        });
        let resources = self.resource_views.len();
        let resource_views = views::place(&mut self.resource_views, false, room_of);
        let resource_ends = whole(room_of.put(&mut self.resource_ends));
        self.resource_ends.push(0);
        self.copies.forget();
        let buffers = self.space.take_buffers();
        let memory = room.close();

        let schema = schema();
        let internal = |error: arrow_schema::ArrowError| {
            Error::new(
                ErrorKind::Internal,
                "table logs: build a batch",
                error.to_string(),
            )
        };
        let typed = |name: &str| {
            let field = schema.field_with_name(name).map_err(internal);
            field.map(|field| field.data_type().clone())
        };
        let time = typed("time")?;
        let numbers = &memory;
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        columns.extend([
            numbers.numbers::<TimestampNanosecondType>(Some(times), rows, &time),
            numbers.numbers::<TimestampNanosecondType>(Some(observed), rows, &time),
            numbers.numbers::<UInt8Type>(severity, rows, &DataType::UInt8),
            numbers.numbers::<UInt8Type>(outcome, rows, &DataType::UInt8),
            numbers.numbers::<Int32Type>(status, rows, &DataType::Int32),
            numbers.numbers::<DurationNanosecondType>(duration, rows, &typed("duration")?),
            numbers.numbers::<UInt16Type>(source_port, rows, &DataType::UInt16),
            numbers.numbers::<UInt16Type>(peer_port, rows, &DataType::UInt16),
            numbers.numbers::<Float64Type>(value, rows, &DataType::Float64),
            numbers.numbers::<UInt32Type>(Some(bytes), rows, &DataType::UInt32),
            numbers.numbers::<UInt64Type>(Some(offsets), rows, &DataType::UInt64),
            numbers.numbers::<UInt32Type>(Some(lines), rows, &DataType::UInt32),
        ]);
        let nothing: ArrayRef = Arc::new(views::nulls(rows));
        columns.extend(texts.into_iter().map(|text| match text {
            Some(text) => Arc::new(views::array(text, rows, &memory, &buffers)),
            None => Arc::clone(&nothing),
        }));
        let item = match typed("resources")? {
            DataType::List(item) => item,
            other => return Err(wrong_type("resources", &other)),
        };
        let (ends, _) = memory.column(resource_ends, rows + 1);
        let values = Arc::new(views::array(resource_views, resources, &memory, &buffers));
        columns.push(Arc::new(
            ListArray::try_new(item, OffsetBuffer::new(ends), values, None).map_err(internal)?,
        ));
        RecordBatch::try_new(schema, columns).map_err(internal)
    }

    /// A bit for each row that tells its time; `None` if all do.
    fn timed(&mut self, rows: usize) -> Option<Vec<u64>> {
        if self.untimed.is_empty() {
            return None;
        }
        let mut timed = vec![u64::MAX; rows.div_ceil(64)];
        for row in self.untimed.drain(..) {
            if let Some(word) = timed.get_mut(row / 64) {
                *word &= !(1 << (row % 64));
            }
        }
        Some(timed)
    }

    /// About what the columns take that have values.
    fn bytes(&self) -> usize {
        /// Of a row, in all columns but those of text.
        const NUMBERS: usize = 72;
        let texts = self.texts.iter().filter(|text| !text.views.is_empty());
        let of_row = NUMBERS + (texts.count() + 1) * size_of::<View>();
        self.times.len() * of_row + size_of_val(&self.resource_views[..])
    }
}

/// A column of which every row has a value.
fn whole(values: Part) -> Placed {
    Placed {
        values,
        valid: None,
    }
}

fn wrong_type(column: &str, data_type: &DataType) -> Error {
    Error::new(
        ErrorKind::Internal,
        "table logs: build a batch",
        format!("column `{column}` has type {data_type}"),
    )
}

/// A row that is being filled. Setting a column again replaces its value; dropping the row
/// without [`Row::commit`] adds nothing.
pub struct Row<'a> {
    out: &'a mut LogsBuilder,
    record: &'a Record<'a>,
}

/// What is set of the row that is being filled, but for its text. It stands in the builder, so that
/// a [`Row`] is handed on without a copy.
#[derive(Default)]
struct Filled {
    /// Where the text of the record stands.
    place: Place,
    number: usize,
    /// Bits of the text columns that have a value; none when no row is being filled.
    set: u32,
    time: Option<Timestamp>,
    /// Whether no other time counts.
    is_time_known: bool,
    observed: Option<Timestamp>,
    severity: Option<Severity>,
    outcome: Option<Outcome>,
    status: Option<i32>,
    duration: Option<i64>,
    source_port: Option<u16>,
    peer_port: Option<u16>,
    value: Option<f64>,
    /// Resources that are named so far; 0 when no row is being filled.
    resources: usize,
    /// Whether nothing stands in for what the record does not tell.
    is_complete: bool,
}

impl<'a> Row<'a> {
    /// The record that the row is made of.
    pub fn record(&self) -> &'a Record<'a> {
        self.record
    }

    /// Sets a text column. Empty text and `-` leave it as it is.
    #[inline]
    pub fn text(&mut self, column: Column, text: &str) -> &mut Self {
        self.text_here(column, text);
        self
    }

    /// As [`Row::text`], within the caller: for the one place that sets most columns. Gives whether
    /// the column has a value then.
    #[inline(always)]
    pub fn text_here(&mut self, column: Column, text: &str) -> bool {
        if matches!(text.as_bytes(), [] | b"-") {
            return self.has(column);
        }
        let view = self.out.space.view(&self.out.row.place, text);
        self.put(column, view);
        true
    }

    /// As [`Row::text`] for the text that these parts are together, without making it first.
    pub fn text_of(&mut self, column: Column, parts: &[&str]) -> &mut Self {
        if parts.iter().any(|part| !part.is_empty()) {
            let view = self.out.space.join(parts);
            self.put(column, view);
        }
        self
    }

    /// As [`Row::text`] for text that stands in no block and is most often that of the row before:
    /// it is copied once while it stays the same.
    #[inline]
    pub fn repeated(&mut self, column: Column, text: &str) -> &mut Self {
        if !matches!(text.as_bytes(), [] | b"-") {
            let view = self.out.copies.repeated(column, text, &mut self.out.space);
            self.put(column, view);
        }
        self
    }

    /// Sets a text column to a constant.
    #[inline(always)]
    pub fn constant(&mut self, column: Column, text: &'static str) -> &mut Self {
        let out = &mut *self.out;
        let view = match text.len() {
            // Made as quickly as found, and where the text is known to the compiler, by that.
            ..=SHORT => out.space.view(&Place::default(), text),
            _ => out.copies.constant(text, &mut out.space),
        };
        self.put(column, view);
        if text.is_empty() {
            self.out.always &= !(1 << column as u32);
        }
        self
    }

    #[inline]
    fn put(&mut self, column: Column, view: View) {
        let out = &mut *self.out;
        out.texts[column as usize].set(out.row.number, view, out.expected);
        out.row.set |= 1 << column as u32;
    }

    /// Whether a text column has a value so far.
    #[inline]
    pub fn has(&self, column: Column) -> bool {
        self.out.row.set & (1 << column as u32) != 0
    }

    /// Adds a resource id behind those that were added before; empty text and `-` are passed over.
    #[inline]
    pub fn resource(&mut self, id: &str) -> &mut Self {
        if !id.is_empty() && id != "-" {
            let view = self.out.space.view(&self.out.row.place, id);
            self.out.resource_views.push(view);
            self.out.row.resources += 1;
        }
        self
    }

    /// Whether a resource is named so far.
    #[inline]
    pub fn has_resource(&self) -> bool {
        self.out.row.resources > 0
    }

    /// As [`Row::resource`] for an id that stands in no block and that other rows have as well.
    pub fn repeated_resource(&mut self, id: &str) -> &mut Self {
        if !id.is_empty() && id != "-" {
            let view = self.out.copies.resource(id, &mut self.out.space);
            self.out.resource_views.push(view);
            self.out.row.resources += 1;
        }
        self
    }

    /// As [`Row::resource`] for the id that these parts are together, without making it first.
    pub fn resource_of(&mut self, parts: &[&str]) -> &mut Self {
        let view = self.out.space.join(parts);
        self.out.resource_views.push(view);
        self.out.row.resources += 1;
        self
    }

    /// Sets when it happened.
    #[inline]
    pub fn time(&mut self, time: Timestamp) -> &mut Self {
        if !self.out.row.is_time_known {
            self.out.row.time = Some(time);
        }
        self
    }

    /// As [`Row::time`] where that is known better than the record tells it: no time that is set
    /// afterwards counts, so that none need be read.
    #[inline]
    pub fn known_time(&mut self, time: Timestamp) -> &mut Self {
        self.out.row.time = Some(time);
        self.out.row.is_time_known = true;
        self
    }

    /// Whether it is known when it happened, whatever else is set.
    #[inline]
    pub fn is_time_known(&self) -> bool {
        self.out.row.is_time_known
    }

    /// Sets when it was received, where the envelope or the record tells.
    #[inline]
    pub fn observed(&mut self, time: Timestamp) -> &mut Self {
        self.out.row.observed = Some(time);
        self
    }

    /// When it happened, when set so far.
    #[inline]
    pub fn time_so_far(&self) -> Option<Timestamp> {
        self.out.row.time
    }

    /// Whether the time is set so far.
    #[inline]
    pub fn has_time(&self) -> bool {
        self.out.row.time.is_some()
    }

    /// Sets the severity.
    #[inline]
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.out.row.severity = Some(severity);
        self
    }

    /// Whether the severity is set so far.
    #[inline]
    pub fn has_severity(&self) -> bool {
        self.out.row.severity.is_some()
    }

    /// Sets how the operation ended.
    #[inline]
    pub fn outcome(&mut self, outcome: Outcome) -> &mut Self {
        self.out.row.outcome = Some(outcome);
        self
    }

    /// Whether the outcome is set so far.
    #[inline]
    pub fn has_outcome(&self) -> bool {
        self.out.row.outcome.is_some()
    }

    /// Sets the protocol status.
    #[inline]
    pub fn status(&mut self, status: i32) -> &mut Self {
        self.out.row.status = Some(status);
        self
    }

    /// The protocol status, when set so far.
    #[inline]
    pub fn status_so_far(&self) -> Option<i32> {
        self.out.row.status
    }

    /// Sets the latency in nanoseconds.
    #[inline]
    pub fn duration(&mut self, nanos: i64) -> &mut Self {
        self.out.row.duration = Some(nanos);
        self
    }

    /// Sets the port of the client.
    #[inline]
    pub fn source_port(&mut self, port: u16) -> &mut Self {
        self.out.row.source_port = Some(port);
        self
    }

    /// Sets the port of the other end.
    #[inline]
    pub fn peer_port(&mut self, port: u16) -> &mut Self {
        self.out.row.peer_port = Some(port);
        self
    }

    /// Sets the reading of the metric in column [`Column::Metric`].
    #[inline]
    pub fn value(&mut self, value: f64) -> &mut Self {
        self.out.row.value = Some(value);
        self
    }

    /// Adds the row to the batch. What the record does not tell is taken from its envelope; the
    /// whole event and the address of the stream are set where nothing else was.
    #[inline(never)]
    pub fn commit(mut self) {
        self.fill_from_envelope();
        self.fill_service();
        let record = self.record;
        let row = self.out.row.number;
        self.fill_whole();
        if !self.has(Column::Uri) && !record.stream.uri.is_empty() {
            let view =
                self.out
                    .copies
                    .repeated(Column::Uri, &record.stream.uri, &mut self.out.space);
            self.put(Column::Uri, view);
        }
        let out = &mut *self.out;
        let observed = out.row.observed.unwrap_or(out.observed);
        if out.row.time.is_none() {
            out.untimed.push(row);
        }
        out.times.push(out.row.time.unwrap_or(observed).0);
        if let Some(observed) = out.row.observed {
            out.observed_times.set(row, observed.0, out.expected);
        }
        out.bytes.push(record.bytes);
        out.offsets.push(record.offset);
        out.lines.push(record.line);
        if let Some(severity) = out.row.severity {
            out.severity.set(row, severity.0, out.expected);
        }
        if let Some(outcome) = out.row.outcome {
            out.outcome.set(row, outcome as u8, out.expected);
        }
        if let Some(status) = out.row.status {
            out.status.set(row, status, out.expected);
        }
        if let Some(duration) = out.row.duration {
            out.duration.set(row, duration, out.expected);
        }
        if let Some(port) = out.row.source_port {
            out.source_port.set(row, port, out.expected);
        }
        if let Some(port) = out.row.peer_port {
            out.peer_port.set(row, port, out.expected);
        }
        if let Some(value) = out.row.value {
            out.value.set(row, value, out.expected);
        }
        let end = i32::try_from(out.resource_views.len()).unwrap_or(i32::MAX);
        out.resource_ends.push(end);
        out.always &= out.row.set;
        out.row.resources = 0;
        out.row.set = 0;
    }
}

impl Drop for Row<'_> {
    fn drop(&mut self) {
        let out = &mut *self.out;
        let resources = std::mem::take(&mut out.row.resources);
        if resources > 0 {
            let kept = out.resource_views.len() - resources;
            out.resource_views.truncate(kept);
        }
        // Of a row that was not committed, nothing stays.
        let mut set = std::mem::take(&mut out.row.set);
        while set != 0 {
            if let Some(column) = out.texts.get_mut(set.trailing_zeros() as usize) {
                column.clear(out.row.number);
            }
            set &= set - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Stream;
    use crate::tables::{Envelope, LogsView};

    #[test]
    fn a_builder_that_is_used_again_gives_what_a_fresh_one_gives() -> Result<()> {
        let stream = Stream {
            uri: "orders.log".to_owned(),
            ..Stream::default()
        };
        let envelope = Envelope::default().with(Column::Service, "a service of many");
        let fill = |out: &mut LogsBuilder, rows: usize| {
            for number in 0..rows {
                let record = Record {
                    text: "text that stands in no block",
                    block: BlockId::default(),
                    offset: number as u64,
                    line: 1,
                    bytes: 4,
                    envelope: &envelope,
                    stream: &stream,
                };
                let mut row = out.row(&record);
                if number % 3 == 0 {
                    row.time(Timestamp(7)).status(200).resource("a");
                    row.constant(Column::Action, "an action of some");
                }
                if rows.is_multiple_of(2) {
                    row.severity(Severity::WARN).observed(Timestamp(5));
                }
                row.commit();
            }
        };
        let mut again = LogsBuilder::new(Timestamp(7));
        // Few rows, many, and more than share the memory of empty columns.
        for rows in [0, 1, 64, 1023, 1024, 3, 2000, 65, 70_000, 5] {
            let mut fresh = LogsBuilder::new(Timestamp(7));
            fill(&mut fresh, rows);
            fill(&mut again, rows);
            let (fresh, again) = (fresh.finish()?, again.take()?);
            assert_eq!(fresh.num_rows(), rows);
            assert_eq!(fresh, again, "{rows}");
        }
        Ok(())
    }

    #[test]
    fn repeated_and_joined_text_is_that_of_its_row() -> Result<()> {
        let (stream, envelope) = (Stream::default(), Envelope::default());
        let record = Record {
            text: "text",
            block: BlockId::default(),
            offset: 0,
            line: 1,
            bytes: 4,
            envelope: &envelope,
            stream: &stream,
        };
        let long = "long".repeat(200);
        let values = [
            "checkout-7d9f8b6c5",
            "checkout-7d9f8b6c5",
            // Held in the same place.
            "checkout-8d9f8b6c5",
            "checkout-7d9f8b6c5",
            "",
            "-",
            &long,
            "cart",
        ];
        let mut out = LogsBuilder::new(Timestamp(7));
        // What is held of one batch is not taken for the next.
        for _ in 0..2 {
            for value in values {
                let mut row = out.row(&record);
                row.repeated(Column::Host, value);
                row.text_of(Column::Body, &["of ", value, "."]);
                row.repeated_resource(value);
                row.commit();
            }
            let batch = out.take()?;
            let view = LogsView::new(&batch)?;
            for (row, value) in values.iter().enumerate() {
                let expected = Some(*value).filter(|value| value.len() > 1);
                assert_eq!(view.text(Column::Host, row), expected);
                let resources: Vec<&str> = view.resources(row).collect();
                assert_eq!(resources, expected.as_slice());
                let body = view.text(Column::Body, row).unwrap_or_default();
                assert_eq!(body, format!("of {value}."));
            }
        }
        Ok(())
    }

    #[test]
    fn a_number_is_null_in_the_rows_that_have_none() -> Result<()> {
        let (stream, envelope) = (Stream::default(), Envelope::default());
        let record = Record {
            text: "a",
            block: BlockId::default(),
            offset: 0,
            line: 1,
            bytes: 1,
            envelope: &envelope,
            stream: &stream,
        };
        let patterns: [fn(usize) -> bool; 6] = [
            |_| true,
            |row| row < 64,
            |row| row < 70,
            |row| row >= 70,
            |row| row == 64,
            |row| row % 2 == 1,
        ];
        let mut out = LogsBuilder::new(Timestamp(7));
        for has in patterns {
            for number in (0..200).map(|row| (row, has(row))) {
                let mut row = out.row(&record);
                if let (number, true) = number {
                    row.status(i32::try_from(number).unwrap_or_default());
                }
                row.commit();
            }
            let batch = out.take()?;
            let view = LogsView::new(&batch)?;
            for row in 0..200 {
                let expected = has(row).then_some(i32::try_from(row).unwrap_or_default());
                assert_eq!(view.status(row), expected, "{row}");
            }
        }
        Ok(())
    }

    #[test]
    fn a_row_names_its_stream_and_holds_its_event() {
        let stream = Stream {
            uri: "logs/checkout.log".to_owned(),
            ..Stream::default()
        };
        let envelope = Envelope::default();
        let mut out = LogsBuilder::new(Timestamp(7));
        let record = Record {
            text: "could not connect",
            block: BlockId::default(),
            offset: 3,
            line: 2,
            bytes: 17,
            envelope: &envelope,
            stream: &stream,
        };
        out.row(&record).commit();
        let mut row = out.row(&record);
        row.text(Column::Uri, "elsewhere");
        row.commit();
        let batch = out.finish().expect("a batch");
        let view = LogsView::new(&batch).expect("a view");
        assert_eq!(view.text(Column::Uri, 0), Some("logs/checkout.log"));
        assert_eq!(view.text(Column::Uri, 1), Some("elsewhere"));
        assert_eq!(view.text(Column::Raw, 0), Some("could not connect"));
        let evidence = view.evidence(0);
        assert_eq!(
            (evidence.uri.as_str(), evidence.line),
            ("logs/checkout.log", 2)
        );
        assert_eq!((view.time(0), evidence.time), (None, None));
    }
}
