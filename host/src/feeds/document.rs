//! Reads a document of an infrastructure tool: at once, or as a stream.

use std::io::{self, Cursor, Read};

use nepho_codec::encoding;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, FeedSink, Stream};
use nepho_core::tables::Reject;
use nepho_core::{Error, ErrorKind, Result};

use super::utf8::Utf8;
use crate::containers::Member;
use crate::input::InputSummary;

/// A document beyond this is refused: it is held in memory, or what it tells is.
const MAX_DOCUMENT_BYTES: u64 = 512 << 20;

/// Byte order mark of UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A document and the feed that knows it.
pub(super) struct Found<'a> {
    pub(super) name: &'static str,
    pub(super) feed: &'a dyn ChangeFeed,
    pub(super) member: &'a Member,
    /// Compression that was undone.
    pub(super) layers: Vec<&'static str>,
}

impl Found<'_> {
    /// Reads all of it, and then what it tells. An error of the feed is a reject.
    pub(super) fn read(self, stream: impl Read, sink: &mut dyn FeedSink) -> Result<InputSummary> {
        let uri = self.member.uri.as_str();
        let mut bytes = Vec::new();
        stream
            .take(MAX_DOCUMENT_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(uri, &error))?;
        if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
            return Err(too_large(uri));
        }
        let (text, is_repaired) = encoding::to_text(&bytes);
        let document = Document {
            uri,
            text: text.trim_start_matches('\u{feff}'),
            modified: self.member.modified,
        };
        let mut told = FeedOutput::default();
        if let Err(error) = self.feed.read(&document, &mut told) {
            told.rejects.insert(0, reject(uri, &error));
        }
        let mut counting = Counting::new(sink);
        counting.take(told)?;
        let summary = counting.summary;
        Ok(self.summary(summary, bytes.len() as u64, is_repaired))
    }

    /// Reads it from front to back, and gives what it tells to `sink` on the way.
    pub(super) fn stream(
        self,
        mut stream: impl Read,
        sink: &mut dyn FeedSink,
    ) -> Result<InputSummary> {
        let uri = self.member.uri.as_str();
        let marks = skip_marks(&mut stream).map_err(|error| unreadable(uri, &error))?;
        let mut text = Utf8::new(
            Cursor::new(marks)
                .chain(stream)
                .take(MAX_DOCUMENT_BYTES + 1),
        );
        let mut counting = Counting::new(sink);
        let told = self.feed.read_stream(
            Stream {
                uri,
                bytes: &mut text,
                modified: self.member.modified,
            },
            &mut counting,
        );
        if text.count > MAX_DOCUMENT_BYTES {
            return Err(too_large(uri));
        }
        if let Some(error) = &text.failure {
            return Err(unreadable(uri, error));
        }
        if let Err(error) = told {
            counting.take(FeedOutput {
                rejects: vec![reject(uri, &error)],
                ..FeedOutput::default()
            })?;
        }
        let summary = counting.summary;
        Ok(self.summary(summary, text.count, text.is_repaired))
    }

    fn summary(self, told: InputSummary, bytes: u64, is_repaired: bool) -> InputSummary {
        let mut summary = InputSummary {
            uri: self.member.uri.clone(),
            stored_bytes: self.member.size.unwrap_or(bytes),
            bytes,
            compression: self.layers.into_iter().map(str::to_owned).collect(),
            repaired_blocks: u64::from(is_repaired),
            is_feed: true,
            ..told
        };
        let rows = summary.changes + summary.resources;
        summary.formats.insert(self.name.to_owned(), rows);
        summary
    }
}

/// Counts what goes to a sink.
struct Counting<'a> {
    sink: &'a mut dyn FeedSink,
    summary: InputSummary,
}

impl<'a> Counting<'a> {
    fn new(sink: &'a mut dyn FeedSink) -> Self {
        let summary = InputSummary::default();
        Self { sink, summary }
    }
}

impl FeedSink for Counting<'_> {
    fn take(&mut self, told: FeedOutput) -> Result<()> {
        self.summary.changes += told.changes.len() as u64;
        self.summary.resources += told.resources.len() as u64;
        self.summary.rejects += told.rejects.len() as u64;
        for time in told.changes.iter().filter_map(|change| change.time) {
            self.summary.see(time);
        }
        self.sink.take(told)
    }

    fn wants_snapshots(&self) -> bool {
        self.sink.wants_snapshots()
    }
}

/// Bytes that were read behind the byte order marks at the beginning.
fn skip_marks(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    loop {
        let mut first = Vec::new();
        stream.take(MARK.len() as u64).read_to_end(&mut first)?;
        if first != MARK {
            return Ok(first);
        }
    }
}

fn unreadable(uri: &str, error: &io::Error) -> Error {
    let operation = format!("read `{uri}`");
    Error::new(ErrorKind::InvalidData, operation, error.to_string())
}

fn too_large(uri: &str) -> Error {
    let most = MAX_DOCUMENT_BYTES >> 20;
    let message = format!(
        "the document is larger than {most} MiB; split it, or give the state and not the plan"
    );
    Error::new(ErrorKind::LimitExceeded, format!("read `{uri}`"), message)
}

/// A document of which nothing could be read, as a reject.
fn reject(uri: &str, error: &Error) -> Reject {
    let origin = error.origin();
    let bytes = origin.and_then(|origin| origin.bytes);
    Reject {
        uri: uri.to_owned(),
        start: bytes.map_or(0, |(start, _)| start),
        end: bytes.map_or(0, |(_, end)| end),
        line: origin.and_then(|origin| origin.line).unwrap_or(0),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::format::Confidence;

    use super::*;

    /// A feed that tells of an error no more than its kind.
    struct Streamed;

    impl ChangeFeed for Streamed {
        fn sniff(&self, _name: &str, _head: &str) -> Confidence {
            Confidence::NO
        }

        fn read(&self, _document: &Document<'_>, _out: &mut FeedOutput) -> Result<()> {
            Ok(())
        }

        fn read_stream(&self, stream: Stream<'_>, _out: &mut dyn FeedSink) -> Result<()> {
            let read = stream.bytes.read_to_end(&mut Vec::new());
            let in_words = |error: io::Error| {
                Error::new(ErrorKind::InvalidData, "read", error.kind().to_string())
            };
            read.map(|_| ()).map_err(in_words)
        }
    }

    /// Gives some bytes and then an error.
    struct Breaks<'a>(&'a [u8]);

    impl Read for Breaks<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the object was replaced")),
                count => Ok(count),
            }
        }
    }

    #[test]
    fn a_stream_that_breaks_is_told_with_its_cause() {
        let member = Member {
            uri: "s3://b/x.tfstate".to_owned(),
            size: None,
            modified: None,
        };
        let found = Found {
            name: "streamed",
            feed: &Streamed,
            member: &member,
            layers: Vec::new(),
        };
        let mut told = FeedOutput::default();
        let error = found.stream(Breaks(b"{\"version\":4}"), &mut told);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("s3://b/x.tfstate"), "{error}");
        assert!(error.contains("the object was replaced"), "{error}");
        assert!(told.rejects.is_empty());
    }
}
