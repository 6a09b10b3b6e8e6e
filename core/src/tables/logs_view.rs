//! Reads batches of table `logs` column by column.

use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    DurationNanosecondType, Float64Type, Int32Type, TimestampNanosecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrowPrimitiveType, DurationNanosecondArray, Float64Array, Int32Array, ListArray,
    PrimitiveArray, RecordBatch, StringViewArray, TimestampNanosecondArray, UInt8Array,
    UInt16Array, UInt32Array, UInt64Array,
};

use super::logs::{Column, FIRST_TEXT, Outcome};
use super::rows::wrong_column;
use crate::findings::Evidence;
use crate::severity::Severity;
use crate::{Result, Timestamp, role, wording};

/// Typed columns of one batch of table `logs`.
pub struct LogsView<'a> {
    times: &'a TimestampNanosecondArray,
    observed: &'a TimestampNanosecondArray,
    severity: &'a UInt8Array,
    outcome: &'a UInt8Array,
    status: &'a Int32Array,
    duration: &'a DurationNanosecondArray,
    source_port: &'a UInt16Array,
    peer_port: &'a UInt16Array,
    value: &'a Float64Array,
    bytes: &'a UInt32Array,
    offset: &'a UInt64Array,
    line: &'a UInt32Array,
    texts: Vec<&'a StringViewArray>,
    resources: &'a ListArray,
    resource_values: &'a StringViewArray,
}

impl fmt::Debug for LogsView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogsView")
            .field("rows", &self.times.len())
            .finish_non_exhaustive()
    }
}

fn numbers<'a, T: ArrowPrimitiveType>(
    batch: &'a RecordBatch,
    name: &str,
) -> Result<&'a PrimitiveArray<T>> {
    batch
        .column_by_name(name)
        .and_then(|column| column.as_primitive_opt::<T>())
        .ok_or_else(|| wrong_column("logs", name))
}

fn set<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, row: usize) -> Option<T::Native> {
    array.is_valid(row).then(|| array.value(row))
}

impl<'a> LogsView<'a> {
    /// View of a batch.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`](crate::ErrorKind::InvalidData) if a column is missing or has
    /// another type.
    pub fn new(batch: &'a RecordBatch) -> Result<Self> {
        let mut texts = Vec::with_capacity(Column::ALL.len());
        for (position, column) in Column::ALL.iter().enumerate() {
            let array = (batch.num_columns() > FIRST_TEXT + position)
                .then(|| batch.column(FIRST_TEXT + position))
                .filter(|_| batch.schema_ref().field(FIRST_TEXT + position).name() == column.name())
                .and_then(|array| array.as_string_view_opt());
            texts.push(array.ok_or_else(|| wrong_column("logs", column.name()))?);
        }
        let resources = batch
            .column_by_name("resources")
            .and_then(|column| column.as_list_opt::<i32>())
            .ok_or_else(|| wrong_column("logs", "resources"))?;
        Ok(Self {
            times: numbers::<TimestampNanosecondType>(batch, "time")?,
            observed: numbers::<TimestampNanosecondType>(batch, "observed_time")?,
            severity: numbers::<UInt8Type>(batch, "severity")?,
            outcome: numbers::<UInt8Type>(batch, "outcome")?,
            status: numbers::<Int32Type>(batch, "status")?,
            duration: numbers::<DurationNanosecondType>(batch, "duration")?,
            source_port: numbers::<UInt16Type>(batch, "source_port")?,
            peer_port: numbers::<UInt16Type>(batch, "peer_port")?,
            value: numbers::<Float64Type>(batch, "value")?,
            bytes: numbers::<UInt32Type>(batch, "bytes")?,
            offset: numbers::<UInt64Type>(batch, "offset")?,
            line: numbers::<UInt32Type>(batch, "line")?,
            texts,
            resources,
            resource_values: resources
                .values()
                .as_string_view_opt()
                .ok_or_else(|| wrong_column("logs", "resources"))?,
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// When the event of row `row` happened; `None` if it does not tell. What happened when is not
    /// to be concluded from one that does not, also not from [`LogsView::observed`].
    #[inline]
    pub fn time(&self, row: usize) -> Option<Timestamp> {
        set(self.times, row).map(Timestamp)
    }

    /// Whether the event tells when it happened.
    #[inline]
    pub fn is_timed(&self, row: usize) -> bool {
        self.times.is_valid(row)
    }

    /// When it was received, or its file last modified.
    pub fn observed(&self, row: usize) -> Timestamp {
        Timestamp(self.observed.value(row))
    }

    /// Value of a text column.
    #[inline]
    pub fn text(&self, column: Column, row: usize) -> Option<&'a str> {
        let array = self.texts[column as usize];
        array.is_valid(row).then(|| array.value(row))
    }

    /// Whether no row has a value in a text column.
    pub fn is_empty_column(&self, column: Column) -> bool {
        let array = self.texts[column as usize];
        array.null_count() == array.len()
    }

    /// Severity, when the event tells it.
    #[inline]
    pub fn severity(&self, row: usize) -> Option<Severity> {
        set(self.severity, row).map(Severity)
    }

    /// Outcome, when the event tells it.
    #[inline]
    pub fn outcome(&self, row: usize) -> Option<Outcome> {
        match set(self.outcome, row) {
            Some(1) => Some(Outcome::Success),
            Some(2) => Some(Outcome::Failure),
            _ => None,
        }
    }

    /// Protocol status.
    #[inline]
    pub fn status(&self, row: usize) -> Option<i32> {
        set(self.status, row)
    }

    /// Latency in nanoseconds.
    #[inline]
    pub fn duration(&self, row: usize) -> Option<i64> {
        set(self.duration, row)
    }

    /// Port of the client.
    pub fn source_port(&self, row: usize) -> Option<u16> {
        set(self.source_port, row)
    }

    /// Port of the other end.
    pub fn peer_port(&self, row: usize) -> Option<u16> {
        set(self.peer_port, row)
    }

    /// Reading of the metric in column [`Column::Metric`].
    pub fn value(&self, row: usize) -> Option<f64> {
        set(self.value, row)
    }

    /// Size as received, in bytes.
    #[inline]
    pub fn bytes(&self, row: usize) -> u32 {
        self.bytes.value(row)
    }

    /// First byte of the record in the decompressed stream.
    pub fn offset(&self, row: usize) -> u64 {
        self.offset.value(row)
    }

    /// Line of that byte, from one.
    pub fn line(&self, row: usize) -> u32 {
        self.line.value(row)
    }

    /// Resource ids that the event touches, the target first.
    pub fn resources(&self, row: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let ends = self.resources.value_offsets();
        let range = match (usize::try_from(ends[row]), usize::try_from(ends[row + 1])) {
            (Ok(start), Ok(end)) => start..end,
            _ => 0..0,
        };
        let values = self.resource_values;
        range.map(move |index| values.value(index))
    }

    /// Whether the event is a failure: it says so, or it is of severity error or above, or its HTTP
    /// status is 500 or above.
    #[inline]
    pub fn is_failure(&self, row: usize) -> bool {
        self.outcome(row) == Some(Outcome::Failure)
            || self
                .severity(row)
                .is_some_and(|severity| severity >= Severity::ERROR)
            || self
                .status(row)
                .is_some_and(|status| (500..600).contains(&status))
    }

    /// Whether the event tells of a failure: [`LogsView::is_failure`], or by the words of its
    /// message where it has neither a severity, a status nor an outcome, and they are its
    /// program's own.
    ///
    /// A stack trace is one at severity INFO as well, since many platforms give that to all that a
    /// program prints. Any other level that is told counts, whatever the words.
    pub fn tells_failure(&self, row: usize) -> bool {
        if self.is_failure(row) {
            return true;
        }
        if self.status(row).is_some() || self.outcome(row).is_some() {
            return false;
        }
        let has = |is: fn(&str) -> bool| self.text(Column::Body, row).is_some_and(is);
        match self.severity(row) {
            None => {
                let is_told = has(wording::tells_failure) || has(wording::is_stack_trace);
                let text = |column| self.text(column, row);
                is_told && role::speaks_for_itself(text(Column::Format), text(Column::Service))
            }
            Some(Severity::INFO) => has(wording::is_stack_trace),
            Some(_) => false,
        }
    }

    /// The row as evidence: its place, its time, its message with secrets masked, its status and
    /// duration.
    pub fn evidence(&self, row: usize) -> Evidence {
        let text = self
            .text(Column::Body, row)
            .or_else(|| self.text(Column::Raw, row));
        Evidence {
            status: self.status(row),
            duration_nanos: self.duration(row),
            ..Evidence::new(
                self.text(Column::Uri, row).unwrap_or_default(),
                u64::from(self.line(row)),
                self.time(row),
                text.unwrap_or_default(),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Record, Stream};
    use crate::tables::{BlockId, Envelope, LogsBuilder, Row};

    const TRACE: &str = "order lost\nTypeError: gone\n    at add (/app/cart.js:41:7)";

    /// Batch of one row with this body and what else is set.
    fn batch(body: &str, set: impl Fn(&mut Row<'_>)) -> RecordBatch {
        let (stream, envelope) = (Stream::default(), Envelope::default());
        let record = Record {
            text: body,
            block: BlockId::default(),
            offset: 0,
            line: 1,
            bytes: 1,
            envelope: &envelope,
            stream: &stream,
        };
        let mut out = LogsBuilder::new(Timestamp(7));
        let mut row = out.row(&record);
        row.text(Column::Body, body);
        set(&mut row);
        row.commit();
        out.finish().expect("a batch")
    }

    /// Whether a row with this body and what else is set tells of a failure.
    fn check(body: &str, set: impl Fn(&mut Row<'_>), expected: bool) {
        let batch = batch(body, set);
        let view = LogsView::new(&batch).expect("a view");
        assert_eq!(view.tells_failure(0), expected, "{body}");
    }

    #[test]
    fn evidence_tells_status_and_duration() {
        let measured = batch("GET /cart", |row| {
            row.status(503).duration(5_003_000_000);
        });
        let evidence = LogsView::new(&measured).expect("a view").evidence(0);
        let told = (evidence.status, evidence.duration_nanos);
        assert_eq!(told, (Some(503), Some(5_003_000_000)));
    }

    #[test]
    fn words_tell_of_a_failure_where_nothing_else_does() {
        let level = |severity: Severity| {
            move |row: &mut Row<'_>| {
                row.severity(severity);
            }
        };
        check("connection refused", |_| {}, true);
        check("connection refused", level(Severity::INFO), false);
        check("order placed", level(Severity::ERROR), true);
        check(TRACE, |_| {}, true);
        check(TRACE, level(Severity::INFO), true);
        check(TRACE, level(Severity::WARN), false);
        let status = |row: &mut Row<'_>| {
            row.status(200);
        };
        check(TRACE, status, false);
        let outcome = |row: &mut Row<'_>| {
            row.outcome(Outcome::Success);
        };
        check("connection refused", outcome, false);
    }

    #[test]
    fn a_statement_that_was_sent_tells_nothing() {
        let format = |format: &'static str| {
            move |row: &mut Row<'_>| {
                row.text(Column::Format, format);
            }
        };
        let statement = "update jobs set state = 'failed'";
        check(statement, format("mysql.general"), false);
        check(statement, format("mysql.error"), true);
        check("/orders timed out", format("nginx.access"), false);
    }
}
