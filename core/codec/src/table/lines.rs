//! Formats of lines: a table of patterns, and of what becomes of their captures.

use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Row};

use super::field::Field;
use super::fill::{Event, Filler, Finish};
use super::json::{SEVERITY_TEXT, severity_paths};
use super::pattern::{Captured, MAX_CAPTURES, Pattern};
use super::slots::Slots;
use crate::json::scan::Value;

/// A format of text lines as a table.
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
    patterns: Vec<Pattern>,
    names: Vec<&'static str>,
}

impl LineFormat {
    /// Format of a table.
    pub fn new(table: &'static Lines) -> Self {
        let mut names = Names::default();
        let patterns = compile(table, &mut names);
        Self {
            table,
            patterns,
            names: names.0,
        }
    }

    fn matches(&self, text: &str, captured: &mut Captured) -> bool {
        self.patterns
            .iter()
            .any(|pattern| pattern.matches(text, captured))
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

fn compile(table: &'static Lines, names: &mut Names) -> Vec<Pattern> {
    let patterns = table.patterns.iter();
    patterns
        .map(|pattern| Pattern::compile(pattern, &mut |name| names.slot(name)))
        .collect()
}

impl Format for LineFormat {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match self.matches(sample.text, &mut Captured::new()) {
            true => Confidence(self.table.confidence),
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        self.patterns.iter().map(Pattern::marks).collect()
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(LineDecoder::new(self.table))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let mut captured = Captured::new();
        if !self.matches(raw, &mut captured) {
            return;
        }
        let value = |name: &str| {
            let slot = self.names.iter().position(|held| *held == name)?;
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
    patterns: Vec<Pattern>,
    filler: Filler,
    slots: Slots,
}

impl LineDecoder {
    /// Decoder of a table.
    pub fn new(table: &'static Lines) -> Self {
        let mut names = Names::default();
        let patterns = compile(table, &mut names);
        let finish: Option<Finish> = table.finish;
        let filler = Filler::new(table.fields, table.constants, finish, |name| {
            names.slot(name)
        });
        Self {
            table,
            patterns,
            filler,
            slots: Slots::new(names.0.len().min(MAX_CAPTURES)),
        }
    }

    /// Finds the values of a line; gives whether it is one that the table is for.
    pub fn scan(&mut self, text: &str) -> bool {
        let mut captured = Captured::new();
        for pattern in &self.patterns {
            if pattern.matches(text, &mut captured) {
                self.slots.clear();
                for slot in captured.slots() {
                    if let Some((start, end)) = captured.get(slot) {
                        self.slots.put(slot, Value::text_at(start, end));
                    }
                }
                self.filler.plan(self.slots.found());
                return true;
            }
        }
        false
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
