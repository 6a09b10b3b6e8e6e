//! Tells documents of infrastructure tools from log files, and reads them.

mod document;
#[cfg(all(test, feature = "live", feature = "iac"))]
mod live;
mod replay;
mod utf16;
mod utf8;

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use nepho_codec::decompress::read_held;
use nepho_codec::encoding::{self, Encoding};
use nepho_codec::frame::Place;
use nepho_core::feed::{ChangeFeed, FeedSink, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::registry::{Make, components};
use nepho_core::source::{Partition, Position, Reader, Source};
use nepho_core::{Error, ErrorKind, Result};

use crate::containers::{self, Leaf, Member, STREAM_BYTES, Seekable, Stored, Visit, Walk};
use crate::input::{InputSummary, SkippedInput};
use crate::mark::{Mark, Noting, SharedMark};
use crate::names::file_path;
use crate::pipeline::Progress;
use crate::pipeline::reader::Counted;
use crate::places;
use document::Found;
use replay::{Replay, Rewound};
use utf16::Utf16;

/// Bytes by which a document is recognised.
const HEAD_BYTES: usize = 64 << 10;

/// A stream of bytes that was opened.
type Bytes = containers::Bytes<'static>;

/// A file that holds logs, itself or in members. It is opened when its turn comes, but a pipe,
/// which can be opened only once.
pub(crate) struct LogFile {
    partition: Partition,
    source: Arc<dyn Source>,
    kept: Kept,
    /// Of an archive, the members that are logs.
    members: Option<Vec<LogMember>>,
    followed: Followed,
}

/// Of a file that is followed.
#[derive(Clone, Default)]
pub(crate) struct Followed {
    /// Where its new records begin; `None` for the beginning of the file.
    pub(crate) place: Option<Place>,
    /// How far it is read.
    pub(crate) mark: Option<SharedMark>,
}

/// What was kept of a file that was looked at.
enum Kept {
    /// Nothing: it can be opened again.
    Nothing,
    /// The stream, with what was taken from it in front.
    Stream(Bytes),
    /// All of it.
    Whole(Seekable),
}

/// A member of an archive that is a log.
struct LogMember {
    /// Its place among the streams of the archive.
    ordinal: usize,
    summary: InputSummary,
}

impl LogFile {
    /// Has only what is new in the file read, if it begins with what was read `before`; gives how
    /// far it will have been read.
    pub(crate) fn follow(&mut self, before: Option<&Mark>) -> SharedMark {
        let open = |from: u64| open_at(&self.source, &self.partition, from).ok();
        let known = before.filter(|_| !self.is_archive());
        let known = known.and_then(|mark| Some((mark, mark.place_in(open)?.clone())));
        let mark = match &known {
            Some((mark, place)) => SharedMark::new(mark.before(place)),
            None => SharedMark::default(),
        };
        self.followed = Followed {
            place: known.map(|(_, place)| place),
            mark: Some(mark.clone()),
        };
        mark
    }

    /// What is known of a file that is followed.
    pub(crate) fn followed(&self) -> Followed {
        self.followed.clone()
    }

    /// Shows the streams of the file to `visit`.
    pub(crate) fn walk(self, progress: &Arc<Progress>, visit: &mut dyn Visit) -> ControlFlow<()> {
        let file = member_of(&self.partition);
        let before = progress.bytes.load(Ordering::Relaxed);
        let (stream, seekable) = match self.kept {
            Kept::Nothing => {
                let from = self.followed.place.as_ref().map_or(0, Place::offset);
                match open_at(&self.source, &self.partition, from) {
                    Ok(stream) if from > 0 => (stream, None),
                    Ok(stream) => (stream, Seekable::open(&file_path(&file.uri)).ok()),
                    Err(error) => return visit.broken(&file.uri, error.to_string()),
                }
            }
            Kept::Stream(stream) => (stream, None),
            Kept::Whole(bytes) => (bytes.stream(), Some(bytes)),
        };
        let stream = match self.followed.mark {
            Some(mark) => Box::new(Noting {
                inner: stream,
                mark,
            }),
            None => stream,
        };
        let counted = Counted {
            inner: stream,
            progress: Arc::clone(progress),
        };
        let stored = Stored {
            stream: Box::new(counted),
            seekable,
        };
        let size = file.size.unwrap_or(0);
        let flow = Walk::new(visit, size, true).file(&file, stored);
        // What is read from several places is counted when all of it was read.
        let counted = progress
            .bytes
            .load(Ordering::Relaxed)
            .saturating_sub(before);
        progress
            .bytes
            .fetch_add(size.saturating_sub(counted), Ordering::Relaxed);
        flow
    }

    /// Whether it has members.
    pub(crate) fn is_archive(&self) -> bool {
        self.members.is_some()
    }

    /// What is known before it is read: of the file, and behind it of each member that is a log.
    pub(crate) fn summaries(&self) -> Vec<InputSummary> {
        let mut summaries = vec![summary_of(&member_of(&self.partition))];
        let members = self.members.iter().flatten();
        summaries.extend(members.map(|member| member.summary.clone()));
        summaries
    }

    /// Places of the streams that are logs among all of the file, in order.
    pub(crate) fn ordinals(&self) -> Vec<usize> {
        match &self.members {
            Some(members) => members.iter().map(|member| member.ordinal).collect(),
            None => vec![0],
        }
    }
}

fn member_of(partition: &Partition) -> Member {
    Member {
        uri: partition.id.0.clone(),
        size: partition.size,
        modified: partition.modified,
    }
}

fn summary_of(member: &Member) -> InputSummary {
    InputSummary {
        uri: member.uri.clone(),
        stored_bytes: member.size.unwrap_or(0),
        ..InputSummary::default()
    }
}

/// What a file is.
pub(crate) enum Sorted {
    Log(LogFile),
    /// A document of an infrastructure tool, which was read.
    Feed(Box<InputSummary>),
    /// A file, or a document in it, that could not be read to its end now, and why.
    Unreadable(SkippedInput),
    /// What is not read the next time either: a member of an archive that was passed over, a
    /// document that is too large.
    Skipped(SkippedInput),
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

    /// Finds out what a file holds, and reads it, or members of it, if they are documents of an
    /// infrastructure tool: what they tell is given to `sink`.
    pub(crate) fn sort(
        &self,
        source: &Arc<dyn Source>,
        partition: Partition,
        progress: &Arc<Progress>,
        sink: &mut dyn FeedSink,
    ) -> Vec<Sorted> {
        let file = member_of(&partition);
        let opened = open(source, &partition).map_err(|error| why_closed(&error, &file.uri));
        let Looked {
            stored,
            kept,
            second,
        } = match opened.and_then(|stream| keep(&file.uri, stream)) {
            Ok(looked) => looked,
            Err(reason) => {
                let uri = file.uri;
                return vec![Sorted::Unreadable(SkippedInput::unread(uri, reason))];
            }
        };
        let mut sorter = Sorter {
            feeds: self,
            sink,
            second,
            streams: 0,
            members: Vec::new(),
            sorted: Vec::new(),
            broken: None,
        };
        let mut walk = Walk::new(&mut sorter, file.size.unwrap_or(0), false);
        let _ = walk.file(&file, stored);
        let is_archive = walk.is_archive();
        let Sorter {
            streams,
            members,
            mut sorted,
            broken,
            ..
        } = sorter;
        let more = streams.saturating_sub(1) as u64;
        progress.total_files.fetch_add(more, Ordering::Relaxed);
        // What is broken in an archive is told when it is read.
        let is_log = !members.is_empty() || (is_archive && broken.is_some());
        if is_log {
            sorted.push(Sorted::Log(LogFile {
                partition,
                source: Arc::clone(source),
                kept: kept(),
                members: is_archive.then_some(members),
                followed: Followed::default(),
            }));
        } else if let Some(reason) = broken {
            let uri = file.uri;
            sorted.push(Sorted::Unreadable(SkippedInput::unread(uri, reason)));
        } else {
            let size = partition.size.unwrap_or(0);
            progress.bytes.fetch_add(size, Ordering::Relaxed);
        }
        let feeds = sorted
            .iter()
            .filter(|found| matches!(found, Sorted::Feed(_)));
        let feeds = feeds.count() as u64;
        progress.files.fetch_add(feeds, Ordering::Relaxed);
        sorted
    }

    fn recognise(&self, uri: &str, head: &str) -> Option<(&'static str, &dyn ChangeFeed)> {
        let name = uri.rsplit(['/', '\\']).next().unwrap_or(uri);
        let keys = HeadKeys::of(head);
        let mut best: Option<(Confidence, &'static str, &dyn ChangeFeed)> = None;
        for (feed_name, feed) in &self.feeds {
            if keys.as_ref().is_some_and(|keys| !feed.may_fit(name, keys)) {
                continue;
            }
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

/// A file to look at.
struct Looked {
    stored: Stored<'static>,
    /// What is kept of it when that was done.
    kept: Box<dyn FnOnce() -> Kept>,
    /// What has its stream kept meanwhile.
    second: Option<Rewound>,
}

impl Looked {
    fn of(
        stream: Bytes,
        seekable: Option<Seekable>,
        kept: impl FnOnce() -> Kept + 'static,
    ) -> Self {
        Self {
            stored: Stored { stream, seekable },
            kept: Box::new(kept),
            second: None,
        }
    }
}

/// A file can be opened again. A pipe gives its bytes only once, under whatever name: what is taken
/// from it to look at is kept, and all of it if it must be read from several places.
fn keep(uri: &str, stream: Bytes) -> std::result::Result<Looked, String> {
    let path = file_path(uri);
    if std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
        let seekable = Seekable::open(&path).ok();
        return Ok(Looked::of(stream, seekable, || Kept::Nothing));
    }
    let in_words = |error: io::Error| {
        Error::new(
            ErrorKind::InvalidData,
            format!("read `{uri}`"),
            error.to_string(),
        )
        .to_string()
    };
    let (first, second) = Replay::split(stream);
    let is_container =
        containers::is_container(Box::new(BufReader::with_capacity(STREAM_BYTES, first)))
            .map_err(in_words)?;
    let stream = second.rewind();
    if is_container {
        let bytes = Seekable::keep(stream).map_err(in_words)?;
        let (stream, seekable) = (bytes.stream(), Some(bytes.clone()));
        return Ok(Looked::of(stream, seekable, || Kept::Whole(bytes)));
    }
    // Objects are asked for again when their turn comes.
    if places::is_address(uri) {
        return Ok(Looked::of(Box::new(stream), None, || Kept::Nothing));
    }
    let (first, second) = Replay::split(Box::new(stream));
    let again = second.clone();
    let kept = || Kept::Stream(Box::new(again.rewind()));
    Ok(Looked {
        second: Some(second),
        ..Looked::of(
            Box::new(BufReader::with_capacity(STREAM_BYTES, first)),
            None,
            kept,
        )
    })
}

/// Finds out what the streams of a file are.
struct Sorter<'a> {
    feeds: &'a Feeds,
    sink: &'a mut dyn FeedSink,
    /// What has the stream of a pipe kept, which is one text.
    second: Option<Rewound>,
    streams: usize,
    members: Vec<LogMember>,
    sorted: Vec<Sorted>,
    /// The first thing that cannot be read.
    broken: Option<String>,
}

impl Visit for Sorter<'_> {
    fn leaf(&mut self, member: &Member, mut leaf: Leaf<'_>) -> ControlFlow<()> {
        let ordinal = self.streams;
        self.streams += 1;
        // Text that is made of records is no document.
        let mut head = match leaf.is_made {
            true => Vec::new(),
            false => read_head(&mut leaf.stream),
        };
        if let Encoding::Utf16(is_big_endian) = encoding::detect(&head) {
            let whole = Cursor::new(head).chain(leaf.stream);
            let text = Utf16::new(whole, is_big_endian);
            leaf.stream = Box::new(BufReader::with_capacity(STREAM_BYTES, text));
            head = read_head(&mut leaf.stream);
        }
        let (text, _) = encoding::to_text(&head);
        let text = text.trim_start_matches('\u{feff}');
        let Some((name, feed)) = self.feeds.recognise(&member.uri, text) else {
            self.members.push(LogMember {
                ordinal,
                summary: summary_of(member),
            });
            return ControlFlow::Continue(());
        };
        // A document is read once, and nothing stands beside it in a stream that is no archive.
        if let Some(second) = self.second.as_ref().filter(|_| !member.uri.contains("!/")) {
            second.forget();
        }
        let streams = feed.streams(text);
        let whole = Cursor::new(head).chain(leaf.stream);
        let document = Found {
            name,
            feed,
            member,
            layers: leaf.layers,
        };
        let read = match streams {
            true => document.stream(whole, self.sink),
            false => document.read(whole, self.sink),
        };
        self.sorted.push(match read {
            Ok(summary) => Sorted::Feed(Box::new(summary)),
            Err(error) => {
                let skipped = SkippedInput::unread(&member.uri, error.to_string());
                // One that is too large is so the next time as well.
                match error.kind() {
                    ErrorKind::LimitExceeded => Sorted::Skipped(skipped),
                    _ => Sorted::Unreadable(skipped),
                }
            }
        });
        ControlFlow::Continue(())
    }

    fn skipped(&mut self, uri: String, reason: String) {
        self.sorted
            .push(Sorted::Skipped(SkippedInput::passed_over(uri, reason)));
    }

    fn broken(&mut self, _uri: &str, reason: String) -> ControlFlow<()> {
        self.broken.get_or_insert(reason);
        ControlFlow::Continue(())
    }
}

/// Why a file could not be opened. Its name, which the error of a file has as well, is told beside
/// it.
fn why_closed(error: &Error, uri: &str) -> String {
    let told = error.to_string();
    match told.strip_prefix(&format!("files: open `{uri}`: ")) {
        Some(reason) => format!("it cannot be opened: {reason}"),
        None => told,
    }
}

fn open(source: &Arc<dyn Source>, partition: &Partition) -> Result<Bytes> {
    open_at(source, partition, 0)
}

fn open_at(source: &Arc<dyn Source>, partition: &Partition, from: u64) -> Result<Bytes> {
    let reader = pollster::block_on(source.open(&partition.id, Position(from)))?;
    Ok(Box::new(SourceBytes {
        reader,
        chunk: Vec::new(),
        at: 0,
    }))
}

fn read_head(stream: &mut containers::Bytes<'_>) -> Vec<u8> {
    // An error here comes again when the file is read in earnest, and is told then.
    containers::read_head(stream, HEAD_BYTES).unwrap_or_default()
}

/// The chunks of a source's reader as a stream of bytes.
struct SourceBytes {
    reader: Box<dyn Reader>,
    chunk: Vec<u8>,
    at: usize,
}

impl Read for SourceBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_held(self, buffer)
    }
}

impl BufRead for SourceBytes {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.chunk.len() {
            let next = pollster::block_on(self.reader.next()).map_err(io::Error::other)?;
            self.chunk = next.map_or_else(Vec::new, |chunk| chunk.bytes);
            self.at = 0;
        }
        Ok(self.chunk.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.chunk.len());
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::ErrorKind;

    use super::*;

    #[test]
    fn a_file_that_cannot_be_opened_is_named_once() {
        let error = |operation: &str| {
            let error = Error::new(ErrorKind::PermissionDenied, operation, "denied");
            why_closed(&error, "a.log")
        };
        assert_eq!(error("files: open `a.log`"), "it cannot be opened: denied");
        assert_eq!(error("s3: read `a.log`"), "s3: read `a.log`: denied");
    }
}
