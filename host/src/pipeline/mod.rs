//! The bounded way of log files to batches: one thread reads and cuts, others decode, the caller
//! gets the batches in the order of the input.
//!
//! With one worker, the thread that reads decodes each block as soon as it is cut. With several,
//! the others decode, and the one that reads does so too whenever they have enough to do.
//!
//! Memory does not grow with the input: at most [`IN_FLIGHT`] batches are on their way at any time
//! (three for each thread where there are many), a block is cut at half a megabyte unless a single
//! record is larger, and up to four blocks of few rows become one batch.

pub(crate) mod reader;
mod worker;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use arrow_array::RecordBatch;
use nepho_codec::detect::Formats;
use nepho_codec::frame::Block;
use nepho_core::format::Stream;
use nepho_core::tables::Reject;
use nepho_core::time::NANOS;
use nepho_core::{Error, ErrorKind, Result, Timestamp};

use crate::clusters::ClusterName;
use crate::feeds::LogFile;
use crate::input::InputSummary;
use crate::output::Encoder;
use crate::service_names::ServiceName;
use crate::zone::Zone;

/// Batches between the reader and the caller, about two megabytes each with their blocks; more
/// where there are more than two threads.
const IN_FLIGHT: usize = 5;
/// Batches that wait for a decoding thread; beyond them, the reader decodes as well.
const WAITING_EACH: usize = 2;

/// How long before the range of times a call may have caused what is in it: 2 hours, as long as
/// changes are weighed before a failure.
const BEFORE: i64 = 2 * 3600 * NANOS;

/// Rows of this range of times are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// First time that is kept.
    pub since: Option<Timestamp>,
    /// First time that is not kept any more.
    pub until: Option<Timestamp>,
}

impl TimeRange {
    /// Whether a time is kept.
    pub fn contains(&self, time: Timestamp) -> bool {
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }

    /// Whether a time is shortly before the first that is kept.
    fn is_shortly_before(&self, time: Timestamp) -> bool {
        let start = |since: Timestamp| Timestamp(since.0.saturating_sub(BEFORE));
        self.since
            .is_some_and(|since| time < since && time >= start(since))
    }

    /// Whether every time is kept.
    pub fn is_everything(&self) -> bool {
        self.since.is_none() && self.until.is_none()
    }
}

/// How far a run is; updated while it goes on, for whoever shows progress.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes that were read, as stored.
    pub bytes: AtomicU64,
    /// Bytes that there are to read; 0 where that is not known.
    pub total_bytes: AtomicU64,
    /// Files that were read to the end.
    pub files: AtomicU64,
    /// Files that there are.
    pub total_files: AtomicU64,
    /// Rows so far.
    pub rows: AtomicU64,
}

/// How the pipeline works.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) formats: Arc<Formats>,
    /// The one format to use instead of detection.
    pub(crate) forced: Option<String>,
    /// What makes bytes of the rows; the receiver gets those instead.
    pub(crate) encoder: Option<Arc<Encoder>>,
    pub(crate) range: TimeRange,
    pub(crate) zones: Vec<Zone>,
    pub(crate) clusters: Vec<ClusterName>,
    pub(crate) services: Vec<ServiceName>,
    /// Threads that read and decode.
    pub(crate) workers: usize,
    /// When the run began: when rows were observed whose input does not tell when it was modified.
    pub(crate) now: Timestamp,
    pub(crate) progress: Arc<Progress>,
}

/// Number of decoding threads that this machine can use.
pub fn default_workers() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Blocks on their way to a worker, which become one batch.
struct Job {
    sequence: u64,
    file: usize,
    stream: Arc<Stream>,
    blocks: Vec<Block>,
}

/// What arrives at the caller's side, by sequence.
enum Arrival {
    /// Rows of a block.
    Rows(Box<Decoded>),
    /// Something of a file that is no record, or why its end was not reached.
    Reject(usize, Reject),
    /// A file was read to its end.
    End(usize, reader::FileEnd),
}

/// Decoded blocks.
struct Decoded {
    file: usize,
    stream: Arc<Stream>,
    batch: Result<RecordBatch>,
    /// Calls that were made shortly before the range of times, where there are any.
    before: Option<RecordBatch>,
    /// What the encoder made of the batch, where there is one.
    encoded: Option<Result<Vec<u8>>>,
    rejects: Vec<Reject>,
    /// What the blocks add to the summary of their file.
    summary: InputSummary,
}

/// What the caller does with batches and rejects.
pub(crate) trait Receive {
    /// Takes some rows, and what they were read from.
    fn rows(&mut self, batch: &RecordBatch, stream: &Stream) -> Result<()>;
    /// Takes calls that were made shortly before the range of times.
    fn before(&mut self, _batch: &RecordBatch) -> Result<()> {
        Ok(())
    }
    /// Takes what the encoder made of some rows.
    fn encoded(&mut self, bytes: &[u8]) -> Result<()>;
    /// Takes a piece of input that could not be read.
    fn reject(&mut self, reject: Reject) -> Result<()>;
}

/// Reads all files; gives their summaries in order.
pub(crate) fn run(
    files: Vec<LogFile>,
    settings: &Settings,
    receiver: &mut dyn Receive,
) -> Result<Vec<InputSummary>> {
    let mut summaries = Vec::new();
    let mut archives = Vec::new();
    for file in &files {
        let of_file = file.summaries();
        archives.resize(summaries.len() + of_file.len(), false);
        archives[summaries.len()] = file.is_archive();
        summaries.extend(of_file);
    }
    let others = settings.workers.max(1) - 1;
    let (jobs, job_queue) = sync_channel::<Job>(others * WAITING_EACH);
    // What waits, what is being decoded, one that the reader decodes, and some that wait for it.
    let in_flight = IN_FLIGHT.max(others * (WAITING_EACH + 1) + 2);
    let (arrivals, arrived) = sync_channel::<(u64, Arrival)>(in_flight * 2);
    let (tickets, ticket_queue) = sync_channel::<()>(in_flight);
    for _ in 0..in_flight {
        let _ = tickets.send(());
    }
    let job_queue = Mutex::new(job_queue);
    thread::scope(|scope| {
        let reader_arrivals = arrivals.clone();
        scope.spawn(move || {
            let jobs = (others > 0).then_some(&jobs);
            reader::read(files, settings, &ticket_queue, jobs, &reader_arrivals);
        });
        for _ in 0..others {
            let worker_arrivals = arrivals.clone();
            let job_queue = &job_queue;
            scope.spawn(move || worker::work(settings, job_queue, &worker_arrivals));
        }
        drop(arrivals);
        // On an error the channels are dropped here, which ends the threads.
        receive(arrived, tickets, &mut summaries, settings, receiver)
    })?;
    // Of an archive its members tell; it has something to say itself only if it is broken.
    let told = summaries.into_iter().zip(archives);
    let told = told.filter(|(summary, is_archive)| !is_archive || summary.rejects > 0);
    Ok(told.map(|(summary, _)| summary).collect())
}

/// Hands the arrivals to the receiver in the order of the input.
fn receive(
    arrived: Receiver<(u64, Arrival)>,
    tickets: SyncSender<()>,
    summaries: &mut [InputSummary],
    settings: &Settings,
    receiver: &mut dyn Receive,
) -> Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (sequence, arrival) in arrived {
        waiting.insert(sequence, arrival);
        while let Some(arrival) = waiting.remove(&next) {
            next += 1;
            deliver(arrival, summaries, settings, receiver)?;
            let _ = tickets.try_send(());
        }
    }
    if !waiting.is_empty() {
        return Err(Error::new(
            ErrorKind::Internal,
            "pipeline: read",
            "a decoding thread ended early",
        ));
    }
    Ok(())
}

fn deliver(
    arrival: Arrival,
    summaries: &mut [InputSummary],
    settings: &Settings,
    receiver: &mut dyn Receive,
) -> Result<()> {
    let file = match &arrival {
        Arrival::Rows(decoded) => decoded.file,
        Arrival::Reject(file, _) | Arrival::End(file, _) => *file,
    };
    let Some(summary) = summaries.get_mut(file) else {
        return Ok(());
    };
    match arrival {
        Arrival::Rows(decoded) => {
            let batch = decoded.batch?;
            summary.add(decoded.summary);
            settings
                .progress
                .rows
                .fetch_add(batch.num_rows() as u64, Ordering::Relaxed);
            for reject in decoded.rejects {
                receiver.reject(reject)?;
            }
            if let Some(before) = &decoded.before {
                receiver.before(before)?;
            }
            match decoded.encoded {
                Some(bytes) => receiver.encoded(&bytes?),
                None => receiver.rows(&batch, &decoded.stream),
            }
        }
        Arrival::Reject(_, reject) => {
            summary.rejects += 1;
            receiver.reject(reject)
        }
        Arrival::End(_, end) => {
            summary.bytes = end.bytes;
            summary.compression = end.compression.into_iter().map(str::to_owned).collect();
            settings.progress.files.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    }
}
