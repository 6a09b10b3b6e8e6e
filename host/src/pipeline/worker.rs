//! Decodes blocks to batches, on a thread of its own or on that which reads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{BooleanArray, RecordBatch};
use nepho_codec::detect::Decoding;
use nepho_core::format::Stream;
use nepho_core::tables::{LogsBuilder, LogsView};
use nepho_core::{Error, ErrorKind, Result};

use super::{Arrival, Decoded, Job, Settings, TimeRange};

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
    /// The file that was decoded last, and how.
    held: Option<(usize, Decoding)>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            held: None,
        }
    }

    /// Decodes a block; gives what the caller gets in its place.
    pub(super) fn arrival(&mut self, job: Job) -> (u64, Arrival) {
        let sequence = job.sequence;
        let file = job.file;
        let stream = Arc::clone(&job.stream);
        // A decoder that panics must not leave the others waiting for its block.
        let decoded = catch_unwind(AssertUnwindSafe(|| {
            decode(job, self.settings, &mut self.held)
        }));
        let decoded = decoded.unwrap_or_else(|_| {
            self.held = None;
            Decoded::failed(file, stream, "a decoder panicked; this is a bug")
        });
        (sequence, Arrival::Rows(Box::new(decoded)))
    }
}

impl Decoded {
    /// What a block gives that could not be decoded.
    fn failed(file: usize, stream: Arc<Stream>, message: &str) -> Self {
        Self {
            file,
            stream,
            batch: Err(Error::new(ErrorKind::Internal, "pipeline: decode", message)),
            encoded: None,
            rejects: Vec::new(),
            counts: Default::default(),
            repaired: false,
            untimed: 0,
        }
    }
}

fn decode(job: Job, settings: &Settings, held: &mut Option<(usize, Decoding)>) -> Decoded {
    let file = job.file;
    let repaired = job.block.repaired;
    let mut decoded = Decoded::failed(file, Arc::clone(&job.stream), "no batch was made");
    decoded.repaired = repaired;
    if held.as_ref().is_none_or(|(number, _)| *number != file) {
        let forced = settings.forced.as_deref();
        match Decoding::new(
            Arc::clone(&settings.formats),
            Arc::clone(&job.stream),
            forced,
        ) {
            Ok(decoding) => *held = Some((file, decoding)),
            Err(error) => {
                decoded.batch = Err(error);
                return decoded;
            }
        }
    }
    let Some((_, decoding)) = held else {
        return decoded;
    };
    let mut out = LogsBuilder::new(job.stream.modified.unwrap_or(settings.now));
    decoding.block(job.block, &mut out);
    decoded.counts = decoding.take_counts();
    decoded.rejects = out.take_rejects();
    decoded.untimed = out.untimed();
    decoded.batch = out.finish().and_then(|batch| within(batch, settings.range));
    if let (Some(encoder), Ok(batch)) = (&settings.encoder, &decoded.batch) {
        decoded.encoded = Some(encoder(batch, &decoded.stream));
    }
    decoded
}

/// Rows of the batch that lie within the range of times.
fn within(batch: RecordBatch, range: TimeRange) -> Result<RecordBatch> {
    if range.is_everything() {
        return Ok(batch);
    }
    let view = LogsView::new(&batch)?;
    let keep: BooleanArray = (0..view.len())
        .map(|row| Some(!view.is_timed(row) || range.contains(view.time(row))))
        .collect();
    arrow_select::filter::filter_record_batch(&batch, &keep).map_err(|error| {
        Error::new(
            ErrorKind::Internal,
            "pipeline: filter by time",
            error.to_string(),
        )
    })
}
