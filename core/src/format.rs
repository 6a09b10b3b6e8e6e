//! Contract of a log format: bytes in, rows of table `logs` out.

use std::borrow::Cow;
use std::fmt;

use crate::Timestamp;
use crate::tables::{BlockId, Envelope, LogsBuilder};
use crate::time::{DateOrder, Reference};

/// One event as it was cut out of the input: a line, a JSON value, an element of an array.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Text of the event, without the line end.
    pub text: &'a str,
    /// Block that the text stands in.
    pub block: BlockId,
    /// First byte of the (outer) record in the decompressed stream.
    pub offset: u64,
    /// Line of that byte, from one.
    pub line: u32,
    /// Size as received.
    pub bytes: u32,
    /// What its wrapping says.
    pub envelope: &'a Envelope,
    /// Where it comes from.
    pub stream: &'a Stream,
}

impl Record<'_> {
    /// Cluster of Kubernetes that it is of, as far as file and wrapping tell: a name, or the id in
    /// a cloud.
    pub fn cluster(&self) -> Option<&str> {
        let told = self.stream.cluster.as_deref();
        let wrapped = told.or_else(|| self.envelope.cluster());
        wrapped.or_else(|| self.stream.envelope.cluster())
    }
}

/// A file, object or queue that records come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stream {
    /// File path or object address.
    pub uri: String,
    /// When it was last modified.
    pub modified: Option<Timestamp>,
    /// What lines without a year are near to, such as the day in the name of the file; `None`: when
    /// it was modified.
    pub near: Option<Timestamp>,
    /// First line where it names the fields of the others (`version account-id interface-id ...`).
    pub header: Option<String>,
    /// Seconds that its clock is ahead of UTC, for times without a zone.
    pub zone_seconds: i32,
    /// Whether day or month stands first in its dates with the year last.
    pub date_order: DateOrder,
    /// Cluster of Kubernetes that it was told to be of.
    pub cluster: Option<String>,
    /// Service that it was told to be of, for records that tell none.
    pub service: Option<String>,
    /// What messages and requests are spoken of by that tell neither a service nor a host: what the
    /// stream is called. Those who decode it set this.
    pub stand_in: Option<String>,
    /// What its source knows of all records in it, such as the account and the region that a
    /// delivery stream stands in.
    pub envelope: Envelope,
}

impl Stream {
    /// What times without a year or a zone are read by.
    pub fn reference(&self) -> Reference {
        Reference {
            near: self.near.or(self.modified),
            zone_seconds: self.zone_seconds,
            order: self.date_order,
        }
    }

    /// Last part of the address.
    pub fn file_name(&self) -> &str {
        self.uri.rsplit(['/', '\\']).next().unwrap_or(&self.uri)
    }
}

/// How sure a format is that a record is one of its own.
///
/// From 0 (is not) to 100 (cannot be anything else). Formats that take anything stay below 10.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence(pub u8);

impl Confidence {
    /// The record is not of this format.
    pub const NO: Self = Self(0);
    /// Any text or JSON would do.
    pub const FALLBACK: Self = Self(5);
    /// The shape fits, other formats may fit as well.
    pub const LIKELY: Self = Self(50);
    /// Several fields that only this format has.
    pub const CERTAIN: Self = Self(90);
}

/// Looks up fields of a JSON record by path. Implemented by the codec.
pub trait Fields {
    /// Text of a string field without its quotes, or the JSON text of another value;
    /// `None` where the path leads nowhere or to `null`. Paths are `a.b` and `a[0].b`.
    fn get(&self, path: &str) -> Option<&str>;
}

/// A record that is to be recognised.
pub struct Sample<'a> {
    /// Text of the record.
    pub text: &'a str,
    /// Its fields, when it is a JSON object.
    pub json: Option<&'a dyn Fields>,
    /// Where it comes from.
    pub stream: &'a Stream,
}

impl fmt::Debug for Sample<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sample")
            .field("bytes", &self.text.len())
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}

/// Something that was found inside a record: one event, or text with several records.
pub struct Inside<'a> {
    /// The text. Borrowed if it stands in the record as it is.
    pub text: Cow<'a, str>,
    /// What is told of it from outside.
    pub envelope: Envelope,
}

impl fmt::Debug for Inside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inside")
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// What a text has without fail if it is of a format: what is quick to look for. A text without it
/// is not shown to the format.
#[derive(Clone, Debug)]
pub struct Marks {
    /// Bytes that it may begin with.
    pub first: [bool; 256],
    /// Bytes that may stand behind the first, for each place, as far as the text goes.
    pub then: Vec<[bool; 256]>,
    /// The time that it begins with.
    pub time: Option<TimeMark>,
    /// Texts that stand in it.
    pub texts: Vec<&'static str>,
}

/// A time that a text begins with, in any of the shapes that times have in logs.
#[derive(Clone, Debug)]
pub struct TimeMark {
    /// What stands before it.
    pub before: &'static str,
    /// Bytes that may stand behind it, for each place, as far as the text goes.
    pub after: Vec<[bool; 256]>,
}

impl TimeMark {
    /// A time between these texts.
    pub fn between(before: &'static str, after: &str) -> Self {
        Self {
            before,
            after: after.bytes().map(|byte| bytes_of(&[byte])).collect(),
        }
    }
}

impl Marks {
    /// Marks of a text that begins with one of these bytes.
    pub fn beginning(first: [bool; 256]) -> Self {
        Self {
            first,
            then: Vec::new(),
            time: None,
            texts: Vec::new(),
        }
    }

    /// Marks of a text that begins with this one.
    pub fn of_start(start: &str) -> Self {
        let mut bytes = start.bytes().map(|byte| bytes_of(&[byte]));
        let first = bytes.next().unwrap_or([true; 256]);
        Self {
            then: bytes.collect(),
            ..Self::beginning(first)
        }
    }

    /// These marks, and a text that has these texts in it.
    #[must_use]
    pub fn with(mut self, texts: &[&'static str]) -> Self {
        self.texts.extend_from_slice(texts);
        self
    }
}

/// Set of bytes, for [`Format::first_bytes`].
pub const fn bytes_of(bytes: &[u8]) -> [bool; 256] {
    let mut set = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        set[bytes[at] as usize] = true;
        at += 1;
    }
    set
}

/// What a decoder made of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It became rows.
    Rows,
    /// It belongs to the format but is no event: a header, a comment, an empty flow log.
    Structure,
    /// It is not of this format; nothing was added.
    NotMine,
    /// It is of this format and broken, for this reason; nothing was added.
    Reject(String),
}

/// A log format: recognises its records and makes decoders for them.
pub trait Format: Send + Sync {
    /// How sure the format is that the record is one of its own.
    fn sniff(&self, sample: &Sample<'_>) -> Confidence;

    /// Whether a JSON record with these keys at its top could be of this format, whatever their
    /// values.
    ///
    /// Asked once per set of keys that no specific format took: if none may fit, records with the
    /// same keys are not asked about again. A format whose `sniff` looks at more than top-level
    /// keys must answer for itself.
    fn may_fit(&self, _has_key: &dyn Fn(&str) -> bool) -> bool {
        false
    }

    /// Whether records that are no JSON object can be of this format. A format that says no is not
    /// asked about them.
    fn reads_text(&self) -> bool {
        true
    }

    /// Bytes that a record of text can begin with, where the format knows; a format is not asked
    /// about text that begins otherwise.
    fn first_bytes(&self) -> Option<[bool; 256]> {
        None
    }

    /// Marks of the texts of this format, one for each shape that they may have; a format is not
    /// asked about text that has none of them.
    fn marks(&self) -> Vec<Marks> {
        let first = self.first_bytes().unwrap_or([true; 256]);
        vec![Marks::beginning(first)]
    }

    /// The event that stands as text inside a record of this format, such as the line that a
    /// container wrote behind the prefix of its runtime; `None` if records of this format hold
    /// none, or this one does not.
    ///
    /// If a format that knows more than any text takes what is inside, its rows stand for the
    /// record, with what the envelope tells of the outside. Otherwise this format decodes it all.
    fn inside<'a>(&self, _record: &Record<'a>) -> Option<Inside<'a>> {
        None
    }

    /// Text of what [`Format::inside`] gives. Asked of every record, where the envelope is wanted
    /// only if a format knows the text: a format may answer it with less work.
    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        self.inside(record).map(|inside| inside.text)
    }

    /// Decoder for the records of one stream. It keeps no state that the order of records matters
    /// for.
    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder>;

    /// Normalised fields of an event that have no column of their own (`stream`, `bytes`,
    /// `packets`, `dns_question`, ...), read again from the text of the event. Not for the hot
    /// path.
    fn extras(&self, _raw: &str, _stream: &Stream, _found: &mut dyn FnMut(&str, &str)) {}
}

/// Turns records into rows. Never fails on a bad record: that is a [`Verdict`].
pub trait Decoder: Send {
    /// Adds the rows of one record to `out`, or says why there are none.
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict;

    /// Whether a record is likely one that this decoder takes, as a quick look tells: of the
    /// formats that fitted lately, those that think so are tried first. No other is left out.
    fn is_likely(&self, _record: &Record<'_>) -> bool {
        true
    }

    /// Whether a record may have an event inside ([`Format::inside`]), as the decoder tells by what
    /// it looks for anyway. It is asked just before it decodes the same record.
    fn may_hold(&mut self, _record: &Record<'_>) -> bool {
        true
    }

    /// As [`Decoder::last_shape`], of the JSON object that stands inside of the record about which
    /// [`Decoder::may_hold`] was asked last, or of the text there: the same for texts that differ
    /// in their digits only. 0 if there is none, or this decoder cannot tell.
    fn shape_inside(&self) -> u64 {
        0
    }

    /// Number that is the same for JSON records with the same keys at the top, in the same order:
    /// that of the last decoded record. 0 if this decoder cannot tell.
    fn last_shape(&self) -> u64 {
        0
    }

    /// As [`Decoder::decode`] for a record whose shape `accepts`; `None` for another, or if this
    /// decoder cannot tell. Only decoders of formats that take anything are asked.
    fn decode_shaped(
        &mut self,
        _record: &Record<'_>,
        _accepts: &dyn Fn(u64) -> bool,
        _out: &mut LogsBuilder,
    ) -> Option<Verdict> {
        None
    }
}
