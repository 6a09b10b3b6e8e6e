//! The engine under JSON formats: a format is a table of field paths and conversions.
//!
//! ```
//! use nepho_codec::table::{Field, JsonFormat, Need, Table, To};
//! use nepho_core::tables::Column;
//!
//! static TABLE: Table = Table {
//!     name: "example.audit",
//!     needs: &[Need::Has("eventName"), Need::Starts("eventSource", "example.")],
//!     fields: &[
//!         Field { from: &["eventTime", "time"], to: To::Time },
//!         Field { from: &["eventName"], to: To::Text(Column::Action) },
//!         Field { from: &["resources[].id"], to: To::Resource },
//!     ],
//!     extras: &[("tlsDetails.tlsVersion", "tls_version")],
//!     finish: None,
//! };
//! let format = JsonFormat(&TABLE);
//! ```

use std::borrow::Cow;

use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::json::fields::JsonFields;
use crate::json::scan::{PathSet, Scanner, Value, ValueKind};
use crate::time;

/// A JSON log format as a table.
pub struct Table {
    /// Name of the format, for column `format`.
    pub name: &'static str,
    /// What tells its records from all others; all must hold.
    pub needs: &'static [Need],
    /// Where the columns come from. Later fields overwrite earlier ones.
    pub fields: &'static [Field],
    /// Paths and normalised names of values that have no column, for [`Format::extras`].
    pub extras: &'static [(&'static str, &'static str)],
    /// What a table cannot say (outcome rules, values that depend on each other), run before the
    /// row is added.
    pub finish: Option<fn(&Event<'_>, &mut Row<'_>)>,
}

/// A condition on a record.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// There is a value other than `null` at the path.
    Has(&'static str),
    /// There is a value other than `null` at one of the paths.
    HasAny(&'static [&'static str]),
    /// There is none.
    Lacks(&'static str),
    /// The text at the path is this.
    Is(&'static str, &'static str),
    /// The text at the path begins with this.
    Starts(&'static str, &'static str),
    /// The text at the path has this in it.
    Contains(&'static str, &'static str),
}

/// One line of a table: the first of the paths that has a usable value goes to its column.
pub struct Field {
    /// Paths: `a.b`, `a[0].b`, `a[].b` (each element, for [`To::Resource`] only).
    pub from: &'static [&'static str],
    /// What becomes of the value.
    pub to: To,
}

/// What becomes of a value.
#[derive(Clone, Copy)]
pub enum To {
    /// Text column, as it is.
    Text(Column),
    /// Text column, of which only a part counts; empty text is no value.
    Part(Column, fn(&str) -> &str),
    /// Resource id.
    Resource,
    /// Resource id, of which only a part counts.
    ResourcePart(fn(&str) -> &str),
    /// When it happened, in any shape that [`time::parse`] knows.
    Time,
    /// When it was received.
    Observed,
    /// Severity, from a level word or an OpenTelemetry number.
    Severity,
    /// Severity, by the vendor's own words or numbers (compared without case).
    SeverityOf(&'static [(&'static str, Severity)]),
    /// Outcome, by the vendor's own words (compared without case).
    OutcomeOf(&'static [(&'static str, Outcome)]),
    /// Protocol status.
    Status,
    /// Latency: a number of so many nanoseconds, or text with a unit.
    Duration(f64),
    /// Port of the client.
    SourcePort,
    /// Port of the other end.
    PeerPort,
    /// Reading of a metric.
    Value,
    /// Nothing by itself; `finish` reads it with [`Event::kept`] under this number.
    Keep(usize),
}

/// A record and the values that the table picked from it.
pub struct Event<'a> {
    /// Text of the record.
    pub text: &'a str,
    scanner: &'a Scanner,
    kept: &'a [Vec<usize>],
}

impl<'a> Event<'a> {
    /// Value of the [`To::Keep`] field with this number, with escapes undone.
    pub fn kept(&self, number: usize) -> Option<Cow<'a, str>> {
        let slots = self.kept.get(number)?;
        slots
            .iter()
            .find_map(|slot| self.scanner.value(*slot).text(self.text))
    }

    /// Whether the value of a [`To::Keep`] field is an object or an array, and its JSON text.
    pub fn kept_container(&self, number: usize) -> Option<&'a str> {
        let value = self.kept_value(number)?;
        (value.kind == ValueKind::Container).then(|| value.raw(self.text))
    }

    /// The value of a [`To::Keep`] field as it stands.
    pub fn kept_value(&self, number: usize) -> Option<Value> {
        let slots = self.kept.get(number)?;
        slots
            .iter()
            .map(|slot| self.scanner.value(*slot))
            .find(Value::is_set)
    }
}

/// A format that is nothing but a [`Table`].
pub struct JsonFormat(pub &'static Table);

impl Format for JsonFormat {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let Some(fields) = sample.json else {
            return Confidence::NO;
        };
        if !self
            .0
            .needs
            .iter()
            .all(|need| holds(*need, |path| fields.get(path)))
        {
            return Confidence::NO;
        }
        // The more a format asks for, the more specific it is.
        let points = self.0.needs.iter().map(|need| match need {
            Need::Has(_) | Need::HasAny(_) => 12,
            Need::Is(..) | Need::Starts(..) | Need::Contains(..) => 18,
            Need::Lacks(_) => 2,
        });
        Confidence(points.sum::<u8>().saturating_add(30).min(95))
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(TableDecoder::new(self.0))
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        let has =
            |path: &str| has_key(path.split(['.', '[']).next().unwrap_or(path)) || has_key(path);
        self.0.needs.iter().all(|need| match need {
            Need::Has(path)
            | Need::Is(path, _)
            | Need::Starts(path, _)
            | Need::Contains(path, _) => has(path),
            Need::HasAny(paths) => paths.iter().any(|path| has(path)),
            Need::Lacks(_) => true,
        })
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        for (path, name) in self.0.extras {
            if let Some(value) = fields.text(path) {
                found(name, &crate::json::unescape(value));
            }
        }
    }
}

fn holds<'a>(need: Need, get: impl Fn(&str) -> Option<&'a str>) -> bool {
    match need {
        Need::Has(path) => get(path).is_some(),
        Need::HasAny(paths) => paths.iter().any(|path| get(path).is_some()),
        Need::Lacks(path) => get(path).is_none(),
        Need::Is(path, text) => get(path).is_some_and(|value| value.eq_ignore_ascii_case(text)),
        Need::Starts(path, start) => get(path).is_some_and(|value| {
            value
                .get(..start.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(start))
        }),
        Need::Contains(path, part) => get(path).is_some_and(|value| value.contains(part)),
    }
}

/// A need with the slots of its paths.
struct CompiledNeed {
    need: Need,
    slots: Vec<(&'static str, usize)>,
}

/// Runs a [`Table`] over records.
pub struct TableDecoder {
    table: &'static Table,
    scanner: Scanner,
    needs: Vec<CompiledNeed>,
    fields: Vec<CompiledField>,
    /// For each slot, the fields that it may fill, and its place among the paths of the field.
    uses: Vec<Vec<(usize, u16)>>,
    kept: Vec<Vec<usize>>,
}

/// A field with the slots of its paths, and whether a slot may have several values.
struct CompiledField {
    slots: Vec<(usize, bool)>,
    to: To,
}

/// Fields of a table of which the first present path is found by one look at what a record has;
/// those beyond are gone through one by one.
const FAST_FIELDS: usize = 128;

impl TableDecoder {
    /// Decoder of a table.
    pub fn new(table: &'static Table) -> Self {
        let mut paths = PathSet::new();
        let needs = table
            .needs
            .iter()
            .map(|need| compile(*need, &mut paths))
            .collect();
        let mut fields = Vec::new();
        let mut uses: Vec<Vec<(usize, u16)>> = Vec::new();
        let mut kept: Vec<Vec<usize>> = Vec::new();
        for field in table.fields {
            let add = |path: &&str| (paths.add(path), path.contains("[]"));
            let slots: Vec<(usize, bool)> = field.from.iter().map(add).collect();
            if let To::Keep(number) = field.to {
                if kept.len() <= number {
                    kept.resize(number + 1, Vec::new());
                }
                kept[number] = slots.into_iter().map(|(slot, _)| slot).collect();
                continue;
            }
            for (rank, (slot, _)) in (0_u16..).zip(&slots) {
                if uses.len() <= *slot {
                    uses.resize(slot + 1, Vec::new());
                }
                uses[*slot].push((fields.len(), rank));
            }
            fields.push(CompiledField {
                slots,
                to: field.to,
            });
        }
        Self {
            table,
            scanner: Scanner::new(paths),
            needs,
            fields,
            uses,
            kept,
        }
    }

    /// Puts what the JSON object `text`, a part of the row's record, tells into the row; gives
    /// whether it is one.
    pub fn apply(&mut self, text: &str, row: &mut Row<'_>) -> bool {
        let fits = self.scan(text);
        if fits {
            self.fill(text, row);
        }
        fits
    }

    /// Finds the values of the JSON object `text`; gives whether it is one that the table is for.
    ///
    /// For decoders that do more than their table says: they look at [`TableDecoder::event`], and
    /// call [`TableDecoder::fill`] when it is its turn.
    pub fn scan(&mut self, text: &str) -> bool {
        self.scanner.scan(text).is_ok() && self.is_mine(text)
    }

    /// Shape of the last scanned object; see [`Scanner::shape`].
    pub fn shape(&self) -> u64 {
        self.scanner.shape()
    }

    /// The values of the last scanned object, which was `text`.
    pub fn event<'a>(&'a self, text: &'a str) -> Event<'a> {
        Event {
            text,
            scanner: &self.scanner,
            kept: &self.kept,
        }
    }

    fn is_mine(&self, text: &str) -> bool {
        self.needs.iter().all(|need| {
            holds(need.need, |path| {
                let (_, slot) = need.slots.iter().find(|(held, _)| *held == path)?;
                let value = self.scanner.value(*slot);
                value.is_set().then(|| value.raw(text))
            })
        })
    }

    /// Puts the values of the last scanned object, which was `text`, into `row`.
    pub fn fill(&self, text: &str, row: &mut Row<'_>) {
        // The first path of each field that the record has, and which fields those are.
        let mut first = [u16::MAX; FAST_FIELDS];
        let mut present = 0_u128;
        for slot in self.scanner.found() {
            for (field, rank) in self.uses.get(slot).map_or(&[][..], Vec::as_slice) {
                if let Some(held) = first.get_mut(*field) {
                    *held = (*held).min(*rank);
                    present |= 1 << *field;
                }
            }
        }
        while present != 0 {
            let field = present.trailing_zeros() as usize;
            present &= present - 1;
            let rank = first.get(field).copied().unwrap_or_default();
            self.fill_field(field, usize::from(rank), text, row);
        }
        for field in FAST_FIELDS..self.fields.len() {
            self.fill_field(field, 0, text, row);
        }
        if let Some(finish) = self.table.finish {
            finish(&self.event(text), row);
        }
    }

    /// Fills a field from the first usable of its paths, from the one with number `rank` on.
    fn fill_field(&self, field: usize, rank: usize, text: &str, row: &mut Row<'_>) {
        let Some(field) = self.fields.get(field) else {
            return;
        };
        for (slot, is_repeated) in field.slots.get(rank..).unwrap_or_default() {
            let is_used = match is_repeated {
                true => self.put_each(*slot, text, field.to, row),
                false => put(self.scanner.value(*slot), text, field.to, row),
            };
            if is_used {
                return;
            }
        }
    }

    fn put_each(&self, slot: usize, text: &str, to: To, row: &mut Row<'_>) -> bool {
        let mut any = false;
        for value in self.scanner.values(slot) {
            any |= put(value, text, to, row);
        }
        any
    }
}

fn compile(need: Need, paths: &mut PathSet) -> CompiledNeed {
    let names: &[&'static str] = match &need {
        Need::HasAny(names) => names,
        Need::Has(path)
        | Need::Lacks(path)
        | Need::Is(path, _)
        | Need::Starts(path, _)
        | Need::Contains(path, _) => std::slice::from_ref(path),
    };
    let slots = names.iter().map(|path| (*path, paths.add(path))).collect();
    CompiledNeed { need, slots }
}

impl Decoder for TableDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if let Err(broken) = self.scanner.scan(record.text) {
            return Verdict::Reject(format!(
                "broken JSON at byte {} of the record: {}",
                broken.at, broken.what
            ));
        }
        if !self.is_mine(record.text) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, self.table.name);
        self.fill(record.text, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Puts one value where it belongs; gives whether it was usable.
fn put(value: Value, record: &str, to: To, row: &mut Row<'_>) -> bool {
    let Some(text) = value.text(record) else {
        return false;
    };
    put_text(&text, to, row)
}

/// Puts text where it belongs; gives whether it was usable.
pub fn put_text(text: &str, to: To, row: &mut Row<'_>) -> bool {
    match to {
        To::Text(column) => {
            row.text(column, text);
            row.has(column)
        }
        To::Part(column, part) => {
            row.text(column, part(text));
            row.has(column)
        }
        To::Resource => {
            row.resource(text);
            true
        }
        To::ResourcePart(part) => {
            row.resource(part(text));
            true
        }
        To::Time => set(time::parse(text), |time: Timestamp| row.time(time)),
        To::Observed => set(time::parse(text), |time| row.observed(time)),
        To::Severity => set(severity(text), |severity| row.severity(severity)),
        To::SeverityOf(words) => set(lookup(words, text), |severity| row.severity(severity)),
        To::OutcomeOf(words) => set(lookup(words, text), |outcome| row.outcome(outcome)),
        To::Status => set(number::<i32>(text), |status| row.status(status)),
        To::Duration(unit) => set(time::duration(text, unit), |nanos| row.duration(nanos)),
        To::SourcePort => set(number::<u16>(text), |port| row.source_port(port)),
        To::PeerPort => set(number::<u16>(text), |port| row.peer_port(port)),
        To::Value => set(
            text.trim()
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite()),
            |value| row.value(value),
        ),
        To::Keep(_) => false,
    }
}

fn set<T, R>(value: Option<T>, put: impl FnOnce(T) -> R) -> bool {
    match value {
        Some(value) => {
            put(value);
            true
        }
        None => false,
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let text = text.trim();
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

fn lookup<T: Copy>(words: &[(&str, T)], text: &str) -> Option<T> {
    let found = words
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text));
    found.map(|(_, value)| *value)
}

/// Severity from a level word, or an OpenTelemetry severity number of 1 to 24.
pub fn severity(text: &str) -> Option<Severity> {
    let word = text.trim();
    Severity::from_word(word).or_else(|| {
        word.parse()
            .ok()
            .filter(|number| (1..=24).contains(number))
            .map(Severity)
    })
}
