//! Decodes blocks to batches, on a thread of its own or on that which reads.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{BooleanArray, RecordBatch};
use nepho_codec::detect::{Counts, Decoding};
use nepho_core::format::Stream;
use nepho_core::role::is_call;
use nepho_core::tables::{Column, LogsBuilder, LogsView};
use nepho_core::{Error, ErrorKind, Result};

use super::{Arrival, Decoded, Job, Settings, TimeRange};
use crate::input::{InputSummary, LeftOut};

/// Decodes blocks until there are no more, or the other side is gone.
pub(super) fn work(
    settings: &Settings,
    jobs: &Mutex<Receiver<Job>>,
    arrivals: &SyncSender<(u64, Arrival)>,
) {
    let mut worker = Worker::new(settings);
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else {
            return;
        };
        if arrivals.send(worker.arrival(job)).is_err() {
            return;
        }
    }
}

/// Decodes blocks, of which those of one file mostly follow each other.
pub(super) struct Worker<'a> {
    settings: &'a Settings,
    /// The file that was decoded last, how, and what its rows are collected in.
    held: Option<Held>,
}

/// A file that is being decoded.
struct Held {
    file: usize,
    decoding: Decoding,
    rows: LogsBuilder,
}

impl<'a> Worker<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            held: None,
        }
    }

    /// Decodes blocks; gives what the caller gets in their place.
    pub(super) fn arrival(&mut self, job: Job) -> (u64, Arrival) {
        let sequence = job.sequence;
        let file = job.file;
        let stream = Arc::clone(&job.stream);
        // A decoder that panics must not leave the others waiting for its blocks.
        let decoded = catch_unwind(AssertUnwindSafe(|| {
            decode(job, self.settings, &mut self.held)
        }));
        let decoded = decoded.unwrap_or_else(|_| {
            self.held = None;
            Decoded::failed(file, stream, "a decoder panicked; this is a bug")
        });
        (sequence, Arrival::Rows(Box::new(decoded)))
    }

    /// How many blocks like the last one go into one batch.
    pub(super) fn blocks_of_batch(&self) -> usize {
        let held = self.held.as_ref();
        held.map_or(1, |held| held.decoding.blocks_of_batch())
    }
}

impl Decoded {
    /// What blocks give that could not be decoded.
    fn failed(file: usize, stream: Arc<Stream>, message: &str) -> Self {
        Self {
            file,
            stream,
            batch: Err(Error::new(ErrorKind::Internal, "pipeline: decode", message)),
            before: None,
            encoded: None,
            rejects: Vec::new(),
            summary: InputSummary::default(),
        }
    }
}

fn decode(job: Job, settings: &Settings, held: &mut Option<Held>) -> Decoded {
    let file = job.file;
    let repaired = job.blocks.iter().filter(|block| block.repaired).count() as u64;
    let mut decoded = Decoded::failed(file, Arc::clone(&job.stream), "no batch was made");
    if held.as_ref().is_none_or(|held| held.file != file) {
        let forced = settings.forced.as_deref();
        match Decoding::new(
            Arc::clone(&settings.formats),
            Arc::clone(&job.stream),
            forced,
        ) {
            Ok(decoding) => {
                let observed = job.stream.modified.unwrap_or(settings.now);
                *held = Some(Held {
                    file,
                    decoding,
                    rows: LogsBuilder::new(observed),
                });
            }
            Err(error) => {
                decoded.batch = Err(error);
                return decoded;
            }
        }
    }
    let Some(Held { decoding, rows, .. }) = held else {
        return decoded;
    };
    for block in job.blocks {
        decoding.block(block, rows);
    }
    let counts = decoding.take_counts();
    decoded.rejects = rows.take_rejects();
    decoded.summary.repaired_blocks = repaired;
    decoded.summary.untimed_rows = rows.untimed();
    let left_out = &mut decoded.summary.left_out;
    let batch = rows.take();
    let batch = batch.and_then(|batch| within(batch, settings.range, left_out));
    decoded.batch = batch.and_then(|(batch, before)| {
        decoded.before = before;
        summarize(&mut decoded.summary, &batch, &counts)?;
        Ok(batch)
    });
    if let (Some(encoder), Ok(batch)) = (&settings.encoder, &decoded.batch) {
        decoded.encoded = Some(encoder(batch, &decoded.stream));
    }
    decoded
}

/// Rows of the batch that lie within the range of times, and calls that were made shortly before;
/// all that lie outside are counted.
fn within(
    batch: RecordBatch,
    range: TimeRange,
    left_out: &mut LeftOut,
) -> Result<(RecordBatch, Option<RecordBatch>)> {
    if range.is_everything() {
        return Ok((batch, None));
    }
    let view = LogsView::new(&batch)?;
    let before: BooleanArray = (0..view.len())
        .map(|row| {
            let time = view.time(row);
            let is_before = time.is_some_and(|time| range.is_shortly_before(time));
            let of = |column| view.text(column, row);
            Some(is_before && is_call(of(Column::Format), of(Column::Service)))
        })
        .collect();
    let keep: BooleanArray = (0..view.len())
        .map(|row| {
            let outside = view.time(row).filter(|time| !range.contains(*time));
            if outside.is_some() {
                left_out.add(LeftOut {
                    rows: 1,
                    first: outside,
                    last: outside,
                });
            }
            Some(outside.is_none())
        })
        .collect();
    let some = |mask: &BooleanArray| {
        arrow_select::filter::filter_record_batch(&batch, mask).map_err(|error| {
            Error::new(
                ErrorKind::Internal,
                "pipeline: filter by time",
                error.to_string(),
            )
        })
    };
    let calls = (before.true_count() > 0)
        .then(|| some(&before))
        .transpose()?;
    Ok((some(&keep)?, calls))
}

/// Adds what the rows of some blocks tell of their file.
fn summarize(summary: &mut InputSummary, batch: &RecordBatch, counts: &Counts) -> Result<()> {
    let view = LogsView::new(batch)?;
    for (wrapping, records) in &counts.wrappings {
        *summary.wrappings.entry((*wrapping).to_owned()).or_default() += records;
    }
    summary.rows += view.len() as u64;
    summary.rejects += counts.rejects;
    summary.structure += counts.structure;
    count_runs(&view, Column::Provider, &mut summary.providers);
    count_runs(&view, Column::Format, &mut summary.formats);
    for time in (0..view.len()).filter_map(|row| view.time(row)) {
        summary.see(time);
    }
    Ok(())
}

/// Counts the rows by the value of a text column; neighbors mostly have the same, or one of two in
/// turns.
fn count_runs(view: &LogsView<'_>, column: Column, counts: &mut BTreeMap<String, u64>) {
    let mut run: Option<(&str, u64)> = None;
    let mut close = |run: Option<(&str, u64)>| {
        let Some((value, count)) = run else { return };
        match counts.get_mut(value) {
            Some(held) => *held += count,
            None => _ = counts.insert(value.to_owned(), count),
        }
    };
    for row in 0..view.len() {
        let value = view.text(column, row);
        match (&mut run, value) {
            (Some((held, count)), Some(value)) if *held == value => *count += 1,
            _ => close(std::mem::replace(&mut run, value.map(|value| (value, 1)))),
        }
    }
    close(run);
}
