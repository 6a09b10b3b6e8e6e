//! Reads a state from a stream, one resource after the other, in the memory of the largest of them.

use std::borrow::Cow;
use std::io::{self, Read};

use nepho_core::feed::{Document, FeedOutput, FeedSink};
use nepho_core::{Error, ErrorKind, Origin, Result};
use serde::de::IgnoredAny;

use super::declared::Declared;
use super::document::Key;
use super::window::Window;
use super::{Depth, NO_JSON, READ, v4};
use crate::graph::Instance;
use crate::place::{Places, describe};
use crate::scope;
use nepho_iac_common::outer;

/// Outermost keys by which a state is known.
const KEYS: usize = 24;

/// Gives each object of a state of version 4 to `take`, in the order of the document. Neither the
/// state nor its objects are kept; a resource is held while it is read.
///
/// What lies outside of the resources is passed over without a look at whether it is valid.
///
/// # Errors
/// [`ErrorKind::InvalidData`] when the document ends in the middle or is no JSON object,
/// [`ErrorKind::Unsupported`] for a state that is encrypted or of another version, which
/// [`declared`](super::declared()) may read. Parts that cannot be read go to `out.rejects`.
pub fn declared_from(
    reader: &mut dyn Read,
    uri: &str,
    out: &mut FeedOutput,
    take: &mut dyn FnMut(Declared),
) -> Result<()> {
    let mut each = |instance: Instance| take(Declared::from(instance));
    read(reader, uri, Depth::Identity, out, &mut each).map(|_| ())
}

/// Whether a document with this beginning is a state that [`read`] reads: one of version 4 that
/// nobody encrypted.
pub(super) fn is_streamed(beginning: &str) -> bool {
    let keys = outer::keys(beginning, KEYS);
    let others = ["encrypted_data", "encryption_version", "format_version"];
    let version = outer::value(beginning, "version", KEYS);
    let rest = version.and_then(|version| version.strip_prefix('4'));
    rest.is_some_and(|rest| rest.starts_with([',', '}', ' ', '\t', '\r', '\n']))
        && !others.iter().any(|key| keys.contains(key))
}

/// What a state tells besides its resources.
pub(super) struct Told {
    /// JSON of `serial` and of `lineage`.
    pub(super) serial: Option<String>,
    pub(super) lineage: Option<String>,
    /// Whether there is a list of resources.
    pub(super) has_list: bool,
    /// Fingerprint of the document, where fingerprints are wanted.
    pub(super) digest: u64,
    pub(super) tool: &'static str,
    /// Whether all of it could be read.
    pub(super) is_whole: bool,
}

/// Rejects that are handed on at once.
const MOST: usize = 512;

/// Rejects on their way to a sink, so that they need not all be held.
struct Rejects<'s> {
    sink: &'s mut dyn FeedSink,
    held: FeedOutput,
    are_none: bool,
}

impl Rejects<'_> {
    /// Hands on what is held, if it is so much.
    fn pass_on(&mut self, least: usize) -> Result<()> {
        self.are_none &= self.held.rejects.is_empty();
        match self.held.rejects.len() < least {
            true => Ok(()),
            false => self.sink.take(std::mem::take(&mut self.held)),
        }
    }
}

/// Gives each instance of a state of version 4 to `take`, in the order of the document.
///
/// Parts that cannot be read go to the rejects of `sink`.
///
/// # Errors
/// As [`declared_from`], and those of the sink.
pub(super) fn read(
    reader: &mut dyn Read,
    uri: &str,
    depth: Depth,
    sink: &mut dyn FeedSink,
    take: &mut dyn FnMut(Instance),
) -> Result<Told> {
    let mut rejects = Rejects {
        sink,
        held: FeedOutput::default(),
        are_none: true,
    };
    let told = read_all(reader, uri, depth, &mut rejects, take);
    rejects.pass_on(1)?;
    let is_whole = rejects.are_none;
    told.map(|told| Told { is_whole, ..told })
}

fn read_all(
    reader: &mut dyn Read,
    uri: &str,
    depth: Depth,
    rejects: &mut Rejects<'_>,
    take: &mut dyn FnMut(Instance),
) -> Result<Told> {
    let mut stream = Stream {
        window: Window::new(reader, depth == Depth::Fingerprints),
        uri,
        depth,
    };
    let (mut version, mut serial, mut lineage) = (None, None, None);
    let mut has_list = false;
    stream.expect(b'{')?;
    let mut more = stream.peek()? != b'}';
    while more {
        let key = stream.text()?;
        stream.expect(b':')?;
        let first = stream.peek()?;
        match key.as_str() {
            "resources" => {
                has_list = true;
                match first {
                    b'[' => stream.resources(rejects, take)?,
                    b'n' => stream.pass(false)?,
                    _ => return Err(stream.error(ErrorKind::InvalidData, NO_LIST)),
                }
            }
            "modules" => {
                has_list = true;
                stream.pass(false)?;
            }
            "version" => version = Some(stream.value()?),
            "serial" => serial = Some(stream.value()?),
            "lineage" => lineage = Some(stream.value()?),
            "encryption_version" | "encrypted_data" => {
                let advice = match serial.is_some() || lineage.is_some() {
                    true => super::ENCRYPTED,
                    false => super::ENCRYPTED_PLAN,
                };
                return Err(stream.error(ErrorKind::Unsupported, advice));
            }
            _ => stream.pass(false)?,
        }
        more = stream.goes_on(b'}')?;
    }
    stream.window.step();
    stream.end()?;
    match version.as_deref() {
        Some("4") => Ok(Told {
            serial,
            lineage,
            has_list,
            digest: stream.window.digest(),
            tool: scope::tool(stream.window.is_found()),
            is_whole: true,
        }),
        Some(_) => Err(stream.error(
            ErrorKind::Unsupported,
            "only version 4 is read from a stream",
        )),
        None => Err(stream.error(ErrorKind::InvalidData, "there is no number in `version`")),
    }
}

const NO_LIST: &str = "a field is missing or has another type than the format says";

/// A document that is read from front to back.
struct Stream<'r, 'u> {
    window: Window<'r>,
    uri: &'u str,
    depth: Depth,
}

impl Stream<'_, '_> {
    fn error(&mut self, kind: ErrorKind, message: &str) -> Error {
        let (offset, line) = self.window.place();
        Error::new(kind, READ, message).at(Origin {
            uri: self.uri.to_owned(),
            bytes: Some((offset, offset)),
            line: Some(line),
        })
    }

    fn broken(&mut self, error: &io::Error) -> Error {
        self.error(ErrorKind::InvalidData, &error.kind().to_string())
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Result<u8> {
        match self.window.peek() {
            Ok(Some(byte)) => Ok(byte),
            Ok(None) => Err(self.error(ErrorKind::InvalidData, "the JSON ends in the middle")),
            Err(error) => Err(self.broken(&error)),
        }
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.peek()? != byte {
            return Err(self.error(ErrorKind::InvalidData, NO_JSON));
        }
        self.window.step();
        Ok(())
    }

    /// Goes beyond the comma behind a member or an element; tells whether there is one, and not the
    /// bracket that closes.
    fn goes_on(&mut self, close: u8) -> Result<bool> {
        match self.peek()? {
            b',' => {
                self.window.step();
                match self.peek()? == close {
                    true => Err(self.error(ErrorKind::InvalidData, NO_JSON)),
                    false => Ok(true),
                }
            }
            found if found == close => Ok(false),
            _ => Err(self.error(ErrorKind::InvalidData, NO_JSON)),
        }
    }

    /// Makes sure that nothing follows.
    fn end(&mut self) -> Result<()> {
        match self.window.peek() {
            Ok(None) => Ok(()),
            Ok(Some(_)) => Err(self.error(ErrorKind::InvalidData, NO_JSON)),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// The JSON of the next value.
    fn value(&mut self) -> Result<String> {
        self.pass(true)?;
        let value = String::from_utf8_lossy(self.window.value());
        Ok(value.trim().to_owned())
    }

    fn pass(&mut self, is_wanted: bool) -> Result<()> {
        match self.window.pass(is_wanted) {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.error(ErrorKind::InvalidData, "the JSON ends in the middle")),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// The text that comes next, which is a key.
    fn text(&mut self) -> Result<String> {
        self.pass(true)?;
        let text = serde_json::from_slice::<Key<'_>>(self.window.value());
        let text = text
            .map(|Key(text)| text.into_owned())
            .map_err(|error| describe(&error));
        text.map_err(|reason| self.error(ErrorKind::InvalidData, reason))
    }

    fn resources(
        &mut self,
        rejects: &mut Rejects<'_>,
        take: &mut dyn FnMut(Instance),
    ) -> Result<()> {
        self.window.step();
        let mut more = self.peek()? != b']';
        while more {
            if matches!(self.peek()?, b',' | b'}' | b':') {
                return Err(self.error(ErrorKind::InvalidData, NO_JSON));
            }
            self.pass(true)?;
            self.resource(&mut rejects.held, take);
            rejects.pass_on(MOST)?;
            more = self.goes_on(b']')?;
        }
        self.window.step();
        Ok(())
    }

    /// Reads the resource in the window.
    fn resource(&mut self, out: &mut FeedOutput, take: &mut dyn FnMut(Instance)) {
        let place = self.window.place();
        let value = self.window.value();
        let text = match std::str::from_utf8(value) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(value),
        };
        let document = Document {
            uri: self.uri,
            text: &text,
            modified: None,
        };
        let places = Places::within(&document, place);
        let reason = match v4::Resource::scan(&text) {
            Ok(Some(resource)) => {
                return v4::read(&resource, self.depth, &places, out, take);
            }
            Ok(None) => "this is no object",
            Err(_) => {
                let read = serde_json::from_str::<IgnoredAny>(&text);
                read.map_or_else(|error| describe(&error), |_| NO_JSON)
            }
        };
        out.rejects
            .push(places.reject(&text, format!("resource of a state: {reason}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::declared;

    const ORDERS: &str = include_str!("fixtures/orders.tfstate");

    /// Objects and lines of rejects, read at once and as a stream.
    fn both(text: &str) -> [(Vec<Declared>, Vec<u64>); 2] {
        let lines = |out: FeedOutput| out.rejects.iter().map(|reject| reject.line).collect();
        let (mut found, mut out) = (Vec::new(), FeedOutput::default());
        let document = Document {
            uri: "x",
            text,
            modified: None,
        };
        declared(&document, &mut out, &mut |object| found.push(object)).unwrap();
        let (mut streamed, mut streamed_out) = (Vec::new(), FeedOutput::default());
        let mut bytes = text.as_bytes();
        let take = &mut |object| streamed.push(object);
        declared_from(&mut bytes, "x", &mut streamed_out, take).unwrap();
        [(found, lines(out)), (streamed, lines(streamed_out))]
    }

    #[test]
    fn a_stream_gives_the_same_objects_and_rejects() {
        let broken = ORDERS
            .replacen("\"instances\": [", "\"instances\": [5, ", 1)
            .replacen("\"type\": \"aws_lb\"", "\"type\": 7", 1);
        for text in [ORDERS, &broken] {
            let [at_once, streamed] = both(text);
            assert!(!at_once.0.is_empty());
            let sorted = |lines: &[u64]| {
                let mut lines = lines.to_vec();
                lines.sort_unstable();
                lines
            };
            assert_eq!(at_once.0, streamed.0);
            assert_eq!(sorted(&at_once.1), sorted(&streamed.1));
        }
    }

    /// Keeps the number of rejects of each piece.
    struct Pieces(Vec<usize>);

    impl FeedSink for Pieces {
        fn take(&mut self, told: FeedOutput) -> Result<()> {
            self.0.push(told.rejects.len());
            Ok(())
        }
    }

    #[test]
    fn rejects_of_a_stream_are_handed_on_in_pieces() {
        let list = vec!["5"; 1100].join(",");
        let check = |text: &str, pieces: &[usize]| {
            let mut sink = Pieces(Vec::new());
            let mut bytes = text.as_bytes();
            let told = read(&mut bytes, "x", Depth::Identity, &mut sink, &mut |_| {}).unwrap();
            assert!(!told.is_whole);
            assert_eq!(sink.0, pieces);
        };
        check(
            &format!("{{\"version\":4,\"resources\":[{list}]}}"),
            &[512, 512, 76],
        );
        // Of one resource the first are told, and the number of the others.
        check(
            &format!(
                "{{\"version\":4,\"resources\":[{{\"type\":\"a\",\"name\":\"b\",\"instances\":[{list}]}}]}}"
            ),
            &[33],
        );
        let list = list.replace('5', "{}");
        check(
            &format!("{{\"version\":4,\"resources\":[{{\"type\":\"a\",\"instances\":[{list}]}}]}}"),
            &[33],
        );
    }

    #[test]
    fn what_cannot_be_read_has_a_place() {
        let check = |text: &str, kind: ErrorKind, line: u64| {
            let mut bytes = text.as_bytes();
            let mut out = FeedOutput::default();
            let error = declared_from(&mut bytes, "x", &mut out, &mut |_| {}).unwrap_err();
            let found = error.origin().and_then(|origin| origin.line);
            assert_eq!((error.kind(), found), (kind, Some(line)), "{text}");
        };
        check(
            "{\"version\": 4,\n\"resources\": [{\"type\":",
            ErrorKind::InvalidData,
            2,
        );
        check("[]", ErrorKind::InvalidData, 1);
        check("", ErrorKind::InvalidData, 1);
        check(
            "{\"version\": 3, \"modules\": []}",
            ErrorKind::Unsupported,
            1,
        );
        check(
            "{\"encryption_version\": \"v0\"}",
            ErrorKind::Unsupported,
            1,
        );
        check("{\"resources\": []}", ErrorKind::InvalidData, 1);
    }
}
