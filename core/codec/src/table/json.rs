//! JSON formats: a table of paths, and the needs that tell its records from all others.

use std::fmt;
use std::sync::Arc;

use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Row};

use super::field::{Field, To};
use super::fill::{Event, Fields, Filler, Finish};
use super::joint::Picked;
use super::shared::Shared;
use super::slots::{Found, Slots, set_of};
use crate::json::fields::JsonFields;
use crate::json::scan::{PathSet, Paths, Scanner};
use crate::json::unescape;

/// A JSON log format as a table.
#[derive(Debug)]
pub struct Table {
    /// Name of the format, for column `format`.
    pub name: &'static str,
    /// What tells its records from all others; all must hold.
    pub needs: &'static [Need],
    /// Values that are the same for all records.
    pub constants: &'static [(Column, &'static str)],
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
    /// The text at the path is one of these.
    IsAny(&'static str, &'static [&'static str]),
    /// The text at the path begins with this.
    Starts(&'static str, &'static str),
    /// The text at the path has this in it.
    Contains(&'static str, &'static str),
    /// The value at the path is a whole number, or text that is one.
    Number(&'static str),
}

impl Need {
    fn paths(&self) -> &[&'static str] {
        match self {
            Self::HasAny(paths) => paths,
            Self::Has(path)
            | Self::Lacks(path)
            | Self::Is(path, _)
            | Self::IsAny(path, _)
            | Self::Starts(path, _)
            | Self::Contains(path, _)
            | Self::Number(path) => std::slice::from_ref(path),
        }
    }
}

/// A format that is nothing but a [`Table`].
#[derive(Debug)]
pub struct JsonFormat(pub &'static Table);

impl Format for JsonFormat {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let Some(fields) = sample.json else {
            return Confidence::NO;
        };
        let mut needs = self.0.needs.iter();
        if !needs.all(|need| holds(*need, |path| fields.get(path))) {
            return Confidence::NO;
        }
        // The more a format asks for, the more specific it is.
        let points = self.0.needs.iter().map(|need| match need {
            Need::Has(_) | Need::HasAny(_) | Need::Number(_) => 12,
            Need::Is(..) | Need::IsAny(..) | Need::Starts(..) | Need::Contains(..) => 18,
            Need::Lacks(_) => 2,
        });
        let points = points.fold(30_u8, u8::saturating_add);
        Confidence(points.min(95))
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
            Need::Lacks(_) => true,
            need => need.paths().iter().any(|path| has(path)),
        })
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        for (path, name) in self.0.extras {
            if let Some(value) = fields.text(path).filter(|value| !is_nothing(value)) {
                found(name, &crate::json::unescape(value));
            }
        }
        if self.0.extras.iter().all(|(_, name)| *name != SEVERITY_TEXT) {
            let paths = severity_paths(self.0.fields);
            if let Some(value) = paths.into_iter().find_map(|path| fields.text(path)) {
                found(SEVERITY_TEXT, &crate::json::unescape(value));
            }
        }
    }
}

/// Name of the severity in the source's own word, which every format has as an extra.
pub(super) const SEVERITY_TEXT: &str = "severity_text";

/// Whether a value stands for none.
pub(crate) fn is_nothing(value: &str) -> bool {
    value.is_empty() || value == "-"
}

/// Paths that the severity is taken from.
pub(super) fn severity_paths(fields: &'static [Field]) -> Vec<&'static str> {
    let is_severity = |field: &&Field| matches!(field.to, To::Severity | To::SeverityOf(_));
    let fields = fields.iter().filter(is_severity);
    fields.flat_map(|field| field.from).copied().collect()
}

fn holds<'a>(need: Need, mut get: impl FnMut(&str) -> Option<&'a str>) -> bool {
    match need {
        Need::Has(path) => get(path).is_some(),
        Need::HasAny(paths) => paths.iter().any(|path| get(path).is_some()),
        Need::Lacks(path) => get(path).is_none(),
        Need::Is(path, text) => is(get(path), |value| value.eq_ignore_ascii_case(text)),
        Need::IsAny(path, texts) => is(get(path), |value| {
            let mut texts = texts.iter();
            texts.any(|text| value.eq_ignore_ascii_case(text))
        }),
        Need::Starts(path, start) => is(get(path), |value| {
            value
                .get(..start.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(start))
        }),
        Need::Contains(path, part) => is(get(path), |value| value.contains(part)),
        Need::Number(path) => get(path).is_some_and(|value| {
            !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
        }),
    }
}

/// Whether a value is as wanted, as it is written or else without its escapes: PHP and others write
/// `\/` for `/`.
fn is(value: Option<&str>, wanted: impl Fn(&str) -> bool) -> bool {
    value.is_some_and(|value| {
        wanted(value)
            || memchr::memchr(b'\\', value.as_bytes()).is_some() && wanted(&unescape(value))
    })
}

/// A need with the slots of its paths.
struct CompiledNeed {
    need: Need,
    slots: Vec<usize>,
}

/// Needs of a table, compiled.
pub(super) struct Needs {
    needs: Vec<CompiledNeed>,
    /// Needs that something lacks, and the set of what that is: most records have nothing of it.
    lacks: Vec<CompiledNeed>,
    lacked: Found,
}

impl Needs {
    /// Compiles needs; their paths are added to `paths`.
    pub(super) fn new(needs: &'static [Need], paths: &mut PathSet) -> Self {
        let needs = needs.iter().map(|need| CompiledNeed {
            need: *need,
            slots: need.paths().iter().map(|path| paths.add(path)).collect(),
        });
        let is_lack = |need: &CompiledNeed| matches!(need.need, Need::Lacks(_));
        let (lacks, needs): (Vec<_>, Vec<_>) = needs.partition(is_lack);
        Self {
            lacked: set_of(lacks.iter().flat_map(|need| &need.slots).copied()),
            needs,
            lacks,
        }
    }

    /// Whether all hold for the record `text` that these values are of.
    pub(super) fn hold(&self, slots: &Slots, text: &str) -> bool {
        let lacks = match slots.has_any(&self.lacked) {
            true => &self.lacks[..],
            false => &[],
        };
        self.needs.iter().chain(lacks).all(|need| {
            let mut rest = need.slots.iter();
            // The paths are asked for in the order in which they were compiled.
            holds(need.need, |_| {
                let value = slots.value(*rest.next()?);
                value.is_set().then(|| value.raw(text))
            })
        })
    }
}

/// A [`Table`], compiled.
struct Compiled {
    needs: Needs,
    paths: Arc<Paths>,
    fields: Arc<Fields>,
}

impl Compiled {
    fn new(table: &'static Table) -> Self {
        let mut paths = PathSet::new();
        let needs = Needs::new(table.needs, &mut paths);
        let finish: Option<Finish> = table.finish;
        let fields = Fields::new(table.fields, table.constants, finish, |path| {
            paths.add(path)
        });
        Self {
            needs,
            paths: Arc::new(Paths::new(paths)),
            fields: Arc::new(fields),
        }
    }
}

static COMPILED: Shared<Compiled> = Shared::new();

/// Runs a [`Table`] over records.
pub struct TableDecoder {
    table: &'static Table,
    compiled: Arc<Compiled>,
    scanner: Scanner,
    filler: Filler,
}

impl fmt::Debug for TableDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableDecoder")
            .field("name", &self.table.name)
            .finish_non_exhaustive()
    }
}

impl TableDecoder {
    /// Decoder of a table.
    pub fn new(table: &'static Table) -> Self {
        #[cfg(debug_assertions)]
        super::used::note(table);
        let compiled = COMPILED.get(table, || Compiled::new(table));
        Self {
            table,
            scanner: Scanner::of(Arc::clone(&compiled.paths)),
            filler: Filler::new(Arc::clone(&compiled.fields)),
            compiled,
        }
    }

    /// The same, which tells the [`TableDecoder::shape`] of objects as well.
    #[must_use]
    pub fn shaped(mut self) -> Self {
        self.scanner = self.scanner.shaped();
        self
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
        let is_mine = self.scanner.scan(text).is_ok() && self.is_mine(text);
        if is_mine {
            self.filler.plan(self.scanner.slots().found());
        }
        is_mine
    }

    /// Shape of the last scanned object, a hash of its keys and their order; see
    /// [`Scanner::shape`].
    pub fn shape(&self) -> u64 {
        self.scanner.shape()
    }

    /// The values of the last scanned object, which was `text`.
    pub fn event<'a>(&'a self, text: &'a str) -> Event<'a> {
        self.filler.event(text, self.scanner.slots())
    }

    /// What the table has of the last scanned object, which was `text`.
    pub fn picked<'a>(&'a self, text: &'a str) -> Picked<'a> {
        Picked {
            filler: &self.filler,
            slots: self.scanner.slots(),
            text,
        }
    }

    /// Puts the values of the last scanned object, which was `text`, into `row`.
    pub fn fill(&self, text: &str, row: &mut Row<'_>) {
        self.filler.fill(text, self.scanner.slots(), row);
    }

    fn is_mine(&self, text: &str) -> bool {
        self.compiled.needs.hold(self.scanner.slots(), text)
    }
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
        self.filler.plan(self.scanner.slots().found());
        let mut row = out.row(record);
        row.constant(Column::Format, self.table.name);
        self.fill(record.text, &mut row);
        row.commit();
        Verdict::Rows
    }
}
