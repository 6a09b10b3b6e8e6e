//! Finds the format of each record, and decodes it.
//!
//! The formats that fitted the last records of a stream are tried first. A record that fits none of
//! them is unwrapped if it is a wrapping; otherwise every format is asked, and the surest decodes
//! it. So a mixed stream is split record by record, and one of one kind pays for detection once.

mod debug;
mod formats;
mod inside;
mod plain;
mod recent;
mod table;
mod texts;
mod whole;
mod wrapped;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::FixedState;
use nepho_core::Result;
use nepho_core::format::{Confidence, Decoder, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Envelope, LogsBuilder, Reject};

use crate::encoding::Text;
use crate::frame::{Block, Lines};
use crate::group;
use crate::json::JsonFields;
use crate::json::fields::elements;
use crate::json::quotes::undone_inside;
use crate::json::scan::{PathSet, Scanner};
use crate::json::skip::{Broken, MORE_TEXT, skip_value};
use crate::message::stream::with_stand_in;
use crate::time::trimmed;
use crate::unwrap::{self, Events, Inner, Opened, PartText, Room};
pub use formats::Formats;
use plain::PlainTexts;
pub use plain::shape as text_shape;
use recent::Shared;
pub use whole::decode_text;

/// Wrappings within wrappings are undone to this depth.
const MAX_WRAPPINGS: usize = 8;
/// Records within records are looked into to this depth.
const MAX_NESTED: usize = 4;

/// Formats of one stream that are tried before all others are asked.
const MAX_RECENT: usize = 8;

/// Bytes of a record of which nothing is known yet.
const COMMON_BYTES: usize = 512;
/// A record of more bytes may be a wrapping of many.
const LARGE_BYTES: usize = 8 * COMMON_BYTES;

/// Counts of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows by format.
    pub formats: Vec<(&'static str, u64)>,
    /// Records by the wrapping that was undone.
    pub wrappings: Vec<(&'static str, u64)>,
    /// Records that belong to a format but are no events (headers, comments, control messages).
    pub structure: u64,
    /// Rejected records.
    pub rejects: u64,
}

impl Counts {
    /// Adds the counts of another part.
    pub fn add(&mut self, other: &Self) {
        for (name, count) in &other.formats {
            bump(&mut self.formats, name, *count);
        }
        for (name, count) in &other.wrappings {
            bump(&mut self.wrappings, name, *count);
        }
        self.structure += other.structure;
        self.rejects += other.rejects;
    }
}

fn bump(counts: &mut Vec<(&'static str, u64)>, name: &'static str, by: u64) {
    match counts.iter_mut().find(|(held, _)| *held == name) {
        Some((_, count)) => *count += by,
        None => counts.push((name, by)),
    }
}

/// Decodes the records of one stream. Blocks may be given in any order and to several of these.
pub struct Decoding {
    formats: Arc<Formats>,
    stream: Arc<Stream>,
    decoders: Vec<Option<Box<dyn Decoder>>>,
    /// Formats that fitted lately, the latest first. Formats that take anything are not among them.
    recent: Vec<usize>,
    forced: Option<usize>,
    /// Whether the records are JSON, so that one that is not is broken rather than text.
    expects_json: bool,
    /// Whether the last record was a wrapping.
    was_envelope: bool,
    /// Shapes of records that no format wants but one that takes anything.
    plain: HashSet<u64, FixedState>,
    /// The format that takes those records.
    plain_format: Option<usize>,
    /// What fitted inside of records of other formats lately, the latest first.
    recent_inside: Vec<usize>,
    /// Beginnings of the texts that formats of a shape fitted that others share.
    shared: Shared,
    /// Tells the shapes of JSON inside of records, and which only formats that take anything want.
    shapes: Scanner,
    plain_inside: HashSet<u64, FixedState>,
    /// The same by the shapes that decoders tell, each with the position of its format.
    plain_held: HashSet<(usize, u64), FixedState>,
    /// The last of them that was met.
    last_held: (usize, u64),
    /// Shapes of text that no format wants but those that take anything: of records, and of what
    /// stands inside of some.
    plain_texts: [PlainTexts; 2],
    /// Records in records that are being decoded, and those of them that are wrappings.
    nested: usize,
    opened_inside: usize,
    /// Memory that the events of wrappings are read into.
    room: Room,
    /// Room for the formats that may fit a record.
    order: Vec<(Confidence, usize)>,
    /// Rows by the position of their format, and all other counts.
    rows: Vec<u64>,
    counts: Counts,
    /// Rows that the last block gave.
    last_rows: usize,
}

/// Sets of keys that are remembered per stream; a flood of them costs no memory.
const MAX_SHAPES: usize = 1024;

impl Decoding {
    /// Decoding of a stream; `forced` names the one format to use instead of detection.
    ///
    /// # Errors
    /// As [`Formats::position`].
    pub fn new(formats: Arc<Formats>, stream: Arc<Stream>, forced: Option<&str>) -> Result<Self> {
        let forced = forced.map(|name| formats.position(name)).transpose()?;
        let decoders: Vec<_> = formats.formats.iter().map(|_| None).collect();
        Ok(Self {
            stream: with_stand_in(stream),
            decoders,
            recent: Vec::new(),
            forced,
            expects_json: false,
            was_envelope: false,
            plain: HashSet::with_hasher(FixedState::default()),
            plain_format: None,
            recent_inside: Vec::new(),
            shared: Shared::default(),
            shapes: Scanner::new(PathSet::new()).shaped(),
            plain_inside: HashSet::with_hasher(FixedState::default()),
            plain_held: HashSet::with_hasher(FixedState::default()),
            last_held: (0, 0),
            plain_texts: Default::default(),
            nested: 0,
            opened_inside: 0,
            room: Room::default(),
            order: Vec::new(),
            rows: vec![0; formats.formats.len()],
            counts: Counts::default(),
            formats,
            last_rows: 0,
        })
    }

    /// What was counted since the last call.
    pub fn take_counts(&mut self) -> Counts {
        for ((name, _), rows) in self.formats.formats.iter().zip(&mut self.rows) {
            if *rows > 0 {
                self.counts.formats.push((name, std::mem::take(rows)));
            }
        }
        std::mem::take(&mut self.counts)
    }

    /// Adds the rows of all records of a block to `out`.
    pub fn block(&mut self, block: Block, out: &mut LogsBuilder) {
        let before = out.len();
        if before == 0 {
            // Blocks of one stream hold about as many rows.
            let rows = match self.last_rows {
                0 => rows_of_first(&block),
                rows => rows,
            };
            out.expect((rows + rows / 8) * LogsBuilder::blocks_of_batch(rows));
        }
        if let Some(header) = block
            .header
            .clone()
            .filter(|header| self.is_unknown(header))
        {
            return self.table(&block, &header, out);
        }
        let id = out.attach(block.text.buffer());
        let text = block.text.as_str();
        let stream = Arc::clone(&self.stream);
        let envelope = stream.envelope.clone();
        let mut decode = |range: std::ops::Range<usize>, line: u32, decoding: &mut Self| {
            let record = Record {
                text: &text[range.clone()],
                block: id,
                offset: block.position(range.start),
                line: block.line.saturating_add(line),
                bytes: u32::try_from(block.position(range.end) - block.position(range.start))
                    .unwrap_or(u32::MAX),
                envelope: &envelope,
                stream: &stream,
            };
            match group::one_line(record.text) {
                Some(joined) => {
                    let joined = Text::from(joined);
                    let record = Record {
                        text: joined.as_str(),
                        block: out.attach(joined.buffer()),
                        ..record
                    };
                    decoding.record(&record, out, 0);
                }
                None => decoding.record(&record, out, 0),
            }
        };
        match &block.records {
            None => {
                let formats = Arc::clone(&self.formats);
                let knows = |line: &[u8]| formats.know(line, &stream);
                for (range, line) in group::lines(text, block.grouping, &knows) {
                    decode(range, line, self);
                }
            }
            Some(records) => {
                self.expects_json = true;
                let mut lines = Lines::of(text.as_bytes(), block.newlines);
                for range in records.iter().cloned() {
                    let line = lines.before(range.start);
                    decode(range, line, self);
                }
            }
        }
        self.last_rows = out.len() - before;
    }

    /// How many blocks like the last one go into one batch; see [`LogsBuilder::blocks_of_batch`].
    pub fn blocks_of_batch(&self) -> usize {
        match self.last_rows {
            0 => 1,
            rows => LogsBuilder::blocks_of_batch(rows),
        }
    }

    /// Adds the rows of one record to `out`; `depth` wrappings were undone to reach it.
    pub fn record(&mut self, record: &Record<'_>, out: &mut LogsBuilder, depth: usize) {
        let verdict = self.verdict(record, out, depth);
        match verdict {
            Verdict::Rows => {}
            Verdict::Structure => self.counts.structure += 1,
            Verdict::NotMine => self.reject(record, out, self.nobody()),
            Verdict::Reject(reason) => self.reject(record, out, reason),
        }
    }

    fn reject(&mut self, record: &Record<'_>, out: &mut LogsBuilder, reason: String) {
        self.counts.rejects += 1;
        out.reject(Reject {
            uri: record.stream.uri.clone(),
            start: record.offset,
            end: record.offset + u64::from(record.bytes),
            line: u64::from(record.line),
            reason,
        });
    }

    fn verdict(&mut self, record: &Record<'_>, out: &mut LogsBuilder, depth: usize) -> Verdict {
        // A batch among lines.
        if depth == 0 && is_batch(record.text) {
            self.parts(record, out, depth);
            return Verdict::Rows;
        }
        if let Some(position) = self.forced {
            return match self.decode(position, record, out) {
                Verdict::NotMine => self.forced_inside(record, out, depth),
                verdict => verdict,
            };
        }
        if let Some(verdict) = self.recent_verdict(record, out) {
            return verdict;
        }
        if is_object_like(record.text) {
            let is_envelope = depth == 0 && self.was_envelope;
            if !is_envelope
                && !self.plain.is_empty()
                && let Some(verdict) = self.known_shape(record, out)
            {
                return verdict;
            }
            if is_envelope && let Some((name, events)) = unwrap::open_again(record, &mut self.room)
            {
                bump(&mut self.counts.wrappings, name, 1);
                return self.events(record, events, out, depth);
            }
            return match JsonFields::parse(record.text) {
                Ok(fields) => match self.json_verdict(record, &fields, out, depth) {
                    Verdict::NotMine => {
                        let mended = self.mended(record, out, depth);
                        mended.unwrap_or(Verdict::NotMine)
                    }
                    verdict => verdict,
                },
                Err(Broken {
                    what: MORE_TEXT,
                    at,
                }) if depth > 0 || record.text[at..].trim_start().starts_with('{') => {
                    self.sequence(record, at, out, depth)
                }
                Err(_) if let Some(verdict) = self.in_quotes(record, out, depth) => verdict,
                // A text within a wrapping is one event, whatever was written.
                Err(broken) if self.expects_json && depth == 0 => Verdict::Reject(told(&broken)),
                Err(_) => self.sniff(record, None, out),
            };
        }
        self.text_verdict(record, out, depth)
    }

    /// Decodes a record in which objects in single quotes are made JSON; `None` if there is none.
    fn mended(
        &mut self,
        record: &Record<'_>,
        out: &mut LogsBuilder,
        depth: usize,
    ) -> Option<Verdict> {
        let text = Text::from(undone_inside(record.text)?);
        let record = Record {
            text: text.as_str(),
            block: out.attach(text.buffer()),
            ..*record
        };
        if let Some(verdict) = self.recent_verdict(&record, out) {
            return Some(verdict);
        }
        let fields = JsonFields::parse(record.text).ok()?;
        Some(self.json_verdict(&record, &fields, out, depth))
    }

    /// Decodes a record whose keys were seen before, and that only a format wants that takes
    /// anything.
    fn known_shape(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Option<Verdict> {
        let position = self.plain_format?;
        let decoder = self.decoders.get_mut(position)?.as_mut()?;
        let plain = &self.plain;
        let before = out.len();
        let verdict = decoder.decode_shaped(record, &|shape| plain.contains(&shape), out)?;
        self.rows[position] += (out.len() - before) as u64;
        Some(verdict)
    }

    /// Remembers that records with the keys of the one that was just decoded go to a format that
    /// takes anything.
    fn remember_shape(&mut self, fields: &JsonFields<'_>, position: usize) {
        let decoder = self.decoders.get(position).and_then(Option::as_ref);
        let shape = decoder.map_or(0, |decoder| decoder.last_shape());
        if shape == 0 || unwrap::is_told_by_values(fields) || self.is_wanted(fields) {
            return;
        }
        if self.plain_format != Some(position) {
            self.plain_format = Some(position);
            self.plain.clear();
        }
        if self.plain.len() < MAX_SHAPES {
            self.plain.insert(shape);
        }
    }

    /// Whether a record with these keys may be of a format that does not take anything.
    fn is_wanted(&self, fields: &JsonFields<'_>) -> bool {
        let has_key = |key: &str| {
            let mut members = fields.members().iter();
            members.any(|(held, _)| held.eq_ignore_ascii_case(key))
        };
        let mut formats = self.formats.formats.iter();
        formats.any(|(_, format)| format.may_fit(&has_key))
    }

    fn json_verdict(
        &mut self,
        record: &Record<'_>,
        fields: &JsonFields<'_>,
        out: &mut LogsBuilder,
        depth: usize,
    ) -> Verdict {
        self.expects_json = true;
        if depth == 0 {
            self.was_envelope = false;
        }
        if depth < MAX_WRAPPINGS {
            match unwrap::open(record, fields) {
                Some((name, Opened::Inside(inside))) => {
                    bump(&mut self.counts.wrappings, name, 1);
                    self.was_envelope |= depth == 0;
                    return self.inside(record, inside, out, depth);
                }
                Some((name, Opened::Events(events))) => {
                    bump(&mut self.counts.wrappings, name, 1);
                    self.was_envelope |= depth == 0;
                    return self.events(record, events, out, depth);
                }
                Some((name, Opened::Broken(reason))) => {
                    return Verdict::Reject(format!("{name}: {reason}"));
                }
                Some((_, Opened::No)) | None => {}
            }
        }
        self.sniff(record, Some(fields), out)
    }

    /// Undoes a wrapping, so that the forced format sees what is inside.
    fn forced_inside(
        &mut self,
        record: &Record<'_>,
        out: &mut LogsBuilder,
        depth: usize,
    ) -> Verdict {
        let Ok(fields) = JsonFields::parse(record.text) else {
            return self.forced_text(record, out, depth);
        };
        match unwrap::open(record, &fields).filter(|_| depth < MAX_WRAPPINGS) {
            Some((name, Opened::Inside(inside))) => {
                bump(&mut self.counts.wrappings, name, 1);
                self.inside(record, inside, out, depth)
            }
            Some((name, Opened::Events(events))) => {
                bump(&mut self.counts.wrappings, name, 1);
                self.events(record, events, out, depth)
            }
            Some((name, Opened::Broken(reason))) => Verdict::Reject(format!("{name}: {reason}")),
            Some((_, Opened::No)) | None => Verdict::NotMine,
        }
    }

    /// Decodes what was inside a wrapping.
    fn inside(
        &mut self,
        outer: &Record<'_>,
        inside: Vec<Inner<'_>>,
        out: &mut LogsBuilder,
        depth: usize,
    ) -> Verdict {
        if inside.is_empty() {
            return Verdict::Structure;
        }
        // Text that stands in no block yet is put into one together, so that rows need no copy of
        // their own.
        let mut fresh = String::new();
        let mut ranges = Vec::with_capacity(inside.len());
        for inner in &inside {
            let start = fresh.len();
            if let Cow::Owned(text) = &inner.text {
                fresh.push_str(text);
            }
            ranges.push(start..fresh.len());
        }
        let fresh = Text::from(fresh);
        let block = out.attach(fresh.buffer());
        let fresh = fresh.as_str();
        for (inner, range) in inside.iter().zip(ranges) {
            let record = match &inner.text {
                Cow::Borrowed(text) => Record {
                    text,
                    envelope: &inner.envelope,
                    ..*outer
                },
                Cow::Owned(_) => Record {
                    text: &fresh[range],
                    block,
                    envelope: &inner.envelope,
                    ..*outer
                },
            };
            self.parts(&record, out, depth);
        }
        Verdict::Rows
    }

    /// Decodes the events of a wrapping of many.
    fn events(
        &mut self,
        outer: &Record<'_>,
        events: Events<'_>,
        out: &mut LogsBuilder,
        depth: usize,
    ) -> Verdict {
        // What was text stays text.
        let fresh = events.fresh();
        let block = out.attach_copy(fresh);
        let mut envelope = Envelope::within(Arc::clone(&events.common));
        for part in &events.parts {
            envelope.time = part.time;
            let (text, block) = match &part.text {
                PartText::Record(range) => (events.text.get(range.clone()), outer.block),
                PartText::Fresh(range) => (fresh.get(range.clone()), block),
            };
            let record = Record {
                text: text.unwrap_or_default(),
                block,
                envelope: &envelope,
                ..*outer
            };
            self.parts(&record, out, depth);
        }
        drop(envelope);
        out.end_around();
        self.room.keep(events);
        Verdict::Rows
    }

    /// Decodes the text of a wrapping, which may be empty or an array.
    fn parts(&mut self, whole: &Record<'_>, out: &mut LogsBuilder, depth: usize) {
        let trimmed = trimmed(whole.text);
        if trimmed.is_empty() {
            self.counts.structure += 1;
            return;
        }
        let record = Record {
            text: trimmed,
            bytes: length(trimmed),
            ..*whole
        };
        let elements = match trimmed.as_bytes() {
            [b'[', rest @ ..] if rest.trim_ascii_start().starts_with(b"{") => elements(trimmed),
            _ => Vec::new(),
        };
        if elements.is_empty() {
            return self.record(&record, out, depth + 1);
        }
        for text in elements {
            let record = Record {
                text,
                bytes: length(text),
                ..record
            };
            self.record(&record, out, depth + 1);
        }
    }

    /// Decodes JSON objects that stand behind each other in a line or in the text of a wrapping, of
    /// which the first ends at `end`.
    fn sequence(
        &mut self,
        whole: &Record<'_>,
        end: usize,
        out: &mut LogsBuilder,
        depth: usize,
    ) -> Verdict {
        let (mut text, mut rest) = whole.text.split_at(end);
        loop {
            let record = Record {
                text,
                bytes: length(text),
                ..*whole
            };
            self.record(&record, out, depth);
            rest = trimmed(rest);
            if rest.is_empty() {
                return Verdict::Rows;
            }
            let broken = JsonFields::parse(rest).err();
            let broken = broken.filter(|broken| broken.what == MORE_TEXT);
            let end = broken.map_or(rest.len(), |broken| broken.at);
            (text, rest) = rest.split_at(end);
        }
    }

    fn sniff(
        &mut self,
        record: &Record<'_>,
        fields: Option<&JsonFields<'_>>,
        out: &mut LogsBuilder,
    ) -> Verdict {
        self.ask(record.text, fields, record.stream);
        self.first_fit(record, fields, out)
    }

    /// Puts the formats that may know a record into `order`, the surest first; gives whether they
    /// are known from other texts of its shape.
    fn ask(&mut self, text: &str, fields: Option<&JsonFields<'_>>, stream: &Stream) -> bool {
        let sample = Sample {
            text,
            json: fields.map(|fields| fields as &dyn nepho_core::format::Fields),
            stream,
        };
        let order = &mut self.order;
        let (least, plain) = plain::at_depth(&mut self.plain_texts, self.nested);
        let shape = match fields {
            None => plain.recall(text, order),
            Some(_) => None,
        };
        if fields.is_none() && shape.is_none() {
            return true;
        }
        order.clear();
        let mut ask = |position: usize| {
            let format = self.formats.formats.get(position);
            let confidence = format.map_or(Confidence::NO, |(_, format)| format.sniff(&sample));
            if confidence > least {
                order.push((confidence, position));
            }
        };
        match fields {
            Some(_) => self.formats.all.iter().copied().for_each(&mut ask),
            None => self.formats.texts.each(text, |position| {
                ask(position);
                true
            }),
        }
        order.sort_by_key(|(confidence, position)| (std::cmp::Reverse(*confidence), *position));
        if let Some(shape) = shape {
            plain.learn(shape, order);
        }
        false
    }

    /// Decodes a record with the first format in `order` that takes it, and remembers which.
    fn first_fit(
        &mut self,
        record: &Record<'_>,
        fields: Option<&JsonFields<'_>>,
        out: &mut LogsBuilder,
    ) -> Verdict {
        // Records inside of this one are asked about in between.
        let order = std::mem::take(&mut self.order);
        let verdict = self.first_of(&order, record, fields, out);
        self.order = order;
        verdict
    }

    fn first_of(
        &mut self,
        order: &[(Confidence, usize)],
        record: &Record<'_>,
        fields: Option<&JsonFields<'_>>,
        out: &mut LogsBuilder,
    ) -> Verdict {
        let mut reject = None;
        for &(confidence, position) in order {
            match self.decode(position, record, out) {
                Verdict::NotMine => {}
                Verdict::Reject(reason) => reject = reject.or(Some(reason)),
                verdict => {
                    if confidence <= Confidence::FALLBACK {
                        if let Some(fields) = fields {
                            self.remember_shape(fields, position);
                        }
                    } else {
                        self.remember_fit(confidence, position, record.text);
                    }
                    return verdict;
                }
            }
        }
        reject.map_or(Verdict::NotMine, Verdict::Reject)
    }

    fn decode(&mut self, position: usize, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let (Some((_, format)), Some(place)) = (
            self.formats.formats.get(position),
            self.decoders.get_mut(position),
        ) else {
            return Verdict::NotMine;
        };
        let decoder = place.get_or_insert_with(|| format.decoder(&self.stream));
        if decoder.may_hold(record) && self.nested < MAX_NESTED {
            let shape = decoder.shape_inside();
            if !self.is_plain_inside(position, shape)
                && self.is_held_inside(position, shape, record, out)
            {
                return Verdict::Rows;
            }
        }
        let Some(Some(decoder)) = self.decoders.get_mut(position) else {
            return Verdict::NotMine;
        };
        let before = out.len();
        let verdict = decoder.decode(record, out);
        let added = (out.len() - before) as u64;
        if added > 0 {
            self.rows[position] += added;
        }
        verdict
    }
}

/// About how many rows the first block of a stream gives: one for each record, unless the records
/// are so large that they may hold many.
fn rows_of_first(block: &Block) -> usize {
    let records = block.records.as_ref().map_or(block.newlines, Vec::len);
    let bytes = block.text.as_str().len();
    match bytes / LARGE_BYTES {
        many if records < many => bytes / COMMON_BYTES,
        _ => records,
    }
}

/// Whether a text begins as a JSON object does.
fn is_object_like(text: &str) -> bool {
    match text.as_bytes() {
        [b'!'..=b'~', ..] => text.starts_with('{'),
        _ => text.trim_start().starts_with('{'),
    }
}

/// Whether a text is one array of objects, as [`Decoding::parts`] takes it apart.
#[inline]
fn is_batch(text: &str) -> bool {
    match text.as_bytes() {
        [first @ b'!'..=b'~', ..] if *first != b'[' => false,
        _ => is_array_of_objects(text),
    }
}

fn is_array_of_objects(text: &str) -> bool {
    let text = trimmed(text);
    let inner = text.strip_prefix('[').map(str::trim_start);
    inner.is_some_and(|inner| inner.starts_with('{')) && is_value(text)
}

fn told(broken: &Broken) -> String {
    format!(
        "broken JSON at byte {} of the record: {}",
        broken.at, broken.what
    )
}

/// Whether text is one JSON value.
fn is_value(text: &str) -> bool {
    skip_value(text.as_bytes(), 0) == Ok(text.trim_end().len())
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
