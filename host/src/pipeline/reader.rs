//! The reading thread: opens files one after the other, undoes compression, cuts blocks, and
//! decodes those that the decoding threads have no room for.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError};

use nepho_codec::frame::{Block, Framer, Piece};
use nepho_core::format::Stream;
use nepho_core::tables::Reject;

use super::worker::Worker;
use super::{Arrival, Job, Settings};
use crate::clusters::cluster_of;
use crate::containers::{Leaf, Member, Visit};
use crate::feeds::{Followed, LogFile};
use crate::service_names::service_of;
use crate::zone::zone_of;

/// What is known of a file when it was read to its end.
pub(super) struct FileEnd {
    pub(super) bytes: u64,
    pub(super) compression: Vec<&'static str>,
}

/// Sends the blocks of all files on to `jobs`, if there are decoding threads, and decodes those
/// that are too many for them; ends early when the other side is gone.
pub(super) fn read(
    files: Vec<LogFile>,
    settings: &Settings,
    tickets: &Receiver<()>,
    jobs: Option<&SyncSender<Job>>,
    arrivals: &SyncSender<(u64, Arrival)>,
) {
    let mut out = Sending {
        sequence: 0,
        settings,
        tickets,
        jobs,
        arrivals,
        worker: Worker::new(settings),
        blocks: Vec::new(),
    };
    let mut number = 0;
    for file in files {
        let count = file.summaries().len();
        if out.file(number, file).is_none() {
            return;
        }
        number += count;
    }
}

struct Sending<'a> {
    sequence: u64,
    settings: &'a Settings,
    tickets: &'a Receiver<()>,
    jobs: Option<&'a SyncSender<Job>>,
    arrivals: &'a SyncSender<(u64, Arrival)>,
    worker: Worker<'a>,
    /// Blocks of one stream that become one batch, and are not sent yet.
    blocks: Vec<Block>,
}

/// Reads the streams of a file that are logs.
struct Reading<'a, 's> {
    out: &'a mut Sending<'s>,
    /// Number of the file.
    number: usize,
    /// Number of the first of its logs.
    first: usize,
    /// Places of its logs among all streams.
    ordinals: Vec<usize>,
    streams: usize,
    followed: Followed,
    is_gone: bool,
}

impl Visit for Reading<'_, '_> {
    fn leaf(&mut self, member: &Member, leaf: Leaf<'_>) -> ControlFlow<()> {
        let ordinal = self.streams;
        self.streams += 1;
        match self.ordinals.binary_search(&ordinal) {
            Ok(place) => {
                let followed = std::mem::take(&mut self.followed);
                let number = self.first + place;
                let sent = self.out.stream(number, member, leaf, followed);
                self.go_on(sent)
            }
            // A document that was read before.
            Err(_) => ControlFlow::Continue(()),
        }
    }

    fn skipped(&mut self, _uri: String, _reason: String) {}

    fn broken(&mut self, uri: &str, reason: String) -> ControlFlow<()> {
        let sent = self.out.reject(self.number, reject(uri, 0, 0, reason));
        self.go_on(sent)
    }
}

impl Reading<'_, '_> {
    fn go_on(&mut self, sent: Option<()>) -> ControlFlow<()> {
        self.is_gone |= sent.is_none();
        match sent {
            Some(()) => ControlFlow::Continue(()),
            None => ControlFlow::Break(()),
        }
    }
}

impl Sending<'_> {
    /// Reads one file; `None` when the other side is gone.
    fn file(&mut self, number: usize, file: LogFile) -> Option<()> {
        let settings = self.settings;
        let mut reading = Reading {
            number,
            first: number + usize::from(file.is_archive()),
            ordinals: file.ordinals(),
            streams: 0,
            followed: file.followed(),
            is_gone: false,
            out: self,
        };
        let progress = &settings.progress;
        let _ = file.walk(progress, &mut reading);
        (!reading.is_gone).then_some(())
    }

    /// Reads one stream; `None` when the other side is gone.
    fn stream(
        &mut self,
        number: usize,
        member: &Member,
        leaf: Leaf<'_>,
        followed: Followed,
    ) -> Option<()> {
        let uri = &member.uri;
        let framer = Framer::buffered(leaf.stream);
        let mut framer = match &followed.place {
            Some(place) => framer.resumed(place),
            None => framer,
        };
        let stream = Arc::new(Stream {
            uri: uri.clone(),
            modified: member.modified,
            near: nepho_codec::time::day_of_name(uri)
                .or(member.modified)
                .or(Some(self.settings.now)),
            zone_seconds: zone_of(&self.settings.zones, uri),
            cluster: cluster_of(&self.settings.clusters, uri).map(str::to_owned),
            service: service_of(&self.settings.services, uri).map(str::to_owned),
            header: framer.header(),
            date_order: framer.date_order(),
            ..Stream::default()
        });
        // How many blocks go into one batch; known once the first of several is decoded.
        let mut together = None;
        while let Some(piece) = framer.next() {
            match piece {
                Piece::Block(block) => {
                    if together.is_none() && !self.blocks.is_empty() {
                        let job = self.job(number, &stream)?;
                        self.decode(job)?;
                        together = Some(self.worker.blocks_of_batch());
                    }
                    self.blocks.push(block);
                    if together.is_some_and(|together| self.blocks.len() >= together) {
                        self.flush(number, &stream)?;
                    }
                }
                Piece::Skipped(skipped) => {
                    self.flush(number, &stream)?;
                    let reason = named(uri, skipped.reason);
                    let mut reject = reject(uri, skipped.range.start, skipped.range.end, reason);
                    reject.line = u64::from(skipped.line);
                    self.reject(number, reject)?;
                }
            }
        }
        self.flush(number, &stream)?;
        for note in leaf.notes.take() {
            let reject = reject(uri, note.range.start, note.range.end, note.reason);
            self.reject(number, reject)?;
        }
        let bytes = framer.position();
        if let Some(error) = framer.take_error() {
            let told = error.to_string();
            let reason = match told.contains("checksum") {
                true => format!("the checksum is wrong, so what was read may be wrong: {told}"),
                false => format!("the file cannot be read beyond this point: {told}"),
            };
            self.reject(number, reject(uri, bytes, bytes, reason))?;
        } else if let Some(mark) = followed.mark {
            // Of what had to be made into text, positions are not those in the file.
            let is_as_stored = leaf.layers.is_empty();
            mark.set(framer.place().filter(|_| is_as_stored));
        }
        self.send(Arrival::End(
            number,
            FileEnd {
                bytes,
                compression: leaf.layers,
            },
        ))
    }

    /// Sends the blocks that were collected, or decodes them; `None` when the other side is gone.
    fn flush(&mut self, file: usize, stream: &Arc<Stream>) -> Option<()> {
        if self.blocks.is_empty() {
            return Some(());
        }
        let job = self.job(file, stream)?;
        let Some(jobs) = self.jobs else {
            return self.decode(job);
        };
        match jobs.try_send(job) {
            Ok(()) => Some(()),
            Err(TrySendError::Disconnected(_)) => None,
            Err(TrySendError::Full(job)) => self.decode(job),
        }
    }

    /// The blocks that were collected, as soon as there is room for them.
    fn job(&mut self, file: usize, stream: &Arc<Stream>) -> Option<Job> {
        self.tickets.recv().ok()?;
        let sequence = self.sequence;
        self.sequence += 1;
        Some(Job {
            sequence,
            file,
            stream: Arc::clone(stream),
            blocks: std::mem::take(&mut self.blocks),
        })
    }

    fn decode(&mut self, job: Job) -> Option<()> {
        self.arrivals.send(self.worker.arrival(job)).ok()
    }

    fn reject(&mut self, file: usize, reject: Reject) -> Option<()> {
        self.send(Arrival::Reject(file, reject))
    }

    fn send(&mut self, arrival: Arrival) -> Option<()> {
        self.tickets.recv().ok()?;
        let sequence = self.sequence;
        self.sequence += 1;
        self.arrivals.send((sequence, arrival)).ok()
    }
}

fn reject(uri: &str, start: u64, end: u64, reason: String) -> Reject {
    Reject {
        uri: uri.to_owned(),
        start,
        end,
        line: 0,
        reason,
    }
}

/// Why a piece is no text; a file whose name ends in `.br` is one of brotli, which begins with
/// nothing that it could be told by (RFC 7932).
fn named(uri: &str, reason: String) -> String {
    match uri.ends_with(".br") && reason.starts_with("not text") {
        true => format!("{reason}, by its name brotli compressed (unpack it first)"),
        false => reason,
    }
}

/// Counts what passes through it.
pub(crate) struct Counted<R> {
    pub(crate) inner: R,
    pub(crate) progress: Arc<super::Progress>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.inner.consume(count);
        self.count(count);
    }
}

impl<R> Counted<R> {
    fn count(&self, bytes: usize) {
        let bytes = bytes as u64;
        self.progress.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}
