//! The reading thread: opens files one after the other, undoes compression, and cuts blocks.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender};

use nepho_codec::frame::Piece;
use nepho_core::format::Stream;
use nepho_core::tables::Reject;

use super::{Arrival, Job, Settings};
use crate::feeds::LogFile;

/// What is known of a file when it was read to its end.
pub(super) struct FileEnd {
    pub(super) bytes: u64,
    pub(super) compression: Vec<&'static str>,
}

/// Sends the blocks of all files on; ends early when the other side is gone.
pub(super) fn read(
    files: Vec<LogFile>,
    settings: &Settings,
    tickets: &Receiver<()>,
    jobs: &SyncSender<Job>,
    arrivals: &SyncSender<(u64, Arrival)>,
) {
    let mut out = Sending {
        sequence: 0,
        tickets,
        jobs,
        arrivals,
    };
    for (number, file) in files.into_iter().enumerate() {
        if out.file(number, file, settings).is_none() {
            return;
        }
    }
}

struct Sending<'a> {
    sequence: u64,
    tickets: &'a Receiver<()>,
    jobs: &'a SyncSender<Job>,
    arrivals: &'a SyncSender<(u64, Arrival)>,
}

impl Sending<'_> {
    /// Reads one file; `None` when the other side is gone.
    fn file(&mut self, number: usize, file: LogFile, settings: &Settings) -> Option<()> {
        let uri = file.partition.id.0.clone();
        let modified = file.partition.modified;
        let mut open = match file.open(&settings.progress) {
            Ok(open) => open,
            Err(error) => return self.reject(number, reject(&uri, 0, 0, error.to_string())),
        };
        let stream = Arc::new(Stream {
            uri: uri.clone(),
            modified,
            header: open.framer.header(),
            ..Stream::default()
        });
        while let Some(piece) = open.framer.next() {
            match piece {
                Piece::Block(block) => self.block(number, &stream, block)?,
                Piece::Skipped(skipped) => {
                    let mut reject =
                        reject(&uri, skipped.range.start, skipped.range.end, skipped.reason);
                    reject.line = u64::from(skipped.line);
                    self.reject(number, reject)?;
                }
            }
        }
        let bytes = open.framer.position();
        if let Some(error) = open.framer.take_error() {
            let reason = format!("the file cannot be read beyond this point: {error}");
            self.reject(number, reject(&uri, bytes, bytes, reason))?;
        }
        self.send(Arrival::End(
            number,
            FileEnd {
                bytes,
                compression: open.compression,
            },
        ))
    }

    fn block(
        &mut self,
        file: usize,
        stream: &Arc<Stream>,
        block: nepho_codec::frame::Block,
    ) -> Option<()> {
        self.tickets.recv().ok()?;
        let job = Job {
            sequence: self.sequence,
            file,
            stream: Arc::clone(stream),
            block,
        };
        self.sequence += 1;
        self.jobs.send(job).ok()
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

/// Counts what passes through it.
pub(crate) struct Counted<R> {
    pub(crate) inner: R,
    pub(crate) progress: Arc<super::Progress>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.progress
            .bytes
            .fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
