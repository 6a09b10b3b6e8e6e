//! Records that stand inside of other records: the line that a container wrote, behind the head of
//! its runtime.

use std::borrow::Cow;

use nepho_core::format::Stream;
use nepho_core::format::{Record, Verdict};
use nepho_core::tables::LogsBuilder;

use super::{Decoding, MAX_NESTED, MAX_SHAPES, bump, is_object_like};
use crate::encoding::Text;
use crate::json::JsonFields;
use crate::unwrap::{self, Opened};

/// What is known of a text inside a record before it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// No format knows it.
    None,
    /// It is JSON of keys, or text of a shape, that no format wants.
    Plain,
    /// Others like it were of a format.
    Recent,
    /// It is JSON of keys that were not seen yet.
    Json,
    /// It is text, and the formats that know it stand in the order.
    Asked,
    /// It is a line behind a time, and a format may know what is behind it.
    Printed,
}

/// What became of the text inside of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// A format that does not take anything decoded it.
    Known,
    /// It is JSON of keys that no such format wants, whatever their values, or text that differs
    /// from others in digits only that none wants.
    Plain,
    /// None decoded it, or there is none.
    Unknown,
}

impl Decoding {
    /// Whether it is known that no format wants the JSON or text of this shape inside of a record
    /// of the format at `outer`.
    #[inline]
    pub(super) fn is_plain_inside(&mut self, outer: usize, shape: u64) -> bool {
        if shape == 0 || self.has_recent_inside(outer) {
            return false;
        }
        // None is ever forgotten.
        if self.last_held == (outer, shape) {
            return true;
        }
        let is_held = self.plain_held.contains(&(outer, shape));
        if is_held {
            self.last_held = (outer, shape);
        }
        is_held
    }

    /// Whether other formats than the one at `outer` decoded what stood inside of records lately.
    pub(super) fn has_recent_inside(&self, outer: usize) -> bool {
        self.recent_inside.iter().any(|position| *position != outer)
    }

    /// Whether a format that does not take anything decoded what stands inside a record of the
    /// format at `outer`, which is of this shape.
    pub(super) fn is_held_inside(
        &mut self,
        outer: usize,
        shape: u64,
        record: &Record<'_>,
        out: &mut LogsBuilder,
    ) -> bool {
        let held = self.decode_inside(outer, record, out);
        if held == Held::Plain && shape != 0 && self.plain_held.len() < MAX_SHAPES {
            self.plain_held.insert((outer, shape));
        }
        held == Held::Known
    }

    /// Decodes what stands inside a record of the format at `outer`.
    fn decode_inside(&mut self, outer: usize, record: &Record<'_>, out: &mut LogsBuilder) -> Held {
        let format = self.formats.formats.get(outer);
        let text = format.and_then(|(_, format)| format.inside_text(record));
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Held::Unknown;
        };
        self.nested += 1;
        let fit = self.look_inside(outer, &text, record.stream);
        let format = self.formats.formats.get(outer);
        let format = format.filter(|_| !matches!(fit, Fit::None | Fit::Plain));
        let is_outermost = format.is_some() && out.enter(record);
        let is_known = format
            .and_then(|(_, format)| format.inside(record))
            .is_some_and(|inside| {
                let fresh = match inside.text {
                    Cow::Borrowed(_) => None,
                    Cow::Owned(text) => Some(Text::from(text)),
                };
                let inner = match &fresh {
                    None => Record {
                        text: &text,
                        envelope: &inside.envelope,
                        ..*record
                    },
                    Some(fresh) => Record {
                        text: fresh.as_str(),
                        block: out.attach(fresh.buffer()),
                        envelope: &inside.envelope,
                        ..*record
                    },
                };
                self.take_inside(outer, fit, &inner, out)
            });
        if is_outermost {
            out.leave();
        }
        self.nested -= 1;
        match fit {
            _ if is_known => Held::Known,
            Fit::Plain => Held::Plain,
            _ => Held::Unknown,
        }
    }

    /// Whether a format may know what stands inside a record, before anything is made of it.
    pub(super) fn look_inside(&mut self, outer: usize, text: &str, stream: &Stream) -> Fit {
        if self.has_recent_inside(outer) {
            return Fit::Recent;
        }
        if is_object_like(text) {
            return match self.shapes.scan(text) {
                Ok(()) if self.plain_inside.contains(&self.shapes.shape()) => Fit::Plain,
                Ok(()) => Fit::Json,
                Err(_) => Fit::None,
            };
        }
        let is_recalled = self.ask(text, None, stream);
        match (self.order.is_empty(), is_recalled) {
            (true, true) => Fit::Plain,
            (true, false) if self.may_be_printed(text, stream) => Fit::Printed,
            (true, false) => Fit::None,
            _ => Fit::Asked,
        }
    }

    /// Decodes what stands inside of a record, of which is known how it may fit.
    pub(super) fn take_inside(
        &mut self,
        outer: usize,
        fit: Fit,
        inner: &Record<'_>,
        out: &mut LogsBuilder,
    ) -> bool {
        if fit == Fit::Recent {
            for place in 0..self.recent_inside.len() {
                let position = self.recent_inside[place];
                if position == outer || !self.shared.may_take(position, inner.text) {
                    continue;
                }
                let verdict = self.decode(position, inner, out);
                if self.is_taken(&verdict) {
                    self.recent_inside[..=place].rotate_right(1);
                    return true;
                }
            }
        }
        if !is_object_like(inner.text) {
            let is_recalled = match fit {
                Fit::Printed => return self.is_printed(inner, out),
                Fit::Asked => false,
                _ => self.ask(inner.text, None, inner.stream),
            };
            let verdict = self.first_fit(inner, None, out);
            return self.is_taken(&verdict) || !is_recalled && self.is_printed(inner, out);
        }
        let shape = match self.shapes.scan(inner.text) {
            Ok(()) => self.shapes.shape(),
            Err(_) => return false,
        };
        if self.plain_inside.contains(&shape) {
            return false;
        }
        let Ok(fields) = JsonFields::parse(inner.text) else {
            return false;
        };
        // Whatever stands in a wrapping becomes rows, also of formats that take anything.
        let nested = std::mem::take(&mut self.nested);
        let opened = (self.opened_inside < MAX_NESTED).then(|| unwrap::open(inner, &fields));
        self.opened_inside += 1;
        // One that holds nothing may be a part of what the record tells.
        let unwrapped = match opened.flatten() {
            Some((name, Opened::Inside(parts))) if !parts.is_empty() => {
                bump(&mut self.counts.wrappings, name, 1);
                Some(self.inside(inner, parts, out, 1))
            }
            Some((name, Opened::Events(events))) if !events.parts.is_empty() => {
                bump(&mut self.counts.wrappings, name, 1);
                Some(self.events(inner, events, out, 1))
            }
            _ => None,
        };
        self.opened_inside -= 1;
        self.nested = nested;
        if let Some(verdict) = unwrapped {
            return self.is_taken(&verdict);
        }
        let verdict = self.sniff(inner, Some(&fields), out);
        let is_known = self.is_taken(&verdict);
        if !is_known
            && shape != 0
            && self.plain_inside.len() < MAX_SHAPES
            && !self.is_wanted(&fields)
        {
            self.plain_inside.insert(shape);
        }
        is_known
    }

    /// Whether a format took what stands inside of a record. What is no event, such as a header, is
    /// counted as such, for the record outside of it becomes no row either.
    pub(super) fn is_taken(&mut self, verdict: &Verdict) -> bool {
        if *verdict == Verdict::Structure {
            self.counts.structure += 1;
        }
        matches!(verdict, Verdict::Rows | Verdict::Structure)
    }
}
