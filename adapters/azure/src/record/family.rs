//! Families of resource logs: categories with the same fields, which share a format.

use std::borrow::Cow;

use nepho_codec::table::Table;
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream};

use super::QuickLine;
use super::RecordDecoder;
use super::extras;
use super::kind::{Head, Kind, is_early_category, is_one_of, kind};
use crate::formats::SIGN_INS;

/// Categories with the same fields.
pub(crate) struct Family {
    /// Name of the format.
    pub(crate) name: &'static str,
    /// Categories of diagnostic settings, and tables of Log Analytics; they compare without case.
    pub(crate) categories: &'static [&'static str],
    /// Provider namespaces that the categories must be of, where others use the same words; any if
    /// there are none.
    pub(crate) namespaces: &'static [&'static str],
    /// Members of `properties` that tell the records of a tenant with any other category; none if
    /// the category must be known.
    pub(crate) shape: &'static [&'static str],
    /// What the fields of the family tell. The numbers of [`super::details`] keep what is judged
    /// together with the envelope.
    pub(crate) table: &'static Table,
    /// Where those fields stand.
    pub(crate) place: Place,
    /// API that the logs are of, where neither a resource nor an operation tells; empty for those
    /// of applications.
    pub(crate) api: &'static str,
    /// What the service is called after.
    pub(crate) naming: Naming,
    /// Names and normalised names of values that have no column.
    pub(crate) extras: &'static [(&'static str, &'static str)],
    /// Hands out more such values than names can say.
    pub(crate) more: Option<More>,
    /// The line that stands in a record, where applications write lines of any format.
    pub(crate) line: Option<Line>,
    /// Where that line stands, if the record need not be taken apart to find it.
    pub(crate) quick_line: Option<QuickLine>,
    /// What the message tells, where it is JSON text of an event of its own.
    pub(crate) nested: Option<&'static Table>,
}

/// Hands out values of a record that have no column.
pub(crate) type More = fn(&extras::Values<'_>, &mut dyn FnMut(&str, &str));

/// Finds the line that stands in a record.
pub(crate) type Line = for<'a> fn(&Record<'a>) -> Option<Inside<'a>>;

/// Where the fields of a family stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In `properties`; beside the envelope only where there are none.
    Inside,
    /// In both; what `properties` tell counts more.
    Both,
    /// Beside the envelope; `properties` are the user's own.
    Beside,
}

impl Place {
    /// Texts to look into: that in `properties`, and that around them.
    pub(super) fn texts<'a>(
        self,
        properties: Option<&'a str>,
        record: &'a str,
    ) -> (Option<&'a str>, Option<&'a str>) {
        match self {
            Self::Inside => (Some(properties.unwrap_or(record)), None),
            Self::Both => (properties, Some(record)),
            Self::Beside => (None, Some(record)),
        }
    }
}

/// What the service of a row is called after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// The application for its own logs, the provider namespace for all else.
    Usual,
    /// The service that a gateway took a request for.
    Backend,
}

impl Family {
    /// Family with these names and fields, which stand in both places, and the usual rest.
    pub(crate) const fn new(
        name: &'static str,
        categories: &'static [&'static str],
        table: &'static Table,
    ) -> Self {
        Self {
            name,
            categories,
            namespaces: &[],
            shape: &[],
            table,
            place: Place::Both,
            api: "",
            naming: Naming::Usual,
            extras: &[],
            more: None,
            line: None,
            quick_line: None,
            nested: None,
        }
    }

    /// Whether records of a resource that names no provider may be of the family: a path that was
    /// masked, where the category is of no other family. Where a shape tells, categories alone are
    /// too common words.
    pub(crate) fn may_be_of(&self, resource: &str) -> bool {
        self.shape.is_empty()
            && resource.starts_with('/')
            && super::namespace(resource, "").is_none()
    }

    /// Whether records of this resource may be of the family.
    pub(crate) fn is_of(&self, resource: &str) -> bool {
        self.namespaces.is_empty()
            || super::namespace(resource, "").is_some_and(|held| is_one_of(held, self.namespaces))
    }
}

/// Format of a family.
pub(crate) struct FamilyFormat(pub(crate) &'static Family);

impl Format for FamilyFormat {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let Some(fields) = sample.json else {
            return Confidence::NO;
        };
        // Most records are of none of the many families, which their category tells at once.
        let is_mine = |name| is_one_of(name, self.0.categories);
        let category = Head::category(fields);
        let is_early = is_early_category(category) && self.0.name == SIGN_INS.name;
        if !is_mine(category)
            && !is_early
            && !is_mine(Head::table(fields))
            && (self.0.shape.is_empty() || !Head::has_shape(fields))
        {
            return Confidence::NO;
        }
        match kind(&Head::of(fields, &Head::resource(fields))) {
            Kind::Family(name) if name == self.0.name => Confidence::CERTAIN,
            _ => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        Head::may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        self.0.line.and_then(|line| line(record))
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        match self.0.quick_line.as_ref().map(|line| line.of(record.text)) {
            Some(Ok(line)) => line,
            Some(Err(_)) | None => self.inside(record).map(|inside| inside.text),
        }
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(RecordDecoder::of(self.0))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        extras::found(raw, self.0.extras, self.0.more, found);
    }
}
