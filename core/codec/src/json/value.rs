//! A value that was found in a record: its kind and its place.

use std::borrow::Cow;

use super::text::unescape;

/// What a value is. Those whose text stands in the record as it is come last, so that they are
/// told by one comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValueKind {
    /// The path leads nowhere.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A string with escapes.
    Escaped,
    /// A string without escapes.
    Text,
    /// A number, `true` or `false`.
    Scalar,
    /// An object or an array.
    Container,
}

/// A value that was found: its kind, and its range in the record (of strings, without the quotes).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Value {
    /// No value.
    pub(crate) const NONE: Self = Self {
        kind: ValueKind::Absent,
        start: 0,
        end: 0,
    };

    /// JSON text of the value as it stands; of strings, what stands between the quotes.
    #[inline]
    pub fn raw<'a>(&self, record: &'a str) -> &'a str {
        record
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// Text of the record in front of the value; of strings, with their quote.
    #[inline]
    pub fn before<'a>(&self, record: &'a str) -> &'a str {
        record.get(..self.start as usize).unwrap_or_default()
    }

    /// Text of the value, with escapes undone; `None` if it is absent, null or empty.
    #[inline]
    pub fn text<'a>(&self, record: &'a str) -> Option<Cow<'a, str>> {
        match self.kind {
            ValueKind::Absent | ValueKind::Null => None,
            ValueKind::Escaped => Some(unescape(self.raw(record))),
            _ if self.start == self.end => None,
            _ => Some(Cow::Borrowed(self.raw(record))),
        }
    }

    /// Text of a value that has some and no escapes; `None` of any other.
    #[inline]
    pub fn plain<'a>(&self, record: &'a str) -> Option<&'a str> {
        let is_plain = matches!(
            self.kind,
            ValueKind::Text | ValueKind::Scalar | ValueKind::Container
        );
        (is_plain && self.start < self.end).then(|| self.raw(record))
    }

    /// Text without escapes in this range of the record.
    pub fn text_at(start: u32, end: u32) -> Self {
        Self {
            kind: ValueKind::Text,
            start,
            end,
        }
    }

    /// Whether it stands within another value of the same record.
    #[inline]
    pub(crate) fn is_within(&self, outer: &Self) -> bool {
        self.start >= outer.start && self.end <= outer.end
    }

    /// Whether there is a value other than `null`.
    #[inline]
    pub fn is_set(&self) -> bool {
        !matches!(self.kind, ValueKind::Absent | ValueKind::Null)
    }
}
