//! Formats of lines: a table of patterns, and of what becomes of their captures.

use std::fmt;
use std::sync::Arc;

use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Row};

use super::field::Field;
use super::fill::{Event, Fields, Filler, Finish};
use super::json::{SEVERITY_TEXT, severity_paths};
use super::pattern::{Captured, MAX_CAPTURES, Pattern};
use super::shared::Shared;
use super::slots::Slots;
use crate::json::scan::Value;

/// A format of text lines as a table.
#[derive(Debug)]
pub struct Lines {
    /// Name of the format, for column `format`.
    pub name: &'static str,
    /// Shapes of its lines; see [`super::pattern`]. The first that matches counts.
    pub patterns: &'static [&'static str],
    /// How sure a match is; see [`Confidence`]. The more other formats a line could be of, the
    /// less.
    pub confidence: u8,
    /// Values that are the same for all records.
    pub constants: &'static [(Column, &'static str)],
    /// Where the columns come from. Later fields overwrite earlier ones.
    pub fields: &'static [Field],
    /// Captures and normalised names of values that have no column, for [`Format::extras`].
    pub extras: &'static [(&'static str, &'static str)],
    /// What a table cannot say, run before the row is added.
    pub finish: Option<fn(&Event<'_>, &mut Row<'_>)>,
}

/// A format that is nothing but a [`Lines`] table.
pub struct LineFormat {
    table: &'static Lines,
    compiled: Arc<Compiled>,
}

impl fmt::Debug for LineFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineFormat")
            .field("name", &self.table.name)
            .finish_non_exhaustive()
    }
}

/// A [`Lines`] table, compiled.
struct Compiled {
    patterns: Vec<Pattern>,
    /// Names of the captures, by slot; those of fields that no pattern captures come behind.
    names: Vec<&'static str>,
    fields: Arc<Fields>,
}

static COMPILED: Shared<Compiled> = Shared::new();

impl Compiled {
    fn of(table: &'static Lines) -> Arc<Self> {
        COMPILED.get(table, || {
            let mut names = Names::default();
            let patterns = table.patterns.iter();
            let patterns = patterns
                .map(|pattern| Pattern::compile(pattern, &mut |name| names.slot(name)))
                .collect();
            let finish: Option<Finish> = table.finish;
            let fields = Fields::new(table.fields, table.constants, finish, |name| {
                names.slot(name)
            });
            Self {
                patterns,
                names: names.0,
                fields: Arc::new(fields),
            }
        })
    }

    /// Whether a text is one of the table, with blanks behind it or without.
    fn matches(&self, text: &str, captured: &mut Captured) -> bool {
        let mut patterns = self.patterns.iter();
        if patterns.any(|pattern| pattern.matches(text, captured)) {
            return true;
        }
        let trimmed = text.trim_end_matches(' ');
        let mut patterns = self.patterns.iter();
        trimmed.len() < text.len() && patterns.any(|pattern| pattern.matches(trimmed, captured))
    }
}

impl LineFormat {
    /// Format of a table.
    pub fn new(table: &'static Lines) -> Self {
        Self {
            table,
            compiled: Compiled::of(table),
        }
    }
}

/// Names of captures, by slot.
#[derive(Default)]
struct Names(Vec<&'static str>);

impl Names {
    fn slot(&mut self, name: &'static str) -> usize {
        match self.0.iter().position(|held| *held == name) {
            Some(slot) => slot,
            None => {
                self.0.push(name);
                self.0.len() - 1
            }
        }
    }
}

impl Format for LineFormat {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match self.compiled.matches(sample.text, &mut Captured::new()) {
            true => Confidence(self.table.confidence),
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        self.compiled.patterns.iter().map(Pattern::marks).collect()
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(LineDecoder::new(self.table))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let mut captured = Captured::new();
        if !self.compiled.matches(raw, &mut captured) {
            return;
        }
        let value = |name: &str| {
            let slot = self.compiled.names.iter().position(|held| *held == name)?;
            let (start, end) = captured.get(slot)?;
            raw.get(start as usize..end as usize)
        };
        for (name, normalised) in self.table.extras {
            if let Some(value) = value(name) {
                found(normalised, value);
            }
        }
        let mut extras = self.table.extras.iter();
        if extras.all(|(_, name)| *name != SEVERITY_TEXT)
            && let Some(value) = severity_paths(self.table.fields)
                .into_iter()
                .find_map(value)
        {
            found(SEVERITY_TEXT, value);
        }
    }
}

/// Runs a [`Lines`] table over records.
pub struct LineDecoder {
    table: &'static Lines,
    compiled: Arc<Compiled>,
    filler: Filler,
    slots: Slots,
}

impl fmt::Debug for LineDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineDecoder")
            .field("name", &self.table.name)
            .finish_non_exhaustive()
    }
}

impl LineDecoder {
    /// Decoder of a table.
    pub fn new(table: &'static Lines) -> Self {
        let compiled = Compiled::of(table);
        Self {
            table,
            filler: Filler::new(Arc::clone(&compiled.fields)),
            slots: Slots::new(compiled.names.len().min(MAX_CAPTURES)),
            compiled,
        }
    }

    /// Finds the values of a line; gives whether it is one that the table is for.
    pub fn scan(&mut self, text: &str) -> bool {
        let mut captured = Captured::new();
        if !self.compiled.matches(text, &mut captured) {
            return false;
        }
        self.slots.clear();
        for slot in captured.slots() {
            if let Some((start, end)) = captured.get(slot) {
                self.slots.put(slot, Value::text_at(start, end));
            }
        }
        self.filler.plan(self.slots.found());
        true
    }

    /// The values of the last line, which was `text`.
    pub fn event<'a>(&'a self, text: &'a str) -> Event<'a> {
        self.filler.event(text, &self.slots)
    }

    /// Puts the values of the last line, which was `text`, into `row`.
    pub fn fill(&self, text: &str, row: &mut Row<'_>) {
        self.filler.fill(text, &self.slots, row);
    }
}

impl Decoder for LineDecoder {
    fn may_hold(&mut self, _record: &Record<'_>) -> bool {
        false
    }

    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !self.scan(record.text) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, self.table.name);
        self.fill(record.text, &mut row);
        row.commit();
        Verdict::Rows
    }
}
