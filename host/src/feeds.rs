//! Tells documents of infrastructure tools from log files, and reads them.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use nepho_codec::encoding;
use nepho_codec::frame::Framer;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::registry::{Make, components};
use nepho_core::source::{Partition, Position, Reader, Source};
use nepho_core::{Error, ErrorKind, Result};

use crate::input::InputSummary;
use crate::pipeline::Progress;
use crate::pipeline::reader::Counted;

/// Bytes by which a document is recognised.
const HEAD_BYTES: usize = 64 << 10;
/// A document beyond this is refused: it is held in memory.
const MAX_DOCUMENT_BYTES: u64 = 512 << 20;

/// A stream of bytes that was opened.
type Bytes = Box<dyn Read + Send>;

/// A file that holds logs. It is opened when its turn comes, but standard input, which can be
/// opened only once.
pub(crate) struct LogFile {
    pub(crate) partition: Partition,
    source: Arc<dyn Source>,
    opened: Option<Bytes>,
}

/// An opened log file.
pub(crate) struct OpenFile<R> {
    pub(crate) framer: Framer<R>,
    pub(crate) compression: Vec<&'static str>,
}

impl LogFile {
    /// Opens the file and undoes its compression.
    pub(crate) fn open(self, progress: &Arc<Progress>) -> Result<OpenFile<Bytes>> {
        let uri = self.partition.id.0.clone();
        let stored = match self.opened {
            Some(opened) => opened,
            None => open(&self.source, &self.partition)?,
        };
        let counted = Box::new(Counted {
            inner: stored,
            progress: Arc::clone(progress),
        });
        let (stream, compression) = decompress(counted, &uri)?;
        Ok(OpenFile {
            framer: Framer::new(stream),
            compression,
        })
    }

    /// What is known of the file before it is read.
    pub(crate) fn summary(&self) -> InputSummary {
        InputSummary {
            uri: self.partition.id.0.clone(),
            stored_bytes: self.partition.size.unwrap_or(0),
            ..InputSummary::default()
        }
    }
}

/// A document that was read, with its summary.
pub(crate) struct FeedRead {
    pub(crate) summary: InputSummary,
    pub(crate) output: FeedOutput,
    /// Why nothing of it could be read.
    pub(crate) error: Option<Error>,
}

/// What a file is.
pub(crate) enum Sorted {
    Log(LogFile),
    Feed(Box<FeedRead>),
    Unreadable(Error),
}

/// The feeds that are linked into the program.
pub(crate) struct Feeds {
    feeds: Vec<(&'static str, Box<dyn ChangeFeed>)>,
}

impl Feeds {
    pub(crate) fn linked() -> Self {
        let feeds = components()
            .into_iter()
            .filter_map(|component| match component.make {
                Make::Feed(make) => Some((component.name, make())),
                _ => None,
            });
        Self {
            feeds: feeds.collect(),
        }
    }

    /// No feeds: every file is a log file.
    pub(crate) fn none() -> Self {
        Self { feeds: Vec::new() }
    }

    /// Finds out what a file is, and reads it if it is a document of an infrastructure tool.
    pub(crate) fn sort(
        &self,
        source: &Arc<dyn Source>,
        partition: Partition,
        progress: &Arc<Progress>,
    ) -> Sorted {
        let uri = partition.id.0.clone();
        // A pipe gives its bytes only once, under whatever name.
        let is_reopenable = std::fs::metadata(&uri).is_ok_and(|metadata| metadata.is_file());
        let stored = match open(source, &partition) {
            Ok(stored) => stored,
            Err(error) => return Sorted::Unreadable(error),
        };
        // Standard input is read once, so what was taken from it to look at is put in front again.
        let (stored, replay) = match is_reopenable {
            true => (stored, None),
            false => {
                let (first, second) = Replay::split(stored);
                (Box::new(first) as Bytes, Some(second))
            }
        };
        let (mut stream, compression) = match decompress(stored, &uri) {
            Ok(opened) => opened,
            Err(error) => return Sorted::Unreadable(error),
        };
        let head = read_head(&mut stream);
        let (text, _) = encoding::to_text(&head);
        let Some((name, feed)) = self.recognise(&uri, text.trim_start_matches('\u{feff}')) else {
            drop(stream);
            let opened = replay.map(|replay| Box::new(replay.rewind()) as Bytes);
            return Sorted::Log(LogFile {
                partition,
                source: Arc::clone(source),
                opened,
            });
        };
        let whole = Cursor::new(head).chain(stream);
        let read = read_document(name, feed, whole, &partition, compression);
        progress
            .bytes
            .fetch_add(partition.size.unwrap_or(0), Ordering::Relaxed);
        progress.files.fetch_add(1, Ordering::Relaxed);
        match read {
            Ok(read) => Sorted::Feed(Box::new(read)),
            Err(error) => Sorted::Unreadable(error),
        }
    }

    fn recognise(&self, uri: &str, head: &str) -> Option<(&'static str, &dyn ChangeFeed)> {
        let name = uri.rsplit(['/', '\\']).next().unwrap_or(uri);
        let mut best: Option<(Confidence, &'static str, &dyn ChangeFeed)> = None;
        for (feed_name, feed) in &self.feeds {
            let confidence = feed.sniff(name, head);
            if confidence >= Confidence::LIKELY
                && best.as_ref().is_none_or(|(held, ..)| confidence > *held)
            {
                best = Some((confidence, feed_name, &**feed));
            }
        }
        best.map(|(_, name, feed)| (name, feed))
    }
}

fn read_document(
    name: &'static str,
    feed: &dyn ChangeFeed,
    stream: impl Read,
    partition: &Partition,
    compression: Vec<&'static str>,
) -> Result<FeedRead> {
    let uri = partition.id.0.as_str();
    let mut bytes = Vec::new();
    stream
        .take(MAX_DOCUMENT_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| {
            Error::new(
                ErrorKind::InvalidData,
                format!("read `{uri}`"),
                error.to_string(),
            )
        })?;
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        let message = format!("the document is larger than {MAX_DOCUMENT_BYTES} bytes");
        return Err(Error::new(
            ErrorKind::LimitExceeded,
            format!("read `{uri}`"),
            message,
        ));
    }
    let (text, repaired) = encoding::to_text(&bytes);
    let text = text.trim_start_matches('\u{feff}');
    let document = Document {
        uri,
        text,
        modified: partition.modified,
    };
    let mut output = FeedOutput::default();
    let error = feed.read(&document, &mut output).err();
    let mut summary = InputSummary {
        uri: uri.to_owned(),
        stored_bytes: partition.size.unwrap_or(bytes.len() as u64),
        bytes: bytes.len() as u64,
        compression: compression.into_iter().map(str::to_owned).collect(),
        changes: output.changes.len() as u64,
        resources: output.resources.len() as u64,
        rejects: output.rejects.len() as u64 + u64::from(error.is_some()),
        repaired_blocks: u64::from(repaired),
        is_feed: true,
        ..InputSummary::default()
    };
    summary
        .formats
        .insert(name.to_owned(), summary.changes + summary.resources);
    for time in output.changes.iter().filter_map(|change| change.time) {
        summary.see(time);
    }
    Ok(FeedRead {
        summary,
        output,
        error,
    })
}

fn open(source: &Arc<dyn Source>, partition: &Partition) -> Result<Bytes> {
    let reader = pollster::block_on(source.open(&partition.id, Position(0)))?;
    Ok(Box::new(SourceBytes {
        reader,
        chunk: Vec::new(),
        at: 0,
    }))
}

fn decompress(stored: Bytes, uri: &str) -> Result<(Bytes, Vec<&'static str>)> {
    nepho_codec::decompress::open(stored).map_err(|error| {
        Error::new(
            ErrorKind::InvalidData,
            format!("decompress `{uri}`"),
            error.to_string(),
        )
    })
}

fn read_head(stream: &mut Bytes) -> Vec<u8> {
    let mut head = Vec::new();
    // An error here comes again when the file is read in earnest, and is told then.
    let _ = stream
        .by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head);
    head
}

/// The chunks of a source's reader as a stream of bytes.
struct SourceBytes {
    reader: Box<dyn Reader>,
    chunk: Vec<u8>,
    at: usize,
}

impl Read for SourceBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() {
            match pollster::block_on(self.reader.next()) {
                Ok(Some(chunk)) => {
                    self.chunk = chunk.bytes;
                    self.at = 0;
                }
                Ok(None) => return Ok(0),
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        let count = buffer.len().min(self.chunk.len() - self.at);
        buffer[..count].copy_from_slice(&self.chunk[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// A stream that can be read from its beginning again, as far as it was read.
struct Replay {
    shared: Arc<std::sync::Mutex<(Vec<u8>, Option<Bytes>)>>,
}

/// The second reader of a [`Replay`].
struct Rewound {
    shared: Arc<std::sync::Mutex<(Vec<u8>, Option<Bytes>)>>,
}

impl Replay {
    fn split(stream: Bytes) -> (Self, Rewound) {
        let shared = Arc::new(std::sync::Mutex::new((Vec::new(), Some(stream))));
        (
            Self {
                shared: Arc::clone(&shared),
            },
            Rewound { shared },
        )
    }
}

impl Read for Replay {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut shared = self
            .shared
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let (kept, stream) = &mut *shared;
        let read = match stream {
            Some(stream) => stream.read(buffer)?,
            None => 0,
        };
        // Once it was handed over, the stream is no longer kept.
        kept.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}

impl Rewound {
    fn rewind(self) -> impl Read + Send {
        let mut shared = self
            .shared
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let kept = std::mem::take(&mut shared.0);
        let stream = shared.1.take();
        drop(shared);
        Cursor::new(kept).chain(stream.unwrap_or_else(|| Box::new(io::empty())))
    }
}
