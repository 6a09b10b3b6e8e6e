//! Compares the engine under format tables with the plain way ([`crate::plain`]), record by record.

use std::collections::HashSet;
use std::fmt;

use nepho_codec::frame::{Framer, Piece};
use nepho_codec::group;
use nepho_codec::json::JsonFields;
use nepho_codec::table::{Need, Table, TableDecoder, used};
use nepho_codec::unwrap::{self, Opened};
use nepho_core::Timestamp;
use nepho_core::format::{Decoder, Record, Stream, Verdict};
use nepho_core::registry::{Kind, Make, components};
use nepho_core::tables::{BlockId, Envelope, LogsBuilder};

use crate::plain::{self, Json, Plain};

/// Wrappings that are undone to find records.
const MAX_DEPTH: usize = 4;

/// The tables of all linked formats, each with an engine that keeps what it learned, and without
/// their `finish`, which the plain way cannot run.
pub struct Differential {
    tables: Vec<(&'static Table, TableDecoder)>,
    stream: Stream,
    /// Records that were compared with a table that they fit.
    pub rows: u64,
    /// Records that were looked at.
    pub records: u64,
}

impl fmt::Debug for Differential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Differential").finish_non_exhaustive()
    }
}

impl Differential {
    /// The tables that are linked into the program.
    pub fn linked() -> Self {
        let stream = Stream {
            modified: Timestamp::parse_rfc3339("2026-06-01T00:00:00Z"),
            ..Stream::default()
        };
        for component in components() {
            if let (Kind::Format, Make::Format(make)) = (component.kind, component.make) {
                // Tables are known when decoders are made of them.
                make().decoder(&stream);
            }
        }
        let tables = used::tables().into_iter().map(|table| {
            let table: &'static Table = Box::leak(Box::new(Table {
                name: table.name,
                needs: table.needs,
                constants: table.constants,
                fields: table.fields,
                extras: table.extras,
                finish: None,
            }));
            (table, TableDecoder::new(table))
        });
        Self {
            tables: tables.collect(),
            stream,
            rows: 0,
            records: 0,
        }
    }

    /// Number of tables.
    pub fn tables(&self) -> usize {
        self.tables.len()
    }

    /// Compares all records of a stream with all tables that they could be of.
    ///
    /// # Errors
    /// The first difference.
    pub fn stream(&mut self, text: &[u8]) -> Result<(), String> {
        let mut framer = Framer::new(text);
        while let Some(piece) = framer.next() {
            let Piece::Block(block) = piece else {
                continue;
            };
            let text = block.text.as_str();
            match &block.records {
                Some(records) => {
                    for range in records {
                        self.record(&text[range.clone()], 0)?;
                    }
                }
                None => {
                    for (range, _) in group::lines(text, block.grouping, &|_| false) {
                        self.record(&text[range], 0)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn record(&mut self, text: &str, depth: usize) -> Result<(), String> {
        let text = text.trim();
        let Ok(fields) = JsonFields::parse(text) else {
            return Ok(());
        };
        self.records += 1;
        let json = Json::object(text);
        let mut keys = HashSet::new();
        for (key, _) in fields.members() {
            let key = nepho_codec::json::unescape(key).to_ascii_lowercase();
            keys.extend(key.split_once('.').map(|(first, _)| first.to_owned()));
            keys.insert(key);
        }
        for place in 0..self.tables.len() {
            // Tables that cannot fit are tried now and then, so that the engine says so as well.
            let may_fit = may_fit(self.tables[place].0, &keys);
            // A table that asks for nothing fits any object; now and then is enough.
            let is_turn = (self.records as usize + place).is_multiple_of(64);
            let is_choosy = !self.tables[place].0.needs.is_empty();
            if let Some(json) = &json
                && (may_fit && is_choosy || is_turn)
            {
                self.compare(place, text, json)?;
            }
        }
        let envelope = Envelope::default();
        let stream = self.stream.clone();
        let record = record(text, &envelope, &stream);
        let inner: Vec<String> = match unwrap::open(&record, &fields) {
            Some((_, Opened::Inside(parts))) => parts
                .into_iter()
                .map(|part| part.text.into_owned())
                .collect(),
            Some((_, Opened::Events(events))) => events.texts().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        if depth < MAX_DEPTH {
            for text in inner {
                self.record(&text, depth + 1)?;
            }
        }
        Ok(())
    }

    fn compare(&mut self, place: usize, text: &str, json: &Json<'_>) -> Result<(), String> {
        let Some((table, engine)) = self.tables.get_mut(place) else {
            return Ok(());
        };
        let envelope = Envelope::default();
        let record = record(text, &envelope, &self.stream);
        let mut plain_rows = LogsBuilder::new(Timestamp(0));
        let mut engine_rows = LogsBuilder::new(Timestamp(0));
        let plain = plain::decode(table, json, &record, &mut plain_rows);
        let verdict = engine.decode(&record, &mut engine_rows);
        let differ = |what: String| Err(format!("table `{}`: {what}\n{text}", table.name));
        let kept = match (plain, verdict) {
            (Plain::Unread, _) | (Plain::NotMine, Verdict::NotMine) => return Ok(()),
            (Plain::Row(kept), Verdict::Rows) => kept,
            (plain, verdict) => {
                return differ(format!("the plain way {plain:?}, the engine {verdict:?}"));
            }
        };
        self.rows += 1;
        let event = engine.event(text);
        for (number, value) in kept.iter().enumerate() {
            let found = event.kept(number);
            if found.as_deref() != value.as_deref() {
                return differ(format!("kept {number}: plain {value:?}, engine {found:?}"));
            }
        }
        let batches = (plain_rows.finish(), engine_rows.finish());
        let (Ok(plain), Ok(engine)) = batches else {
            return differ("no batch".to_owned());
        };
        for ((plain, engine), field) in plain
            .columns()
            .iter()
            .zip(engine.columns())
            .zip(plain.schema().fields())
        {
            if plain != engine {
                let name = field.name();
                return differ(format!("{name}: plain {plain:?}, engine {engine:?}"));
            }
        }
        Ok(())
    }
}

fn record<'a>(text: &'a str, envelope: &'a Envelope, stream: &'a Stream) -> Record<'a> {
    Record {
        text,
        block: BlockId::default(),
        offset: 0,
        line: 1,
        bytes: u32::try_from(text.len()).unwrap_or(u32::MAX),
        envelope,
        stream,
    }
}

/// Whether a record with these keys, in lower case, may be one of a table.
fn may_fit(table: &Table, keys: &HashSet<String>) -> bool {
    let has = |path: &str| {
        let first = path.split(['.', '[']).next().unwrap_or(path);
        keys.contains(&first.to_ascii_lowercase())
    };
    table.needs.iter().all(|need| match need {
        Need::Lacks(_) => true,
        need => plain::paths_of(need).iter().any(|path| has(path)),
    })
}
